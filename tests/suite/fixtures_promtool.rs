//! Corners of the fixture format, each judged by the real promtool 2.42 and by us.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use crate::common;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

struct Case {
    name: &'static str,
    /// The rules of the only group.
    rules: &'static str,
    /// The fixture behind `rule_files` and `evaluation_interval: 1m`.
    fixture: &'static str,
    /// What the documented behaviour makes of it.
    passes: bool,
}

const UP: &str = "
- alert: Down
  expr: up == 0
  for: 2m
  labels: {severity: page, empty: '{{ if gt $value 9.0 }}x{{ end }}'}
  annotations: {summary: 'at {{ $value }}', nothing: '{{ with $labels.nope }}x{{ end }}'}
";

const KEEP: &str = "
- alert: Kept
  expr: x > 0
  for: 2m
  keep_firing_for: 3m
";

const CASES: &[Case] = &[
    Case {
        name: "fires exactly when `for` is over, with empty annotations kept and empty labels dropped",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: 'up{job=\"a\"}', values: '0x10'}]
  alert_rule_test:
  - {eval_time: 1m, alertname: Down, exp_alerts: []}
  - eval_time: 2m
    alertname: Down
    exp_alerts:
    - exp_labels: {job: a, severity: page, alertname: Overridden}
      exp_annotations: {summary: at 0, nothing: ''}
",
        passes: true,
    },
    Case {
        name: "an annotation that expands to nothing must be listed",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: 'up{job=\"a\"}', values: '0x10'}]
  alert_rule_test:
  - eval_time: 2m
    alertname: Down
    exp_alerts: [{exp_labels: {job: a, severity: page}, exp_annotations: {summary: at 0}}]
",
        passes: false,
    },
    Case {
        name: "an expected empty label is not an absent one",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: 'up{job=\"a\"}', values: '0x10'}]
  alert_rule_test:
  - eval_time: 2m
    alertname: Down
    exp_alerts: [{exp_labels: {job: a, severity: page, empty: ''}, exp_annotations: {summary: at 0, nothing: ''}}]
",
        passes: false,
    },
    Case {
        name: "a templated label that is empty stands in ALERTS with its source",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: 'up{job=\"a\"}', values: '0x10'}]
  promql_expr_test:
  - expr: ALERTS{alertstate=\"pending\"}
    eval_time: 1m
    exp_samples:
    - labels: 'ALERTS{alertname=\"Down\",alertstate=\"pending\",job=\"a\",severity=\"page\",empty=\"{{ if gt $value 9.0 }}x{{ end }}\"}'
      value: 1
",
        passes: true,
    },
    Case {
        name: "fires on for three minutes, not longer",
        rules: KEEP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: x, values: '1 1 1 1 _ stale 0 1 0 0 0 0 0'}]
  alert_rule_test:
  - {eval_time: 1m, alertname: Kept, exp_alerts: []}
  - {eval_time: 2m, alertname: Kept, exp_alerts: [{}]}
  - {eval_time: 10m, alertname: Kept, exp_alerts: [{}]}
  - {eval_time: 11m, alertname: Kept, exp_alerts: []}
  promql_expr_test:
  - expr: ALERTS_FOR_STATE
    eval_time: 9m
    exp_samples: [{labels: 'ALERTS_FOR_STATE{alertname=\"Kept\"}', value: 0}]
",
        passes: true,
    },
    Case {
        name: "an assertion between two steps sees the earlier one",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: 'up{job=\"a\"}', values: '0x10'}]
  alert_rule_test:
  - {eval_time: 1m59s, alertname: Down, exp_alerts: []}
",
        passes: true,
    },
    Case {
        name: "samples behind the last step are not loaded",
        rules: UP,
        fixture: "
tests:
- interval: 10s
  input_series: [{series: m, values: '0+1x100'}]
  promql_expr_test:
  - {expr: m, eval_time: 1m35s, exp_samples: [{labels: m, value: 6}]}
",
        passes: true,
    },
    Case {
        name: "a series that has ended is still seen for five minutes",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: m, values: '7'}]
  promql_expr_test:
  - {expr: m, eval_time: 4m59s, exp_samples: [{labels: m, value: 7}]}
  - {expr: m, eval_time: 6m, exp_samples: []}
