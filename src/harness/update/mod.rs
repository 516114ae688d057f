//! Writes what came out into a fixture as what is expected. Only what differs is touched, so that comments and layout stay.

mod edits;
mod items;
mod lists;

use std::sync::Arc;

use super::expectation::{assign, labels_of};
use super::fixture::{Run, run};
use super::outcome::{Failure, FailureKind, FileReport, Item};
use crate::labels::{ALERT_NAME, Labels};
use crate::model::{AlertTest, ExprTest, Fixture};
use crate::project::{self, Environment, ProjectFile};
use crate::promql;
use crate::source::SourceFile;
use crate::storage::SampleValue;
use crate::target::Target;
use edits::Edits;
use lists::{Change, change_list};

/// A fixture with what came out in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Update {
    /// The new text.
    pub text: String,
    /// What could not be written, a sentence each.
    pub left: Vec<String>,
}

/// Writes the results of failed assertions into the text of a fixture, which was run with these environments. Nothing where
/// there is nothing to write.
#[must_use]
pub fn update(
    file: &ProjectFile,
    target: Target,
    environments: &[&Environment],
    report: &FileReport,
) -> Option<Update> {
    let fixture = file.fixture.as_ref()?;
    let failures = || report.tests.iter().flat_map(|test| &test.failures);
    let mut edits = Edits::default();
    let mut left = Vec::new();
    for failure in failures() {
        if let Err(reason) = write_failure(file, fixture, target, failure, &mut edits) {
            left.push(format!("{}: {reason}", name(failure)));
        }
    }
    let text = edits.apply(file.file.text());
    if text == file.file.text() {
        return (!left.is_empty()).then_some(Update { text, left });
    }
    left.extend(still_wrong((file, target, environments), &text, left.len()));
    Some(Update { text, left })
}

fn name(failure: &Failure) -> String {
    failure.kind.at(failure.eval_time)
}

/// What is wrong with the new text, beyond what is known to be left.
fn still_wrong(
    (file, target, environments): (&ProjectFile, Target, &[&Environment]),
    text: &str,
    known: usize,
) -> Vec<String> {
    let source = SourceFile::new(file.file.path(), text);
    let loaded = project::load(&source, file.identity.clone(), &target, true);
    let report = run(&Run {
        environments: environments.to_vec(),
        ..Run::new(vec![(&Arc::new(loaded), target)])
    });
    let files = report.files.iter();
    let wrong: Vec<String> = files
        .flat_map(|file| {
            let problems = file.problems.iter().map(|problem| problem.message.clone());
            let failures = file.tests.iter().flat_map(|test| &test.failures);
            problems
                .chain(failures.map(|failure| format!("{}: {}", name(failure), failure.message)))
        })
        .collect();
    if wrong.len() > known {
        wrong
    } else {
        Vec::new()
    }
}

type Done = Result<(), &'static str>;

fn write_failure(
    file: &ProjectFile,
    fixture: &Fixture,
    target: Target,
    failure: &Failure,
    edits: &mut Edits,
) -> Done {
    let place = failure.location.span;
    let tests = || fixture.tests.iter();
    match &failure.kind {
        FailureKind::Alert(_) => {
            let mut assertions = tests().flat_map(|test| &test.alert_rule_tests);
            let assertion = assertions.find(|assertion| {
                assertion
                    .alertname
                    .as_ref()
                    .is_some_and(|name| name.span() == place)
            });
            let assertion = assertion.ok_or("no assertion is about it")?;
            write_alerts(file, assertion, failure, edits)
        }
        FailureKind::Expr(_) if failure.expected.is_empty() && failure.got.is_empty() => {
            Err("it has no result that could be written")
        }
        FailureKind::Expr(_) => {
            let mut assertions = tests().flat_map(|test| &test.promql_expr_tests);
            let assertion = assertions.find(|assertion| {
                assertion
                    .expr
                    .as_ref()
                    .is_some_and(|text| text.span() == place)
            });
            let assertion = assertion.ok_or("no assertion is about it")?;
            write_samples(file, target, assertion, failure, edits)
        }
        _ => Err("it has no result that could be written"),
    }
}

