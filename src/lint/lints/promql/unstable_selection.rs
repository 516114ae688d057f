//! `unstable-selection`

use crate::analysis::RuleFacts;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "unstable-selection",
    level: Level::Info,
    summary: "Which series an alert fires for is decided by `topk` or one of its like.",
    documentation: "\
### What it does
Reports an alert whose result comes straight from `topk`, `bottomk`, `limitk` or `limit_ratio`.

### Why it matters
The series that are chosen change from one evaluation to the next. An alert that leaves the choice is resolved, and its
`for` starts anew, although the condition holds all the time.

### What it does not catch
Selections inside of the expression, which are often meant to pick one of several equal series.",
    bad: &[Example {
        title: "the ten largest",
        files: &[("rules.yml", alert!("topk(10, queue_length > 0)"))],
    }],
    good: &[Example {
        title: "one of several equal series, inside",
        files: &[(
            "rules.yml",
            alert!("waiting > 0 and on (pod) topk by (pod) (1, max by (pod, node) (pod_info))"),
        )],
    }],
    check: Check::Alert(check),
};

fn check(_: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let Some(aggregate) = super::aggregation(rule.expr).filter(|aggregate| aggregate.op.selects())
    else {
        return;
    };
    let span = rule.at.rule.expr_span(aggregate.op_span);
    let message = format!(
        "what `{}` picks may change at every evaluation, and with it which alerts there are",
        aggregate.op.as_str()
    );
    findings.add(rule.at.file.location(span), message).help =
        Some("compare with a threshold, and leave the picking to the dashboard".to_owned());
}
