//! What an expression can never do.

pub mod burst_with_for;
pub mod comparison_always;
pub mod comparison_impossible;
pub mod contradictory_matchers;
pub mod division_by_zero;
pub mod first_event_missed;
pub mod never_matches;
pub mod no_condition;
pub mod noop_unless;
pub mod or_precedence;
pub mod promql_annotation;
pub mod quantile_shape;
pub mod rate_of_aggregate;
pub mod regex_in_equality;
pub mod series_collision;
pub mod stale_timestamp;
pub mod unstable_selection;

use crate::analysis::{LabelValues, Mismatch, RuleFacts, Verdict, number, quoted};
use crate::diagnostic::{Diagnostic, Level};
use crate::promql::{
    Aggregate, AggregateOp, Binary, BinaryOp, Expr, ExprKind, MatrixSelector, ValueType,
};

/// How bad it is that a part of a rule is dead, and the fact in one sentence.
fn headline(rule: RuleFacts<'_>, verdict: &Verdict<'_>, fact: &str) -> (Level, String) {
    if !verdict.is_dead {
        return (Level::Warning, format!("a part of this is dead: {fact}"));
    }
    let what = if rule.at.rule.is_alert() {
        "this alert can never fire"
    } else {
        "this never records anything"
    };
    (Level::Error, format!("{what}: {fact}"))
}

/// Tells what both sides of an operator have of the label that keeps them apart.
fn mismatch_told(
    found: &mut Diagnostic,
    rule: RuleFacts<'_>,
    binary: &Binary,
    mismatch: &Mismatch,
) {
    for (side, values) in [
        (&binary.lhs, &mismatch.left),
        (&binary.rhs, &mismatch.right),
    ] {
        let told = values_told(&mismatch.label, values);
        found.because(format!("{} {told}", quoted(side, rule.text())));
    }
}

/// What is known of a label, as the end of a sentence.
fn values_told(label: &str, values: &LabelValues) -> String {
    match values {
        LabelValues::Any => format!("may have any `{label}`"),
        LabelValues::Present => format!("always has a `{label}`"),
        _ if values.is_absent() => format!("has no label `{label}`"),
        LabelValues::Only(set) if set.len() > 4 => {
            format!("has one of {} values of `{label}`", set.len())
        }
        LabelValues::Only(set) => {
            let values: Vec<String> = set.iter().map(|value| format!("{value:?}")).collect();
            format!("has `{label}` {}", values.join(" or "))
        }
    }
}

/// The aggregation whose labels the result has, below comparisons and arithmetic with numbers.
fn aggregation(expr: &Expr) -> Option<&Aggregate> {
    match &expr.without_parens().kind {
        ExprKind::Aggregate(aggregate) => Some(aggregate),
        ExprKind::Binary(binary) => match (binary.lhs.value_type(), binary.rhs.value_type()) {
            (_, ValueType::Scalar) => aggregation(&binary.lhs),
            (ValueType::Scalar, _) => aggregation(&binary.rhs),
            _ => None,
        },
        _ => None,
    }
}

/// `increase(x[w]) > 0` or one of its like: a condition that one event makes true.
struct Burst<'x> {
    /// The name of the function.
    function: &'static str,
    /// The selector with its window.
    part: &'x Expr,
    /// The same.
    matrix: &'x MatrixSelector,
}

/// The condition of an expression, if one event makes it true; what is seen of the series may be added up.
fn burst(expr: &Expr) -> Option<Burst<'_>> {
    let ExprKind::Binary(binary) = &expr.without_parens().kind else {
        return None;
    };
    let counted = match binary.op {
        BinaryOp::Gt | BinaryOp::Ne if number(&binary.rhs)? == 0.0 => &binary.lhs,
        BinaryOp::Lt if number(&binary.lhs)? == 0.0 => &binary.rhs,
        _ => return None,
    };
    if binary.return_bool {
        return None;
    }
    let mut inner = counted.without_parens();
    while let ExprKind::Aggregate(aggregate) = &inner.kind {
        if !keeps_events(aggregate) {
            return None;
        }
        inner = aggregate.expr.without_parens();
    }
    let ExprKind::Call(call) = &inner.kind else {
        return None;
    };
    let function = call.function.name;
    if !matches!(
        function,
        "increase" | "rate" | "irate" | "changes" | "resets"
    ) {
        return None;
    }
    let part = call.args.first()?.without_parens();
    match &part.kind {
        ExprKind::Matrix(matrix) => Some(Burst {
            function,
            part,
            matrix,
        }),
        _ => None,
    }
}

fn keeps_events(aggregate: &Aggregate) -> bool {
    matches!(
        aggregate.op,
        AggregateOp::Sum | AggregateOp::Max | AggregateOp::Avg
    )
}
