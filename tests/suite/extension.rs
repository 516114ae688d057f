//! The key `rulecheck` of fixtures: what promtool's format cannot say.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use std::process::Command;

use rulecheck::harness::TestReport;
use rulecheck::target::Target;

const RULES: &str = "groups:
- name: g
  rules:
  - alert: Down
    expr: up == 0
    labels: {severity: page, team: '{{ $labels.team }}'}
    annotations: {summary: '{{ $labels.instance }} is down', runbook: 'https://example.org/down'}
  - alert: Late
    expr: up == 0
    for: 5m
  - record: half
    expr: histogram_quantile(1.5, sum by (le) (size_bucket))
";

/// The parts of a fixture around the test in question; `a` and `b` are down from the start.
fn fixture(file: &str, test: &str, assertion: &str) -> String {
    format!(
        "rule_files: [rules.yml]\n{file}tests:\n- interval: 1m\n{test}  input_series:\n  - {{series: 'up{{instance=\"a\"}}', values: '0x20'}}\n  - {{series: 'up{{instance=\"b\"}}', values: '0x20'}}\n  - {{series: 'x', values: '0.1x20'}}\n  - {{series: 'lost', values: 'NaN NaN NaN NaN'}}\n  - {{series: 'queue', values: '0+1x20'}}\n{assertion}"
    )
}

fn alert_test(keys: &str, alerts: &str) -> String {
    format!("  alert_rule_test:\n  - eval_time: 2m\n{keys}    exp_alerts:\n{alerts}")
}

fn expr_test(expr: &str, keys: &str, samples: &str) -> String {
    format!(
        "  promql_expr_test:\n  - expr: '{expr}'\n    eval_time: 2m\n{keys}    exp_samples: {samples}\n"
    )
}

fn run(name: &str, text: &str) -> TestReport {
    let folder = common::Folder::with(name, &[("rules.yml", RULES), ("test.yml", text)]);
    common::run_fixture(&folder.path().join("test.yml"), Target::default())
}

/// The messages of all that is wrong.
fn wrong(name: &str, text: &str) -> Vec<String> {
    let report = run(name, text);
    let file = &report.files[0];
    let problems = file.problems.iter().map(|problem| problem.message.clone());
    let failures = file.tests.iter().flat_map(|test| &test.failures);
    problems
        .chain(failures.map(|failure| failure.message.clone()))
        .collect()
}

const BOTH: &str = "    - {exp_labels: {instance: b}}\n    - {exp_labels: {instance: a}}\n";

#[test]
fn a_subset_leaves_other_labels_and_annotations_open() {
    let down = |keys: &str, alerts: &str| {
        fixture(
            "",
            "",
            &alert_test(&format!("    alertname: Down\n{keys}"), alerts),
        )
    };
    let subset = "    rulecheck: {compare: subset}\n";
    assert!(wrong("subset", &down(subset, BOTH)).is_empty());
    assert_eq!(wrong("exact", &down("", BOTH)).len(), 1);
    // The number of alerts still counts, and so does what is listed.
    let one = "    - {exp_labels: {instance: a}}\n";
    assert_eq!(
        wrong("subset-one", &down(subset, one)),
        ["expected 1 firing alert, got 2"]
    );
    let other = "    - {exp_labels: {instance: a}}\n    - {exp_labels: {instance: c}}\n";
    assert_eq!(
        wrong("subset-other", &down(subset, other)),
        ["1 of 2 firing alerts differs only in label `instance`"]
    );
    // It may stand in the file and in the test group; the assertion has the last word.
    let in_file = fixture(
        "rulecheck: {compare: subset}\n",
        "",
        &alert_test("    alertname: Down\n", BOTH),
    );
    assert!(wrong("subset-file", &in_file).is_empty());
    let overruled = fixture(
        "rulecheck: {compare: subset}\n",
        "  rulecheck: {compare: subset}\n",
        &alert_test(
            "    alertname: Down\n    rulecheck: {compare: exact}\n",
            BOTH,
        ),
    );
    assert_eq!(wrong("subset-overruled", &overruled).len(), 1);
}

