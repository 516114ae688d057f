//! `test --coverage`: what is told of each rule follows from the assertions of the tests.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use std::sync::Arc;

use rulecheck::harness::{self, Coverage, CoverageStatus, PartKind, RuleCoverage, Run};
use rulecheck::project::{self, ProjectFile};
use rulecheck::report::{Style, coverage_text, lcov};
use rulecheck::source::read_file;
use rulecheck::target::Target;

const RULES: &str = "groups:
- name: g
  rules:
  - record: job:up:sum
    expr: sum by (job) (up)
  - alert: FewUp
    expr: job:up:sum{job!=\"test\"} < 2
    for: 5m
  - alert: Either
    expr: left > 1 or right > 1
  - alert: Silent
    expr: up{job=\"none\"} == 0
  - alert: Never
    expr: up == 3
  - record: unused
    expr: up
";

/// Two of job a are up until 4m, then one; job test has none.
const FIXTURE: &str = "rule_files: [rules.yml]
tests:
- input_series:
  - {series: 'up{job=\"a\", i=\"1\"}', values: '1x20'}
  - {series: 'up{job=\"a\", i=\"2\"}', values: '1x4 0x16'}
  - {series: 'up{job=\"test\", i=\"3\"}', values: '0x20'}
  - {series: left, values: '2x20'}
  alert_rule_test:
  - {eval_time: 4m, alertname: FewUp}
  - {eval_time: 9m, alertname: FewUp}
  - {eval_time: 12m, alertname: FewUp, exp_alerts: [{exp_labels: {job: a}}]}
  - {eval_time: 2m, alertname: Either, exp_alerts: [{}]}
  - {eval_time: 2m, alertname: Silent}
";

fn covered(name: &str) -> (common::Folder, Coverage) {
    let folder = common::Folder::with(name, &[("rules.yml", RULES), ("test.yml", FIXTURE)]);
    let file = load(&folder.path().join("test.yml"), Target::default());
    let report = harness::run(&Run {
        coverage: true,
        ..Run::new(vec![(&file, Target::default())])
    });
    assert!(report.passed());
    let coverage = harness::coverage(&report, &[]);
    (folder, coverage)
}

fn load(path: &std::path::Path, target: Target) -> Arc<ProjectFile> {
    let source = read_file(path).unwrap();
    let identity = path.canonicalize().unwrap();
    Arc::new(project::load(&source, identity, &target, true))
}

fn rule<'c>(coverage: &'c Coverage, name: &str) -> &'c RuleCoverage {
    coverage
        .rules
        .iter()
        .find(|rule| rule.name == name)
        .unwrap()
}

fn sides(rule: &RuleCoverage, kind: PartKind) -> Vec<Vec<bool>> {
    let parts = rule.parts.iter().filter(|part| part.kind == kind);
    parts.map(|part| part.sides.clone()).collect()
}

#[test]
fn what_is_seen_is_what_assertions_look_at() {
    let (_folder, coverage) = covered("seen");
    let status: Vec<(&str, CoverageStatus)> = coverage
        .rules
        .iter()
        .map(|rule| (rule.name.as_str(), rule.status()))
        .collect();
    assert_eq!(
        status,
        [
            // FewUp reads it.
            ("job:up:sum", CoverageStatus::Fired),
            ("FewUp", CoverageStatus::Fired),
            ("Either", CoverageStatus::Fired),
            ("Silent", CoverageStatus::SilentOnly),
            ("Never", CoverageStatus::NeverAsserted),
            ("unused", CoverageStatus::NeverAsserted),
        ]
    );
    assert_eq!(coverage.percent(), 50.0);

    let few = rule(&coverage, "FewUp");
    assert_eq!((few.asserted, few.fired), (3, 1));
    // 2 at 4m, 1 at 9m and 12m; pending at 9m, firing at 12m; job test is shut out.
    assert_eq!(sides(few, PartKind::Comparison), [[true, true]]);
    assert_eq!(sides(few, PartKind::For), [[true, true]]);
    assert_eq!(sides(few, PartKind::Matcher), [[true]]);

    let either = rule(&coverage, "Either");
    assert_eq!(sides(either, PartKind::Branch), [[true], [false]]);
    // There is no series `right` to compare.
    assert_eq!(
        sides(either, PartKind::Comparison),
        [[true, false], [false, false]]
    );
    // No series has the job `none`, so that the matcher shuts out all three.
    let silent = rule(&coverage, "Silent");
    assert_eq!(sides(silent, PartKind::Matcher), [[true]]);
}

