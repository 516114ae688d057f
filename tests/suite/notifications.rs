//! Expectations about routes and notifications in fixtures. The times follow from `for`, the group's waits and intervals.
#![allow(clippy::unwrap_used)]

use crate::common;

use common::{Folder, rulecheck};

const RULES: &str = "\
groups:
  - name: disk
    rules:
      - alert: DiskFull
        expr: disk_used_ratio > 0.95
        for: 2m
        labels: {severity: critical}
      - alert: DiskFilling
        expr: disk_used_ratio > 0.9
        labels: {severity: warning}
";

const ALERTMANAGER: &str = "\
route:
  receiver: default
  group_by: [alertname]
  group_wait: 10s
  group_interval: 1m
  routes:
    - {matchers: ['severity=\"critical\"'], receiver: pager}
    - {matchers: ['severity=\"info\"'], receiver: default, mute_time_intervals: [nights], continue: true}
    - {matchers: ['severity=\"info\"'], receiver: default, active_time_intervals: [days]}
receivers:
  - name: default
    slack_configs: [{api_url: 'https://hooks.example.org/x', channel: '#ops', send_resolved: true}]
  - name: pager
    webhook_configs: [{url: 'https://pager.example.org/'}]
inhibit_rules:
  - source_matchers: ['severity=\"critical\"']
    target_matchers: ['severity=\"warning\"']
    equal: [instance]
time_intervals:
  - {name: nights, time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]}
  - {name: days, time_intervals: [{times: [{start_time: '06:00', end_time: '24:00'}]}]}
";

/// The disk is filling from the start, full from 4m to 14m, and emptied then.
const SERIES: &str = "  - name: disk
    interval: 1m
    input_series:
      - series: disk_used_ratio{instance=\"a\"}
        values: 0.92x3 0.97x9 0.5x10
";

/// Runs a fixture with these keys under `rulecheck:` of the file and of its test.
fn run(name: &str, of_file: &str, of_test: &str) -> (i32, String) {
    let indented = |text: &str, by: &str| -> String {
        let lines = text.lines();
        lines.map(|line| format!("{by}{line}\n")).collect()
    };
    let fixture = format!(
        "rule_files: [rules.yml]\nrulecheck:\n  alertmanager: alertmanager.yml\n{}tests:\n{SERIES}    rulecheck:\n      notifications:\n{}",
        indented(of_file, "  "),
        indented(of_test, "        ")
    );
    let folder = Folder::with(
        name,
        &[
            ("rules.yml", RULES),
            ("alertmanager.yml", ALERTMANAGER),
            ("disk_test.yaml", &fixture),
        ],
    );
    let (code, out, errors) = rulecheck(folder.path(), &["test", "disk_test.yaml"]);
    assert_eq!(errors, "");
    (code, out)
}

#[test]
fn what_is_sent_when_can_be_asserted() {
    // The full disk fires at 6m, two minutes after it became full; its group waits for 10 s.
    let (code, out) = run(
        "notifications-good",
        "routes:\n- {labels: {severity: critical}, receivers: pager}\n- {labels: {severity: info}, receivers: [default, default]}\n- {receivers: default}",
        "\
- {at: 10s, receiver: default, integration: slack, status: firing, alerts: [{alertname: DiskFilling, instance: a}]}
- {at: 6m10s, receiver: pager, alerts: [{alertname: DiskFull}], status: firing}
- {at: 6m10s, alert: {alertname: DiskFilling}, inhibited_by: {alertname: DiskFull}}
- {by: 15m, receiver: pager, status: resolved, alerts: [{alertname: DiskFull}]}
- nothing_sent: {from: 11s, until: 6m10s, receiver: default}
- nothing_sent: {until: 20m, receiver: pager, alert: {alertname: DiskFilling}}
",
    );
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("2 tests, 9 assertions"), "{out}");
}

