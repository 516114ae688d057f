//! Lints of the group `inhibition`.

pub mod inhibit_cycle;
pub mod inhibit_equal_duplicate;
pub mod inhibit_equal_fixed;
pub mod inhibit_everything;
pub mod inhibit_missing_equal;
pub mod inhibit_never_matches;
pub mod inhibit_source_late;
pub mod inhibit_two_sided;

use crate::analysis::{RuleFacts, Side, Truth, mutes, side};
use crate::lint::Context;
use crate::notify::{EqualLabel, InhibitRule, PlacedMatcher};
use crate::project::{Alertmanager, Located};
use crate::regex::{Language, Witness};
use crate::source::Span;

/// Every inhibit rule with its configuration.
fn rules<'c>(
    context: &Context<'c>,
) -> impl Iterator<Item = (Located<'c, Alertmanager>, &'c InhibitRule)> + use<'c> {
    let configs = context.environment.routed();
    configs.flat_map(|config| {
        let rules = config.item.inhibit_rules.iter();
        rules.map(move |rule| (config, rule))
    })
}

/// The alerts of the project that can be on the two sides of a rule.
struct Sides<'c> {
    rule: &'c InhibitRule,
    sources: Vec<(RuleFacts<'c>, Side)>,
    targets: Vec<(RuleFacts<'c>, Side)>,
}

/// Pairs of a rule that are looked at, at most.
const MOST_PAIRS: usize = 50_000;

impl<'c> Sides<'c> {
    fn new(context: &Context<'c>, rule: &'c InhibitRule) -> Self {
        let of = |placed: &[PlacedMatcher]| {
            let mut found = Vec::new();
            for facts in context.alerts() {
                let sides = facts.classes().iter();
                let sides = sides.filter_map(|class| side(class, placed));
                found.extend(sides.map(|side| (facts, side)));
            }
            found
        };
        Self {
            rule,
            sources: of(&rule.source),
            targets: of(&rule.target),
        }
    }

    /// The pairs of which the one can mute the other.
    fn pairs(&self) -> impl Iterator<Item = Pair<'_, 'c>> {
        let sources = self.sources.iter();
        let pairs = sources.flat_map(|source| {
            let targets = self.targets.iter();
            targets.map(move |target| (source, target))
        });
        pairs.take(MOST_PAIRS).filter_map(|(source, target)| {
            let truth = mutes(self.rule, &source.1, &target.1);
            (truth != Truth::Never).then_some(Pair {
                source,
                target,
                is_certain: truth == Truth::Always,
            })
        })
    }
}

/// An alert that can mute another.
struct Pair<'s, 'c> {
    source: &'s (RuleFacts<'c>, Side),
    target: &'s (RuleFacts<'c>, Side),
    /// Whether it does whenever both fire.
    is_certain: bool,
}

impl<'c> Pair<'_, 'c> {
    /// The names of the two.
    fn names(&self) -> (&'c str, &'c str) {
        (self.source.0.at.rule.name(), self.target.0.at.rule.name())
    }
}

/// Where a rule begins.
fn start(rule: &InhibitRule) -> Span {
    let at = rule.span.start as usize;
    Span::new(at, at + 1)
}

/// Whether the rule has no matchers at all, so that every alert is on both sides.
fn are_all(rule: &InhibitRule) -> bool {
    rule.source.is_empty() && rule.target.is_empty()
}

/// The first label of `equal` that the matchers of the two sides give different values.
fn fixed_apart(rule: &InhibitRule) -> Option<&EqualLabel> {
    let values = |placed: &[PlacedMatcher], name: &str| {
        let of_label = placed.iter().filter(|placed| &*placed.matcher.name == name);
        Language::All(of_label.map(|placed| placed.matcher.language()).collect())
    };
    rule.equal.iter().find(|label| {
        let source = values(&rule.source, &label.name);
        source.overlap(&values(&rule.target, &label.name)) == Witness::Empty
    })
}