#[test]
fn rules_that_no_fixture_loads_count_too() {
    let (folder, _) = covered("further");
    std::fs::write(folder.path().join("more.yml"), RULES).unwrap();
    let more = load(&folder.path().join("more.yml"), Target::default());
    let same = load(&folder.path().join("rules.yml"), Target::default());
    let file = load(&folder.path().join("test.yml"), Target::default());
    let report = harness::run(&Run {
        coverage: true,
        ..Run::new(vec![(&file, Target::default())])
    });
    let coverage = harness::coverage(&report, &[more, same]);
    assert_eq!(
        coverage.rules.len(),
        12,
        "the loaded file once, the other once"
    );
    assert_eq!(coverage.count(CoverageStatus::Fired), 3);
}

#[test]
fn the_table_and_the_lcov_file() {
    let (folder, coverage) = covered("shown");
    let style = Style {
        color: false,
        width: 80,
    };
    let root = format!("{}/", folder.path().display());
    insta::assert_snapshot!(coverage_text(&coverage, style).replace(&root, ""), @r#"
    rules.yml  3 of 6 rules fired
      ✓ job:up:sum:4
      ✓ FewUp:6
      ✓ Either:9
          the branch `right > 1` never fired
          `left > 1` was never false
          `right > 1` had nothing to compare
      ○ Silent:11  asserted silent only
          `up{job="none"} == 0` had nothing to compare
      ✗ Never:13  never asserted
      ✗ unused:15  never asserted

    coverage of 6 rules: 3 fired (50 %), 1 asserted silent only, 2 never asserted
    "#);
    // Lines 7 and 8 are those of FewUp; its branches are both sides of `<`, of the matcher and of `for`.
    let lcov = lcov(&coverage).replace(&root, "");
    assert!(lcov.starts_with("TN:\nSF:rules.yml\n"), "{lcov}");
    for line in [
        "FN:6,FewUp",
        "FNDA:1,FewUp",
        "FNF:6",
        "FNH:3",
        "DA:7,1",
        "DA:8,1",
        "BRDA:7,0,0,1",
        "end_of_record",
    ] {
        assert!(lcov.lines().any(|found| found == line), "{line} in {lcov}");
    }
}

/// An alert that an assertion of a passing fixture expects, fired; one that is only expected to be silent did not.
#[test]
fn coverage_agrees_with_assertions_that_hold() {
    let Some(given) = common::corpus() else {
        return;
    };
    let target = common::promtool_target();
    let rows = common::rows(&given);
    let passing = rows
        .iter()
        .filter(|row| row.kind == "unit" && row.exit == "0");
    let mut compared = 0;
    for row in passing.step_by(if common::is_full() { 1 } else { 8 }) {
        let file = load(&given.join(&row.path), target);
        let report = harness::run(&Run {
            coverage: true,
            ..Run::new(vec![(&file, target)])
        });
        assert!(report.passed(), "{}", row.path);
        let coverage = harness::coverage(&report, &[]);
        let tests = &file.fixture.as_ref().unwrap().tests;
        let assertions = || tests.iter().flat_map(|test| &test.alert_rule_tests);
        for alert in coverage.rules.iter().filter(|rule| rule.is_alert) {
            let same_name = coverage.rules.iter().filter(|r| r.name == alert.name);
            let of_alert =
                || assertions().filter(|a| a.alertname.as_ref().unwrap().as_str() == alert.name);
            // Several rules of one name share their assertions, and rules may be read through `ALERTS`.
            if same_name.count() > 1 || of_alert().next().is_none() {
                continue;
            }
            let expected = of_alert().any(|assertion| !assertion.exp_alerts.is_empty());
            assert!(alert.asserted >= of_alert().count(), "{}", row.path);
            assert!(!expected || alert.fired > 0, "{}: {}", row.path, alert.name);
            compared += 1;
        }
    }
    assert!(compared >= 30, "{compared}");
}
