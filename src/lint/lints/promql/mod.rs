//! What an expression can never do.

pub mod burst_with_for;
pub mod comparison_always;
pub mod comparison_impossible;
pub mod contradictory_matchers;
pub mod division_by_zero;
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

use crate::analysis::{LabelValues, Mismatch, RuleFacts, Verdict, quoted};
use crate::diagnostic::{Diagnostic, Level};
use crate::promql::{Aggregate, Binary, Expr, ExprKind, ValueType};

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