/// Labels without the name of the alert, and annotations.
type Alert = (Labels, Labels);

fn write_alerts(
    file: &ProjectFile,
    assertion: &AlertTest,
    failure: &Failure,
    edits: &mut Edits,
) -> Done {
    let is_plain = |alert: &crate::model::ExpectedAlert| {
        alert.extension.labels.is_empty() && alert.extension.annotations.is_empty()
    };
    let own = &assertion.extension;
    if !own.labels.is_empty()
        || !own.annotations.is_empty()
        || !assertion.exp_alerts.iter().all(is_plain)
    {
        return Err("it has conditions under `rulecheck`, which are for a person to change");
    }
    let expected: Vec<Alert> = assertion
        .exp_alerts
        .iter()
        .map(|alert| {
            let labels = labels_of(&alert.labels);
            (
                labels.filter(|name| name != ALERT_NAME),
                labels_of(&alert.annotations),
            )
        })
        .collect();
    let got: Vec<Alert> = failure
        .got
        .iter()
        .filter_map(|item| match item {
            Item::Alert {
                labels,
                annotations,
            } => Some((
                labels.filter(|name| name != ALERT_NAME),
                annotations.clone(),
            )),
            Item::Sample { .. } | Item::Field { .. } => None,
        })
        .collect();
    let distance = |a: &Alert, b: &Alert| a.0.differing(&b.0).len() + a.1.differing(&b.1).len();
    let changes: Vec<Change<'_, Alert>> = assign(&expected, &got, distance)
        .into_iter()
        .map(|(from, to)| Change {
            item: from,
            becomes: to.map(|to| &got[to]),
            is_same: matches!((from, to), (Some(from), Some(to)) if expected[from] == got[to]),
        })
        .collect();
    let holder = file.tree.node(assertion.node);
    change_list(holder, "exp_alerts", &changes, edits)
}

/// Labels with the metric name, and the value.
type Sample = (Labels, SampleValue);

fn write_samples(
    file: &ProjectFile,
    target: Target,
    assertion: &ExprTest,
    failure: &Failure,
    edits: &mut Edits,
) -> Done {
    let samples = |items: &[Item]| -> Vec<Sample> {
        let items = items.iter();
        items
            .filter_map(|item| match item {
                Item::Sample { labels, value } => Some((labels.clone(), value.clone())),
                Item::Alert { .. } | Item::Field { .. } => None,
            })
            .collect()
    };
    let got = samples(&failure.got);
    if got
        .iter()
        .any(|(_, value)| value.float().is_some_and(f64::is_nan))
    {
        return Err("NaN is equal to nothing unless `rulecheck` says `nan_equals_nan: true`");
    }
    // In the order of the file, which is not that of the failure.
    let expected: Vec<Option<Sample>> = assertion
        .exp_samples
        .iter()
        .map(|sample| {
            let text = sample.labels.as_ref().map_or("", |labels| labels.as_str());
            let labels = promql::parse_metric(text, &target).ok()?;
            let value = sample.value.map_or(0.0, |value| value.value);
            Some((labels, SampleValue::Float(value)))
        })
        .collect();
    let differs = |a: &Sample, b: &Sample| {
        // Histograms are compared as text, and not read here: they count as different.
        let is_same = a.1.float().is_some() && a.1 == b.1;
        a.0.differing(&b.0).len() + usize::from(!is_same)
    };
    let distance = |a: &Option<Sample>, b: &Sample| match a {
        Some(a) => differs(a, b),
        None => usize::MAX,
    };
    let changes: Vec<Change<'_, Sample>> = assign(&expected, &got, distance)
        .into_iter()
        .map(|(from, to)| Change {
            item: from,
            becomes: to.map(|to| &got[to]),
            is_same: matches!((from, to), (Some(from), Some(to)) if distance(&expected[from], &got[to]) == 0),
        })
        .collect();
    let holder = file.tree.node(assertion.node);
    change_list(holder, "exp_samples", &changes, edits)
}
