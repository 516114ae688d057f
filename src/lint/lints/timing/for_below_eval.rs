//! `for-below-eval`

use crate::analysis::RuleFacts;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::Duration;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "for-below-eval",
    level: Level::Warning,
    summary: "The `for` of an alert is shorter than the interval at which it is evaluated.",
    documentation: "\
### What it does
Compares `for` with the interval of the group, or with `evaluation_interval` of `prometheus.yml` or the settings. Where
neither is known it says nothing.

### Why it matters
An alert becomes pending at one evaluation and can fire at the next one at the earliest. A shorter `for` is the same as one
interval.

### What it does not catch
A `for` that is no multiple of the interval: the alert fires at the evaluation after it.",
    bad: &[Example {
        title: "ten seconds in a minute",
        files: &[
            ("rulecheck.yaml", "target: {evaluation_interval: 1m}\n"),
            ("rules.yml", alert!("up == 0", "for: 10s")),
        ],
    }],
    good: &[Example {
        title: "none at all, and as long as the interval",
        files: &[
            ("rulecheck.yaml", "target: {evaluation_interval: 1m}\n"),
            (
                "rules.yml",
                rules![
                    "- alert: Down",
                    "  expr: up == 0",
                    "  for: 0s",
                    "- alert: Gone",
                    "  expr: absent(up)",
                    "  for: 1m",
                ],
            ),
        ],
    }],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let Some(hold) = rule
        .at
        .rule
        .model
        .hold
        .filter(|hold| hold.value > Duration::ZERO)
    else {
        return;
    };
    let Some(interval) = context.facts.times.evaluation_of(rule.at.group) else {
        return;
    };
    if hold.value >= interval {
        return;
    }
    let message = format!(
        "`for` is {}, and the rule is evaluated every {interval}",
        hold.value
    );
    let found = findings.add(rule.at.file.location(hold.span), message);
    found.because(format!(
        "the alert is pending at one evaluation and fires at the next, {interval} later"
    ));
    found.witness = context.series_raising(rule.at.rule);
    found.help = Some(format!(
        "write `for: {interval}`, or evaluate the group more often"
    ));
}
