//! Runbooks: where the settings name a folder of pages.
#![allow(clippy::unwrap_used)]

use crate::common;

use std::process::Command;

use common::Folder;

const RULES: &str = "groups:\n  - name: a\n    rules:\n      - alert: HostDown\n        expr: up == 0\n        annotations:\n          runbook_url: https://wiki.example.org/HostDown\n";
const SETTINGS: &str = "runbooks:\n  prefix: https://wiki.example.org/\n  folder: wiki\n";

/// What `rulecheck check` says in a folder: standard output, standard error, exit code.
fn check(folder: &Folder, paths: &[&str]) -> (String, String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    command.arg("check").args(paths).args(["--format", "jsonl"]);
    let output = command.current_dir(folder.path()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code(),
    )
}

#[test]
fn a_page_is_told_of_only_where_everything_is_checked() {
    let folder = Folder::with(
        "runbooks-orphan",
        &[
            ("rulecheck.yaml", SETTINGS),
            ("rules.yml", RULES),
            ("more.yml", "groups: []\n"),
            ("wiki/HostDown.md", "# HostDown\n"),
            ("wiki/Lost.md", "# Lost\n"),
        ],
    );
    let (all, _, _) = check(&folder, &["."]);
    assert!(
        all.contains("runbook-orphan") && all.contains("wiki/Lost.md"),
        "{all}"
    );
    let (one, _, _) = check(&folder, &["more.yml"]);
    assert!(!one.contains("runbook-orphan"), "{one}");
}

#[test]
fn an_alert_of_another_environment_keeps_its_page() {
    let environments = "environments:\n  - rules: rules.yml\n  - rules: more.yml\n";
    let more = RULES.replace("HostDown", "HostSlow");
    let folder = Folder::with(
        "runbooks-environments",
        &[
            ("rulecheck.yaml", &format!("{SETTINGS}{environments}")),
            ("rules.yml", RULES),
            ("more.yml", &more),
            ("wiki/HostDown.md", "# HostDown\n"),
            ("wiki/HostSlow.md", "# HostSlow\n"),
        ],
    );
    let (all, _, code) = check(&folder, &["."]);
    assert!(!all.contains("runbook-"), "{all}");
    assert_eq!(code, Some(0), "{all}");
}

#[test]
fn a_folder_that_is_not_there_is_an_error_of_the_settings() {
    let folder = Folder::with(
        "runbooks-none",
        &[("rulecheck.yaml", SETTINGS), ("rules.yml", RULES)],
    );
    let (out, error, code) = check(&folder, &["."]);
    assert_eq!((out.as_str(), code), ("", Some(2)));
    assert!(
        error.contains("there is no such folder") && error.contains("rulecheck.yaml:3"),
        "{error}"
    );
}
