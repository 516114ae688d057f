//! `comparison-impossible`

use super::headline;
use crate::analysis::RuleFacts;
use crate::analysis::{Cause, has_selector, quoted, reasons_for};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{AggregateOp, Binary, Expr, ExprKind};
use crate::witness::series_read;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "comparison-impossible",
    level: Level::Error,
    summary: "No value can satisfy a comparison.",
    documentation: "\
### What it does
Works out between which numbers every part of an expression lies, and whether they are whole: a `count` is at least 1,
`absent` and `group` are 1, `up` is 0 or 1, a rate is never negative, `sum(x == 0)` is 0, `hour()` is at most 23, and so
on through all operators, aggregations and functions, and through recorded series by looking into their rules. It reports
a comparison that none of these numbers satisfies, with the reasons.

It is an error where the whole rule can never have a result, and a warning where only a part of it is dead. A comparison
of numbers, such as `vector(0) == 1`, is how rules are switched off: it is info.

### Why it matters
The alert can never fire. The most frequent case is `count(x) == 0`: where there is nothing to count there is no result,
instead of a 0.

### What it does not catch
What the application itself guarantees: that a percentage is at most 100, or that a gauge is 0 or 1.",
    bad: &[
        Example {
            title: "a count is never 0",
            files: &[("rules.yml", alert!("count by (service) (healthy{env=\"prod\"}) == 0"))],
        },
        Example {
            title: "the sum of zeros is 0",
            files: &[("rules.yml", alert!("sum(replicas_ready == 0) > 0"))],
        },
        Example {
            title: "through a recording rule",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - record: job:up:avg\n        expr: avg by (job) (up)\n      - alert: Down\n        expr: job:up:avg > 95\n",
            )],
        },
    ],
    good: &[
        Example {
            title: "0 where there is nothing to count",
            files: &[("rules.yml", alert!("(count(redis_master) or vector(0)) < 1"))],
        },
        Example {
            title: "fewer than two",
            files: &[("rules.yml", alert!("count(redis_master) < 2"))],
        },
        Example {
            title: "the second argument is not compared",
            files: &[("rules.yml", alert!("round(temperature, 0.1) < 0"))],
        },
    ],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let verdict = rule.verdict();
    for dead in &verdict.findings {
        let Cause::Comparison { binary, .. } = &dead.cause else {
            continue;
        };
        let fact = format!("{} is never true", quoted(dead.part, rule.text()));
        let (level, message) = headline(rule, verdict, &fact);
        let level = if has_selector(dead.part) {
            level
        } else {
            Level::Info
        };
        let found = findings.add_at(level, rule.place(dead.part), message);
        let known = &context.facts.known;
        found.proof = reasons_for(&binary.lhs, rule.text(), known);
        found
            .proof
            .extend(reasons_for(&binary.rhs, rule.text(), known));
        found.witness = series_read(&[dead.part]);
        found.help = way_out(binary).map(str::to_owned);
    }
}

fn way_out(binary: &Binary) -> Option<&'static str> {
    let aggregation = |expr: &Expr| match &expr.without_parens().kind {
        ExprKind::Aggregate(aggregate) => Some(aggregate.op),
        _ => None,
    };
    match aggregation(&binary.lhs).or_else(|| aggregation(&binary.rhs))? {
        AggregateOp::Count | AggregateOp::Group => Some(
            "`absent(…)` is there when there are no series; `(… or vector(0)) == 0` compares without labels",
        ),
        AggregateOp::Sum => Some(
            "`count(… == 0)` tells how many there are, `sum(… == bool 0)` too, with 0 where there are none",
        ),
        _ => None,
    }
}