#[test]
fn labels_and_annotations_may_have_conditions() {
    let with = |name: &str, conditions: &str| {
        let keys = format!("    alertname: Down\n    rulecheck: {{{conditions}}}\n");
        let alerts = "    - {exp_labels: {severity: page}}\n    - {exp_labels: {severity: page}}\n";
        wrong(name, &fixture("", "", &alert_test(&keys, alerts)))
    };
    let annotations = "annotations: {summary: {regex: '. is down'}, runbook: present}";
    assert!(
        with(
            "conditions",
            &format!("labels: {{instance: present, job: absent}}, {annotations}")
        )
        .is_empty()
    );
    // A regular expression matches the whole text.
    assert_eq!(
        with(
            "part",
            &format!("labels: {{instance: {{regex: 'x|b'}}}}, {annotations}")
        ),
        ["1 of 2 firing alerts differs only in label `instance`"]
    );
    assert_eq!(
        with(
            "absent",
            &format!("labels: {{instance: present, team: present}}, {annotations}")
        ),
        ["all 2 firing alerts differ only in label `team`"]
    );
}

#[test]
fn pending_alerts_can_be_expected() {
    let late = |state: &str, alerts: &str| {
        let keys = format!("    alertname: Late\n    rulecheck: {{state: {state}}}\n");
        fixture("", "", &alert_test(&keys, alerts))
    };
    assert!(wrong("pending", &late("pending", BOTH)).is_empty());
    assert_eq!(
        wrong("not-firing", &late("firing", BOTH)),
        ["expected 2 firing alerts, got none"]
    );
    let down = fixture(
        "",
        "",
        &alert_test(
            "    alertname: Down\n    rulecheck: {state: pending, compare: subset}\n",
            BOTH,
        ),
    );
    assert_eq!(
        wrong("not-pending", &down),
        ["expected 2 pending alerts, got none"]
    );
}

#[test]
fn nothing_else_may_be_said_to_fire() {
    let late = alert_test(
        "    alertname: Late\n    rulecheck: {nothing_else_fires: true}\n",
        "    []\n",
    );
    let late = late.replace("exp_alerts:\n    []", "exp_alerts: []");
    assert_eq!(
        wrong("else", &fixture("", "", &late)),
        ["nothing else should fire here"]
    );
    let both = format!(
        "{}  - {{eval_time: 2m, alertname: Late}}\n",
        alert_test(
            "    alertname: Down\n    rulecheck: {compare: subset, nothing_else_fires: true}\n",
            BOTH
        )
    );
    assert!(wrong("else-asserted", &fixture("", "", &both)).is_empty());
    let without_alerts = fixture(
        "",
        "  rulecheck: {nothing_else_fires: true}\n",
        &expr_test("x", "", "[{labels: x, value: 0.1}]"),
    );
    assert_eq!(
        wrong("else-end", &without_alerts),
        ["nothing else should fire here"]
    );
}

#[test]
fn values_may_have_a_tolerance_and_nan_may_be_nan() {
    let x = |keys: &str, value: &str| {
        let samples = format!("[{{labels: x, value: {value}}}]");
        fixture("", "", &expr_test("x", keys, &samples))
    };
    // 0.1 and 0.101 differ by 0.001, which is 0.99 % of the greater.
    assert_eq!(
        wrong("no-tolerance", &x("", "0.101")),
        ["the sample differs only in the value"]
    );
    assert!(
        wrong(
            "relative",
            &x("    rulecheck: {tolerance: 0.01}\n", "0.101")
        )
        .is_empty()
    );
    assert_eq!(
        wrong(
            "too-far",
            &x("    rulecheck: {tolerance: 0.009}\n", "0.101")
        )
        .len(),
        1
    );
    assert!(
        wrong(
            "absolute",
            &x("    rulecheck: {tolerance: {absolute: 0.0011}}\n", "0.101")
        )
        .is_empty()
    );
    assert_eq!(
        wrong("infinite", &x("    rulecheck: {tolerance: 1}\n", ".inf")).len(),
        1
    );
    let nan = |keys: &str| {
        fixture(
            "",
            "",
            &expr_test("lost", keys, "[{labels: lost, value: .nan}]"),
        )
    };
    assert_eq!(wrong("nan", &nan("")).len(), 1);
    assert!(wrong("nan-equal", &nan("    rulecheck: {nan_equals_nan: true}\n")).is_empty());
    let subset = "    rulecheck: {compare: subset}\n";
    let up = fixture(
        "",
        "",
        &expr_test(
            "up",
            subset,
            "[{labels: up, value: 0}, {labels: \"{instance=\\\"b\\\"}\", value: 0}]",
        ),
    );
    assert!(wrong("samples-subset", &up).is_empty());
}

