//! What recording rules write, and who reads it.

pub mod average_of_ratio;
pub mod dependency_order;
pub mod record_cycle;
pub mod record_name_shape;
pub mod record_window_mismatch;
pub mod required_labels_dropped;
pub mod unknown_record;

use crate::promql::{Expr, ExprKind, Name};

/// A selector by which an expression reads series, and how.
struct Read<'x> {
    name: &'x Name,
    /// Whether it reads the newest sample only: no window, no `offset`, no `@`.
    is_newest: bool,
}

/// Every selector that names its metric before the braces.
fn reads(expr: &Expr) -> Vec<Read<'_>> {
    let mut found = Vec::new();
    collect(expr, false, &mut found);
    found
}

fn collect<'x>(expr: &'x Expr, is_past: bool, found: &mut Vec<Read<'x>>) {
    let (selector, has_window) = match &expr.kind {
        ExprKind::Vector(selector) => (selector, false),
        ExprKind::Matrix(matrix) => (&matrix.selector, true),
        ExprKind::Subquery(subquery) => return collect(&subquery.expr, true, found),
        _ => {
            expr.for_each_child(&mut |child| collect(child, is_past, found));
            return;
        }
    };
    let modifiers = &selector.modifiers;
    if let Some(name) = &selector.name {
        found.push(Read {
            name,
            is_newest: !is_past
                && !has_window
                && modifiers.offset.is_none()
                && modifiers.at.is_none(),
        });
    }
}
