//! Regular expressions as Go (RE2) reads them.
//!
//! `parser` and `class` turn Go's syntax into the HIR of `regex-syntax`, `shortcut` answers the common shapes without
//! an automaton, `expand` is Go's `Expand` and `ReplaceAllString`, `algebra` reasons about what patterns can match.

mod algebra;
mod class;
mod error;
mod expand;
mod parser;
mod shortcut;

use std::fmt;
use std::sync::{Arc, OnceLock};

use regex_automata::meta;
use regex_syntax::hir::{Hir, Look};

pub use algebra::{Containment, Language, Witness};
pub use error::{ErrorCode, RegexError};
pub use expand::Captures;
use shortcut::Shortcut;

/// What is put around a pattern before it is compiled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Anchoring {
    /// Matchers and relabelling of Prometheus 3: the pattern must parse by itself, `.` matches a newline, and the
    /// whole text has to match.
    Prometheus,
    /// `^(?s:…)$`: `label_replace`, which wraps the pattern before it is parsed, so that even `a)(b` passes.
    LabelReplace,
    /// `^(?:…)$`: matchers of Alertmanager, wrapped before they are parsed.
    Alertmanager,
    /// Nothing: `match` and `reReplaceAll` in templates.
    None,
}

/// A regular expression by Go's rules. Cheap to clone; the automaton is shared.
#[derive(Clone)]
pub struct Pattern(Arc<Inner>);

struct Inner {
    text: Arc<str>,
    anchoring: Anchoring,
    hir: Hir,
    group_names: Vec<Option<Arc<str>>>,
    shortcut: Option<Shortcut>,
    automaton: OnceLock<Option<meta::Regex>>,
    dfa: OnceLock<Option<Box<algebra::Dfa>>>,
}

/// Above so many states the automaton is built at once, to see whether it can be.
const SURELY_FITS: u64 = 20_000;
/// Most bytes of an automaton.
const MAX_AUTOMATON: usize = 64 << 20;

impl Pattern {
    /// Parses `text`; the automaton is built when it is first used.
    ///
    /// Fails where Go's `regexp.Compile` does, and for patterns whose automaton would take more than 64 MiB.
    pub fn parse(text: &str, anchoring: Anchoring) -> Result<Self, RegexError> {
        let parsed = match anchoring {
            Anchoring::Prometheus => {
                let mut parsed = parser::parse(text, true)?;
                parsed.hir = Hir::concat(vec![
                    Hir::look(Look::Start),
                    parsed.hir,
                    Hir::look(Look::End),
                ]);
                parsed
            }
            Anchoring::LabelReplace => parser::parse(&format!("^(?s:{text})$"), false)?,
            Anchoring::Alertmanager => parser::parse(&format!("^(?:{text})$"), false)?,
            Anchoring::None => parser::parse(text, false)?,
        };
        let pattern = Self(Arc::new(Inner {
            text: text.into(),
            anchoring,
            shortcut: Shortcut::of(&parsed.hir),
            hir: parsed.hir,
            group_names: parsed.group_names,
            automaton: OnceLock::new(),
            dfa: OnceLock::new(),
        }));
        if parsed.states > SURELY_FITS && pattern.automaton().is_none() {
            return Err(RegexError::new(ErrorCode::Large, text));
        }
        Ok(pattern)
    }

    /// The pattern as written, without what the anchoring adds.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// What was put around it.
    #[must_use]
    pub fn anchoring(&self) -> Anchoring {
        self.0.anchoring
    }

    /// Whether the pattern matches `text`.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        match &self.0.shortcut {
            Some(shortcut) => shortcut.is_match(text),
            None => self.is_match_by_automaton(text),
        }
    }

    /// Whether the pattern matches the empty text, which for most patterns is told without building the automaton.
    #[must_use]
    pub fn matches_empty(&self) -> bool {
        let properties = self.0.hir.properties();
        // At an empty text both ends of text and line hold; only word boundaries need a closer look.
        let looks = properties.look_set();
        if self.0.shortcut.is_some() || looks.contains_word() {
            return self.is_match("");
        }
        properties.minimum_len() == Some(0)
    }

    fn is_match_by_automaton(&self, text: &str) -> bool {
        self.automaton()
            .is_some_and(|automaton| automaton.is_match(text))
    }

    /// The texts that match, where they are finite in number and few (at most 10,000) and the pattern is anchored:
    /// `a|b` gives `a` and `b`. Prometheus looks such values up in its index. No text stands twice.
    #[must_use]
    pub fn set_matches(&self) -> Option<&[Arc<str>]> {
        match &self.0.shortcut {
            Some(Shortcut::OneOf(set)) => Some(set.texts()),
            _ => None,
        }
    }

    /// `None` where the automaton would be too large, which `parse` has ruled out.
    fn automaton(&self) -> Option<&meta::Regex> {
        self.0
            .automaton
            .get_or_init(|| {
                let config = meta::Config::new()
                    .nfa_size_limit(Some(MAX_AUTOMATON))
                    .onepass_size_limit(Some(1 << 20));
                meta::Builder::new()
                    .configure(config)
                    .build_from_hir(&self.0.hir)
                    .ok()
            })
            .as_ref()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        (self.anchoring(), self.as_str()) == (other.anchoring(), other.as_str())
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({:?})", self.anchoring(), self.as_str())
    }
}

#[cfg(test)]
mod tests;
