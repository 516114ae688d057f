//! Scalars of Alertmanager's configuration that are more than text.

use super::go_duration::go_duration;
use super::url;
use crate::model::part::{Reader, Value};
use crate::target::Version;

/// An address that is talked to.
pub(super) const URL: Value = Value::Read(http_url(|text, _| url::http_url(text)));

/// An address that nobody may know.
pub(super) const SECRET_URL: Value = Value::Read(http_url(|text, _| url::secret_url(text)));

/// The address of a webhook: later a secret, and then a template too.
pub(super) const WEBHOOK_URL: Value = Value::Read(http_url(|text, version| match version {
    version if version < Version::new(0, 26) => url::http_url(text),
    version if version < Version::new(0, 31) => url::secret_url(text),
    _ => url::template_url(text),
}));

/// The address of a proxy.
pub(super) const ANY_URL: Value = Value::Read(http_url(|text, _| url::any_url(text)));

/// `host:port`
pub(super) const HOST_PORT: Value = Value::Read(Reader {
    go: "string",
    read: |text, _| url::host_port(text),
    help: "write the host and the port: `mail.example.org:587`",
    is_number: false,
});

/// `time.Duration`, which `yaml` reads: a number of nanoseconds, or a text with units.
pub(super) const TIMEOUT: Value = Value::Read(Reader {
    go: "time.Duration",
    read: |text, _| go_duration(text),
    help: "a duration of Go such as `1m30s`, without days",
    is_number: true,
});

/// A duration that always has units.
pub(super) const GO_DURATION: Value = Value::Read(Reader {
    go: "config.duration",
    read: |text, _| go_duration(text),
    help: "a duration here has the units h, m, s, ms, us and ns, such as `1h30m`; there are no days",
    is_number: false,
});

/// A version of TLS.
pub(super) const TLS_VERSION: Value = Value::Read(Reader {
    go: "string",
    read: |text, _| tls_version(text),
    help: "the versions are `TLS10`, `TLS11`, `TLS12` and `TLS13`",
    is_number: false,
});

const fn http_url(read: fn(&str, Version) -> Result<(), String>) -> Reader {
    Reader {
        go: "string",
        read,
        help: "write the whole address: `https://host/path`",
        is_number: false,
    }
}

fn tls_version(text: &str) -> Result<(), String> {
    match text {
        "TLS10" | "TLS11" | "TLS12" | "TLS13" => Ok(()),
        _ => Err(format!("unknown TLS version: {text}")),
    }
}
