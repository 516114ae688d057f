//! Whether an expression asks for anything, or yields whatever series there are.

use super::knowledge::Knowledge;
use crate::promql::{BinaryOp, Expr, ExprKind, VectorSelector};

/// Recorded series that read recorded series deeper than this are taken to filter.
const MAX_DEPTH: usize = 20;

/// The `or` branches of an expression, without their parentheses.
#[must_use]
pub fn branches(expr: &Expr) -> Vec<&Expr> {
    let mut found = Vec::new();
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        let expr = expr.without_parens();
        match &expr.kind {
            ExprKind::Binary(binary) if binary.op == BinaryOp::Or => {
                open.push(&binary.rhs);
                open.push(&binary.lhs);
            }
            _ => found.push(expr),
        }
    }
    found
}

/// Whether series are read at all.
#[must_use]
pub fn has_selector(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        found |= matches!(part.kind, ExprKind::Vector(_) | ExprKind::Matrix(_));
    });
    found
}

/// Whether something leaves series out by their values or by what else exists: a comparison, `and`, `unless`, `absent`, a
/// recorded series whose rules do so. `ALERTS` exists only while an alert does. A recorded name that no rule records is
/// taken to filter: nothing is known of it.
#[must_use]
pub fn filters(expr: &Expr, known: &Knowledge<'_>) -> bool {
    is_filtered(expr, known, 0)
}

fn is_filtered(expr: &Expr, known: &Knowledge<'_>, depth: usize) -> bool {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => false,
        ExprKind::Vector(selector) => is_filtered_series(selector, known, depth),
        ExprKind::Matrix(matrix) => is_filtered_series(&matrix.selector, known, depth),
        ExprKind::Subquery(subquery) => is_filtered(&subquery.expr, known, depth),
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => is_filtered(inner, known, depth),
        ExprKind::Aggregate(aggregate) => is_filtered(&aggregate.expr, known, depth),
        ExprKind::Call(call) => {
            let is_absence = matches!(call.function.name, "absent" | "absent_over_time");
            let mut args = call.args.iter();
            is_absence || args.any(|argument| is_filtered(argument, known, depth))
        }
        ExprKind::Binary(binary) => {
            let left = is_filtered(&binary.lhs, known, depth);
            let right = is_filtered(&binary.rhs, known, depth);
            match binary.op {
                BinaryOp::And | BinaryOp::Unless => true,
                BinaryOp::Or => left && right,
                op if op.is_comparison() && !binary.return_bool => true,
                _ => left || right,
            }
        }
    }
}

fn is_filtered_series(selector: &VectorSelector, known: &Knowledge<'_>, depth: usize) -> bool {
    let Some(name) = selector.metric_name() else {
        return false;
    };
    if matches!(name, "ALERTS" | "ALERTS_FOR_STATE") || depth > MAX_DEPTH {
        return true;
    }
    let rules = known.records.rules(name);
    if rules.is_empty() {
        return name.contains(':');
    }
    rules.iter().all(|at| {
        let expr = at.rule.expr.as_ref();
        expr.is_none_or(|expr| is_filtered(expr, known, depth + 1))
    })
}
