//! What people get to read of the alerts of the guide.

use rulecheck::analysis::{EnvironmentFacts, Status};
use rulecheck::diagnostic::Diagnostic;
use rulecheck::labels::Labels;
use rulecheck::lint::{self, Levels};
use rulecheck::project::{self, Choice};

use super::{Folder, found_in, monitoring, with_settings};

/// The proofs show it as the guide's review saw a real Alertmanager send it.
#[test]
fn what_is_sent_is_shown() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let folder = with_settings("seed-sent", &monitoring);
    let projects = project::open(&[folder.path().to_owned()], None, &Choice::default()).unwrap();
    let found = lint::run(&projects[0], &Levels::default());
    let proof = |lint: &str, line: usize| {
        let of_line = |found: &&Diagnostic| {
            let location = &found.location;
            let place = location.file.line_column(location.span.start as usize);
            found.lint == lint && place.line == line
        };
        found.iter().find(of_line).unwrap().proof.join("\n")
    };
    assert!(proof("notify-group-label", 29).contains("is \"[] "));
    assert!(proof("notify-label-missing", 32).contains("\\nâ€¢ : "));
    assert!(proof("notify-label-missing", 34).contains("Runbook: \\n"));
    assert!(
        proof("notify-resolved-empty", 43)
            .ends_with("resolved, the `text` for `ops-critical` is \"\\n\"")
    );
    assert!(proof("notify-resolved-same", 41).contains("\"ðŸš¨ [CRITICAL] "));
    // An alert that somebody makes by hand has none of the annotations.
    let facts = EnvironmentFacts::new(
        &projects[0].environments[0],
        &projects[0].settings,
        projects[0].target,
    );
    let outlet = facts
        .outlets()
        .iter()
        .find(|outlet| &*outlet.receiver == "ops-default");
    let outlet = outlet.unwrap();
    let mut by_hand = outlet.about_any(Status::Firing);
    by_hand.alerts[0].annotations = Labels::empty();
    let text = outlet
        .render(outlet.text("text").unwrap(), &by_hand)
        .unwrap();
    assert_eq!(text, "\nâ€¢ : \n  \n  Runbook: \n\n");
}

/// Whoever is told of critical alerts alone may call them so; with others it is found.
#[test]
fn the_severity_in_the_title_is_right_until_a_route_changes() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let folder = with_settings("seed-severity", &monitoring);
    let of_lint = |folder: &Folder| {
        let found = found_in(folder).into_iter();
        let found = found.filter(|found| found.starts_with("notify-severity-fixed"));
        found.collect::<Vec<_>>()
    };
    assert_eq!(of_lint(&folder), Vec::<String>::new());
    let file = folder.path().join("alertmanager/alertmanager.yml");
    let text = std::fs::read_to_string(file).unwrap();
    let mended = "severity: high\n      receiver: 'ops-critical'";
    let changed = text.replace("severity: high\n      receiver: 'ops-default'", mended);
    assert_ne!(changed, text);
    folder.write("alertmanager/alertmanager.yml", &changed);
    assert_eq!(
        of_lint(&folder),
        ["notify-severity-fixed warning alertmanager.yml:41 CRITICAL"]
    );
}
