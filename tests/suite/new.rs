//! `rulecheck new`: what is worked out for an alert is a fixture that passes, here and with promtool.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and says what it measures"
)]

use crate::common;

use std::path::Path;
use std::process::Command;

use rulecheck::harness::{NoProposal, Proposal, propose};
use rulecheck::project::{self, ProjectFile, Rule};
use rulecheck::source::{SourceFile, read_file};
use rulecheck::target::Target;

fn load(path: &Path, target: Target) -> ProjectFile {
    let source = read_file(path).unwrap();
    project::load(&source, path.canonicalize().unwrap(), &target, true)
}

fn proposal(file: &ProjectFile, rule: &Rule, target: Target) -> Result<String, NoProposal> {
    let path = file.identity.with_file_name("new.yaml");
    let name = file.identity.file_name().unwrap().to_string_lossy();
    propose(&Proposal {
        rule,
        rule_files: vec![(name.into_owned(), file)],
        path: &path,
        target,
    })
}

fn alerts(file: &ProjectFile) -> impl Iterator<Item = &Rule> {
    let rules = file.groups.iter().flat_map(|group| &group.rules);
    rules.filter(|rule| rule.is_alert())
}

/// The series of a test group of a proposal, as they stand there.
fn series(text: &str, test: usize) -> Vec<(String, String)> {
    let file = SourceFile::new("new.yaml", text);
    let loaded = project::load(&file, "new.yaml".into(), &Target::default(), true);
    let test = &loaded.fixture.unwrap().tests[test];
    let series = test.input_series.iter();
    series
        .map(|item| {
            let text = |text: &Option<rulecheck::model::Text>| text.as_ref().unwrap().to_string();
            (text(&item.series), text(&item.values))
        })
        .collect()
}

fn propose_for(name: &str, expr: &str, hold: &str) -> Result<String, NoProposal> {
    let rules = format!(
        "groups:\n- name: g\n  rules:\n  - alert: A\n    for: {hold}\n    expr: |\n      {expr}\n"
    );
    let folder = common::Folder::with(name, &[("rules.yml", rules.as_str())]);
    let file = load(&folder.path().join("rules.yml"), Target::default());
    let rule = alerts(&file).next().unwrap();
    proposal(&file, rule, Target::default())
}

