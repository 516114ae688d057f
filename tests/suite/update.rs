//! `test --update`: what came out is written into the fixture, and nothing else is touched.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and says what it measures"
)]

use crate::common;

use std::sync::Arc;

use rulecheck::harness::{self, Run};
use rulecheck::project;
use rulecheck::source::{SourceFile, read_file};
use rulecheck::target::Target;

const RULES: &str = "groups:
- name: g
  rules:
  - alert: Down
    expr: up == 0
    labels: {severity: page}
    annotations:
      summary: '{{ $labels.instance }} is down'
      description: |
        First line of {{ $labels.instance }}.
        Second line.
";

const SERIES: &str = "rule_files: [rules.yml]   # the rules
tests:
- interval: 1m
  input_series:
  - {series: 'up{instance=\"a\"}', values: '0x9'}
  - {series: 'up{instance=\"b\"}', values: '0x9'}
";

/// The fixture after the update, and what was left.
fn updated(name: &str, tests: &str) -> (String, Vec<String>) {
    let text = format!("{SERIES}{tests}");
    let folder = common::Folder::with(name, &[("rules.yml", RULES), ("test.yml", &text)]);
    let path = folder.path().join("test.yml");
    let source = read_file(&path).unwrap();
    let file = Arc::new(project::load(&source, path, &Target::default(), true));
    let report = harness::run(&Run::new(vec![(&file, Target::default())]));
    let update = harness::update(&file, Target::default(), &[], &report.files[0]).unwrap();
    let tests = update.text.strip_prefix(SERIES).unwrap().to_owned();
    (tests, update.left)
}

/// Values change in their places; comments, quotes, order and the block of lines stay.
#[test]
fn only_what_differs_is_touched() {
    let (text, left) = updated(
        "values",
        r#"  alert_rule_test:
  - eval_time: 2m   # soon
    alertname: Down
    exp_alerts:
    # the second
    - exp_labels: {instance: b, severity: "ticket"}   # why so mild?
      exp_annotations:
        description: |
          First line of c.
          Second line.
        summary: 'b is down'
    # the first
    - exp_labels:
        severity: page
        # the machine
        instance: a
      exp_annotations: {summary: a is up, description: "First line of a.\nSecond line.\n"}
"#,
    );
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(
        text,
        r#"  alert_rule_test:
  - eval_time: 2m   # soon
    alertname: Down
    exp_alerts:
    # the second
    - exp_labels: {instance: b, severity: "page"}   # why so mild?
      exp_annotations:
        description: |
          First line of b.
          Second line.
        summary: 'b is down'
    # the first
    - exp_labels:
        severity: page
        # the machine
        instance: a
      exp_annotations: {summary: a is down, description: "First line of a.\nSecond line.\n"}
"#
    );
}

#[test]
fn labels_and_alerts_come_and_go() {
    let (text, left) = updated(
        "items",
        r#"  alert_rule_test:
  - eval_time: 2m
    alertname: Down
    exp_alerts:
    - exp_labels:
        instance: a
        team: none
      exp_annotations:
        summary: a is down
        description: |
          First line of a.
          Second line.
    - exp_labels: {instance: x}   # never was
  - eval_time: 3m
    alertname: Gone
    exp_alerts:
    - exp_labels: {instance: a}
"#,
    );
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(
        text,
        r#"  alert_rule_test:
  - eval_time: 2m
    alertname: Down
    exp_alerts:
    - exp_labels:
        instance: a
        severity: page
      exp_annotations:
        summary: a is down
        description: |
          First line of a.
          Second line.
    - exp_labels:
        instance: b
        severity: page
      exp_annotations:
        description: |
          First line of b.
          Second line.
        summary: b is down
  - eval_time: 3m
    alertname: Gone
    exp_alerts: []
"#
    );
}

