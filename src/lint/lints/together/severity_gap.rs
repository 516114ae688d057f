//! `severity-gap`

use std::cmp::Ordering;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::{MAX_COMPARED, Threshold, runs_in, selectors, severity, threshold};
use crate::analysis::RuleFacts;
use crate::diagnostic::{Level, Related};
use crate::labels::{METRIC_NAME, MatchOp};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::number::format_value;
use crate::promql::{BinaryOp, Expr};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "severity-gap",
    level: Level::Info,
    summary: "Of two like things one has the mild alert only, and the other the bad one only.",
    documentation: "\
### What it does
Compares alerts whose expressions differ only in the values of matchers such as `mountpoint=\"/data\"` and in the number that
they are compared with. Where one value has alerts of some severities, another value alerts of quite other ones, and the
worse severity has the stricter number, each of the two seems to lack a step of the other.

### Why it matters
One disk is only told of when it is nearly full, the other one never pages anybody.

### Settings
`severities` gives the order, worst first. Without it `critical` and `page` are worse than `error` and `high`, these than
`warning`, and this than `info`.

### What it does not catch
Alerts with several thresholds, thresholds that differ by more than a factor of ten, and alerts in several files of which the settings do not say that they run together
(`environments`). It may be intended, hence info.",
    bad: &[Example {
        title: "no warning for one, no page for the other",
        files: &[(
            "rules.yml",
            rules![
                "- alert: DataFull",
                "  expr: 'free_ratio{mountpoint=\"/data\"} < 0.05'",
                "  labels: {severity: critical}",
                "- alert: LogsFull",
                "  expr: 'free_ratio{mountpoint=\"/logs\"} < 0.2'",
                "  labels: {severity: warning}",
            ],
        )],
    }],
    good: &[
        Example {
            title: "both steps for one of them",
            files: &[(
                "rules.yml",
                rules![
                    "- alert: DataFull",
                    "  expr: 'free_ratio{mountpoint=\"/data\"} < 0.05'",
                    "  labels: {severity: critical}",
                    "- alert: DataFull",
                    "  expr: 'free_ratio{mountpoint=\"/data\"} < 0.2'",
                    "  labels: {severity: warning}",
                    "- alert: LogsFull",
                    "  expr: 'free_ratio{mountpoint=\"/logs\"} < 0.2'",
                    "  labels: {severity: warning}",
                ],
            )],
        },
        Example {
            title: "one matters more than the other",
            files: &[(
                "rules.yml",
                rules![
                    "- alert: DataFull",
                    "  expr: 'free_ratio{mountpoint=\"/data\"} < 0.1'",
                    "  labels: {severity: critical}",
                    "- alert: LogsFull",
                    "  expr: 'free_ratio{mountpoint=\"/logs\"} < 0.1'",
                    "  labels: {severity: warning}",
                ],
            )],
        },
    ],
    check: Check::Environment(check),
};

/// An alert with one threshold.
struct Step<'f> {
    rule: RuleFacts<'f>,
    /// The values of its `=` matchers.
    thing: Vec<(&'f str, &'f str)>,
    severity: &'f str,
    /// 0 is the worst.
    rank: usize,
    threshold: Threshold<'f>,
}

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut by_shape: FxHashMap<(&Path, String, bool), Vec<Step<'_>>> = FxHashMap::default();
    for rule in context.rules() {
        if !rule.at.rule.is_alert() {
            continue;
        }
        let (Some(severity), Some(threshold)) = (severity(rule), threshold(rule.expr)) else {
            continue;
        };
        let is_above = match threshold.op {
            BinaryOp::Gt | BinaryOp::Ge => true,
            BinaryOp::Lt | BinaryOp::Le => false,
            _ => continue,
        };
        let thing = thing(threshold.operand);
        let Some(rank) = context.severity_rank(severity) else {
            continue;
        };
        if thing.is_empty() {
            continue;
        }
        let key = (runs_in(context, rule), shape(threshold.operand), is_above);
        by_shape.entry(key).or_default().push(Step {
            rule,
            thing,
            severity,
            rank,
            threshold,
        });
    }
    for ((.., is_above), steps) in &by_shape {
        let steps = &steps[..steps.len().min(MAX_COMPARED)];
        if let Some((one, other)) = gap(steps, *is_above) {
            report(findings, one, other);
        }
    }
}

