//! The expected messages are put together by hand from the documented defaults.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use super::*;
use crate::labels::Labels;
use crate::source::SourceFile;
use crate::target::Version;
use crate::template::alertmanager::{Alert, ErrorKind, Time};
use crate::yaml::Tree;

const LINK: &str = "http://alerts.example/#/alerts?receiver=team";
const SUBJECT: &str = "[FIRING:1] DiskFull (db-1 page)";

fn data(status: &str) -> Data {
    let alert = Alert {
        status: status.into(),
        labels: Labels::from_pairs([
            ("alertname", "DiskFull"),
            ("instance", "db-1"),
            ("severity", "page"),
        ]),
        annotations: Labels::from_pairs([("summary", "90% & <rising>")]),
        starts_at: Time::parse("2024-02-03T04:05:06.5Z").unwrap(),
        ends_at: Time::ZERO,
        generator_url: "http://prom.example/g".into(),
        fingerprint: "0123456789abcdef".into(),
    };
    let group = Labels::from_pairs([("alertname", "DiskFull")]);
    Data::new("team", group, vec![alert], "http://alerts.example")
}

fn target(minor: u16) -> Target {
    Target {
        alertmanager: Version::new(0, minor),
        ..Target::default()
    }
}

/// The message of the first integration under `key`.
fn sent(yaml: &str, key: &str, data: &Data, target: &Target) -> Result<Message, Failed> {
    let tree = Tree::parse(&SourceFile::new("alertmanager.yml", yaml));
    let root = tree.root(0).unwrap();
    let templates = Templates::new([], target).unwrap();
    let notification = Notification {
        templates: &templates,
        data,
        group_key: "{}:{alertname=\"DiskFull\"}",
        global: root.get("global"),
        target,
    };
    let node = root.get(key).unwrap().items().next().unwrap();
    notification.message(key, node).unwrap()
}

/// The fields of a message about one alert, firing or resolved.
fn fields(yaml: &str, key: &str, status: &str) -> Vec<(String, String)> {
    sent(yaml, key, &data(status), &Target::default())
        .unwrap()
        .fields
}

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let fields = fields.iter();
    fields
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

/// What one alert is in a list of alerts.
const LISTED: &str = "Labels:\n - alertname = DiskFull\n - instance = db-1\n - severity = page\n\
                      Annotations:\n - summary = 90% & <rising>\nSource: http://prom.example/g\n";

#[test]
fn slack_is_sent_an_attachment() {
    let yaml = "slack_configs: [{api_url: 'http://secret', channel: '#a-{{ .CommonLabels.severity }}', \
                text: '{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}', footer: null, \
                fields: [{title: Where, value: '{{ .CommonLabels.instance }}'}], \
                actions: [{type: button, text: Runbook, url: 'http://x/{{ .GroupLabels.alertname }}'}]}]";
    let wanted = [
        ("channel", "#a-page"),
        ("username", "Alertmanager"),
        ("color", "danger"),
        ("title", SUBJECT),
        ("title_link", LINK),
        ("pretext", ""),
        ("text", "90% & <rising>"),
        ("fallback", &*format!("{SUBJECT} | {LINK}")),
        ("footer", ""),
        ("fields[0].title", "Where"),
        ("fields[0].value", "db-1"),
        ("actions[0].text", "Runbook"),
        ("actions[0].url", "http://x/DiskFull"),
    ];
    assert_eq!(fields(yaml, "slack_configs", "firing"), owned(&wanted));
    let resolved = fields(yaml, "slack_configs", "resolved");
    assert!(resolved.contains(&("color".to_owned(), "good".to_owned())));
}

#[test]
fn titles_are_cut_where_slack_cuts_them() {
    let yaml = format!("slack_configs: [{{title: '{}'}}]", "ä".repeat(1025));
    let fields = fields(&yaml, "slack_configs", "firing");
    let title = &fields.iter().find(|(name, _)| name == "title").unwrap().1;
    assert_eq!(*title, "ä".repeat(1023) + "…");
}