#[test]
fn a_list_may_be_missing_or_in_a_line() {
    let (text, left) = updated(
        "missing",
        "  promql_expr_test:
  - expr: up
    eval_time: 2m
  - {expr: up, exp_samples: []}
  - expr: up
    exp_samples:   # all
    - {labels: 'up{instance=\"b\"}', value: 1}   # b
    - {labels: 'up{instance=\"a\"}', value: 0}   # a
  - {expr: sum(up), eval_time: 1m, exp_samples: [{value: 7}]}
  - expr: sum(up) by (instance) == 1
    exp_samples:
    - {labels: '{instance=\"a\"}', value: 1}
",
    );
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(
        text,
        "  promql_expr_test:
  - expr: up
    eval_time: 2m
    exp_samples:
      - labels: 'up{instance=\"a\"}'
        value: 0
      - labels: 'up{instance=\"b\"}'
        value: 0
  - {expr: up, exp_samples: [{labels: 'up{instance=\"a\"}', value: 0}, {labels: 'up{instance=\"b\"}', value: 0}]}
  - expr: up
    exp_samples:   # all
    - {labels: 'up{instance=\"b\"}', value: 0}   # b
    - {labels: 'up{instance=\"a\"}', value: 0}   # a
  - {expr: sum(up), eval_time: 1m, exp_samples: [{value: 0}]}
  - expr: sum(up) by (instance) == 1
    exp_samples: []
"
    );
}

#[test]
fn what_cannot_be_written_is_told() {
    let (text, left) = updated(
        "left",
        "  alert_rule_test:
  - {eval_time: 2m, alertname: Down, exp_alerts: [{rulecheck: {labels: {instance: absent}}}]}
  promql_expr_test:
  - {expr: up / 0, exp_samples: []}
  - {expr: nothing(}
",
    );
    assert!(text.contains("expr: up / 0, exp_samples: []"));
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(
        left[0].starts_with("alert Down at 2m: it has conditions"),
        "{left:?}"
    );
    assert!(
        left[1].starts_with("up / 0 at 0s: NaN is equal to nothing"),
        "{left:?}"
    );
    assert!(
        left[2].starts_with("nothing( at 0s: it has no result"),
        "{left:?}"
    );
}

/// Every real fixture whose expectations were emptied passes again once they are written, with promtool's target.
#[test]
fn emptied_fixtures_pass_again() {
    let Some(given) = common::corpus() else {
        return;
    };
    let target = common::promtool_target();
    let every = if common::is_full() { 1 } else { 6 };
    let (mut mended, mut all) = (0, 0);
    let rows = common::rows(&given);
    let passing = rows
        .iter()
        .filter(|row| row.kind == "unit" && row.exit == "0");
    for row in passing.step_by(every) {
        let path = given.join(&row.path);
        let source = read_file(&path).unwrap();
        let file = project::load(&source, path.clone(), &target, true);
        let emptied = without_expectations(&file);
        let source = SourceFile::new(&path, emptied.as_str());
        let file = Arc::new(project::load(&source, path.clone(), &target, true));
        let report = harness::run(&Run::new(vec![(&file, target)]));
        if report.passed() {
            continue;
        }
        all += 1;
        let update = harness::update(&file, target, &[], &report.files[0]).unwrap();
        let wrong: Vec<&String> = update.left.iter().collect();
        if wrong.is_empty() {
            mended += 1;
        } else {
            // Anchors are left to people.
            println!("{}: {}", row.path, wrong[0]);
            assert!(
                wrong.iter().any(|reason| reason.contains("anchor")),
                "{}: {wrong:?}",
                row.path
            );
        }
    }
    println!("{mended} of {all} emptied fixtures pass again");
    assert!(all >= 10 && mended * 10 >= all * 9, "{mended} of {all}");
}

/// The text with an empty list for every list of expectations.
fn without_expectations(file: &project::ProjectFile) -> String {
    let text = file.file.text();
    let mut pieces = Vec::new();
    for node in file.tree.nodes() {
        for (key, value) in node.entries() {
            let is_list = matches!(key.scalar(), Some("exp_alerts" | "exp_samples"));
            if is_list && value.is_sequence() && !value.is_alias() && !node.is_alias() {
                let from = key.span().end as usize;
                let end = value.span().end as usize;
                let end = text[..end].trim_end_matches('\n').len();
                pieces.push((from..end, ": []"));
            }
        }
    }
    pieces.sort_by_key(|(piece, _)| piece.start);
    pieces.dedup_by_key(|(piece, _)| piece.start);
    let mut out = String::new();
    let mut from = 0;
    for (piece, by) in pieces {
        out.push_str(&text[from..piece.start]);
        out.push_str(by);
        from = piece.end;
    }
    out + &text[from..]
}
