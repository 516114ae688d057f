//! The lints of unit tests where their examples in the documentation leave questions: levels, places, and what lies just
//! beside a trap.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use std::sync::atomic::{AtomicUsize, Ordering};

use common::Folder;
use rulecheck::lint::{self, Levels};
use rulecheck::project::{self, Choice};
use rulecheck::target::Version;

/// The findings of a lint as `level line: text under the caret`.
fn found(lint: &str, files: &[(&str, &str)], target: Option<Version>) -> Vec<String> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = Folder::with(&format!("fixture-lints-{number}"), files);
    let choice = Choice {
        target_prometheus: target,
        ..Choice::default()
    };
    let projects = project::open(&[folder.path().join("t.yml")], None, &choice).unwrap();
    let levels = Levels::new(&[lint.to_owned()], &[], &[]).unwrap();
    let found = projects
        .iter()
        .flat_map(|project| lint::run(project, &levels));
    let in_short = found.map(|found| {
        let place = &found.location;
        let line = place.file.line_column(place.span.start as usize).line;
        let text = place.file.slice(place.span);
        format!("{} {line}: {text}", found.level.name())
    });
    in_short.collect()
}

const RULES: &str = "groups:
- name: alerts
  rules:
  - {alert: Down, expr: 'job:up:sum == 0'}
  - {alert: ManyDown, expr: 'count(ALERTS{alertname=\"Down\"}) > 1'}
- name: records
  rules:
  - {record: 'job:up:sum', expr: sum by (job) (up)}
- name: of_alerts
  rules:
  - {record: 'down:count', expr: 'count(ALERTS{alertname=~\"D.*\"})'}
";

#[test]
fn groups_tie_where_they_are_not_listed_or_share_a_place() {
    let of = |order: &str, tests: &str| {
        let fixture =
            format!("rule_files: [r.yml]\ngroup_eval_order: [{order}]\ntests:\n- {tests}\n");
        let files = [("r.yml", RULES), ("t.yml", fixture.as_str())];
        found("fixture-group-order", &files, None)
    };
    let down = "alert_rule_test: [{eval_time: 0m, alertname: Down}]";
    let count = "promql_expr_test: [{expr: 'down:count', eval_time: 0m}]";
    assert_eq!(of("", down), ["info 1: r.yml"]);
    assert_eq!(of("records, alerts", down), [] as [&str; 0]);
    // What is not listed ties with what is listed first, and comes before the rest.
    assert_eq!(of("alerts", down), ["info 2: alerts"]);
    assert_eq!(of("of_alerts, alerts", down), [] as [&str; 0]);
    // One reads the alerts, which read what is recorded.
    assert_eq!(of("", count).len(), 2);
    assert_eq!(of("records, alerts, of_alerts", count), [] as [&str; 0]);
    assert_eq!(of("", "promql_expr_test: [{expr: 'up'}]"), [] as [&str; 0]);
}

/// A sample lives for five minutes: up to 3.0 to the last millisecond, since then for one less.
#[test]
fn series_end_where_their_next_sample_is_missing() {
    let of = |values: &str, time: &str, target| {
        let fixture = format!(
            "evaluation_interval: 1s\ntests:\n- interval: 1m\n  input_series: [{{series: m, values: {values}}}]\n  promql_expr_test: [{{expr: m, eval_time: {time}}}]\n"
        );
        found("fixture-series-ends", &[("t.yml", &fixture)], target)
    };
    let here = ["info 4: m"];
    let nowhere: [&str; 0] = [];
    assert_eq!(of("1", "59s", None), nowhere, "the next is due in a second");
    assert_eq!(of("1", "1m", None), here);
    assert_eq!(of("1", "4m59s", None), here);
    assert_eq!(of("1", "5m", None), nowhere);
    assert_eq!(of("1", "5m", Some(Version::new(2, 53))), here);
    assert_eq!(of("1x4", "4m", None), nowhere);
    assert_eq!(of("1 _", "1m", None), nowhere);
    assert_eq!(of("1 stale", "1m", None), nowhere);
    assert_eq!(of("_ 1", "2m", None), here);
    let no_interval = "tests:\n- input_series: [{series: m, values: 1}]\n  promql_expr_test: [{expr: m, eval_time: 2m}]\n";
    let files = [("t.yml", no_interval)];
    let of_old = |target| found("fixture-series-ends", &files, target);
    assert_eq!(
        of_old(Some(Version::new(2, 48))),
        nowhere,
        "all samples are at the start"
    );
    assert_eq!(of_old(Some(Version::new(2, 49))), ["info 2: m"]);
}

#[test]
fn series_of_one_cause_are_one_finding() {
    let fixture = "tests:
- interval: 1m
  input_series:
  - {series: 'm{a=\"1\"}', values: 1x3}
  - {series: 'm{a=\"2\"}', values: 1x3}
  - {series: 'm{a=\"3\"}', values: 1x2}
  promql_expr_test:
  - {expr: m, eval_time: 4m}
  - {expr: m, eval_time: 5m}
";
    let found = found("fixture-series-ends", &[("t.yml", fixture)], None);
    assert_eq!(found, ["info 4: 'm{a=\"1\"}'", "info 6: 'm{a=\"3\"}'"]);
}

