//! `route-repeat-retention`

use super::nodes;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::{Duration, Program};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-repeat-retention",
    level: Level::Info,
    summary: "`repeat_interval` is longer than Alertmanager remembers what it has sent.",
    documentation: "\
### What it does
Finds a `repeat_interval` above five days, which is the default of `--data.retention`. Where a Compose file starts
Alertmanager with another retention, that one counts.

### Why it matters
An entry of the notification log is forgotten after the retention. Alertmanager then takes the alert for a new one and sends
it again, earlier than the interval says.

### What it does not catch
A retention that is set where rulecheck does not look.",
    bad: &[Example {
        title: "once a week",
        files: &[(
            "alertmanager.yml",
            routes!("- matchers: [team=web]", "  repeat_interval: 7d"),
        )],
    }],
    good: &[
        Example {
            title: "as long as it remembers",
            files: &[(
                "alertmanager.yml",
                routes!("- matchers: [team=web]", "  repeat_interval: 5d"),
            )],
        },
        Example {
            title: "it is told to remember longer",
            files: &[
                (
                    "alertmanager.yml",
                    routes!("- matchers: [team=web]", "  repeat_interval: 7d"),
                ),
                (
                    "docker-compose.yml",
                    "services:\n  alertmanager:\n    image: prom/alertmanager:v0.27.0\n    command: ['--data.retention=240h']\n",
                ),
            ],
        },
    ],
    check: Check::Environment(check),
};

/// `--data.retention` where nobody says.
const RETENTION: Duration = Duration::from_ms(120 * 3_600_000);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(retention) = retention(context) else {
        return;
    };
    for node in nodes(context) {
        let Some(repeat) = node.written.repeat_interval else {
            continue;
        };
        if repeat.value > retention {
            let message = format!(
                "Alertmanager forgets after {retention} what it has sent, and then sends it again: {} are never reached",
                repeat.value
            );
            findings.add(node.place(repeat.span), message).help = Some(format!(
                "write {retention} or less, or raise `--data.retention`"
            ));
        }
    }
}

/// The longest retention with which a Compose file starts Alertmanager, or the default; nothing where it cannot be read.
fn retention(context: &Context<'_>) -> Option<Duration> {
    let composes = context.environment.composes();
    let services = composes.flat_map(|compose| &compose.item.services);
    let services = services.filter(|service| service.program == Program::Alertmanager);
    let retentions = services.map(|service| match service.flag("data.retention") {
        Some(flag) => Duration::parse(flag.value.as_deref()?).ok(),
        None => Some(RETENTION),
    });
    let retentions: Option<Vec<Duration>> = retentions.collect();
    Some(retentions?.into_iter().max().unwrap_or(RETENTION))
}
