//! Tokens to a tree: a Pratt parser that meets errors as Prometheus's generated parser does.
//!
//! That parser is an LALR automaton with `error` productions. Where a token fits nowhere it takes states off its stack
//! until one of them has such a production, reports, and goes on from there with the same token; while it has not
//! shifted three tokens since, tokens that do not fit are dropped in silence. Here the stack is the call stack:
//! `Stop::Unwind` travels up to the function that stands for the state, and `recovering` counts the three tokens.

use super::ast::*;
use super::error::ParseError;
use super::go;
use super::lexer::Lexer;
use super::token::{Keyword, Token, TokenKind, Word};
use crate::source::Span;
use crate::target::Target;

/// How deep calls of the parser may nest: parentheses, signs, arguments, powers.
const MAX_NESTING: usize = 250;
/// How deep a tree may be, so that walks over it are safe: a chain `a + b + c` is as deep as it is long.
pub(super) const MAX_DEPTH: usize = 1000;

/// Why a production has no result.
pub(super) enum Stop {
    /// The next token does not fit; the nearest production that can deal with errors goes on.
    Unwind,
    /// Nothing more can be read.
    Abort,
}

pub(super) type Parsed<T> = Result<T, Stop>;

/// An expression and how deep it is.
pub(super) struct Node {
    pub(super) expr: Expr,
    pub(super) depth: usize,
}

pub(super) struct Parser<'t> {
    pub(super) input: &'t str,
    pub(super) target: Target,
    pub(super) lexer: Lexer<'t>,
    pub(super) lookahead: Option<Token>,
    /// The token that was read last, be it taken or not.
    pub(super) last: Token,
    /// The end of the last token that can close an expression.
    pub(super) last_closing: usize,
    pub(super) taken_end: usize,
    /// Counts down from 3 with every token taken after an error.
    pub(super) recovering: u8,
    pub(super) errors: Vec<ParseError>,
    nesting: usize,
}

/// Reads an expression. On failure there is at least one error, the first in the text's order of reading first, as in
/// Prometheus; types are only checked where the syntax is right.
///
/// Beyond Prometheus's rules there are limits on nesting and on the depth of the tree, 250 and 1,000 levels.
pub fn parse(text: &str, target: &Target) -> Result<Expr, Vec<ParseError>> {
    let mut parser = Parser::new(Lexer::new(text, target), target);
    let expr = parser.whole_expression();
    match expr {
        Some(mut expr) if parser.errors.is_empty() => {
            super::check::check(&mut expr, text)?;
            Ok(expr)
        }
        _ => Err(parser.errors),
    }
}

impl<'t> Parser<'t> {
    pub(super) fn new(lexer: Lexer<'t>, target: &Target) -> Self {
        Self {
            input: lexer.input,
            target: *target,
            lexer,
            lookahead: None,
            last: Token {
                kind: TokenKind::Eof,
                span: Span::empty(0),
            },
            last_closing: 0,
            taken_end: 0,
            recovering: 0,
            errors: Vec::new(),
            nesting: 0,
        }
    }

    fn whole_expression(&mut self) -> Option<Expr> {
        if self.peek() == TokenKind::Eof {
            self.errors.push(ParseError {
                span: Span::empty(0),
                message: "no expression found in input".to_owned(),
            });
            return None;
        }
        let parsed = self.expr(0);
        let expr = self.until_end(parsed)?;
        Some(expr.expr)
    }

    /// The result of the start symbol; reports what is left over and what no other production has dealt with.
    pub(super) fn until_end<T>(&mut self, parsed: Parsed<T>) -> Option<T> {
        match parsed {
            Ok(value) => {
                if !self.at_end() && self.recovering < 3 {
                    self.unexpected("", "");
                }
                self.read_to_end();
                Some(value)
            }
            Err(Stop::Unwind) => {
                self.unexpected("", "");
                self.read_to_end();
                None
            }
            Err(Stop::Abort) => None,
        }
    }

    /// Reads the rest for the errors that the lexer has about it.
    fn read_to_end(&mut self) {
        while !self.at_end() {
            self.lookahead = None;
        }
    }

    /// An expression whose operators bind at least as tightly as `min`.
    pub(super) fn expr(&mut self, min: u8) -> Parsed<Node> {
        self.enter()?;
        let parsed = self.operators(min);
        self.leave();
        parsed
    }

    fn operators(&mut self, min: u8) -> Parsed<Node> {
        let first = self.prefix()?;
        self.more_operators(first, min)
    }

