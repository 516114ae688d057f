//! Rules that do not fit each other.

pub mod duplicate_rule;
pub mod subsumed_alert;
pub mod unknown_alert_ref;

use crate::promql::{Binary, BinaryOp, Expr, ExprKind};

/// `expr op number`, turned so that the number is on the right.
struct Threshold<'x> {
    operand: &'x Expr,
    op: BinaryOp,
    value: f64,
}

fn threshold(expr: &Expr) -> Option<Threshold<'_>> {
    let ExprKind::Binary(binary) = &expr.without_parens().kind else {
        return None;
    };
    let Binary { op, lhs, rhs, .. } = &**binary;
    if !op.is_comparison() || binary.return_bool {
        return None;
    }
    match (number(lhs), number(rhs)) {
        (None, Some(value)) => Some(Threshold {
            operand: lhs,
            op: *op,
            value,
        }),
        (Some(value), None) => Some(Threshold {
            operand: rhs,
            op: op.turned(),
            value,
        }),
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<f64> {
    super::promql::literal(expr)
}

impl Threshold<'_> {
    /// Whether every value that satisfies this one satisfies the other one.
    fn implies(&self, other: &Self) -> bool {
        match (self.op, other.op) {
            (BinaryOp::Gt | BinaryOp::Ge, BinaryOp::Gt) => {
                self.value > other.value || (self.value == other.value && self.op == BinaryOp::Gt)
            }
            (BinaryOp::Gt | BinaryOp::Ge, BinaryOp::Ge) => self.value >= other.value,
            (BinaryOp::Lt | BinaryOp::Le, BinaryOp::Lt) => {
                self.value < other.value || (self.value == other.value && self.op == BinaryOp::Lt)
            }
            (BinaryOp::Lt | BinaryOp::Le, BinaryOp::Le) => self.value <= other.value,
            (BinaryOp::Eq, BinaryOp::Eq) => self.value == other.value,
            _ => false,
        }
    }
}
