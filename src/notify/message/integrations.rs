//! The texts of each integration that people get to read: their keys, their defaults, and how much of them is kept.
//!
//! The defaults are those of Alertmanager's documentation; the limits those of the services, to which Alertmanager cuts.

use super::part::Part::{self, Choice, Headers, List, Map, Text, Texts};

/// The texts of the integrations of a receiver's key such as `slack_configs`, in the order in which they are told; `None`
/// for a key that is none of them.
pub(super) fn parts(key: &str) -> Option<&'static [Part]> {
    Some(match key {
        "slack_configs" => SLACK,
        "email_configs" => EMAIL,
        "pagerduty_configs" => PAGERDUTY,
        "opsgenie_configs" => OPSGENIE,
        "msteams_configs" => MSTEAMS,
        "msteamsv2_configs" => MSTEAMSV2,
        "telegram_configs" => TELEGRAM,
        "discord_configs" => DISCORD,
        "pushover_configs" => PUSHOVER,
        "victorops_configs" => VICTOROPS,
        "webex_configs" => WEBEX,
        "sns_configs" => SNS,
        "wechat_configs" => WECHAT,
        "jira_configs" => JIRA,
        "rocketchat_configs" => ROCKETCHAT,
        "mattermost_configs" => MATTERMOST,
        // They send the data themselves.
        "webhook_configs" | "incidentio_configs" => &[],
        _ => return None,
    })
}

const NO_LIMIT: usize = usize::MAX;

const fn text(key: &'static str, default: &'static str) -> Part {
    Text(key, default, NO_LIMIT)
}

const fn plain(key: &'static str) -> Part {
    Text(key, "", NO_LIMIT)
}

const SLACK: &[Part] = &[
    plain("channel"),
    text("username", "{{ template \"slack.default.username\" . }}"),
    text(
        "color",
        "{{ if eq .Status \"firing\" }}danger{{ else }}good{{ end }}",
    ),
    Text("title", "{{ template \"slack.default.title\" . }}", 1024),
    text("title_link", "{{ template \"slack.default.titlelink\" . }}"),
    text("pretext", "{{ template \"slack.default.pretext\" . }}"),
    text("text", "{{ template \"slack.default.text\" . }}"),
    plain("message_text"),
    text("fallback", "{{ template \"slack.default.fallback\" . }}"),
    text("footer", "{{ template \"slack.default.footer\" . }}"),
    plain("image_url"),
    plain("thumb_url"),
    List("fields", &["title", "value"]),
    List("actions", &["text", "url"]),
];

const EMAIL: &[Part] = &[
    plain("to"),
    plain("from"),
    Headers("{{ template \"email.default.subject\" . }}"),
    Choice("html", "{{ template \"email.default.html\" . }}", NO_LIMIT),
    plain("text"),
];

const PAGERDUTY: &[Part] = &[
    Text(
        "description",
        "{{ template \"pagerduty.default.description\" . }}",
        1024,
    ),
    text("severity", "error"),
    plain("source"),
    plain("class"),
    plain("component"),
    plain("group"),
    Map(
        "details",
        &[
            (
                "firing",
                "{{ template \"pagerduty.default.instances\" .Alerts.Firing }}",
            ),
            ("num_firing", "{{ .Alerts.Firing | len }}"),
            ("num_resolved", "{{ .Alerts.Resolved | len }}"),
            (
                "resolved",
                "{{ template \"pagerduty.default.instances\" .Alerts.Resolved }}",
            ),
        ],
    ),
    text("client", "{{ template \"pagerduty.default.client\" . }}"),
    text(
        "client_url",
        "{{ template \"pagerduty.default.clientURL\" . }}",
    ),
    List("links", &["text", "href"]),
];

const OPSGENIE: &[Part] = &[
    Text(
        "message",
        "{{ template \"opsgenie.default.message\" . }}",
        130,
    ),
    text(
        "description",
        "{{ template \"opsgenie.default.description\" . }}",
    ),
    text("source", "{{ template \"opsgenie.default.source\" . }}"),
    plain("priority"),
    plain("tags"),
    plain("note"),
    plain("entity"),
    plain("actions"),
    Map("details", &[]),
    List("responders", &["name", "username", "id", "type"]),
];

const MSTEAMS: &[Part] = &[
    text("title", "{{ template \"msteams.default.title\" . }}"),
    text("text", "{{ template \"msteams.default.text\" . }}"),
    text("summary", "{{ template \"msteams.default.summary\" . }}"),
];

