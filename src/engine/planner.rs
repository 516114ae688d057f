//! From the tree of the parser to a compiled expression.

use std::sync::Arc;

use super::annotation::counter_doubt;
use super::functions;
use super::go_math;
use super::plan::{
    AggregateNode, BinaryNode, CallNode, InfoPlan, Node, Options, PlanError, Query, RangeNode,
    Root, SelectorPlan, SubqueryNode, asks_for_name,
};
use crate::labels::{METRIC_NAME, MatchOp, Matcher};
use crate::promql::{
    self, At, Binary, BinaryOp, DurationExpr, DurationKind, Expr, ExprKind, RangeExtension,
    TimeModifiers, UnaryOp, ValueType, VectorSelector,
};
use crate::regex::Anchoring;
use crate::source::Span;

pub(super) struct Planner {
    selectors: Vec<SelectorPlan>,
    groupings: usize,
    subqueries: usize,
    options: Options,
    only_stats: bool,
}

impl Planner {
    pub fn plan(expr: &Expr, options: Options) -> Result<Query, PlanError> {
        let mut planner = Self {
            selectors: Vec::new(),
            groupings: 0,
            subqueries: 0,
            options,
            only_stats: false,
        };
        let root = if expr.value_type() == ValueType::Matrix {
            Root::Range(planner.range(expr.without_parens())?)
        } else {
            Root::Value(planner.node(expr)?)
        };
        Ok(Query {
            root,
            selectors: planner.selectors,
            groupings: planner.groupings,
            subqueries: planner.subqueries,
            options,
        })
    }