",
        passes: true,
    },
    Case {
        name: "a number with a leading zero is octal",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: m, values: '017'}]
  promql_expr_test:
  - {expr: m, eval_time: 0m, exp_samples: [{labels: m, value: 15}]}
",
        passes: true,
    },
    Case {
        name: "of two series with the same labels the later one stands",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series:
  - {series: 'm{a=\"1\",b=\"2\"}', values: '1'}
  - {series: 'm{b=\"2\",a=\"1\"}', values: '2'}
  promql_expr_test:
  - {expr: sum(m), eval_time: 0m, exp_samples: [{labels: '', value: 2}]}
",
        passes: true,
    },
    Case {
        name: "a series that is a comment ends the loading",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series:
  - {series: 'm{a=\"1\"}', values: '1'}
  - {series: '# m', values: '2'}
  - {series: 'm{a=\"3\"}', values: '3'}
  promql_expr_test:
  - {expr: sum(m), eval_time: 0m, exp_samples: [{labels: '{}', value: 1}]}
",
        passes: true,
    },
    Case {
        name: "values in a literal block end with a newline, which ends the loading",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series:
  - series: 'm{a=\"1\"}'
    values: |
      1
  - {series: 'm{a=\"3\"}', values: '3'}
  promql_expr_test:
  - {expr: sum(m), eval_time: 0m, exp_samples: [{labels: '{}', value: 1}]}
",
        passes: true,
    },
    Case {
        name: "NaN equals nothing",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: m, values: 'NaN'}]
  promql_expr_test:
  - {expr: m, eval_time: 0m, exp_samples: [{labels: m, value: .nan}]}
",
        passes: false,
    },
    Case {
        name: "labels of a sample must be equal, its name included",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: m, values: '1'}]
  promql_expr_test:
  - {expr: m, eval_time: 0m, exp_samples: [{labels: '{}', value: 1}]}
",
        passes: false,
    },
    Case {
        name: "ranges are closed on both sides in 2.x",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: m, values: '0+1x20'}]
  promql_expr_test:
  - {expr: 'count_over_time(m[5m])', eval_time: 10m, exp_samples: [{labels: '{}', value: 6}]}
  - {expr: 'sum_over_time(m[2m:2m])', eval_time: 10m, exp_samples: [{labels: '{}', value: 18}]}
",
        passes: true,
    },
    Case {
        name: "an alert that no rule has passes when nothing is expected",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  alert_rule_test: [{eval_time: 5m, alertname: Dwon, exp_alerts: []}]
",
        passes: true,
    },
    Case {
        name: "an alert test without a name",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  alert_rule_test: [{eval_time: 5m, exp_alerts: []}]
",
        passes: false,
    },
    Case {
        name: "a rule that fails fails the test though nothing is asserted",
        rules: "
- record: a
  expr: m + on() group_left() m
",
        fixture: "
tests:
- interval: 1m
  input_series: [{series: 'm{a=\"1\"}', values: '1'}, {series: 'm{a=\"2\"}', values: '1'}]
",
        passes: false,
    },
    Case {
        name: "a recorded series that is an input series too, with another value",
        rules: "
- record: r
  expr: vector(1)
",
        fixture: "
tests:
- interval: 1m
  input_series: [{series: r, values: '2 2 2'}]
",
        passes: false,
    },
    Case {
        name: "a recorded series ends with a staleness marker",
        rules: "
- record: r
  expr: m > 0
  labels: {gone: '', kept: '{{ no template }}'}
",
        fixture: "
tests:
- interval: 1m
  input_series: [{series: 'm{gone=\"x\"}', values: '5 5 0 0'}]
  promql_expr_test:
  - {expr: r, eval_time: 1m, exp_samples: [{labels: 'r{kept=\"{{ no template }}\"}', value: 5}]}
  - {expr: r, eval_time: 2m, exp_samples: []}
",
        passes: true,
    },
    Case {
        name: "two alerts with one label set",
        rules: "
- alert: Same
  expr: m
  labels: {a: one}
",
        fixture: "
tests:
- interval: 1m
  input_series: [{series: 'm{a=\"1\"}', values: '1'}, {series: 'm{a=\"2\"}', values: '1'}]
",
        passes: false,
    },
    Case {
        name: "templates see external labels, and queries",
        rules: "
- alert: Info
  expr: vector(3) > 2
  annotations:
    text: '{{ $externalLabels.cluster }} {{ .ExternalURL }} {{ query \"sum(m)\" | first | value | humanize }}'
    failed: '{{ query \"nope\" | first | value }}'
",
        fixture: "
tests:
- interval: 1m
  external_labels: {cluster: c1}
  external_url: https://p.example
  input_series: [{series: 'm{a=\"1\"}', values: '1500'}]
  alert_rule_test:
  - eval_time: 0m
    alertname: Info
    exp_alerts:
    - exp_annotations:
        text: c1 https://p.example 1.5k
        failed: '<error expanding template: error executing template __alert_Info: template: __alert_Info:1:130: executing \"__alert_Info\" at <first>: error calling first: first() called on vector with no elements>'
",
        passes: true,
    },
    Case {
        name: "later samples are seen by a negative offset",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: m, values: '0+1x20'}]
  promql_expr_test:
  - {expr: m offset -2m, eval_time: 1m, exp_samples: [{labels: m, value: 3}]}
  - {expr: m, eval_time: 5m, exp_samples: [{labels: m, value: 5}]}
