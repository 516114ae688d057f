//! Durations, written out and calculated.

use super::ast::*;
use super::go;
use super::parser::{Parsed, Parser};
use super::token::{Token, TokenKind, Word};
use crate::source::Span;
use crate::target::{Duration, DurationError};

/// Prometheus keeps durations as nanoseconds in 64 bits.
const MAX_SECONDS: f64 = 9_223_372_036.854_776;

pub(super) const NEWEST_KINDS: &str = "number, duration, step(), or range()";

impl Parser<'_> {
    /// A duration that must not be 0 or less where it is written out.
    pub(super) fn positive_duration(&mut self) -> Parsed<DurationExpr> {
        let duration = self.duration(0)?;
        // A computed duration is checked when its value is known.
        self.peek();
        if let DurationKind::Literal(seconds) = duration.kind
            && seconds <= 0.0
            && self.since(3, 0)
        {
            self.error(duration.span, "duration must be greater than 0");
        }
        Ok(duration)
    }

    /// The duration after `offset`. It ends after a literal, a call and a parenthesis with a sign, so that
    /// `a offset 5m + b` is a sum; after a parenthesis without sign it goes on, as it does in Prometheus.
    pub(super) fn offset_duration(&mut self) -> Parsed<DurationExpr> {
        match self.peek() {
            TokenKind::LeftParen => self.duration(0),
            TokenKind::Operator(op @ (BinaryOp::Add | BinaryOp::Sub))
                if op == BinaryOp::Sub || self.since(3, 4) =>
            {
                let sign = self.take();
                if let TokenKind::Operator(BinaryOp::Add | BinaryOp::Sub) = self.peek() {
                    let operand = self.duration(precedence(BinaryOp::Mul) + 1)?;
                    let left = self.signed(sign, op, operand);
                    return self.duration_operators(left, 0);
                }
                if let TokenKind::Number | TokenKind::Duration = self.peek() {
                    let literal = self.duration_literal(Some(sign.span))?;
                    return Ok(self.signed(sign, op, literal));
                }
                let operand = self.duration_operand()?;
                Ok(self.signed(sign, op, operand))
            }
            _ => self.duration_operand(),
        }
    }

    /// A duration whose operators bind at least as tightly as `min`.
    pub(super) fn duration(&mut self, min: u8) -> Parsed<DurationExpr> {
        self.enter()?;
        let parsed = self
            .duration_operand()
            .and_then(|left| self.duration_operators(left, min));
        self.leave();
        parsed
    }

    fn duration_operators(&mut self, mut left: DurationExpr, min: u8) -> Parsed<DurationExpr> {
        let mut length = 0;
        while self.since(3, 4)
            && let TokenKind::Operator(op) = self.peek()
            && precedence(op) >= min.max(1)
        {
            let operator = self.take();
            let binds = precedence(op);
            let right = self.duration(if op == BinaryOp::Pow {
                binds
            } else {
                binds + 1
            })?;
            self.need_duration_expressions(left.span);
            left = self.duration_operation(left, op, operator, right);
            length += 1;
            self.limit_chain(length, left.span)?;
        }
        Ok(left)
    }

    fn duration_operation(
        &mut self,
        left: DurationExpr,
        op: BinaryOp,
        operator: Token,
        right: DurationExpr,
    ) -> DurationExpr {
        let by_zero = match op {
            BinaryOp::Div => Some("division by zero"),
            BinaryOp::Mod => Some("modulo by zero"),
            _ => None,
        };
        if let Some(message) = by_zero
            && right.is_zero()
        {
            self.error(operator.span, message);
            return zero();
        }
        DurationExpr {
            span: left.span.to(right.span),
            kind: DurationKind::Binary(op, Box::new(left), Box::new(right)),
        }
    }

    /// A duration without operators, except for its sign.
    fn duration_operand(&mut self) -> Parsed<DurationExpr> {
        loop {
            match self.peek() {
                TokenKind::Duration | TokenKind::Number => return self.duration_literal(None),
                TokenKind::Operator(op @ (BinaryOp::Add | BinaryOp::Sub)) if self.since(3, 4) => {
                    let sign = self.take();
                    let operand = self.duration(precedence(BinaryOp::Pow))?;
                    return Ok(self.signed(sign, op, operand));
                }
                TokenKind::LeftParen if self.since(3, 4) => {
                    let open = self.take();
                    let inner = self.duration(0)?;
                    let close = self.expect(TokenKind::RightParen)?;
                    self.need_duration_expressions(inner.span);
                    return Ok(DurationExpr {
                        span: open.span.to(close.span),
                        kind: DurationKind::Paren(Box::new(inner)),
                    });
                }
                TokenKind::Function(Word::Step) => return self.duration_call(DurationKind::Step),
                TokenKind::Function(Word::Range) => return self.duration_call(DurationKind::Range),
                TokenKind::Function(Word::MinOf) => return self.extremum(DurationKind::MinOf),
                TokenKind::Function(Word::MaxOf) => return self.extremum(DurationKind::MaxOf),
                _ => self.misfit()?,
            }
        }
    }

    /// A duration, or from Prometheus 3.0 on a number of seconds. `sign` is where the sign before it stands.
    fn duration_literal(&mut self, sign: Option<Span>) -> Parsed<DurationExpr> {
        let token = loop {
            match self.peek() {
                TokenKind::Duration => break self.take(),
                TokenKind::Number if self.since(3, 0) => break self.take(),
                _ => self.misfit()?,
            }
        };
        let seconds = self.number_or_duration(token);
        if seconds.abs() > MAX_SECONDS {
            self.error(sign.unwrap_or(token.span), "duration out of range");
            return Ok(zero());
        }
        Ok(DurationExpr {
            span: token.span,
            kind: DurationKind::Literal(seconds),
        })
    }

    fn duration_call(&mut self, kind: DurationKind) -> Parsed<DurationExpr> {
        let name = self.take();
        let close = self.empty_parentheses()?;
        let span = name.span.to(close.span);
        self.need_duration_expressions(span);
        Ok(DurationExpr { span, kind })
    }

    /// `min_of` or `max_of` of two durations.
    fn extremum(
        &mut self,
        kind: fn(Box<DurationExpr>, Box<DurationExpr>) -> DurationKind,
    ) -> Parsed<DurationExpr> {
        let name = self.take();
        self.expect(TokenKind::LeftParen)?;
        let first = self.duration(0)?;
        self.expect(TokenKind::Comma)?;
        let second = self.duration(0)?;
        let close = self.expect(TokenKind::RightParen)?;
        let span = name.span.to(close.span);
        self.need_duration_expressions(span);
        Ok(DurationExpr {
            span,
            kind: kind(Box::new(first), Box::new(second)),
        })
    }

    /// A sign before a duration; that of a literal belongs to the number.
    fn signed(&mut self, sign: Token, op: BinaryOp, operand: DurationExpr) -> DurationExpr {
        let span = sign.span.to(operand.span);
        let negative = op == BinaryOp::Sub;
        let kind = match operand.kind {
            DurationKind::Literal(seconds) if negative => DurationKind::Literal(-seconds),
            DurationKind::Literal(seconds) => DurationKind::Literal(seconds),
            _ if negative => DurationKind::Unary(UnaryOp::Minus, Box::new(operand)),
            _ => DurationKind::Unary(UnaryOp::Plus, Box::new(operand)),
        };
        DurationExpr { span, kind }
    }

    pub(super) fn need_duration_expressions(&mut self, span: Span) {
        if !self.target.duration_expressions() {
            self.error(span, "experimental duration expression is not enabled");
        }
    }

    /// The value of a number, or the seconds of a duration.
    pub(super) fn number_or_duration(&mut self, token: Token) -> f64 {
        let text = token.text(self.input);
        if token.kind == TokenKind::Number {
            return go::number(text).unwrap_or_else(|error| {
                self.error(token.span, error.message);
                error.value
            });
        }
        match Duration::parse(text) {
            Ok(Duration::ZERO) if !self.since(3, 0) => {
                self.error(token.span, "duration must be greater than 0");
                0.0
            }
            Ok(duration) => duration.seconds(),
            Err(error) => {
                let in_words = self.since(3, 0);
                self.error(token.span, duration_message(text, &error, in_words));
                0.0
            }
        }
    }
}

