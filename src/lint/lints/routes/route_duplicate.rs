//! `route-duplicate`

use super::{nodes, receiver, related, same_times, start};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::Route;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-duplicate",
    level: Level::Warning,
    summary: "Two routes at one place have the same matchers, the same groups and the same receiver.",
    documentation: "\
### What it does
Finds routes beside each other with the same matchers, the first of them with `continue`, that group by the same labels,
notify the same receiver and are active at the same times.

### Why it matters
Alertmanager keeps in its notification log what a receiver has been told about a group. The key of a group is made of the
matchers that lead to the route and of the labels of the group, so both routes share their entries: what the first has told
counts as told by the second.

### What it does not catch
Matchers that mean the same and are written in another way.",
    bad: &[Example {
        title: "copied, and only the times changed",
        files: &[(
            "alertmanager.yml",
            routes!(
                "- matchers: [team=web]",
                "  receiver: b",
                "  continue: true",
                "- matchers: [team=web]",
                "  receiver: b",
                "  repeat_interval: 1h",
            ),
        )],
    }],
    good: &[
        Example {
            title: "two receivers of the same alerts",
            files: &[(
                "alertmanager.yml",
                routes!(
                    "- matchers: [team=web]",
                    "  receiver: a",
                    "  continue: true",
                    "- matchers: [team=web]",
                    "  receiver: b",
                ),
            )],
        },
        Example {
            title: "other matchers",
            files: &[(
                "alertmanager.yml",
                routes!(
                    "- matchers: [team=web]",
                    "  receiver: b",
                    "  continue: true",
                    "- matchers: [team=db]",
                    "  receiver: b",
                ),
            )],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for node in nodes(context) {
        let siblings = &node.route.routes;
        for (place, route) in siblings.iter().enumerate() {
            let mut earlier = siblings[..place].iter();
            let Some(first) = earlier.find(|first| first.goes_on && shares_log(first, route))
            else {
                continue;
            };
            let message = format!(
                "an earlier route has the same matchers, groups and receiver, so that what it has told `{}` counts as told here",
                receiver(route)
            );
            let found = findings.add(node.place(start(route)), message);
            found.help = Some("remove one of the two".to_owned());
            found.related.push(related(&node, start(first), "this one"));
        }
    }
}

/// Whether both write their notifications under one key.
fn shares_log(first: &Route, second: &Route) -> bool {
    first.key == second.key
        && receiver(first) == receiver(second)
        && first.grouping == second.grouping
        && same_times(first, second)
        && first.routes.is_empty()
        && second.routes.is_empty()
}
