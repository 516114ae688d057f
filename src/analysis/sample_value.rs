//! What the values of an expression's result can be, as far as templates and thresholds ask.

use crate::promql::{AggregateOp, Binary, BinaryOp, Expr, ExprKind, UnaryOp, ValueType};

/// The number that an expression of literals is.
#[must_use]
pub fn number(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Number(value) => Some(*value),
        ExprKind::Paren(inner) | ExprKind::Unary(UnaryOp::Plus, inner) => number(inner),
        ExprKind::Unary(UnaryOp::Minus, inner) => number(inner).map(|value| -value),
        ExprKind::Binary(binary) => {
            let (a, b) = (number(&binary.lhs)?, number(&binary.rhs)?);
            match binary.op {
                BinaryOp::Add => Some(a + b),
                BinaryOp::Sub => Some(a - b),
                BinaryOp::Mul => Some(a * b),
                BinaryOp::Div => Some(a / b),
                BinaryOp::Pow => Some(a.powf(b)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A comparison that filters by a number: the side that is compared, the operator as if the number stood on the right, and
/// the number.
#[must_use]
pub fn compared_with(binary: &Binary) -> Option<(&Expr, BinaryOp, f64)> {
    if binary.return_bool || !binary.op.is_comparison() {
        return None;
    }
    if let Some(bound) = number(&binary.rhs) {
        return Some((&binary.lhs, binary.op, bound));
    }
    let turned = match binary.op {
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        other => other,
    };
    number(&binary.lhs).map(|bound| (&binary.rhs, turned, bound))
}

/// The one value that every sample of the result has, where there is such a value.
#[must_use]
pub fn constant_value(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Paren(inner) => constant_value(inner),
        ExprKind::Call(call) => match call.function.name {
            "absent" | "absent_over_time" => Some(1.0),
            "vector" => number(call.args.first()?),
            "sort" | "sort_desc" | "label_replace" | "label_join" => {
                constant_value(call.args.first()?)
            }
            _ => None,
        },
        ExprKind::Aggregate(aggregate) => match aggregate.op {
            AggregateOp::Group => Some(1.0),
            AggregateOp::Min | AggregateOp::Max | AggregateOp::Topk | AggregateOp::Bottomk => {
                constant_value(&aggregate.expr)
            }
            _ => None,
        },
        ExprKind::Binary(binary) => match binary.op {
            BinaryOp::And | BinaryOp::Unless => constant_value(&binary.lhs),
            BinaryOp::Or => {
                let value = constant_value(&binary.lhs)?;
                (constant_value(&binary.rhs)? == value).then_some(value)
            }
            _ => {
                if let Some((compared, op, bound)) = compared_with(binary) {
                    return match op {
                        BinaryOp::Eq => Some(bound),
                        _ => constant_value(compared),
                    };
                }
                let filters = binary.op.is_comparison() && !binary.return_bool;
                filters.then(|| constant_value(&binary.lhs)).flatten()
            }
        },
        _ => None,
    }
}

/// Whether some sample of the result may be a native histogram.
#[must_use]
pub fn may_be_histogram(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => false,
        ExprKind::Vector(_) | ExprKind::Matrix(_) => true,
        ExprKind::Subquery(subquery) => may_be_histogram(&subquery.expr),
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => may_be_histogram(inner),
        ExprKind::Call(call) => {
            if call.function.returns != ValueType::Vector {
                return false;
            }
            match call.function.name {
                "rate" | "irate" | "increase" | "delta" | "idelta" | "sum_over_time"
                | "avg_over_time" | "last_over_time" | "first_over_time" | "label_replace"
                | "label_join" | "info" | "sort_by_label" | "sort_by_label_desc" => {
                    call.args.iter().any(|arg| {
                        arg.value_type() != ValueType::Scalar
                            && arg.value_type() != ValueType::String
                            && may_be_histogram(arg)
                    })
                }
                _ => false,
            }
        }
        ExprKind::Aggregate(aggregate) => {
            matches!(
                aggregate.op,
                AggregateOp::Sum | AggregateOp::Avg | AggregateOp::Limitk | AggregateOp::LimitRatio
            ) && may_be_histogram(&aggregate.expr)
        }
        ExprKind::Binary(binary) => match binary.op {
            BinaryOp::And | BinaryOp::Unless => may_be_histogram(&binary.lhs),
            BinaryOp::Or => may_be_histogram(&binary.lhs) || may_be_histogram(&binary.rhs),
            // A histogram compares with a histogram for equality, and with nothing else.
            BinaryOp::Eq | BinaryOp::Ne => {
                !binary.return_bool
                    && may_be_histogram(&binary.lhs)
                    && may_be_histogram(&binary.rhs)
            }
            op if op.is_comparison() => false,
            BinaryOp::Mod | BinaryOp::Pow | BinaryOp::Atan2 => false,
            _ => may_be_histogram(&binary.lhs) || may_be_histogram(&binary.rhs),
        },
    }
}
