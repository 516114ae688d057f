//! `test --watch`: what changes runs again, and nothing else.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

fn fixture(rules: &str) -> String {
    format!(
        "rule_files: [{rules}]\ntests:\n- promql_expr_test:\n  - {{expr: '1', exp_samples: [{{value: 1}}]}}\n"
    )
}

const RULES: &str = "groups: []\n";

/// Kills the process when the test is over, however it ends.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// The lines that are printed up to the one that says what is watched.
fn turn(lines: &Receiver<String>) -> Vec<String> {
    let mut turn = Vec::new();
    loop {
        // A watchdog: what does not come in ten seconds does not come.
        let line = lines.recv_timeout(Duration::from_secs(10)).unwrap();
        if line.starts_with("watching") {
            return turn;
        }
        turn.push(line);
    }
}

/// The fixtures that ran.
fn ran(turn: &[String]) -> Vec<&str> {
    let results = turn
        .iter()
        .filter(|line| line.starts_with("ok ") || line.starts_with("FAIL "));
    results
        .map(|line| line.split_whitespace().nth(1).unwrap())
        .collect()
}

#[test]
fn only_what_changes_runs_again() {
    let (one, two) = (fixture("one.yml"), fixture("two.yml"));
    let files = [
        ("one.yml", RULES),
        ("two.yml", RULES),
        ("one_test.yml", one.as_str()),
        ("two_test.yml", two.as_str()),
    ];
    let folder = common::Folder::with("watch", &files);
    let mut child = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
        .args(["test", "--watch"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let _watching = Watching(child);
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            if sender.send(line.unwrap()).is_err() {
                return;
            }
        }
    });
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    assert_eq!(ran(&turn(&lines)), ["one_test.yml", "two_test.yml"]);
    write("two.yml", "groups: [] # changed\n");
    assert_eq!(ran(&turn(&lines)), ["two_test.yml"]);
    write("one_test.yml", &one.replace("value: 1", "value: 2"));
    let failed = turn(&lines);
    assert_eq!(ran(&failed), ["one_test.yml"]);
    assert!(
        failed.iter().any(|line| line.ends_with("1 failed")),
        "{failed:?}"
    );
    write("three_test.yml", &fixture("one.yml"));
    assert_eq!(ran(&turn(&lines)), ["three_test.yml"]);
}
