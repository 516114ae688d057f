//! Arithmetic backwards.

use crate::promql::{AggregateOp, BinaryOp, Expr, ExprKind};

/// Whether there is a comparison that filters, or something absent, in the expression.
#[must_use]
pub fn compares(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        found |= match &part.kind {
            ExprKind::Binary(binary) => binary.op.is_comparison() && !binary.return_bool,
            ExprKind::Call(call) => matches!(call.function.name, "absent" | "absent_over_time"),
            _ => false,
        };
    });
    found
}

/// The left side of `left op right = value`.
pub(super) fn left_of(op: BinaryOp, value: f64, right: f64) -> Option<f64> {
    match op {
        BinaryOp::Add => Some(value - right),
        BinaryOp::Sub => Some(value + right),
        BinaryOp::Mul if right != 0.0 => Some(value / right),
        BinaryOp::Div if right != 0.0 => Some(value * right),
        _ => None,
    }
}

/// The right side of `left op right = value`.
pub(super) fn right_of(op: BinaryOp, value: f64, left: f64) -> Option<f64> {
    match op {
        BinaryOp::Add => Some(value - left),
        BinaryOp::Sub => Some(left - value),
        BinaryOp::Mul if left != 0.0 => Some(value / left),
        BinaryOp::Div if value != 0.0 => Some(left / value),
        _ => None,
    }
}

/// Whether the value is that of a sample, without arithmetic that would not be exact.
pub(super) fn is_whole(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => is_whole(inner),
        ExprKind::Vector(_) => true,
        ExprKind::Aggregate(aggregate) => {
            aggregate.op == AggregateOp::Count || is_whole(&aggregate.expr)
        }
        ExprKind::Call(call) => matches!(
            call.function.name,
            "min_over_time" | "max_over_time" | "last_over_time" | "abs" | "round" | "changes"
        ),
        _ => false,
    }
}

/// Whether the expression reads series of that name.
#[must_use]
pub fn reads(expr: &Expr, name: &str) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        found |= match &part.kind {
            ExprKind::Vector(selector) => selector.metric_name() == Some(name),
            ExprKind::Matrix(matrix) => matrix.selector.metric_name() == Some(name),
            _ => false,
        };
    });
    found
}
