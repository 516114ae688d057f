//! `undefined-receiver`

use crate::diagnostic::{Level, nearest};
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "undefined-receiver",
    level: Level::Error,
    summary: "A route names a receiver that does not exist.",
    documentation: "\
### What it does
Every `receiver` of a route must stand under `receivers`.

### Why it matters
Alertmanager refuses the whole file.

### What it does not catch
Receivers that exist and send nowhere.",
    bad: &[Example {
        title: "a slip of the pen",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: ops\n  routes:\n    - matchers: [severity = \"critical\"]\n      receiver: opps\nreceivers:\n  - name: ops\n",
        )],
    }],
    good: &[Example {
        title: "a child without a receiver inherits it",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: ops\n  routes:\n    - matchers: [severity = \"critical\"]\nreceivers:\n  - name: ops\n",
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        let config = &alertmanager.item.config;
        let names: Vec<&str> = config
            .receivers
            .iter()
            .filter_map(|receiver| Some(receiver.name.as_ref()?.as_str()))
            .collect();
        let Some(root) = &alertmanager.item.route else {
            continue;
        };
        root.walk(&mut |route| {
            let Some(receiver) = &route.own_receiver else {
                return;
            };
            if names.contains(&receiver.as_str()) {
                return;
            }
            let nearest = nearest(receiver.as_str(), names.iter().copied());
            let place = alertmanager.file.location(receiver.span());
            findings
                .add(place, format!("there is no receiver `{receiver}`"))
                .help = Some(match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("add it under `receivers`, which has: {}", names.join(", ")),
            });
        });
    }
}
