//! `notify-group-label-missing`

use super::readings;
use crate::diagnostic::Level;
use crate::lint::lints::shortened;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::template::alertmanager::{Map, Reference};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "notify-group-label-missing",
    level: Level::Info,
    summary: "A text that reads a group label which some of the alerts lack.",
    documentation: "\
### What it does
Sends every alert that the loaded rules can raise to its receivers, and looks for `.GroupLabels.x` in their texts where the
route groups by `x`, and an alert that comes there certainly has no such label.

### Why it matters
Alerts without the label are in a group that has none, and the text is empty in its messages. Often it is an external label
that `prometheus.yml` does not set, such as `cluster`.

### What it does not catch
Labels that the expression leaves open: they come from the series.",
    bad: &[Example {
        title: "no external label is called cluster",
        files: &[
            (
                "alertmanager.yml",
                slack!("alertname, cluster", "title: '{{ .GroupLabels.alertname }} in {{ .GroupLabels.cluster }}'"),
            ),
            ("rules.yml", alert!("sum by (job) (up) == 0")),
            super::PROMETHEUS,
        ],
    }],
    good: &[
        Example {
            title: "an external label",
            files: &[
                (
                    "alertmanager.yml",
                    slack!("alertname, cluster", "title: '{{ .GroupLabels.alertname }} in {{ .GroupLabels.cluster }}'"),
                ),
                ("rules.yml", alert!("sum by (job) (up) == 0")),
                (
                    "prometheus.yml",
                    "global: {external_labels: {cluster: eu1}}\nrule_files: [rules.yml]\nscrape_configs: []\n",
                ),
            ],
        },
        Example {
            title: "the series may have it",
            files: &[
                ("alertmanager.yml", slack!("alertname, cluster", "title: '{{ .GroupLabels.cluster }}'")),
                ("rules.yml", alert!("up == 0")),
                super::PROMETHEUS,
            ],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for reading in readings(context) {
        let Reference::Key(Map::GroupLabels, label) = reading.what else {
            continue;
        };
        if reading.is_ready {
            continue;
        }
        let mut lacking = Vec::new();
        let mut proof = None;
        for reader in &reading.by {
            let arrivals = reader.outlet.arrivals.iter().filter(|arrival| {
                arrival.is_certain
                    && arrival.route.grouping.has(label)
                    && arrival.class.get(label).is_absent()
            });
            for arrival in arrivals {
                let Some(data) = reader.shown(arrival, reading.what) else {
                    continue;
                };
                let alert = arrival.rule.at.rule.name();
                proof = proof.or_else(|| reader.example(alert, &data));
                lacking.push(alert);
            }
        }
        if lacking.is_empty() {
            continue;
        }
        let message = format!(
            "`{}` is empty for alerts without a label `{label}`: {}",
            reading.source(),
            shortened(lacking)
        );
        let found = findings.add(reading.location.clone(), message);
        found.proof.extend(proof);
        found.help = Some(format!(
            "set the label, or be ready: `{{{{ with .GroupLabels.{label} }}}}…{{{{ end }}}}`"
        ));
    }
}
