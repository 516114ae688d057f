//! `notify-common-varies`

use super::readings;
use crate::analysis::{Arrival, LabelValues};
use crate::diagnostic::Level;
use crate::lint::lints::shortened;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::Grouping;
use crate::template::alertmanager::{Map, Reference};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "notify-common-varies",
    level: Level::Info,
    summary: "A text that reads a common label which may differ inside of a group.",
    documentation: "\
### What it does
Sends every alert that the loaded rules can raise to its receivers, and looks for `.CommonLabels.x` in their texts where the
route does not group by `x` and alerts of one group may differ in it.

### Why it matters
The common labels are those that all alerts of a message have alike. As soon as two alerts differ the label is gone, and the
text is empty: it is there in tests with one alert, and missing when much is wrong.

### What it does not catch
Common annotations.",
    bad: &[
        Example {
            title: "the instance, grouped by name",
            files: &[
                ("alertmanager.yml", slack!("alertname", "title: 'Down: {{ .CommonLabels.instance }}'")),
                ("rules.yml", alert!("up == 0")),
            ],
        },
        Example {
            title: "severities of a group of all",
            files: &[
                ("alertmanager.yml", slack!("job", "title: '[{{ .CommonLabels.severity }}]'")),
                (
                    "rules.yml",
                    rules!(
                        "- {alert: A, expr: up == 0, labels: {severity: page}}",
                        "- {alert: B, expr: up == 1, labels: {severity: info}}",
                    ),
                ),
            ],
        },
    ],
    good: &[
        Example {
            title: "a label that the route groups by",
            files: &[
                ("alertmanager.yml", slack!("alertname, instance", "title: 'Down: {{ .CommonLabels.instance }}'")),
                ("rules.yml", alert!("up == 0")),
            ],
        },
        Example {
            title: "the severity, grouped by name",
            files: &[
                ("alertmanager.yml", slack!("alertname", "title: '[{{ .CommonLabels.severity }}]'")),
                (
                    "rules.yml",
                    rules!(
                        "- {alert: A, expr: up == 0, labels: {severity: page}}",
                        "- {alert: B, expr: up == 1, labels: {severity: info}}",
                    ),
                ),
            ],
        },
    ],
    check: Check::Environment(check),
};

/// Most classes of alerts that are held against each other.
const MOST: usize = 200;

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for reading in readings(context) {
        let what = reading.what;
        let Reference::Key(Map::CommonLabels, label) = what else {
            continue;
        };
        if reading.is_ready {
            continue;
        }
        let mut names = Vec::new();
        for reader in &reading.by {
            let arrivals = &reader.outlet.arrivals[..reader.outlet.arrivals.len().min(MOST)];
            let varying = arrivals.iter().filter(|arrival| {
                let mut others = arrivals.iter().copied();
                !arrival.route.grouping.has(label)
                    && (is_open(arrival, label)
                        || others.any(|other| may_differ(arrival, other, label)))
                    && reader.shown(arrival, what).is_some()
            });
            names.extend(varying.map(|arrival| arrival.rule.at.rule.name()));
        }
        if names.is_empty() {
            continue;
        }
        let message = format!(
            "`{}` is empty as soon as the alerts of a group differ in `{label}`, as they may: {}",
            reading.source(),
            shortened(names)
        );
        findings.add(reading.location.clone(), message).help = Some(format!(
            "add `{label}` to `group_by`, or go through the alerts: `{{{{ range .Alerts }}}}{{{{ .Labels.{label} }}}}{{{{ end }}}}`"
        ));
    }
}

/// Whether alerts of the class may have different values.
fn is_open(arrival: &Arrival<'_>, label: &str) -> bool {
    match arrival.class.get(label) {
        LabelValues::Only(values) => values.len() > 1,
        LabelValues::Any | LabelValues::Present => true,
    }
}

/// Whether alerts of the two classes can be in one group of one route with different values.
fn may_differ(one: &Arrival<'_>, other: &Arrival<'_>, label: &str) -> bool {
    let Grouping::By(names) = &one.route.grouping else {
        return false;
    };
    let meets = |name: &str| {
        !one.class
            .get(name)
            .meet(other.class.get(name))
            .is_impossible()
    };
    std::ptr::eq(one.route, other.route) && !meets(label) && names.iter().all(|name| meets(name))
}
