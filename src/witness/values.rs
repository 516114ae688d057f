//! Expressions turned round: from the value that one should have to those of its parts.

use super::solve::{Case, Done, Solver, first};
use super::turn::{left_of, right_of};
use crate::number::format_plain;
use crate::promql::{Aggregate, AggregateOp, Binary, BinaryOp, Call, Expr, ExprKind, UnaryOp};

/// What is the second side of an operation where nothing else is known of it.
pub(super) const DEFAULT: f64 = 100.0;
/// More copies of a series than this nobody wants to read.
const MOST_COPIES: f64 = 30.0;

/// What a window demands of its series.
enum Demand {
    Level,
    Slope,
}

impl<'e> Solver<'_, 'e> {
    /// Makes the expression have this value.
    pub(super) fn value(&mut self, expr: &'e Expr, value: f64) -> Done {
        if let Some(known) = self.known(expr) {
            let near = (known - value).abs() <= 1e-9 * known.abs().max(value.abs());
            return if near {
                Ok(())
            } else {
                self.cannot(expr, "its parts contradict each other")
            };
        }
        match &expr.kind {
            ExprKind::Paren(inner) => self.value(inner, value),
            ExprKind::Unary(UnaryOp::Plus, inner) => self.value(inner, value),
            ExprKind::Unary(UnaryOp::Minus, inner) => self.value(inner, -value),
            ExprKind::Vector(selector) => self.level(expr, selector, value),
            ExprKind::Aggregate(aggregate) => self.aggregate(expr, aggregate, value),
            ExprKind::Binary(binary) => self.binary(expr, binary, value),
            ExprKind::Call(call) => self.call(expr, call, value),
            ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Matrix(_)
            | ExprKind::Subquery(_) => self.cannot(expr, "it has no value to be chosen"),
        }
    }

    fn aggregate(&mut self, expr: &Expr, aggregate: &'e Aggregate, value: f64) -> Done {
        match aggregate.op {
            AggregateOp::Count => self.copies(expr, aggregate, value),
            AggregateOp::Group if value == 1.0 => self.hold(&aggregate.expr, Case::Holds),
            AggregateOp::Sum => {
                let outer = std::mem::replace(&mut self.sums, true);
                let done = self.value(&aggregate.expr, value);
                self.sums = outer;
                done
            }
            // Of one series the mean, the extremes and the quantiles are its value.
            AggregateOp::Avg
            | AggregateOp::Min
            | AggregateOp::Max
            | AggregateOp::Topk
            | AggregateOp::Bottomk
            | AggregateOp::Quantile => self.value(&aggregate.expr, value),
            _ => self.cannot(
                expr,
                format!("`{}` cannot be turned round", aggregate.op.as_str()),
            ),
        }
    }

    /// So many series.
    fn copies(&mut self, expr: &Expr, aggregate: &'e Aggregate, value: f64) -> Done {
        if value.fract() != 0.0 || !(0.0..=MOST_COPIES).contains(&value) {
            let count = format_plain(value);
            return self.cannot(expr, format!("it would need {count} series"));
        }
        if self.copy.is_some() {
            return self.cannot(expr, "it counts what is counted");
        }
        for copy in 0..value as usize {
            self.copy = Some(copy);
            let done = self.hold(&aggregate.expr, Case::Holds);
            self.copy = None;
            done?;
        }
        Ok(())
    }

    fn binary(&mut self, expr: &Expr, binary: &'e Binary, value: f64) -> Done {
        let (lhs, rhs) = (&binary.lhs, &binary.rhs);
        match binary.op {
            op if op.is_comparison() && binary.return_bool => {
                let case = if value == 0.0 {
                    Case::JustFails
                } else {
                    Case::Holds
                };
                self.compare(expr, binary, case)
            }
            // A comparison keeps the value of its left side, and so do these.
            op if op.is_comparison() => {
                if self.known(rhs).is_none() {
                    self.value(rhs, DEFAULT)?;
                }
                self.value(lhs, value)
            }
            BinaryOp::And => {
                self.value(lhs, value)?;
                self.hold(rhs, Case::Holds)
            }
            BinaryOp::Or | BinaryOp::Unless => self.value(lhs, value),
            op => match (self.known(lhs), self.known(rhs)) {
                (_, Some(right)) => match left_of(op, value, right) {
                    Some(left) => self.value(lhs, left),
                    None => self.cannot(expr, format!("`{}` cannot be turned round", op.as_str())),
                },
                (Some(left), None) => match right_of(op, value, left) {
                    Some(right) => self.value(rhs, right),
                    None => self.cannot(expr, format!("`{}` cannot be turned round", op.as_str())),
                },
                (None, None) => self.both(expr, binary, value),
            },
        }
    }

    /// Two sides of which nothing is known: one gets a round number, the other follows; then the other way round.
    fn both(&mut self, expr: &Expr, binary: &'e Binary, value: f64) -> Done {
        let (lhs, rhs, op) = (&binary.lhs, &binary.rhs, binary.op);
        let Some(left) = left_of(op, value, DEFAULT) else {
            return self.cannot(expr, format!("`{}` cannot be turned round", op.as_str()));
        };
        self.either(
            |s| {
                s.value(rhs, DEFAULT)?;
                s.value(lhs, left)
            },
            |s| {
                s.value(lhs, left)?;
                s.value(rhs, DEFAULT)
            },
        )
    }

    fn call(&mut self, expr: &Expr, call: &'e Call, value: f64) -> Done {
        let name = call.function.name;
        match name {
            "rate" | "irate" | "deriv" => self.over(expr, call, |_| Some((Demand::Slope, value))),
            "increase" | "delta" => {
                self.over(expr, call, |range| Some((Demand::Slope, value / range)))
            }
            "idelta" => {
                let step = self.task.step;
                self.over(expr, call, |_| Some((Demand::Slope, value / step)))
            }
            "avg_over_time" | "min_over_time" | "max_over_time" | "last_over_time"
            | "first_over_time" | "quantile_over_time" => {
                self.over(expr, call, |_| Some((Demand::Level, value)))
            }
            "sum_over_time" => {
                let (step, open) = (self.task.step, self.task.options.target.left_open());
                self.over(expr, call, |range| {
                    let samples = (range / step).floor() + if open { 0.0 } else { 1.0 };
                    (samples > 0.0).then(|| (Demand::Level, value / samples))
                })
            }
            // Every sample of a line differs from the one before.
            "changes" => self.over(expr, call, |_| {
                Some((Demand::Slope, if value > 0.0 { 1.0 } else { 0.0 }))
            }),
            "present_over_time" if value == 1.0 => {
                self.over(expr, call, |_| Some((Demand::Level, 1.0)))
            }
            "predict_linear" => self.predict(expr, call, value),
            "histogram_quantile" => self.quantile(expr, call, value),
            "abs" | "ceil" | "floor" | "round" | "scalar" | "vector" | "sort" | "sort_desc"
            | "clamp_min" | "clamp_max" | "clamp" | "label_replace" | "label_join" => {
                self.value(first(call, expr)?, value)
            }
            _ => self.cannot(expr, format!("`{name}` cannot be turned round")),
        }
    }

    /// A function over a window: what it demands of the series, given the seconds of the window.
    fn over(
        &mut self,
        expr: &Expr,
        call: &'e Call,
        demand: impl FnOnce(f64) -> Option<(Demand, f64)>,
    ) -> Done {
        let window = call.args.iter().map(Expr::without_parens);
        for argument in window {
            match &argument.kind {
                ExprKind::Matrix(matrix) => {
                    let range = matrix.range.fixed_seconds();
                    return match range.and_then(demand) {
                        Some((Demand::Level, level)) => {
                            self.level(argument, &matrix.selector, level)
                        }
                        Some((Demand::Slope, slope)) => {
                            self.slope(argument, &matrix.selector, slope)
                        }
                        None => self.cannot(argument, "its window cannot be filled"),
                    };
                }
                ExprKind::Subquery(subquery) => {
                    return match subquery.range.fixed_seconds().and_then(demand) {
                        Some((Demand::Level, level)) => self.value(&subquery.expr, level),
                        _ => {
                            self.cannot(argument, "a change over a subquery cannot be turned round")
                        }
                    };
                }
                _ => {}
            }
        }
        self.cannot(expr, "it has no window")
    }

    /// From its level the line goes to the value in so many seconds; without a level it lies still.
    fn predict(&mut self, expr: &Expr, call: &'e Call, value: f64) -> Done {
        let (Some(ExprKind::Matrix(matrix)), Some(ahead)) = (
            call.args
                .first()
                .map(|argument| &argument.without_parens().kind),
            call.args.get(1).and_then(|ahead| self.known(ahead)),
        ) else {
            return self.cannot(expr, "only a window of a series can be foretold");
        };
        let level = self.series(expr, &matrix.selector)?.level;
        match level {
            Some(level) if ahead != 0.0 => {
                self.slope(expr, &matrix.selector, (value - level) / ahead)
            }
            _ => self.level(expr, &matrix.selector, value),
        }
    }

    /// All observations in one bucket from 0 up: the quantile lies in it by its share.
    fn quantile(&mut self, expr: &Expr, call: &'e Call, value: f64) -> Done {
        let [share, buckets] = call.args.as_slice() else {
            return self.cannot(expr, "it has no buckets");
        };
        let share = self
            .known(share)
            .filter(|share| *share > 0.0 && *share <= 1.0);
        let Some(share) = share.filter(|_| value > 0.0) else {
            return self.cannot(expr, "no bucket has that quantile");
        };
        for bound in [format_plain(value / share), "+Inf".to_owned()] {
            let outer = self.bucket.replace(bound.into());
            let done = self.value(buckets, 1.0);
            self.bucket = outer;
            done?;
        }
        Ok(())
    }
}
