//! Selectors and lists of labels.

use std::sync::Arc;

use super::ast::*;
use super::cursor::Again;
use super::go;
use super::parser::{Node, Parsed, Parser, leaf};
use super::token::{Token, TokenKind};
use crate::labels::{METRIC_NAME, MatchOp, Matcher, from_bytes};
use crate::regex::Anchoring;
use crate::source::Span;
use crate::target::Version;

/// A label name before a matcher's operator.
struct LabelName {
    text: Arc<str>,
    span: Span,
    quoted: bool,
}

impl Parser<'_> {
    /// A selector whose metric name, if any, has been taken.
    pub(super) fn vector_selector(&mut self, name: Option<Token>) -> Parsed<Node> {
        let mut selector = VectorSelector {
            name: name.map(|token| Name {
                text: token.text(self.input).into(),
                span: token.span,
            }),
            matchers: Vec::new(),
            modifiers: TimeModifiers::default(),
            extension: None,
        };
        let mut span = name.map(|token| token.span);
        if self.peek() == TokenKind::LeftBrace {
            let braces = self.matchers(&mut selector)?;
            span = Some(span.map_or(braces, |span| span.to(braces)));
        }
        let span = span.unwrap_or_default();
        Ok(leaf(span, ExprKind::Vector(selector)))
    }

    /// The braces of a selector; the result is their span.
    fn matchers(&mut self, selector: &mut VectorSelector) -> Parsed<Span> {
        let open = self.take();
        if let Some(close) = self.take_if(TokenKind::RightBrace) {
            return Ok(open.span.to(close.span));
        }
        // Mostly there is one.
        selector.matchers.reserve_exact(1);
        self.matcher(selector)?;
        loop {
            if let Some(close) = self.take_if(TokenKind::RightBrace) {
                return Ok(open.span.to(close.span));
            }
            if self.take_if(TokenKind::Comma).is_some() {
                if let Some(close) = self.take_if(TokenKind::RightBrace) {
                    return Ok(open.span.to(close.span));
                }
                self.matcher(selector)?;
                continue;
            }
            self.misfit_here("label matching", "\",\" or \"}\"")?;
        }
    }

    /// One matcher, or a metric name in quotes.
    fn matcher(&mut self, selector: &mut VectorSelector) -> Parsed<()> {
        let Some(name) = self.label_name("label matching", "identifier or \"}\"")? else {
            return Ok(());
        };
        let op = loop {
            let op = match self.peek() {
                TokenKind::Assign => MatchOp::Equal,
                TokenKind::Operator(BinaryOp::Ne) => MatchOp::NotEqual,
                TokenKind::RegexMatch => MatchOp::Regex,
                TokenKind::RegexNoMatch => MatchOp::NotRegex,
                _ if name.quoted => {
                    set_quoted_name(selector, name);
                    return Ok(());
                }
                _ => match self.misfit_here("label matching", "label matching operator")? {
                    Again::Yes => continue,
                    Again::No => return Ok(()),
                },
            };
            self.take();
            break op;
        };
        let Some(value) = self.string("label matching")? else {
            return Ok(());
        };
        let span = name.span.to(value.span);
        let bytes = go::unquote_bytes(value.text(self.input));
        let is_regex = matches!(op, MatchOp::Regex | MatchOp::NotRegex);
        let text = from_bytes(&bytes);
        if is_regex && let Err(error) = std::str::from_utf8(&bytes) {
            // Go quotes the pattern from the first bad byte on.
            let rest = bytes.get(error.valid_up_to()..).unwrap_or_default();
            let rest = String::from_utf8_lossy(rest);
            let message = format!("error parsing regexp: invalid UTF-8: `{rest}`");
            self.error(span, message);
            return Ok(());
        }
        // Before 3.0 `.` did not match a newline, and the pattern was wrapped before it was parsed.
        let anchoring = if self.target.prometheus >= Version::new(3, 0) {
            Anchoring::Prometheus
        } else {
            Anchoring::Alertmanager
        };
        match Matcher::new(name.text, op, text, anchoring) {
            Ok(matcher) => selector.matchers.push(SpannedMatcher {
                matcher,
                span,
                value_span: value.span,
            }),
            Err(error) => self.error(span, error.to_string()),
        }
        Ok(())
    }

    /// The name of a label in braces, bare or quoted; `None` when an error has been reported.
    fn label_name(&mut self, context: &str, expected: &str) -> Parsed<Option<LabelName>> {
        loop {
            match self.peek() {
                TokenKind::Identifier => {
                    let token = self.take();
                    return Ok(Some(LabelName {
                        text: token.text(self.input).into(),
                        span: token.span,
                        quoted: false,
                    }));
                }
                TokenKind::String if self.target.utf8_names() => {
                    let token = self.take();
                    return Ok(Some(LabelName {
                        text: go::unquote(token.text(self.input)).into(),
                        span: token.span,
                        quoted: true,
                    }));
                }
                _ => {
                    if self.misfit_here(context, expected)? == Again::No {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// A string; `None` when an error has been reported.
    fn string(&mut self, context: &str) -> Parsed<Option<Token>> {
        loop {
            if let Some(token) = self.take_if(TokenKind::String) {
                return Ok(Some(token));
            }
            if self.misfit_here(context, "string")? == Again::No {
                return Ok(None);
            }
        }
    }

    /// The labels of a metric, which are pairs `name="value"` and at most a metric name in quotes.
    pub(super) fn label_set(&mut self) -> Parsed<Vec<(Arc<str>, String)>> {
        const CONTEXT: &str = "label set";
        let mut labels = Vec::new();
        self.take();
        if self.take_if(TokenKind::RightBrace).is_some() {
            return Ok(labels);
        }
        self.label(&mut labels)?;
        loop {
            if self.take_if(TokenKind::RightBrace).is_some() {
                return Ok(labels);
            }
            if self.take_if(TokenKind::Comma).is_some() {
                if self.take_if(TokenKind::RightBrace).is_some() {
                    return Ok(labels);
                }
                self.label(&mut labels)?;
                continue;
            }
            self.misfit_here(CONTEXT, "\",\" or \"}\"")?;
        }
    }

    fn label(&mut self, labels: &mut Vec<(Arc<str>, String)>) -> Parsed<()> {
        let Some(name) = self.label_name("label set", "identifier or \"}\"")? else {
            return Ok(());
        };
        while self.take_if(TokenKind::Assign).is_none() {
            if name.quoted {
                labels.push((METRIC_NAME.into(), name.text.to_string()));
                return Ok(());
            }
            if self.misfit_here("label set", "\"=\"")? == Again::No {
                return Ok(());
            }
        }
        if let Some(value) = self.string("label set")? {
            labels.push((name.text, go::unquote(value.text(self.input))));
        }
        Ok(())
    }

    /// The labels of `by`, `on` and their like, with the parentheses.
    pub(super) fn grouping_labels(&mut self) -> Parsed<Vec<Name>> {
        let mut labels = Vec::new();
        while self.take_if(TokenKind::LeftParen).is_none() {
            if self.misfit_here("grouping opts", "\"(\"")? == Again::No {
                return Ok(labels);
            }
        }
        if self.take_if(TokenKind::RightParen).is_some() {
            return Ok(labels);
        }
        self.grouping_label(&mut labels)?;
        loop {
            if self.take_if(TokenKind::RightParen).is_some() {
                return Ok(labels);
            }
            if self.take_if(TokenKind::Comma).is_some() {
                if self.take_if(TokenKind::RightParen).is_some() {
                    return Ok(labels);
                }
                self.grouping_label(&mut labels)?;
                continue;
            }
            self.misfit_here("grouping opts", "\",\" or \")\"")?;
        }
    }

    fn grouping_label(&mut self, labels: &mut Vec<Name>) -> Parsed<()> {
        loop {
            let kind = self.peek();
            let quoted = kind == TokenKind::String && self.target.utf8_names();
            if !quoted && !kind.is_grouping_label() {
                if self.misfit_here("grouping opts", "label")? == Again::No {
                    return Ok(());
                }
                continue;
            }
            let token = self.take();
            let text = token.text(self.input);
            let bytes = if quoted {
                go::unquote_bytes(text)
            } else {
                text.as_bytes().to_vec()
            };
            let text = String::from_utf8(bytes.clone()).unwrap_or_default();
            if text.is_empty() {
                let name = go::quote_bytes(&bytes);
                self.error(
                    token.span,
                    format!("invalid label name for grouping: {name}"),
                );
            } else if kind == TokenKind::MetricIdentifier && !self.target.utf8_names() {
                self.unexpected("grouping opts", "label");
            }
            labels.push(Name {
                text: text.into(),
                span: token.span,
            });
            return Ok(());
        }
    }
}

/// A metric name in quotes; a second name is a matcher like any other.
fn set_quoted_name(selector: &mut VectorSelector, name: LabelName) {
    if selector.name.is_none() {
        selector.name = Some(Name {
            text: name.text,
            span: name.span,
        });
        return;
    }
    selector.matchers.push(SpannedMatcher {
        matcher: Matcher::equal(METRIC_NAME, name.text),
        span: name.span,
        value_span: name.span,
    });
}

impl Name {
    /// Whether the name stands in quotes, which is possible from Prometheus 3.0 on.
    #[must_use]
    pub fn is_quoted(&self) -> bool {
        // Quotes and escapes only ever make a name longer.
        self.span.len() > self.text.len()
    }
}
