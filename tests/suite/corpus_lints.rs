//! What the lints say of all rules of the corpus: every error and warning by path, line and lint, and how often each lint
//! speaks at all. A new finding needs a reviewed line in `tests/golden/reviewed.tsv`.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rulecheck::diagnostic::Diagnostic;
use rulecheck::lint::{self, Levels};
use rulecheck::project::{self, Choice};

/// Rules that everybody copies: what is said of them at error or warning level is a false alarm.
const PRISTINE: [&str; 2] = [
    "prometheus-operator+kube-prometheus/",
    "kubernetes-monitoring+kubernetes-mixin/",
];

/// A finding as a line of the golden file: level, lint, path, line.
fn row(found: &Diagnostic, root: &str) -> (String, &'static str, String, usize) {
    let location = &found.location;
    let path = location.file.path().display().to_string();
    let path = path.strip_prefix(root).unwrap().trim_start_matches('/');
    let line = location.file.line_column(location.span.start as usize).line;
    (
        found.level.name().to_owned(),
        found.lint,
        path.to_owned(),
        line,
    )
}

/// The findings in every project of the corpus by itself, as its owners would check it.
fn findings() -> Option<Vec<(String, &'static str, String, usize)>> {
    let rules = common::corpus()?.join("rules");
    let root = rules.display().to_string();
    let choice = Choice {
        isolated: true,
        lints: lint::names().collect(),
        ..Choice::default()
    };
    let levels = Levels::default();
    let mut rows = Vec::new();
    let mut owners: Vec<_> = std::fs::read_dir(&rules)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    owners.sort();
    for owner in owners {
        for project in project::open(&[owner], None, &choice).unwrap() {
            rows.extend(
                lint::run(&project, &levels)
                    .iter()
                    .map(|found| row(found, &root)),
            );
        }
    }
    rows.sort();
    rows.dedup();
    Some(rows)
}

#[test]
fn findings_are_those_that_were_reviewed() {
    let Some(rows) = findings() else { return };
    let mut text = String::from(
        "# level\tlint\tpath\tline; and of each lint how many findings of level info\n",
    );
    let mut infos: BTreeMap<&str, usize> = BTreeMap::new();
    for (level, lint, path, line) in &rows {
        if level == "info" {
            *infos.entry(lint).or_default() += 1;
        } else {
            writeln!(text, "{level}\t{lint}\t{path}\t{line}").unwrap();
        }
    }
    for (lint, count) in &infos {
        writeln!(text, "info\t{lint}\t{count}").unwrap();
    }
    common::check_made_file("tests/golden/corpus_rules.tsv", &text);

    for (level, lint, path, line) in &rows {
        let is_pristine = PRISTINE.iter().any(|prefix| path.starts_with(prefix));
        assert!(
            level == "info" || !is_pristine,
            "{level} {lint} {path}:{line}"
        );
    }
}

/// Every error has been read and judged, and of every lint at least 20 warnings, or all of them.
#[test]
fn errors_and_enough_warnings_were_judged() {
    let Some(rows) = findings() else { return };
    let reviewed = include_str!("../golden/reviewed.tsv");
    let mut judged: BTreeSet<(&str, &str, usize)> = BTreeSet::new();
    for line in reviewed.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [lint, path, line, verdict, reason] = cells.as_slice() else {
            panic!("five columns: {line}");
        };
        assert_eq!(
            *verdict, "true",
            "{lint} {path}: a false alarm is mended, not listed"
        );
        assert!(reason.len() > 10, "{lint} {path}: no reason");
        judged.insert((lint, path, line.parse().unwrap()));
    }
    let mut warnings: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut unread = Vec::new();
    for (level, lint, path, line) in &rows {
        let is_judged = judged.contains(&(*lint, path.as_str(), *line));
        match level.as_str() {
            "error" if !is_judged => unread.push(format!("{lint} {path}:{line}")),
            "warning" => {
                let (all, read) = warnings.entry(lint).or_default();
                *all += 1;
                *read += usize::from(is_judged);
            }
            _ => {}
        }
    }
    assert!(
        unread.is_empty(),
        "errors that nobody has judged:\n{}",
        unread.join("\n")
    );
    for (lint, (all, read)) in &warnings {
        assert!(
            *read >= 20.min(*all),
            "{lint}: {read} of {all} warnings were judged"
        );
    }
}
