//! Rule files of Prometheus's relatives.
#![allow(clippy::unwrap_used)]

use crate::common;

use std::process::Command;

use common::Folder;

/// The findings of `rulecheck check` in a folder, a line each: level, lint, message and help.
fn check(name: &str, files: &[(&str, &str)]) -> Vec<String> {
    let folder = Folder::with(name, files);
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    command.args(["check", "--format", "jsonl"]);
    let output = command.current_dir(folder.path()).output().unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| {
            let found: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
            format!(
                "{} {}: {} ({})",
                text("level"),
                text("lint"),
                text("message"),
                text("help")
            )
        })
        .collect()
}

fn rules(group: &str) -> String {
    format!(
        "groups:\n  - name: a\n    {group}\n    rules:\n      - record: job:up:sum\n        expr: sum by (job) (up)\n"
    )
}

fn settings(dialect: &str) -> String {
    format!("target: {{dialect: {dialect}}}\n")
}

#[test]
fn a_key_of_a_relative_is_right_where_that_one_reads_it() {
    for (dialect, group) in [
        ("thanos", "partial_response_strategy: WARN"),
        ("mimir", "source_tenants: [a, b]"),
        ("mimir", "evaluation_delay: 1m"),
        ("mimir", "align_evaluation_time_on_interval: true"),
    ] {
        let name = format!("dialect-{dialect}");
        let (right, group) = (settings(dialect), rules(group));
        assert_eq!(
            check(&name, &[("rulecheck.yaml", &right), ("a.yml", &group)]),
            [""; 0]
        );
        let found = check(&name, &[("a.yml", &group)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("error yaml-schema: unknown key"),
            "{found:?}"
        );
        assert!(
            found[0].contains(&format!("target: {{dialect: {dialect}}}")),
            "{found:?}"
        );
        let other = settings(if dialect == "mimir" {
            "thanos"
        } else {
            "mimir"
        });
        let found = check(&name, &[("rulecheck.yaml", &other), ("a.yml", &group)]);
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

#[test]
fn what_stands_behind_the_key_is_looked_at() {
    for (dialect, group) in [
        ("thanos", "partial_response_strategy: never"),
        ("mimir", "source_tenants: a"),
        ("mimir", "evaluation_delay: soon"),
        ("mimir", "align_evaluation_time_on_interval: 7"),
    ] {
        let (settings, rules) = (settings(dialect), rules(group));
        let found = check(
            "dialect-wrong",
            &[("rulecheck.yaml", &settings), ("a.yml", &rules)],
        );
        assert_eq!(found.len(), 1, "{group}: {found:?}");
        assert!(found[0].starts_with("error "), "{found:?}");
    }
}

const VM: &str = "\
apiVersion: operator.victoriametrics.com/v1beta1
kind: VMRule
metadata: {name: a}
spec:
  groups:
    - name: a
      concurrency: 2
      rules:
        - alert: Down
          expr: up == 0
          debug: true
        - record: job:x
          expr: range_median(x[1i]) keep_metric_names
";

#[test]
fn objects_of_vmalert_are_read_and_their_own_is_info() {
    let found = check("vm-rule", &[("a.yml", VM)]);
    assert!(
        found.iter().all(|line| line.starts_with("info ")),
        "{found:?}"
    );
    for part in [
        "`concurrency` is vmalert's own",
        "`debug` is vmalert's own",
        "this is no PromQL",
    ] {
        assert!(
            found.iter().any(|line| line.contains(part)),
            "{part}: {found:?}"
        );
    }
    let found = check(
        "vm-rule",
        &[("a.yml", &VM.replace("up == 0", "up > 1 and up < 0"))],
    );
    assert!(
        found
            .iter()
            .any(|line| line.contains("comparison-impossible")),
        "{found:?}"
    );
    let found = check(
        "vm-rule",
        &[("a.yml", &VM.replace("alert: Down", "alret: Down"))],
    );
    assert!(
        found.iter().any(|line| line.starts_with("error ")),
        "{found:?}"
    );
}
