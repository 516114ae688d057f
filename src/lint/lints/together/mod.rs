//! Rules that do not fit each other.

pub mod duplicate_rule;
pub mod subsumed_alert;
pub mod unknown_alert_ref;

use crate::analysis::{compared_with, number};
use crate::promql::{BinaryOp, Expr, ExprKind};

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
    let (operand, op, value) = compared_with(binary)?;
    // Two numbers are no condition of anything.
    number(operand)
        .is_none()
        .then_some(Threshold { operand, op, value })
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
