use std::io::{BufRead, IsTerminal};
use std::path::Path;

use super::Verdict;
use super::output::Output;
use crate::harness::{Run, TestReport, Update, update};
use crate::report;
use crate::source::write_file;

/// `rulecheck test --update`: shows what would change, asks, and writes.
pub(super) fn run(run: &Run<'_>, report: &TestReport, yes: bool, output: &Output) -> Verdict {
    let mut changed: Vec<(&Path, Update)> = Vec::new();
    let mut is_left = false;
    for ((file, target), result) in run.fixtures.iter().zip(&report.files) {
        let path = file.file.path();
        if !result.problems.is_empty() {
            is_left = true;
            output.print(&report::diagnostics_text(&result.problems, output.style()));
        }
        let Some(update) = update(file, *target, &run.environments, result) else {
            continue;
        };
        if update.text != file.file.text() {
            let shown = report::diff_text(path, file.file.text(), &update.text, output.style());
            output.print(&shown);
        }
        for reason in &update.left {
            is_left = true;
            output.print(&format!("{}: not written: {reason}\n", path.display()));
        }
        if update.text != file.file.text() {
            changed.push((path, update));
        }
    }
    if changed.is_empty() {
        if !is_left {
            output.print("nothing to update\n");
        }
        return if is_left {
            Verdict::Findings
        } else {
            Verdict::Clean
        };
    }
    if !yes && !is_wanted(changed.len(), output) {
        output.print("nothing written\n");
        return Verdict::Findings;
    }
    for (path, update) in &changed {
        if let Err(error) = write_file(path, &update.text) {
            output.error(&format!("cannot write {}: {error}", path.display()));
            return Verdict::Unusable;
        }
        output.print(&format!("wrote {}\n", path.display()));
    }
    if is_left {
        Verdict::Findings
    } else {
        Verdict::Clean
    }
}

/// Asks whether to write. Where nobody can answer, nothing is written.
fn is_wanted(files: usize, output: &Output) -> bool {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        output.error("no terminal to ask whether to write: --yes writes without asking");
        return false;
    }
    let noun = if files == 1 { "fixture" } else { "fixtures" };
    output.print(&format!("Write {files} {noun}? [y/N] "));
    let mut answer = String::new();
    // No answer is a no.
    let _ = stdin.lock().read_line(&mut answer);
    matches!(answer.trim(), "y" | "Y" | "yes")
}
