//! `reserved-label`

use crate::analysis::ExternalLabels;
use crate::diagnostic::Level;
use crate::labels::ALERT_NAME;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "reserved-label",
    level: Level::Warning,
    summary: "A rule sets a label that Prometheus itself sets.",
    documentation: "\
### What it does
Looks at the labels that alerting rules and their groups set. `alertname` has no effect: Prometheus puts the name of the
alert in its place. `alertstate` reaches Alertmanager as the rule says, while in the series `ALERTS` it is overwritten
with `pending` or `firing`. A label of the `external_labels` of `prometheus.yml` keeps the rule's text: external labels
are added only where an alert has no such label. Where the text is a template this is told as info, since the rule may
mean to keep where the alert comes from.

### Why it matters
What is written is not what arrives. An alert that hides the external label `cluster` looks as if it came from elsewhere.

### What it does not catch
`__name__`, which Prometheus refuses to load (`yaml-schema`), and external labels where several `prometheus.yml` are
loaded or alerts are relabelled. A label with the same text as the external label does no harm.",
    bad: &[
        Example {
            title: "the name of the alert",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels:\n          alertname: HostDown\n",
            )],
        },
        Example {
            title: "an external label",
            files: &[
                (
                    "prometheus.yml",
                    "global:\n  external_labels:\n    cluster: eu1\nrule_files: [rules.yml]\n",
                ),
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels:\n          cluster: eu2\n",
                ),
            ],
        },
    ],
    good: &[Example {
        title: "another label, and a recording rule",
        files: &[
            (
                "prometheus.yml",
                "global:\n  external_labels:\n    cluster: eu1\nrule_files: [rules.yml]\n",
            ),
            (
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels:\n          severity: info\n          cluster: eu1\n      - record: alerts:count\n        expr: count(ALERTS)\n        labels:\n          alertname: all\n",
            ),
        ],
    }],
    check: Check::Environment(check),
};

/// The label that the series `ALERTS` has besides those of the alert.
const ALERT_STATE: &str = "alertstate";

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alert in context.environment.alerts() {
        for label in &alert.item.labels {
            let place = || alert.file.location(label.key.span());
            match label.key.as_str() {
                ALERT_NAME => {
                    findings
                        .add(place(), "a label `alertname` has no effect")
                        .because("Prometheus sets the rule's labels first and the name of the alert after them")
                        .help = Some("the name is what stands at `alert`".to_owned());
                }
                ALERT_STATE => {
                    findings
                        .add(place(), "a label `alertstate` is lost in the series `ALERTS`")
                        .because("Prometheus sets `alertstate` of `ALERTS` to `pending` or `firing`, after the labels of the alert")
                        .because("the alert that is sent keeps the rule's text, so that the two differ")
                        .help = Some("choose another name for the label".to_owned());
                }
                name => {
                    let ExternalLabels::Known(external) = &context.facts.external_labels else {
                        continue;
                    };
                    let Some(theirs) = external.get(name).filter(|text| !text.is_empty()) else {
                        continue;
                    };
                    let level = match label.fixed() {
                        Some("") => continue,
                        Some(text) if text == theirs => continue,
                        Some(_) => Level::Warning,
                        None => Level::Info,
                    };
                    let message = format!("label `{name}` hides the external label `{name}`");
                    findings
                        .add_at(level, place(), message)
                        .because(format!(
                            "`external_labels` say {name}=\"{theirs}\", which is added only to alerts without that label"
                        ));
                }
            }
        }
    }
}
