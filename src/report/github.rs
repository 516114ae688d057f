//! Findings and test results as workflow commands of GitHub Actions, which shows them at the lines that they are about.

use std::fmt::Write as _;

use super::finding::{explanation, slashed};
use super::test_text::{failure_lines, test_summary};
use crate::diagnostic::{Diagnostic, Level, Location};
use crate::harness::{Failure, Remark, TestReport, TestResult};

/// A command a line, and the summary. With `quiet` neither notices nor the summary.
#[must_use]
pub fn tests_github(report: &TestReport, quiet: bool) -> String {
    let mut out = String::new();
    for file in &report.files {
        for problem in &file.problems {
            diagnostic(&mut out, problem);
        }
        for test in &file.tests {
            for found in &test.failures {
                failure(&mut out, test, found);
            }
            for found in test
                .remarks
                .iter()
                .filter(|found| is_shown(found.level, quiet))
            {
                remark(&mut out, found, report.is_strict);
            }
        }
    }
    for trap in report
        .traps
        .iter()
        .filter(|trap| is_shown(trap.level, quiet))
    {
        diagnostic(&mut out, trap);
    }
    if !quiet {
        out.push_str(&test_summary(report));
        out.push('\n');
    }
    out
}

/// A command for each finding.
#[must_use]
pub fn findings_github(diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for found in diagnostics {
        diagnostic(&mut out, found);
    }
    out
}

fn is_shown(level: Level, quiet: bool) -> bool {
    !quiet || level >= Level::Warning
}

fn failure(out: &mut String, test: &TestResult, failure: &Failure) {
    let title = format!("{}: {}", test.name, failure.kind.at(failure.eval_time));
    command(
        out,
        Level::Error,
        &failure.location,
        &title,
        &failure_lines(failure),
    );
}

fn remark(out: &mut String, remark: &Remark, is_strict: bool) {
    let level = match remark.level {
        Level::Warning if is_strict => Level::Error,
        level => level,
    };
    let title = remark.kind.at(remark.eval_time);
    command(out, level, &remark.location, &title, &remark.message);
}

fn diagnostic(out: &mut String, found: &Diagnostic) {
    let message = explanation(found);
    command(out, found.level, &found.location, found.lint, &message);
}

fn command(out: &mut String, level: Level, location: &Location, title: &str, message: &str) {
    let name = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info | Level::Off => "notice",
    };
    let file = &location.file;
    let start = file.line_column(location.span.start as usize);
    let end = file.line_column(location.span.end as usize);
    let path = property(&slashed(file.path()));
    let _ = write!(out, "::{name} file={path},line={}", start.line);
    // GitHub takes columns only where all is on one line.
    if start.line == end.line {
        let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
    } else {
        let _ = write!(out, ",endLine={}", end.line);
    }
    let _ = writeln!(out, ",title={}::{}", property(title), data(message));
}

/// The message of a command: what would end its line is written as in a URL.
fn data(text: &str) -> String {
    let text = text.trim_end_matches('\n');
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, where `:` and `,` would end it too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
