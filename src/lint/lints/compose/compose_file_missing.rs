//! `compose-file-missing`

use std::path::Path;

use super::services;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "compose-file-missing",
    level: Level::Warning,
    summary: "A file of the configuration is mounted that does not exist.",
    documentation: "\
### What it does
Looks at what is mounted below `/etc/prometheus` and `/etc/alertmanager` from a path relative to the Compose file, and tells
what is not there.

### Why it matters
Docker makes an empty folder of that name, and the program does not start.

### What it does not catch
Absolute paths and paths with variables. Files that something else makes before the start: turn the lint off for those.",
    bad: &[Example {
        title: "a slip in the path",
        files: &[
            (
                "docker-compose.yml",
                "services:\n  prometheus:\n    image: prom/prometheus:v2.52.0\n    volumes:\n      - ./prometeus.yml:/etc/prometheus/prometheus.yml:ro\n",
            ),
            ("prometheus.yml", "scrape_configs: []\n"),
        ],
    }],
    good: &[Example {
        title: "it is there; data is in a volume",
        files: &[
            (
                "docker-compose.yml",
                "services:\n  prometheus:\n    image: prom/prometheus:v2.52.0\n    volumes:\n      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro\n      - data:/prometheus\n",
            ),
            ("prometheus.yml", "scrape_configs: []\n"),
        ],
    }],
    check: Check::Environment(check),
};

/// Where the images have their configuration.
const CONFIGURATION: [&str; 2] = ["/etc/prometheus", "/etc/alertmanager"];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (file, service) in services(context) {
        // What stands in standard input lies nowhere.
        let Some(folder) = file.identity.parent().filter(|_| file.identity.is_file()) else {
            continue;
        };
        for mount in &service.mounts {
            let is_configuration = CONFIGURATION
                .iter()
                .any(|place| Path::new(&mount.target).starts_with(place));
            // Anything else is the name of a volume.
            let is_relative = mount.source.starts_with("./") || mount.source.starts_with("../");
            let has_variable = mount.source.contains('$');
            if !is_configuration || !is_relative || has_variable {
                continue;
            }
            if !folder.join(&mount.source).exists() {
                let message = format!("there is no `{}` beside this file", mount.source);
                findings.add(file.location(mount.span), message).help = Some(
                    "correct the path; Docker would make an empty folder of that name".to_owned(),
                );
            }
        }
    }
}
