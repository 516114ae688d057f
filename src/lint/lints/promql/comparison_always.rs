//! `comparison-always`

use crate::analysis::RuleFacts;
use crate::analysis::{branches, filters, has_selector, numbers_of, quoted, reasons_for};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{AggregateOp, Binary, Expr, ExprKind};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "comparison-always",
    level: Level::Warning,
    summary: "The comparison of an alert is true for every value.",
    documentation: "\
### What it does
Works out the numbers that the compared expression can have, as [`comparison-impossible`](comparison-impossible.md) does,
and reports the comparison of an alert that all of them satisfy, where nothing inside filters either.

### Why it matters
The alert fires for as long as the series exist.

### What it does not catch
Comparisons inside an expression: there `count(x) > 0` is the usual way to ask whether something exists, and so it is on
its own.",
    bad: &[
        Example {
            title: "a rate is never negative",
            files: &[("rules.yml", alert!("rate(errors_total[5m]) >= 0"))],
        },
        Example {
            title: "`up` is 0 or 1",
            files: &[("rules.yml", alert!("avg by (job) (up) <= 1"))],
        },
    ],
    good: &[
        Example {
            title: "the filter is inside",
            files: &[("rules.yml", alert!("count by (cluster) (ready < 1) > 0"))],
        },
        Example {
            title: "does it exist?",
            files: &[("rules.yml", alert!("count(legacy_metric) > 0"))],
        },
        Example {
            title: "a condition",
            files: &[("rules.yml", alert!("rate(errors_total[5m]) > 0"))],
        },
    ],
    check: Check::Alert(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let known = &context.facts.known;
    for branch in branches(rule.expr) {
        let ExprKind::Binary(binary) = &branch.kind else {
            continue;
        };
        if !binary.op.is_comparison() || binary.return_bool || is_question(binary) {
            continue;
        }
        // Where partners are looked for, something is filtered after all.
        let left = numbers_of(&binary.lhs, known);
        let right = numbers_of(&binary.rhs, known);
        let is_filtered = filters(&binary.lhs, known) || filters(&binary.rhs, known);
        if is_filtered
            || !has_selector(branch)
            || binary.matching.is_some()
            || left.is_nothing()
            || right.is_nothing()
            || !left.always(binary.op, right)
        {
            continue;
        }
        let message = format!(
            "{} is true for every value, so that the alert fires for as long as the series exist",
            quoted(branch, rule.text())
        );
        let found = findings.add(rule.place(branch), message);
        found.witness = context.series_raising_by(rule.at.rule, branch);
        found.proof = reasons_for(&binary.lhs, rule.text(), known);
        found
            .proof
            .extend(reasons_for(&binary.rhs, rule.text(), known));
    }
}

/// `count(x) > 0` and its like ask whether series exist.
fn is_question(binary: &Binary) -> bool {
    let counts = |expr: &Expr| {
        matches!(&expr.without_parens().kind, ExprKind::Aggregate(aggregate)
            if matches!(aggregate.op, AggregateOp::Count | AggregateOp::Group | AggregateOp::CountValues))
    };
    counts(&binary.lhs) || counts(&binary.rhs)
}
