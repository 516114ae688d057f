//! `test --trace`: what is told of an alert over time is what happened, and the first part that came out empty is blamed.
//! The expected values are worked out by hand beside each case.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and says what it measures"
)]

use crate::common;

use std::sync::Arc;

use rulecheck::alerting::AlertState;
use rulecheck::harness::{self, Run, TestReport, Trace, TraceRequest};
use rulecheck::project;
use rulecheck::report::{Style, tests_text, traces_text};
use rulecheck::source::read_file;
use rulecheck::target::{Duration, Target};

fn minutes(count: i64) -> Duration {
    Duration::from_ms(count * 60_000)
}

/// Runs a test group of one minute steps over these series, with a rule that records `recorded` from `nothing_there`.
fn run(name: &str, expr: &str, hold: &str, series: &[(&str, &str)], at: i64) -> TestReport {
    let rules = format!(
        "groups:\n- name: g\n  rules:\n  - {{record: recorded, expr: nothing_there}}\n  - alert: A\n    for: {hold}\n    expr: |\n      {expr}\n"
    );
    let series: String = series
        .iter()
        .map(|(series, values)| format!("  - {{series: '{series}', values: '{values}'}}\n"))
        .collect();
    let fixture = format!(
        "rule_files: [rules.yml]\ntests:\n- input_series:\n{series}  alert_rule_test:\n  - {{eval_time: {at}m, alertname: A, exp_alerts: [{{}}]}}\n"
    );
    let files = [
        ("rules.yml", rules.as_str()),
        ("test.yml", fixture.as_str()),
    ];
    let folder = common::Folder::with(name, &files);
    let source = read_file(&folder.path().join("test.yml")).unwrap();
    let path = source.path().to_owned();
    let file = Arc::new(project::load(&source, path, &Target::default(), true));
    harness::run(&Run {
        trace: Some(TraceRequest {
            alert: "A".to_owned(),
            at: None,
        }),
        ..Run::new(vec![(&file, Target::default())])
    })
}

fn trace(name: &str, expr: &str, hold: &str, series: &[(&str, &str)], at: i64) -> Trace {
    let mut report = run(name, expr, hold, series, at);
    report.files.remove(0).tests.remove(0).traces.remove(0)
}

/// The part that is blamed at the last evaluation, and why.
fn blamed(name: &str, expr: &str, series: &[(&str, &str)], at: i64) -> Vec<(String, String)> {
    let trace = trace(name, expr, "0s", series, at);
    let last = trace.moments.last().unwrap();
    assert_eq!(last.last, minutes(at));
    last.causes
        .iter()
        .map(|cause| (cause.part.clone(), cause.message.clone()))
        .collect()
}

/// An expression, the input series, the minute, the part that is to blame, and why.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    i64,
    &'static str,
    &'static str,
);