    /// What follows `left`.
    fn more_operators(&mut self, mut left: Node, min: u8) -> Parsed<Node> {
        loop {
            left = match self.peek() {
                TokenKind::Keyword(Keyword::Offset) => self.offset(left)?,
                TokenKind::Keyword(Keyword::Anchored) => {
                    self.range_extension(left, RangeExtension::Anchored)
                }
                TokenKind::Keyword(Keyword::Smoothed) => {
                    self.range_extension(left, RangeExtension::Smoothed)
                }
                TokenKind::At => self.at(left)?,
                TokenKind::LeftBracket => self.brackets(left)?,
                TokenKind::Operator(op) if precedence(op) >= min => self.binary(left, op)?,
                _ => return Ok(left),
            };
        }
    }

    fn prefix(&mut self) -> Parsed<Node> {
        loop {
            match self.peek() {
                kind if self.is_number(kind) => {
                    let token = self.take();
                    let value = self.number_or_duration(token);
                    return Ok(leaf(token.span, ExprKind::Number(value)));
                }
                TokenKind::String => {
                    let token = self.take();
                    let value = go::unquote(token.text(self.input));
                    return Ok(leaf(token.span, ExprKind::String(value.into())));
                }
                TokenKind::LeftParen => return self.parentheses(),
                TokenKind::LeftBrace => return self.vector_selector(None),
                TokenKind::Operator(BinaryOp::Add) => return self.unary(UnaryOp::Plus),
                TokenKind::Operator(BinaryOp::Sub) => return self.unary(UnaryOp::Minus),
                TokenKind::Aggregate(op) => {
                    let token = self.take();
                    return match self.peek() {
                        TokenKind::LeftParen
                        | TokenKind::Keyword(Keyword::By | Keyword::Without) => {
                            self.aggregate(op, token)
                        }
                        _ => self.vector_selector(Some(token)),
                    };
                }
                TokenKind::Identifier | TokenKind::Function(_) => {
                    let token = self.take();
                    // `start`, `end` and the like are functions since Prometheus 3.12.
                    let callable = token.kind == TokenKind::Identifier || self.since(3, 12);
                    return match self.peek() {
                        TokenKind::LeftParen if callable => self.call(token),
                        _ => self.vector_selector(Some(token)),
                    };
                }
                kind if kind.is_metric_name() => {
                    let token = self.take();
                    return self.vector_selector(Some(token));
                }
                _ => self.misfit()?,
            }
        }
    }

    fn parentheses(&mut self) -> Parsed<Node> {
        let open = self.take();
        let mut inner = self.expr(0)?;
        let close = loop {
            if let Some(close) = self.take_if(TokenKind::RightParen) {
                break close;
            }
            self.misfit()?;
            inner = self.more_operators(inner, 0)?;
        };
        let kind = ExprKind::Paren(Box::new(inner.expr));
        self.node(open.span.to(close.span), kind, inner.depth)
    }

    fn unary(&mut self, op: UnaryOp) -> Parsed<Node> {
        let sign = self.take();
        // As in mathematics a sign binds less tightly than a power.
        let mut operand = self.expr(precedence(BinaryOp::Pow))?;
        let span = Span {
            start: sign.span.start,
            ..operand.expr.span
        };
        if let ExprKind::Number(value) = &mut operand.expr.kind {
            if op == UnaryOp::Minus {
                *value = -*value;
            }
            operand.expr.span = span;
            return Ok(operand);
        }
        self.node(
            span,
            ExprKind::Unary(op, Box::new(operand.expr)),
            operand.depth,
        )
    }

    fn binary(&mut self, left: Node, op: BinaryOp) -> Parsed<Node> {
        let operator = self.take();
        let return_bool = self.take_if(TokenKind::Keyword(Keyword::Bool)).is_some();
        let matching = self.matching()?;
        let binds = precedence(op);
        let right = self.expr(if op == BinaryOp::Pow {
            binds
        } else {
            binds + 1
        })?;
        let span = left.expr.span.to(right.expr.span);
        let fills = matching.is_filled();
        if fills && !self.target.features.binop_fill_modifiers {
            self.error(
                span,
                "binop fill modifiers are experimental and not enabled",
            );
        }
        let depth = left.depth.max(right.depth);
        let kind = ExprKind::Binary(Box::new(Binary {
            op,
            op_span: operator.span,
            lhs: left.expr,
            rhs: right.expr,
            return_bool,
            matching: Some(matching),
        }));
        self.node(span, kind, depth)
    }

