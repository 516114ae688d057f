//! `rulecheck promtool` in promtool's place: the same exit codes, and the same words on the same streams.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic and says what it measures"
)]

use crate::common;

use std::process::Command;

const RULES: &str = "groups:
- name: g
  rules:
  - alert: Down
    expr: up == 0
    annotations: {s: \"a\\nb {{ $value }}\"}
";

const DUPLICATES: &str = "groups:
- name: g
  rules:
  - {record: a, expr: up == 0}
  - {record: a, expr: up == 1}
  - {record: b, expr: up == 1}
  - {alert: x, expr: up == 1, labels: {s: p, r: q}}
  - {alert: x, expr: up == 2, labels: {s: p, r: q}}
";

const FAILING: &str = "rule_files: [rules.yml]
tests:
- name: first
  interval: 1m
  input_series:
  - {series: 'up{job=\"a\"}', values: '0x20'}
  alert_rule_test:
  - {eval_time: 90s, alertname: Down, exp_alerts: []}
  - {eval_time: 5m, alertname: Down, exp_alerts: [{exp_labels: {job: b}, exp_annotations: {s: \"q\\\"x\\ny\"}}, {}]}
  - {eval_time: 6m, alertname: Nope, exp_alerts: [{exp_labels: {job: b}}]}
  promql_expr_test:
  - {expr: 'up == 0', eval_time: 1m}
  - {expr: 'sum(up) + 1234567 / 3', eval_time: 1m, exp_samples: [{value: 1.5e9}, {labels: 'x{a=\"b\"}', value: -.inf}]}
- interval: 1m
  input_series:
  - {series: 'up{job=\"a\"}', values: '1x20'}
  alert_rule_test:
  - {eval_time: 5m, alertname: Down, exp_alerts: [{exp_labels: {job: b}}]}
";

const PASSING: &str = "rule_files: [rules.yml]
tests:
- interval: 1m
  input_series:
  - {series: 'up{job=\"a\"}', values: '1x20'}
  alert_rule_test:
  - {eval_time: 5m, alertname: Down, exp_alerts: []}
";

fn folder(name: &str) -> common::Folder {
    common::Folder::with(
        name,
        &[
            ("rules.yml", RULES),
            ("duplicates.yml", DUPLICATES),
            ("failing.yml", FAILING),
            ("passing.yml", PASSING),
        ],
    )
}

#[test]
fn the_words_are_promtools_on_the_same_streams() {
    if !common::has_promtool() {
        return;
    }
    let folder = folder("drop-in");
    let cases: &[&[&str]] = &[
        &["check", "rules", "rules.yml", "duplicates.yml"],
        &["check", "rules", "--lint=none", "duplicates.yml"],
        &[
            "check",
            "rules",
            "--lint=all",
            "--lint-fatal",
            "duplicates.yml",
        ],
        &["check", "rules", "rules.yml", "missing.yml"],
        &["test", "rules", "passing.yml"],
        &["test", "rules", "passing.yml", "failing.yml"],
        &["test", "rules", "missing.yml"],
        &["--enable-feature=nonsense", "check", "rules", "rules.yml"],
    ];
    for arguments in cases {
        common::assert_alike(folder.path(), arguments, "");
    }
}

#[test]
fn exit_codes_need_no_promtool() {
    let folder = folder("drop-in-codes");
    let code = |arguments: &[&str]| {
        common::as_promtool(folder.path(), arguments, "")
            .status
            .code()
            .unwrap()
    };
    assert_eq!(code(&["check", "rules", "rules.yml"]), 0);
    assert_eq!(code(&["check", "rules", "duplicates.yml"]), 0);
    assert_eq!(
        code(&["check", "rules", "--lint-fatal", "duplicates.yml"]),
        3
    );
    assert_eq!(code(&["check", "rules", "failing.yml"]), 1, "a fixture");
    assert_eq!(code(&["test", "rules", "passing.yml"]), 0);
    assert_eq!(code(&["test", "rules", "failing.yml"]), 1);
    assert_eq!(
        code(&["test", "rules", "--run", "second", "failing.yml"]),
        0
    );
    assert_eq!(code(&["test", "rules", "rules.yml"]), 1, "a rule file");
    assert_eq!(code(&["test", "rules"]), 1, "no argument");
    assert_eq!(code(&["test", "rules", "--nonsense", "passing.yml"]), 1);
    assert_eq!(code(&["test", "rules", "--help"]), 0);
}

#[cfg(unix)]
#[test]
fn a_link_named_promtool_is_promtool() {
    let folder = folder("drop-in-link");
    let link = folder.path().join("promtool");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_rulecheck"), &link).unwrap();
    let output = Command::new(&link)
        .args(["check", "rules", "rules.yml"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text, "Checking rules.yml\n  SUCCESS: 1 rules found\n\n");
}

/// Every tenth file, all of them with `RULECHECK_FULL`. Kubernetes objects are left out: promtool read what is in them.
#[test]
fn files_of_others_get_promtools_exit_code() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let every = if std::env::var_os("RULECHECK_FULL").is_some() {
        1
    } else {
        10
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    for row in common::rows(&corpus) {
        let command = match row.kind.as_str() {
            "rules" | "unit-rules" => "check",
            "unit" => "test",
            _ => continue,
        };
        count += 1;
        if count % every != 0 {
            continue;
        }
        let code = common::as_promtool(&corpus, &[command, "rules", &row.path], "")
            .status
            .code();
        if code.map(|code| code.to_string()) != Some(row.exit) {
            wrong.push(format!("{} {code:?}", row.path));
        }
    }
    assert!(count > 700, "{count} files");
    eprintln!(
        "{} of {}: promtool's exit code",
        count / every - wrong.len(),
        count / every
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
