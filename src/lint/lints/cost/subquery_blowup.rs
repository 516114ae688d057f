//! `subquery-blowup`

use crate::analysis::RuleFacts;
use crate::analysis::Times;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{Expr, ExprKind, Subquery};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "subquery-blowup",
    level: Level::Info,
    summary: "A subquery evaluates its inside very many times.",
    documentation: "\
### What it does
Counts how often the inside of a subquery is evaluated: its window divided by its step, times the same of the subqueries
around it, and reports more than 10,000 times. Without a step the evaluation interval is taken, a minute where it is not
known.

### Why it matters
All of that is done at every evaluation of the rule.

### What to write instead
Record the inside with a rule, and look back over what was recorded.

### What it does not catch
How many series are read each time.",
    bad: &[Example {
        title: "a month in steps of ten seconds",
        files: &[("rules.yml", alert!("'max_over_time(rate(requests_total[1h])[30d:10s]) > 1'"))],
    }],
    good: &[Example {
        title: "72 steps",
        files: &[("rules.yml", alert!("'max_over_time(rate(requests_total[1h])[6h:5m]) > 1'"))],
    }],
    check: Check::Rule(check),
};

/// Evaluations above which it is told.
const MANY: f64 = 10_000.0;

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let mut found = Vec::new();
    collect(rule.expr, 1.0, &context.facts.times, &mut found);
    for (part, evaluations) in found {
        let message = format!(
            "the inside is evaluated {evaluations:.0} times at every evaluation of the rule"
        );
        findings.add(rule.place(part), message).help =
            Some("record the inside with a rule, and look back over what was recorded".to_owned());
    }
}

fn collect<'x>(expr: &'x Expr, outer: f64, times: &Times, found: &mut Vec<(&'x Expr, f64)>) {
    let mut evaluations = outer;
    if let ExprKind::Subquery(subquery) = &expr.kind {
        evaluations *= steps(subquery, times).unwrap_or(1.0);
        if evaluations > MANY && outer <= MANY {
            found.push((expr, evaluations));
        }
    }
    expr.for_each_child(&mut |child| collect(child, evaluations, times, found));
}

fn steps(subquery: &Subquery, times: &Times) -> Option<f64> {
    let step = match &subquery.step {
        Some(step) => step.fixed_seconds()?,
        None => times
            .evaluation
            .map_or(60.0, crate::target::Duration::seconds),
    };
    (step > 0.0).then_some(subquery.range.fixed_seconds()? / step)
}
