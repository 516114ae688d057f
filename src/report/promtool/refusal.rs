//! Why a file is refused, in Prometheus's words.

use std::fmt::Write as _;
use std::path::Path;

use crate::harness::{Failure, FailureKind, FileReport};
use crate::labels::quote;
use crate::model::{Stage, TestGroup, Text, Wording};
use crate::project::{self, Issue, IssueKind, ProjectFile};
use crate::promql::{self, ParseError, SeriesPart, parse_series_description};
use crate::source::Span;
use crate::target::Target;

/// Why Prometheus refuses the file: one text an error, as it stands behind the name of the file. Nothing where the file
/// is accepted. What Prometheus says is not known for everything: the rest is told with line and column in our words.
#[must_use]
pub fn refusals(file: &ProjectFile) -> Vec<String> {
    let issues = file.issues.iter();
    let issues: Vec<&Issue> = issues
        .filter(|issue| issue.kind != IssueKind::Notice)
        .collect();
    let worded = || issues.iter().filter_map(|issue| issue.wording.as_ref());
    for Wording { stage, text } in worded() {
        if let Stage::Syntax { line } = stage {
            return vec![format!("yaml: line {line}: {text}")];
        }
    }
    if let Some(value) = worded().find(|wording| wording.stage == Stage::Value) {
        return vec![value.text.clone()];
    }
    let mut decoding = String::new();
    for wording in worded() {
        if let Stage::Decoding { line } = wording.stage {
            // Writing into a string cannot fail.
            let _ = write!(decoding, "\n  line {line}: {}", wording.text);
        }
    }
    let is_ours = |issue: &&&Issue| issue.wording.is_none() && issue.kind == IssueKind::Schema;
    let mut found: Vec<String> = issues
        .iter()
        .filter(is_ours)
        .map(|issue| in_our_words(file, issue))
        .collect();
    if !decoding.is_empty() {
        found.insert(0, format!("yaml: unmarshal errors:{decoding}"));
        return found;
    }
    if let Some(part) = worded().find(|wording| wording.stage == Stage::Part) {
        return vec![part.text.clone()];
    }
    let mut checked: Vec<_> = worded()
        .filter_map(|wording| match &wording.stage {
            Stage::Validation { order, places } => Some((order, places, &wording.text)),
            _ => None,
        })
        .collect();
    checked.sort_by_key(|(order, _, _)| **order);
    found.extend(checked.into_iter().map(|(_, places, text)| {
        let mut line = String::new();
        for place in places {
            let at = place.map(|place| file.file.line_column(place));
            let (row, column) = at.map_or((0, 0), |at| (at.line, at.column));
            let _ = write!(line, "{row}:{column}: ");
        }
        line + text
    }));
    if found.is_empty() {
        found.extend(issues.iter().map(|issue| in_our_words(file, issue)));
    }
    found
}

/// Whether all keys and values of a file could be read, even if it is refused for what they say.
#[must_use]
pub fn is_decoded(file: &ProjectFile) -> bool {
    let mut stages = file
        .issues
        .iter()
        .filter(|issue| issue.kind != IssueKind::Notice);
    stages.all(|issue| {
        let wording = issue.wording.as_ref();
        wording.is_some_and(|wording| matches!(wording.stage, Stage::Validation { .. }))
    })
}

/// Whether promtool tells what is wrong with a rule file twice: it decodes it twice, and both fail over the syntax.
#[must_use]
pub fn is_told_twice(file: &ProjectFile) -> bool {
    file.tree
        .documents()
        .first()
        .is_some_and(|first| first.broken)
}

/// Why rule files of a fixture are refused, each with the name of its file.
pub(super) fn rule_files(report: &FileReport, target: &Target) -> Vec<String> {
    let mut seen: Vec<&Path> = Vec::new();
    let mut found = Vec::new();
    for problem in &report.problems {
        let file = &problem.location.file;
        if file.path() == report.file.path() || seen.contains(&file.path()) {
            continue;
        }
        seen.push(file.path());
        let loaded = project::load(file, file.path().to_owned(), target, true);
        let errors = refusals(&loaded);
        let times = if is_told_twice(&loaded) { 2 } else { 1 };
        for _ in 0..times {
            found.extend(
                errors
                    .iter()
                    .map(|error| format!("{}: {error}", file.path().display())),
            );
        }
    }
    found
}

fn in_our_words(file: &ProjectFile, issue: &Issue) -> String {
    let at = file.file.line_column(issue.span.start as usize);
    format!("{}:{}: {}", at.line, at.column, issue.message)
}

/// What promtool says of an expression test whose expression or expected labels do not parse.
pub(super) fn unread(test: &TestGroup, failure: &Failure, target: &Target) -> Option<String> {
    let FailureKind::Expr(expr) = &failure.kind else {
        return None;
    };
    let first = |errors: Vec<ParseError>, text| Some(errors.first()?.positioned(text));
    if let Err(errors) = promql::parse(expr, target) {
        return first(errors, expr);
    }
    let asked = test.promql_expr_tests.iter().find(|asked| {
        let span = &failure.location.span;
        asked.span.start <= span.start && span.end <= asked.span.end
    });
    let samples = asked.into_iter().flat_map(|asked| &asked.exp_samples);
    for labels in samples.filter_map(|sample| sample.labels.as_ref()) {
        let labels = labels.as_str();
        if let Err(errors) = promql::parse_metric(labels, target) {
            let error = first(errors, labels)?;
            return Some(format!("labels {}: {error}", quote(labels)));
        }
    }
    None
}

/// Why the input series of a test group cannot be read, as promtool tells it: it writes each series and its values on a
/// line of their own and reads that.
pub(super) fn series_error(test: &TestGroup, target: &Target) -> Option<String> {
    let texts = test.input_series.iter().map(|item| {
        let text = |text: &Option<Text>| text.as_ref().map_or("", Text::as_str).trim().to_owned();
        (text(&item.series), text(&item.values))
    });
    for (series, values) in texts {
        let Err(errors) = parse_series_description(&series, &values, target) else {
            continue;
        };
        let error = errors.into_iter().next()?;
        let before = match error.part {
            SeriesPart::Series => 0,
            SeriesPart::Values => series.len() + 1,
        };
        // Prometheus counts lines from the first in each of them.
        let error = ParseError {
            span: Span::empty(before + error.span.start as usize),
            message: error.message,
        };
        return Some(error.positioned(&format!("{series} {values}")));
    }
    None
}
