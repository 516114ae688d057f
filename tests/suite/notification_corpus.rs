//! The messages of every real configuration that amtool accepts.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use crate::common;

use rulecheck::notify::message::Notification;
use rulecheck::source::SourceFile;
use rulecheck::target::Target;
use rulecheck::template::alertmanager::{Data, Templates};
use rulecheck::yaml::Tree;

const DATA: &str = r#"{"receiver": "r", "status": "firing", "externalURL": "http://a.example",
  "alerts": [{"status": "firing", "labels": {"alertname": "A", "severity": "page"}, "annotations": {"summary": "s"},
              "startsAt": "2024-01-01T00:00:00Z"}],
  "groupLabels": {"alertname": "A"}, "commonLabels": {"alertname": "A"}, "commonAnnotations": {"summary": "s"}}"#;

#[test]
fn the_messages_of_real_configurations_can_be_rendered() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let (target, data) = (Target::default(), Data::from_json(DATA).unwrap());
    let templates = Templates::new([], &target).unwrap();
    let (mut messages, mut failures) = (0, Vec::new());
    for row in common::rows(&corpus) {
        if row.kind != "alertmanager" || row.exit != "0" {
            continue;
        }
        let text = std::fs::read_to_string(corpus.join(&row.path)).unwrap();
        let tree = Tree::parse(&SourceFile::new(row.path.as_str(), text));
        let Some(root) = tree.root(0) else {
            continue;
        };
        let notification = Notification {
            templates: &templates,
            data: &data,
            group_key: "{}:{}",
            global: root.get("global"),
            target: &target,
        };
        let receivers = root
            .get("receivers")
            .into_iter()
            .flat_map(|list| list.items());
        for (key, list) in receivers.flat_map(|receiver| receiver.pairs()) {
            for node in list.items() {
                match notification.message(key.scalar().unwrap(), node) {
                    Some(Ok(message)) => {
                        assert!(!message.fields.is_empty(), "{}", row.path);
                        messages += 1;
                    }
                    Some(Err(failed)) => {
                        failures.push(format!("{}: {}: {failed}", row.path, failed.field))
                    }
                    None => {}
                }
            }
        }
    }
    assert!(messages > 30, "{messages} messages");
    assert!(failures.is_empty(), "{failures:?}");
}
