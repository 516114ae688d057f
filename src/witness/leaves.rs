//! Selectors: what is demanded of their series, and what is known of them.

use std::sync::Arc;

use super::draft::DraftSeries;
use super::names::another;
use super::solve::{Cannot, Done, Solver};
use crate::labels::{BUCKET, Labels, Matcher};
use crate::promql::{AggregateOp, BinaryOp, Expr, ExprKind, UnaryOp, VectorSelector};

/// Recorded series that read recorded series that read …
const MAX_DEPTH: usize = 40;

impl<'e> Solver<'_, 'e> {
    pub(super) fn level(&mut self, expr: &Expr, selector: &'e VectorSelector, value: f64) -> Done {
        let name = selector.metric_name().unwrap_or_default();
        let recorded = self.task.recorded.iter().find(|(known, _)| *known == name);
        if let Some((_, inner)) = recorded {
            if self.depth >= MAX_DEPTH {
                return self.cannot(expr, "the rules that record it read each other");
            }
            self.depth += 1;
            let done = self.value(inner, value);
            self.depth -= 1;
            return done.map_err(|error| Cannot {
                span: error.span.or((self.depth == 0).then_some(expr.span)),
                message: format!("{}, in what records `{name}`", error.message),
            });
        }
        let labels = self.labels(expr, selector)?;
        if self.draft.series(&labels).set_level(value)
            || self.add(selector, &labels, value, |series| &mut series.level)
        {
            return Ok(());
        }
        self.cannot(expr, "it would have to have two values at once")
    }

    pub(super) fn slope(
        &mut self,
        expr: &Expr,
        selector: &'e VectorSelector,
        per_second: f64,
    ) -> Done {
        let labels = self.labels(expr, selector)?;
        if self.draft.series(&labels).set_slope(per_second)
            || self.add(selector, &labels, per_second, |series| &mut series.slope)
        {
            return Ok(());
        }
        self.cannot(expr, "it would have to rise in two ways at once")
    }

    /// Makes a sum complete: what the series that are there do not make up comes from a further one. Says whether it can be
    /// done.
    fn add(
        &mut self,
        selector: &VectorSelector,
        labels: &Labels,
        sum: f64,
        part: impl Fn(&mut DraftSeries) -> &mut Option<f64>,
    ) -> bool {
        let Some(further) = another(selector, labels).filter(|_| self.sums) else {
            return false;
        };
        let mut so_far = 0.0;
        for series in &mut self.draft.series {
            let fits = |m: Matcher| m.matches(series.labels.get(&m.name).unwrap_or(""));
            if selector.all_matchers().all(fits) {
                so_far += part(series).unwrap_or(0.0);
            }
        }
        let is_new = self
            .draft
            .series
            .iter()
            .all(|series| series.labels != further);
        if sum < so_far || !is_new {
            return false;
        }
        *part(self.draft.series(&further)) = Some(sum - so_far);
        true
    }

    fn labels(&self, expr: &Expr, selector: &VectorSelector) -> Result<Labels, Cannot> {
        let Some(labels) = self.shared.labels(selector) else {
            return self.cannot(expr, "no one series is named by its matchers");
        };
        let mut labels = labels.edit();
        if let Some(bucket) = &self.bucket {
            labels.set(BUCKET, Arc::clone(bucket));
        }
        if let Some(copy) = self.copy {
            labels.set("instance", format!("instance-{}", copy + 1));
        }
        let labels = labels.build();
        let fits = |m: Matcher| m.matches(labels.get(&m.name).unwrap_or(""));
        if selector.all_matchers().all(fits) {
            Ok(labels)
        } else {
            self.cannot(expr, "its matchers fix what would have to vary")
        }
    }

    pub(super) fn series(
        &mut self,
        expr: &Expr,
        selector: &VectorSelector,
    ) -> Result<&mut DraftSeries, Cannot> {
        let labels = self.labels(expr, selector)?;
        Ok(self.draft.series(&labels))
    }

    /// The value of the expression, as far as it is decided already.
    pub(super) fn known(&self, expr: &Expr) -> Option<f64> {
        match &expr.kind {
            ExprKind::Number(value) => Some(*value),
            ExprKind::Paren(inner) | ExprKind::Unary(UnaryOp::Plus, inner) => self.known(inner),
            ExprKind::Unary(UnaryOp::Minus, inner) => self.known(inner).map(|value| -value),
            ExprKind::Vector(selector) => {
                let labels = self.labels(expr, selector).ok()?;
                let fits = |series: &&DraftSeries| {
                    let fits = |m: Matcher| m.matches(series.labels.get(&m.name).unwrap_or(""));
                    selector.all_matchers().all(fits)
                };
                let found: Vec<&DraftSeries> = self.draft.series.iter().filter(fits).collect();
                match found.as_slice() {
                    [one] if one.labels == labels => one.level,
                    _ => None,
                }
            }
            ExprKind::Binary(binary) => {
                let (left, right) = (self.known(&binary.lhs)?, self.known(&binary.rhs)?);
                match binary.op {
                    BinaryOp::Add => Some(left + right),
                    BinaryOp::Sub => Some(left - right),
                    BinaryOp::Mul => Some(left * right),
                    BinaryOp::Div => Some(left / right),
                    _ => None,
                }
            }
            ExprKind::Call(call) => match call.function.name {
                "time" => Some(self.task.time),
                "vector" | "scalar" => self.known(call.args.first()?),
                _ => None,
            },
            ExprKind::Aggregate(aggregate) => match aggregate.op {
                AggregateOp::Sum | AggregateOp::Avg | AggregateOp::Min | AggregateOp::Max => {
                    self.known(&aggregate.expr)
                }
                _ => None,
            },
            ExprKind::String(_) | ExprKind::Matrix(_) | ExprKind::Subquery(_) => None,
        }
    }
}
