//! `route-same-receiver-twice`

use std::collections::BTreeMap;

use super::{receiver, start};
use crate::diagnostic::{Level, Related};
use crate::lint::lints::shortened;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::Route;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-same-receiver-twice",
    level: Level::Info,
    summary: "Alerts reach one receiver through two routes.",
    documentation: "\
### What it does
Sends every alert that the loaded rules can raise through the tree, and finds two routes with one receiver that both notify
about all alerts of a rule. An earlier one has `continue`.

### Why it matters
The receiver is told twice about the same alert, in groups and at times of two routes.

### What it does not catch
Alerts of which only some go both ways, and routes with time intervals, which may take turns.",
    bad: &[Example {
        title: "on to the same receiver",
        files: &[
            (
                "alertmanager.yml",
                routes!(
                    "- matchers: [severity=critical]",
                    "  receiver: b",
                    "  continue: true",
                    "- matchers: [team=web]",
                    "  receiver: b",
                ),
            ),
            (
                "rules.yml",
                alert!("up == 0", "labels: {severity: critical, team: web}"),
            ),
        ],
    }],
    good: &[Example {
        title: "on to another one",
        files: &[
            (
                "alertmanager.yml",
                routes!(
                    "- matchers: [severity=critical]",
                    "  receiver: a",
                    "  continue: true",
                    "- matchers: [team=web]",
                    "  receiver: b",
                ),
            ),
            (
                "rules.yml",
                alert!("up == 0", "labels: {severity: critical, team: web}"),
            ),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for routing in context.facts.routings() {
        // The alerts by the two routes.
        let mut twice: BTreeMap<(u32, u32), (&Route, &Route, Vec<&str>)> = BTreeMap::new();
        let certain = routing.arrivals.iter();
        let certain: Vec<_> = certain
            .filter(|arrival| arrival.is_certain && !has_times(arrival.route))
            .collect();
        for (place, second) in certain.iter().enumerate() {
            // The ways of one class stand behind each other.
            let earlier = certain[..place].iter().rev();
            let earlier = earlier
                .take_while(|first| first.rule.is(second.rule) && first.number == second.number);
            for first in earlier {
                if receiver(first.route) == receiver(second.route)
                    && first.route.key != second.route.key
                {
                    let key = (first.route.span.start, second.route.span.start);
                    let pair = twice.entry(key);
                    let (_, _, names) = pair.or_insert((first.route, second.route, Vec::new()));
                    names.push(second.rule.at.rule.name());
                }
            }
        }
        let file = routing.alertmanager.file;
        for (first, second, names) in twice.into_values() {
            let message = format!(
                "`{}` is told of the same alerts through an earlier route too: {}",
                receiver(second),
                shortened(names)
            );
            let found = findings.add(file.location(start(second)), message);
            found.help =
                Some("remove `continue` from the earlier one, or name another receiver".to_owned());
            found.related.push(Related {
                location: file.location(start(first)),
                text: "this one".to_owned(),
            });
        }
    }
}

fn has_times(route: &Route) -> bool {
    !route.mute_time_intervals.is_empty() || !route.active_time_intervals.is_empty()
}
