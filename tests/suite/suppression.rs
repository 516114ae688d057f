//! Directives: what they keep from being told, where this shows, and what is told of the directives themselves.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use std::path::Path;
use std::process::Command;

use common::Folder;
use serde_json::Value;

fn outcome(folder: &Path, arguments: &[&str], today: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    command.args(arguments).current_dir(folder);
    let output = command.env("RULECHECK_TODAY", today).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

/// `lint line` of the findings that are told, and of those that are suppressed.
fn found(folder: &Path, today: &str) -> (Vec<String>, Vec<String>) {
    let (_, out, complaint) = outcome(folder, &["check", "--format", "json"], today);
    let document: Value = serde_json::from_str(&out).expect(&complaint);
    let list = |key: &str| {
        let list = document[key].as_array().cloned().unwrap_or_default();
        let in_short = |found: &Value| {
            format!(
                "{} {}",
                found["lint"].as_str().unwrap(),
                found["start"]["line"]
            )
        };
        list.iter().map(in_short).collect::<Vec<_>>()
    };
    (list("diagnostics"), list("suppressed"))
}

fn check(name: &str, files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let folder = Folder::with(name, files);
    found(folder.path(), "2026-01-01")
}

const NONE: [&str; 0] = [];

/// An alert whose expression can never be true, and whose severity is none that the settings know.
fn rules(above: &str, behind: &str, annotation: &str) -> String {
    format!(
        "groups:\n  - name: a\n    rules:\n{above}      - alert: A\n        expr: time() - timestamp(sum(up)) > 900{behind}\n        labels: {{severity: bad}}\n        annotations: {{a: b{annotation}}}\n"
    )
}

const SETTINGS: (&str, &str) = (
    "rulecheck.yaml",
    "severities: [critical]\nlints: {required-metadata: off}\n",
);

/// Without what is told of every rule that has nothing but an expression.
const QUIET: (&str, &str) = (
    "rulecheck.yaml",
    "lints: {required-metadata: off, severity-label: off}\n",
);

#[test]
fn without_directives_both_are_told() {
    let text = rules("", "", "");
    let (told, suppressed) = check("suppress-none", &[SETTINGS, ("a.yml", &text)]);
    assert_eq!(told, ["stale-timestamp 5", "severity-label 6"]);
    assert_eq!(suppressed, NONE);
}

#[test]
fn each_form_ignores_what_it_is_about() {
    let forms = [
        (
            "line",
            rules("", " # rulecheck: ignore[stale-timestamp]", ""),
            vec!["severity-label 6"],
        ),
        (
            "rule",
            rules(
                "      # rulecheck: ignore-rule[stale-timestamp, severity-label]\n",
                "",
                "",
            ),
            vec![],
        ),
        (
            "other-line",
            rules("      # rulecheck: ignore[stale-timestamp]\n", "", ""),
            vec![
                "directive-problem 4",
                "stale-timestamp 6",
                "severity-label 7",
            ],
        ),
        (
            "group",
            format!(
                "# rulecheck: ignore-file[severity-label]\n{}",
                rules("    # rulecheck: ignore-group[stale-timestamp]\n", "", "")
                    .replace("    rules:\n    # rulecheck", "    # rulecheck")
                    .replace("stale-timestamp]\n", "stale-timestamp]\n    rules:\n")
            ),
            vec![],
        ),
        (
            "annotation",
            rules(
                "",
                "",
                ", rulecheck_ignore: 'stale-timestamp, severity-label -- made by a program'",
            ),
            vec![],
        ),
    ];
    for (name, text, expected) in forms {
        let (told, suppressed) = check(&format!("suppress-{name}"), &[SETTINGS, ("a.yml", &text)]);
        assert_eq!(told, expected, "{name}: {text}");
        let kept = expected
            .iter()
            .filter(|found| !found.starts_with("directive"))
            .count();
        assert_eq!(suppressed.len(), 2 - kept, "{name}");
    }
}

#[test]
fn a_comment_of_promql_is_about_the_whole_expression() {
    let text = "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: |\n          time()\n          # rulecheck: ignore[stale-timestamp] -- why\n          - timestamp(sum(up)) > 900\n";
    let (told, suppressed) = check("suppress-promql", &[QUIET, ("a.yml", text)]);
    assert_eq!(told, NONE);
    assert_eq!(suppressed, ["stale-timestamp 6"]);
}

#[test]
fn what_cannot_be_loaded_is_ignored_too() {
    let text = "groups:\n  - name: a\n    rules:\n      - alert: A\n        # rulecheck: ignore[promql-syntax]\n        expr: sum(up\n      - alert: B\n        expr: up == 0\n        anotations: {} # rulecheck: ignore[yaml-schema]\n";
    let (told, suppressed) = check("suppress-loading", &[QUIET, ("a.yml", text)]);
    assert_eq!(told, NONE);
    assert_eq!(suppressed, ["promql-syntax 6", "yaml-schema 9"]);
}

#[test]
fn every_kind_of_file_has_directives() {
    let files = [
        QUIET,
        (
            "alertmanager.yml",
            "route:\n  receiver: a\n  routes:\n    - receiver: b # rulecheck: ignore[undefined-receiver]\nreceivers: [{name: a}]\n",
        ),
        (
            "prometheus.yml",
            "# rulecheck: ignore[yaml-schema]\nglobl: {}\nscrape_configs: []\n",
        ),
        (
            "object.yml",
            "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n  groups:\n    - name: a\n      rules:\n        # rulecheck: ignore-rule[stale-timestamp]\n        - alert: A\n          expr: time() - timestamp(sum(up)) > 900\n",
        ),
        (
            "t_test.yml",
            "# rulecheck: ignore-file[fixture-missing-rule-file]\nrule_files: [none.yml]\ntests: []\n",
        ),
    ];
    let (told, suppressed) = check("suppress-kinds", &files);
    assert_eq!(told, NONE);
    assert_eq!(suppressed.len(), 4, "{suppressed:?}");
}

#[test]
fn a_day_brings_findings_back() {
    let behind = " # rulecheck: ignore[stale-timestamp] until 2026-03-01 -- soon";
    let folder = Folder::with(
        "suppress-until",
        &[QUIET, ("a.yml", &rules("", behind, ""))],
    );
    let (told, suppressed) = found(folder.path(), "2026-02-28");
    assert_eq!(told, NONE);
    assert_eq!(suppressed, ["stale-timestamp 5"]);
    let (told, suppressed) = found(folder.path(), "2026-03-01");
    assert_eq!(told, ["stale-timestamp 5", "directive-problem 5"]);
    assert_eq!(suppressed, NONE);
    let (code, _, complaint) = outcome(folder.path(), &["check"], "soon");
    assert_eq!(code, 2);
    assert!(complaint.contains("RULECHECK_TODAY"), "{complaint}");
}

#[test]
fn what_is_suppressed_is_counted_and_shown_on_demand() {
    let behind = " # rulecheck: ignore[stale-timestamp] -- because";
    let folder = Folder::with(
        "suppress-shown",
        &[QUIET, ("a.yml", &rules("", behind, ""))],
    );
    let run = |arguments: &[&str]| outcome(folder.path(), arguments, "2026-01-01");
    assert_eq!(
        run(&["check"]),
        (
            0,
            "2 files checked: no findings (1 suppressed)\n".to_owned(),
            String::new()
        )
    );
    let (code, out, _) = run(&["check", "--no-suppress"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.ends_with("2 files checked: 1 error\n"), "{out}");
    let (code, out, _) = run(&["verify"]);
    assert_eq!(code, 0, "{out}");
    let (_, out, _) = run(&["check", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&out).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "stale-timestamp");
    assert_eq!(result["suppressions"][0]["kind"], "inSource");
    assert_eq!(result["suppressions"][0]["justification"], "because");
    let region = &result["suppressions"][0]["location"]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 5);
}

#[test]
fn a_lint_that_did_not_run_is_not_judged() {
    let text = rules("", " # rulecheck: ignore[never-matches]", "");
    let folder = Folder::with("suppress-off", &[("a.yml", &text), QUIET]);
    let problems = |arguments: &[&str]| {
        let (_, out, _) = outcome(folder.path(), arguments, "2026-01-01");
        out.matches("directive-problem").count()
    };
    assert_eq!(problems(&["check"]), 1);
    assert_eq!(problems(&["check", "--ignore", "never-matches"]), 0);
    assert_eq!(problems(&["check", "--level", "never-matches=off"]), 0);
    assert_eq!(problems(&["check", "--ignore", "directive-problem"]), 0);
    // Told about itself, too, it can be ignored.
    let text = text.replace("ignore[", "ignore[directive-problem, ");
    let folder = Folder::with("suppress-itself", &[QUIET, ("a.yml", &text)]);
    let (told, suppressed) = found(folder.path(), "2026-01-01");
    assert_eq!(told, ["stale-timestamp 5"]);
    assert_eq!(suppressed, ["directive-problem 5"]);
}

#[test]
fn traps_of_test_runs_obey() {
    let fixture = |comment: &str| {
        format!(
            "rule_files: [a.yml]\ntests:\n  - alert_rule_test:\n      - {{eval_time: 1m, alertname: Nobody, exp_alerts: []}}{comment}\n"
        )
    };
    let plain = rules("", "", "");
    let files = |comment: &str| [("a.yml", plain.clone()), ("t.yml", fixture(comment))];
    for (name, comment, count) in [
        ("suppress-trap", "", 1),
        (
            "suppress-no-trap",
            " # rulecheck: ignore[fixture-unknown-alert] -- gone",
            0,
        ),
    ] {
        let files = files(comment);
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let folder = Folder::with(name, &files);
        let (code, out, _) = outcome(folder.path(), &["test", "t.yml"], "2026-01-01");
        assert_eq!(out.matches("fixture-unknown-alert").count(), count, "{out}");
        assert_eq!(code, 0);
        let (code, _, _) = outcome(folder.path(), &["test", "--strict", "t.yml"], "2026-01-01");
        assert_eq!(code, i32::from(count > 0));
    }
}

/// The annotation is a label name, so that promtool takes the file.
#[test]
fn promtool_takes_the_annotation() {
    if !common::has_promtool() {
        return;
    }
    let text = rules("", "", ", rulecheck_ignore: 'stale-timestamp -- why'");
    let folder = Folder::with("suppress-promtool", &[QUIET, ("a.yml", &text)]);
    let path = folder.path().join("a.yml");
    let output = Command::new("promtool")
        .args(["check", "rules"])
        .arg(path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// What the README shows ignores something, all of it.
#[test]
fn the_readme_shows_directives_that_work() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, block) = readme
        .split_once("```yaml\n# rulecheck: ignore-file")
        .unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let text = format!("# rulecheck: ignore-file{block}");
    let (told, suppressed) = check("suppress-readme", &[("a.yml", &text)]);
    assert_eq!(told, NONE);
    assert_eq!(text.matches("rulecheck: ignore").count(), 5);
    assert!(suppressed.len() >= 5, "{suppressed:?}");
}
