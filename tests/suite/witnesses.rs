//! Series that findings come with, judged by promtool.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stderr, reason = "says what is skipped")]

use crate::common;

use common::Folder;
use rulecheck::diagnostic::Diagnostic;
use rulecheck::lint::{self, Levels};
use rulecheck::project::{self, Choice};

/// Findings about an alert that show as soon as it is raised.
const SHOWN_BY_RAISING: [&str; 10] = [
    "no-condition",
    "comparison-always",
    "severity-ladder",
    "subsumed-alert",
    "template-execution",
    "template-label-never",
    "template-unit",
    "template-raw-value",
    "template-verb",
    "for-below-eval",
];

/// The findings of all lints in all their bad examples that come with a witness.
fn witnessed(test: &str) -> Vec<(Folder, Diagnostic)> {
    let mut found = Vec::new();
    for lint in lint::all() {
        for (number, example) in lint.bad.iter().enumerate() {
            let open = || {
                let name = format!("{test}-{}-{number}", lint.name);
                Folder::with(&name, example.files)
            };
            let choice = Choice {
                lints: lint::names().collect(),
                ..Choice::default()
            };
            let folder = open();
            let projects = project::open(&[folder.path().to_owned()], None, &choice).unwrap();
            let all = projects
                .iter()
                .flat_map(|project| lint::run(project, &Levels::default()));
            let own = all.filter(|found| found.lint == lint.name && found.witness.is_some());
            let own: Vec<Diagnostic> = own.collect();
            drop(folder);
            found.extend(own.into_iter().map(|own| (open(), own)));
        }
    }
    found
}

/// A fixture with the series of a witness, and what is asserted.
fn fixture(rule_file: Option<&str>, witness: &str, assertions: &str) -> String {
    let interval = witness
        .lines()
        .find_map(|line| line.strip_prefix("# interval: "));
    let interval = interval.unwrap_or("1m");
    let series: String = witness
        .lines()
        .map(|line| format!("      {line}\n"))
        .collect();
    let rules = rule_file.map_or_else(String::new, |file| format!("rule_files: [{file}]\n"));
    format!(
        "{rules}evaluation_interval: 15s\ntests:\n  - interval: {interval}\n    input_series:\n{series}{assertions}"
    )
}

#[test]
fn every_witness_can_be_pasted() {
    if !common::has_promtool() {
        eprintln!("skipped: no promtool");
        return;
    }
    let all = witnessed("pasted");
    for (folder, found) in &all {
        let text = fixture(None, found.witness.as_ref().unwrap(), "");
        folder.write("fixture.yml", &text);
        let said = common::promtool_test(&folder.path().join("fixture.yml"));
        assert!(said.contains("SUCCESS"), "{}: {text}\n{said}", found.lint);
    }
    assert!(all.len() > 20, "{}", all.len());
}

#[test]
fn an_alert_is_raised_over_its_witness() {
    if !common::has_promtool() {
        eprintln!("skipped: no promtool");
        return;
    }
    let all = witnessed("raised");
    for lint in SHOWN_BY_RAISING {
        let own = all.iter().filter(|(_, found)| found.lint == lint);
        let mut count = 0;
        for (folder, found) in own {
            count += 1;
            let witness = found.witness.as_ref().unwrap();
            // What stands behind the last `x` is how many samples follow the first.
            let samples = witness.rsplit_once('x').unwrap().1;
            let samples: u32 = samples.trim_end_matches('\'').parse().unwrap();
            let short = witness.contains("# interval: 15s");
            let seconds = samples * if short { 15 } else { 60 };
            let name = found.rule.as_ref().unwrap();
            let assertion = format!(
                "    promql_expr_test:\n      - expr: 'vector(1) and on () ALERTS{{alertname=\"{name}\"}}'\n        eval_time: {seconds}s\n        exp_samples: [{{labels: '{{}}', value: 1}}]\n"
            );
            let file = found.location.file.path().file_name().unwrap();
            let text = fixture(Some(file.to_str().unwrap()), witness, &assertion);
            folder.write("fixture.yml", &text);
            let said = common::promtool_test(&folder.path().join("fixture.yml"));
            assert!(said.contains("SUCCESS"), "{lint}: {text}\n{said}");
        }
        assert!(count > 0, "{lint}");
    }
}
