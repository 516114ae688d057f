//! `route-repeat-below-group`

use super::nodes;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::Duration;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-repeat-below-group",
    level: Level::Warning,
    summary: "`repeat_interval` is shorter than `group_interval`, so that it does nothing.",
    documentation: "\
### What it does
Compares the two as they hold for a route, inherited or not, and points at the one that the route itself sets.

### Why it matters
Alertmanager looks only every `group_interval` whether something is to be repeated. A shorter `repeat_interval` acts like
that.

### What it does not catch
A `repeat_interval` that is no multiple of `group_interval`: it is rounded up.",
    bad: &[
        Example {
            title: "a minute, looked at every five",
            files: &[(
                "alertmanager.yml",
                routes!("- matchers: [team=web]", "  repeat_interval: 1m"),
            )],
        },
        Example {
            title: "the interval of the groups is the odd one",
            files: &[(
                "alertmanager.yml",
                routes!("- matchers: [team=web]", "  group_interval: 1d"),
            )],
        },
    ],
    good: &[Example {
        title: "equal ones",
        files: &[(
            "alertmanager.yml",
            routes!(
                "- matchers: [team=web]",
                "  repeat_interval: 1m",
                "  group_interval: 1m",
            ),
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for node in nodes(context) {
        let timing = node.route.timing;
        let own = node.written.repeat_interval.or(node.written.group_interval);
        // Alertmanager refuses 0.
        let own = own.filter(|own| own.value > Duration::ZERO);
        let Some(own) = own.filter(|_| timing.repeat_interval < timing.group_interval) else {
            continue;
        };
        let message = format!(
            "`repeat_interval` is {}, but Alertmanager looks only every {} (`group_interval`): that is how often it repeats",
            timing.repeat_interval, timing.group_interval
        );
        findings.add(node.place(own.span), message).help =
            Some("make `group_interval` no longer than `repeat_interval`".to_owned());
    }
}
