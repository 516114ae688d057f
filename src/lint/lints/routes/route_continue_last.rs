//! `route-continue-last`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::model::Route;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-continue-last",
    level: Level::Info,
    summary: "`continue` where no route comes after it.",
    documentation: "\
### What it does
`continue` has the routes beside a route tried too. The lint finds it on the last of its siblings, where there is nothing
more to try.

### Why it matters
It does nothing, and whoever reads it looks for what it is for.

### What it does not catch
Later siblings that can take nothing.",
    bad: &[
        Example { title: "the last route", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: [team=web]\n    - matchers: [team=db]\n      continue: true\nreceivers:\n  - name: a\n")] },
    ],
    good: &[
        Example { title: "one comes after it", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: [team=web]\n      continue: true\n    - matchers: [team=db]\nreceivers:\n  - name: a\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        let mut open: Vec<&Route> = alertmanager.item.config.route.iter().collect();
        while let Some(route) = open.pop() {
            open.extend(&route.routes);
            let last = route.routes.last().and_then(|last| last.goes_on);
            if let Some(goes_on) = last.filter(|goes_on| goes_on.value) {
                let place = alertmanager.file.location(goes_on.span);
                let message = "`continue` does nothing here: no route comes after this one";
                findings.add(place, message).help = Some("remove it".to_owned());
            }
        }
    }
}
