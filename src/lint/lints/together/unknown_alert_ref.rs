//! `unknown-alert-ref`

use rustc_hash::FxHashSet;

use crate::diagnostic::{Level, nearest};
use crate::labels::{ALERT_NAME, MatchOp};
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "unknown-alert-ref",
    level: Level::Warning,
    summary: "`ALERTS{alertname=\"…\"}` names an alert that no rule raises.",
    documentation: "\
### What it does
Looks up the alert that an expression asks `ALERTS` or `ALERTS_FOR_STATE` for. It is a warning where the settings or a
`prometheus.yml` say which rule files run together; otherwise the alert may lie in a file that is not here, and it is info.

### Why it matters
The selector is always empty. It happens when an alert is renamed.

### What it does not catch
Regular expressions, and names in routes and inhibit rules, of which [`route-label-never`](route-label-never.md) and
[`inhibit-never-matches`](inhibit-never-matches.md) tell.",
    bad: &[Example {
        title: "a typo",
        files: &[
            ("rulecheck.yaml", "environments:\n  rules: rules.yml\n"),
            (
                "rules.yml",
                rules![
                    "- alert: NodeDown",
                    "  expr: up == 0",
                    "- alert: Slow",
                    "  expr: 'latency > 1 unless on () ALERTS{alertname=\"NodeDwon\"}'",
                ],
            ),
        ],
    }],
    good: &[Example {
        title: "an alert that is there, and all of a severity",
        files: &[
            ("rulecheck.yaml", "environments:\n  rules: rules.yml\n"),
            (
                "rules.yml",
                rules![
                    "- alert: NodeDown",
                    "  expr: up == 0",
                    "- alert: Slow",
                    "  expr: 'latency > 1 unless on () ALERTS{alertname=\"NodeDown\"}'",
                    "- alert: Many",
                    "  expr: 'count(ALERTS{severity=\"critical\"}) > 9'",
                ],
            ),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let names: FxHashSet<&str> = context
        .environment
        .alerts()
        .map(|alert| alert.item.name())
        .collect();
    let is_whole = context.facts.is_whole();
    let level = if is_whole {
        Level::Warning
    } else {
        Level::Info
    };
    for rule in context.rules() {
        rule.expr.walk(&mut |part| {
            let Some(selector) = part.selector() else {
                return;
            };
            if !matches!(selector.metric_name(), Some("ALERTS" | "ALERTS_FOR_STATE")) {
                return;
            }
            for spanned in &selector.matchers {
                let matcher = &spanned.matcher;
                if &*matcher.name != ALERT_NAME
                    || matcher.op != MatchOp::Equal
                    || matcher.value.is_empty()
                    || names.contains(&*matcher.value)
                {
                    continue;
                }
                let place = rule
                    .at
                    .file
                    .location(rule.at.rule.expr_span(spanned.value_span));
                let message = format!("no rule raises the alert {:?}", matcher.value);
                let found = findings.add_at(level, place, message);
                if is_whole {
                    found.because("all rule files are known");
                }
                found.help = nearest(&matcher.value, names.iter().copied())
                    .map(|similar| format!("did you mean `{similar}`?"));
            }
        });
    }
}
