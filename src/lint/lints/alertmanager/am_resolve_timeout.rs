//! `am-resolve-timeout`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-resolve-timeout",
    level: Level::Info,
    summary: "`resolve_timeout` in a project whose alerts come from Prometheus, which sends an end time itself.",
    documentation: "\
### What it does
Finds `resolve_timeout` under `global` where alerting rules are there too.

### Why it matters
Alertmanager uses it for alerts that come without an end. Prometheus sends one with each: the time of the evaluation and
four times the interval of the group, a minute being the shortest interval that counts. Whoever changes `resolve_timeout` to
be told of the end sooner or later changes nothing.

### What it does not catch
Other programs that send alerts without an end: for those the key is right.",
    bad: &[Example {
        title: "with rules of Prometheus",
        files: &[
            (
                "alertmanager.yml",
                "global:\n  resolve_timeout: 5m\nroute: {receiver: a}\nreceivers:\n  - name: a\n",
            ),
            ("rules.yml", alert!("up == 0")),
        ],
    }],
    good: &[
        Example {
            title: "no rules are there",
            files: &[(
                "alertmanager.yml",
                "global:\n  resolve_timeout: 5m\nroute: {receiver: a}\nreceivers:\n  - name: a\n",
            )],
        },
        Example {
            title: "the default",
            files: &[
                (
                    "alertmanager.yml",
                    "route: {receiver: a}\nreceivers:\n  - name: a\n",
                ),
                ("rules.yml", alert!("up == 0")),
            ],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    if context.environment.alerts().next().is_none() {
        return;
    }
    for alertmanager in context.environment.alertmanagers() {
        if let Some(timeout) = alertmanager.item.config.resolve_timeout {
            let place = alertmanager.file.location(timeout.span);
            let message = "this has no effect on alerts of Prometheus, which come with an end time";
            findings.add(place, message).help =
                Some("remove it, unless another program sends alerts without one".to_owned());
        }
    }
}
