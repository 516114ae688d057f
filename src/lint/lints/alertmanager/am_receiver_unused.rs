//! `am-receiver-unused`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::model::Text;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-receiver-unused",
    level: Level::Info,
    summary: "A receiver that no route names.",
    documentation: "\
### What it does
Finds receivers that stand under `receivers` and in no route.

### Why it matters
Nothing is ever sent to them. Perhaps a route was forgotten.

### What it does not catch
Routes that no alert reaches.",
    bad: &[Example {
        title: "a forgotten route",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: a\nreceivers:\n  - name: a\n  - name: b\n",
        )],
    }],
    good: &[Example {
        title: "one is the default, one has a route",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: a\n  routes: [{matchers: [team=web], receiver: b}]\nreceivers:\n  - name: a\n  - name: b\n",
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        let Some(root) = &alertmanager.item.route else {
            continue;
        };
        let mut used: Vec<&str> = Vec::new();
        root.walk(&mut |route| used.extend(route.own_receiver.iter().map(Text::as_str)));
        let receivers = alertmanager.item.config.receivers.iter();
        for name in receivers.filter_map(|receiver| receiver.name.as_ref()) {
            if !used.contains(&name.as_str()) {
                let place = alertmanager.file.location(name.span());
                findings
                    .add(place, format!("no route names the receiver `{name}`"))
                    .help = Some("add a route, or remove the receiver".to_owned());
            }
        }
    }
}
