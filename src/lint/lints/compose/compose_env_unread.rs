//! `compose-env-unread`

use super::as_published;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "compose-env-unread",
    level: Level::Warning,
    summary: "A variable for Prometheus or Alertmanager, which does not read it.",
    documentation: "\
### What it does
Finds variables under `environment` of a service that runs an image of the two projects. Known are those that every program
in Go reads (`GOGC`, `GOMEMLIMIT`, `HTTPS_PROXY`, `TZ` and so on), those of cloud providers, and what `external_labels`
names as `${…}`.

### Why it matters
Neither program fills variables into its configuration, save Prometheus into external labels. Whoever writes
`slack_api_url: ${SLACK_WEBHOOK_URL}` and sets the variable here has a configuration that is refused.

### What it does not catch
Services with an `entrypoint`, which may fill in what it likes, and other images.",
    bad: &[Example {
        title: "the address of the webhook",
        files: &[(
            "docker-compose.yml",
            "services:\n  alertmanager:\n    image: prom/alertmanager:v0.26.0\n    environment:\n      - SLACK_WEBHOOK_URL=${SLACK_WEBHOOK_URL:-}\n",
        )],
    }],
    good: &[
        Example {
            title: "variables of Go, and one for an external label",
            files: &[
                (
                    "docker-compose.yml",
                    "services:\n  prometheus:\n    image: prom/prometheus:v2.52.0\n    environment:\n      GOMEMLIMIT: 1GiB\n      CLUSTER: eu1\n",
                ),
                (
                    "prometheus.yml",
                    "global: {external_labels: {cluster: '${CLUSTER}'}}\nscrape_configs: []\n",
                ),
            ],
        },
        Example {
            title: "an entrypoint may read it",
            files: &[(
                "docker-compose.yml",
                "services:\n  alertmanager:\n    image: prom/alertmanager:v0.26.0\n    entrypoint: /fill-in.sh\n    environment: [SLACK_WEBHOOK_URL]\n",
            )],
        },
    ],
    check: Check::Environment(check),
};

/// Variables that programs in Go, or the libraries in use, read.
const READ: [&str; 24] = [
    "CONSUL_HTTP_ADDR",
    "CONSUL_HTTP_TOKEN",
    "DEBUG",
    "GODEBUG",
    "GOGC",
    "GOMAXPROCS",
    "GOMEMLIMIT",
    "GOTRACEBACK",
    "HOME",
    "HOSTNAME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LANG",
    "LC_ALL",
    "NO_PROXY",
    "PATH",
    "PGID",
    "PUID",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TMPDIR",
    "TZ",
    "USER",
    "ZONEINFO",
];
/// What the names of variables begin with that libraries read.
const PREFIXES: [&str; 12] = [
    "AWS_",
    "AZURE_",
    "DOCKER_",
    "GCE_",
    "GOOGLE_",
    "JAEGER_",
    "KUBERNETES_",
    "MSI_",
    "NOMAD_",
    "OS_",
    "OTEL_",
    "VAULT_",
];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let configs = context.environment.prometheuses();
    let labels: Vec<&str> = configs
        .flat_map(|config| &config.item.external_labels)
        .map(|label| label.value.as_str())
        .collect();
    for (file, service) in as_published(context) {
        for entry in &service.environment {
            let name = entry.as_str().split('=').next().unwrap_or_default();
            let upper = name.to_ascii_uppercase();
            let is_read = READ.contains(&upper.as_str())
                || PREFIXES.iter().any(|prefix| upper.starts_with(prefix))
                || labels
                    .iter()
                    .any(|label| label.contains('$') && label.contains(name));
            if is_read || name.is_empty() || name.contains('$') {
                continue;
            }
            let span = entry.map(crate::source::Span::new(0, name.len()));
            let message = format!(
                "{} does not read the variable `{name}`",
                service.program.name()
            );
            findings.add(file.location(span), message).help = Some(
                "write the value into the configuration before it is mounted, or into a file that a `…_file` key names"
                    .to_owned(),
            );
        }
    }
}
