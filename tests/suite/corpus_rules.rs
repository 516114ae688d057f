//! Loading as a whole over the corpus: every rule file gets promtool's verdict, every good configuration of Alertmanager
//! is left in peace.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::common;

use std::path::Path;

use common::Row;
use rulecheck::lint::{self, Levels};
use rulecheck::project::{self, Choice, ProjectFile};
use rulecheck::source::{SourceFile, read_file};
use rulecheck::target::{Features, Target, Version};

/// The rows of these kinds.
fn rows(corpus: &Path, kinds: &[&str]) -> Vec<Row> {
    let mut rows = common::rows(corpus);
    rows.retain(|row| kinds.contains(&row.kind.as_str()));
    rows
}

fn load(corpus: &Path, row: &Row, target: &Target) -> Option<ProjectFile> {
    let path = corpus.join(&row.path);
    let file = read_file(&path).ok()?;
    let file = SourceFile::new(&row.path, file.text());
    Some(project::load(&file, path, target, true))
}

/// Why the file is refused, or nothing.
fn refusal(corpus: &Path, row: &Row, target: &Target) -> Option<String> {
    let Some(file) = load(corpus, row, target) else {
        return Some("cannot be read".to_owned());
    };
    let refusals: Vec<String> = file.refusals().map(|found| found.message).collect();
    (!refusals.is_empty() || !file.is_known).then(|| refusals.join("; "))
}

const RULES: [&str; 3] = ["rules", "unit-rules", "rules-crd"];

/// The version of promtool that judged the corpus.
fn judged() -> Target {
    Target {
        prometheus: Version::new(2, 42),
        ..Target::default()
    }
}

fn assert_none(mismatches: &[String]) {
    assert!(
        mismatches.is_empty(),
        "{} mismatches\n{}",
        mismatches.len(),
        mismatches.join("\n")
    );
}

#[test]
fn every_rule_file_gets_the_verdict_of_promtool() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let rows = rows(&corpus, &RULES);
    let (mut refused, mut mismatches) = (0, Vec::new());
    for row in &rows {
        let refusal = refusal(&corpus, row, &judged());
        let wanted = row.exit != "0";
        refused += usize::from(wanted);
        if refusal.is_some() != wanted {
            let Row {
                path, exit, notes, ..
            } = row;
            mismatches.push(format!(
                "{path}: promtool exits with {exit} ({notes}), here {refusal:?}"
            ));
        }
    }
    eprintln!("{} rule files, {refused} of them refused", rows.len());
    assert_none(&mismatches);
    assert!(rows.len() > 700 && refused > 20);
}

#[test]
fn the_newest_version_accepts_what_its_own_project_accepts() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let rows = rows(&corpus, &RULES);
    let newer: Vec<&Row> = rows
        .iter()
        .filter(|row| row.exit != "0" && row.upstream.starts_with("pass"))
        .collect();
    let mut target = Target::default();
    // One of the files shows what Prometheus has behind flags, and is judged with all of them.
    for name in Features::NAMES {
        target.features.enable(name);
    }
    let refused = newer.iter().filter_map(|row| {
        let reason = refusal(&corpus, row, &target)?;
        Some(format!("{}: {reason} ({})", row.path, row.notes))
    });
    let mismatches: Vec<String> = refused.collect();
    eprintln!("{} files that only newer versions accept", newer.len());
    assert_none(&mismatches);
    assert_eq!(newer.len(), 4);
}

#[test]
fn the_newest_version_refuses_what_its_own_project_refuses() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let rows = rows(&corpus, &RULES);
    let bad: Vec<&Row> = rows
        .iter()
        .filter(|row| row.upstream == "fail" && row.path.contains("/prometheus+prometheus/"))
        // Refused under the legacy validation of names only, which nobody has who does not ask for it.
        .filter(|row| !row.path.ends_with("legacy_validation_annotation.bad.yaml"))
        .collect();
    let accepted: Vec<String> = bad
        .iter()
        .filter(|row| refusal(&corpus, row, &Target::default()).is_none())
        .map(|row| format!("{} ({})", row.path, row.notes))
        .collect();
    eprintln!("{} files that Prometheus itself refuses", bad.len());
    assert_none(&accepted);
    assert!(bad.len() > 5);
}

/// Neither loading nor the lint on receivers may find an error in what amtool accepts.
#[test]
fn good_configurations_of_alertmanager_are_left_in_peace() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let rows = rows(&corpus, &["alertmanager"]);
    let good: Vec<&Row> = rows.iter().filter(|row| row.exit == "0").collect();
    let select = ["yaml-schema", "duration-invalid", "undefined-receiver"].map(str::to_owned);
    let levels = Levels::new(&select, &[], &[]).unwrap();
    let choice = Choice {
        isolated: true,
        target_alertmanager: Some(Version::new(0, 25)),
        lints: lint::names().collect(),
        ..Choice::default()
    };
    let mut alarms = Vec::new();
    for row in &good {
        let projects = project::open(&[corpus.join(&row.path)], None, &choice).unwrap();
        let found = projects
            .iter()
            .flat_map(|project| lint::run(project, &levels));
        let errors = found.filter(|found| found.level == rulecheck::diagnostic::Level::Error);
        alarms.extend(errors.map(|error| format!("{}: {}", row.path, error.message)));
    }
    eprintln!("{} good configurations", good.len());
    assert_none(&alarms);
    assert!(good.len() > 15);
}
