//! `--changed-since`: findings in lines that differ from a revision, in scratch repositories made with git.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stderr, reason = "says what is skipped")]

use crate::common;

use std::path::Path;
use std::process::{Command, Output};

use common::Folder;
use serde_json::Value;

const BROKEN: &str = "groups:\n  - name: a\n    rules:\n      - record: a:one\n        expr: sum(up\n      - record: a:two\n        expr: up\n";

fn git(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    command
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
        .args([
            "-c",
            "commit.gpgsign=false",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("LC_ALL", "C");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    output
}

fn has_git() -> bool {
    let there = Command::new("git").arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: no git");
    }
    there
}

/// A repository with one commit of these files.
fn repository(name: &str, files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(name, files);
    git(folder.path(), &["init", "--quiet"]);
    commit(&folder);
    folder
}

fn commit(folder: &Folder) {
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message", "x"]);
}

fn rulecheck(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C");
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

/// The findings in changed lines as `path:line`, and how many others there are.
fn changed(folder: &Path, arguments: &[&str]) -> (Vec<String>, u64) {
    let mut all = vec!["check", "--format", "json", "--changed-since", "HEAD"];
    all.extend(arguments);
    let (_, out, err) = rulecheck(folder, &all);
    assert_eq!(err, "");
    let report: Value = serde_json::from_str(&out).unwrap();
    let found = report["diagnostics"].as_array().unwrap().iter();
    let places = found.map(|found| {
        let path = found["path"].as_str().unwrap();
        format!("{path}:{}", found["start"]["line"])
    });
    let others = report["summary"]["unchanged"].as_u64().unwrap_or(0);
    (places.collect(), others)
}

fn owned(places: &[&str]) -> Vec<String> {
    places.iter().map(|place| (*place).to_owned()).collect()
}

#[test]
fn only_changed_lines_are_told() {
    if !has_git() {
        return;
    }
    let folder = repository("changed-lines", &[("a.yml", BROKEN)]);
    assert_eq!(changed(folder.path(), &[]), (vec![], 1));
    let (code, out, _) = rulecheck(folder.path(), &["check", "--changed-since", "HEAD"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "1 file checked: no findings (1 in unchanged lines)\n")
    );
    // Lines that move are not changed; the second rule is.
    let edited = BROKEN
        .replace("groups:\n", "# a\n# b\ngroups:\n")
        .replace("expr: up\n", "expr: sum(up\n");
    folder.write("a.yml", &edited);
    assert_eq!(changed(folder.path(), &[]), (owned(&["a.yml:9"]), 1));
    git(folder.path(), &["add", "--all"]);
    assert_eq!(changed(folder.path(), &[]), (owned(&["a.yml:9"]), 1));
    commit(&folder);
    assert_eq!(changed(folder.path(), &[]), (vec![], 2));
    let since = ["check", "-q", "--changed-since", "HEAD~1"];
    assert_eq!(rulecheck(folder.path(), &since).0, 1);
}

/// Whatever they are called, and wherever the command runs: new files count whole, renamed ones by their lines.
#[test]
fn files_are_new_renamed_and_oddly_named() {
    if !has_git() {
        return;
    }
    let padding = "# a line\n".repeat(30);
    let long = format!("{padding}{BROKEN}");
    let files = [
        ("other/x.txt", "x"),
        ("sub/old name.yml", long.as_str()),
        ("sub/q \"ä\" \\ b.yml", BROKEN),
        (".gitignore", "ignored.yml\n"),
    ];
    let folder = repository("changed-names", &files);
    git(folder.path(), &["config", "core.quotepath", "true"]);
    git(folder.path(), &["config", "diff.noprefix", "true"]);
    git(
        folder.path(),
        &["mv", "sub/old name.yml", "sub/new name.yml"],
    );
    let sub = folder.path().join("sub");
    assert_eq!(changed(&sub, &[]), (vec![], 2));
    let edit = |text: &str| text.replace("expr: up\n", "expr: sum(up\n");
    folder.write("sub/new name.yml", &edit(&long));
    folder.write("sub/q \"ä\" \\ b.yml", &edit(BROKEN));
    folder.write("sub/fresh.yml", BROKEN);
    folder.write("sub/ignored.yml", BROKEN);
    let expected = ["fresh.yml:5", "new name.yml:37", "q \"ä\" \\ b.yml:7"];
    assert_eq!(changed(&sub, &[]), (owned(&expected), 2));
    // A file that git does not know has no lines that it knows, be it named or found.
    assert_eq!(
        changed(&sub, &["ignored.yml"]),
        (owned(&["ignored.yml:5"]), 0)
    );
    let elsewhere = Folder::new("changed-elsewhere");
    let sub = sub.to_str().unwrap();
    let (places, others) = changed(elsewhere.path(), &[sub]);
    assert_eq!((places.len(), others), (3, 2));
}

/// A finding in a file that has not changed is told where the place that explains it has.
#[test]
fn related_places_count() {
    if !has_git() {
        return;
    }
    // The second of two equal keys is the finding, the first is related to it.
    let twice = "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: up == 0\n        for: 1m\n        for: 1m\n";
    let folder = repository("changed-related", &[("a.yml", twice)]);
    let found = |folder: &Folder| changed(folder.path(), &["--select", "yaml-schema"]);
    assert_eq!(found(&folder), (vec![], 1));
    folder.write("a.yml", &twice.replacen("for: 1m", "for: 2m", 1));
    assert_eq!(found(&folder), (owned(&["a.yml:7"]), 0));
}

/// What a rule lacks is told at its name, and comes up when any line of the rule changes or goes.
#[test]
fn a_rule_is_changed_by_each_of_its_lines() {
    if !has_git() {
        return;
    }
    let rule = |name: &str| {
        format!(
            "      - alert: {name}\n        expr: {name} == 0\n        labels:\n          severity: page\n          team: a\n"
        )
    };
    let rules =
        |first: &str, second: &str| format!("groups:\n  - name: a\n    rules:\n{first}{second}");
    let settings = "severities: [page]\nlints: {required-metadata: off}\n";
    let before = rules(&rule("One"), &rule("Two"));
    let files = [("a.yml", before.as_str()), ("rulecheck.yaml", settings)];
    let folder = repository("changed-rule", &files);
    assert_eq!(changed(folder.path(), &[]), (vec![], 0));
    let gone = rule("One").replace("          severity: page\n", "");
    folder.write("a.yml", &rules(&gone, &rule("Two")));
    assert_eq!(changed(folder.path(), &[]), (owned(&["a.yml:4"]), 0));
    let renamed = rule("Two").replace("severity: page", "level: page");
    folder.write("a.yml", &rules(&rule("One"), &renamed));
    assert_eq!(changed(folder.path(), &[]), (owned(&["a.yml:9"]), 0));
    // The other rule stays as it was.
    let second = gone.replace("One", "Two");
    folder.write("a.yml", &rules(&gone, &second));
    commit(&folder);
    folder.write(
        "a.yml",
        &rules(&gone, &second.replace("team: a", "team: b")),
    );
    assert_eq!(changed(folder.path(), &[]), (owned(&["a.yml:8"]), 1));
}

#[test]
fn what_git_cannot_tell_is_an_error() {
    if !has_git() {
        return;
    }
    let folder = repository("changed-errors", &[("a.yml", BROKEN)]);
    for (revision, words) in [
        ("nothing-such", "bad revision 'nothing-such'"),
        ("--help", "bad revision '--help'"),
        ("HEAD..HEAD", "`HEAD..HEAD` is not a single revision"),
    ] {
        let argument = format!("--changed-since={revision}");
        let (code, out, err) = rulecheck(folder.path(), &["check", &argument]);
        assert_eq!((code, out.as_str()), (2, ""), "{revision}");
        let err = err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            err.starts_with("error: --changed-since: ") && err.contains(words),
            "{err}"
        );
    }
    let bare = Folder::with("changed-bare", &[("a.yml", BROKEN)]);
    let (code, out, err) = rulecheck(bare.path(), &["check", "--changed-since", "HEAD"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("not a git repository"), "{err}");
    // Without git.
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    let command = command.args(["check", "--changed-since", "HEAD"]);
    let output = command
        .current_dir(folder.path())
        .env("PATH", bare.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("`git` is not installed"), "{err}");
    let (code, _, err) = rulecheck(
        folder.path(),
        &[
            "check",
            "a.yml",
            bare.path().to_str().unwrap(),
            "--changed-since",
            "HEAD",
        ],
    );
    assert_eq!(code, 2, "{err}");
}

/// Known findings are hidden first; of the others those in changed lines are told.
#[test]
fn baseline_and_changes_go_together() {
    if !has_git() {
        return;
    }
    let folder = repository("changed-baseline", &[("a.yml", BROKEN)]);
    let write = ["check", "--baseline", "known.yaml", "--write-baseline"];
    assert_eq!(rulecheck(folder.path(), &write).0, 0);
    folder.write(
        "a.yml",
        &format!("{BROKEN}      - record: a:three\n        expr: sum(up\n"),
    );
    let both = [
        "check",
        "--baseline",
        "known.yaml",
        "--changed-since",
        "HEAD",
    ];
    let (code, out, err) = rulecheck(folder.path(), &both);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(
        out.ends_with("checked: 1 error (1 hidden by the baseline)\n"),
        "{out}"
    );
}
