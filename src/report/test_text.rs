//! Test results for people: a line for each fixture, and for each failure what was expected against what came.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use super::layout::{Paint, hanging, line, plural, wrapped};
use super::sample_value;
use super::text::{Style, diagnostics_text};
use crate::diagnostic::{Diagnostic, Level};
use crate::harness::{Failure, FileReport, Item, TestReport, TestResult, pair_up};
use crate::labels::{ALERT_NAME, Labels, quote};

/// The whole report. With `quiet`, fixtures that passed are left out.
#[must_use]
pub fn tests_text(report: &TestReport, style: Style, quiet: bool) -> String {
    let paint = Paint::new(style);
    let mut out = String::new();
    for file in &report.files {
        if file.passed() {
            if !quiet {
                passed(&mut out, file, paint);
            }
        } else {
            failed(&mut out, file, style, paint);
        }
        remarks(&mut out, file, style, paint, quiet);
    }
    out
}

/// What Prometheus would remark, each once; with `quiet` only warnings.
fn remarks(out: &mut String, file: &FileReport, style: Style, paint: Paint, quiet: bool) {
    let mut told = Vec::new();
    for remark in file.tests.iter().flat_map(|test| &test.remarks) {
        let place = &remark.location;
        let key = (place.file.path(), place.span, &remark.message);
        if told.contains(&key) || (quiet && remark.level < Level::Warning) {
            continue;
        }
        told.push(key);
        let subject = remark.kind.at(remark.eval_time);
        let at = place.file.line_column(place.span.start as usize);
        let path = place.file.path().display();
        line(out, &format!("      {}", paint.yellow(&subject)));
        wrapped(out, 6, &remark.message, style);
        line(
            out,
            &paint.dim(&format!("      {path}:{}:{}", at.line, at.column)),
        );
    }
}

/// One line: how many tests in how many fixtures, and whether they passed.
#[must_use]
pub fn test_summary(report: &TestReport) -> String {
    let tests = report.files.iter().flat_map(|file| &file.tests);
    let total = tests.clone().count();
    let failed = tests.filter(|test| !test.passed()).count();
    let broken = report
        .files
        .iter()
        .filter(|file| !file.problems.is_empty())
        .count();
    let mut text = format!(
        "{} in {}",
        plural(total, "test"),
        plural(report.files.len(), "fixture")
    );
    if failed == 0 && broken == 0 {
        text.push_str(": all passed");
    }
    if failed > 0 {
        let _ = write!(text, ": {failed} failed");
    }
    if broken > 0 {
        let verb = if failed > 0 { "," } else { ":" };
        let _ = write!(
            text,
            "{verb} {} could not be run",
            plural(broken, "fixture")
        );
    }
    let traps = report.traps.len();
    if traps > 0 {
        let _ = write!(text, "; {}", plural(traps, "trap"));
    }
    let warnings = report.warnings().count();
    if report.is_strict && warnings > 0 {
        let _ = write!(text, "; {} of Prometheus", plural(warnings, "warning"));
    }
    text
}

/// The traps for people. With `quiet` no infos.
#[must_use]
pub fn traps_text(report: &TestReport, style: Style, quiet: bool) -> String {
    let least = if quiet { Level::Warning } else { Level::Info };
    let traps = report.traps.iter().filter(|trap| trap.level >= least);
    let traps: Vec<Diagnostic> = traps.cloned().collect();
    diagnostics_text(&traps, style)
}

fn passed(out: &mut String, file: &FileReport, paint: Paint) {
    let assertions: usize = file.tests.iter().map(|test| test.assertions).sum();
    let counts = format!(
        "{}, {}",
        plural(file.tests.len(), "test"),
        plural(assertions, "assertion")
    );
    let path = file.file.path().display();
    line(
        out,
        &format!("{}    {path}  {}", paint.green("ok"), paint.dim(&counts)),
    );
}

fn failed(out: &mut String, file: &FileReport, style: Style, paint: Paint) {
    line(
        out,
        &format!("{}  {}", paint.red("FAIL"), file.file.path().display()),
    );
    if !file.problems.is_empty() {
        out.push('\n');
        out.push_str(&diagnostics_text(&file.problems, style));
    }
    for test in file.tests.iter().filter(|test| !test.passed()) {
        for failure in &test.failures {
            out.push('\n');
            show_failure(out, test, failure, style, paint);
        }
    }
    out.push('\n');
}

fn show_failure(
    out: &mut String,
    test: &TestResult,
    failure: &Failure,
    style: Style,
    paint: Paint,
) {
    let subject = failure.kind.at(failure.eval_time);
    line(
        out,
        &format!("  {} {}", paint.red("✗"), paint.bold(&test.name)),
    );
    line(out, &format!("    {subject}"));
    let place = failure
        .location
        .file
        .line_column(failure.location.span.start as usize);
    let path = failure.location.file.path().display();
    line(out, &paint.dim(&format!("    {path}:{}", place.line)));
    wrapped(out, 4, &failure.message, style);
    for change in differences(failure, paint) {
        line(out, &format!("    {change}"));
    }
    reasons(out, failure, style, paint);
}

