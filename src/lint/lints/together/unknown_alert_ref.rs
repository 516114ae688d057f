//! `unknown-alert-ref`

use rustc_hash::FxHashSet;

use crate::diagnostic::{Level, nearest};
use crate::labels::{ALERT_NAME, MatchOp, Matcher};
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

A regular expression that is a list of names, `alertname=~\"A|B\"`, is reported where no rule raises any of them. Where the
rule files are known it also tells, as info, of `alertname!=\"A\"` for an alert that does not exist.

### Why it matters
The selector is always empty. It happens when an alert is renamed.

### What it does not catch
Other regular expressions, and names in routes and inhibit rules, of which [`route-label-never`](route-label-never.md) and
[`inhibit-never-matches`](inhibit-never-matches.md) tell.",
    bad: &[
        Example {
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
        },
        Example {
            title: "a list of which none is there, and one that is left out for nothing",
            files: &[
                ("rulecheck.yaml", "environments:\n  rules: rules.yml\n"),
                (
                    "rules.yml",
                    rules![
                        "- alert: Many",
                        "  expr: 'count(ALERTS{alertname=~\"NodeDown|NodeGone\"}) > 9'",
                        "- alert: Any",
                        "  expr: 'count(ALERTS{alertname!=\"Watchdgo\"}) > 9'",
                    ],
                ),
            ],
        },
    ],
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
                    "- alert: Some",
                    "  expr: 'count(ALERTS{alertname=~\"NodeDown|NodeGone|Disk.*\"}) > 9'",
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
                let asked = names_of(matcher);
                let is_known = |name: &&str| name.is_empty() || names.contains(*name);
                if asked.is_empty() || asked.iter().any(is_known) {
                    continue;
                }
                let shown = match asked.as_slice() {
                    [one] => format!("the alert `{one}`"),
                    all => format!("any of the {} alerts in this list", all.len()),
                };
                let (level, message) = match matcher.op {
                    MatchOp::Equal | MatchOp::Regex => (level, format!("no rule raises {shown}")),
                    // It may be kept out for the sake of other Prometheus servers.
                    _ if !is_whole => continue,
                    _ => (
                        Level::Info,
                        format!("no rule raises {shown}, so that nothing is left out"),
                    ),
                };
                let place = rule.at.rule.expr_span(spanned.value_span);
                let found = findings.add_at(level, rule.at.file.location(place), message);
                if is_whole {
                    found.because("all rule files are known");
                }
                found.help = nearest(&matcher.value, names.iter().copied())
                    .map(|similar| format!("did you mean `{similar}`?"));
            }
        });
    }
}

/// The alerts that a matcher names, if it names any.
fn names_of(matcher: &Matcher) -> Vec<&str> {
    if &*matcher.name != ALERT_NAME {
        return Vec::new();
    }
    match matcher.op {
        MatchOp::Equal | MatchOp::NotEqual => vec![&*matcher.value],
        MatchOp::Regex | MatchOp::NotRegex => {
            let listed = matcher.pattern().and_then(|pattern| pattern.set_matches());
            let listed = listed.unwrap_or_default().iter();
            listed.map(|name| &**name).collect()
        }
    }
}
