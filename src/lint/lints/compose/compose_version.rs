//! `compose-version`

use super::services;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::Program;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "compose-version",
    level: Level::Warning,
    summary: "A Compose file starts another version than the one that the settings aim at.",
    documentation: "\
### What it does
Compares the tag of the images of Prometheus and Alertmanager with `target` in the settings.

### Why it matters
Everything is judged for the version of the settings: what that one accepts the other one may refuse.

### What it does not catch
Tags that are no version, such as `latest` and `v3`.",
    bad: &[Example {
        title: "newer settings",
        files: &[
            ("rulecheck.yaml", "target: {alertmanager: '0.34'}\n"),
            (
                "docker-compose.yml",
                "services:\n  alertmanager:\n    image: prom/alertmanager:v0.26.0\n",
            ),
        ],
    }],
    good: &[Example {
        title: "a patch release, and no version at all",
        files: &[
            ("rulecheck.yaml", "target: {alertmanager: '0.26', prometheus: '2.53'}\n"),
            (
                "docker-compose.yml",
                "services:\n  alertmanager:\n    image: prom/alertmanager:v0.26.1\n  prometheus:\n    image: prom/prometheus:latest\n",
            ),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let target = &context.settings.target;
    for (file, service) in services(context) {
        let (key, wanted) = match service.program {
            Program::Prometheus => ("prometheus", target.prometheus),
            Program::Alertmanager => ("alertmanager", target.alertmanager),
        };
        let (Some(wanted), Some(version)) = (wanted, service.version) else {
            continue;
        };
        if wanted.0 != version {
            let message = format!(
                "this is {} {version}, and the settings aim at {}",
                service.program.name(),
                wanted.0
            );
            findings
                .add(file.location(service.image.span()), message)
                .help = Some(format!(
                "write `{key}: \"{version}\"` under `target` in the settings"
            ));
        }
    }
}
