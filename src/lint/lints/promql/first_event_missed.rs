//! `first-event-missed`

use super::burst;
use crate::analysis::{RuleFacts, Seen};
use crate::catalogue;
use crate::diagnostic::Level;
use crate::labels::METRIC_NAME;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{VectorSelector, one_line};
use crate::witness::series_with;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "first-event-missed",
    level: Level::Info,
    summary: "A counter that begins with the first event does not show that event.",
    documentation: "\
### What it does
Reports `increase(x{status=\"error\"}[w]) > 0` in an alert, and the same with `rate`, `irate` and `changes`, where the selector
picks series by a label that the program gives them. Many programs make such a series when the first event happens, and
then it begins at 1.

### Why it matters
These functions look at differences. A series that was not there before and is 1 from then on has none: the first error
after a start of the program raises no alert.

### What it does not catch
Counters that are made with the program are fine. Where a dump of the settings (`metrics: dumps:`) shows the series it is taken
for one of them and nothing is said; likewise where the catalogue says that the label is not the program's. Thresholds above
0. Prometheus can be told to begin counters at 0 (`--enable-feature=created-timestamp-zero-ingestion`), which is not looked
at: that is why this is info.",
    bad: &[Example {
        title: "the first error",
        files: &[(
            "rules.yml",
            alert!("'increase(uploads_total{status=\"error\"}[10m]) > 0'"),
        )],
    }],
    good: &[
        Example {
            title: "no label of the program, and a threshold that one event does not reach",
            files: &[(
                "rules.yml",
                rules![
                    "- alert: A",
                    "  expr: 'increase(backup_failures_total{job=\"backup\",instance=\"a\"}[10m]) > 0'",
                    "- alert: B",
                    "  expr: 'rate(uploads_total{status=\"error\"}[10m]) > 0.1'",
                ],
            )],
        },
        Example {
            title: "the new series counts too",
            files: &[(
                "rules.yml",
                alert!("'increase(uploads_total{status=\"error\"}[10m]) > 0 or (uploads_total{status=\"error\"} > 0 unless uploads_total{status=\"error\"} offset 10m)'"),
            )],
        },
        Example {
            title: "the series is there",
            files: &[
                ("rulecheck.yaml", "metrics:\n  dumps: app.prom\n"),
                (
                    "app.prom",
                    "# TYPE uploads_total counter\nuploads_total{status=\"error\"} 0\nuploads_total{status=\"ok\"} 7\n",
                ),
                (
                    "rules.yml",
                    alert!("'increase(uploads_total{status=\"error\"}[10m]) > 0'"),
                ),
            ],
        },
    ],
    check: Check::Rule(check),
};

/// Labels that targets have in many places.
const OF_TARGETS: [&str; 21] = [
    METRIC_NAME,
    "app",
    "cluster",
    "component",
    "container",
    "datacenter",
    "dc",
    "endpoint",
    "env",
    "environment",
    "host",
    "hostname",
    "instance",
    "job",
    "namespace",
    "node",
    "pod",
    "project",
    "region",
    "service",
    "team",
];

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    if rule.at.rule.is_alert() {
        look_at(context, rule, findings);
    }
}

fn look_at(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let known = &context.facts.known;
    let Some(burst) = burst(rule.expr) else {
        return;
    };
    let selector = &burst.matrix.selector;
    let (Some(name), None) = (selector.metric_name(), selector.extension) else {
        return;
    };
    let Some(label) = own_label(selector, name) else {
        return;
    };
    let seen = known.metrics.seen(selector);
    if burst.function == "resets" || known.records.has(name) || matches!(seen, Seen::There) {
        return;
    }
    let message = "the first event is missed where the series begins with it";
    let found = findings.add(rule.place(burst.part), message);
    found.because(format!(
        "`{}` sees differences, and a series that begins at 1 has none",
        burst.function
    ));
    match seen {
        Seen::Missing(dumps) => {
            let paths: Vec<String> = dumps
                .iter()
                .map(|dumped| dumped.dump.path.display().to_string())
                .collect();
            found.because(format!("{} has no such series yet", paths.join(" and ")));
        }
        _ => {
            found.because(format!(
                "many programs make a series with a `{label}` when it first happens"
            ));
        }
    }
    found.witness = series_with("_x5 1x15", &[burst.part]);
    let text = rule.text().get(burst.matrix.selector_span.range());
    found.help = Some(format!(
        "let the program make the series when it starts, or add `or ({0} > 0 unless {0} offset …)`",
        one_line(text.unwrap_or_default())
    ));
}

/// A label by which the selector picks series and that the program seems to give them.
fn own_label<'s>(selector: &'s VectorSelector, name: &str) -> Option<&'s str> {
    let known = catalogue::find(name).and_then(|(_, family, _)| {
        (!family.has_more_labels)
            .then_some(family.labels.as_ref())
            .flatten()
    });
    let mut labels = selector
        .matchers
        .iter()
        .filter(|matcher| !matcher.matcher.matches_empty())
        .map(|matcher| &*matcher.matcher.name);
    labels.find(|label| match known {
        Some(known) => known.contains(label),
        None => !OF_TARGETS.contains(label),
    })
}