    fn node(&mut self, expr: &Expr) -> Result<Node, PlanError> {
        Ok(match &expr.kind {
            ExprKind::Number(value) => Node::Number(*value),
            ExprKind::String(text) => Node::String(Arc::clone(text)),
            ExprKind::Vector(selector) => {
                let number = self.selector(selector, 0, expr.span)?;
                if selector.extension == Some(RangeExtension::Smoothed) {
                    Node::Smoothed(number)
                } else {
                    Node::Instant(number)
                }
            }
            ExprKind::Paren(inner) | ExprKind::Unary(UnaryOp::Plus, inner) => self.node(inner)?,
            ExprKind::Unary(UnaryOp::Minus, inner) => Node::Negate(Box::new(self.node(inner)?)),
            ExprKind::Call(call) => self.call(call, expr.span)?,
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate)?,
            ExprKind::Binary(binary) => self.binary(binary, expr.span)?,
            ExprKind::Matrix(_) | ExprKind::Subquery(_) => {
                return Err(PlanError::new(
                    "a range vector can only be the argument of a function",
                    expr.span,
                ));
            }
        })
    }

    fn selector(
        &mut self,
        selector: &VectorSelector,
        range_ms: i64,
        span: Span,
    ) -> Result<usize, PlanError> {
        let matchers: Vec<Matcher> = selector.all_matchers().collect();
        let is_counter = matchers
            .iter()
            .any(|m| asks_for_name(m) && counter_doubt(&m.value).is_none());
        self.selectors.push(SelectorPlan {
            matchers,
            is_counter,
            offset_ms: self.offset(selector.modifiers.offset.as_ref())?,
            at: selector.modifiers.at,
            range_ms,
            extension: selector.extension,
            span,
            only_stats: self.only_stats,
        });
        Ok(self.selectors.len() - 1)
    }

    fn call(&mut self, call: &promql::Call, span: Span) -> Result<Node, PlanError> {
        let name = call.function.name;
        if matches!(name, "timestamp" | "start_timestamp")
            && let Some(argument) = call.args.first().map(Expr::without_parens)
            && let ExprKind::Vector(selector) = &argument.kind
        {
            let number = self.selector(selector, 0, argument.span)?;
            return Ok(match name {
                "timestamp" => Node::SampleTime(number),
                _ => Node::SampleStart(number),
            });
        }
        let body = functions::lookup(name)
            .ok_or_else(|| PlanError::unsupported(&format!("function `{name}`"), span))?;
        let mut node = CallNode {
            body,
            span,
            arg_spans: call.args.iter().map(|argument| argument.span).collect(),
            range: None,
            args: Vec::new(),
            info: None,
            absent_labels: functions::absent_labels(call.args.first()),
        };
        if name == "info" {
            node.info = Some(Box::new(self.info(call, span)?));
            let base = call.args.first().into_iter();
            node.args = base.map(|base| self.node(base)).collect::<Result<_, _>>()?;
            return Ok(Node::Call(node));
        }
        let outside = self.only_stats;
        self.only_stats = match name {
            "histogram_count" | "histogram_sum" | "histogram_avg" => true,
            "histogram_quantile" | "histogram_quantiles" | "histogram_fraction" => false,
            _ => outside,
        };
        for argument in &call.args {
            if argument.value_type() == ValueType::Matrix {
                let range = argument.without_parens();
                check_extension(name, range)?;
                node.range = Some(self.range(range)?);
            } else {
                node.args.push(self.node(argument)?);
            }
        }
        self.only_stats = outside;
        Ok(Node::Call(node))
    }

    /// The info metrics that `info` takes labels from: `target_info`, or what its second argument selects.
    fn info(&mut self, call: &promql::Call, span: Span) -> Result<InfoPlan, PlanError> {
        let selector = match call
            .args
            .get(1)
            .map(|argument| &argument.without_parens().kind)
        {
            Some(ExprKind::Vector(selector)) => Some(selector),
            _ => None,
        };
        let given: Vec<Matcher> = selector.map_or_else(Vec::new, |s| s.all_matchers().collect());
        let (mut names, data): (Vec<Matcher>, Vec<Matcher>) = given
            .into_iter()
            .partition(|matcher| &*matcher.name == METRIC_NAME);
        let is_positive = |m: &Matcher| matches!(m.op, MatchOp::Equal | MatchOp::Regex);
        if names.is_empty() {
            names.push(Matcher::equal(METRIC_NAME, "target_info"));
        } else if !names.iter().any(is_positive) {
            // Exclusions alone leave all info metrics.
            let all = Matcher::new(
                METRIC_NAME,
                MatchOp::Regex,
                ".+_info",
                Anchoring::Prometheus,
            );
            names.extend(all.ok());
        }
        self.selectors.push(SelectorPlan {
            matchers: names.iter().chain(&data).cloned().collect(),
            is_counter: false,
            offset_ms: 0,
            at: None,
            range_ms: 0,
            extension: None,
            span,
            only_stats: false,
        });
        let mut times = Vec::new();
        if let Some(base) = call.args.first() {
            self.time_path(base, &mut times)?;
        }
        Ok(InfoPlan {
            selector: self.selectors.len() - 1,
            names,
            data,
            times,
        })
    }

    /// The time modifiers on the way to the first selector. Says whether there is one.
    fn time_path(&self, expr: &Expr, path: &mut Vec<(Option<At>, i64)>) -> Result<bool, PlanError> {
        let modifiers = match &expr.kind {
            ExprKind::Vector(selector) => Some(&selector.modifiers),
            ExprKind::Matrix(matrix) => Some(&matrix.selector.modifiers),
            ExprKind::Subquery(subquery) => Some(&subquery.modifiers),
            _ => None,
        };
        if let Some(modifiers) = modifiers {
            path.push((modifiers.at, self.offset(modifiers.offset.as_ref())?));
        }
        if matches!(&expr.kind, ExprKind::Vector(_) | ExprKind::Matrix(_)) {
            return Ok(true);
        }
        let length = path.len();
        for child in expr.children() {
            if self.time_path(child, path)? {
                return Ok(true);
            }
            path.truncate(length);
        }
        Ok(false)
    }

    fn range(&mut self, expr: &Expr) -> Result<RangeNode, PlanError> {
        match &expr.kind {
            ExprKind::Matrix(matrix) => {
                let range_ms = self.length(&matrix.range)?;
                self.selector(&matrix.selector, range_ms, expr.span)
                    .map(RangeNode::Selector)
            }
            ExprKind::Subquery(subquery) => {
                let step_ms = match &subquery.step {
                    Some(step) => self.length(step)?,
                    None => self.options.default_step_ms,
                };
                self.subqueries += 1;
                Ok(RangeNode::Subquery(Box::new(SubqueryNode {
                    number: self.subqueries - 1,
                    is_causal: self.is_causal(&subquery.expr)?,
                    range_ms: self.length(&subquery.range)?,
                    step_ms: step_ms.max(1),
                    offset_ms: self.offset(subquery.modifiers.offset.as_ref())?,
                    at: subquery.modifiers.at,
                    node: self.node(&subquery.expr)?,
                })))
            }
            ExprKind::Paren(inner) => self.range(inner),
            // The type check of the parser lets only those through.
            _ => Err(PlanError::new("expected a range vector", expr.span)),
        }
    }

    /// Whether the expression yields the same for a time whenever it is evaluated, once all samples up to then are there.
    fn is_causal(&self, expr: &Expr) -> Result<bool, PlanError> {
        let own = match &expr.kind {
            ExprKind::Vector(selector) => {
                self.looks_back(&selector.modifiers, selector.extension)?
            }
            ExprKind::Matrix(matrix) => {
                let selector = &matrix.selector;
                self.looks_back(&selector.modifiers, selector.extension)?
            }
            ExprKind::Subquery(subquery) => self.looks_back(&subquery.modifiers, None)?,
            // These tell of the query that is under way.
            ExprKind::Call(call) => {
                !matches!(call.function.name, "start" | "end" | "range" | "step")
            }
            _ => true,
        };
        for child in expr.children() {
            if !self.is_causal(child)? {
                return Ok(false);
            }
        }
        Ok(own)
    }

    fn looks_back(
        &self,
        modifiers: &TimeModifiers,
        extension: Option<RangeExtension>,
    ) -> Result<bool, PlanError> {
        let offset = self.offset(modifiers.offset.as_ref())?;
        let is_smoothed = extension == Some(RangeExtension::Smoothed);
        Ok(modifiers.at.is_none() && offset >= 0 && !is_smoothed)
    }

    fn aggregate(&mut self, aggregate: &promql::Aggregate) -> Result<Node, PlanError> {
        let param = aggregate
            .param
            .as_ref()
            .map(|param| self.node(param))
            .transpose()?;
        let grouping = aggregate.grouping.as_ref();
        self.groupings += 1;
        Ok(Node::Aggregate(Box::new(AggregateNode {
            op: aggregate.op,
            number: self.groupings - 1,
            span: aggregate.op_span,
            param_span: aggregate
                .param
                .as_ref()
                .map_or(aggregate.op_span, |param| param.span),
            expr_span: aggregate.expr.span,
            param,
            node: self.node(&aggregate.expr)?,
            without: grouping.is_some_and(|grouping| grouping.without),
            labels: grouping.map_or_else(Vec::new, |grouping| texts(&grouping.labels)),
        })))
    }

    fn binary(&mut self, binary: &Binary, span: Span) -> Result<Node, PlanError> {
        let matching = binary.matching.clone().unwrap_or_default();
        Ok(Node::Binary(Box::new(BinaryNode {
            op: binary.op,
            span,
            lhs_type: binary.lhs.value_type(),
            rhs_type: binary.rhs.value_type(),
            lhs: self.node(&binary.lhs)?,
            rhs: self.node(&binary.rhs)?,
            return_bool: binary.return_bool,
            matching,
        })))
    }

    fn offset(&self, offset: Option<&DurationExpr>) -> Result<i64, PlanError> {
        offset.map_or(Ok(0), |offset| self.duration(offset))
    }

    /// The length of a window or step, which must be positive (a literal is checked by the parser already).
    fn length(&self, duration: &DurationExpr) -> Result<i64, PlanError> {
        let ms = self.duration(duration)?;
        if ms <= 0 {
            return Err(PlanError::new(
                "duration must be greater than 0",
                duration.span,
            ));
        }
        Ok(ms)
    }

    fn duration(&self, duration: &DurationExpr) -> Result<i64, PlanError> {
        let seconds = self.seconds(duration)?;
        let ms = seconds * 1000.0;
        // 2⁶³ nanoseconds, as `time.Duration` holds.
        if ms.is_nan() || ms.abs() > 9_223_372_036_854.0 {
            return Err(PlanError::new("duration out of range", duration.span));
        }
        Ok(ms.round() as i64)
    }

    fn seconds(&self, duration: &DurationExpr) -> Result<f64, PlanError> {
        Ok(match &duration.kind {
            DurationKind::Literal(seconds) => *seconds,
            DurationKind::Step => self.options.step_ms as f64 / 1000.0,
            DurationKind::Range => self.options.range_ms as f64 / 1000.0,
            DurationKind::MinOf(a, b) => self.seconds(a)?.min(self.seconds(b)?),
            DurationKind::MaxOf(a, b) => self.seconds(a)?.max(self.seconds(b)?),
            DurationKind::Unary(UnaryOp::Plus, inner) | DurationKind::Paren(inner) => {
                self.seconds(inner)?
            }
            DurationKind::Unary(UnaryOp::Minus, inner) => -self.seconds(inner)?,
            DurationKind::Binary(op, a, b) => {
                let (a, b) = (self.seconds(a)?, self.seconds(b)?);
                match op {
                    BinaryOp::Div if b == 0.0 => {
                        return Err(PlanError::new("division by zero", duration.span));
                    }
                    BinaryOp::Mod if b == 0.0 => {
                        return Err(PlanError::new("modulo by zero", duration.span));
                    }
                    _ => go_math::arithmetic(*op, a, b),
                }
            }
        })
    }
}

/// Only some functions know what to do with the edges of a window.
fn check_extension(function: &str, range: &Expr) -> Result<(), PlanError> {
    let ExprKind::Matrix(matrix) = &range.kind else {
        return Ok(());
    };
    let (name, allowed): (_, &[&str]) = match matrix.selector.extension {
        None => return Ok(()),
        Some(RangeExtension::Anchored) => (
            "anchored",
            &["changes", "delta", "increase", "rate", "resets"],
        ),
        Some(RangeExtension::Smoothed) => ("smoothed", &["delta", "increase", "rate"]),
    };
    if allowed.contains(&function) {
        return Ok(());
    }
    let message = format!(
        "{name} modifier can only be used with: {} - not with {function}",
        allowed.join(", ")
    );
    Err(PlanError::new(message, range.span))
}

fn texts(names: &[promql::Name]) -> Vec<Arc<str>> {
    names.iter().map(|name| Arc::clone(&name.text)).collect()
}