    /// `on`, `ignoring`, `group_left`, `group_right` and the fill values, all of which may be missing.
    fn matching(&mut self) -> Parsed<VectorMatching> {
        let mut matching = VectorMatching::default();
        if let TokenKind::Keyword(keyword @ (Keyword::On | Keyword::Ignoring)) = self.peek() {
            self.take();
            matching.on = keyword == Keyword::On;
            matching.labels = self.grouping_labels()?;
            let grouping = match self.peek() {
                TokenKind::Keyword(Keyword::GroupLeft) => Some(Cardinality::ManyToOne),
                TokenKind::Keyword(Keyword::GroupRight) => Some(Cardinality::OneToMany),
                _ => None,
            };
            if let Some(cardinality) = grouping {
                self.take();
                matching.cardinality = cardinality;
                // The labels may be missing, but then the right side must follow.
                if self.peek() == TokenKind::LeftParen || !self.starts_expression() {
                    matching.include = self.grouping_labels()?;
                }
            }
        }
        match self.peek() {
            TokenKind::Keyword(Keyword::Fill) => {
                self.take();
                let value = self.fill_value()?;
                matching.fill_left = Some(value);
                matching.fill_right = Some(value);
            }
            TokenKind::Keyword(Keyword::FillLeft) => {
                self.take();
                matching.fill_left = Some(self.fill_value()?);
                if self
                    .take_if(TokenKind::Keyword(Keyword::FillRight))
                    .is_some()
                {
                    matching.fill_right = Some(self.fill_value()?);
                }
            }
            TokenKind::Keyword(Keyword::FillRight) => {
                self.take();
                matching.fill_right = Some(self.fill_value()?);
                if self
                    .take_if(TokenKind::Keyword(Keyword::FillLeft))
                    .is_some()
                {
                    matching.fill_left = Some(self.fill_value()?);
                }
            }
            _ => {}
        }
        Ok(matching)
    }

    /// Whether the token can stand for a number; since Prometheus 3.0 durations can.
    fn is_number(&self, kind: TokenKind) -> bool {
        kind == TokenKind::Number || (kind == TokenKind::Duration && self.since(3, 0))
    }

    /// Whether the next token can start an expression.
    pub(super) fn starts_expression(&mut self) -> bool {
        let kind = self.peek();
        let is_sign = matches!(kind, TokenKind::Operator(BinaryOp::Add | BinaryOp::Sub));
        let opens = matches!(
            kind,
            TokenKind::String | TokenKind::LeftParen | TokenKind::LeftBrace
        );
        is_sign || opens || self.is_number(kind) || kind.is_metric_name()
    }

    fn fill_value(&mut self) -> Parsed<f64> {
        self.expect(TokenKind::LeftParen)?;
        let value = self.signed_number()?;
        self.expect(TokenKind::RightParen)?;
        Ok(value)
    }

    /// A number or duration with an optional sign.
    pub(super) fn signed_number(&mut self) -> Parsed<f64> {
        let mut negative = false;
        let mut signed = false;
        loop {
            match self.peek() {
                kind if self.is_number(kind) => {
                    let token = self.take();
                    let value = self.number_or_duration(token);
                    return Ok(if negative { -value } else { value });
                }
                TokenKind::Operator(op @ (BinaryOp::Add | BinaryOp::Sub)) if !signed => {
                    self.take();
                    signed = true;
                    negative = op == BinaryOp::Sub;
                }
                _ => self.misfit()?,
            }
        }
    }

    /// A tree over parts that are `depth` deep.
    pub(super) fn node(&mut self, span: Span, kind: ExprKind, depth: usize) -> Parsed<Node> {
        let depth = depth + 1;
        if depth > MAX_DEPTH {
            return self.too_deep(span, MAX_DEPTH);
        }
        Ok(Node {
            expr: Expr { span, kind },
            depth,
        })
    }

    /// Counts one level of nesting; `leave` counts it off again.
    pub(super) fn enter(&mut self) -> Parsed<()> {
        if self.nesting >= MAX_NESTING {
            self.peek();
            return self.too_deep(self.last.span, MAX_NESTING);
        }
        self.nesting += 1;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.nesting -= 1;
    }

    /// A chain of operators is as deep as it is long.
    pub(super) fn limit_chain(&mut self, length: usize, span: Span) -> Parsed<()> {
        if length > MAX_NESTING {
            return self.too_deep(span, MAX_NESTING);
        }
        Ok(())
    }

    fn too_deep<T>(&mut self, span: Span, limit: usize) -> Parsed<T> {
        self.error(
            span,
            format!("expression is nested more than {limit} levels deep"),
        );
        Err(Stop::Abort)
    }
}

/// How tightly an operator binds.
const fn precedence(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And | BinaryOp::Unless => 2,
        BinaryOp::Add | BinaryOp::Sub => 4,
        BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod | BinaryOp::Atan2 => 5,
        BinaryOp::Pow => 6,
        _ => 3,
    }
}

pub(super) fn leaf(span: Span, kind: ExprKind) -> Node {
    Node {
        expr: Expr { span, kind },
        depth: 1,
    }
}

/// The `@` modifier takes these words only with empty parentheses.
pub(super) const fn at_word(word: Word) -> Option<At> {
    match word {
        Word::Start => Some(At::Start),
        Word::End => Some(At::End),
        _ => None,
    }
}
