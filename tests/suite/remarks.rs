//! What Prometheus remarks about results reaches the report of a test: once, with its place and its first time.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use rulecheck::harness::{self, FileReport};
use rulecheck::report::json::{print, test_run};
use rulecheck::report::{Style, tests_text};
use rulecheck::target::Target;

const RULES: &str = "groups:
- name: g
  rules:
  - alert: Slow
    expr: |
      rate(queue_length[5m]) > 0
        and histogram_quantile(1.5, size_bucket) > 1
  - record: median
    expr: histogram_quantile(0.5, size_bucket)
  - record: median
    expr: histogram_quantile(-1, size_bucket)
    labels: {of: nothing}
";

const FIXTURE: &str = "rule_files: [rules.yml]
tests:
- interval: 1m
  input_series:
  - {series: queue_length, values: 0+1x20}
  - {series: 'size_bucket{le=\"1\"}', values: 1x5 5x20}
  - {series: 'size_bucket{le=\"2\"}', values: 3x20}
  - {series: 'size_bucket{le=\"+Inf\"}', values: 3.5x20}
  promql_expr_test:
  - {expr: 'sum(rate(queue_length[5m])) * 0', eval_time: 10m, exp_samples: [{value: 0}]}
";

fn report(name: &str) -> (common::Folder, harness::TestReport) {
    let folder = common::Folder::with(name, &[("rules.yml", RULES), ("test.yml", FIXTURE)]);
    let report = common::run_fixture(&folder.path().join("test.yml"), Target::default());
    (folder, report)
}

#[test]
fn each_remark_has_its_place_and_its_first_time() {
    let (_folder, report) = report("remarks");
    let [FileReport { tests, .. }] = report.files.as_slice() else {
        panic!("{report:?}");
    };
    assert!(report.passed(), "nothing fails by a remark");
    let remarks: Vec<String> = tests[0]
        .remarks
        .iter()
        .map(|remark| {
            let text = remark.location.file.slice(remark.location.span);
            format!("{} {text}: {}", remark.eval_time, remark.message)
        })
        .collect();
    let counter = "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"queue_length\"";
    // From the sixth minute on the second bucket has fewer than the first, and the last fewer too.
    let repair = "PromQL info: input to histogram_quantile needed to be fixed for monotonicity \
                  (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)\
                  , from buckets 2 to +Inf, with a max diff of 2, over 1 samples \
                  from 1970-01-01T00:06:00Z to 1970-01-01T00:06:00Z";
    let expected = [
        format!("1m queue_length[5m]: {counter}"),
        "0s 1.5: PromQL warning: quantile value should be between 0 and 1, got 1.5".to_owned(),
        format!("6m size_bucket: {repair}"),
        // The second of two rules with one name.
        "0s -1: PromQL warning: quantile value should be between 0 and 1, got -1".to_owned(),
        format!("10m queue_length[5m]: {counter}"),
    ];
    for wanted in &expected {
        assert!(remarks.contains(wanted), "{wanted}\n\n{remarks:#?}");
    }
    assert_eq!(remarks.len(), expected.len(), "{remarks:#?}");
}

#[test]
fn people_and_machines_see_them() {
    let (folder, report) = report("remarks-shown");
    let style = Style {
        color: false,
        width: 80,
    };
    let text = tests_text(&report, style, false);
    let rules = folder.path().join("rules.yml");
    let place = format!("{}:7:32", rules.display());
    for wanted in [
        "rule Slow at 0s",
        "quantile value should be between 0 and 1, got 1.5",
        &place,
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    let quiet = tests_text(&report, style, true);
    assert!(quiet.contains("PromQL warning") && !quiet.contains("PromQL info"));
    let json: serde_json::Value = serde_json::from_str(&print(&test_run(&report, None))).unwrap();
    let remark = &json["files"][0]["tests"][0]["remarks"][0];
    assert_eq!(remark["level"], "warning");
    assert_eq!(remark["rule"], "Slow");
    assert_eq!(remark["start"]["line"], 7);
    assert_eq!(remark["start"]["column"], 32);
}
