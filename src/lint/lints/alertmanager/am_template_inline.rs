//! `am-template-inline`

use super::{template_fields, template_help};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::template::check_alertmanager;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-template-inline",
    level: Level::Error,
    summary: "A template inside of a receiver that does not parse.",
    documentation: "\
### What it does
Parses the templates in the fields of receivers, with the functions of the Alertmanager that is aimed at.

### Why it matters
`amtool check-config` never looks at them. The error comes up when the first alert is to be sent: Alertmanager logs it, and
the notification is lost.

### What it does not catch
Names of templates and fields that do not exist: `notify-unknown-name` finds those.",
    bad: &[
        Example { title: "an action that is not closed", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\n    slack_configs:\n      - api_url: https://hooks.example.org/x\n        title: '{{ .Status }'\n")] },
        Example { title: "a function of Prometheus", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\n    pagerduty_configs:\n      - routing_key: x\n        details: {value: '{{ humanize 5 }}'}\n")] },
    ],
    good: &[
        Example { title: "braces in a field that is no template", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\n    slack_configs:\n      - api_url_file: '/run/{{'\n        title: '{{ .Status | toUpper }}'\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        for field in template_fields(alertmanager) {
            let text = field.value.as_str();
            let Err(error) = check_alertmanager("", text, &context.facts.target) else {
                continue;
            };
            let place = alertmanager.file.location(field.value.map(error.span));
            let message = format!("{}: the notification is lost", error.message);
            findings.add(place, message).help = Some(template_help(&error, &context.facts.target));
        }
    }
}
