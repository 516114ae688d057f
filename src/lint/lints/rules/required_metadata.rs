//! `required-metadata`

use super::{applies, whom};
use crate::analysis::{RuleAt, RuleFacts};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::Rule;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "required-metadata",
    level: Level::Error,
    summary: "An alert lacks labels or annotations that the team demands.",
    documentation: "\
### What it does
Every alerting rule must have the annotations and labels that `require` in the settings demands, for all rules or for those
of some severity or label. A label may also come from the expression, if all its series have it.

### Why it matters
Whoever is woken up needs to know what is broken and what to do. `runbook_url` is what is missed most.

### Settings
Without `require` only a missing `runbook_url` is reported, as info.

### What it does not catch
Whether the runbook exists, and whether a template fills the annotation with anything.",
    bad: &[
        Example {
            title: "no runbook",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n",
            )],
        },
        Example {
            title: "what the settings demand of critical alerts",
            files: &[
                (
                    "rulecheck.yaml",
                    "require:\n  - severity: critical\n    annotations: [summary]\n    labels: [component]\n",
                ),
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels: {severity: critical}\n        annotations: {summary: ''}\n",
                ),
            ],
        },
    ],
    good: &[
        Example {
            title: "everything is there, the label from the expression",
            files: &[
                (
                    "rulecheck.yaml",
                    "require:\n  severity: critical\n  annotations: [summary]\n  labels: [component]\n",
                ),
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up{component=~\"db|web\"} == 0\n        labels: {severity: critical}\n        annotations: {summary: down}\n",
                ),
            ],
        },
        Example {
            title: "the demand is about others",
            files: &[
                ("rulecheck.yaml", "require: {severity: critical, annotations: [summary]}\n"),
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels: {severity: info}\n",
                ),
            ],
        },
    ],
    check: Check::Alert(check),
};

const RUNBOOK: &str = "runbook_url";

fn check(context: &Context<'_>, facts: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let alert = facts.at;
    if context.settings.require.is_empty() {
        if lacks_annotation(alert.rule, RUNBOOK) {
            missing(findings, alert, Level::Info, "annotation", RUNBOOK, "");
        }
        return;
    }
    for requirement in context.settings.require.iter() {
        if !applies(requirement, alert.rule) {
            continue;
        }
        let whom = whom(requirement);
        for name in &requirement.annotations {
            if lacks_annotation(alert.rule, name) {
                missing(findings, alert, Level::Error, "annotation", name, &whom);
            }
        }
        for name in &requirement.labels {
            if lacks_label(facts, name) {
                missing(findings, alert, Level::Error, "label", name, &whom);
            }
        }
    }
}

fn lacks_annotation(rule: &Rule, name: &str) -> bool {
    rule.annotation(name)
        .is_none_or(|annotation| annotation.value.as_str().trim().is_empty())
}

fn lacks_label(facts: RuleFacts<'_>, name: &str) -> bool {
    match facts.at.rule.label(name) {
        Some(label) => label.value.as_str().trim().is_empty(),
        None => {
            let mut classes = facts.classes().iter();
            classes.any(|class| class.get(name).may_be_absent())
        }
    }
}

fn missing(
    findings: &mut Findings<'_>,
    alert: RuleAt<'_>,
    level: Level,
    what: &str,
    name: &str,
    whom: &str,
) {
    let place = alert.file.location(alert.rule.model.name.span());
    let message = format!("alert `{}` has no {what} `{name}`", alert.rule.name());
    let found = findings.add_at(level, place, message);
    if level == Level::Error {
        found.help = Some(format!("the settings demand it of every alert{whom}"));
    }
}
