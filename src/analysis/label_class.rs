//! The labels of the alerts that a rule can raise, and what matchers say of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::labels::Shape;
use super::values::LabelValues;
use crate::labels::{ALERT_NAME, Labels, MatchOp, Matcher};
use crate::regex::Pattern;

/// The labels of the alerts of one branch of one alerting rule, as they reach Alertmanager.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LabelClass {
    shape: Shape,
}

/// The external labels of the Prometheus that sends the alerts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExternalLabels {
    /// No `prometheus.yml` is known, or several are: any label may be added.
    Unknown,
    /// Alerts are relabelled before they are sent: nothing is known of any label.
    Relabelled,
    /// Exactly these; they are added where an alert has no such label.
    Known(Labels),
}

/// What can be said without knowing the alert.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Truth {
    /// For no alert of the class.
    Never,
    /// For some, perhaps.
    Maybe,
    /// For all.
    Always,
}

impl Truth {
    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Always, Self::Always) => Self::Always,
            _ => Self::Maybe,
        }
    }

    /// The opposite.
    #[must_use]
    pub const fn not(self) -> Self {
        match self {
            Self::Never => Self::Always,
            Self::Maybe => Self::Maybe,
            Self::Always => Self::Never,
        }
    }
}

/// The classes of an alerting rule: one for each `or` branch of its expression, whose shapes are given.
///
/// `rule_labels` are the labels of the rule with their text, or nothing where the text is a template.
#[must_use]
pub fn classes_of(
    alert: &str,
    shapes: &[Shape],
    rule_labels: &[(Arc<str>, Option<Arc<str>>)],
    external: &ExternalLabels,
) -> Vec<LabelClass> {
    shapes
        .iter()
        .filter(|shape| !shape.is_impossible())
        .cloned()
        .map(|mut shape| {
            for (name, value) in rule_labels {
                let values = match value {
                    Some(value) => LabelValues::fixed(Arc::clone(value)),
                    None => LabelValues::Any,
                };
                shape.set(Arc::clone(name), values);
            }
            shape.set(ALERT_NAME, LabelValues::fixed(alert));
            add_external(&mut shape, external);
            LabelClass { shape }
        })
        .collect()
}

fn add_external(shape: &mut Shape, external: &ExternalLabels) {
    match external {
        ExternalLabels::Unknown => shape.map_values(|values| match values {
            LabelValues::Only(set) if set.contains("") => LabelValues::Any,
            other => other.clone(),
        }),
        ExternalLabels::Relabelled => *shape = Shape::open(),
        ExternalLabels::Known(labels) => {
            for label in labels {
                let values = match shape.get(&label.name) {
                    LabelValues::Only(set) => LabelValues::Only(
                        set.iter()
                            .map(|value| {
                                if value.is_empty() {
                                    Arc::clone(&label.value)
                                } else {
                                    Arc::clone(value)
                                }
                            })
                            .collect(),
                    ),
                    LabelValues::Any | LabelValues::Present => LabelValues::Present,
                };
                shape.set(Arc::clone(&label.name), values);
            }
        }
    }
}

impl LabelClass {
    /// The values that label `name` can have.
    #[must_use]
    pub fn get(&self, name: &str) -> &LabelValues {
        self.shape.get(name)
    }

    /// Whether alerts of the class satisfy a matcher.
    #[must_use]
    pub fn satisfies(&self, matcher: &Matcher) -> Truth {
        match self.get(&matcher.name) {
            LabelValues::Only(set) => {
                let matching = set.iter().filter(|value| matcher.matches(value)).count();
                match matching {
                    0 => Truth::Never,
                    all if all == set.len() => Truth::Always,
                    _ => Truth::Maybe,
                }
            }
            LabelValues::Present if is_emptiness_test(matcher) => {
                if matcher.matches_empty() {
                    Truth::Never
                } else {
                    Truth::Always
                }
            }
            LabelValues::Any | LabelValues::Present => Truth::Maybe,
        }
    }

    /// Whether alerts of the class satisfy all matchers. Each label by itself is exact; matchers that contradict each
    /// other on one label are seen too.
    #[must_use]
    pub fn satisfies_all<'m>(&self, matchers: impl IntoIterator<Item = &'m Matcher>) -> Truth {
        let matchers: Vec<&Matcher> = matchers.into_iter().collect();
        let alone = matchers.iter().map(|matcher| self.satisfies(matcher));
        let truth = alone.fold(Truth::Always, Truth::and);
        let is_again = |(place, matcher): (usize, &&Matcher)| {
            matchers[..place]
                .iter()
                .any(|earlier| earlier.name == matcher.name)
        };
        if truth != Truth::Maybe || !matchers.iter().enumerate().any(is_again) {
            return truth;
        }
        let mut class = self.clone();
        let mut truth = Truth::Always;
        for matcher in matchers {
            truth = truth.and(class.satisfies(matcher));
            class.narrow(matcher);
        }
        truth
    }

    /// Whether some label would need a value that it cannot have: there is no such alert.
    #[must_use]
    pub fn is_impossible(&self) -> bool {
        self.shape.is_impossible()
    }

    /// The class of the one alert with exactly these labels.
    #[must_use]
    pub fn of_labels(labels: &Labels) -> Self {
        let mut shape = Shape::closed();
        for label in labels {
            let value = LabelValues::fixed(Arc::clone(&label.value));
            shape.set(Arc::clone(&label.name), value);
        }
        Self { shape }
    }

    /// The labels of an alert of the class, as an example. A label of which only the name is known has it in angle brackets
    /// for a value; of those that may or may not be there the ones `among` are.
    #[must_use]
    pub fn example<'n>(&self, among: impl Iterator<Item = &'n Arc<str>>) -> Labels {
        let mut names: BTreeSet<Arc<str>> = among.cloned().collect();
        names.extend(self.shape.listed().map(|(name, _)| Arc::clone(name)));
        let pairs = names.into_iter().filter_map(|name| {
            let value = match self.get(&name) {
                LabelValues::Only(values) => values.iter().find(|value| !value.is_empty())?.clone(),
                LabelValues::Any | LabelValues::Present => format!("<{name}>").into(),
            };
            Some((name, value))
        });
        Labels::from_pairs(pairs)
    }

    /// Takes away the labels whose names match a pattern. Of labels that nothing is known of it stays open whether they are
    /// there.
    pub fn drop_labels(&mut self, patterns: &[Pattern]) {
        let names = self.shape.listed().map(|(name, _)| Arc::clone(name));
        let matches = |name: &Arc<str>| patterns.iter().any(|pattern| pattern.is_match(name));
        for name in names.filter(matches).collect::<Vec<_>>() {
            self.shape.set(name, LabelValues::absent());
        }
    }

    /// The class of those alerts that satisfy the matcher.
    pub fn narrow(&mut self, matcher: &Matcher) {
        let narrowed = self.get(&matcher.name).restricted(matcher);
        self.shape.set(Arc::clone(&matcher.name), narrowed);
    }
}

/// Whether the matcher only asks if the label is there.
fn is_emptiness_test(matcher: &Matcher) -> bool {
    match matcher.op {
        MatchOp::Equal | MatchOp::NotEqual => matcher.value.is_empty(),
        MatchOp::Regex | MatchOp::NotRegex => matches!(&*matcher.value, ".+"),
    }
}
