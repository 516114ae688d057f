//! `beyond-retention`

use crate::analysis::RuleFacts;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{DurationExpr, Expr, ExprKind};
use crate::target::Duration;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "beyond-retention",
    level: Level::Warning,
    summary: "An expression looks further back than samples are kept.",
    documentation: "\
### What it does
Adds up the windows and offsets of every selector, subqueries around it included, and compares the sum with the retention
that the settings tell (`target: retention:`). Without it this lint says nothing.

### Why it matters
What is older than the retention is not there: with `offset` the expression is empty, with a window it covers less than
it says.

### What it does not catch
`@` with a fixed time.",
    bad: &[Example {
        title: "forty days ago",
        files: &[
            ("rulecheck.yaml", "target: {retention: 15d}\n"),
            ("rules.yml", alert!("requests < requests offset 40d")),
        ],
    }],
    good: &[Example {
        title: "a week ago, and no retention known",
        files: &[
            ("rulecheck.yaml", "target: {retention: 15d}\n"),
            ("rules.yml", alert!("avg_over_time(requests[1d]) < avg_over_time(requests[1d] offset 1w)")),
        ],
    }],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let Some(retention) = context.facts.times.retention else {
        return;
    };
    let mut found = Vec::new();
    collect(rule.expr, 0.0, &mut found);
    for (part, seconds) in found {
        if seconds <= retention.seconds() {
            continue;
        }
        let back = Duration::from_ms((seconds * 1000.0) as i64);
        let message = format!("this looks {back} back, and samples are kept for {retention}");
        findings.add(rule.place(part), message).help = Some(
            "record what is needed from long ago with a rule, or keep samples for longer"
                .to_owned(),
        );
    }
}

/// Every selector with the seconds that it looks back.
fn collect<'x>(expr: &'x Expr, outer: f64, found: &mut Vec<(&'x Expr, f64)>) {
    let seconds = |duration: Option<&DurationExpr>| {
        duration
            .and_then(DurationExpr::fixed_seconds)
            .unwrap_or(0.0)
    };
    match &expr.kind {
        ExprKind::Vector(selector) if selector.modifiers.at.is_none() => {
            found.push((expr, outer + seconds(selector.modifiers.offset.as_ref())));
        }
        ExprKind::Matrix(matrix) if matrix.selector.modifiers.at.is_none() => {
            let offset = seconds(matrix.selector.modifiers.offset.as_ref());
            found.push((expr, outer + offset + seconds(Some(&matrix.range))));
        }
        ExprKind::Subquery(subquery) if subquery.modifiers.at.is_none() => {
            let offset = seconds(subquery.modifiers.offset.as_ref());
            collect(
                &subquery.expr,
                outer + offset + seconds(Some(&subquery.range)),
                found,
            );
        }
        ExprKind::Vector(_) | ExprKind::Matrix(_) | ExprKind::Subquery(_) => {}
        _ => expr.for_each_child(&mut |child| collect(child, outer, found)),
    }
}
