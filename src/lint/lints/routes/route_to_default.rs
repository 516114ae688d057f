//! `route-to-default`

use super::unrouted;
use crate::diagnostic::Level;
use crate::labels::quote;
use crate::lint::lints::shortened;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-to-default",
    level: Level::Info,
    summary: "Alerts of some severity that does not page match no route and end at the default receiver.",
    documentation: "\
### What it does
Follows every alert that the loaded rules can raise through the route tree, where that tree tells severities apart. Alerts
that no route below the root takes end at the root's receiver; they are told by severity. The severities that page are told
by `paging-unrouted`.

### Why it matters
The default receiver is for what nobody thought of, and often not read. Where it is meant for these alerts, turn the lint
off in the settings.

### What it does not catch
Alerts whose severity comes from the series or a template.",
    bad: &[Example {
        title: "nobody thought of medium",
        files: &[
            (
                "alertmanager.yml",
                routes!("- matchers: [severity=critical]", "  receiver: b"),
            ),
            ("rules.yml", alert!("latency > 1", "labels: {severity: medium}")),
        ],
    }],
    good: &[
        Example {
            title: "it has a route",
            files: &[
                (
                    "alertmanager.yml",
                    routes!(
                        "- matchers: [severity=critical]",
                        "  receiver: b",
                        "- matchers: [severity=medium]",
                        "  receiver: a",
                    ),
                ),
                ("rules.yml", alert!("latency > 1", "labels: {severity: medium}")),
            ],
        },
        Example {
            title: "the routes are by team",
            files: &[
                ("alertmanager.yml", routes!("- matchers: [team=db]", "  receiver: b")),
                (
                    "rules.yml",
                    alert!("sum(latency) > 1", "labels: {severity: medium, team: web}"),
                ),
            ],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for found in unrouted(context) {
        if found.pages || !found.tells_severities {
            continue;
        }
        let (severity, receiver) = (found.severity, found.receiver);
        let message = format!(
            "alerts of severity `{severity}` match no route and end at the default receiver `{receiver}`"
        );
        findings.add(found.place, message).help = Some(format!(
            "give them a route with `severity={}`; they are: {}",
            quote(severity),
            shortened(found.alerts)
        ));
    }
}
