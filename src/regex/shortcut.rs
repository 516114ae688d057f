//! Patterns that need no automaton: a finite set of texts, and `prefix.*suffix`.

use std::sync::Arc;

use regex_syntax::hir::{Class, Hir, HirKind, Look};
use rustc_hash::FxHashSet;

/// Most texts of a set.
const MAX_TEXTS: usize = 10_000;
/// Most bytes of a set.
const MAX_BYTES: usize = 1 << 20;
/// A set up to this size is searched one by one.
const SMALL: usize = 8;

/// A way to match without an automaton. Only patterns that have to match the whole text have one.
pub(super) enum Shortcut {
    /// One of finitely many texts.
    OneOf(TextSet),
    /// `prefix.*suffix` or `prefix.+suffix`; either end may be empty.
    Affixes {
        prefix: Box<str>,
        suffix: Box<str>,
        gap: Gap,
    },
}

/// What `.*` and `.+` stand for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    may_be_empty: bool,
    may_hold_newline: bool,
}

/// Texts in the order of the pattern, none twice.
pub(super) struct TextSet {
    texts: Box<[Arc<str>]>,
    index: FxHashSet<Arc<str>>,
}

impl TextSet {
    fn new(texts: Vec<String>) -> Self {
        let mut index = FxHashSet::default();
        let texts: Box<[Arc<str>]> = texts
            .into_iter()
            .map(Arc::<str>::from)
            .filter(|text| index.insert(Arc::clone(text)))
            .collect();
        Self { texts, index }
    }

    pub(super) fn texts(&self) -> &[Arc<str>] {
        &self.texts
    }

    fn contains(&self, text: &str) -> bool {
        if self.texts.len() <= SMALL {
            return self.texts.iter().any(|one| &**one == text);
        }
        self.index.contains(text)
    }
}

impl Shortcut {
    /// The shortcut for `hir`, if it has one.
    pub(super) fn of(hir: &Hir) -> Option<Self> {
        let parts = between_anchors(hir)?;
        if let Some(texts) = texts_of_row(parts) {
            return Some(Self::OneOf(TextSet::new(texts)));
        }
        let (prefix, gap, suffix) = match parts {
            [gap] => ("", gap, ""),
            [first, second] => match literal(first) {
                Some(prefix) => (prefix, second, ""),
                None => ("", first, literal(second)?),
            },
            [prefix, gap, suffix] => (literal(prefix)?, gap, literal(suffix)?),
            _ => return None,
        };
        Some(Self::Affixes {
            gap: gap_of(gap)?,
            prefix: prefix.into(),
            suffix: suffix.into(),
        })
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        match self {
            Self::OneOf(set) => set.contains(text),
            Self::Affixes {
                prefix,
                suffix,
                gap,
            } => text
                .strip_prefix(&**prefix)
                .and_then(|rest| rest.strip_suffix(&**suffix))
                .is_some_and(|rest| gap.admits(rest)),
        }
    }
}

impl Gap {
    fn admits(self, text: &str) -> bool {
        (self.may_be_empty || !text.is_empty()) && (self.may_hold_newline || !text.contains('\n'))
    }
}

/// What stands between the start and the end of the text, for patterns that are held at both.
fn between_anchors(hir: &Hir) -> Option<&[Hir]> {
    let is = |hir: &Hir, look: Look| matches!(hir.kind(), HirKind::Look(found) if *found == look);
    let HirKind::Concat(parts) = hir.kind() else {
        return None;
    };
    let first = parts
        .iter()
        .take_while(|part| is(part, Look::Start))
        .count();
    let rest = &parts[first..];
    let last = rest
        .iter()
        .rev()
        .take_while(|part| is(part, Look::End))
        .count();
    (first > 0 && last > 0).then(|| &rest[..rest.len() - last])
}

fn literal(hir: &Hir) -> Option<&str> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok(),
        HirKind::Capture(capture) => self::literal(&capture.sub),
        _ => None,
    }
}

fn gap_of(hir: &Hir) -> Option<Gap> {
    let repetition = match hir.kind() {
        HirKind::Capture(capture) => return gap_of(&capture.sub),
        HirKind::Repetition(repetition) => repetition,
        _ => return None,
    };
    if repetition.max.is_some() || repetition.min > 1 {
        return None;
    }
    let HirKind::Class(Class::Unicode(class)) = repetition.sub.kind() else {
        return None;
    };
    let ranges: Vec<_> = class.iter().map(|r| (r.start(), r.end())).collect();
    let may_hold_newline = match *ranges {
        [('\0', char::MAX)] => true,
        [('\0', '\t'), ('\u{b}', char::MAX)] => false,
        _ => return None,
    };
    Some(Gap {
        may_be_empty: repetition.min == 0,
        may_hold_newline,
    })
}

/// All texts that a row of pieces can match, where they are few.
fn texts_of_row(parts: &[Hir]) -> Option<Vec<String>> {
    let mut texts = vec![String::new()];
    for part in parts {
        let tails = texts_of(part)?;
        let bytes = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
        let count = texts.len().checked_mul(tails.len())?;
        let size = bytes(&texts) * tails.len() + bytes(&tails) * texts.len();
        if count > MAX_TEXTS || size > MAX_BYTES {
            return None;
        }
        texts = texts
            .iter()
            .flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}")))
            .collect();
    }
    Some(texts)
}

fn texts_of(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty => Some(vec![String::new()]),
        HirKind::Literal(_) => literal(hir).map(|text| vec![text.to_owned()]),
        HirKind::Class(Class::Unicode(class)) => {
            let count: usize = class.iter().map(|range| range.len()).sum();
            (count <= MAX_TEXTS).then(|| {
                class
                    .iter()
                    .flat_map(|range| range.start()..=range.end())
                    .map(String::from)
                    .collect()
            })
        }
        HirKind::Capture(capture) => texts_of(&capture.sub),
        HirKind::Repetition(repetition) if (repetition.min, repetition.max) == (0, Some(1)) => {
            let mut texts = texts_of(&repetition.sub)?;
            texts.push(String::new());
            Some(texts)
        }
        HirKind::Concat(parts) => texts_of_row(parts),
        HirKind::Alternation(branches) => {
            let mut texts = Vec::new();
            for branch in branches {
                texts.append(&mut texts_of(branch)?);
                if texts.len() > MAX_TEXTS {
                    return None;
                }
            }
            Some(texts)
        }
        HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}
