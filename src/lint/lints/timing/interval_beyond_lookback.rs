//! `interval-beyond-lookback`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::Duration;
use crate::witness::series_read;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "interval-beyond-lookback",
    level: Level::Warning,
    summary: "A group is evaluated less often than the lookback reaches.",
    documentation: "\
### What it does
Compares the interval of a group with the lookback of the Prometheus aimed at, 5 minutes unless the settings say otherwise
(`target: lookback:`). Alerts that keep firing for at least the interval are left alone.

### Why it matters
What a rule records is seen for 5 minutes. With a longer interval the recorded series, and the `ALERTS` of alerts, are gone
between two evaluations, so that whatever reads them flaps.

### What it does not catch
Intervals that `prometheus.yml` sets for all groups.",
    bad: &[Example {
        title: "ten minutes",
        files: &[(
            "rules.yml",
            "groups:\n  - name: slow\n    interval: 10m\n    rules:\n      - record: job:up:sum\n        expr: sum by (job) (up)\n",
        )],
    }],
    good: &[
        Example {
            title: "three minutes",
            files: &[(
                "rules.yml",
                "groups:\n  - name: slow\n    interval: 3m\n    rules:\n      - record: job:up:sum\n        expr: sum by (job) (up)\n",
            )],
        },
        Example {
            title: "a lookback of 0 is one of five minutes, as for Prometheus",
            files: &[
                ("rulecheck.yaml", "target: {lookback: 0s}\n"),
                (
                    "rules.yml",
                    "groups:\n  - name: slow\n    interval: 5m\n    rules:\n      - record: job:up:sum\n        expr: sum by (job) (up)\n",
                ),
            ],
        },
        Example {
            title: "alerts that keep firing",
            files: &[(
                "rules.yml",
                "groups:\n  - name: slow\n    interval: 10m\n    rules:\n      - alert: Down\n        expr: up == 0\n        keep_firing_for: 10m\n",
            )],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let lookback = Duration::from_ms(context.facts.target.lookback_ms);
    for file in &context.environment.files {
        for group in &file.groups {
            let Some(interval) = group.interval.filter(|interval| interval.value > lookback) else {
                continue;
            };
            let is_exempt = |rule: &crate::project::Rule| {
                let keeps = rule
                    .model
                    .keep_firing_for
                    .map_or(Duration::ZERO, |keep| keep.value);
                rule.is_alert() && keeps >= interval.value
            };
            let Some(rule) = group.rules.iter().find(|rule| !is_exempt(rule)) else {
                continue;
            };
            let message = format!(
                "the group is evaluated every {}, and what it writes is seen for {lookback}",
                interval.value
            );
            let found = findings.add(file.location(interval.span), message);
            found.because(format!(
                "an instant selector looks back {lookback}: after that the series is gone until the next evaluation"
            ));
            found.witness = rule.expr.as_ref().and_then(|expr| series_read(&[expr]));
            found.help = Some(format!(
                "evaluate it at least every {lookback}, or read it with `last_over_time(…[{}])`",
                interval.value
            ));
        }
    }
}
