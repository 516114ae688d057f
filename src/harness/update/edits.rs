//! Replacements of pieces of a text, and what is around them.

use std::ops::Range;

/// Pieces of a text and what they become. Pieces do not overlap.
#[derive(Clone, Debug, Default)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    pub fn replace(&mut self, piece: Range<usize>, by: impl Into<String>) {
        self.0.push((piece, by.into()));
    }

    pub fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    pub fn delete(&mut self, piece: Range<usize>) {
        self.replace(piece, "");
    }

    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// The text with all pieces replaced. Insertions at one place stay in their order.
    pub fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(piece, _)| (piece.start, piece.end));
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for (piece, by) in &self.0 {
            // Two assertions that share a piece, by an anchor, are written once.
            if piece.start < from {
                continue;
            }
            out.push_str(text.get(from..piece.start).unwrap_or_default());
            out.push_str(by);
            from = piece.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }
}

/// Where the line of `at` begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Behind the line end of `at`, or the end of the text.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// How many bytes stand before `at` in its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

/// Whether only blanks stand before `at` in its line.
pub(super) fn is_first_in_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].trim().is_empty()
}
