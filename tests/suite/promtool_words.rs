//! Files that are refused: `rulecheck promtool` and promtool 2.42 tell it in the same words, on the same streams.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic and says what it measures"
)]

use crate::common;

/// Rule files. No rule has two bad labels or annotations: their order is chance in promtool.
const RULES: &[(&str, &str)] = &[
    (
        "names",
        "groups:\n- name:\n  rules: []\n- name: g\n- name: g\n",
    ),
    (
        "records",
        "groups:
- name: g
  rules:
  - record: \"a b\"
    expr: |  # two lines
      up +
       foo(1)
    for: 5m
    keep_firing_for: 5m
    labels: {a-b: c}
    annotations: {q-r: z}
  - {record: '', expr: up}
  - {alert: '', expr: ''}
  - {expr: up}
  - {record: a}
",
    ),
    (
        "alerts",
        "groups:
- name: \"g \\\" ä\"
  rules:
  - alert: x
    expr: >-
      sum(
    labels: {__name__: x}
    annotations: {r: '{{ .x'}
  - {alert: y, expr: 'rate(up)', labels: {c: '{{ $x }}'}, annotations: {b: '{{ end }}'}}
  - {alert: z, expr: 'up{a=~\"(\"}', annotations: {b: \"line\\n{{ foo }}\"}}
",
    ),
    (
        "duration",
        "groups:\n- name: g\n  interval: abc\n  foo: 1\n",
    ),
    (
        "empty duration",
        "groups:\n- name: g\n  rules: [{alert: a, expr: up, for: ''}]\n",
    ),
    (
        "keys",
        "x: 1
groups:
- name: g
  limit: x
  foo: 1
  query_offset: 1m
  rules:
  - {alert: a, expr: up, severity: page}
  - 7
  - {alert: a, expr: up, labels: [a]}
  - {alert: a, alert: b, expr: up}
",
    ),
    ("syntax", "groups:\n- name: g\n   rules: [\n"),
    ("fixture", "rule_files: []\ntests: []\n"),
];

const FIXTURES: &[(&str, &str)] = &[
    (
        "keys",
        "foo: 1
tests:
- name: a
  name: b
  input_series: x
  external_labels: [a]
  promql_expr_test: [{expr: up, eval_time: 1m, exp_samples: [{value: a, values: 3}]}, 5]
  alert_rule_test:
  - {eval_time: 1m, alertname: x, exp_alerts: [{exp_labels: {a: [a]}, labels: {}}]}
",
    ),
    ("duration", "evaluation_interval: xx\ntests: [{foo: 1}]\n"),
    (
        "series",
        "rule_files: [nowhere.yml]
tests:
- {input_series: [{series: 'up{', values: 1}]}
- {input_series: [{series: up, values: '1'}, {series: 'up{a=\"ä\"}', values: '1 a'}]}
- promql_expr_test:
  - {expr: 'up{', eval_time: 1m}
  - {expr: up, eval_time: 1m, exp_samples: [{labels: 'x{'}]}
",
    ),
    ("order", "group_eval_order: [a, b, a]\ntests: [{name: a}]\n"),
    (
        "nameless alert",
        "tests: [{name: t, alert_rule_test: [{eval_time: 90s}]}]\n",
    ),
    (
        "rules",
        "rule_files: [bad.yml]\ntests: [{name: t}, {name: u}]\n",
    ),
    // Without an interval all samples are at the start, and the first stays.
    (
        "interval",
        "tests:
- input_series: [{series: up, values: '3 1 2'}]
  promql_expr_test: [{expr: up, eval_time: 1m, exp_samples: [{labels: up, value: 3}]}]
",
    ),
];

#[test]
fn refused_rule_files_are_told_alike() {
    if !common::has_promtool() {
        return;
    }
    for (name, text) in RULES {
        let folder = common::Folder::with("words-rules", &[("r.yml", text)]);
        eprintln!("{name}");
        common::assert_alike(folder.path(), &["check", "rules", "r.yml"], "");
    }
}

#[test]
fn refused_fixtures_are_told_alike() {
    if !common::has_promtool() {
        return;
    }
    for (name, text) in FIXTURES {
        let bad = "groups: [{name: g, rules: [{alert: a, expr: up up}]}]\n";
        let folder = common::Folder::with("words-tests", &[("t.yml", text), ("bad.yml", bad)]);
        eprintln!("{name}");
        common::assert_alike(folder.path(), &["test", "rules", "t.yml"], "");
    }
}

#[test]
fn unknown_keys_are_passed_over_on_demand() {
    let rules = "groups: [{name: g, owner: me, rules: [{alert: a, expr: up, team: b}]}]\n";
    let tests = "rule_files: [r.yml]\ntests: [{name: t}]\n";
    let strict = "rule_files: [r.yml]\nowner: me\n";
    let files = [("r.yml", rules), ("t.yml", tests), ("s.yml", strict)];
    let folder = common::Folder::with("words-lenient", &files);
    let code = |arguments: &[&str]| {
        let output = common::as_promtool(folder.path(), arguments, "");
        output.status.code().unwrap()
    };
    let lenient = "--ignore-unknown-fields";
    assert_eq!(code(&["check", "rules", "r.yml"]), 1);
    assert_eq!(code(&["check", "rules", lenient, "r.yml"]), 0);
    assert_eq!(code(&["test", "rules", "t.yml"]), 1);
    assert_eq!(code(&["test", "rules", lenient, "t.yml"]), 0);
    assert_eq!(code(&["test", "rules", lenient, "s.yml"]), 1, "a fixture");
}

/// The words about refused files of the corpus: rule files, with `RULECHECK_FULL` fixtures too. Where promtool walks a map, its order is chance.
#[test]
fn refused_files_of_the_corpus_are_told_alike() {
    let Some(corpus) = common::corpus().filter(|_| common::has_promtool()) else {
        return;
    };
    let full = std::env::var_os("RULECHECK_FULL").is_some();
    let (mut refused, mut alike) = (0, 0);
    for row in common::rows(&corpus) {
        let command = match row.kind.as_str() {
            "rules" | "unit-rules" if row.exit == "1" => "check",
            // promtool takes a minute for these.
            "unit" if row.exit == "1" && full => "test",
            _ => continue,
        };
        let arguments = [command, "rules", &row.path];
        let theirs = std::process::Command::new("promtool")
            .args(arguments)
            .current_dir(&corpus)
            .output()
            .unwrap();
        let ours = common::as_promtool(&corpus, &arguments, "");
        refused += 1;
        if (ours.stdout, ours.stderr) == (theirs.stdout, theirs.stderr) {
            alike += 1;
        } else {
            eprintln!("other words: {}", row.path);
        }
    }
    eprintln!("{alike} of {refused} in the same words");
    assert!(refused >= 30 && alike * 20 > refused * 17);
}