/// An expression, and the series with the beginnings of their values: where it holds, and where it just fails.
type Case = (&'static str, &'static [Series], &'static [Series]);
type Series = (&'static str, &'static str);

/// Numbers are those that the comparison asks for: 1 more, or 5 % more where there is arithmetic; 0 or 1 % less.
#[test]
fn series_follow_from_the_comparison() {
    let cases: [Case; 8] = [
        (
            "up{job=\"a\"} == 0",
            &[("up{job=\"a\"}", "0x")],
            &[("up{job=\"a\"}", "1x")],
        ),
        (
            "max by (i) (x) > 5",
            &[("x{i=\"i-1\"}", "6x")],
            &[("x{i=\"i-1\"}", "5x")],
        ),
        ("absent(x{a=\"b\"})", &[], &[("x{a=\"b\"}", "1x")]),
        // 5 a second are 300 a minute, 5 % more are 315, 1 % less 297.
        (
            "rate(x_total[5m]) > 5",
            &[("x_total", "0+315x")],
            &[("x_total", "0+297x")],
        ),
        // 0.1 of 100 is 10.
        (
            "a / b < 0.1",
            &[("b", "100x"), ("a", "9.5x")],
            &[("b", "100x"), ("a", "10.1x")],
        ),
        (
            "count(up == 0) > 1",
            &[
                ("up{instance=\"instance-1\"}", "0x"),
                ("up{instance=\"instance-2\"}", "0x"),
            ],
            &[("up{instance=\"instance-1\"}", "0x")],
        ),
        (
            "x > 5 and on (a) y{b=~\"c|d\"} == 1",
            &[
                ("x{a=\"a-1\", b=\"c\"}", "6x"),
                ("y{a=\"a-1\", b=\"c\"}", "1x"),
            ],
            &[
                ("x{a=\"a-1\", b=\"c\"}", "5x"),
                ("y{a=\"a-1\", b=\"c\"}", "1x"),
            ],
        ),
        // Half of all observations lie below 0.5 · 2.1 = 1.05.
        (
            "histogram_quantile(0.5, sum by (le) (rate(s_bucket[5m]))) > 1",
            &[
                ("s_bucket{le=\"2.1\"}", "0+60x"),
                ("s_bucket{le=\"+Inf\"}", "0+60x"),
            ],
            &[
                ("s_bucket{le=\"1.98\"}", "0+60x"),
                ("s_bucket{le=\"+Inf\"}", "0+60x"),
            ],
        ),
    ];
    for (number, (expr, firing, failing)) in cases.into_iter().enumerate() {
        let text = propose_for(&format!("new-{number}"), expr, "5m").unwrap();
        for (test, expected) in [firing, failing].into_iter().enumerate() {
            let found = series(&text, test);
            let same = found.len() == expected.len()
                && found.iter().zip(expected).all(|(found, expected)| {
                    found.0 == expected.0 && found.1.starts_with(expected.1)
                });
            assert!(same, "{expr}: {found:?} is not {expected:?}");
        }
    }
}

#[test]
fn what_cannot_be_turned_round_is_named() {
    let error = propose_for("new-stddev", "stddev(x) > 5", "0s").unwrap_err();
    assert_eq!(error.message, "`stddev` cannot be turned round");
    let span = error.span.unwrap();
    assert_eq!((span.start, span.end), (0, 9));
}

/// Every alert of the shipped pack has a proposal.
#[test]
fn the_pack_has_proposals() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/alert-rules.yml");
    let file = load(&path, Target::default());
    for rule in alerts(&file) {
        let found = proposal(&file, rule, Target::default());
        // Its denominator is part of its numerator in the case that fails, where an `or` makes both sides fail.
        if rule.name() != "LokiLogIngestionErrors" {
            assert!(
                found.is_ok(),
                "{}: {}",
                rule.name(),
                found.unwrap_err().message
            );
        }
    }
}

/// Proposals for the alerts of real rule files pass with promtool as well; every tenth file, all of them with
/// `RULECHECK_FULL`.
#[test]
fn promtool_passes_what_is_proposed() {
    let Some(given) = common::corpus() else {
        return;
    };
    let has_promtool = common::has_promtool();
    let target = common::promtool_target();
    let every = if common::is_full() { 1 } else { 10 };
    let (mut all, mut proposed, mut judged) = (0, 0, 0);
    let rows = common::rows(&given);
    let good = rows
        .iter()
        .filter(|row| row.kind == "rules" && row.exit == "0");
    for row in good.step_by(every) {
        let file = load(&given.join(&row.path), target);
        for (number, rule) in alerts(&file).enumerate() {
            all += 1;
            let Ok(text) = proposal(&file, rule, target) else {
                continue;
            };
            proposed += 1;
            // promtool takes a fifth of a second for each.
            if !has_promtool || number % 5 != 0 {
                continue;
            }
            judged += 1;
            let name = file.identity.file_name().unwrap().to_string_lossy();
            let rules = std::fs::read_to_string(&file.identity).unwrap();
            let files = [(&*name, rules.as_str()), ("new.yaml", text.as_str())];
            let folder = common::Folder::with("proposed", &files);
            let output = Command::new("promtool")
                .args(["test", "rules", "new.yaml"])
                .current_dir(folder.path())
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success(),
                "{} {}: {said}\n{text}",
                row.path,
                rule.name()
            );
        }
    }
    println!("{proposed} of {all} alerts have a proposal; promtool passes {judged} of {judged}");
    assert!(proposed * 2 > all, "{proposed} of {all}");
}
