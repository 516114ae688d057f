//! The shipped pack: what the real tools say of it, and that every runbook it promises is there.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and says what it skips"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rulecheck::project::{self, Choice, Project};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a tool on the pack; says what it printed where it fails.
fn passes(program: &str, arguments: &[&str]) {
    match Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output()
    {
        Err(_) => println!("skipped: no {program}"),
        Ok(output) => assert!(
            output.status.success(),
            "{program} {arguments:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}

fn pack() -> Vec<Project> {
    project::open(&[root().to_owned()], None, &Choice::default()).unwrap()
}

#[test]
fn promtool_and_amtool_accept_it() {
    passes("promtool", &["check", "rules", "rules/alert-rules.yml"]);
    passes(
        "promtool",
        &["check", "config", "--syntax-only", "rules/prometheus.yml"],
    );
    passes("amtool", &["check-config", "rules/alertmanager.yml"]);
}

#[test]
fn promtool_passes_its_fixtures() {
    let mut fixtures: Vec<String> = fs::read_dir(root().join("fixtures"))
        .unwrap()
        .map(|entry| format!("fixtures/{}", entry.unwrap().file_name().to_string_lossy()))
        .collect();
    // It asks for notifications, of which promtool knows nothing.
    fixtures.retain(|path| !path.ends_with("/notifications.yaml"));
    fixtures.sort();
    assert!(fixtures.len() >= 8, "{fixtures:?}");
    let mut arguments = vec!["test", "rules"];
    arguments.extend(fixtures.iter().map(String::as_str));
    passes("promtool", &arguments);
}

#[test]
fn every_alert_has_a_fixture_that_fires_it_and_one_that_keeps_it_silent() {
    let projects = pack();
    let environment = &projects[0].environments[0];
    for alert in environment.alerts() {
        let name = alert.item.name();
        let assertions: Vec<bool> = environment
            .fixtures()
            .flat_map(|fixture| &fixture.item.tests)
            .flat_map(|test| &test.alert_rule_tests)
            .filter(|test| {
                test.alertname
                    .as_ref()
                    .is_some_and(|tested| tested.as_str() == name)
            })
            .map(|test| !test.exp_alerts.is_empty())
            .collect();
        assert!(
            assertions.contains(&true),
            "{name} never fires in a fixture"
        );
        // The dead-man's switch is meant never to be silent.
        let silent = assertions.contains(&false) || name == "Watchdog";
        assert!(silent, "{name} is never silent in a fixture");
    }
}

#[test]
fn every_runbook_is_there() {
    let projects = pack();
    let mut seen = 0;
    for alert in projects[0].environments[0].alerts() {
        let url = alert.item.annotation("runbook_url").unwrap().value.as_str();
        let (page, section) = url.split_once('#').unwrap();
        let file = page.rsplit('/').next().unwrap();
        let path: PathBuf = root().join("rules/runbooks").join(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("{url}: no {file}"));
        let is_heading = |line: &str| {
            line.strip_prefix("## ")
                .is_some_and(|heading| heading.to_lowercase().replace(' ', "-") == section)
        };
        assert!(text.lines().any(is_heading), "{url}: no such section");
        seen += 1;
    }
    assert!(seen >= 35, "{seen} alerts");
}
