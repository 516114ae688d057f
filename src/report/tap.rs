//! Test results in the Test Anything Protocol, version 14: a point for each test group.

use std::fmt::Write as _;

use super::test_text::{failure_lines, test_summary};
use crate::diagnostic::{Diagnostic, Location};
use crate::harness::{FileReport, Remark, TestReport, TestResult};

/// The whole stream. What fails has a YAML block; remarks and traps are comments. A fixture that could not be run, and in a
/// strict run what else fails it, is a point of its own.
#[must_use]
pub fn tests_tap(report: &TestReport) -> String {
    let mut points = Points::default();
    for file in &report.files {
        let path = file.file.path().display().to_string();
        for test in &file.tests {
            points.add(test.passed(), &format!("{path}: {}", test.name));
            points.failures(test);
            for remark in &test.remarks {
                points.comment(&remark_text(remark));
            }
        }
        if !file.problems.is_empty() {
            points.add(false, &format!("{path}: could not be run"));
            points.problems(file);
        }
    }
    for trap in &report.traps {
        points.comment(&diagnostic_text(trap));
    }
    let files_passed = report.files.iter().all(FileReport::passed);
    if report.is_strict && files_passed {
        points.add(report.passed(), "no traps and no warnings");
    }
    points.comment(&test_summary(report));
    format!("TAP version 14\n1..{}\n{}", points.count, points.out)
}

#[derive(Default)]
struct Points {
    count: usize,
    out: String,
}

impl Points {
    fn add(&mut self, is_ok: bool, description: &str) {
        self.count += 1;
        let verdict = if is_ok { "ok" } else { "not ok" };
        let text = one_line(description)
            .replace('\\', "\\\\")
            .replace('#', "\\#");
        let _ = writeln!(self.out, "{verdict} {} - {text}", self.count);
    }

    fn comment(&mut self, text: &str) {
        let _ = writeln!(self.out, "# {}", one_line(text));
    }

    fn failures(&mut self, test: &TestResult) {
        if test.failures.is_empty() {
            return;
        }
        self.out.push_str("  ---\n  failures:\n");
        for failure in &test.failures {
            let subject = failure.kind.at(failure.eval_time);
            self.item("subject", &subject);
            self.place(&failure.location);
            self.value("    text: |-", &failure_lines(failure));
        }
        self.out.push_str("  ...\n");
    }

    fn problems(&mut self, file: &FileReport) {
        self.out.push_str("  ---\n  failures:\n");
        for problem in &file.problems {
            self.item("subject", problem.lint);
            self.place(&problem.location);
            self.value("    text: |-", &problem.message);
        }
        self.out.push_str("  ...\n");
    }

    fn item(&mut self, key: &str, text: &str) {
        let _ = writeln!(self.out, "  - {key}: {}", quoted(text));
    }

    fn place(&mut self, location: &Location) {
        let at = location.file.line_column(location.span.start as usize);
        let path = quoted(&location.file.path().to_string_lossy());
        let _ = writeln!(
            self.out,
            "    at: {{file: {path}, line: {}, column: {}}}",
            at.line, at.column
        );
    }

    /// A text of several lines. The number says how far it is indented, since the text itself may begin with blanks.
    fn value(&mut self, key: &str, text: &str) {
        let key = key.replace("|-", "|2-");
        let _ = writeln!(self.out, "{key}");
        for line in text.lines() {
            let line = line.replace(|c: char| c.is_control() && c != '\t', "\u{fffd}");
            let _ = writeln!(self.out, "{}", format!("      {line}").trim_end());
        }
    }
}

fn remark_text(remark: &Remark) -> String {
    let subject = remark.kind.at(remark.eval_time);
    let place = place_text(&remark.location);
    format!("{place} {subject}: {}", remark.message)
}

fn diagnostic_text(found: &Diagnostic) -> String {
    let place = place_text(&found.location);
    format!(
        "{place} {} {}: {}",
        found.level.name(),
        found.lint,
        found.message
    )
}

fn place_text(location: &Location) -> String {
    let at = location.file.line_column(location.span.start as usize);
    let path = location.file.path().display();
    format!("{path}:{}:{}", at.line, at.column)
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace(char::is_control, "\u{fffd}")
}

/// In double quotes: what JSON writes, YAML reads.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
