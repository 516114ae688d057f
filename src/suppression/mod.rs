//! Directives: comments such as `# rulecheck: ignore[never-matches] -- reason`, and an annotation of rules, by which a file
//! says that a finding is not to be told. What each of them covers is worked out here; which lints there are is not known.

mod outline;
mod parse;
mod place;
mod read;

#[cfg(test)]
mod tests;

pub use read::read;

use crate::calendar::Date;
use crate::source::{Span, Spanned};

/// The annotation that says it for a rule whose comments do not survive.
pub const ANNOTATION: &str = "rulecheck_ignore";

/// All directives of a file, in order of place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Directives {
    /// Those that can be read.
    pub list: Vec<Directive>,
    /// Those that cannot.
    pub malformed: Vec<Malformed>,
}

/// What a directive is about, from small to large.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scope {
    /// The line of the comment, or the next one where the comment stands alone; in an expression, the expression.
    Line,
    /// A rule, or an inhibit rule.
    Rule,
    /// A rule group, or a test group.
    Group,
    /// The file.
    File,
}

/// A directive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directive {
    /// Its bytes, from the `#`; of an annotation those of the value.
    pub span: Span,
    /// What it says it is about.
    pub scope: Scope,
    /// The names of the lints. They need not exist.
    pub lints: Vec<Spanned<String>>,
    /// The day from which on it means nothing.
    pub until: Option<Spanned<Date>>,
    /// Why.
    pub reason: Option<String>,
    /// The bytes in which findings begin that it is about; nothing where there is no rule, group or line for it.
    pub covers: Option<Span>,
}

/// What looks like a directive and is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Malformed {
    /// The part that is wrong.
    pub span: Span,
    /// Why.
    pub message: String,
    /// A way out.
    pub help: String,
}

impl Directives {
    /// Whether the file has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty() && self.malformed.is_empty()
    }
}

impl Directive {
    /// Whether it is about a finding that begins there.
    #[must_use]
    pub fn covers(&self, place: Span) -> bool {
        // What is missing at the end of a rule is told of the place behind its last byte.
        self.covers
            .is_some_and(|covered| covered.start <= place.start && place.start <= covered.end)
    }

    /// Whether it names the lint.
    #[must_use]
    pub fn names(&self, lint: &str) -> bool {
        self.lints.iter().any(|name| name.value == lint)
    }
}

impl Scope {
    pub(crate) const ALL: [Self; 4] = [Self::Line, Self::Rule, Self::Group, Self::File];

    /// The word of the directive.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Line => "ignore",
            Self::Rule => "ignore-rule",
            Self::Group => "ignore-group",
            Self::File => "ignore-file",
        }
    }
}