/// The first two things whose alerts have no severity in common, though their thresholds are steps of one ladder.
fn gap<'s, 'f>(steps: &'s [Step<'f>], is_above: bool) -> Option<(&'s Step<'f>, &'s Step<'f>)> {
    let mut things: Vec<Vec<&Step<'_>>> = Vec::new();
    for step in steps {
        let known = things.iter_mut().find(|own| own[0].thing == step.thing);
        match known {
            Some(own) => own.push(step),
            None => things.push(vec![step]),
        }
    }
    things.iter().enumerate().find_map(|(at, other)| {
        let differs = |one: &&Vec<&Step<'_>>| {
            let mut pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
            pairs.all(|(a, b)| is_ladder(a, b, is_above))
        };
        let one = things[..at].iter().find(differs)?;
        Some((*one.first()?, *other.first()?))
    })
}

/// Thresholds that are further apart are not steps of one ladder.
const MAX_FACTOR: f64 = 10.0;

/// Whether the severities of two alerts differ, and the worse one has the stricter number.
fn is_ladder(a: &Step<'_>, b: &Step<'_>, is_above: bool) -> bool {
    let factor = a.threshold.value / b.threshold.value;
    if !(MAX_FACTOR.recip()..=MAX_FACTOR).contains(&factor) {
        return false;
    }
    let by_number = match is_above {
        true => b.threshold.value.partial_cmp(&a.threshold.value),
        false => a.threshold.value.partial_cmp(&b.threshold.value),
    };
    let by_severity = a.rank.cmp(&b.rank);
    by_severity != Ordering::Equal && by_number == Some(by_severity)
}

fn report<'f>(findings: &mut Findings<'_>, one: &Step<'f>, other: &Step<'f>) {
    let name = |step: &Step<'_>| step.rule.at.rule.name().to_owned();
    let place = |step: &Step<'_>| {
        let rule = step.rule.at.rule;
        step.rule.at.file.location(rule.model.name.span())
    };
    let message = format!(
        "`{}` has no {} step, and `{}` no {} one",
        name(other),
        one.severity,
        name(one),
        other.severity
    );
    let found = findings.add(place(other), message);
    found.because("their expressions differ in the values of matchers and in the number only");
    for step in [one, other] {
        let thing: Vec<String> = step
            .thing
            .iter()
            .map(|(label, value)| format!("{label}={value:?}"))
            .collect();
        found.because(format!(
            "`{}` is {} at {} {}",
            thing.join(","),
            step.severity,
            step.threshold.op.as_str(),
            format_value(step.threshold.value)
        ));
    }
    found.related.push(Related {
        location: place(one),
        text: format!("{} here", one.severity),
    });
    found.help = Some("give both the same steps".to_owned());
}

/// The labels and values of the `=` matchers.
fn thing(expr: &Expr) -> Vec<(&str, &str)> {
    let matchers = selectors(expr)
        .into_iter()
        .flat_map(|selector| &selector.matchers);
    let matchers = matchers.map(|matcher| &matcher.matcher);
    let mut found: Vec<(&str, &str)> = Vec::new();
    for matcher in matchers {
        let pair = (&*matcher.name, &*matcher.value);
        let counts = matcher.op == MatchOp::Equal && pair.0 != METRIC_NAME;
        if counts && !found.contains(&pair) {
            found.push(pair);
        }
    }
    found
}

/// The expression without the values of its `=` matchers.
fn shape(expr: &Expr) -> String {
    let mut expr = expr.without_parens().clone();
    expr.change_selectors(&mut |selector| {
        for spanned in &mut selector.matchers {
            let matcher = &mut spanned.matcher;
            if matcher.op == MatchOp::Equal && &*matcher.name != METRIC_NAME {
                matcher.value = "".into();
            }
        }
    });
    expr.to_string()
}
