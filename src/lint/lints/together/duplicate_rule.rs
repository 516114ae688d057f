//! `duplicate-rule`

use rustc_hash::FxHashMap;

use super::{MAX_COMPARED, labels, threshold};
use crate::analysis::RuleFacts;
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{Expr, ExprKind, VectorSelector};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "duplicate-rule",
    level: Level::Warning,
    summary: "Two rules of one name and the same labels have the same expression, or expressions that overlap.",
    documentation: "\
### What it does
Compares rules that have the same name and the same labels, within a file and across all files of an environment that the
settings list. It reports two whose expressions mean the same, whatever their layout, and two alerts on the same metric
of which one selects everything that the other does, with thresholds that overlap, as `x > 5400` and
`x{kind!=\"backup\"} > 3600`.

### Why it matters
Two recording rules write the same series twice, and one of the samples is dropped as a duplicate. Two alerts are one
alert to Alertmanager, which resolves and fires by turns when their `for` differs.

### What it does not catch
Expressions that mean the same and are written differently, such as `a > 1` and `1 < a` inside of a larger one.",
    bad: &[
        Example {
            title: "the same in another layout",
            files: &[(
                "rules.yml",
                rules!["- alert: Down", "  expr: up==0", "- alert: Down", "  expr: up == 0"],
            )],
        },
        Example {
            title: "the second selects some of the first",
            files: &[(
                "rules.yml",
                rules![
                    "- alert: Slow",
                    "  expr: job_duration_seconds > 5400",
                    "- alert: Slow",
                    "  expr: 'job_duration_seconds{kind!=\"backup\"} > 3600'",
                ],
            )],
        },
    ],
    good: &[
        Example {
            title: "other labels",
            files: &[(
                "rules.yml",
                rules![
                    "- alert: Full",
                    "  expr: used > 80",
                    "  labels: {severity: warning}",
                    "- alert: Full",
                    "  expr: used > 90",
                    "  labels: {severity: critical}",
                ],
            )],
        },
        Example {
            title: "other series",
            files: &[(
                "rules.yml",
                rules![
                    "- alert: Full",
                    "  expr: 'used{disk=\"a\"} > 80'",
                    "- alert: Full",
                    "  expr: 'used{disk=\"b\"} > 90'",
                ],
            )],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut by_name: FxHashMap<(&str, bool), Vec<RuleFacts<'_>>> = FxHashMap::default();
    for rule in context.rules() {
        by_name
            .entry((rule.at.rule.name(), rule.at.rule.is_alert()))
            .or_default()
            .push(rule);
    }
    for rules in by_name.into_values().filter(|rules| rules.len() > 1) {
        check_named(context, &rules, findings);
    }
}

fn check_named(context: &Context<'_>, rules: &[RuleFacts<'_>], findings: &mut Findings<'_>) {
    for (index, rule) in rules.iter().enumerate() {
        let run_together = |other: &&RuleFacts<'_>| {
            context.environment.is_listed || std::ptr::eq(other.at.file, rule.at.file)
        };
        let before = rules[..index]
            .iter()
            .rev()
            .take(MAX_COMPARED)
            .filter(run_together);
        for other in before {
            if labels(*rule) != labels(*other) {
                continue;
            }
            let is_same = rule.expr.to_string() == other.expr.to_string();
            let is_double = rule.at.rule.is_alert() && overlap(rule.expr, other.expr);
            if !is_same && !is_double {
                continue;
            }
            let place = rule.at.file.location(rule.at.rule.model.name.span());
            let (what, name) = (
                if rule.at.rule.is_alert() {
                    "alert"
                } else {
                    "record"
                },
                rule.at.rule.name(),
            );
            let message = if is_same {
                format!("the {what} `{name}` is there twice, with the same expression and labels")
            } else {
                format!("two rules raise the same `{name}` for some series")
            };
            let found = findings.add(place, message);
            if !is_same {
                found
                    .because("one selects every series of the other, and some values satisfy both");
                found.because(
                    "both give it the same labels, so that it is one alert to Alertmanager",
                );
            }
            found.related.push(Related {
                location: other.at.file.location(other.at.rule.model.name.span()),
                text: "the other one".to_owned(),
            });
            if is_same && rule.at.rule.is_alert() {
                found.witness = context.series_raising(rule.at.rule);
            }
            found.help = Some("delete one of them, or give them labels that differ".to_owned());
            break;
        }
    }
}

/// Whether two thresholds on one metric hold for the same series at some values.
fn overlap(a: &Expr, b: &Expr) -> bool {
    let (Some(a), Some(b)) = (threshold(a), threshold(b)) else {
        return false;
    };
    let (ExprKind::Vector(left), ExprKind::Vector(right)) = (
        &a.operand.without_parens().kind,
        &b.operand.without_parens().kind,
    ) else {
        return false;
    };
    (holds(left, right) || holds(right, left)) && (a.implies(&b) || b.implies(&a))
}

/// Whether `all` selects every series of `some`: it has no matcher that the other lacks.
fn holds(all: &VectorSelector, some: &VectorSelector) -> bool {
    all.metric_name().is_some()
        && all.metric_name() == some.metric_name()
        && all.modifiers == some.modifiers
        && all.matchers.iter().all(|matcher| {
            some.matchers
                .iter()
                .any(|other| other.matcher == matcher.matcher)
        })
}
