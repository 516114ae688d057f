//! `am-ignored-null`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-ignored-null",
    level: Level::Warning,
    summary: "A value that YAML takes for a comment.",
    documentation: "\
### What it does
A `#` after a blank begins a comment. The lint finds keys of receivers without a value, with a comment right behind them on
the same line that has no blank after its `#`.

### Why it matters
`channel: #ops` sets no channel: the message goes to the default one of the webhook.

### What it does not catch
Values that are left out for other reasons.",
    bad: &[
        Example { title: "a channel without quotes", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\n    slack_configs:\n      - api_url: https://hooks.example.org/x\n        channel: #ops\n")] },
    ],
    good: &[
        Example { title: "quotes, and a real comment", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\n    slack_configs:\n      - api_url: https://hooks.example.org/x\n        channel: '#ops'\n        username: # nobody\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        let tree = &alertmanager.file.tree;
        let receivers = alertmanager.item.config.receivers.iter();
        for integration in receivers.flat_map(|receiver| &receiver.integrations) {
            let entries = tree.node(integration.node).entries();
            for (key, _) in entries.filter(|(_, value)| value.is_omitted()) {
                let end = key.span().end as usize;
                let Some(comment) = tree.comments().find(|comment| {
                    let between = tree.file().text().get(end..comment.span.start as usize);
                    between.is_some_and(|between| between.trim() == ":" && !between.contains('\n'))
                }) else {
                    continue;
                };
                if !comment.text.starts_with([' ', '\t']) && !comment.text.is_empty() {
                    let text = tree.file().slice(comment.span).trim_end();
                    let message = format!(
                        "`{text}` is a comment: `{}` has no value",
                        key.scalar().unwrap_or_default()
                    );
                    let place = alertmanager.file.location(comment.span);
                    findings.add(place, message).help = Some(format!("write `'{text}'`"));
                }
            }
        }
    }
}
