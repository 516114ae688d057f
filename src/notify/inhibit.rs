use std::sync::Arc;

use super::matchers::{PlacedMatcher, matchers_of};
use crate::model::{self, Problem};
use crate::source::Span;
use crate::target::Target;

/// An inhibit rule with its matchers parsed: while an alert that satisfies `source` fires, alerts that satisfy `target`
/// and agree with it in the `equal` labels are not notified. Two alerts that both lack a label agree in it.
#[derive(Clone, Debug)]
pub struct InhibitRule {
    /// The bytes of the rule.
    pub span: Span,
    /// What an inhibiting alert must satisfy.
    pub source: Vec<PlacedMatcher>,
    /// What an inhibited alert must satisfy.
    pub target: Vec<PlacedMatcher>,
    /// The labels in which both must agree.
    pub equal: Vec<EqualLabel>,
}

/// A label of `equal` and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EqualLabel {
    /// Label name.
    pub name: Arc<str>,
    /// Its bytes.
    pub span: Span,
}

impl InhibitRule {
    /// Reads a rule; matchers that do not parse are added to `problems` and left out.
    #[must_use]
    pub fn new(rule: &model::InhibitRule, target: &Target, problems: &mut Vec<Problem>) -> Self {
        Self {
            span: rule.span,
            source: matchers_of(&rule.source, target, problems),
            target: matchers_of(&rule.target, target, problems),
            equal: rule
                .equal
                .iter()
                .map(|label| EqualLabel {
                    name: label.as_str().into(),
                    span: label.span(),
                })
                .collect(),
        }
    }
}
