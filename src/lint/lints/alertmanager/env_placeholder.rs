//! `env-placeholder`

use super::fields;
use crate::diagnostic::Level;
use crate::lint::lints::loading::report;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::model::Field;
use crate::project::IssueKind;
use crate::source::Span;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "env-placeholder",
    level: Level::Error,
    summary: "`${NAME}` in Alertmanager's configuration, where nothing fills it in.",
    documentation: "\
### What it does
Looks for `${NAME}` and `$NAME` in `global` and in the receivers. In fields that hold a URL, a secret or a token that is an
error, elsewhere a warning.

### Why it matters
Alertmanager never expands environment variables. A whole URL of that form keeps it from starting; in a token the text is
sent as it is, and every notification fails.

### What to write instead
A field that ends in `_file`, with the secret in that file, or a step that renders the configuration before it is mounted.

### What it does not catch
Placeholders of other systems, such as `{{ .Values.url }}`.",
    bad: &[
        Example {
            title: "the webhook is to come from the environment",
            files: &[(
                "alertmanager.yml",
                "global:\n  slack_api_url: \"${SLACK_WEBHOOK_URL}\"\nroute: {receiver: a}\nreceivers:\n  - name: a\n",
            )],
        },
        Example {
            title: "so is the key, and the channel",
            files: &[(
                "alertmanager.yml",
                "route: {receiver: a}\nreceivers:\n  - name: a\n    pagerduty_configs:\n      - routing_key: $PAGERDUTY_KEY\n    slack_configs:\n      - api_url: https://hooks.example.org/x\n        channel: '#${TEAM}'\n",
            )],
        },
    ],
    good: &[Example {
        title: "a file, and a replacement in a template",
        files: &[(
            "alertmanager.yml",
            "global:\n  slack_api_url_file: /run/secrets/slack\nroute: {receiver: a}\nreceivers:\n  - name: a\n    slack_configs:\n      - channel: '#ops'\n        title: '{{ reReplaceAll \"(.*):.*\" \"${1} costs $5\" .CommonLabels.instance }}'\n",
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    report(context, findings, IssueKind::Placeholder);
    for alertmanager in context.environment.alertmanagers() {
        let told = |field: &Field| {
            let mut issues = alertmanager.file.issues.iter();
            issues.any(|issue| {
                let (field, place) = (field.value.span(), issue.span);
                let is_inside = field.start <= place.start && place.end <= field.end;
                issue.kind == IssueKind::Placeholder && is_inside
            })
        };
        for field in fields(alertmanager)
            .into_iter()
            .filter(|field| !told(field))
        {
            let text = field.value.as_str();
            let sensitive = is_sensitive(&field);
            for span in placeholders(text, sensitive) {
                let place = alertmanager.file.location(field.value.map(span));
                let name = &text[span.range()];
                let (level, message) = if sensitive {
                    (
                        Level::Error,
                        format!(
                            "nothing fills in `{name}`: Alertmanager does not read the environment"
                        ),
                    )
                } else {
                    (
                        Level::Warning,
                        format!(
                            "`{name}` is sent as it is: Alertmanager does not read the environment"
                        ),
                    )
                };
                let key = field.path.rsplit('.').next().unwrap_or(&field.path);
                findings.add_at(level, place, message).help = Some(if sensitive {
                    format!(
                        "put the value into a file and name it in `{key}_file`, or render the configuration beforehand"
                    )
                } else {
                    "write the value itself, or render the configuration beforehand".to_owned()
                });
            }
        }
    }
}

/// Whether the field holds an address or something secret. Names of files are neither.
fn is_sensitive(field: &Field) -> bool {
    let key = field.path.rsplit('.').next().unwrap_or(&field.path);
    let ends = [
        "url",
        "key",
        "secret",
        "token",
        "password",
        "credentials",
        "smarthost",
    ];
    ends.iter().any(|end| key.ends_with(end))
}

/// `${NAME}`, and in sensitive fields `$NAME` too. Only capitals are names of the environment by custom; in the text
/// of a template `$name` is a variable and `${1}` a group of a regular expression.
fn placeholders(text: &str, sensitive: bool) -> Vec<Span> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('$') {
        let rest = &text[at + 1..];
        let braced = rest.strip_prefix('{');
        let name = braced.unwrap_or(rest);
        let length = name
            .bytes()
            .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
            .count();
        let starts_well = name
            .bytes()
            .next()
            .is_some_and(|byte| !byte.is_ascii_digit());
        if length == 0 || !starts_well {
            continue;
        }
        match braced {
            // `${NAME}` and `${NAME:-default}`
            Some(_) => {
                let Some(end) = name.find('}') else { continue };
                if end == length || name[length..].starts_with([':', '-']) {
                    found.push(Span::new(at, at + 2 + end + 1));
                }
            }
            None if sensitive => found.push(Span::new(at, at + 1 + length)),
            None => {}
        }
    }
    found
}
