//! `inhibit-two-sided`

use super::{are_all, rules, start};
use crate::analysis::{Truth, is_two_sided};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "inhibit-two-sided",
    level: Level::Info,
    summary: "Alerts are source and target of one inhibit rule: among those none mutes another.",
    documentation: "\
### What it does
Finds inhibit rules with two or more alerts of the project that satisfy the matchers of both sides.

### Why it matters
So that no alert mutes itself, Alertmanager lets no alert that is on both sides be muted by another one that is on both
sides. Whoever wrote the overlapping matchers may expect otherwise.

### What it does not catch
Alerts of which it is not certain that they are on both sides.",
    bad: &[Example {
        title: "the pattern of the target holds the source",
        files: &[
            (
                "alertmanager.yml",
                inhibit!(
                    "- source_matchers: ['alertname=~\"Node.*\"']",
                    "  target_matchers: [team=infra]",
                    "  equal: [instance]",
                ),
            ),
            (
                "rules.yml",
                rules!(
                    "- alert: NodeDown",
                    "  expr: up == 0",
                    "  labels: {team: infra}",
                    "- alert: NodeSlow",
                    "  expr: load > 1",
                    "  labels: {team: infra}",
                ),
            ),
        ],
    }],
    good: &[Example {
        title: "nothing is on both sides",
        files: &[
            (
                "alertmanager.yml",
                inhibit!(
                    "- source_matchers: [severity=critical]",
                    "  target_matchers: [severity=warning]",
                    "  equal: [instance]",
                ),
            ),
            (
                "rules.yml",
                rules!(
                    "- alert: NodeDown",
                    "  expr: up == 0",
                    "  labels: {severity: critical}",
                    "- alert: NodeSlow",
                    "  expr: load > 1",
                    "  labels: {severity: warning}",
                ),
            ),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (alertmanager, rule) in rules(context) {
        let mut names: Vec<&str> = Vec::new();
        for facts in context.alerts() {
            let is_both = |class| is_two_sided(rule, class, class) == Truth::Always;
            let name = facts.at.rule.name();
            if facts.classes().iter().any(is_both) && !names.contains(&name) {
                names.push(name);
            }
        }
        if names.len() < 2 || are_all(rule) {
            continue;
        }
        let message = format!(
            "{} alerts are on both sides of this rule: none of them mutes another",
            names.len()
        );
        let place = alertmanager.file.location(start(rule));
        findings.add(place, message).help = Some(format!(
            "narrow one side, where they are meant to mute each other; they are: {}",
            crate::lint::lints::shortened(names)
        ));
    }
}
