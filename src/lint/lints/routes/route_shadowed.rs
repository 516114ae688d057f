//! `route-shadowed`

use super::dead_routes;
use crate::diagnostic::{Level, Related};
use crate::labels::quote;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::Dead;
use crate::source::Span;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-shadowed",
    level: Level::Error,
    summary: "Earlier routes take every alert that a route is for.",
    documentation: "\
### What it does
A route that matches ends the search among the routes beside it, unless it has `continue`. The lint proves that the earlier
ones, alone or together, take everything that satisfies the matchers of a route and of those above it. Regular expressions
are compared as the sets of texts that they are.

### Why it matters
The route is dead: the alerts that it is for go elsewhere.

### What it does not catch
Earlier routes that take everything only together and differ in more than one label.",
    bad: &[
        Example { title: "the wider route comes first", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['severity=~\"critical|high\"']\n      receiver: a\n    - matchers: ['severity=\"high\"']\n      receiver: a\nreceivers:\n  - name: a\n")] },
        Example { title: "a route without matchers takes all", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - receiver: a\n    - matchers: [team=web]\n      receiver: a\nreceivers:\n  - name: a\n")] },
        Example { title: "two together", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: [severity=a]\n    - matchers: [severity=b]\n    - matchers: ['severity=~\"a|b\"']\nreceivers:\n  - name: a\n")] },
        Example { title: "an uncle is in the way", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: [severity=a]\n    - matchers: [team=web]\n      routes:\n        - matchers: ['severity=\"a\"']\nreceivers:\n  - name: a\n")] },
    ],
    good: &[
        Example { title: "it goes on", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['severity=~\"critical|high\"']\n      continue: true\n    - matchers: ['severity=\"high\"']\nreceivers:\n  - name: a\n")] },
        Example { title: "something is left", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['severity=~\"critical|high\"', team=web]\n    - matchers: ['severity=\"high\"']\nreceivers:\n  - name: a\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (alertmanager, route, dead) in dead_routes(context) {
        let Dead::Shadowed { by, example } = &dead else {
            continue;
        };
        let who = match by.len() {
            1 => "an earlier route takes every alert that this one is for",
            _ => "earlier routes together take every alert that this one is for",
        };
        let message = match example {
            Some((name, value)) => format!("{who}, such as one with `{name}={}`", quote(value)),
            None => who.to_owned(),
        };
        let found = findings.add(alertmanager.file.location(dead.place(route)), message);
        found.help = Some("put it first, or give the earlier one `continue: true`".to_owned());
        for other in by {
            let first = other.matchers.first().map(|placed| placed.span);
            let start = other.span.start as usize;
            let location = alertmanager
                .file
                .location(first.unwrap_or(Span::new(start, start + 1)));
            found.related.push(Related {
                location,
                text: "this one takes them".to_owned(),
            });
        }
    }
}
