//! `quantile-shape`

use crate::analysis::{RuleFacts, number, shapes_of};
use crate::diagnostic::Level;
use crate::labels::BUCKET;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{AggregateOp, Expr, ExprKind};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "quantile-shape",
    level: Level::Error,
    summary: "A quantile outside 0 to 1, or one of buckets that have lost their `le`.",
    documentation: "\
### What it does
- A φ below 0 or above 1 gives −Inf or +Inf, whatever the data: `histogram_quantile(99, …)` means 0.99.
- `histogram_quantile` over classic buckets (`…_bucket`) that were aggregated without `le` gives nothing.
- `histogram_quantile` over buckets without `rate` or `increase` looks at all observations since the process started; that
  is told as info.
- In an alert, a quantile of buckets that are not aggregated is one for every single series; that is info too.

### Why it matters
The alert never fires, or always.

### What it does not catch
Native histograms have no `le`; their names do not end in `_bucket`.",
    bad: &[
        Example {
            title: "per cent instead of a fraction",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: histogram_quantile(99, sum by (le) (rate(x_bucket[5m]))) > 1\n",
            )],
        },
        Example {
            title: "`le` is aggregated away",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: histogram_quantile(0.99, sum by (job) (rate(x_bucket[5m]))) > 1\n",
            )],
        },
        Example {
            title: "since the process started",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: histogram_quantile(0.99, x_bucket) > 1\n",
            )],
        },
    ],
    good: &[Example {
        title: "classic with `le`, and a native histogram",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: histogram_quantile(0.99, sum by (job, le) (rate(x_bucket[5m]))) > 1\n      - alert: SlowToo\n        expr: histogram_quantile(1, sum(rate(x_seconds[5m]))) > 1\n",
        )],
    }],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    rule.expr.walk(&mut |part| match &part.kind {
        ExprKind::Call(call) => match (call.function.name, call.args.as_slice()) {
            ("histogram_quantile", [phi, buckets]) => {
                check_phi(rule, phi, findings);
                check_buckets(context, rule, buckets, findings);
            }
            ("quantile_over_time", [phi, _]) => check_phi(rule, phi, findings),
            _ => {}
        },
        ExprKind::Aggregate(aggregate) if aggregate.op == AggregateOp::Quantile => {
            if let Some(phi) = &aggregate.param {
                check_phi(rule, phi, findings);
            }
        }
        _ => {}
    });
}

fn check_phi(rule: RuleFacts<'_>, phi: &Expr, findings: &mut Findings<'_>) {
    let Some(value) = number(phi).filter(|value| !(0.0..=1.0).contains(value)) else {
        return;
    };
    let result = if value.is_nan() {
        "NaN"
    } else if value < 0.0 {
        "-Inf"
    } else {
        "+Inf"
    };
    let place = rule.place(phi);
    let message =
        format!("the quantile {value} is outside 0 to 1, so the result is always {result}");
    let found = findings.add(place, message);
    if value > 1.0 && value <= 100.0 {
        found.help = Some(format!(
            "for the {value}th percentile write {}",
            value / 100.0
        ));
    }
}

fn check_buckets(
    context: &Context<'_>,
    rule: RuleFacts<'_>,
    buckets: &Expr,
    findings: &mut Findings<'_>,
) {
    let mut names = Vec::new();
    let mut has_window = false;
    buckets.walk(&mut |part| match &part.kind {
        ExprKind::Vector(selector) => names.push(selector.metric_name()),
        ExprKind::Matrix(matrix) => {
            has_window = true;
            names.push(matrix.selector.metric_name());
        }
        ExprKind::Subquery(_) => has_window = true,
        _ => {}
    });
    let classic = !names.is_empty()
        && names
            .iter()
            .all(|name| name.is_some_and(|name| name.ends_with("_bucket")));
    if !classic {
        return;
    }
    let place = rule.place(buckets);
    if shapes_of(buckets, &context.facts.known)
        .iter()
        .all(|shape| shape.get(BUCKET).is_absent())
    {
        findings
            .add(
                place,
                "the buckets have lost their label `le`, so there is never a quantile",
            )
            .help = Some("keep it in the aggregation: `by (le, …)`".to_owned());
    } else if is_per_series(buckets) && rule.at.rule.is_alert() {
        findings
            .add_at(
                Level::Info,
                place,
                "the buckets are not aggregated, so that there is a quantile for every single series",
            )
            .help = Some("add them up first: `sum by (le) (rate(…))`".to_owned());
    } else if !has_window {
        findings
            .add_at(
                Level::Info,
                place,
                "without `rate` this is the quantile of all observations since the process started",
            )
            .help = Some("take `rate(…[5m])` of the buckets for what happens now".to_owned());
    }
}

/// Whether the buckets of all series stay apart: a rate of a selector, and no aggregation.
fn is_per_series(buckets: &Expr) -> bool {
    match &buckets.without_parens().kind {
        ExprKind::Call(call) => matches!(call.function.name, "rate" | "increase" | "irate"),
        _ => false,
    }
}
