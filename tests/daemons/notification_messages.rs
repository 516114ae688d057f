//! What a real Alertmanager sends, against the messages that are rendered here of the same data.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use crate::alertmanager::daemon;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use daemon::{Daemon, Listener, Message};
use rulecheck::notify::message::Notification;
use rulecheck::source::SourceFile;
use rulecheck::target::{Target, Version};
use rulecheck::template::alertmanager::{Data, Templates};
use rulecheck::yaml::Tree;
use serde_json::{Value, json};

/// The file of templates that the configuration loads.
const FILE: &str = r#"{{ define "slack.default.title" }}{{ .Status }} <{{ .CommonLabels.alertname }}>{{ end }}
{{ define "mine" }}{{ range .Alerts }}{{ .Labels.instance }}: {{ .Annotations.summary | title }};{{ end }}{{ end }}
"#;

/// `PORT` is that of the receiver. Each integration posts to a path of its own.
const CONFIGURATION: &str = r##"
templates: [x.tmpl]
route: {receiver: 'team.x', group_by: [alertname], group_wait: 1s, group_interval: 1s}
receivers:
  - name: 'team.x'
    webhook_configs:
      - {url: 'http://127.0.0.1:PORT/webhook'}
    slack_configs:
      - {api_url: 'http://127.0.0.1:PORT/slack', channel: '#x', send_resolved: true}
      - api_url: http://127.0.0.1:PORT/slack-own
        channel: '#{{ .CommonLabels.severity }}'
        title: '{{ .GroupLabels }} & {{ .CommonLabels.SortedPairs }}'
        text: '{{ template "mine" . }}'
        footer: '{{ .CommonAnnotations }}'
        send_resolved: true
        fields: [{title: Where, value: '{{ .CommonLabels.job }}'}, {title: '{{ .Status }}', value: x}]
        actions: [{type: button, text: '{{ len .Alerts }}', url: '{{ (index .Alerts 0).GeneratorURL }}'}]
    pagerduty_configs:
      - {url: 'http://127.0.0.1:PORT/pagerduty', routing_key: secret}
      - url: http://127.0.0.1:PORT/pagerduty-own
        routing_key: secret
        client: '{{ .Receiver }}'
        severity: '{{ .CommonLabels.severity }}'
        class: '{{ .CommonLabels.job }}'
        details: {firing: '{{ template "mine" . }}', more: '{{ .ExternalURL }}'}
        links: [{text: '{{ .Status }}', href: 'http://x'}]
    opsgenie_configs:
      - {api_url: 'http://127.0.0.1:PORT/opsgenie/', api_key: secret}
      - api_url: http://127.0.0.1:PORT/opsgenie-own/
        api_key: secret
        message: '{{ range .Alerts }}{{ .Annotations.long }}{{ end }}'
        priority: '{{ if eq .Status "firing" }}P1{{ end }}'
        note: '{{ .CommonLabels.job }}'
        details: {severity: '{{ toUpper .CommonLabels.severity }}', own: x}
    victorops_configs:
      - {api_url: 'http://127.0.0.1:PORT/victorops/', api_key: secret, routing_key: x}
      - {api_url: 'http://127.0.0.1:PORT/victorops-own/', api_key: secret, routing_key: x, message_type: '{{ .CommonLabels.severity }}', custom_fields: {a: '{{ .Status }}'}}
    discord_configs:
      - {webhook_url: 'http://127.0.0.1:PORT/discord'}
      - {webhook_url: 'http://127.0.0.1:PORT/discord-own', title: '{{ .Status | toUpper }}', message: '{{ range .Alerts }}{{ .Annotations.long }}{{ end }}'}
"##;

/// Where in what is posted a field stands.
fn pointer(kind: &str, field: &str) -> String {
    let inner = field.replace('[', "/").replace("].", "/");
    match (kind, field) {
        ("slack", "channel" | "username") => format!("/{field}"),
        ("slack", _) => format!("/attachments/0/{inner}"),
        ("pagerduty", "client" | "client_url") => format!("/{field}"),
        ("pagerduty", "description") => "/payload/summary".to_owned(),
        ("pagerduty", _) if field.starts_with("links") => format!("/{inner}"),
        ("pagerduty", _) => match field.strip_prefix("details.") {
            Some(name) => format!("/payload/custom_details/{name}"),
            None => format!("/payload/{field}"),
        },
        ("discord", "message") => "/embeds/0/description".to_owned(),
        ("discord", _) => format!("/embeds/0/{field}"),
        ("victorops", _) => format!("/{}", field.trim_start_matches("custom_fields.")),
        _ => format!("/{}", field.replace('.', "/")),
    }
}

