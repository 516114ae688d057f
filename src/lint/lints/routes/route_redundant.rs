//! `route-redundant`

use super::{nodes, receiver, same_times, start};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::Route;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-redundant",
    level: Level::Info,
    summary: "A route does what the route above it would do without it.",
    documentation: "\
### What it does
Finds routes without children that notify the same receiver as the route above them, group by the same labels and keep the
same times. No other route beside them may be able to take the same alerts: then the order would matter.

### Why it matters
The tree is longer than what it says. The one difference that remains is that its alerts are never in one group with those
of the route above it.

### What it does not catch
Routes with children.",
    bad: &[Example {
        title: "the default receiver, and its times",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: a\n  repeat_interval: 4h\n  routes:\n    - matchers: [severity=critical]\n      receiver: b\n    - matchers: [severity=high]\n      receiver: a\n      repeat_interval: 4h\nreceivers:\n  - name: a\n  - name: b\n",
        )],
    }],
    good: &[
        Example {
            title: "it keeps alerts from a later route",
            files: &[(
                "alertmanager.yml",
                routes!(
                    "- matchers: [severity=high]",
                    "- matchers: [team=web]",
                    "  receiver: b",
                ),
            )],
        },
        Example {
            title: "an earlier route goes on: without it only that one would notify",
            files: &[(
                "alertmanager.yml",
                routes!(
                    "- matchers: [severity=high]",
                    "  receiver: b",
                    "  continue: true",
                    "- matchers: [severity=high]",
                    "  receiver: a",
                ),
            )],
        },
        Example {
            title: "other times",
            files: &[(
                "alertmanager.yml",
                routes!("- matchers: [severity=high]", "  repeat_interval: 1h"),
            )],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for node in nodes(context) {
        let route = node.route;
        let Some(parent) = node.parent else {
            continue;
        };
        let is_alike = receiver(parent) == receiver(route)
            && parent.grouping == route.grouping
            && parent.timing == route.timing
            && same_times(parent, route)
            && node.written.labels.is_empty();
        let mut others = parent.routes.iter().filter(|other| !is(other, route));
        if !is_alike || !route.routes.is_empty() || others.any(|other| may_matter(&node, other)) {
            continue;
        }
        let message = format!(
            "the route above it would do the same: it notifies `{}` with the same groups and times",
            receiver(route)
        );
        let found = findings.add(node.place(start(route)), message);
        found.help =
            Some("remove it, unless its alerts are meant to be in groups of their own".to_owned());
    }
}

fn is(one: &Route, other: &Route) -> bool {
    std::ptr::eq(one, other)
}

/// Whether without the route another alert would go to the sibling, or to the sibling alone.
fn may_matter(node: &super::Node<'_>, sibling: &Route) -> bool {
    let is_later = sibling.span.start > node.route.span.start;
    (is_later || sibling.goes_on) && node.path.meets(sibling)
}
