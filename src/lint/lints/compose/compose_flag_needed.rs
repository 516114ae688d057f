//! `compose-flag-needed`

use super::as_published;
use crate::diagnostic::{Level, Location, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::model::Service;
use crate::source::{SourceFile, Span};
use crate::target::Program;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "compose-flag-needed",
    level: Level::Error,
    summary: "Something is asked of Prometheus that it only does with a flag that is missing.",
    documentation: "\
### What it does
Looks through the Compose files and the runbooks of the project for addresses of Prometheus that need a flag:

- `/-/reload` and `/-/quit` need `--web.enable-lifecycle`;
- `/api/v1/admin/tsdb/…` needs `--web.enable-admin-api`.

An address is one of Prometheus where its host is the name of the service or of its container, or where its port is 9090.

### Why it matters
Prometheus refuses the request: the new rules are not loaded, the backup is not made.

### Level
Error. A warning where only the port says that it is Prometheus.

### What it does not catch
Addresses in scripts and in other files.",
    bad: &[Example {
        title: "reloaded by another service",
        files: &[(
            "docker-compose.yml",
            "services:\n  prometheus:\n    image: prom/prometheus:v2.52.0\n    command: ['--config.file=/etc/prometheus/prometheus.yml']\n  reload:\n    image: curlimages/curl\n    command: ['-X', POST, 'http://prometheus:9090/-/reload']\n",
        )],
    }],
    good: &[
        Example {
            title: "the flag is there",
            files: &[(
                "docker-compose.yml",
                "services:\n  prometheus:\n    image: prom/prometheus:v2.52.0\n    command: ['--web.enable-lifecycle']\n  reload:\n    image: curlimages/curl\n    command: ['-X', POST, 'http://prometheus:9090/-/reload']\n",
            )],
        },
        Example {
            title: "Alertmanager needs none",
            files: &[(
                "docker-compose.yml",
                "services:\n  prometheus:\n    image: prom/prometheus:v2.52.0\n  alertmanager:\n    image: prom/alertmanager:v0.26.0\n  reload:\n    image: curlimages/curl\n    command: ['-X', POST, 'http://alertmanager:9093/-/reload']\n",
            )],
        },
    ],
    check: Check::Environment(check),
};

/// Paths, and the flag without which they are refused.
const NEEDS: [(&str, &str); 3] = [
    ("/-/reload", "web.enable-lifecycle"),
    ("/-/quit", "web.enable-lifecycle"),
    ("/api/v1/admin/tsdb/", "web.enable-admin-api"),
];

/// A place where something is asked of a host.
struct Use {
    place: Location,
    host: String,
    port: Option<String>,
    path: &'static str,
    flag: &'static str,
}

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let composes = context.environment.composes();
    let composes = composes.map(|compose| &compose.file.file);
    let books = context
        .environment
        .runbooks
        .iter()
        .flat_map(|books| &books.files);
    let pages = books.filter_map(|book| Some(&book.page.as_ref()?.file));
    let uses: Vec<Use> = composes.chain(pages).flat_map(uses).collect();
    let services =
        as_published(context).filter(|(_, service)| service.program == Program::Prometheus);
    for (file, service) in services {
        for one in &uses {
            let Some(level) = level(one, service).filter(|_| service.flag(one.flag).is_none())
            else {
                continue;
            };
            let message = format!("Prometheus refuses `{}` without `--{}`", one.path, one.flag);
            let found = findings.add_at(level, one.place.clone(), message);
            found.help = Some(format!("add `--{}` to its command", one.flag));
            found.related.push(Related {
                location: file.location(service.place()),
                text: "it is started here".to_owned(),
            });
        }
    }
}

/// How certain it is that the service is asked; nothing where it is another one.
fn level(one: &Use, service: &Service) -> Option<Level> {
    let container = service.container_name.as_ref().map(|name| name.as_str());
    if one.host == service.name.as_str() || Some(one.host.as_str()) == container {
        return Some(Level::Error);
    }
    (one.port.as_deref() == Some("9090")).then_some(Level::Warning)
}

fn uses(file: &std::sync::Arc<SourceFile>) -> Vec<Use> {
    let text = file.text();
    let mut found = Vec::new();
    for (path, flag) in NEEDS {
        for (at, _) in text.match_indices(path) {
            let is_authority = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
            let before = &text[..at];
            let start = before.trim_end_matches(is_authority).len();
            let authority = &before[start..];
            let (host, port) = match authority.rsplit_once(':') {
                Some((host, port)) => (host, Some(port.to_owned())),
                None => (authority, None),
            };
            if !host.is_empty() {
                found.push(Use {
                    place: Location::new(file, Span::new(start, at + path.len())),
                    host: host.to_owned(),
                    port,
                    path,
                    flag,
                });
            }
        }
    }
    found
}
