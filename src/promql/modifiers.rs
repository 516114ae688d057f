//! What follows a selector or expression: `[5m]`, `[1h:5m]`, `offset`, `@`, `anchored`, `smoothed`.

use super::ast::*;
use super::cursor::Again;
use super::duration::{NEWEST_KINDS, go_decimal};
use super::parser::{Node, Parsed, Parser, Stop, at_word};
use super::token::{Token, TokenKind};
use crate::source::Span;

const MISPLACED: &str =
    "must be preceded by an instant vector selector or range vector selector or a subquery";
const NO_RANGE: &str = "ranges only allowed for vector selectors";

impl Parser<'_> {
    /// `offset d` after an expression.
    pub(super) fn offset(&mut self, mut node: Node) -> Parsed<Node> {
        self.take();
        let offset = match self.offset_duration() {
            Ok(offset) => offset,
            Err(Stop::Unwind) => {
                let expected = self.kinds_of_duration();
                self.unexpected("offset", expected);
                return Ok(node);
            }
            Err(Stop::Abort) => return Err(Stop::Abort),
        };
        let span = node.expr.span;
        match modifiers(&mut node.expr) {
            Ok(modifiers) => {
                // To Prometheus no offset and an offset of 0 are the same.
                if modifiers.offset.as_ref().is_some_and(|d| !d.is_zero()) {
                    self.error(span, "offset may not be set multiple times");
                } else {
                    modifiers.offset = Some(offset);
                }
                self.extend_to_closing(&mut node);
            }
            Err(Misplaced::BrokenRange) => self.error(span, NO_RANGE),
            Err(Misplaced::Expression) => {
                self.error(span, format!("offset modifier {MISPLACED}"));
            }
        }
        Ok(node)
    }

    /// `@ t` after an expression.
    pub(super) fn at(&mut self, mut node: Node) -> Parsed<Node> {
        self.take();
        let at = match self.at_time() {
            Ok(at) => at,
            Err(Stop::Unwind) => {
                self.unexpected("@", "timestamp");
                return Ok(node);
            }
            Err(Stop::Abort) => return Err(Stop::Abort),
        };
        let span = node.expr.span;
        let at = match at {
            Ok(word) => word,
            Err(seconds) => {
                if seconds.is_nan() || seconds.abs() >= i64::MAX as f64 {
                    let seconds = go_decimal(seconds);
                    let message = format!("timestamp out of bounds for @ modifier: {seconds}");
                    self.error(span, message);
                }
                At::Timestamp((seconds * 1000.0).round() as i64)
            }
        };
        match modifiers(&mut node.expr) {
            Ok(modifiers) if modifiers.at.is_some() => {
                self.error(span, "@ <timestamp> may not be set multiple times");
            }
            Ok(modifiers) => {
                modifiers.at = Some(at);
                self.extend_to_closing(&mut node);
            }
            Err(Misplaced::BrokenRange) => self.error(span, NO_RANGE),
            Err(Misplaced::Expression) => self.error(span, format!("@ modifier {MISPLACED}")),
        }
        Ok(node)
    }

    /// `start()`, `end()` or seconds.
    fn at_time(&mut self) -> Parsed<Result<At, f64>> {
        if let TokenKind::Function(word) = self.peek()
            && let Some(at) = at_word(word)
        {
            self.take();
            self.empty_parentheses()?;
            return Ok(Ok(at));
        }
        self.signed_number().map(Err)
    }

    pub(super) fn empty_parentheses(&mut self) -> Parsed<Token> {
        self.expect(TokenKind::LeftParen)?;
        self.expect(TokenKind::RightParen)
    }

    pub(super) fn extend_to_closing(&self, node: &mut Node) {
        node.expr.span = Span::new(node.expr.span.range().start, self.last_closing);
    }

    /// `anchored` or `smoothed` after an expression; as in Prometheus the span stays as it was.
    pub(super) fn range_extension(&mut self, mut node: Node, extension: RangeExtension) -> Node {
        let name = extension.as_str();
        self.take();
        let span = node.expr.span;
        if !self.target.features.extended_range_selectors {
            let message = format!("{name} modifier is experimental and not enabled");
            self.error(span, message);
            return node;
        }
        let slot = match &mut node.expr.kind {
            ExprKind::Vector(selector) => &mut selector.extension,
            ExprKind::Matrix(matrix) => &mut matrix.selector.extension,
            ExprKind::Subquery(_) => {
                let message = format!("{name} modifier is not supported for subqueries");
                self.error(span, message);
                return node;
            }
            _ => {
                self.error(span, format!("{name} modifier not implemented"));
                return node;
            }
        };
        let clashes = slot.is_some_and(|other| other != extension);
        *slot = Some(extension);
        if clashes {
            let message = "anchored and smoothed modifiers cannot be used together";
            self.error(span, message);
        }
        node
    }

    /// The range or subquery after an expression.
    pub(super) fn brackets(&mut self, node: Node) -> Parsed<Node> {
        let open = self.take();
        let range = match self.positive_duration() {
            Ok(range) => range,
            Err(Stop::Unwind) => {
                let context = if self.since(3, 6) {
                    "subquery or range selector"
                } else {
                    "subquery selector"
                };
                let expected = self.kinds_of_duration();
                self.unexpected(context, expected);
                return Ok(node);
            }
            Err(Stop::Abort) => return Err(Stop::Abort),
        };
        loop {
            match self.peek() {
                TokenKind::RightBracket => {
                    let close = self.take();
                    return self.matrix(node, range, open.span.to(close.span));
                }
                TokenKind::Colon => {
                    self.take();
                    return self.subquery(node, range);
                }
                _ => {
                    let context = "subquery or range";
                    if self.misfit_here(context, "\":\" or \"]\"")? == Again::No {
                        return Ok(node);
                    }
                }
            }
        }
    }

    fn matrix(&mut self, node: Node, range: DurationExpr, brackets: Span) -> Parsed<Node> {
        let Node { expr, depth } = node;
        let span = expr.span.to(brackets);
        let (selector, selector_span) = match expr.kind {
            ExprKind::Vector(selector) => (selector, expr.span),
            // The tree does not leave the parser; an empty span marks the selector as none.
            _ => (VectorSelector::default(), Span::empty(0)),
        };
        let TimeModifiers { offset, at } = &selector.modifiers;
        if selector_span.is_empty() {
            self.error(brackets, NO_RANGE);
        } else if offset.as_ref().is_some_and(|offset| !offset.is_zero()) {
            self.error(brackets, "no offset modifiers allowed before range");
        } else if at.is_some() {
            self.error(brackets, "no @ modifiers allowed before range");
        }
        let kind = ExprKind::Matrix(MatrixSelector {
            selector,
            selector_span,
            range,
        });
        self.node(span, kind, depth)
    }

    /// The rest of a subquery, after the colon.
    fn subquery(&mut self, node: Node, range: DurationExpr) -> Parsed<Node> {
        let mut step = None;
        if self.peek() != TokenKind::RightBracket {
            match self.positive_duration() {
                Ok(duration) => step = Some(duration),
                Err(Stop::Unwind) => {
                    let expected = match self.kinds_of_duration() {
                        NEWEST_KINDS => "number, duration, step(), range(), or \"]\"".to_owned(),
                        kinds => format!("{kinds} or \"]\""),
                    };
                    self.unexpected("subquery selector", &expected);
                    return Ok(node);
                }
                Err(Stop::Abort) => return Err(Stop::Abort),
            }
        }
        loop {
            if let Some(close) = self.take_if(TokenKind::RightBracket) {
                let Node { expr, depth } = node;
                let span = expr.span.to(close.span);
                let kind = ExprKind::Subquery(Box::new(Subquery {
                    expr,
                    range,
                    step,
                    modifiers: TimeModifiers::default(),
                }));
                return self.node(span, kind, depth);
            }
            if self.misfit_here("subquery selector", "\"]\"")? == Again::No {
                return Ok(node);
            }
        }
    }

    const fn kinds_of_duration(&self) -> &'static str {
        let version = self.target.prometheus;
        match (version.major, version.minor) {
            (..3, _) => "duration",
            (3, ..6) => "number or duration",
            (3, ..10) => "number, duration, or step()",
            _ => NEWEST_KINDS,
        }
    }
}

/// Why an expression cannot have an offset or a fixed time.
enum Misplaced {
    /// It is a range over something that is no selector.
    BrokenRange,
    /// It is neither selector nor subquery.
    Expression,
}

fn modifiers(expr: &mut Expr) -> Result<&mut TimeModifiers, Misplaced> {
    match &mut expr.kind {
        ExprKind::Vector(selector) => Ok(&mut selector.modifiers),
        ExprKind::Matrix(matrix) if matrix.selector_span.is_empty() => Err(Misplaced::BrokenRange),
        ExprKind::Matrix(matrix) => Ok(&mut matrix.selector.modifiers),
        ExprKind::Subquery(subquery) => Ok(&mut subquery.modifiers),
        _ => Err(Misplaced::Expression),
    }
}

impl RangeExtension {
    /// The word as written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anchored => "anchored",
            Self::Smoothed => "smoothed",
        }
    }
}
