use std::fmt;

use crate::source::Span;

/// A problem in an expression, in Prometheus's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// The bytes at fault, as Prometheus's `PositionRange`; an error of the lexer reaches to the end of the text.
    pub span: Span,
    /// The message, without position.
    pub message: String,
}

impl ParseError {
    /// With its line and column in `text`, as Prometheus prints it: `1:4: parse error: …`. Columns count bytes.
    #[must_use]
    pub fn positioned(&self, text: &str) -> String {
        let at = (self.span.start as usize).min(text.len());
        let before = &text.as_bytes()[..at];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let line_start = before.iter().rposition(|byte| *byte == b'\n');
        let column = at - line_start.map_or(0, |start| start + 1) + 1;
        format!("{line}:{column}: parse error: {}", self.message)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one() {
        let error = |at| ParseError {
            span: Span::empty(at),
            message: "x".to_owned(),
        };
        assert_eq!(error(0).positioned("ab"), "1:1: parse error: x");
        assert_eq!(error(4).positioned("ab\ncd"), "2:2: parse error: x");
        assert_eq!(error(9).positioned("ab"), "1:3: parse error: x");
    }
}