#[test]
fn what_is_not_so_is_told_with_what_happens_instead() {
    let (code, out) = run(
        "notifications-bad",
        "routes: [{labels: {severity: warning}, receivers: [pager]}]",
        "\
- {at: 5m10s, receiver: pager}
- {at: 6m10s, receiver: default}
- {at: 6m10s, receiver: pager, alerts: [{alertname: DiskFull, instance: b}]}
- {at: 6m10s, alert: {alertname: DiskFilling}, muted_by: nights}
- nothing_sent: {until: 1m}
",
    );
    assert_eq!(code, 1);
    for expected in [
        "{severity=\"warning\"} goes to `default`, and not to `pager`",
        "nothing is sent to `pager` at 5m10s",
        "nothing is sent to `default` at 6m10s",
        "another message is sent to `pager` at 6m10s",
        "-   instance=\"b\"",
        "+   instance=\"a\"",
        "the alert is not kept back by this at 6m10s",
        "something is sent to `default` at 10s",
        "kept back: inhibited by",
    ] {
        assert!(out.contains(expected), "{expected} is not in\n{out}");
    }
}

/// A test that starts at midnight is in the night for six hours.
#[test]
fn intervals_count_from_the_start_of_the_test() {
    let rules = "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: up == 0\n        labels: {severity: info}\n";
    let fixture = |start: &str, expected: &str| {
        format!(
            "rule_files: [rules.yml]\nrulecheck: {{alertmanager: alertmanager.yml}}\ntests:\n  - start_timestamp: {start}\n    input_series: [{{series: up, values: 0x10}}]\n    rulecheck:\n      notifications: [{expected}]\n"
        )
    };
    for (name, start, expected) in [
        (
            "night",
            "2024-05-03T00:00:00Z",
            "{at: 10s, alert: {alertname: A}, muted_by: nights}",
        ),
        (
            "inactive",
            "2024-05-03T05:00:00Z",
            "{at: 10s, alert: {alertname: A}, inactive: true}",
        ),
        (
            "day",
            "2024-05-03T12:00:00Z",
            "{at: 10s, receiver: default, alerts: [{alertname: A}]}",
        ),
    ] {
        let folder = Folder::with(
            &format!("notifications-{name}"),
            &[
                ("rules.yml", rules),
                ("alertmanager.yml", ALERTMANAGER),
                ("a_test.yaml", &fixture(start, expected)),
            ],
        );
        let (code, out, errors) = rulecheck(folder.path(), &["test", "a_test.yaml"]);
        assert_eq!((code, errors.as_str()), (0, ""), "{name}: {out}");
    }
}

#[test]
fn expectations_that_cannot_be_read_are_told_all_at_once() {
    let (code, out) = run(
        "notifications-wrong",
        "routes: [{labels: {severity: critical}}]",
        "\
- {receiver: pager}
- {at: 1m}
- {at: 1m, alert: {alertname: A}}
- {at: 1m, by: 2m, receiver: pager}
- nothing_sent: {receiver: pager}
- {at: 1m, receiver: pager, message: {text: {regex: '('}}}
- {at: 1m, receiver: pager, status: pending}
",
    );
    assert_eq!(code, 1);
    for expected in [
        "a test of routes needs `receivers`",
        "when? `at` is missing",
        "to whom? `receiver` is missing",
        "kept back, but not by what",
        "`at` and `by` do not go together",
        "`nothing_sent` needs `until`",
        "missing closing )",
        "`status` must be `firing` or `resolved`",
    ] {
        assert!(out.contains(expected), "{expected} is not in\n{out}");
    }
}

#[test]
fn without_a_configuration_there_is_a_way_out() {
    let folder = Folder::with(
        "notifications-none",
        &[
            ("rules.yml", RULES),
            (
                "a_test.yaml",
                "rule_files: [rules.yml]\nrulecheck:\n  routes: [{receivers: x}]\ntests: []\n",
            ),
        ],
    );
    let (code, out, _) = rulecheck(folder.path(), &["test", "a_test.yaml"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("there is no configuration of Alertmanager"),
        "{out}"
    );
    assert!(
        out.contains("name it under `rulecheck: alertmanager:`"),
        "{out}"
    );
}
