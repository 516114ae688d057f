//! What an expression can never do.

pub mod promql_annotation;
pub mod quantile_shape;
pub mod stale_timestamp;

use crate::promql::{Expr, ExprKind, UnaryOp};

/// The number that an expression is, if it is a literal.
fn literal(expr: &Expr) -> Option<f64> {
    match &expr.without_parens().kind {
        ExprKind::Number(value) => Some(*value),
        ExprKind::Unary(UnaryOp::Minus, inner) => literal(inner).map(|value| -value),
        ExprKind::Unary(UnaryOp::Plus, inner) => literal(inner),
        _ => None,
    }
}
