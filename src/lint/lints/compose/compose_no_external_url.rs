//! `compose-no-external-url`

use super::as_published;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::Program;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "compose-no-external-url",
    level: Level::Warning,
    summary: "Notifications link to the name of a container, for lack of `--web.external-url`.",
    documentation: "\
### What it does
Finds services that run Alertmanager without `--web.external-url` though a receiver sends something, and Prometheus without
it though there are alerting rules. Services that say by `hostname` or `network_mode` what their host is called are left
alone.

### Why it matters
The title of a message links to Alertmanager, and each alert to the graph of its expression in Prometheus. Without an
external address both are made of the name of the host, which in a container is its number: nobody can follow them.

### What it does not catch
An external address that nobody can reach.",
    bad: &[Example {
        title: "a message of Slack links to a container",
        files: &[
            (
                "docker-compose.yml",
                "services:\n  alertmanager:\n    image: prom/alertmanager:v0.26.0\n    command: ['--config.file=/etc/alertmanager/alertmanager.yml']\n",
            ),
            (
                "alertmanager.yml",
                "route: {receiver: a}\nreceivers:\n  - name: a\n    webhook_configs: [{url: 'http://hook.internal/'}]\n",
            ),
        ],
    }],
    good: &[
        Example {
            title: "the address that people use",
            files: &[
                (
                    "docker-compose.yml",
                    "services:\n  alertmanager:\n    image: prom/alertmanager:v0.26.0\n    command: ['--web.external-url=https://alerts.internal/']\n",
                ),
                (
                    "alertmanager.yml",
                    "route: {receiver: a}\nreceivers:\n  - name: a\n    webhook_configs: [{url: 'http://hook.internal/'}]\n",
                ),
            ],
        },
        Example {
            title: "nothing is sent",
            files: &[
                (
                    "docker-compose.yml",
                    "services:\n  alertmanager:\n    image: prom/alertmanager:v0.26.0\n",
                ),
                ("alertmanager.yml", "route: {receiver: a}\nreceivers:\n  - name: a\n"),
            ],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let environment = context.environment;
    let sends = environment.alertmanagers().any(|config| {
        let mut receivers = config.item.config.receivers.iter();
        receivers.any(|receiver| !receiver.integrations.is_empty())
    });
    let alerts = sends && environment.alerts().next().is_some();
    for (file, service) in as_published(context) {
        let (links, to) = match service.program {
            Program::Alertmanager => (sends, "the links of notifications to Alertmanager"),
            Program::Prometheus => (alerts, "the links of alerts to their graphs"),
        };
        if links && !service.has_host && service.flag("web.external-url").is_none() {
            let message =
                format!("without `--web.external-url` {to} carry the name of the container");
            findings.add(file.location(service.place()), message).help =
                Some("add `--web.external-url=` with the address that people use".to_owned());
        }
    }
}