#[test]
fn email_has_headers_and_a_page() {
    let yaml = "global: {smtp_from: alerts@example}\n\
                email_configs: [{to: '{{ .Receiver }}@example', headers: {reply-to: x, SUBJECT: '{{ .Status }}'}, \
                html: '<p>{{ .CommonAnnotations.summary }}</p>', text: '{{ .CommonAnnotations.summary }}', auth_password: s}]";
    let wanted = [
        ("to", "team@example"),
        ("from", "alerts@example"),
        ("Subject", "firing"),
        ("Reply-To", "x"),
        ("html", "<p>90% &amp; &lt;rising&gt;</p>"),
        ("text", "90% & <rising>"),
    ];
    assert_eq!(fields(yaml, "email_configs", "firing"), owned(&wanted));
    let plain = fields(
        "email_configs: [{to: a, from: b}]",
        "email_configs",
        "firing",
    );
    assert_eq!(plain[2], ("Subject".to_owned(), SUBJECT.to_owned()));
    assert!(plain[3].1.contains("<!DOCTYPE html>"));
}

#[test]
fn pagerduty_is_sent_details_and_no_key() {
    let yaml = "pagerduty_configs: [{routing_key: secret, class: '{{ .CommonLabels.severity }}', \
                client: me, details: {firing: '', team: '{{ .Receiver }}'}, \
                links: [{text: T, href: 'http://x'}]}]";
    let wanted = [
        ("description", SUBJECT),
        ("severity", "error"),
        ("source", "me"),
        ("class", "page"),
        ("details.firing", ""),
        ("details.num_firing", "1"),
        ("details.num_resolved", "0"),
        ("details.resolved", ""),
        ("details.team", "team"),
        ("client", "me"),
        ("client_url", LINK),
        ("links[0].text", "T"),
        ("links[0].href", "http://x"),
    ];
    assert_eq!(fields(yaml, "pagerduty_configs", "firing"), owned(&wanted));
    let plain = fields(
        "pagerduty_configs: [{routing_key: k}]",
        "pagerduty_configs",
        "firing",
    );
    assert_eq!(plain[2], ("source".to_owned(), "Alertmanager".to_owned()));
    assert_eq!(plain[3], ("details.firing".to_owned(), LISTED.to_owned()));
}

#[test]
fn webhooks_are_posted_the_data() {
    let yaml = "webhook_configs: [{url: 'http://x'}]";
    let payload = |minor| {
        let message = sent(yaml, "webhook_configs", &data("firing"), &target(minor)).unwrap();
        assert_eq!(message.kind, "webhook");
        message.fields[0].1.clone()
    };
    assert_eq!(
        payload(25),
        "{\"receiver\":\"team\",\"status\":\"firing\",\"alerts\":[{\"status\":\"firing\",\"labels\":\
         {\"alertname\":\"DiskFull\",\"instance\":\"db-1\",\"severity\":\"page\"},\"annotations\":\
         {\"summary\":\"90% \\u0026 \\u003crising\\u003e\"},\"startsAt\":\"2024-02-03T04:05:06.5Z\",\
         \"endsAt\":\"0001-01-01T00:00:00Z\",\"generatorURL\":\"http://prom.example/g\",\
         \"fingerprint\":\"0123456789abcdef\"}],\"groupLabels\":{\"alertname\":\"DiskFull\"},\
         \"commonLabels\":{\"alertname\":\"DiskFull\",\"instance\":\"db-1\",\"severity\":\"page\"},\
         \"commonAnnotations\":{\"summary\":\"90% \\u0026 \\u003crising\\u003e\"},\
         \"externalURL\":\"http://alerts.example\",\"version\":\"4\",\
         \"groupKey\":\"{}:{alertname=\\\"DiskFull\\\"}\",\"truncatedAlerts\":0}"
    );
    let json: serde_json::Value = serde_json::from_str(&payload(34)).unwrap();
    assert_eq!(json["notification_reason"], "");
    let few = "webhook_configs: [{url: 'http://x', max_alerts: 1}]";
    let mut two = data("firing");
    let mut other = two.alerts[0].clone();
    other.labels = Labels::from_pairs([("alertname", "DiskFull")]);
    two.alerts.push(other);
    let message = sent(few, "webhook_configs", &two, &target(34)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&message.fields[0].1).unwrap();
    assert_eq!(
        (
            json["truncatedAlerts"].as_u64(),
            json["alerts"].as_array().unwrap().len()
        ),
        (Some(1), 1)
    );
    assert_eq!(json["commonLabels"]["instance"], "db-1");
}

