//! `rate-on-gauge`

use super::known_from;
use crate::analysis::MetricSource;
use crate::analysis::RuleFacts;
use crate::diagnostic::Level;
use crate::exposition::Kind;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::ExprKind;
use crate::witness::series_with;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "rate-on-gauge",
    level: Level::Error,
    summary: "`rate` or one of its like is taken of a gauge.",
    documentation: "\
### What it does
Reports `rate`, `irate` and `increase` of a metric that a dump of the settings declares a gauge: an error. Where only the
catalogue says so it is a warning. Nothing is guessed from names.

### Why it matters
These functions take every fall for a restart of the process, so that a gauge that goes up and down yields nonsense.

### What to write instead
`deriv` or `delta`, which are made for gauges.

### What it does not catch
Metrics that no dump has.",
    bad: &[
        Example {
            title: "memory goes up and down",
            files: &[("rules.yml", alert!("rate(node_memory_MemFree_bytes[5m]) > 1"))],
        },
        Example {
            title: "by the dump",
            files: &[
                ("rulecheck.yaml", "metrics:\n  dumps: app.prom\n"),
                ("app.prom", "# TYPE app_queue gauge\napp_queue 3\n"),
                ("rules.yml", alert!("increase(app_queue[5m]) > 1")),
            ],
        },
    ],
    good: &[Example {
        title: "a counter, and a metric of which nothing is known",
        files: &[(
            "rules.yml",
            alert!("rate(node_cpu_seconds_total[5m]) > 1 or rate(ClickHouseProfileEvents_Query[5m]) > 1"),
        )],
    }],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let known = &context.facts.known;
    rule.expr.walk(&mut |part| {
        let ExprKind::Call(call) = &part.kind else {
            return;
        };
        if !matches!(call.function.name, "rate" | "irate" | "increase") {
            return;
        }
        let Some(ExprKind::Matrix(matrix)) =
            call.args.first().map(|first| &first.without_parens().kind)
        else {
            return;
        };
        let Some(name) = matrix.selector.metric_name() else {
            return;
        };
        let Some(fact) = known
            .metrics
            .find(name)
            .filter(|fact| fact.kind == Kind::Gauge)
        else {
            return;
        };
        if known.records.has(name) {
            return;
        }
        let level = match fact.source {
            MetricSource::Dump(_) => Level::Error,
            MetricSource::Catalogue(..) => Level::Warning,
        };
        let message = format!("`{}` of the gauge `{name}`", call.function.name);
        let found = findings.add_at(level, rule.place(part), message);
        found.because(
            "it takes every fall for a restart of the process, and a gauge falls all the time",
        );
        found.because(known_from(name, &fact));
        found.witness = series_with("9 3 9 3 9 3 9 3 9 3 9 3 9 3 9 3", &[part]);
        found.help = Some("`deriv` is the rate of a gauge, `delta` its increase".to_owned());
    });
}
