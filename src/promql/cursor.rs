//! The parser's way with tokens: looking ahead, taking, and what happens to a token that fits nowhere.

use super::error::ParseError;
use super::parser::{Parsed, Parser, Stop};
use super::token::{Token, TokenKind};
use crate::source::Span;
use crate::target::Version;

/// Whether a token was dropped and the place may be tried again.
#[derive(PartialEq, Eq)]
pub(super) enum Again {
    Yes,
    No,
}

impl Parser<'_> {
    /// The kind of the next token. The lexer's error becomes one of the parser when it is first seen.
    pub(super) fn peek(&mut self) -> TokenKind {
        if let Some(token) = self.lookahead {
            return token.kind;
        }
        let token = self.lexer.next_token();
        match token.kind {
            TokenKind::RightBrace
            | TokenKind::RightParen
            | TokenKind::RightBracket
            | TokenKind::Duration
            | TokenKind::Number => self.last_closing = token.span.range().end,
            TokenKind::Error => {
                if let Some(error) = self.lexer.error() {
                    self.errors.push(ParseError {
                        span: error.span,
                        message: error.message.clone(),
                    });
                }
            }
            _ => {}
        }
        self.lookahead = Some(token);
        self.last = token;
        token.kind
    }

    pub(super) fn take(&mut self) -> Token {
        self.peek();
        let is_end = matches!(self.last.kind, TokenKind::Eof | TokenKind::Error);
        if !is_end {
            self.lookahead = None;
        }
        self.recovering = self.recovering.saturating_sub(1);
        self.taken_end = self.last.span.range().end;
        self.last
    }

    /// Where the next token stands.
    pub(super) fn peek_span(&mut self) -> Span {
        self.peek();
        self.last.span
    }

    /// The end of the token taken last.
    pub(super) const fn taken_end(&self) -> usize {
        self.taken_end
    }

    pub(super) fn take_if(&mut self, kind: TokenKind) -> Option<Token> {
        (self.peek() == kind).then(|| self.take())
    }

    /// Takes a token of that kind.
    pub(super) fn expect(&mut self, kind: TokenKind) -> Parsed<Token> {
        loop {
            if let Some(token) = self.take_if(kind) {
                return Ok(token);
            }
            self.misfit()?;
        }
    }

    pub(super) fn at_end(&mut self) -> bool {
        matches!(self.peek(), TokenKind::Eof | TokenKind::Error)
    }

    /// The next token does not fit here. Shortly after an error it is dropped and the caller tries again.
    pub(super) fn misfit(&mut self) -> Parsed<()> {
        if self.recovering == 3 {
            if self.at_end() {
                return Err(Stop::Abort);
            }
            self.lookahead = None;
            return Ok(());
        }
        self.recovering = 3;
        Err(Stop::Unwind)
    }

    /// The same in a place that deals with errors itself: reports, or drops the token and answers that the caller
    /// shall try again.
    pub(super) fn misfit_here(&mut self, context: &str, expected: &str) -> Parsed<Again> {
        match self.misfit() {
            Ok(()) => Ok(Again::Yes),
            Err(Stop::Unwind) => {
                self.unexpected(context, expected);
                Ok(Again::No)
            }
            Err(Stop::Abort) => Err(Stop::Abort),
        }
    }

    /// Reports the token that was read last. What the lexer could not read has been reported already.
    pub(super) fn unexpected(&mut self, context: &str, expected: &str) {
        if self.last.kind == TokenKind::Error {
            return;
        }
        let mut message = format!("unexpected {}", self.last.describe(self.input));
        if !context.is_empty() {
            message.push_str(" in ");
            message.push_str(context);
        }
        if !expected.is_empty() {
            message.push_str(", expected ");
            message.push_str(expected);
        }
        self.error(self.last.span, message);
    }

    /// Adds an error. One that has no place of its own only follows from an error before it and is left out.
    pub(super) fn error(&mut self, span: Span, message: impl Into<String>) {
        if span == Span::empty(0) && !self.errors.is_empty() {
            return;
        }
        self.errors.push(ParseError {
            span,
            message: message.into(),
        });
    }

    pub(super) fn since(&self, major: u16, minor: u16) -> bool {
        self.target.prometheus >= Version::new(major, minor)
    }
}
