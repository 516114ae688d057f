//! What `rulecheck test` takes as fixtures and rule files: globs, Kubernetes objects, standard input and pipes; and what
//! promtool takes of it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use common::Folder;

const RULES: &str =
    "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n";

const OBJECT: &str = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n  groups:\n    - name: a\n      rules:\n        - alert: Down\n          expr: up == 0\n";

/// A fixture that passes with the rules above and fails without them.
fn fixture(rule_files: &str) -> String {
    format!(
        "rule_files: [{rule_files}]\ntests:\n  - interval: 1m\n    input_series: [{{series: up, values: 1 0}}]\n    alert_rule_test:\n      - {{eval_time: 1m, alertname: Down, exp_alerts: [{{}}]}}\n"
    )
}

struct Outcome {
    code: i32,
    out: String,
    err: String,
}

/// Runs a program with some text on its standard input.
fn run(program: &str, folder: &Path, arguments: &[&str], input: &str) -> Outcome {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who reads no standard input may be gone by now.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Outcome {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn rulecheck(folder: &Folder, arguments: &[&str], input: &str) -> Outcome {
    let program = env!("CARGO_BIN_EXE_rulecheck");
    run(program, folder.path(), arguments, input)
}

/// The exit code of `rulecheck promtool test rules`, which must be that of promtool where it is installed.
fn as_promtool(folder: &Folder, fixture: &str) -> i32 {
    let ours = rulecheck(folder, &["promtool", "test", "rules", fixture], "").code;
    if common::has_promtool() {
        let theirs = run("promtool", folder.path(), &["test", "rules", fixture], "");
        assert_eq!(ours, theirs.code, "{}", theirs.err);
    }
    ours
}

#[test]
fn two_stars_are_any_depth() {
    let folder = Folder::new("inputs-globs");
    folder.write("rules/x/y/a.yml", RULES);
    folder.write("tests/a.yaml", &fixture("'../rules/**/*.yml'"));
    folder.write("tests/x/y/b.yaml", &fixture("'../../../rules/**'"));
    folder.write("tests/other.yaml", "a: 1\n");
    let Outcome { code, out, err } = rulecheck(&folder, &["test", "tests/**/*.yaml"], "");
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("2 tests in 2 fixtures: all passed"), "{out}");
    assert!(out.contains("to promtool `**` is one folder"), "{out}");
    // To promtool the rules are one folder too deep.
    assert_eq!(as_promtool(&folder, "tests/a.yaml"), 1);
    folder.write("rules/x/a.yml", RULES);
    assert_eq!(as_promtool(&folder, "tests/a.yaml"), 0);
}

#[test]
fn globs_that_match_nothing_are_told() {
    let folder = Folder::with("inputs-nothing", &[("a.yaml", "a: 1\n")]);
    let Outcome { code, err, .. } = rulecheck(&folder, &["test", "tests/**/*.yaml"], "");
    assert_eq!(code, 2);
    assert!(
        err.contains("tests/**/*.yaml") && err.contains("no file matches"),
        "{err}"
    );
    let Outcome { code, err, .. } = rulecheck(&folder, &["test", "*.yaml"], "");
    assert_eq!(code, 2);
    assert!(err.contains("no fixtures found"), "{err}");
    let Outcome { code, err, .. } = rulecheck(&folder, &["test", "[.yaml"], "");
    assert_eq!(code, 2);
    assert!(err.contains("is no glob"), "{err}");
}

#[test]
fn kubernetes_objects_hold_rules_for_us_and_not_for_promtool() {
    let folder = Folder::new("inputs-object");
    folder.write("rules.yml", OBJECT);
    folder.write("a.yaml", &fixture("rules.yml"));
    let Outcome { code, out, .. } = rulecheck(&folder, &["test", "a.yaml"], "");
    assert_eq!(code, 0, "{out}");
    assert_eq!(as_promtool(&folder, "a.yaml"), 1);
}

#[test]
fn files_of_another_kind_are_no_rule_files() {
    let folder = Folder::new("inputs-kind");
    folder.write(
        "rules.yml",
        "route: {receiver: a}\nreceivers: [{name: a}]\n",
    );
    folder.write(
        "a.yaml",
        "rule_files: [rules.yml]\ntests:\n  - input_series: []\n",
    );
    let Outcome { code, out, .. } = rulecheck(&folder, &["test", "a.yaml"], "");
    assert_eq!(code, 1);
    assert!(
        out.contains("this is no rule file") && out.contains("[rules.yml:1:1]"),
        "{out}"
    );
    assert_eq!(as_promtool(&folder, "a.yaml"), 1);
}

#[test]
fn a_fixture_may_come_from_standard_input() {
    let folder = Folder::with("inputs-stdin", &[("rules.yml", RULES)]);
    let fixture = fixture("rules.yml");
    let Outcome { code, out, .. } = rulecheck(&folder, &["test", "-"], &fixture);
    assert_eq!(code, 0, "{out}");
    assert!(out.starts_with("ok    <stdin>  1 test"), "{out}");
    // Its rule files are beside the file that it is said to be.
    let named = ["test", "-", "--stdin-filename", "tests/new.yaml"];
    let Outcome { code, out, .. } = rulecheck(&folder, &named, &fixture);
    assert_eq!(code, 1);
    assert!(out.contains("no rule file matches `rules.yml`"), "{out}");
    assert!(out.contains("[tests/new.yaml:1:14]"), "{out}");
    folder.write("tests/rules.yml", RULES);
    assert_eq!(rulecheck(&folder, &named, &fixture).code, 0);
    // With others.
    folder.write("other.yaml", &fixture);
    let both = rulecheck(&folder, &["test", "-", "other.yaml"], &fixture);
    assert!(both.out.contains("2 tests in 2 fixtures: all passed"));
}

#[test]
fn what_is_no_fixture_on_standard_input_is_refused() {
    let folder = Folder::new("inputs-unfit");
    let Outcome { code, err, .. } = rulecheck(&folder, &["test", "-"], RULES);
    assert_eq!((code, err.contains("<stdin> is no fixture")), (2, true));
}

#[cfg(unix)]
#[test]
fn pipes_are_fixtures_and_rule_files() {
    let folder = Folder::with("inputs-pipes", &[("rules.yml", RULES)]);
    // The rule files of a fixture in a pipe are relative to the current folder.
    let piped = rulecheck(&folder, &["test", "/dev/stdin"], &fixture("rules.yml"));
    assert_eq!(piped.code, 0, "{}{}", piped.out, piped.err);
    // A pipe can be read once only; both fixtures have its rules.
    folder.write("a.yaml", &fixture("/dev/stdin"));
    folder.write("b.yaml", &fixture("/dev/stdin"));
    let both = rulecheck(&folder, &["test", "a.yaml", "b.yaml"], RULES);
    assert_eq!(both.code, 0, "{}{}", both.out, both.err);
    assert!(both.out.contains("2 tests in 2 fixtures: all passed"));
    let wrong = rulecheck(&folder, &["test", "a.yaml"], "groups: [{}]\n");
    assert_eq!(wrong.code, 1, "what the pipe holds is judged");
    // A check does not wait for what somebody may type.
    let checked = rulecheck(&folder, &["check", "a.yaml"], "");
    assert_eq!(checked.out, "1 file checked: no findings\n");
}