/// The last message to a path that begins so.
fn posted<'m>(messages: &'m [Message], path: &str) -> &'m Message {
    let is_it = |message: &&Message| {
        let rest = message.path.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    messages
        .iter()
        .rev()
        .find(is_it)
        .unwrap_or_else(|| panic!("nothing came to {path}"))
}

/// Compares all that was posted in one round.
fn compare(configuration: &str, messages: &[Message], status: &str) {
    let target = Target {
        alertmanager: Version::new(0, 25),
        ..Target::default()
    };
    let templates = Templates::new([("x.tmpl", FILE)], &target).unwrap();
    let tree = Tree::parse(&SourceFile::new("alertmanager.yml", configuration));
    let receiver = tree
        .root(0)
        .unwrap()
        .get("receivers")
        .unwrap()
        .items()
        .next()
        .unwrap();
    let body = &posted(messages, "/webhook").body;
    let read = Data::from_json(&body.to_string()).unwrap();
    // The data as they are made here of the alerts that were told.
    let data = Data::new("team.x", read.group_labels, read.alerts, read.external_url);
    assert_eq!(&*data.status, status);
    let notification = Notification {
        templates: &templates,
        data: &data,
        group_key: body["groupKey"].as_str().unwrap(),
        global: None,
        target: &target,
    };
    let mut compared = 0;
    for (key, list) in receiver.entries().filter(|(_, list)| list.is_sequence()) {
        let key = key.scalar().unwrap();
        for (index, node) in list.items().enumerate() {
            let message = notification.message(key, node).unwrap().unwrap();
            let own = if index > 0 { "-own" } else { "" };
            let body = &posted(messages, &format!("/{}{own}", message.kind)).body;
            if message.kind == "webhook" {
                let ours: Value = serde_json::from_str(&message.fields[0].1).unwrap();
                assert_eq!(ours, *body);
            }
            for (field, text) in message
                .fields
                .iter()
                .filter(|(field, _)| field != "payload")
            {
                let theirs = body.pointer(&pointer(&message.kind, field));
                let theirs = theirs.and_then(Value::as_str).unwrap_or_default();
                assert_eq!(text, theirs, "{key}[{index}] {field}, {status}: {body}");
                compared += 1;
            }
        }
    }
    assert!(compared > 50, "{compared} fields were compared");
}

#[test]
fn a_real_alertmanager_sends_the_same_texts() {
    let is_there = Command::new("prometheus-alertmanager")
        .arg("--version")
        .output();
    if is_there.is_err() {
        eprintln!("skipped: no prometheus-alertmanager");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("notification_messages");
    // There may be none from another run.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let listener = Listener::new();
    let configuration = CONFIGURATION.replace("PORT", &listener.port.to_string());
    std::fs::write(folder.join("alertmanager.yml"), &configuration).unwrap();
    std::fs::write(folder.join("x.tmpl"), FILE).unwrap();
    let daemon = Daemon::start(&folder);
    let alerts = |ends: Value| {
        let alert = |instance: &str| {
            json!({
                "labels": {"alertname": "Disk \"full\"", "instance": instance, "job": "<node>", "severity": "warning"},
                "annotations": {"summary": "90% & RISING", "long": "ä".repeat(150)},
                "startsAt": "2024-02-03T04:05:06.789Z",
                "endsAt": ends,
                "generatorURL": "http://prom.example/graph?g0.expr=a&b",
            })
        };
        json!([alert("db-1"), alert("db-2")])
    };
    let mut before = 0;
    for (status, ends) in [
        ("firing", "2099-01-01T00:00:00Z"),
        ("resolved", "2024-02-03T05:00:00Z"),
    ] {
        daemon.post(&alerts(json!(ends)));
        let begin = Instant::now();
        // One for each integration.
        while listener.messages().len() < before + 11 {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(begin.elapsed() < Duration::from_secs(20), "{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
        let messages = listener.messages();
        compare(&configuration, &messages[before..], status);
        before = messages.len();
    }
}
