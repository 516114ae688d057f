//! `inhibit-everything`

use super::{rules, start};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "inhibit-everything",
    level: Level::Info,
    summary: "An inhibit rule has no matchers on one side, so that every alert is on it.",
    documentation: "\
### What it does
Finds inhibit rules without matchers for the source or for the target.

### Why it matters
A side without matchers holds for every alert. With no matchers at all each alert is on both sides, and among such alerts
none mutes another: the rule does nothing. Without source matchers any alert mutes the targets, without target matchers a
source mutes whatever else there is.

### Level
Error where both sides are empty. Info where one is: that may be meant, as for an alert that tells of maintenance.

### What it does not catch
Matchers that every alert satisfies, such as `alertname=~\".+\"`.",
    bad: &[
        Example {
            title: "nothing at all",
            files: &[("alertmanager.yml", inhibit!("- {}"))],
        },
        Example {
            title: "any alert mutes the warnings",
            files: &[(
                "alertmanager.yml",
                inhibit!("- target_matchers: [severity=warning]", "  equal: [namespace]"),
            )],
        },
    ],
    good: &[Example {
        title: "both sides have matchers",
        files: &[(
            "alertmanager.yml",
            inhibit!("- source_matchers: [severity=critical]", "  target_matchers: [severity=warning]"),
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (alertmanager, rule) in rules(context) {
        let place = alertmanager.file.location(start(rule));
        let (level, message) = match (rule.source.is_empty(), rule.target.is_empty()) {
            (true, true) => (
                Level::Error,
                "without matchers every alert is on both sides of the rule, and none mutes another",
            ),
            (true, false) => (
                Level::Info,
                "without source matchers any alert mutes the targets",
            ),
            (false, true) => (
                Level::Info,
                "without target matchers a source mutes all other alerts",
            ),
            (false, false) => continue,
        };
        findings.add_at(level, place, message).help = Some(
            "say with `source_matchers` and `target_matchers` which alerts are meant".to_owned(),
        );
    }
}
