//! The numbers that an expression's result can have.

use super::interval::Interval;
use super::knowledge::Knowledge;
use crate::promql::{
    Aggregate, AggregateOp, Binary, BinaryOp, Call, Expr, ExprKind, UnaryOp, ValueType,
};

/// More than this many nested operators are taken as "anything", so that the work stays bounded.
const MAX_DEPTH: usize = 200;

/// The numbers that an expression can have, over all its `or` branches. Histograms are not numbers: a comparison leaves
/// them out, and so does everything here.
#[must_use]
pub fn numbers_of(expr: &Expr, known: &Knowledge<'_>) -> Interval {
    Numbers { known }.of(expr, 0)
}

struct Numbers<'k> {
    known: &'k Knowledge<'k>,
}

impl Numbers<'_> {
    fn of(&self, expr: &Expr, depth: usize) -> Interval {
        if depth > MAX_DEPTH {
            return Interval::ANYTHING;
        }
        let depth = depth + 1;
        match &expr.kind {
            ExprKind::Number(value) => Interval::point(*value),
            ExprKind::String(_) => Interval::NOTHING,
            ExprKind::Vector(selector) => self.known.numbers_of_series(selector),
            ExprKind::Matrix(matrix) => self.known.numbers_of_series(&matrix.selector),
            ExprKind::Subquery(subquery) => self.of(&subquery.expr, depth),
            ExprKind::Paren(inner) | ExprKind::Unary(UnaryOp::Plus, inner) => self.of(inner, depth),
            ExprKind::Unary(UnaryOp::Minus, inner) => self.of(inner, depth).negated(),
            ExprKind::Binary(binary) => self.of_binary(binary, depth),
            ExprKind::Aggregate(aggregate) => self.of_aggregate(aggregate, depth),
            ExprKind::Call(call) => self.of_call(call, depth),
        }
    }

    fn of_binary(&self, binary: &Binary, depth: usize) -> Interval {
        let (left, right) = (self.of(&binary.lhs, depth), self.of(&binary.rhs, depth));
        match binary.op {
            _ if binary.is_filled() => Interval::ANYTHING,
            BinaryOp::And | BinaryOp::Unless => left,
            BinaryOp::Or => left.or(right),
            op if op.is_comparison() && binary.return_bool => {
                truth(left.that(op, right).is_nothing(), left.always(op, right))
            }
            op if op.is_comparison() => match (binary.lhs.value_type(), binary.rhs.value_type()) {
                // The value is that of the vector.
                (ValueType::Scalar, ValueType::Vector) => right.that(op.turned(), left),
                _ => left.that(op, right),
            },
            op => left.arithmetic(op, right),
        }
    }

    fn of_aggregate(&self, aggregate: &Aggregate, depth: usize) -> Interval {
        let inner = self.of(&aggregate.expr, depth);
        if inner.is_nothing() {
            return Interval::NOTHING;
        }
        match aggregate.op {
            AggregateOp::Count | AggregateOp::CountValues => Interval::whole(1.0, f64::INFINITY),
            AggregateOp::Group => Interval::point(1.0),
            AggregateOp::Sum => inner.summed(),
            AggregateOp::Avg => inner.averaged(),
            AggregateOp::Stddev | AggregateOp::Stdvar => Interval::at_least(0.0).or_nan(),
            AggregateOp::Quantile => {
                let param = aggregate.param.as_ref();
                quantile(
                    param.map_or(Interval::ANYTHING, |param| self.of(param, depth)),
                    inner,
                )
            }
            AggregateOp::Min
            | AggregateOp::Max
            | AggregateOp::Topk
            | AggregateOp::Bottomk
            | AggregateOp::Limitk
            | AggregateOp::LimitRatio => inner,
        }
    }

    fn of_call(&self, call: &Call, depth: usize) -> Interval {
        let argument = |index: usize| {
            call.args
                .get(index)
                .map_or(Interval::ANYTHING, |argument| self.of(argument, depth))
        };
        let counted = Interval::whole(0.0, f64::INFINITY);
        match call.function.name {
            "absent" | "absent_over_time" => Interval::point(1.0),
            "present_over_time" => vanishing(argument(0), Interval::point(1.0)),
            "count_over_time" => vanishing(argument(0), Interval::whole(1.0, f64::INFINITY)),
            "changes" | "resets" => vanishing(argument(0), counted),
            "rate" | "increase" | "irate" => vanishing(argument(0), Interval::at_least(0.0)),
            "sum_over_time" => argument(0).summed(),
            "avg_over_time" => argument(0).averaged(),
            "min_over_time" | "max_over_time" | "last_over_time" | "first_over_time" => argument(0),
            "quantile_over_time" => quantile(argument(0), argument(1)),
            "stddev_over_time" | "stdvar_over_time" | "mad_over_time" => {
                vanishing(argument(0), Interval::at_least(0.0).or_nan())
            }
            "histogram_count" => Interval::at_least(0.0).or_nan(),
            "histogram_stddev" | "histogram_stdvar" => Interval::at_least(0.0).or_nan(),
            "histogram_fraction" => Interval::between(0.0, 1.0).or_nan(),
            "sort" | "sort_desc" | "sort_by_label" | "sort_by_label_desc" | "label_replace"
            | "label_join" | "vector" | "info" => argument(0),
            "scalar" => argument(0).or_nan(),
            "abs" => magnitude(argument(0)),
            "ceil" | "floor" => rounded(argument(0)),
            "round" if call.args.len() == 1 => rounded(argument(0)),
            "round" => rounded_to(argument(0), argument(1)),
            "sgn" => sign(argument(0)),
            "sqrt" => Interval::at_least(0.0).or_nan(),
            "exp" => vanishing(argument(0), Interval::at_least(0.0).or_nan()),
            "sin" | "cos" | "tanh" => Interval::between(-1.0, 1.0).or_nan(),
            "clamp" => clamped(argument(0), argument(1), argument(2)),
            "clamp_min" => clamped(argument(0), argument(1), Interval::point(f64::INFINITY)),
            "clamp_max" => clamped(argument(0), Interval::point(f64::NEG_INFINITY), argument(1)),
            "time" => Interval::at_least(0.0),
            "timestamp" => vanishing(argument(0), Interval::at_least(0.0)),
            "minute" => Interval::whole(0.0, 59.0),
            "hour" => Interval::whole(0.0, 23.0),
            "day_of_week" => Interval::whole(0.0, 6.0),
            "day_of_month" => Interval::whole(1.0, 31.0),
            "day_of_year" => Interval::whole(1.0, 366.0),
            "days_in_month" => Interval::whole(28.0, 31.0),
            "month" => Interval::whole(1.0, 12.0),
            "year" => Interval::whole(f64::NEG_INFINITY, f64::INFINITY),
            "pi" => Interval::point(std::f64::consts::PI),
            _ => Interval::ANYTHING,
        }
    }
}

