//! `inhibit-equal-fixed`

use super::{fixed_apart, rules};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "inhibit-equal-fixed",
    level: Level::Error,
    summary: "A label of `equal` has different values on the two sides of an inhibit rule.",
    documentation: "\
### What it does
Compares the matchers of source and target on each label of `equal`. Where no value satisfies both, no source and target
ever agree in it.

### Why it matters
The rule mutes nothing.

### What it does not catch
Labels that the alerts of the project never have in common: `inhibit-never-matches` tells those.",
    bad: &[Example {
        title: "critical is not warning",
        files: &[(
            "alertmanager.yml",
            inhibit!(
                "- source_matchers: [severity=critical]",
                "  target_matchers: [severity=warning]",
                "  equal: [severity, instance]",
            ),
        )],
    }],
    good: &[Example {
        title: "the value may be the same",
        files: &[(
            "alertmanager.yml",
            inhibit!(
                "- source_matchers: [severity=critical, 'team=~\"web|db\"']",
                "  target_matchers: [severity=warning, 'team=~\"db|net\"']",
                "  equal: [team]",
            ),
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (alertmanager, rule) in rules(context) {
        if let Some(label) = fixed_apart(rule) {
            let name = &label.name;
            let message = format!(
                "this never inhibits anything: by the matchers no source and target have the same `{name}`"
            );
            findings
                .add(alertmanager.file.location(label.span), message)
                .help = Some(format!("take `{name}` out of `equal`"));
        }
    }
}
