//! `paging-unrouted`

use super::{receiver, severity, unrouted};
use crate::analysis::Arrival;
use crate::diagnostic::Level;
use crate::labels::quote;
use crate::lint::lints::shortened;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "paging-unrouted",
    level: Level::Info,
    summary: "Alerts of a severity that pages end at the default receiver, or at one that sends nothing.",
    documentation: "\
### What it does
Follows every alert that the loaded rules can raise through the route tree. Told are those of the worst severity, the first
one under `severities` in the settings (without settings `critical` or `page`), that match no route and end at the root's
receiver, and those that end at a receiver without integrations. A tree without children has only the default and is left
alone. The other severities are told by `route-to-default`.

### Why it matters
The default receiver is for what nobody thought of. An alert that is meant to wake somebody does not belong there.

### Level
Info; a warning for the first severity of the settings at the default receiver.

### What it does not catch
Alerts whose severity comes from the series or a template. Receivers whose name says that they are for nothing, such as
`null` and `blackhole`.",
    bad: &[
        Example {
            title: "nobody thought of critical",
            files: &[
                ("alertmanager.yml", routes!("- matchers: [severity=warning]", "  receiver: b")),
                ("rules.yml", alert!("latency > 1", "labels: {severity: critical}")),
            ],
        },
        Example {
            title: "a receiver that was never filled in",
            files: &[
                ("alertmanager.yml", routes!("- matchers: [severity=critical]", "  receiver: b")),
                ("rules.yml", alert!("latency > 1", "labels: {severity: critical}")),
            ],
        },
    ],
    good: &[
        Example {
            title: "each severity has a route, one only perhaps",
            files: &[
                (
                    "alertmanager.yml",
                    "route:\n  receiver: default\n  routes:\n    - matchers: [severity = \"critical\"]\n      receiver: pager\n    - matchers: [team = \"db\"]\nreceivers:\n  - name: default\n  - name: pager\n    webhook_configs: [{url: 'http://pager.internal/'}]\n",
                ),
                (
                    "rules.yml",
                    rules!(
                        "- alert: Slow",
                        "  expr: latency > 1",
                        "  labels: {severity: page}",
                        "- alert: Down",
                        "  expr: up == 0",
                        "  labels: {severity: critical}",
                    ),
                ),
            ],
        },
        Example {
            title: "the receiver is meant to send nothing",
            files: &[
                (
                    "alertmanager.yml",
                    "route:\n  receiver: default\n  routes:\n    - matchers: [severity=critical]\n      receiver: blackhole\nreceivers:\n  - name: default\n  - name: blackhole\n",
                ),
                ("rules.yml", alert!("up == 0", "labels: {severity: critical}")),
            ],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let worst = context.settings.severities.first().map(String::as_str);
    for found in unrouted(context).into_iter().filter(|found| found.pages) {
        let (severity, receiver) = (found.severity, found.receiver);
        let level = match Some(severity) == worst {
            true => Level::Warning,
            false => Level::Info,
        };
        let message = format!(
            "alerts of severity `{severity}` match no route and end at the default receiver `{receiver}`"
        );
        findings.add_at(level, found.place, message).help = Some(format!(
            "give them a route with `severity={}`; they are: {}",
            quote(severity),
            shortened(found.alerts)
        ));
    }
    sent_nowhere(context, findings);
}

/// Receivers without integrations that page nobody.
fn sent_nowhere(context: &Context<'_>, findings: &mut Findings<'_>) {
    for routing in context.facts.routings() {
        let receivers = routing.alertmanager.item.config.receivers.iter();
        let empty = receivers.filter(|receiver| receiver.integrations.is_empty());
        for name in empty.filter_map(|receiver| receiver.name.as_ref()) {
            let pages = |arrival: &&Arrival<'_>| {
                let severity = severity(arrival.rule.at.rule);
                arrival.is_certain
                    && receiver(arrival.route) == name.as_str()
                    && !std::ptr::eq(arrival.route, routing.root)
                    && severity.is_some_and(|severity| context.severity_rank(severity) == Some(0))
            };
            let alerts = routing.arrivals.iter().filter(pages);
            let alerts: Vec<&str> = alerts.map(|arrival| arrival.rule.at.rule.name()).collect();
            if alerts.is_empty() || is_sink(name.as_str()) {
                continue;
            }
            let place = routing.alertmanager.file.location(name.span());
            let message = format!("alerts that page end at `{name}`, which sends nothing");
            findings.add(place, message).help = Some(format!(
                "give it an integration, such as `webhook_configs`; the alerts are: {}",
                shortened(alerts)
            ));
        }
    }
}

/// Whether a receiver is called by a name that says that nothing is sent.
fn is_sink(name: &str) -> bool {
    const SINKS: [&str; 13] = [
        "null",
        "blackhole",
        "black-hole",
        "devnull",
        "dev-null",
        "none",
        "drop",
        "void",
        "silence",
        "ignore",
        "noop",
        "watchdog",
        "nowhere",
    ];
    let name = name.to_ascii_lowercase();
    SINKS.iter().any(|sink| name.contains(sink))
}