/// 0 or 1.
fn truth(never: bool, always: bool) -> Interval {
    match (never, always) {
        (true, _) => Interval::point(0.0),
        (_, true) => Interval::point(1.0),
        _ => Interval::whole(0.0, 1.0),
    }
}

/// `result`, or nothing where the argument yields nothing.
fn vanishing(argument: Interval, result: Interval) -> Interval {
    if argument.is_nothing() {
        Interval::NOTHING
    } else {
        result
    }
}

/// A quantile lies between the values, save that φ below 0 is −Inf and above 1 +Inf.
fn quantile(phi: Interval, values: Interval) -> Interval {
    let is_within = !phi.may_be_nan() && phi.low() >= 0.0 && phi.high() <= 1.0;
    if is_within {
        values.averaged()
    } else {
        vanishing(values, Interval::ANYTHING)
    }
}

fn magnitude(values: Interval) -> Interval {
    let (low, high) = (values.low().abs(), values.high().abs());
    let least = if values.low() <= 0.0 && values.high() >= 0.0 {
        0.0
    } else {
        low.min(high)
    };
    let result = Interval::between(least, low.max(high)).with_whole(values.is_whole());
    keep_nan(values, result)
}

fn rounded(values: Interval) -> Interval {
    keep_nan(
        values,
        Interval::whole(values.low().floor(), values.high().ceil()),
    )
}

/// `round(v, to)` ends at most one `to` away, on the same side of 0.
fn rounded_to(values: Interval, to: Interval) -> Interval {
    let Some(to) = to.only().filter(|to| *to > 0.0) else {
        return vanishing(values, Interval::ANYTHING);
    };
    let low = values.low() - to;
    let high = values.high() + to;
    let low = if values.low() >= 0.0 {
        low.max(0.0)
    } else {
        low
    };
    let high = if values.high() <= 0.0 {
        high.min(0.0)
    } else {
        high
    };
    keep_nan(values, Interval::between(low, high))
}

fn sign(values: Interval) -> Interval {
    let of = |value: f64| if value == 0.0 { 0.0 } else { value.signum() };
    keep_nan(values, Interval::whole(of(values.low()), of(values.high())))
}

/// `clamp(v, min, max)` yields nothing where `min` is above `max`.
fn clamped(values: Interval, min: Interval, max: Interval) -> Interval {
    if min.may_be_nan() || max.may_be_nan() {
        return vanishing(values, Interval::ANYTHING);
    }
    if min.low() > max.high() {
        return Interval::NOTHING;
    }
    let low = values.low().max(min.low()).min(max.high());
    let high = values.high().min(max.high()).max(min.low());
    let whole = values.is_whole() && min.is_whole() && max.is_whole();
    let result = Interval::between(low, high.max(low)).with_whole(whole);
    keep_nan(values, result)
}

fn keep_nan(values: Interval, result: Interval) -> Interval {
    if values.is_nothing() {
        Interval::NOTHING
    } else if values.may_be_nan() {
        result.or_nan()
    } else {
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::parse;
    use crate::target::{Features, Target};

    fn numbers(text: &str) -> String {
        let target = Target {
            features: Features::all(),
            ..Target::default()
        };
        let expr = parse(text, &target).unwrap();
        numbers_of(&expr, &Knowledge::nothing()).to_string()
    }

    #[test]
    fn every_operator_bounds_its_result() {
        for (text, expected) in [
            ("x", "any number"),
            ("count(x)", "at least 1"),
            ("count(x) or vector(0)", "never negative"),
            ("sum(x == 0)", "always 0"),
            // Rounding may bring a sum down to the bound that a comparison leaves out.
            ("sum(x > 5)", "at least 5"),
            ("sum(rate(x[5m]))", "never negative"),
            ("rate(x[5m]) * 100", "never negative"),
            ("1 - up", "0 or 1"),
            ("avg(up) * 100", "from 0 to 100"),
            ("up == 0", "always 0"),
            ("up != 0", "always 1"),
            ("count(x > 3) by (a) > bool 0", "always 1"),
            ("clamp_max(x, 10) + 1", "at most 11"),
            ("hour()", "a whole number from 0 to 23"),
            ("abs(-up)", "0 or 1"),
            ("absent(x) and y", "always 1"),
            ("sum(absent(x)) * 0.5", "at least 0.5"),
            ("round(rate(x[5m]), 0.1)", "never negative"),
            ("count(x) == 0", "never there"),
            ("quantile(0.9, up)", "from 0 to 1"),
            ("max_over_time((up == bool 1)[5m:])", "0 or 1"),
        ] {
            assert_eq!(numbers(text), expected, "{text}");
        }
    }
}
