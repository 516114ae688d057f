//! `for-bounds`

use super::{applies, whom};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::Duration;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "for-bounds",
    level: Level::Error,
    summary: "The `for` of an alert is outside the bounds that the team has set.",
    documentation: "\
### What it does
Compares `for` with the bounds under `require` in the settings, for all alerting rules or for those of some severity or
label. An alert without `for` waits 0 seconds.

### Why it matters
Too short a wait pages people for a blip, too long a one breaks the promise of how soon they hear.

### Settings
Does nothing without bounds.

### What it does not catch
What the scrape and evaluation intervals and the waits of Alertmanager add.",
    bad: &[Example {
        title: "a critical alert that waits too long",
        files: &[
            (
                "rulecheck.yaml",
                "require:\n  - severity: critical\n    for: {min: 1m, max: 5m}\n",
            ),
            (
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        for: 1h\n        labels: {severity: critical}\n",
            ),
        ],
    }],
    good: &[Example {
        title: "both ends are allowed",
        files: &[
            (
                "rulecheck.yaml",
                "require:\n  - severity: critical\n    for: {min: 1m, max: 5m}\n",
            ),
            (
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        for: 5m\n        labels: {severity: critical}\n      - alert: Odd\n        expr: up == 0\n        labels: {severity: info}\n",
            ),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alert in context.environment.alerts() {
        let rule = alert.item;
        let wait = rule.model.hold.map_or(Duration::ZERO, |hold| hold.value);
        let span = rule
            .model
            .hold
            .map_or(rule.model.name.span(), |hold| hold.span);
        for requirement in context.settings.require.iter() {
            if !applies(requirement, rule) {
                continue;
            }
            let bounds = &requirement.for_bounds;
            let broken = match (bounds.min, bounds.max) {
                (Some(min), _) if wait < min.0 => Some(("shorter", "least", min.0)),
                (_, Some(max)) if wait > max.0 => Some(("longer", "most", max.0)),
                _ => None,
            };
            if let Some((how, which, bound)) = broken {
                let message = format!("`for` of {wait} is {how} than {bound}");
                findings.add(alert.file.location(span), message).help = Some(format!(
                    "the settings want at {which} {bound} for every alert{}",
                    whom(requirement)
                ));
            }
        }
    }
}
