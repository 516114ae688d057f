use std::fmt;
use std::sync::Arc;

use super::quote;
use crate::regex::{Anchoring, Language, Pattern, RegexError};

/// The four operators of a matcher.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum MatchOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Regex,
    /// `!~`
    NotRegex,
}

impl MatchOp {
    /// The operator as written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Regex => "=~",
            Self::NotRegex => "!~",
        }
    }
}

/// A condition on one label. A label that is absent counts as the empty text, in PromQL and Alertmanager alike.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// Label name.
    pub name: Arc<str>,
    /// Operator.
    pub op: MatchOp,
    /// Value or regular expression, as written (without the anchors added to it).
    pub value: Arc<str>,
    pattern: Option<Pattern>,
}

impl Matcher {
    /// A matcher; fails when a regular expression does not parse by Go's rules.
    pub fn new(
        name: impl Into<Arc<str>>,
        op: MatchOp,
        value: impl Into<Arc<str>>,
        anchoring: Anchoring,
    ) -> Result<Self, RegexError> {
        let value = value.into();
        let pattern = match op {
            MatchOp::Regex | MatchOp::NotRegex => Some(Pattern::parse(&value, anchoring)?),
            MatchOp::Equal | MatchOp::NotEqual => None,
        };
        Ok(Self {
            name: name.into(),
            op,
            value,
            pattern,
        })
    }

    /// `name="value"`.
    #[must_use]
    pub fn equal(name: impl Into<Arc<str>>, value: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            op: MatchOp::Equal,
            value: value.into(),
            pattern: None,
        }
    }

    /// The condition that holds exactly where this one does not.
    #[must_use]
    pub fn negated(&self) -> Self {
        let op = match self.op {
            MatchOp::Equal => MatchOp::NotEqual,
            MatchOp::NotEqual => MatchOp::Equal,
            MatchOp::Regex => MatchOp::NotRegex,
            MatchOp::NotRegex => MatchOp::Regex,
        };
        Self { op, ..self.clone() }
    }

    /// Whether the label value satisfies the condition; `""` stands for an absent label.
    #[must_use]
    pub fn matches(&self, value: &str) -> bool {
        let pattern_matches = || self.pattern.as_ref().is_some_and(|p| p.is_match(value));
        match self.op {
            MatchOp::Equal => value == &*self.value,
            MatchOp::NotEqual => value != &*self.value,
            MatchOp::Regex => pattern_matches(),
            MatchOp::NotRegex => !pattern_matches(),
        }
    }

    /// Whether an absent label satisfies the condition.
    #[must_use]
    pub fn matches_empty(&self) -> bool {
        match (self.op, &self.pattern) {
            (MatchOp::Regex, Some(pattern)) => pattern.matches_empty(),
            (MatchOp::NotRegex, Some(pattern)) => !pattern.matches_empty(),
            _ => self.matches(""),
        }
    }

    /// The label values that satisfy the condition.
    #[must_use]
    pub fn language(&self) -> Language {
        let accepted = match &self.pattern {
            Some(pattern) => Language::Pattern(pattern.clone()),
            None => Language::Text(self.value.clone()),
        };
        match self.op {
            MatchOp::Equal | MatchOp::Regex => accepted,
            MatchOp::NotEqual | MatchOp::NotRegex => accepted.complement(),
        }
    }

    /// The regular expression of `=~` and `!~`.
    #[must_use]
    pub fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_ref()
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.op, &self.value) == (&other.name, other.op, &other.value)
    }
}

impl Eq for Matcher {}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.name, self.op.as_str(), quote(&self.value))
    }
}
