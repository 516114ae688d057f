//! `notify-label-missing`

use std::collections::BTreeSet;

use super::{level_of, readings};
use crate::analysis::Arrival;
use crate::diagnostic::Level;
use crate::lint::lints::shortened;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::template::alertmanager::{Map, Reference};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "notify-label-missing",
    level: Level::Info,
    summary: "A text that shows a label or an annotation which some of the alerts lack.",
    documentation: "\
### What it does
Sends every alert that the loaded rules can raise to its receivers, and runs their texts on it. Finds the labels and
annotations that a text shows and the alert certainly does not have, alone or in common: `.Labels.x`, `.Annotations.x`,
`.CommonLabels.x`, `.CommonAnnotations.x`.

### Why it matters
What is missing is the empty text: \"Runbook: \" with nothing behind it.

### Level
A warning where the settings say what runs together. Else info: the rules may be for another Alertmanager.

### What it does not catch
Labels that the expression leaves open: they come from the series. Texts that test it with `if` or `with`.",
    bad: &[
        Example {
            title: "an alert without a runbook",
            files: &[
                (
                    "alertmanager.yml",
                    slack!("alertname", "text: '{{ range .Alerts }}Runbook: {{ .Annotations.runbook_url }}{{ end }}'"),
                ),
                ("rules.yml", alert!("up == 0", "annotations: {summary: it is down}")),
                super::PROMETHEUS,
                super::DECLARED,
            ],
        },
        Example {
            title: "a label that the sum drops",
            files: &[
                ("alertmanager.yml", slack!("alertname", "title: 'Down: {{ .CommonLabels.instance }}'")),
                ("rules.yml", alert!("sum by (job) (up) == 0")),
                super::PROMETHEUS,
            ],
        },
    ],
    good: &[
        Example {
            title: "the text is ready for it",
            files: &[
                (
                    "alertmanager.yml",
                    slack!("alertname", "text: '{{ range .Alerts }}{{ with .Annotations.runbook_url }}Runbook: {{ . }}{{ end }}{{ end }}'"),
                ),
                ("rules.yml", alert!("up == 0", "annotations: {summary: it is down}")),
                super::PROMETHEUS,
            ],
        },
        Example {
            title: "a text for other alerts",
            files: &[
                (
                    "alertmanager.yml",
                    slack!("alertname", "text: '{{ if eq .GroupLabels.alertname \"B\" }}{{ .CommonLabels.instance }}{{ end }}'"),
                ),
                ("rules.yml", alert!("sum by (job) (up) == 0")),
                super::PROMETHEUS,
            ],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let level = level_of(context);
    for reading in readings(context) {
        let what = reading.what;
        let Some((kind, name)) = kind_of(what).filter(|_| !reading.is_ready) else {
            continue;
        };
        let mut all = BTreeSet::new();
        let mut lacking = Vec::new();
        let mut proof = None;
        for reader in &reading.by {
            for arrival in &reader.outlet.arrivals {
                let alert = arrival.rule.at.rule.name();
                all.insert(alert);
                if !arrival.is_certain || !lacks(arrival, what) {
                    continue;
                }
                let Some(data) = reader.shown(arrival, what) else {
                    continue;
                };
                proof = proof.or_else(|| reader.example(alert, &data));
                if !lacking.contains(&alert) {
                    lacking.push(alert);
                }
            }
        }
        if lacking.is_empty() {
            continue;
        }
        let message = format!(
            "`{}` is empty for {} of the {} alerts that {} is told: they have no {kind} `{name}`",
            reading.source(),
            lacking.len(),
            all.len(),
            reading.receivers()
        );
        let found = findings.add_at(level, reading.location.clone(), message);
        found.proof.extend(proof);
        let ready = reading.source();
        found.help = Some(format!(
            "add it to {}; or be ready: `{{{{ with {ready} }}}}…{{{{ end }}}}`",
            shortened(lacking)
        ));
    }
}

/// What the entry is called in a rule, and its name.
fn kind_of(what: &Reference) -> Option<(&'static str, &str)> {
    match what {
        Reference::Key(Map::Labels(_) | Map::CommonLabels, name) => Some(("label", name)),
        Reference::Key(Map::Annotations(_) | Map::CommonAnnotations, name) => {
            Some(("annotation", name))
        }
        _ => None,
    }
}

/// Whether no alert of the class has the entry.
fn lacks(arrival: &Arrival<'_>, what: &Reference) -> bool {
    match kind_of(what) {
        Some(("label", name)) => arrival.class.get(name).is_absent(),
        Some((_, name)) => {
            let mut annotations = arrival.rule.at.rule.annotations.iter();
            !annotations.any(|text| text.key.as_str() == name && !text.value.is_empty())
        }
        None => false,
    }
}
