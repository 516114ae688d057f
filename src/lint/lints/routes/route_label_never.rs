//! `route-label-never`

use std::collections::BTreeSet;

use crate::analysis::Truth;
use crate::diagnostic::{Level, nearest};
use crate::labels::Matcher;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-label-never",
    level: Level::Info,
    summary: "A route asks for a label value that no alert of the project has.",
    documentation: "\
### What it does
Works out the labels of all alerts that the loaded rules can raise (labels of the rule and its group, labels that the
expression keeps, external labels) and looks for matchers of routes that none of them can satisfy.

### Why it matters
It is a misspelt value, or a route that has outlived its rules: whoever it leads to is never told.

### Level
Info, because alerts may also come from rules that are not loaded here.

### What it does not catch
Alerts whose labels come from the series: those can be anything.",
    bad: &[Example {
        title: "the label is taken away before it is sent",
        files: &[
            ("alertmanager.yml", routes!("- matchers: [replica=a]", "  receiver: b")),
            ("rules.yml", alert!("sum(up) == 0")),
            (
                "prometheus.yml",
                "global: {external_labels: {replica: a}}\nalerting:\n  alert_relabel_configs:\n    - {action: labeldrop, regex: replica}\nrule_files: [rules.yml]\nscrape_configs: []\n",
            ),
        ],
    }, Example {
        title: "critical is called crit here",
        files: &[
            (
                "alertmanager.yml",
                "route:\n  receiver: a\n  routes:\n    - matchers: [severity = \"crit\"]\n      receiver: a\nreceivers:\n  - name: a\n",
            ),
            (
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels: {severity: critical}\n",
            ),
        ],
    }],
    good: &[Example {
        title: "Prometheus changes the label before it sends",
        files: &[
            ("alertmanager.yml", routes!("- matchers: [severity=crit]", "  receiver: b")),
            ("rules.yml", alert!("up == 0", "labels: {severity: critical}")),
            (
                "prometheus.yml",
                "alerting:\n  alert_relabel_configs:\n    - {source_labels: [severity], regex: critical, target_label: severity, replacement: crit}\nrule_files: [rules.yml]\nscrape_configs: []\n",
            ),
        ],
    }, Example {
        title: "the label may come from the series",
        files: &[
            (
                "alertmanager.yml",
                "route:\n  receiver: a\n  routes:\n    - matchers: [severity = \"critical\", team = \"db\"]\n      receiver: a\nreceivers:\n  - name: a\n",
            ),
            (
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels: {severity: critical}\n",
            ),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    if !context.facts.knows_all_alerts() {
        return;
    }
    for alertmanager in context.environment.routed() {
        let Some(root) = &alertmanager.item.route else {
            continue;
        };
        root.walk(&mut |route| {
            for placed in &route.matchers {
                let matcher = &placed.matcher;
                let never = context
                    .alert_classes()
                    .all(|class| class.satisfies(matcher) == Truth::Never);
                if never {
                    let place = alertmanager.file.location(placed.span);
                    findings
                        .add(
                            place,
                            format!("no alert of the loaded rules satisfies `{matcher}`"),
                        )
                        .help = Some(known_values(context, matcher));
                }
            }
        });
    }
}

/// What the alerts have under the label that the matcher is about.
fn known_values(context: &Context<'_>, matcher: &Matcher) -> String {
    let name = &matcher.name;
    let values: BTreeSet<&str> = context
        .alert_classes()
        .filter_map(|class| class.get(name).known())
        .flatten()
        .map(|value| &**value)
        .filter(|value| !value.is_empty())
        .collect();
    if values.is_empty() {
        return format!("no alert has a label `{name}`");
    }
    let begun = values
        .iter()
        .copied()
        .find(|value| value.starts_with(&*matcher.value));
    let nearest = begun.or_else(|| nearest(&matcher.value, values.iter().copied()));
    match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => {
            let shown: Vec<&str> = values.into_iter().take(8).collect();
            format!("`{name}` is one of: {}", shown.join(", "))
        }
    }
}
