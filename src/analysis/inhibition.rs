//! Which alerts keep which others from being told.

use super::label_class::{LabelClass, Truth};
use crate::labels::Matcher;
use crate::notify::{InhibitRule, PlacedMatcher};

/// The alerts of a class that satisfy one side of an inhibit rule.
#[derive(Clone, Debug)]
pub struct Side {
    /// Whether all alerts of the class do; only some may, otherwise.
    pub is_certain: bool,
    /// What is known of those that do.
    pub class: LabelClass,
}

/// The alerts of a class that satisfy all matchers; nothing where none can.
#[must_use]
pub fn side(class: &LabelClass, placed: &[PlacedMatcher]) -> Option<Side> {
    let truth = satisfies(class, placed);
    (truth != Truth::Never).then(|| {
        let mut class = class.clone();
        matchers(placed).for_each(|matcher| class.narrow(matcher));
        Side {
            is_certain: truth == Truth::Always,
            class,
        }
    })
}

/// Whether alerts of the source, while they fire, keep those of the target from being told.
#[must_use]
pub fn mutes(rule: &InhibitRule, source: &Side, target: &Side) -> Truth {
    let sides = match source.is_certain && target.is_certain {
        true => Truth::Always,
        false => Truth::Maybe,
    };
    let names = rule.equal.iter().map(|label| &*label.name);
    let equal = names.map(|name| agree(&source.class, &target.class, name));
    match equal.fold(sides, Truth::and) {
        Truth::Never => Truth::Never,
        truth => truth.and(is_two_sided(rule, &source.class, &target.class).not()),
    }
}

/// Whether two alerts have the same value of a label; two that lack it agree.
#[must_use]
pub fn agree(one: &LabelClass, other: &LabelClass, name: &str) -> Truth {
    let (one, other) = (one.get(name), other.get(name));
    if one.meet(other).is_impossible() {
        return Truth::Never;
    }
    match (one.known(), other.known()) {
        (Some(one), Some(other)) if one.len() == 1 && one == other => Truth::Always,
        _ => Truth::Maybe,
    }
}

/// Whether both alerts are on both sides of the rule: then none mutes the other, as none mutes itself.
#[must_use]
pub fn is_two_sided(rule: &InhibitRule, source: &LabelClass, target: &LabelClass) -> Truth {
    satisfies(source, &rule.target).and(satisfies(target, &rule.source))
}

fn satisfies(class: &LabelClass, placed: &[PlacedMatcher]) -> Truth {
    class.satisfies_all(matchers(placed))
}

fn matchers(placed: &[PlacedMatcher]) -> impl Iterator<Item = &Matcher> {
    placed.iter().map(|placed| &placed.matcher)
}