#[test]
fn remarks_of_prometheus_can_be_expected_and_forbidden() {
    let rate = |keys: &str| {
        let samples = "[{value: 0}]";
        fixture("", "", &expr_test("rate(queue[5m]) * 0", keys, samples))
    };
    // `queue` has no name of a counter, which is an info.
    assert!(wrong("remark", &rate("")).is_empty());
    assert!(
        wrong(
            "remark-expected",
            &rate("    rulecheck: {infos: ['not be a counter']}\n")
        )
        .is_empty()
    );
    let forbidden = wrong("remark-forbidden", &rate("    rulecheck: {infos: []}\n"));
    assert!(
        forbidden.len() == 1
            && forbidden[0]
                .starts_with("unexpected info: PromQL info: metric might not be a counter"),
        "{forbidden:?}"
    );
    assert_eq!(
        wrong(
            "remark-missing",
            &rate("    rulecheck: {infos: [counter], warnings: [nothing]}\n")
        ),
        ["no warning matches `nothing`"]
    );
    // In a test group the rules are meant too.
    let buckets = fixture(
        "",
        "  rulecheck: {warnings: []}\n",
        "  - {series: 'size_bucket{le=\"1\"}', values: '1x20'}\n  - {series: 'size_bucket{le=\"+Inf\"}', values: '1x20'}\n  alert_rule_test:\n  - {eval_time: 2m, alertname: None}\n",
    );
    let forbidden = wrong("remark-rule", &buckets);
    assert!(
        forbidden.len() == 1 && forbidden[0].contains("quantile value should be between 0 and 1"),
        "{forbidden:?}"
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    let text = "tests:\n- rulecheck: {compare: roughly, state: pending, tolerance: -1}\n  alert_rule_test:\n  - {alertname: A, rulecheck: {labels: {a: b, c: {regex: '('}, d: {regexp: x}}}}\n";
    let report = run("refused", text);
    let problems = &report.files[0].problems;
    let told: Vec<String> = problems
        .iter()
        .map(|problem| {
            let at = problem
                .location
                .file
                .line_column(problem.location.span.start as usize);
            format!("{}:{} {}", at.line, at.column, problem.message)
        })
        .collect();
    let starts = [
        "2:24 `compare` must be `exact` or `subset`, not `roughly`",
        "2:33 unknown key `state`",
        "2:60 a tolerance cannot be negative",
        "4:44 `b` is no condition",
        "4:58 error parsing regexp",
        "4:68 unknown key `regexp`",
    ];
    assert_eq!(told.len(), starts.len(), "{told:#?}");
    for (told, start) in told.iter().zip(starts) {
        assert!(told.starts_with(start), "{told} is not {start}");
    }
}

/// promtool refuses the key, and so does the form that takes its place; without the key the file is promtool's.
#[test]
fn in_promtools_place_the_key_is_refused() {
    let passing = fixture(
        "",
        "",
        "  alert_rule_test:\n  - {eval_time: 2m, alertname: Late}\n",
    );
    let with_key = passing.replace("tests:\n", "rulecheck: {compare: exact}\ntests:\n");
    let files = [
        ("rules.yml", RULES),
        ("passing.yml", passing.as_str()),
        ("key.yml", with_key.as_str()),
    ];
    let folder = common::Folder::with("promtool", &files);
    let code = |program: &str, before: &[&str], file: &str| {
        let mut command = Command::new(program);
        command.args(before).args(["test", "rules", file]);
        let output = command.current_dir(folder.path()).output().unwrap();
        output.status.code().unwrap()
    };
    let ours = env!("CARGO_BIN_EXE_rulecheck");
    assert_eq!(code(ours, &["promtool"], "passing.yml"), 0);
    assert_eq!(code(ours, &["promtool"], "key.yml"), 1);
    if common::has_promtool() {
        assert_eq!(code("promtool", &[], "passing.yml"), 0);
        assert_eq!(code("promtool", &[], "key.yml"), 1);
    }
}
