//! Test results and rule checks in the words of promtool, for pipelines that have read its output so far.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::harness::{Failure, FailureKind, FileReport, Item, TestResult};
use crate::labels::{ALERT_NAME, Labels, quote};
use crate::number::{Precision, format_float};
use crate::project::{ProjectFile, Rule};
use crate::storage::SampleValue;

/// The errors of a fixture, as `promtool test rules` writes them below `FAILED:`; none where it passes.
#[must_use]
pub fn test_errors(file: &FileReport) -> Vec<String> {
    let problems = file.problems.iter().map(|problem| {
        let place = &problem.location;
        let at = place.file.line_column(place.span.start as usize);
        let path = place.file.path().display();
        format!("  {path}: {}:{}: {}", at.line, at.column, problem.message)
    });
    let failures = file.tests.iter().flat_map(|test| {
        let failures = test.failures.iter();
        failures.map(|failure| test_error(test, failure))
    });
    problems.chain(failures).collect()
}

fn test_error(test: &TestResult, failure: &Failure) -> String {
    let time = failure.eval_time;
    match &failure.kind {
        FailureKind::Alert(name) => {
            let mut text = String::new();
            if test.is_named {
                let _ = writeln!(text, "    name: {},", test.name);
            }
            // The blank before the line end is promtool's.
            let _ = write!(
                text,
                "    alertname: {name}, time: {time}, \n        exp:{}, \n        got:{}",
                alerts(&failure.expected),
                alerts(&failure.got)
            );
            text
        }
        FailureKind::Expr(expr) if failure.expected.is_empty() && failure.got.is_empty() => {
            format!(
                "    expr: {}, time: {time}, err: {}",
                quote(expr),
                failure.message
            )
        }
        FailureKind::Expr(expr) => format!(
            "    expr: {}, time: {time},\n        exp: {}\n        got: {}",
            quote(expr),
            samples(&failure.expected),
            samples(&failure.got)
        ),
        FailureKind::Rule(name) => {
            format!("    rule: {name}, time: {time}, err: {}", failure.message)
        }
        FailureKind::Input(series) => format!("    series: {series}, err: {}", failure.message),
        // Only the key `rulecheck` expects them, which is refused here.
        FailureKind::Remarks => format!("    err: {}", failure.message),
    }
}

fn alerts(items: &[Item]) -> String {
    if items.is_empty() {
        return "[]".to_owned();
    }
    let mut text = String::from("[");
    for (number, item) in items.iter().enumerate() {
        let Item::Alert {
            labels,
            annotations,
        } = item
        else {
            continue;
        };
        let comma = if number + 1 < items.len() { "," } else { "" };
        let _ = write!(
            text,
            "\n            {number}:\n              Labels:{}\n              Annotations:{}{comma}",
            labels.in_braces(),
            annotations.in_braces()
        );
    }
    text.push_str("\n            ]");
    text
}

fn samples(items: &[Item]) -> String {
    let samples: Vec<String> = items
        .iter()
        .filter_map(|item| match item {
            Item::Sample { labels, value } => {
                let value = match value {
                    SampleValue::Float(value) => number(*value),
                    SampleValue::Histogram(histogram) => histogram.test_expression(),
                };
                Some(format!("{} {value}", labels.in_braces()))
            }
            Item::Alert { .. } => None,
        })
        .collect();
    if samples.is_empty() {
        "nil".to_owned()
    } else {
        samples.join(", ")
    }
}

/// Go's `%E` with as many digits as there are.
fn number(value: f64) -> String {
    let text = format_float(value, 'e', Precision::Shortest);
    if value.is_finite() {
        text.to_uppercase()
    } else {
        text
    }
}

/// The rules of one file that have name and labels in common with another, as `promtool check rules` finds them; nothing
/// where there are none. Expressions and kinds of rules do not count.
#[must_use]
pub fn duplicate_rules(file: &ProjectFile) -> Option<String> {
    let mut seen: BTreeMap<(String, Labels), usize> = BTreeMap::new();
    for group in &file.groups {
        for rule in &group.rules {
            *seen.entry(identity(rule)).or_default() += 1;
        }
    }
    seen.retain(|_, count| *count > 1);
    if seen.is_empty() {
        return None;
    }
    let mut text = format!("lint error {} duplicate rule(s) found.\n", seen.len());
    for (name, labels) in seen.keys() {
        let _ = writeln!(text, "Metric: {name}\nLabel(s):");
        for label in labels {
            let _ = writeln!(text, "\t{}: {}", label.name, label.value);
        }
    }
    text.push_str("Might cause inconsistency while recording expressions\n");
    Some(text)
}

fn identity(rule: &Rule) -> (String, Labels) {
    let labels = rule.labels.iter();
    let labels = labels.map(|label| (label.key.as_str(), label.value.as_str()));
    let mut labels = Labels::from_pairs(labels).edit();
    labels.remove(ALERT_NAME);
    (rule.name().to_owned(), labels.build())
}