#[test]
fn the_innermost_empty_part_is_blamed() {
    #[rustfmt::skip]
    let cases: [Case; 16] = [
        ("sum(missing) > 0", &[("x", "1x9")], 3, "missing", "no series has that name"),
        ("node_laod1 > 0", &[("node_load1", "1x9")], 3, "node_laod1", "no series has that name; there is `node_load1`"),
        ("recorded > 0", &[("x", "1x9")], 3, "recorded", "the rule that records it has yielded nothing so far"),
        (r#"rate(x{a="b", c=~"d.*"}[5m]) > 0"#, &[(r#"x{a="e", c="dd"}"#, "1x9"), (r#"x{a="f"}"#, "1x9")], 3,
            r#"x{a="b", c=~"d.*"}[5m]"#, r#"no such series; the nearest, x{a="e", c="dd"}, differs in `a`, which is "e""#),
        (r#"x{a="b"} > 0"#, &[("x", "1x9")], 3, r#"x{a="b"}"#, "no such series; the nearest, x, differs in `a`, which it does not have"),
        ("x > 0", &[("x", "1 stale")], 3, "x", "x ended at 1m (stale)"),
        // The sample of 1m is seen until just before 6m.
        ("x > 0", &[("x", "1 1")], 6, "x", "the last sample of x is at 1m; the lookback reaches only 5m back from 6m"),
        ("x offset 1m > 0", &[("x", "_x4 1")], 2, "x offset 1m", "x has no sample up to 2m"),
        ("rate(x[1m]) > 0", &[("x", "0+1x9")], 3, "rate(x[1m])",
            "`rate` needs two samples in its window, and no series has more than one"),
        ("x > 5", &[("x", "4.5x9")], 3, "… > 5", "4.5 > 5 is false by 0.5"),
        // 4.5 is 0.5 away, 2 is 3 away.
        ("x > 5", &[(r#"x{a="b"}"#, "2x9"), (r#"x{a="c"}"#, "4.5x9")], 3, "… > 5", r#"4.5 > 5 is false by 0.5 for x{a="c"}, the nearest"#),
        ("0 == (x != 3)", &[("x", "3x9")], 3, "… != 3", "3 != 3 is false"),
        (r#"a / on (job) b > 0"#, &[(r#"a{job="x", i="1"}"#, "1x9"), (r#"b{job="y"}"#, "1x9")], 3, "… / on (job) …",
            r#"the join finds no partner for {job="x"}; nearest by job="x" on the left, job="y" on the right"#),
        ("a and b", &[(r#"a{job="x"}"#, "1x9"), ("b", "1x9")], 3, "… and …",
            r#"the join finds no partner for {job="x"}; nearest by job="x" on the left, no job on the right"#),
        (r#"a unless on (job) b"#, &[(r#"a{job="x"}"#, "1x9"), (r#"b{job="x", i="1"}"#, "1x9")], 3, "… unless on (job) …",
            r#"`unless` removes everything: b{i="1", job="x"} takes away a{job="x"}"#),
        ("absent(x)", &[(r#"x{a="b"}"#, "1x9")], 3, "absent(x)", r#"nothing is absent: there is x{a="b"}"#),
    ];
    for (number, (expr, series, at, part, message)) in cases.into_iter().enumerate() {
        let found = blamed(&format!("blame-{number}"), expr, series, at);
        assert_eq!(found, [(part.to_owned(), message.to_owned())], "{expr}");
    }
}

#[test]
fn each_side_of_an_or_is_blamed() {
    let found = blamed("blame-or", "x > 5 or y", &[("x", "1x9")], 3);
    let parts: Vec<&str> = found.iter().map(|(part, _)| part.as_str()).collect();
    assert_eq!(parts, ["… > 5", "y"]);
}

/// x is t at t minutes: above 5 from 6m on, pending for 2 minutes, firing from 8m.
#[test]
fn states_and_missing_time_are_those_of_the_rule() {
    let trace = trace("states", "x > 5", "2m", &[("x", "0+1x12")], 10);
    let states: Vec<Option<AlertState>> = trace.states.iter().map(|(_, state)| *state).collect();
    let expected = [
        vec![None; 6],
        vec![Some(AlertState::Pending); 2],
        vec![Some(AlertState::Firing); 3],
    ];
    assert_eq!(states, expected.concat());
    let curve = trace.curve.unwrap();
    assert_eq!((curve.subject.as_str(), curve.op), ("x", ">"));
    assert_eq!(curve.points[3], (minutes(3), Some((3.0, 5.0))));
    let spans: Vec<(Duration, Duration, usize)> = trace
        .moments
        .iter()
        .map(|moment| (moment.first, moment.last, moment.evaluations))
        .collect();
    let span = |first, last, count| (minutes(first), minutes(last), count);
    assert_eq!(spans, [span(0, 5, 6), span(6, 7, 2), span(8, 10, 3)]);
    let pending = &trace.moments[1].alerts[0];
    assert_eq!(pending.active_since, minutes(6));
    assert_eq!(pending.missing, Some(minutes(1)), "at 7m");
    assert_eq!(trace.moments[2].alerts[0].missing, None);
}

/// A part that is evaluated by itself yields what it yields inside of the whole, in every passing fixture: where an alert is
/// expected, its tree has a result and its state is firing.
#[test]
fn traces_agree_with_assertions_that_hold() {
    let Some(given) = common::corpus() else {
        return;
    };
    let target = common::promtool_target();
    let mut traced = 0;
    let rows = common::rows(&given);
    let passing = rows
        .iter()
        .filter(|row| row.kind == "unit" && row.exit == "0");
    for row in passing.step_by(if common::is_full() { 1 } else { 8 }) {
        let path = given.join(&row.path);
        let source = read_file(&path).unwrap();
        let file = Arc::new(project::load(&source, path, &target, true));
        let fixture = file.fixture.as_ref().unwrap();
        for (number, test) in fixture.tests.iter().enumerate().take(3) {
            let expected = test
                .alert_rule_tests
                .iter()
                .find(|a| !a.exp_alerts.is_empty());
            let Some(assertion) = expected else {
                continue;
            };
            let at = assertion
                .eval_time
                .map_or(Duration::ZERO, |time| time.value);
            let name = assertion.alertname.as_ref().unwrap().as_str();
            let report = harness::run(&Run {
                trace: Some(TraceRequest {
                    alert: name.to_owned(),
                    at: Some(at),
                }),
                ..Run::new(vec![(&file, target)])
            });
            let traces = &report.files[0].tests[number].traces;
            let fires = |trace: &&Trace| {
                let moment = &trace.moments[0];
                let alerts = moment.alerts.iter();
                alerts.filter(|alert| alert.missing.is_none()).count() > 0
            };
            assert!(traces.iter().any(|t| fires(&t)), "{}: {name}", row.path);
            traced += 1;
        }
    }
    println!("{traced} alerts traced");
    assert!(traced >= 20, "{traced}");
}

#[test]
fn a_trace_at_80_columns() {
    let report = run(
        "show-trace",
        r#"rate(errors_total{job=~"api|web"}[5m]) / on (job) group_left sum by (job) (rate(requests_total[5m])) > 0.5 # too many"#,
        "3m",
        &[
            (r#"errors_total{job="api", code="500"}"#, "0+1x5 10+10x20"),
            (r#"requests_total{job="api"}"#, "0+10x40"),
        ],
        12,
    );
    let style = Style {
        color: false,
        width: 80,
    };
    let text = traces_text(&report, style);
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let shown = text.replace(&std::env::temp_dir().display().to_string(), "");
    let from = shown.find("\n  `rate").unwrap();
    insta::assert_snapshot!(&shown[from + 1..], @r#"
    `rate(errors_total{job=~"api|web"}[5m]) / on (job) group_left sum by (job)
    (rate(requests_total[5m]))`, 0.1 to 1, against `> 0.5`
      0s  ▁▁▁▁▁▂▃▅▆███ 12m
         ········○○○●●
      · inactive  ○ pending  ● firing

    at 0s: inactive
      … > 0.5                                 nothing
      └─ … / on (job) group_left …            nothing
         ├─ rate(…)                           nothing
         │  └─ errors_total{job=~"api|web"}[5m]
         │                                    1 series, 1 sample
         └─ sum by (job) (…)                  nothing
            └─ rate(…)                        nothing
               └─ requests_total[5m]          1 series, 1 sample
      why: `rate(errors_total{job=~"api|web"}[5m])`: `rate` needs two samples in
           its window, and no series has more than one

    1m to 7m (7 evaluations): inactive
      … > 0.5                                 nothing
      └─ … / on (job) group_left …            0.4 {code="500", job="api"}
         ├─ rate(…)                           0.0666667 {code="500", job="api"}
         │  └─ errors_total{job=~"api|web"}[5m]
         │                                    1 series, 5 samples
         └─ sum by (job) (…)                  0.166667 {job="api"}
            └─ rate(…)                        0.166667 {job="api"}
               └─ requests_total[5m]          1 series, 5 samples
      why: `… > 0.5`: 0.4 > 0.5 is false by 0.1 for {code="500", job="api"}

    8m to 10m (3 evaluations):
      ○ pending since 8m, 1m of `for: 3m` missing {code="500", job="api"}
      … > 0.5                                 1 {code="500", job="api"}
      └─ … / on (job) group_left …            1 {code="500", job="api"}
         ├─ rate(…)                           0.166667 {code="500", job="api"}
         │  └─ errors_total{job=~"api|web"}[5m]
         │                                    1 series, 5 samples
         └─ sum by (job) (…)                  0.166667 {job="api"}
            └─ rate(…)                        0.166667 {job="api"}
               └─ requests_total[5m]          1 series, 5 samples

    11m to 12m (2 evaluations):
      ● firing, active since 8m {code="500", job="api"}
      … > 0.5                                 1 {code="500", job="api"}
      └─ … / on (job) group_left …            1 {code="500", job="api"}
         ├─ rate(…)                           0.166667 {code="500", job="api"}
         │  └─ errors_total{job=~"api|web"}[5m]
         │                                    1 series, 5 samples
         └─ sum by (job) (…)                  0.166667 {job="api"}
            └─ rate(…)                        0.166667 {job="api"}
               └─ requests_total[5m]          1 series, 5 samples
    "#);
}

#[test]
fn a_failed_assertion_says_why_by_itself() {
    let report = {
        let rules = "groups:\n- name: g\n  rules:\n  - {alert: A, for: 5m, expr: x > 5}\n";
        let fixture = "rule_files: [rules.yml]\ntests:\n- name: rising\n  input_series:\n  - {series: 'x{i=\"a\"}', values: '0+1x20'}\n  alert_rule_test:\n  - {eval_time: 3m, alertname: A, exp_alerts: [{exp_labels: {i: a}}]}\n  - {eval_time: 9m, alertname: A, exp_alerts: [{exp_labels: {i: a}}]}\n  - {eval_time: 12m, alertname: A}\n";
        let folder = common::Folder::with("why", &[("rules.yml", rules), ("test.yml", fixture)]);
        common::run_fixture(&folder.path().join("test.yml"), Target::default())
    };
    let why: Vec<Vec<String>> = report.files[0].tests[0]
        .failures
        .iter()
        .map(|failure| failure.why.clone())
        .collect();
    // x is 3 at 3m; it passes 5 at 6m, so that 2 of 5 minutes are missing at 9m, and the alert fires at 11m.
    assert_eq!(why[0], [r#"`… > 5`: 3 > 5 is false by 2 for x{i="a"}"#]);
    assert_eq!(
        why[1],
        [r#"pending since 6m for {i="a"}: 2m of `for: 5m` are missing"#]
    );
    assert_eq!(
        why[2],
        [
            "the condition holds since 6m",
            "`x` is 12 at 12m, and 12 > 5 is true"
        ]
    );
    let style = Style {
        color: false,
        width: 80,
    };
    let text = tests_text(&report, style, false);
    assert!(
        text.contains("    why: `… > 5`: 3 > 5 is false by 2"),
        "{text}"
    );
}
