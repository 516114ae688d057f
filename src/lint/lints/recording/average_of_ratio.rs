//! `average-of-ratio`

use crate::analysis::RuleFacts;
use crate::analysis::quoted;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{AggregateOp, BinaryOp, Expr, ExprKind, ValueType};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "average-of-ratio",
    level: Level::Info,
    summary: "An average, or a sum, of ratios.",
    documentation: "\
### What it does
Reports `avg` over a division of two vectors or over a series whose name ends in `ratio`, and `sum` over a division of two
vectors.

### Why it matters
An instance with two requests weighs as much as one with a million: the average of ratios is not the ratio of all. It is
`sum(a) / sum(b)`.

### What it does not catch
An average of ratios that is meant is reported too; that is why this is info.",
    bad: &[Example {
        title: "the average of the error ratio",
        files: &[("rules.yml", alert!("avg(errors / requests) > 0.01"))],
    }],
    good: &[Example {
        title: "the ratio of all",
        files: &[("rules.yml", alert!("sum(errors) / sum(requests) > 0.01"))],
    }],
    check: Check::Rule(check),
};

fn check(_: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    rule.expr.walk(&mut |part| {
        let ExprKind::Aggregate(aggregate) = &part.kind else {
            return;
        };
        let is_average = aggregate.op == AggregateOp::Avg;
        if !(is_average || aggregate.op == AggregateOp::Sum) {
            return;
        }
        let inner = aggregate.expr.without_parens();
        if is_division(inner) || (is_average && is_named_ratio(inner)) {
            let message = format!(
                "`{}` of ratios: {}",
                aggregate.op.as_str(),
                quoted(inner, rule.text())
            );
            findings.add(rule.place(part), message).help =
                Some("the ratio of all is `sum(a) / sum(b)`".to_owned());
        }
    });
}

/// A division of two vectors, possibly times a number.
fn is_division(expr: &Expr) -> bool {
    let ExprKind::Binary(binary) = &expr.without_parens().kind else {
        return false;
    };
    match binary.op {
        BinaryOp::Div => binary.matching.is_some(),
        BinaryOp::Mul if binary.rhs.value_type() == ValueType::Scalar => is_division(&binary.lhs),
        BinaryOp::Mul if binary.lhs.value_type() == ValueType::Scalar => is_division(&binary.rhs),
        _ => false,
    }
}

fn is_named_ratio(expr: &Expr) -> bool {
    let ExprKind::Vector(selector) = &expr.kind else {
        return false;
    };
    let name = selector.metric_name().unwrap_or_default();
    let last = name.rsplit(':').next().unwrap_or_default();
    let is_recorded = name.contains(':');
    is_recorded
        && (last.starts_with("ratio") || last.ends_with("ratio") || last.contains("ratio_rate"))
}
