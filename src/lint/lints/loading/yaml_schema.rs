//! `yaml-schema`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::IssueKind;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "yaml-schema",
    level: Level::Error,
    summary: "The file is no YAML, or its keys and values are not those that Prometheus or Alertmanager take.",
    documentation: "\
### What it does
Reads rule files, `PrometheusRule` objects, `alertmanager.yml`, `prometheus.yml` and fixtures by the strict rules of the
programs themselves: unknown and duplicate keys, wrong types, missing keys, names that are not allowed, keys that are
newer than the version aimed at. All errors of a file are told at once. What is accepted but silently ignored, such as
a second YAML document, is told as info.

Keys of Thanos Ruler and Mimir are right where the settings name the dialect: `target: {dialect: thanos}`. `VMRule` objects
are read too; the keys that only vmalert knows are told as info there.

### Why it matters
One wrong key makes Prometheus refuse the whole file, and a reload keeps the old rules without anybody noticing.

Of Alertmanager's configuration everything is read that `amtool check-config` reads: routes, matchers, receivers and their
HTTP settings, addresses, durations, time intervals; what excludes what, and what `global` must fill in.

### What it does not catch
Service discovery and remote write are not judged yet.",
    bad: &[
        Example {
            title: "a key that does not exist",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        anotations:\n          summary: down\n",
            )],
        },
        Example {
            title: "a receiver without a key, and an address without a scheme",
            files: &[(
                "alertmanager.yml",
                "route: {receiver: a}\nreceivers:\n  - name: a\n    pagerduty_configs:\n      - url: events.pagerduty.com\n",
            )],
        },
        Example {
            title: "a rule that both alerts and records",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        record: job:up\n        expr: up == 0\n",
            )],
        },
    ],
    good: &[
        Example {
            title: "a key of Mimir, for Mimir",
            files: &[
                ("rulecheck.yaml", "target: {dialect: mimir}\n"),
                ("rules.yml", "groups:\n  - name: a\n    source_tenants: [a, b]\n    rules:\n      - alert: Down\n        expr: up == 0\n"),
            ],
        },
        Example {
        title: "every key is known",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        annotations:\n          summary: down\n",
        )],
    },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    super::report(context, findings, IssueKind::Schema);
    super::report(context, findings, IssueKind::Notice);
}
