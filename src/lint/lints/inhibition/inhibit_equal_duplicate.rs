//! `inhibit-equal-duplicate`

use super::rules;
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "inhibit-equal-duplicate",
    level: Level::Info,
    summary: "A label stands twice in `equal`.",
    documentation: "\
### What it does
Finds labels that an inhibit rule lists twice under `equal`, which Alertmanager accepts.

### Why it matters
It does nothing. Perhaps another label was meant.

### What it does not catch
Anything else.",
    bad: &[Example {
        title: "twice the same",
        files: &[(
            "alertmanager.yml",
            inhibit!(
                "- source_matchers: [severity=critical]",
                "  target_matchers: [severity=warning]",
                "  equal: [instance, instance]",
            ),
        )],
    }],
    good: &[Example {
        title: "each once",
        files: &[(
            "alertmanager.yml",
            inhibit!(
                "- source_matchers: [severity=critical]",
                "  target_matchers: [severity=warning]",
                "  equal: [instance, job]",
            ),
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (alertmanager, rule) in rules(context) {
        for (place, label) in rule.equal.iter().enumerate() {
            let mut earlier = rule.equal[..place].iter();
            let Some(first) = earlier.find(|first| first.name == label.name) else {
                continue;
            };
            let message = format!("the label `{}` is twice in `equal`", label.name);
            let found = findings.add(alertmanager.file.location(label.span), message);
            found.help = Some("remove one of the two".to_owned());
            found.related.push(Related {
                location: alertmanager.file.location(first.span),
                text: "first here".to_owned(),
            });
        }
    }
}
