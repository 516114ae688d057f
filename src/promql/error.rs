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

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}
