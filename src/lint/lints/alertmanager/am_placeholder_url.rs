//! `am-placeholder-url`

use super::fields;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-placeholder-url",
    level: Level::Warning,
    summary: "An address that is an example.",
    documentation: "\
### What it does
Looks at addresses in `global` and in receivers for what documentation writes in their place: `YOUR`, `XXX`, `CHANGEME`,
`<…>`, and hosts below `example.com`, `example.org` and `example.net`, which are nobody's.

### Why it matters
Alertmanager takes the address, and every notification fails.

### What it does not catch
Tokens and keys. A host that is an example is told as info: a step may replace it.",
    bad: &[
        Example { title: "from the documentation of Slack", files: &[("alertmanager.yml", "global:\n  slack_api_url: https://hooks.slack.com/services/YOUR/WEBHOOK/URL\nroute:\n  receiver: a\nreceivers:\n  - name: a\n")] },
        Example { title: "an example host", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\n    webhook_configs:\n      - url: https://hooks.example.com/alerts\n")] },
    ],
    good: &[
        Example { title: "a real address", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\n    webhook_configs:\n      - url: http://127.0.0.1:5001/yourself\n")] },
    ],
    check: Check::Environment(check),
};

/// Words that stand for something else, as whole parts of a path.
const WORDS: [&str; 8] = [
    "YOUR",
    "XXX",
    "XXXX",
    "CHANGEME",
    "CHANGE_ME",
    "REPLACE_ME",
    "TODO",
    "PLACEHOLDER",
];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        for field in fields(alertmanager) {
            let key = field.path.rsplit('.').next().unwrap_or_default();
            let text = field.value.as_str();
            if !key.ends_with("url") || !text.contains("://") {
                continue;
            }
            let place = alertmanager.file.location(field.value.span());
            if let Some(word) = placeholder(text) {
                let message = format!("`{word}` in this address is a placeholder");
                findings.add(place, message).help = Some(format!(
                    "write the address itself, or put it into a file and name it in `{key}_file`"
                ));
            } else if is_example(text) {
                let message = "this address is an example: nobody is there";
                findings.add_at(Level::Info, place, message).help =
                    Some("write the address itself".to_owned());
            }
        }
    }
}

fn placeholder(text: &str) -> Option<&str> {
    let parts = text.split(['/', '?', '&', '=', '.', '-']);
    let mut words = parts.filter(|part| !part.is_empty());
    words.find(|part| {
        let is_word = WORDS.contains(&part.trim_end_matches(|c: char| c.is_ascii_digit()));
        let is_dots = part.len() > 2 && part.starts_with('<') && part.ends_with('>');
        let is_crosses = part.len() > 3 && part.chars().all(|c| c == 'X');
        is_word || is_dots || is_crosses
    })
}

/// Whether the host is one of those that are kept for examples.
fn is_example(text: &str) -> bool {
    let behind = text.split("://").nth(1).unwrap_or_default();
    let host = behind.split(['/', ':', '?']).next().unwrap_or_default();
    ["example.com", "example.org", "example.net"]
        .iter()
        .any(|example| host == *example || host.ends_with(&format!(".{example}")))
}