const MSTEAMSV2: &[Part] = &[
    text("title", "{{ template \"msteamsv2.default.title\" . }}"),
    text("text", "{{ template \"msteamsv2.default.text\" . }}"),
];

const TELEGRAM: &[Part] = &[Choice(
    "message",
    "{{ template \"telegram.default.message\" . }}",
    4096,
)];

const DISCORD: &[Part] = &[
    Text("title", "{{ template \"discord.default.title\" . }}", 256),
    Text(
        "message",
        "{{ template \"discord.default.message\" . }}",
        2048,
    ),
    Text("content", "", 2000),
    plain("username"),
    plain("avatar_url"),
];

const PUSHOVER: &[Part] = &[
    Text("title", "{{ template \"pushover.default.title\" . }}", 250),
    Choice(
        "message",
        "{{ template \"pushover.default.message\" . }}",
        1024,
    ),
    Text("url", "{{ template \"pushover.default.url\" . }}", 512),
    plain("url_title"),
    text(
        "priority",
        "{{ if eq .Status \"firing\" }}2{{ else }}0{{ end }}",
    ),
    plain("sound"),
    plain("device"),
];

const VICTOROPS: &[Part] = &[
    text("message_type", "CRITICAL"),
    text(
        "entity_display_name",
        "{{ template \"victorops.default.entity_display_name\" . }}",
    ),
    Text(
        "state_message",
        "{{ template \"victorops.default.state_message\" . }}",
        20_480,
    ),
    text(
        "monitoring_tool",
        "{{ template \"victorops.default.monitoring_tool\" . }}",
    ),
    Map("custom_fields", &[]),
];

const WEBEX: &[Part] = &[
    plain("room_id"),
    text("message", "{{ template \"webex.default.message\" . }}"),
];

const SNS: &[Part] = &[
    plain("topic_arn"),
    plain("target_arn"),
    plain("phone_number"),
    text("subject", "{{ template \"sns.default.subject\" . }}"),
    text("message", "{{ template \"sns.default.message\" . }}"),
    Map("attributes", &[]),
];

const WECHAT: &[Part] = &[
    text("to_user", "{{ template \"wechat.default.to_user\" . }}"),
    text("to_party", "{{ template \"wechat.default.to_party\" . }}"),
    text("to_tag", "{{ template \"wechat.default.to_tag\" . }}"),
    text("agent_id", "{{ template \"wechat.default.agent_id\" . }}"),
    text("message", "{{ template \"wechat.default.message\" . }}"),
];

const JIRA: &[Part] = &[
    plain("project"),
    plain("issue_type"),
    Text("summary", "{{ template \"jira.default.summary\" . }}", 255),
    Text(
        "description",
        "{{ template \"jira.default.description\" . }}",
        32_767,
    ),
    text("priority", "{{ template \"jira.default.priority\" . }}"),
    Texts("labels"),
];

const ROCKETCHAT: &[Part] = &[
    plain("channel"),
    text(
        "color",
        "{{ if eq .Status \"firing\" }}red{{ else }}green{{ end }}",
    ),
    text("title", "{{ template \"rocketchat.default.title\" . }}"),
    text(
        "title_link",
        "{{ template \"rocketchat.default.titlelink\" . }}",
    ),
    text("text", "{{ template \"rocketchat.default.text\" . }}"),
    text("emoji", "{{ template \"rocketchat.default.emoji\" . }}"),
    text(
        "icon_url",
        "{{ template \"rocketchat.default.iconurl\" . }}",
    ),
    plain("image_url"),
    plain("thumb_url"),
    List("fields", &["title", "value"]),
    List("actions", &["text", "url"]),
];

const MATTERMOST: &[Part] = &[
    plain("channel"),
    text(
        "username",
        "{{ template \"mattermost.default.username\" . }}",
    ),
    text("color", "{{ template \"mattermost.default.color\" . }}"),
    text("title", "{{ template \"mattermost.default.title\" . }}"),
    text(
        "title_link",
        "{{ template \"mattermost.default.titlelink\" . }}",
    ),
    plain("pretext"),
    text("text", "{{ template \"mattermost.default.text\" . }}"),
    text(
        "fallback",
        "{{ template \"mattermost.default.fallback\" . }}",
    ),
    plain("footer"),
    List("fields", &["title", "value"]),
];
