//! Findings and test results as JUnit XML, which most build servers read: a suite for each file, a case for each finding
//! or test group.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::by_file;
use super::finding::{details, place, slashed};
use super::test_text::failure_lines;
use super::xml::{escaped, escaped_text};
use crate::diagnostic::{Diagnostic, Level};
use crate::harness::{Failure, FileReport, Remark, TestReport, TestResult};

/// The results of tests. A case that fails has one `failure` with all that differs in it; a fixture that could not be run
/// has one `error`. Traps are in a suite of their own, where they fail a strict run.
#[must_use]
pub fn tests_junit(report: &TestReport) -> String {
    document(&test_suites(report))
}

/// Findings, and the results of tests if there were any: a suite for each file that was checked, with a case for each
/// finding, or one that passes where there is none. What does not fail the run is no failure here either.
#[must_use]
pub fn findings_junit(
    diagnostics: &[Diagnostic],
    files: &[PathBuf],
    fails: &dyn Fn(Level) -> bool,
    tests: Option<&TestReport>,
) -> String {
    let mut suites: Vec<Suite> = by_file(diagnostics, files)
        .into_iter()
        .map(|(path, found)| checked(path, &found, fails))
        .collect();
    suites.extend(tests.map(test_suites).unwrap_or_default());
    document(&suites)
}

fn document(suites: &[Suite]) -> String {
    let sum = |count: fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites name=\"rulecheck\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        sum(|suite| suite.tests),
        sum(|suite| suite.failures),
        sum(|suite| suite.errors),
    );
    for suite in suites {
        suite.print(&mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

fn test_suites(report: &TestReport) -> Vec<Suite> {
    let mut suites: Vec<Suite> = report.files.iter().map(suite).collect();
    if report.is_strict || !report.traps.is_empty() {
        suites.push(traps(report));
    }
    suites
}

/// The suite of a file that was checked.
fn checked(path: &Path, found: &[&Diagnostic], fails: &dyn Fn(Level) -> bool) -> Suite {
    let mut suite = Suite::new(&slashed(path));
    if found.is_empty() {
        suite.passed("no findings");
    }
    for found in found {
        let location = &found.location;
        let at = location.file.line_column(location.span.start as usize);
        let name = format!("{} at {}:{}", found.lint, at.line, at.column);
        let mut text = diagnostic_text(found);
        let below = details(found);
        if !below.is_empty() {
            let _ = write!(text, "\n{below}");
        }
        if fails(found.level) {
            suite.failed(&name, "failure", &found.message, &text);
        } else {
            suite.passed(&name);
            let _ = writeln!(suite.notes, "{text}");
        }
    }
    suite
}

#[derive(Default)]
struct Suite {
    name: String,
    tests: usize,
    failures: usize,
    errors: usize,
    cases: String,
    /// What fails nothing.
    notes: String,
}

impl Suite {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    fn passed(&mut self, name: &str) {
        self.tests += 1;
        let (name, class) = (escaped(name), escaped(&self.name));
        let _ = writeln!(
            self.cases,
            "    <testcase name=\"{name}\" classname=\"{class}\"/>"
        );
    }

    /// A case with a `failure` or `error`.
    fn failed(&mut self, name: &str, element: &str, message: &str, text: &str) {
        self.tests += 1;
        if element == "error" {
            self.errors += 1;
        } else {
            self.failures += 1;
        }
        let (name, class) = (escaped(name), escaped(&self.name));
        let (message, text) = (escaped(message), escaped_text(text));
        let _ = write!(
            self.cases,
            "    <testcase name=\"{name}\" classname=\"{class}\">\n      \
             <{element} message=\"{message}\">{text}</{element}>\n    </testcase>\n"
        );
    }

    fn print(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\">",
            escaped(&self.name),
            self.tests,
            self.failures,
            self.errors
        );
        out.push_str(&self.cases);
        if !self.notes.is_empty() {
            let notes = escaped_text(&self.notes);
            let _ = writeln!(out, "    <system-out>{notes}</system-out>");
        }
        out.push_str("  </testsuite>\n");
    }
}

fn suite(file: &FileReport) -> Suite {
    let mut suite = Suite::new(&file.file.path().to_string_lossy());
    for test in &file.tests {
        case(&mut suite, test);
        for remark in &test.remarks {
            let _ = writeln!(suite.notes, "{}", remark_text(remark));
        }
    }
    if let Some(first) = file.problems.first() {
        let texts: Vec<String> = file.problems.iter().map(diagnostic_text).collect();
        suite.failed(
            "could not be run",
            "error",
            &first.message,
            &texts.join("\n"),
        );
    }
    suite
}

fn case(suite: &mut Suite, test: &TestResult) {
    match test.failures.as_slice() {
        [] => suite.passed(&test.name),
        [first, further @ ..] => {
            let message = match further.len() {
                0 => first.message.clone(),
                more => format!("{} (and {more} more)", first.message),
            };
            let texts: Vec<String> = test.failures.iter().map(failure_text).collect();
            suite.failed(&test.name, "failure", &message, &texts.join("\n"));
        }
    }
}

/// The suite of what no test of a fixture is about.
fn traps(report: &TestReport) -> Suite {
    let mut suite = Suite::new("traps");
    let traps = report.traps.iter().map(diagnostic_text);
    if !report.is_strict {
        suite.notes = traps.collect::<Vec<_>>().join("\n");
        return suite;
    }
    let warnings = report.warnings().map(remark_text);
    let all: Vec<String> = traps.chain(warnings).collect();
    let name = "no traps and no warnings";
    match all.first() {
        None => suite.passed(name),
        Some(first) => suite.failed(name, "failure", first, &all.join("\n")),
    }
    suite
}

fn failure_text(failure: &Failure) -> String {
    let subject = failure.kind.at(failure.eval_time);
    let place = place(&failure.location);
    format!("{place}: {subject}\n{}", failure_lines(failure))
}

fn remark_text(remark: &Remark) -> String {
    let subject = remark.kind.at(remark.eval_time);
    let place = place(&remark.location);
    format!("{place}: {subject}: {}", remark.message)
}

fn diagnostic_text(found: &Diagnostic) -> String {
    let Diagnostic { lint, message, .. } = found;
    let level = match found.level {
        Level::Off => Level::Info.name(),
        level => level.name(),
    };
    format!("{}: {level}: {lint}: {message}", place(&found.location))
}
