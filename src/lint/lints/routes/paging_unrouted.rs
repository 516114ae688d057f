//! `paging-unrouted`

use std::collections::BTreeMap;

use crate::analysis::{LabelClass, Truth};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::Route;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "paging-unrouted",
    level: Level::Info,
    summary: "Alerts of some severity match no route and end at the default receiver.",
    documentation: "\
### What it does
Follows every alert that the loaded rules can raise through the route tree. Where no child of the root can take it, it ends
at the root's receiver; such alerts are told by severity. A tree without children has only the default and is left alone.

### Why it matters
The default receiver is for what nobody thought of. An alert that is meant to wake somebody does not belong there.

### Level
Info; a warning for the worst severity, the first one under `severities` in the settings.

### What it does not catch
Alerts whose severity comes from the series or a template.",
    bad: &[Example {
        title: "nobody thought of medium",
        files: &[
            (
                "alertmanager.yml",
                "route:\n  receiver: default\n  routes:\n    - matchers: [severity = \"critical\"]\n      receiver: pager\nreceivers:\n  - name: default\n  - name: pager\n",
            ),
            (
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: latency > 1\n        labels: {severity: medium}\n",
            ),
        ],
    }],
    good: &[Example {
        title: "each severity has a route, one only perhaps",
        files: &[
            (
                "alertmanager.yml",
                "route:\n  receiver: default\n  routes:\n    - matchers: [severity = \"critical\"]\n      receiver: pager\n    - matchers: [team = \"db\"]\nreceivers:\n  - name: default\n  - name: pager\n",
            ),
            (
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: latency > 1\n        labels: {severity: medium}\n      - alert: Down\n        expr: up == 0\n        labels: {severity: critical}\n",
            ),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let worst = context.settings.severities.first().map(String::as_str);
    for alertmanager in context.environment.alertmanagers() {
        let Some(root) = &alertmanager.item.route else {
            continue;
        };
        let Some(receiver) = &root.own_receiver else {
            continue;
        };
        if root.routes.is_empty() {
            continue;
        }
        let mut unrouted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for facts in context.alerts() {
            let (rule, classes) = (facts.at.rule, facts.classes());
            let severity = rule.label("severity").and_then(|label| label.fixed());
            let ends_at_root =
                !classes.is_empty() && classes.iter().all(|class| !may_reach_child(root, class));
            if let Some(severity) = severity.filter(|_| ends_at_root) {
                unrouted.entry(severity).or_default().push(rule.name());
            }
        }
        for (severity, names) in unrouted {
            let level = if Some(severity) == worst {
                Level::Warning
            } else {
                Level::Info
            };
            let place = alertmanager.file.location(receiver.span());
            let message = format!(
                "alerts of severity `{severity}` match no route and end at the default receiver `{receiver}`"
            );
            let found = findings.add_at(level, place, message);
            found.help = Some(format!(
                "give them a route with `severity=\"{severity}\"`; they are: {}",
                shortened(&names)
            ));
        }
    }
}

fn may_reach_child(root: &Route, class: &LabelClass) -> bool {
    root.routes.iter().any(|route| {
        let matchers = route.matchers.iter().map(|placed| &placed.matcher);
        class.satisfies_all(matchers) != Truth::Never
    })
}

fn shortened(names: &[&str]) -> String {
    const SHOWN: usize = 6;
    let mut text = names[..names.len().min(SHOWN)].join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}
