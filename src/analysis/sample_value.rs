//! What an expression is compared with, and whether its result may be native histograms.

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
    number(&binary.lhs).map(|bound| (&binary.rhs, binary.op.turned(), bound))
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