/// How tightly an operator of durations binds; 0 for those that are none.
const fn precedence(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Add | BinaryOp::Sub => 1,
        BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod => 2,
        BinaryOp::Pow => 3,
        _ => 0,
    }
}

/// What stands for a duration that is in error: it has no place.
fn zero() -> DurationExpr {
    DurationExpr {
        span: Span::empty(0),
        kind: DurationKind::Literal(0.0),
    }
}

/// `%f` of Go.
pub(super) fn go_decimal(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        let sign = if value > 0.0 { '+' } else { '-' };
        format!("{sign}Inf")
    } else {
        format!("{value:.6}")
    }
}

/// The message of `model.ParseDuration`, which before Prometheus 3.0 had no words for an unknown unit.
fn duration_message(text: &str, error: &DurationError, in_words: bool) -> String {
    if *error == DurationError::OutOfRange {
        return error.to_string();
    }
    let mut rest = if text.starts_with('.') { "" } else { text };
    while !rest.is_empty() {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let length = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (unit, after) = rest.split_at(length);
        if in_words && !matches!(unit, "" | "y" | "w" | "d" | "h" | "m" | "s" | "ms") {
            let (unit, text) = (go::quote(unit), go::quote(text));
            return format!("unknown unit {unit} in duration {text}");
        }
        rest = after;
    }
    format!("not a valid duration string: {}", go::quote(text))
}

impl DurationExpr {
    /// Whether it is a literal 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(self.kind, DurationKind::Literal(seconds) if seconds == 0.0)
    }
}

impl DurationExpr {
    /// The seconds of a duration that is written out, signs and parentheses included; nothing where it is computed.
    #[must_use]
    pub fn fixed_seconds(&self) -> Option<f64> {
        match &self.kind {
            DurationKind::Literal(seconds) => Some(*seconds),
            DurationKind::Unary(UnaryOp::Minus, inner) => {
                inner.fixed_seconds().map(|seconds| -seconds)
            }
            DurationKind::Unary(UnaryOp::Plus, inner) | DurationKind::Paren(inner) => {
                inner.fixed_seconds()
            }
            _ => None,
        }
    }
}
