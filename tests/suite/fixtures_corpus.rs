//! The unit tests of real projects get the verdict of the real promtool.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use crate::common;

use std::path::Path;

use common::Row;
use rulecheck::project;
use rulecheck::source::read_file;
use rulecheck::target::Target;

fn rows(given: &Path) -> Vec<Row> {
    let mut rows = common::rows(given);
    rows.retain(|row| row.kind == "unit");
    rows
}

fn passes(path: &Path, target: Target) -> bool {
    let source = read_file(path).unwrap();
    let file = project::load(&source, path.to_owned(), &target, true);
    if file.is_refused() || file.fixture.is_none() {
        return false;
    }
    common::run_fixture(path, target).passed()
}

#[test]
fn every_fixture_gets_the_verdict_of_promtool_2_42() {
    let Some(given) = common::corpus() else {
        return;
    };
    let target = common::promtool_target();
    let rows = rows(&given);
    assert!(rows.len() > 200, "{} rows", rows.len());
    let wrong: Vec<&str> = rows
        .iter()
        .filter(|row| passes(&given.join(&row.path), target) != (row.exit == "0"))
        .map(|row| row.path.as_str())
        .collect();
    println!(
        "{} of {} equal promtool 2.42",
        rows.len() - wrong.len(),
        rows.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_needs_prometheus_3_gets_the_verdict_of_prometheus_by_default() {
    let Some(given) = common::corpus() else {
        return;
    };
    let needs_3 = |row: &&Row| row.notes.contains("2.42") || row.notes.contains("3.x");
    // Of other projects it is only known that they keep the file, not that it passes.
    let judged = |row: &&Row| {
        row.path.contains("/prometheus+prometheus/")
            && (row.upstream == "pass" || row.upstream == "fail")
    };
    let rows = rows(&given);
    let rows: Vec<&Row> = rows.iter().filter(needs_3).filter(judged).collect();
    assert!(!rows.is_empty());
    let wrong: Vec<&str> = rows
        .iter()
        .filter(|row| passes(&given.join(&row.path), Target::default()) != (row.upstream == "pass"))
        .map(|row| row.path.as_str())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