/// What is wrong and what differs, without the place and without colours.
pub(super) fn failure_lines(failure: &Failure) -> String {
    let mut out = String::new();
    line(&mut out, &failure.message);
    for change in differences(failure, Paint::off()) {
        line(&mut out, &change);
    }
    for reason in &failure.why {
        line(&mut out, &format!("why: {reason}"));
    }
    out
}

/// What was expected against what came, line by line under a heading; nothing where there is neither.
fn differences(failure: &Failure, paint: Paint) -> Vec<String> {
    if failure.expected.is_empty() && failure.got.is_empty() {
        return Vec::new();
    }
    let heading = format!("{} {}", paint.red("- expected"), paint.green("+ got"));
    let (expected, got) = side_by_side(failure);
    let diff = TextDiff::from_lines(&expected, &got);
    let changes = diff.iter_all_changes().map(|change| {
        let text = change.value().trim_end_matches('\n');
        match change.tag() {
            ChangeTag::Delete => paint.red(&format!("- {text}")),
            ChangeTag::Insert => paint.green(&format!("+ {text}")),
            ChangeTag::Equal => format!("  {text}"),
        }
    });
    std::iter::once(heading).chain(changes).collect()
}

/// Why other alerts fire than expected.
fn reasons(out: &mut String, failure: &Failure, style: Style, paint: Paint) {
    for reason in &failure.why {
        out.push_str("    ");
        out.push_str(&paint.bold("why:"));
        out.push(' ');
        hanging(out, 9, reason, style);
    }
}

/// What is expected and what came out as lines, each thing at the place of the one that was probably meant by it.
fn side_by_side(failure: &Failure) -> (String, String) {
    let (mut expected, mut got) = (String::new(), String::new());
    for (wanted, item) in pair_up(&failure.expected, &failure.got) {
        expected.push_str(&lines_of(wanted));
        got.push_str(&lines_of(item));
    }
    (expected, got)
}

/// One line a label and an annotation line, so that a difference stands alone.
fn lines_of(item: Option<&Item>) -> String {
    let mut out = String::new();
    match item {
        Some(Item::Alert {
            labels,
            annotations,
        }) => {
            line(&mut out, labels.get(ALERT_NAME).unwrap_or("alert"));
            for label in labels.iter().filter(|label| &*label.name != ALERT_NAME) {
                let value = quote(&label.value);
                line(&mut out, &format!("  {}={value}", label.name));
            }
            annotation_lines(&mut out, annotations);
        }
        Some(Item::Sample { labels, value }) => {
            line(&mut out, &format!("{labels}  {}", sample_value(value)));
        }
        Some(Item::Field { name, text }) => {
            for (number, text) in text.split('\n').enumerate() {
                let name = if number == 0 {
                    format!("{name}: ")
                } else {
                    "  ".to_owned()
                };
                line(&mut out, format!("{name}{text}").trim_end());
            }
        }
        None => {}
    }
    out
}

fn annotation_lines(out: &mut String, annotations: &Labels) {
    for annotation in annotations {
        let mut text_lines = annotation.value.split('\n');
        let first = text_lines.next().unwrap_or("");
        line(out, &format!("  {}: {first}", annotation.name));
        for more in text_lines {
            line(out, &format!("    {more}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Location;
    use crate::harness::FailureKind;
    use crate::source::{SourceFile, Span};
    use crate::target::Duration;

    #[test]
    fn a_failure_shows_what_differs() {
        let text = "tests:\n- alert_rule_test:\n  - alertname: DiskFull\n";
        let file = SourceFile::new("fixtures/disk.yaml", text);
        let alert = |instance: &str, summary: &str| Item::Alert {
            labels: Labels::from_pairs([("alertname", "DiskFull"), ("instance", instance)]),
            annotations: Labels::from_pairs([("summary", summary)]),
        };
        let failure = Failure {
            kind: FailureKind::Alert("DiskFull".into()),
            eval_time: Duration::from_ms(720_000),
            location: Location::new(&file, Span::new(30, 48)),
            message: "expected 1 firing alert, got 1 that differs".into(),
            expected: vec![alert("a", "Disk of a\nis full")],
            got: vec![alert("a", "Disk of a\nis 97% full")],
            why: Vec::new(),
        };
        let report = TestReport {
            files: vec![FileReport {
                file,
                problems: Vec::new(),
                warnings: Vec::new(),
                rule_files: Vec::new(),
                tests: vec![TestResult {
                    simulation: None,
                    name: "a full disk".into(),
                    is_named: true,
                    assertions: 1,
                    failures: vec![failure],
                    remarks: Vec::new(),
                    traces: Vec::new(),
                    seen: Vec::new(),
                    template_errors: Vec::new(),
                    dump: None,
                }],
            }],
            ..TestReport::default()
        };
        let style = Style {
            color: false,
            width: 80,
        };
        insta::assert_snapshot!(tests_text(&report, style, false), @r#"
        FAIL  fixtures/disk.yaml

          ✗ a full disk
            alert DiskFull at 12m
            fixtures/disk.yaml:3
            expected 1 firing alert, got 1 that differs
            - expected + got
              DiskFull
                instance="a"
                summary: Disk of a
            -     is full
            +     is 97% full
        "#);
        assert_eq!(test_summary(&report), "1 test in 1 fixture: 1 failed");
    }
}