",
        passes: true,
    },
    Case {
        name: "unknown keys are always refused",
        rules: UP,
        fixture: "
tests:
- intervall: 1m
",
        passes: false,
    },
    Case {
        name: "a series that does not parse",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: m, values: '1 + 1x3'}]
",
        passes: false,
    },
    Case {
        name: "values without a series are all there is on their line",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: '', values: 1 2 3}]
",
        passes: false,
    },
    Case {
        name: "a metric in the place of the values is a series",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: '', values: m 1 2 3}]
  promql_expr_test:
  - {expr: m, eval_time: 1m, exp_samples: [{labels: m, value: 2}]}
",
        passes: true,
    },
    Case {
        name: "an item without anything ends the loading",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: '', values: ''}, {series: m, values: 1 2 3}]
  promql_expr_test:
  - {expr: m, eval_time: 1m, exp_samples: []}
",
        passes: true,
    },
    Case {
        name: "a further line of the values is a series",
        rules: UP,
        fixture: "
tests:
- interval: 1m
  input_series: [{series: m, values: \"1 2\\n n 3 4\"}]
  promql_expr_test:
  - {expr: m, eval_time: 3m, exp_samples: [{labels: m, value: 2}]}
  - {expr: n, eval_time: 1m, exp_samples: [{labels: n, value: 4}]}
",
        passes: true,
    },
];

#[test]
fn every_corner_is_judged_like_promtool() {
    let has_promtool = common::has_promtool();
    let mut wrong = Vec::new();
    for (number, case) in CASES.iter().enumerate() {
        let folder = folder(number);
        fs::create_dir_all(&folder).unwrap();
        let indented = case.rules.replace('\n', "\n  ");
        let rules = format!("groups:\n- name: g\n  rules:{indented}\n");
        fs::write(folder.join("rules.yml"), rules).unwrap();
        let head = "rule_files: [rules.yml]\nevaluation_interval: 1m";
        let fixture = folder.join("test.yml");
        fs::write(&fixture, format!("{head}{}", case.fixture)).unwrap();
        let ours = passes(&fixture);
        if ours.is_empty() != case.passes {
            wrong.push(format!("{}: we say {ours:?}", case.name));
        }
        if has_promtool {
            let output = Command::new("promtool")
                .args(["test", "rules"])
                .arg(&fixture)
                .output()
                .unwrap();
            if output.status.success() != case.passes {
                let text = String::from_utf8_lossy(&output.stderr).into_owned();
                wrong.push(format!("{}: promtool says {text}", case.name));
            }
        }
        fs::remove_dir_all(&folder).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn folder(number: usize) -> PathBuf {
    let process = std::process::id();
    std::env::temp_dir().join(format!("rulecheck-fixtures-{process}-{number}"))
}

/// What fails, in words; empty when the fixture passes.
fn passes(fixture: &std::path::Path) -> Vec<String> {
    let report = common::run_fixture(fixture, common::promtool_target());
    let problems = report.files[0]
        .problems
        .iter()
        .map(|problem| problem.message.clone());
    let failures = report.files[0]
        .tests
        .iter()
        .flat_map(|test| &test.failures)
        .map(|failure| {
            format!(
                "{} {:?} {:?}",
                failure.message, failure.expected, failure.got
            )
        });
    problems.chain(failures).collect()
}
