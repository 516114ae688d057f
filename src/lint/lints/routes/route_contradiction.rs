//! `route-contradiction`

use super::dead_routes;
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::Dead;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-contradiction",
    level: Level::Error,
    summary: "No alert can satisfy the matchers of a route and those above it.",
    documentation: "\
### What it does
Puts the matchers of a route together with those of all routes above it, and looks for a label that can have no value. An
absent label counts as the empty text, as in Alertmanager.

### Why it matters
The route is dead: its receiver never hears of the alerts that it is for.

### What it does not catch
Routes that no alert of the loaded rules reaches, though one could: `route-label-never` looks at these.",
    bad: &[
        Example { title: "two values of one label", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: [severity = \"critical\"]\n      routes:\n        - matchers: [severity = \"warning\"]\n          receiver: a\nreceivers:\n  - name: a\n")] },
        Example { title: "absent and present", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['team=\"\"', 'team=~\".+\"']\nreceivers:\n  - name: a\n")] },
    ],
    good: &[
        Example { title: "a pattern that leaves something", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['team=~\"web|db\"']\n      routes:\n        - matchers: ['team!=\"web\"']\nreceivers:\n  - name: a\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (alertmanager, route, dead) in dead_routes(context) {
        let Dead::Contradiction { matchers } = &dead else {
            continue;
        };
        let shown: Vec<String> = matchers
            .iter()
            .map(|placed| format!("`{}`", placed.matcher))
            .collect();
        let message = format!("no alert satisfies {}", shown.join(" and "));
        let place = dead.place(route);
        let found = findings.add(alertmanager.file.location(place), message);
        found.help = Some("correct the matchers, or remove the route".to_owned());
        for other in matchers.iter().filter(|placed| placed.span != place) {
            let location = alertmanager.file.location(other.span);
            found.related.push(Related {
                location,
                text: "and this must hold too".to_owned(),
            });
        }
    }
}
