//! Test results and rule checks in the words of promtool, for pipelines that have read its output so far.

mod debug;
mod diff;
pub mod junit;
mod metrics;
mod refusal;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::harness::{Failure, FailureKind, FileReport, Item, TestResult};
use crate::labels::{ALERT_NAME, Labels, quote};
use crate::number::{Precision, format_float};
use crate::project::{self, Globs, ProjectFile, Rule};
use crate::regex::Pattern;
use crate::storage::SampleValue;
use crate::target::Target;

pub use debug::debug;
pub use metrics::{cardinalities, findings};
pub use refusal::{is_decoded, is_told_twice, refusals};
use refusal::{rule_files, series_error, unread};

/// The errors of a test group, as `promtool test rules` writes them below `FAILED:`; none where it passes.
#[derive(Debug)]
pub struct TestErrors<'r> {
    /// Its name, or `unnamed#` and its index among the test groups of the fixture.
    pub name: String,
    /// The errors.
    pub errors: Vec<String>,
    /// Its result, where it could be run.
    pub result: Option<&'r TestResult>,
}

/// The test groups of a fixture that Prometheus accepts. `only` are the patterns that chose them; with `diff` alerts are
/// shown as one coloured document, expected and got.
#[must_use]
pub fn test_errors<'r>(
    report: &'r FileReport,
    file: &ProjectFile,
    target: &Target,
    only: &[Pattern],
    diff: bool,
) -> Vec<TestErrors<'r>> {
    let refused = rule_files(report, target);
    let mut results = report.tests.iter();
    let tests = file.fixture.iter().flat_map(|fixture| &fixture.tests);
    let mut found = Vec::new();
    for (index, test) in tests.enumerate() {
        let name = test.name.as_ref().map_or("", |name| name.as_str());
        if !only.is_empty() && !only.iter().any(|pattern| pattern.is_match(name)) {
            continue;
        }
        let mut result = None;
        // promtool loads series and rules anew for each test group, and tells each time what is wrong with them.
        let errors = if let Some(error) = series_error(test, target) {
            vec![error]
        } else if refused.is_empty() {
            result = results.next();
            let failures = result.into_iter().flat_map(|result| {
                let failures = result.failures.iter();
                failures.map(move |failure| (result, failure))
            });
            failures
                .map(|(result, failure)| {
                    let unread = unread(test, failure, target);
                    test_error(result, failure, unread.as_deref(), diff)
                })
                .collect()
        } else {
            refused.clone()
        };
        found.push(TestErrors {
            name: match name {
                "" => format!("unnamed#{index}"),
                name => name.to_owned(),
            },
            errors,
            result,
        });
    }
    found
}

/// Why a fixture could not be run, in our words.
#[must_use]
pub fn problems(report: &FileReport) -> Vec<String> {
    let problems = report.problems.iter().map(|problem| {
        let place = &problem.location;
        let at = place.file.line_column(place.span.start as usize);
        let path = place.file.path().display();
        format!("{path}: {}:{}: {}", at.line, at.column, problem.message)
    });
    problems.collect()
}

/// `unread` is promtool's word on an expression or on labels that do not parse.
fn test_error(test: &TestResult, failure: &Failure, unread: Option<&str>, diff: bool) -> String {
    let time = failure.eval_time;
    match &failure.kind {
        FailureKind::Alert(name) => {
            let mut text = String::new();
            if test.is_named {
                let _ = writeln!(text, "    name: {},", test.name);
            }
            if diff {
                let shown = diff::diff(&failure.expected, &failure.got);
                let shown = shown.replace('\n', "\n            ");
                let _ = write!(
                    text,
                    "    alertname: {name}, time: {time}, \n        diff: {shown}"
                );
                return text;
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
                unread.unwrap_or(&failure.message)
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
        FailureKind::Remarks | FailureKind::Route(_) | FailureKind::Notification(_) => {
            format!("    err: {}", failure.message)
        }
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
            Item::Alert { .. } | Item::Field { .. } => None,
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

/// The patterns of a fixture that no rule file matches, as promtool writes them.
#[must_use]
pub fn unmatched(file: &ProjectFile) -> Vec<String> {
    let folder = file.file.path().parent().unwrap_or(Path::new(""));
    let patterns = file.fixture.iter().flat_map(|fixture| &fixture.rule_files);
    patterns
        .filter(|pattern| project::expand(folder, pattern.as_str(), Globs::Go).is_empty())
        .map(|pattern| folder.join(pattern.as_str()).to_string_lossy().into_owned())
        .collect()
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
