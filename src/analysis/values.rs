use std::collections::BTreeSet;
use std::sync::Arc;

use crate::labels::{MatchOp, Matcher};

/// The values that a label can have, the empty text standing for "no such label", as in every matcher.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LabelValues {
    /// Anything, or no label at all.
    Any,
    /// Anything, but the label is there.
    Present,
    /// One of these.
    Only(BTreeSet<Arc<str>>),
}

impl LabelValues {
    /// No such label.
    #[must_use]
    pub fn absent() -> Self {
        Self::fixed("")
    }

    /// Exactly this value.
    pub fn fixed(value: impl Into<Arc<str>>) -> Self {
        Self::Only(BTreeSet::from([value.into()]))
    }

    /// The values that satisfy a matcher. A superset where a regular expression has too many.
    #[must_use]
    pub fn of_matcher(matcher: &Matcher) -> Self {
        match matcher.op {
            MatchOp::Equal => Self::fixed(Arc::clone(&matcher.value)),
            MatchOp::Regex => match matcher.pattern().and_then(|pattern| pattern.set_matches()) {
                Some(set) => Self::Only(set.iter().cloned().collect()),
                None => Self::without_matches(matcher),
            },
            MatchOp::NotEqual | MatchOp::NotRegex => Self::without_matches(matcher),
        }
    }

    fn without_matches(matcher: &Matcher) -> Self {
        if matcher.matches_empty() {
            Self::Any
        } else {
            Self::Present
        }
    }

    /// What both allow.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, other) | (other, Self::Any) => other.clone(),
            (Self::Present, Self::Present) => Self::Present,
            (Self::Present, Self::Only(set)) | (Self::Only(set), Self::Present) => Self::Only(
                set.iter()
                    .filter(|value| !value.is_empty())
                    .cloned()
                    .collect(),
            ),
            (Self::Only(a), Self::Only(b)) => Self::Only(a.intersection(b).cloned().collect()),
        }
    }

    /// What a matcher leaves of these values. A superset where it cannot be told.
    #[must_use]
    pub fn restricted(&self, matcher: &Matcher) -> Self {
        match self {
            Self::Only(set) => Self::Only(
                set.iter()
                    .filter(|value| matcher.matches(value))
                    .cloned()
                    .collect(),
            ),
            _ => self.meet(&Self::of_matcher(matcher)),
        }
    }

    /// Whether nothing is allowed: a contradiction.
    #[must_use]
    pub fn is_impossible(&self) -> bool {
        matches!(self, Self::Only(set) if set.is_empty())
    }

    /// Whether the label is certainly not there.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Only(set) if set.iter().all(|value| value.is_empty()))
    }

    /// Whether the label may be missing.
    #[must_use]
    pub fn may_be_absent(&self) -> bool {
        match self {
            Self::Any => true,
            Self::Present => false,
            Self::Only(set) => set.contains(""),
        }
    }

    /// The values where all are known.
    #[must_use]
    pub fn known(&self) -> Option<&BTreeSet<Arc<str>>> {
        match self {
            Self::Only(set) => Some(set),
            Self::Any | Self::Present => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regex::Anchoring;

    fn matcher(op: MatchOp, value: &str) -> Matcher {
        Matcher::new("l", op, value, Anchoring::Prometheus).unwrap()
    }

    fn only(values: &[&str]) -> LabelValues {
        LabelValues::Only(values.iter().map(|&value| value.into()).collect())
    }

    #[test]
    fn a_matcher_says_what_can_be_there() {
        let of = |op, value| LabelValues::of_matcher(&matcher(op, value));
        assert_eq!(of(MatchOp::Equal, "x"), only(&["x"]));
        assert!(of(MatchOp::Equal, "").is_absent());
        assert_eq!(of(MatchOp::Regex, "a|b"), only(&["a", "b"]));
        assert_eq!(of(MatchOp::Regex, "a.+"), LabelValues::Present);
        assert_eq!(of(MatchOp::NotEqual, "x"), LabelValues::Any);
        assert_eq!(of(MatchOp::NotEqual, ""), LabelValues::Present);
    }

    #[test]
    fn meeting_narrows() {
        assert_eq!(LabelValues::Present.meet(&only(&["", "a"])), only(&["a"]));
        assert!(only(&["a"]).meet(&only(&["b"])).is_impossible());
        let restricted = only(&["a", "b", ""]).restricted(&matcher(MatchOp::NotRegex, "a|c"));
        assert_eq!(restricted, only(&["b", ""]));
    }
}
