//! Findings and test results for machines. The shapes are described by the JSON Schemas in `schemas/`, which are made
//! from the types here.

use serde::Serialize;

use super::json_coverage::{self, JsonCoverage};
use super::json_finding::{JsonDiagnostic, Position, diagnostic, path, positions};
use super::json_trace::{self, JsonTrace, map};
use crate::diagnostic::{Diagnostic, Level};
use crate::harness::{
    Coverage, Failure, FailureKind, FileReport, Item, Remark, TestReport, TestResult,
};

/// The version of the shapes; it changes when a field changes its meaning or goes away.
pub(super) const VERSION: u32 = 1;

/// What `check --format json` prints.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckReport {
    /// Version of this shape.
    version: u32,
    /// The findings, ordered by file and place.
    diagnostics: Vec<JsonDiagnostic>,
    /// The findings that a directive such as `# rulecheck: ignore[…]` keeps from being told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressed: Vec<JsonDiagnostic>,
    /// Counts.
    summary: CheckSummary,
}

/// Counts of a check.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CheckSummary {
    /// Files that were checked.
    files: usize,
    /// Files found by walking that are of no known kind.
    skipped: usize,
    /// Findings that `--fix` has mended before.
    #[serde(skip_serializing_if = "is_zero")]
    fixed: usize,
    /// Findings that a directive keeps from being told.
    #[serde(skip_serializing_if = "is_zero")]
    suppressed: usize,
    /// Findings that are known and left out.
    #[serde(skip_serializing_if = "is_zero")]
    hidden: usize,
    /// Findings that are left out because they are about lines that have not changed.
    #[serde(skip_serializing_if = "is_zero")]
    unchanged: usize,
    /// Findings at level error.
    errors: usize,
    /// Findings at level warning.
    warnings: usize,
    /// Findings at level info.
    infos: usize,
}

/// What `test --format json` prints.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TestRun {
    /// Version of this shape.
    version: u32,
    /// The fixtures in the order in which they were run.
    files: Vec<JsonFile>,
    /// The coverage of the rules, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<JsonCoverage>,
    /// What fixtures do that they probably do not mean to do; nothing fails by it without `--strict`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    traps: Vec<JsonDiagnostic>,
    /// Counts.
    summary: TestSummary,
}

/// Counts of a test run.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TestSummary {
    /// Fixtures.
    files: usize,
    /// Test groups.
    tests: usize,
    /// Test groups that passed.
    passed: usize,
    /// Test groups that failed, and fixtures that could not be run.
    failed: usize,
}

/// The results of one fixture.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonFile {
    /// The fixture, as shown to people.
    path: String,
    /// Why the fixture could not be run.
    problems: Vec<JsonDiagnostic>,
    /// Its test groups.
    tests: Vec<JsonTest>,
}

/// The result of one test group.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonTest {
    /// Its name, or `test N`.
    name: String,
    /// Whether all assertions hold.
    passed: bool,
    /// Those that do not.
    failures: Vec<JsonFailure>,
    /// What Prometheus would remark about results; nothing fails by it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<JsonRemark>,
    /// The alerting rules that `--trace` asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    traces: Vec<JsonTrace>,
}

/// A warning or info that Prometheus attaches to a result.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonRemark {
    /// `warning` or `info`.
    level: &'static str,
    /// The rule whose result it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// The expression whose result it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    expr: Option<String>,
    /// When it came up first, as a duration from the start of the test.
    eval_time: String,
    /// File of the expression.
    path: String,
    /// First character of the part that it is about.
    start: Position,
    /// One past its last character.
    end: Position,
    /// Prometheus's words.
    message: String,
}

/// An assertion that does not hold.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonFailure {
    /// `alert`, `expr`, `rule`, `input` or `remarks`.
    kind: &'static str,
    /// The alert, where an alert assertion failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    alertname: Option<String>,
    /// The expression, where an expression assertion failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    expr: Option<String>,
    /// The rule, where a rule could not be evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// The input series, where its samples could not be loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<String>,
    /// When, as a duration from the start of the test.
    eval_time: String,
    /// File of the assertion (the rule file where a rule failed).
    path: String,
    /// Line of the assertion, from 1.
    line: usize,
    /// What the fixture expects.
    expected: Vec<JsonItem>,
    /// What came out.
    got: Vec<JsonItem>,
    /// What is wrong, in one sentence.
    message: String,
    /// Why other alerts fire than expected, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    why: Vec<String>,
}

/// An alert, a sample or a field of a message.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum JsonItem {
    Alert {
        /// Labels with `alertname`.
        labels: std::collections::BTreeMap<String, String>,
        /// Annotations.
        annotations: std::collections::BTreeMap<String, String>,
    },
    Sample {
        /// Labels with `__name__`.
        labels: std::collections::BTreeMap<String, String>,
        /// The value; a string, since JSON has no NaN and no infinities.
        value: String,
    },
    Field {
        /// The name of a field of a message.
        field: String,
        /// Its text.
        text: String,
    },
}

/// What `verify --format json` prints.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VerifyReport {
    /// Version of this shape.
    version: u32,
    /// As `check` prints it.
    check: CheckReport,
    /// As `test` prints it.
    test: TestRun,
}

/// What a check does not tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LeftOut {
    /// Findings that were mended before.
    pub fixed: usize,
    /// Files of no known kind.
    pub skipped: usize,
    /// Findings that are known.
    pub hidden: usize,
    /// Findings in lines that have not changed.
    pub unchanged: usize,
}

