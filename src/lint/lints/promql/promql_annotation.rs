//! `promql-annotation`

use crate::analysis::{RuleFacts, number};
use crate::diagnostic::Level;
use crate::engine::{counter_doubt, ratio_doubt};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{AggregateOp, Expr, ExprKind};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "promql-annotation",
    level: Level::Info,
    summary: "Prometheus attaches a remark to the result, whatever the data.",
    documentation: "\
### What it does
Prometheus marks doubtful results with warnings and infos, which nobody sees who looks only at alerts. Those that can be
told from the expression alone are told here, in Prometheus's words:

- `rate` or `increase` of a metric whose name does not end as that of a counter does (info; a native histogram of that name
  would be fine).
- The ratio of `limit_ratio` outside −1 to 1, which is capped (warning).

The others need data: `rulecheck test` tells them with the results of a fixture. A quantile outside 0 to 1 has its own lint,
`quantile-shape`.

### Why it matters
The rate of a gauge counts each fall as a restart from zero.

### What it does not catch
Names that end in `_total`, `_sum`, `_count` or `_bucket` and are no counters.",
    bad: &[
        Example {
            title: "a gauge by its name",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Growing\n        expr: rate(queue_length[5m]) > 1\n",
            )],
        },
        Example {
            title: "more than all",
            files: &[
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - record: sampled\n        expr: limit_ratio(1.5, up)\n",
                ),
                ("rulecheck.yaml", "target: {flags: [promql-experimental-functions]}\n"),
            ],
        },
    ],
    good: &[Example {
        title: "a counter, and the slope of a gauge",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Growing\n        expr: rate(requests_total[5m]) > 1 or deriv(queue_length[5m]) > 1\n",
        )],
    }],
    check: Check::Rule(check),
};

fn check(_: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    rule.expr.walk(&mut |part| {
        if let Some((level, place, message)) = remark(part) {
            findings.add_at(level, rule.place(place), message);
        }
    });
}

/// How bad, where, and Prometheus's words.
fn remark(part: &Expr) -> Option<(Level, &Expr, String)> {
    match &part.kind {
        ExprKind::Call(call) if matches!(call.function.name, "rate" | "increase") => {
            let range = call.args.first()?.without_parens();
            let ExprKind::Matrix(matrix) = &range.kind else {
                return None;
            };
            let doubt = counter_doubt(matrix.selector.metric_name()?)?;
            Some((Level::Info, range, doubt))
        }
        ExprKind::Aggregate(aggregate) if aggregate.op == AggregateOp::LimitRatio => {
            let param = aggregate.param.as_ref()?;
            let doubt = ratio_doubt(number(param)?)?;
            Some((Level::Warning, param, doubt))
        }
        _ => None,
    }
}
