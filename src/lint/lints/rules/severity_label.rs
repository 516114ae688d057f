//! `severity-label`

use super::SEVERITY;
use crate::analysis::RuleFacts;
use crate::diagnostic::{Level, nearest};
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "severity-label",
    level: Level::Error,
    summary: "An alert has no severity, or one that the team does not use.",
    documentation: "\
### What it does
Every alerting rule must end up with a label `severity`: set by the rule or its group, or carried by every series of the
expression. With `severities` in the settings the value must be one of them.

### Why it matters
Routes and inhibit rules go by the severity. An alert without one, or with a misspelt one, ends at the default receiver.

### Settings
Without `severities` only a missing label is reported, as info.

### What it does not catch
Severities that a template makes.",
    bad: &[
        Example {
            title: "no severity at all",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n",
            )],
        },
        Example {
            title: "a severity that is not in the settings",
            files: &[
                ("rulecheck.yaml", "severities: [critical, warning]\n"),
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels:\n          severity: criticl\n",
                ),
            ],
        },
    ],
    good: &[
        Example {
            title: "a severity of the settings",
            files: &[
                ("rulecheck.yaml", "severities: [critical, warning]\n"),
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels:\n          severity: critical\n",
                ),
            ],
        },
        Example {
            title: "the group sets it, and a template makes it",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    labels:\n      severity: info\n    rules:\n      - alert: Down\n        expr: up == 0\n      - alert: Slow\n        expr: latency > 5\n        labels:\n          severity: '{{ if gt $value 9.0 }}critical{{ else }}info{{ end }}'\n",
            )],
        },
        Example {
            title: "every series of the expression has one",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: TooMany\n        expr: count by (severity) (ALERTS{severity!=\"\"}) > 5\n",
            )],
        },
    ],
    check: Check::Alert(check),
};

fn check(context: &Context<'_>, facts: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let known = &context.settings.severities;
    let alert = facts.at;
    let rule = alert.rule;
    match rule.label(SEVERITY) {
        None => {
            if facts
                .classes()
                .iter()
                .all(|class| !class.get(SEVERITY).may_be_absent())
            {
                return;
            }
            let level = if known.is_empty() {
                Level::Info
            } else {
                Level::Error
            };
            let place = alert.file.location(rule.model.name.span());
            findings
                .add_at(
                    level,
                    place,
                    format!("alert `{}` has no severity", rule.name()),
                )
                .help = Some(match known.as_slice() {
                [] => "add a label `severity`".to_owned(),
                _ => format!("add a label `severity`: {}", known.join(", ")),
            });
        }
        Some(label) => {
            let Some(severity) = label.fixed() else {
                return;
            };
            if known.is_empty() || known.iter().any(|known| known == severity) {
                return;
            }
            let nearest = nearest(severity, known.iter().map(String::as_str));
            let place = alert.file.location(label.value.span());
            findings
                .add(
                    place,
                    format!("`{severity}` is not a severity of this project"),
                )
                .help = Some(match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("the settings have: {}", known.join(", ")),
            });
        }
    }
}
