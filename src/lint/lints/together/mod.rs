//! Rules that do not fit each other.

pub mod duplicate_rule;
pub mod overlapping_alerts;
pub mod severity_gap;
pub mod subsumed_alert;
pub mod unknown_alert_ref;

use std::path::Path;

use crate::analysis::{RuleFacts, compared_with, number};
use crate::lint::Context;
use crate::promql::{BinaryOp, Expr, ExprKind, VectorSelector};

/// A rule is compared with no more than so many others that are like it.
const MAX_COMPARED: usize = 200;

/// What is the same for rules that are known to run together: those of files that the settings put together, and those of
/// one file.
fn runs_in<'f>(context: &Context<'_>, rule: RuleFacts<'f>) -> &'f Path {
    if context.environment.is_listed {
        Path::new("")
    } else {
        rule.at.file.file.path()
    }
}

/// The labels that the rule sets, in order.
fn labels<'f>(rule: RuleFacts<'f>) -> Vec<(&'f str, &'f str)> {
    let labels = rule.at.rule.labels.iter();
    let mut labels: Vec<_> = labels
        .map(|label| (label.key.as_str(), label.value.as_str()))
        .collect();
    labels.sort_unstable();
    labels
}

/// The severity that the rule sets, if it is no template.
fn severity<'f>(rule: RuleFacts<'f>) -> Option<&'f str> {
    rule.at.rule.label("severity")?.fixed()
}

/// The selectors of an expression, in order.
fn selectors(expr: &Expr) -> Vec<&VectorSelector> {
    let mut found = Vec::new();
    expr.walk(&mut |part| found.extend(part.selector()));
    found
}

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
