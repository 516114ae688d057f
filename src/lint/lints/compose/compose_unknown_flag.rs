//! `compose-unknown-flag`

use super::as_published;
use crate::diagnostic::{Level, nearest};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::FlagFact;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "compose-unknown-flag",
    level: Level::Error,
    summary: "Prometheus or Alertmanager is started with a flag that it does not have.",
    documentation: "\
### What it does
Looks at the command of each service that runs an image of the two projects, and compares its flags with those that the
version has: Prometheus 2.42 to 3.7, Alertmanager 0.25 to 0.30.

### Why it matters
The program says `unknown long flag` and does not start.

### Level
Error. Info where the tag tells no version, or one of which the flags are not known.

### What it does not catch
Values of flags. Flags that a version did not have yet, where it is newer than the oldest of those above. Services with an
`entrypoint`, and other images.",
    bad: &[
        Example {
            title: "rules are named in prometheus.yml",
            files: &[(
                "docker-compose.yml",
                "services:\n  prometheus:\n    image: prom/prometheus:v2.52.0\n    command: ['--config.file=/a.yml', '--rules.file=/b.yml']\n",
            )],
        },
        Example {
            title: "3.0 has it no longer",
            files: &[(
                "docker-compose.yml",
                "services:\n  prometheus:\n    image: prom/prometheus:v3.1.0\n    command: ['--storage.tsdb.retention=7d']\n",
            )],
        },
    ],
    good: &[
        Example {
            title: "flags that it has, one of them turned off",
            files: &[(
                "docker-compose.yml",
                "services:\n  prometheus:\n    image: prom/prometheus:v2.52.0\n    command: ['--config.file=/a.yml', '--no-web.enable-admin-api']\n",
            )],
        },
        Example {
            title: "another image",
            files: &[(
                "docker-compose.yml",
                "services:\n  loki:\n    image: grafana/loki:2.9.0\n    command: ['-config.file=/a.yml']\n  prometheus:\n    image: prom/prometheus:v2.52.0\n",
            )],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (file, service) in as_published(context) {
        let program = service.program;
        let named = match service.version {
            Some(version) => format!("{} {version}", program.name()),
            None => program.name().to_owned(),
        };
        for flag in &service.flags {
            let name = &flag.name;
            let (level, message) = match program.flag(name, service.version) {
                FlagFact::Known => continue,
                FlagFact::Gone(with) => (
                    Level::Error,
                    format!("{named} has no flag `--{name}` any more: it went with {with}"),
                ),
                FlagFact::NotYet => (Level::Error, format!("{named} has no flag `--{name}` yet")),
                FlagFact::Unknown => (
                    Level::Error,
                    format!("{named} has no flag `--{name}`, and does not start with it"),
                ),
                FlagFact::Unheard => (
                    Level::Info,
                    format!(
                        "no {} that is known here has a flag `--{name}`",
                        program.name()
                    ),
                ),
            };
            let found = findings.add_at(level, file.location(flag.span), message);
            found.help = Some(match (name.as_str(), nearest(name, program.flag_names())) {
                ("rules.file", _) => {
                    "remove it: rule files are named in prometheus.yml, under `rule_files`"
                        .to_owned()
                }
                (_, Some(similar)) => format!("did you mean `--{similar}`?"),
                (_, None) => "remove it".to_owned(),
            });
        }
    }
}
