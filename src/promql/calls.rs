//! Function calls and aggregations.

use super::ast::*;
use super::functions::{self, UNKNOWN};
use super::go;
use super::parser::{Node, Parsed, Parser, Stop};
use super::token::{Keyword, Token, TokenKind};
use crate::source::Span;

impl Parser<'_> {
    pub(super) fn call(&mut self, name: Token) -> Parsed<Node> {
        let args = self.arguments()?;
        let text = name.text(self.input);
        let function =
            functions::lookup(text).filter(|function| function.exists_in(self.target.prometheus));
        match function {
            None => {
                let message = format!("unknown function with name {}", go::quote(text));
                self.error(name.span, message);
            }
            Some(function) if !function.is_enabled(&self.target) => {
                self.error(
                    name.span,
                    format!("function {} is not enabled", go::quote(text)),
                );
            }
            Some(_) => {}
        }
        let span = Span::new(name.span.range().start, self.last_closing);
        let depth = args.iter().map(|arg| arg.depth).max().unwrap_or(0);
        let kind = ExprKind::Call(Call {
            function: function.unwrap_or(&UNKNOWN),
            name_span: name.span,
            args: args.into_iter().map(|arg| arg.expr).collect(),
        });
        self.node(span, kind, depth)
    }

    /// Arguments in their parentheses.
    fn arguments(&mut self) -> Parsed<Vec<Node>> {
        let mut args = Vec::with_capacity(1);
        self.expect(TokenKind::LeftParen)?;
        if self.take_if(TokenKind::RightParen).is_some() {
            return Ok(args);
        }
        args.push(self.expr(0)?);
        loop {
            match self.peek() {
                TokenKind::RightParen => {
                    self.take();
                    return Ok(args);
                }
                TokenKind::Comma => {
                    let comma = self.take();
                    if self.starts_expression() {
                        args.push(self.expr(0)?);
                    } else {
                        let message = "trailing commas not allowed in function call args";
                        self.error(comma.span, message);
                    }
                }
                _ => self.misfit()?,
            }
        }
    }

    pub(super) fn aggregate(&mut self, op: AggregateOp, name: Token) -> Parsed<Node> {
        match self.aggregate_body() {
            Ok((grouping, args, end)) => {
                let span = Span::new(name.span.range().start, end);
                self.aggregate_node(op, name, span, grouping, args)
            }
            Err(Stop::Unwind) => {
                self.unexpected("aggregation", "");
                let span = Span::new(name.span.range().start, self.last_closing);
                self.aggregate_node(op, name, span, None, Vec::new())
            }
            Err(Stop::Abort) => Err(Stop::Abort),
        }
    }

    /// The clause and the arguments, in either order, and the end of the whole.
    fn aggregate_body(&mut self) -> Parsed<(Option<Grouping>, Vec<Node>, usize)> {
        if let Some(grouping) = self.grouping()? {
            let args = self.arguments()?;
            return Ok((Some(grouping), args, self.last_closing));
        }
        let args = self.arguments()?;
        let end = self.last_closing;
        Ok(match self.grouping()? {
            Some(grouping) => (Some(grouping), args, self.last_closing),
            // Prometheus, too, takes care that a parenthesis that closes something else does not count.
            None if self.peek() == TokenKind::RightParen => (None, args, end),
            None => (None, args, self.last_closing),
        })
    }

    fn grouping(&mut self) -> Parsed<Option<Grouping>> {
        let without = match self.peek() {
            TokenKind::Keyword(Keyword::By) => false,
            TokenKind::Keyword(Keyword::Without) => true,
            _ => return Ok(None),
        };
        let keyword = self.take();
        let labels = self.grouping_labels()?;
        Ok(Some(Grouping {
            without,
            labels,
            span: Span::new(keyword.span.range().start, self.last_closing),
        }))
    }

    fn aggregate_node(
        &mut self,
        op: AggregateOp,
        name: Token,
        span: Span,
        grouping: Option<Grouping>,
        args: Vec<Node>,
    ) -> Parsed<Node> {
        let is_new = matches!(op, AggregateOp::Limitk | AggregateOp::LimitRatio);
        let wanted = if op.has_param() { 2 } else { 1 };
        if args.is_empty() {
            self.error(span, "no arguments for aggregate expression provided");
        } else if is_new && !self.target.features.experimental_functions {
            let op = op.as_str();
            self.error(span, format!("{op}() is experimental and must be enabled with --enable-feature=promql-experimental-functions"));
        } else if args.len() != wanted {
            let got = args.len();
            self.error(span, format!("wrong number of arguments for aggregate expression provided, expected {wanted}, got {got}"));
        }
        let depth = args.iter().map(|arg| arg.depth).max().unwrap_or(0);
        let mut args = args.into_iter().map(|arg| arg.expr);
        let param = if op.has_param() { args.next() } else { None };
        // Where the vector is missing an error says so, and the tree does not leave the parser.
        let expr = args.next().unwrap_or(Expr {
            span,
            kind: ExprKind::Number(0.0),
        });
        let kind = ExprKind::Aggregate(Box::new(Aggregate {
            op,
            op_span: name.span,
            param,
            expr,
            grouping,
        }));
        self.node(span, kind, depth)
    }
}