/// The findings of a check over so many files, those that directives keep from being told, and how much is left out.
#[must_use]
pub fn check_report(
    diagnostics: &[Diagnostic],
    suppressed: &[Diagnostic],
    files: usize,
    left_out: LeftOut,
) -> CheckReport {
    let count = |level| diagnostics.iter().filter(|d| d.level == level).count();
    CheckReport {
        version: VERSION,
        diagnostics: diagnostics.iter().map(diagnostic).collect(),
        suppressed: suppressed.iter().map(diagnostic).collect(),
        summary: CheckSummary {
            files,
            skipped: left_out.skipped,
            fixed: left_out.fixed,
            suppressed: suppressed.len(),
            hidden: left_out.hidden,
            unchanged: left_out.unchanged,
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            infos: count(Level::Info),
        },
    }
}

/// The results of a test run.
#[must_use]
pub fn test_run(report: &TestReport, coverage: Option<&Coverage>) -> TestRun {
    let tests = report.files.iter().flat_map(|file| &file.tests);
    let total = tests.clone().count();
    let passed = tests.filter(|test| test.passed()).count();
    let broken = report.files.iter().filter(|file| !file.problems.is_empty());
    TestRun {
        version: VERSION,
        files: report.files.iter().map(file).collect(),
        coverage: coverage.map(json_coverage::coverage),
        traps: report.traps.iter().map(diagnostic).collect(),
        summary: TestSummary {
            files: report.files.len(),
            tests: total,
            passed,
            failed: total - passed + broken.count(),
        },
    }
}

/// Both in one.
#[must_use]
pub fn verify_report(check: CheckReport, test: TestRun) -> VerifyReport {
    VerifyReport {
        version: VERSION,
        check,
        test,
    }
}

/// Two-space indented JSON with a newline at the end.
#[must_use]
pub fn print(report: &impl Serialize) -> String {
    // These shapes have text keys and no foreign types, so that printing them cannot fail.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn file(report: &FileReport) -> JsonFile {
    JsonFile {
        path: report.file.path().display().to_string(),
        problems: report.problems.iter().map(diagnostic).collect(),
        tests: report.tests.iter().map(test).collect(),
    }
}

fn test(result: &TestResult) -> JsonTest {
    JsonTest {
        name: result.name.clone(),
        passed: result.passed(),
        failures: result.failures.iter().map(failure).collect(),
        remarks: result.remarks.iter().map(remark).collect(),
        traces: result.traces.iter().map(json_trace::trace).collect(),
    }
}

fn remark(remark: &Remark) -> JsonRemark {
    let mut json = JsonRemark {
        level: remark.level.name(),
        rule: None,
        expr: None,
        eval_time: remark.eval_time.to_string(),
        path: path(&remark.location),
        start: positions(&remark.location).0,
        end: positions(&remark.location).1,
        message: remark.message.clone(),
    };
    match &remark.kind {
        FailureKind::Rule(name) => json.rule = Some(name.clone()),
        FailureKind::Expr(text) => json.expr = Some(text.clone()),
        FailureKind::Alert(_)
        | FailureKind::Input(_)
        | FailureKind::Remarks
        | FailureKind::Route(_)
        | FailureKind::Notification(_) => {}
    }
    json
}

fn failure(failure: &Failure) -> JsonFailure {
    let mut json = JsonFailure {
        kind: "",
        alertname: None,
        expr: None,
        rule: None,
        series: None,
        eval_time: failure.eval_time.to_string(),
        path: path(&failure.location),
        line: positions(&failure.location).0.line,
        expected: failure.expected.iter().map(item).collect(),
        got: failure.got.iter().map(item).collect(),
        message: failure.message.clone(),
        why: failure.why.clone(),
    };
    match &failure.kind {
        FailureKind::Alert(name) => (json.kind, json.alertname) = ("alert", Some(name.clone())),
        FailureKind::Expr(text) => (json.kind, json.expr) = ("expr", Some(text.clone())),
        FailureKind::Rule(name) => (json.kind, json.rule) = ("rule", Some(name.clone())),
        FailureKind::Input(name) => (json.kind, json.series) = ("input", Some(name.clone())),
        FailureKind::Remarks => json.kind = "remarks",
        FailureKind::Route(_) => json.kind = "route",
        FailureKind::Notification(_) => json.kind = "notification",
    }
    json
}

fn item(item: &Item) -> JsonItem {
    match item {
        Item::Alert {
            labels,
            annotations,
        } => JsonItem::Alert {
            labels: map(labels),
            annotations: map(annotations),
        },
        Item::Sample { labels, value } => JsonItem::Sample {
            labels: map(labels),
            value: super::sample_value(value),
        },
        Item::Field { name, text } => JsonItem::Field {
            field: name.clone(),
            text: text.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Location;
    use crate::source::{SourceFile, Span};

    #[test]
    fn columns_count_characters_and_offsets_bytes() {
        let file = SourceFile::new("a.yml", "a\nä: b\n");
        let location = Location::new(&file, Span::new(5, 6));
        let found = Diagnostic::new("some-lint", Level::Info, location, "b").with_help("c");
        let json: serde_json::Value = serde_json::from_str(&print(&check_report(
            &[found],
            &[],
            3,
            LeftOut {
                skipped: 1,
                ..LeftOut::default()
            },
        )))
        .unwrap();
        let expected = serde_json::json!({
            "version": 1,
            "diagnostics": [{
                "lint": "some-lint",
                "level": "info",
                "message": "b",
                "path": "a.yml",
                "start": { "line": 2, "column": 3, "offset": 5 },
                "end": { "line": 2, "column": 4, "offset": 6 },
                "related": [],
                "help": "c",
                "url": null,
            }],
            "summary": { "files": 3, "skipped": 1, "errors": 0, "warnings": 0, "infos": 1 },
        });
        assert_eq!(json, expected);
    }
}