#[test]
fn times_between_steps_have_levels() {
    let of = |tests: &str| {
        let fixture = format!(
            "rule_files: [r.yml]\nevaluation_interval: 1m\ntests:\n- interval: 10s\n  input_series: [{{series: m, values: 1x20}}, {{series: n, values: 1x6 _x5}}]\n  {tests}\n"
        );
        let files = [("r.yml", RULES), ("t.yml", fixture.as_str())];
        found("fixture-off-grid", &files, None)
    };
    let nowhere: [&str; 0] = [];
    assert_eq!(
        of("alert_rule_test: [{eval_time: 90s, alertname: Down}]"),
        ["info 6: 90s"]
    );
    assert_eq!(
        of("alert_rule_test: [{eval_time: 2m, alertname: Down}]"),
        nowhere
    );
    let expr = |text: &str| of(&format!("promql_expr_test: [{text}]"));
    assert_eq!(expr("{expr: m, eval_time: 1m35s}"), ["warning 6: 1m35s"]);
    assert_eq!(
        expr("{expr: 'rate(m[1m])', eval_time: 1m35s}"),
        ["warning 6: 1m35s"]
    );
    assert_eq!(
        expr("{expr: m, eval_time: 1m9s}"),
        nowhere,
        "there is none before 1m10s"
    );
    assert_eq!(
        expr("{expr: n, eval_time: 1m35s}"),
        nowhere,
        "nothing but gaps"
    );
    assert_eq!(expr("{expr: other, eval_time: 1m35s}"), nowhere);
    assert_eq!(expr("{expr: 'm offset 1m', eval_time: 1m35s}"), nowhere);
    let later = "{expr: m, eval_time: 1m35s}, {expr: m, eval_time: 2m}";
    assert_eq!(expr(later), nowhere, "by the end all is loaded");
    assert_eq!(
        expr("{expr: 'job:up:sum', eval_time: 1m35s}"),
        ["info 6: 1m35s"]
    );
    assert_eq!(expr("{expr: ALERTS, eval_time: 1m35s}"), ["info 6: 1m35s"]);
}

#[test]
fn what_is_dropped_is_counted_from_its_cause() {
    let of = |series: &str| {
        let fixture = format!("tests:\n- input_series:\n{series}");
        found("fixture-series-dropped", &[("t.yml", &fixture)], None)
    };
    let nowhere: [&str; 0] = [];
    let block = "  - {series: a, values: 1}\n  - series: b\n    values: |\n      1 2\n";
    assert_eq!(of(block), nowhere, "nothing follows");
    let more = format!("{block}  - {{series: c, values: 1}}\n");
    assert_eq!(of(&more), ["error 6: 1 2"]);
    assert_eq!(
        of("  - series: b\n    values: |-\n      1 2\n      3 4\n  - {series: c, values: 1}\n"),
        ["error 6: 3 4"]
    );
    assert_eq!(of("  - {series: '#a', values: 1}\n"), nowhere);
    let comment = "  - {series: ' #a', values: 1}\n  - {series: b}\n";
    assert_eq!(of(comment), ["error 3: ' #a'"]);
    assert_eq!(
        of("  - {}\n  - {}\n"),
        nowhere,
        "nothing but nothing follows"
    );
    assert_eq!(of("  -\n  - {series: b}\n").len(), 1);
    assert_eq!(
        of("  - {series: '', values: a 1}\n  - {series: b}\n"),
        nowhere
    );
}

#[test]
fn the_last_of_equal_series_stands() {
    let fixture = "tests:
- input_series:
  - {series: m, values: 1}
  - {series: m, values: 2}
  - {series: '{__name__=\"m\"}', values: 1}
  - {series: other, values: 1}
";
    let found = found("fixture-duplicate-series", &[("t.yml", fixture)], None);
    assert_eq!(found, ["info 3: m", "warning 4: m"]);
}

/// The rule files of a fixture are looked at for the fixture, and for nothing else.
#[test]
fn rule_files_are_not_checked_with_the_fixture() {
    let rules = "groups: [{name: a, rules: [{alert: A, expr: 'up =='}]}]\n";
    let fixture = "rule_files: [r.yml]\ntests: [{alert_rule_test: [{alertname: B}]}]\n";
    let files = [("r.yml", rules), ("t.yml", fixture)];
    assert_eq!(found("promql-syntax", &files, None), [] as [&str; 0]);
    // The alert may be in what cannot be read.
    let nowhere: [&str; 0] = [];
    let refused = [("r.yml", "groups: [{nmae: a}]\n"), ("t.yml", fixture)];
    assert_eq!(found("fixture-unknown-alert", &refused, None), nowhere);
    let good = [("r.yml", "groups: []\n"), ("t.yml", fixture)];
    assert_eq!(
        found("fixture-unknown-alert", &good, None),
        ["warning 2: B"]
    );
}