#[test]
fn opsgenie_is_told_the_common_labels_and_to_close() {
    let yaml = "opsgenie_configs: [{api_key: s, message: m, description: d, priority: P1, details: {severity: high, x: y}}]";
    let wanted = [
        ("message", "m"),
        ("description", "d"),
        ("source", LINK),
        ("priority", "P1"),
        ("details.alertname", "DiskFull"),
        ("details.instance", "db-1"),
        ("details.severity", "high"),
        ("details.x", "y"),
    ];
    assert_eq!(fields(yaml, "opsgenie_configs", "firing"), owned(&wanted));
    let wanted = [("source", LINK)];
    assert_eq!(fields(yaml, "opsgenie_configs", "resolved"), owned(&wanted));
}

#[test]
fn telegram_escapes_where_it_sends_html() {
    let message = |yaml: &str, minor| {
        let yaml = format!(
            "telegram_configs: [{{message: '{{{{ .CommonAnnotations.summary }}}}'{yaml}}}]"
        );
        let sent = sent(&yaml, "telegram_configs", &data("firing"), &target(minor)).unwrap();
        sent.fields[0].1.clone()
    };
    assert_eq!(message("", 34), "90% &amp; &lt;rising&gt;");
    assert_eq!(message("", 25), "90% &amp; &lt;rising&gt;");
    assert_eq!(message("", 24), "90% & <rising>");
    assert_eq!(message(", parse_mode: Markdown", 34), "90% & <rising>");
}

#[test]
fn pushover_escapes_where_it_is_told_to_send_html_in_any_word_for_true() {
    for (html, text) in [
        ("true", "90% &amp; &lt;rising&gt;"),
        ("yes", "90% &amp; &lt;rising&gt;"),
        ("no", "90% & <rising>"),
        ("~", "90% & <rising>"),
    ] {
        let yaml = format!(
            "pushover_configs: [{{html: {html}, message: '{{{{ .CommonAnnotations.summary }}}}'}}]"
        );
        let fields = fields(&yaml, "pushover_configs", "firing");
        let message = fields.iter().find(|(name, _)| name == "message");
        assert_eq!(message.map(|(_, text)| &**text), Some(text), "{html}");
    }
}

#[test]
fn other_integrations_have_their_defaults() {
    let lists = format!("\n\nAlerts Firing:\n{LISTED}\n\n\n");
    for (key, name, text) in [
        ("discord_configs", "title", SUBJECT),
        ("discord_configs", "message", &*lists),
        ("pushover_configs", "priority", "2"),
        ("pushover_configs", "url", LINK),
        ("victorops_configs", "message_type", "CRITICAL"),
        ("victorops_configs", "entity_display_name", SUBJECT),
        ("victorops_configs", "monitoring_tool", "Alertmanager"),
        ("sns_configs", "subject", SUBJECT),
        (
            "webex_configs",
            "message",
            &*format!("90% & <rising>{lists}"),
        ),
        ("wechat_configs", "to_user", ""),
        ("jira_configs", "summary", SUBJECT),
        ("jira_configs", "priority", ""),
        ("rocketchat_configs", "color", "red"),
        ("mattermost_configs", "color", "danger"),
        ("msteams_configs", "summary", SUBJECT),
        ("msteamsv2_configs", "title", SUBJECT),
    ] {
        let fields = fields(&format!("{key}: [{{}}]"), key, "firing");
        let found = fields.iter().find(|(field, _)| field == name);
        assert_eq!(found.map(|(_, text)| &**text), Some(text), "{key} {name}");
    }
    let resolved = fields(
        "victorops_configs: [{message_type: WARNING}]",
        "victorops_configs",
        "resolved",
    );
    assert_eq!(resolved[0].1, "RECOVERY");
    let firing = fields(
        "victorops_configs: [{message_type: WARNING}]",
        "victorops_configs",
        "firing",
    );
    assert_eq!(firing[0].1, "WARNING");
}

#[test]
fn one_text_that_fails_fails_the_message() {
    let yaml = "slack_configs: [{title: x, text: '{{ .Labels.severity }}'}]";
    let failed = sent(yaml, "slack_configs", &data("firing"), &Target::default()).unwrap_err();
    assert_eq!(
        failed.to_string(),
        "template: :1:10: executing \"\" at <.Labels.severity>: \
         can't evaluate field Labels in type *template.Data"
    );
    assert_eq!(
        (&*failed.field, failed.error.kind),
        ("text", ErrorKind::Execution)
    );
    let span = failed.span.unwrap();
    assert!(yaml[span.range()].contains("{{ .Labels.severity }}"));
}
