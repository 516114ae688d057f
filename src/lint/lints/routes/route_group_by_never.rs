//! `route-group-by-never`

use super::nodes;
use crate::diagnostic::Level;
use crate::labels::ALERT_NAME;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-group-by-never",
    level: Level::Info,
    summary: "A label of `group_by` that no alert of the route has.",
    documentation: "\
### What it does
Sends every alert that the loaded rules can raise through the tree, and looks for labels in `group_by` that none of those
has that come to the route or to one below it.

### Why it matters
Alerts that lack a label are in one group as far as that label goes: it tells nothing apart. Often it is an external label
that `prometheus.yml` does not set, such as `cluster`.

### Level
A warning where the settings say what runs together and `prometheus.yml` is among it. Else info: the label may come from a
rule, or from a Prometheus, that is not loaded here.

### What it does not catch
Labels that the expression leaves open: they come from the series. Rules whose series nothing exposes, as complete dumps
show, are not asked.",
    bad: &[Example {
        title: "no external label is called cluster",
        files: &[
            (
                "alertmanager.yml",
                "route:\n  receiver: a\n  group_by: [alertname, cluster]\nreceivers:\n  - name: a\n",
            ),
            ("rules.yml", alert!("sum by (job) (up) == 0")),
            ("prometheus.yml", "rule_files: [rules.yml]\nscrape_configs: []\n"),
            ("rulecheck.yaml", "environments:\n  prometheus: prometheus.yml\n  alertmanager: alertmanager.yml\n"),
        ],
    }],
    good: &[
        Example {
            title: "an external label",
            files: &[
                (
                    "alertmanager.yml",
                    "route:\n  receiver: a\n  group_by: [alertname, cluster]\nreceivers:\n  - name: a\n",
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
                (
                    "alertmanager.yml",
                    "route:\n  receiver: a\n  group_by: [alertname, cluster]\nreceivers:\n  - name: a\n",
                ),
                ("rules.yml", alert!("up == 0")),
                ("prometheus.yml", "rule_files: [rules.yml]\nscrape_configs: []\n"),
            ],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    if !context.facts.knows_all_alerts() {
        return;
    }
    let level = match context.environment.is_declared {
        true => Level::Warning,
        false => Level::Info,
    };
    for node in nodes(context) {
        let mut routings = context.facts.routings().iter();
        let file = &node.alertmanager.file.identity;
        let routing = routings.find(|routing| routing.alertmanager.file.identity == *file);
        let (Some(routing), Some(labels)) = (routing, &node.written.group_by) else {
            continue;
        };
        let arrivals = routing.below(node.route);
        let arrivals: Vec<_> = arrivals
            .filter(|arrival| !arrival.rule.is_starved())
            .collect();
        if arrivals.is_empty() {
            continue;
        }
        for label in labels {
            let name = label.as_str();
            let is_there = |class: &crate::analysis::LabelClass| !class.get(name).is_absent();
            if name == ALERT_NAME
                || name == "..."
                || arrivals.iter().any(|arrival| is_there(&arrival.class))
            {
                continue;
            }
            let message = format!("no alert of this route has a label `{name}` to be grouped by");
            let found = findings.add_at(level, node.place(label.span()), message);
            found.help = Some(format!(
                "remove it, or set it: for all alerts with `external_labels` of prometheus.yml, as in `{name}: …`"
            ));
        }
    }
}
