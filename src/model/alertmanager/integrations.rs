//! The integrations as tables: their keys with type and first version, and what must hold among them. Where it is not known
//! for sure when a key came, the table has the earliest version it may be.

use super::checks;
use super::http::{HTTP, TLS};
use super::readers::{GO_DURATION, HOST_PORT, SECRET_URL, TIMEOUT, URL, WEBHOOK_URL};
use super::{shape, shape_of};
use crate::model::part::{ALWAYS, Check, Part, Value};
use crate::model::shape::holding;
use crate::target::Version;

pub(super) static WEBHOOK: Part = Part::new(
    shape(
        "a webhook configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("url", WEBHOOK_URL),
            holding("url_file", Value::Text).since(0, 26),
            holding("max_alerts", Value::Unsigned("uint64")),
            holding("timeout", TIMEOUT).since(0, 28),
            holding("payload", Value::Open).since(0, 32),
        ],
    ),
    &[
        Check::OneOf(
            &["url", "url_file"],
            &[
                (ALWAYS, "missing URL in webhook config"),
                (
                    Version::new(0, 26),
                    "one of url or url_file must be configured",
                ),
            ],
        ),
        Check::AtMostOne("url", "url_file"),
    ],
);

pub(super) static EMAIL: Part = Part::new(
    shape(
        "an email configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("to", Value::Text),
            holding("from", Value::Text),
            holding("hello", Value::Text),
            holding("smarthost", HOST_PORT),
            holding("auth_username", Value::Text),
            holding("auth_password", Value::Secret),
            holding("auth_password_file", Value::Text),
            holding("auth_secret", Value::Secret),
            holding("auth_secret_file", Value::Text).since(0, 31),
            holding("auth_identity", Value::Text),
            holding("headers", Value::Pairs),
            holding("html", Value::Text),
            holding("text", Value::Text),
            holding("require_tls", Value::Bool),
            holding("tls_config", Value::Part(&TLS)),
            holding("force_implicit_tls", Value::Bool).since(0, 31),
            holding("threading", Value::Part(&THREADING)).since(0, 30),
        ],
    ),
    &[
        Check::OneOf(&["to"], &[(ALWAYS, "missing to address in email config")]),
        Check::Code(checks::email_headers),
        Check::Code(checks::email_threading),
    ],
);

static THREADING: Part = Part::new(
    shape_of(
        "the threading of mails",
        "config.ThreadingConfig",
        &[
            holding("enabled", Value::Bool),
            holding("thread_by_date", Value::Text),
        ],
    ),
    &[],
);

pub(super) static SLACK: Part = Part::new(
    shape(
        "a Slack configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("api_url", SECRET_URL),
            holding("api_url_file", Value::Text),
            holding("app_token", Value::Secret).since(0, 30),
            holding("app_token_file", Value::Text).since(0, 30),
            holding("app_url", URL).since(0, 30),
            holding("channel", Value::Text),
            holding("username", Value::Text),
            holding("color", Value::Text),
            holding("title", Value::Text),
            holding("title_link", Value::Text),
            holding("pretext", Value::Text),
            holding("text", Value::Text),
            holding("message_text", Value::Text).since(0, 31),
            holding("fields", Value::Parts(&SLACK_FIELD, "[]*config.SlackField")),
            holding("short_fields", Value::Bool),
            holding("footer", Value::Text),
            holding("fallback", Value::Text),
            holding("callback_id", Value::Text),
            holding("icon_emoji", Value::Text),
            holding("icon_url", Value::Text),
            holding("image_url", Value::Text),
            holding("thumb_url", Value::Text),
            holding("link_names", Value::Bool),
            holding("mrkdwn_in", Value::Texts),
            holding(
                "actions",
                Value::Parts(&SLACK_ACTION, "[]*config.SlackAction"),
            ),
            holding("update_message", Value::Bool).since(0, 32),
            holding("timeout", TIMEOUT).since(0, 30),
        ],
    ),
    &[
        Check::AtMostOne("api_url", "api_url_file"),
        Check::AtMostOne("app_token", "app_token_file"),
        Check::Code(checks::slack_token),
        Check::Code(checks::slack_update),
    ],
);

static SLACK_FIELD: Part = Part::new(
    shape(
        "a Slack field",
        &[
            holding("title", Value::Text),
            holding("value", Value::Text),
            holding("short", Value::Bool),
        ],
    ),
    &[
        Check::OneOf(
            &["title"],
            &[(ALWAYS, "missing title in Slack field configuration")],
        ),
        Check::OneOf(
            &["value"],
            &[(ALWAYS, "missing value in Slack field configuration")],
        ),
    ],
);

static SLACK_ACTION: Part = Part::new(
    shape(
        "a Slack action",
        &[
            holding("type", Value::Text),
            holding("text", Value::Text),
            holding("url", Value::Text),
            holding("style", Value::Text),
            holding("name", Value::Text),
            holding("value", Value::Text),
            holding("confirm", Value::Part(&SLACK_CONFIRMATION)),
        ],
    ),
    &[
        Check::OneOf(
            &["type"],
            &[(ALWAYS, "missing type in Slack action configuration")],
        ),
        Check::OneOf(
            &["text"],
            &[(ALWAYS, "missing text in Slack action configuration")],
        ),
        Check::OneOf(
            &["url", "name"],
            &[(ALWAYS, "missing name or url in Slack action configuration")],
        ),
    ],
);

static SLACK_CONFIRMATION: Part = Part::new(
    shape(
        "the confirmation of a Slack action",
        &[
            holding("text", Value::Text),
            holding("title", Value::Text),
            holding("ok_text", Value::Text),
            holding("dismiss_text", Value::Text),
        ],
    ),
    &[Check::OneOf(
        &["text"],
        &[(ALWAYS, "missing text in Slack confirmation configuration")],
    )],
);

pub(super) static PUSHOVER: Part = Part::new(
    shape(
        "a Pushover configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("user_key", Value::Secret),
            holding("user_key_file", Value::Text).since(0, 26),
            holding("token", Value::Secret),
            holding("token_file", Value::Text).since(0, 26),
            holding("title", Value::Text),
            holding("message", Value::Text),
            holding("url", Value::Text),
            holding("url_title", Value::Text),
            holding("device", Value::Text).since(0, 26),
            holding("sound", Value::Text),
            holding("priority", Value::Text),
            holding("retry", GO_DURATION),
            holding("expire", GO_DURATION),
            holding("ttl", GO_DURATION).since(0, 26),
            holding("html", Value::Bool),
            holding("monospace", Value::Bool).since(0, 29),
        ],
    ),
    &[
        Check::OneOf(
            &["user_key", "user_key_file"],
            &[
                (ALWAYS, "missing user key in Pushover config"),
                (
                    Version::new(0, 26),
                    "one of user_key or user_key_file must be configured",
                ),
            ],
        ),
        Check::AtMostOne("user_key", "user_key_file"),
        Check::OneOf(
            &["token", "token_file"],
            &[
                (ALWAYS, "missing token in Pushover config"),
                (
                    Version::new(0, 26),
                    "one of token or token_file must be configured",
                ),
            ],
        ),
        Check::AtMostOne("token", "token_file"),
        Check::Code(checks::pushover_style),
    ],
);

pub(super) static PAGERDUTY: Part = Part::new(
    shape(
        "a PagerDuty configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("service_key", Value::Secret),
            holding("service_key_file", Value::Text),
            holding("routing_key", Value::Secret),
            holding("routing_key_file", Value::Text),
            holding("url", URL),
            holding("client", Value::Text),
            holding("client_url", Value::Text),
            holding("description", Value::Text),
            holding("details", Value::Elsewhere),
            holding(
                "images",
                Value::Parts(&PAGERDUTY_IMAGE, "[]config.PagerdutyImage"),
            ),
            holding(
                "links",
                Value::Parts(&PAGERDUTY_LINK, "[]config.PagerdutyLink"),
            ),
            holding("source", Value::Text),
            holding("severity", Value::Text),
            holding("class", Value::Text),
            holding("component", Value::Text),
            holding("group", Value::Text),
            holding("timeout", TIMEOUT).since(0, 30),
        ],
    ),
    &[
        Check::Code(checks::pagerduty_details),
        Check::OneOf(
            &[
                "routing_key",
                "routing_key_file",
                "service_key",
                "service_key_file",
            ],
            &[(ALWAYS, "missing service or routing key in PagerDuty config")],
        ),
        Check::AtMostOne("routing_key", "routing_key_file"),
        Check::AtMostOne("service_key", "service_key_file"),
    ],
);

static PAGERDUTY_IMAGE: Part = Part::new(
    shape_of(
        "an image for PagerDuty",
        "config.PagerdutyImage",
        &[
            holding("src", Value::Text),
            holding("alt", Value::Text),
            holding("href", Value::Text),
        ],
    ),
    &[],
);

static PAGERDUTY_LINK: Part = Part::new(
    shape_of(
        "a link for PagerDuty",
        "config.PagerdutyLink",
        &[holding("href", Value::Text), holding("text", Value::Text)],
    ),
    &[],
);

pub(super) static INCIDENTIO: Part = Part::new(
    shape(
        "an incident.io configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("url", URL),
            holding("url_file", Value::Text),
            holding("alert_source_token", Value::Secret),
            holding("alert_source_token_file", Value::Text),
            holding("max_alerts", Value::Unsigned("uint64")),
            holding("timeout", TIMEOUT),
        ],
    ),
    &[
        Check::OneOf(
            &["url", "url_file"],
            &[(ALWAYS, "one of url or url_file must be configured")],
        ),
        Check::AtMostOne("url", "url_file"),
        Check::AtMostOne("alert_source_token", "alert_source_token_file"),
        Check::Code(checks::incidentio_token),
    ],
);

pub(super) static OPSGENIE: Part = Part::new(
    shape(
        "an Opsgenie configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("api_key", Value::Secret),
            holding("api_key_file", Value::Text),
            holding("api_url", URL),
            holding("message", Value::Text),
            holding("description", Value::Text),
            holding("source", Value::Text),
            holding("details", Value::Pairs),
            holding("entity", Value::Text),
            holding(
                "responders",
                Value::Parts(&OPSGENIE_RESPONDER, "[]config.OpsGenieConfigResponder"),
            ),
            holding("actions", Value::Text),
            holding("tags", Value::Text),
            holding("note", Value::Text),
            holding("priority", Value::Text),
            holding("update_alerts", Value::Bool),
        ],
    ),
    &[
        Check::AtMostOne("api_key", "api_key_file"),
        Check::Code(checks::opsgenie_responders),
    ],
);

static OPSGENIE_RESPONDER: Part = Part::new(
    shape_of(
        "a responder of Opsgenie",
        "config.OpsGenieConfigResponder",
        &[
            holding("id", Value::Text),
            holding("name", Value::Text),
            holding("username", Value::Text),
            holding("type", Value::Text),
        ],
    ),
    &[],
);

pub(super) static WECHAT: Part = Part::new(
    shape(
        "a WeChat configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("api_secret", Value::Secret),
            holding("api_secret_file", Value::Text).since(0, 31),
            holding("corp_id", Value::Text),
            holding("message", Value::Text),
            holding("api_url", URL),
            holding("to_user", Value::Text),
            holding("to_party", Value::Text),
            holding("to_tag", Value::Text),
            holding("agent_id", Value::Text),
            holding("message_type", Value::Text),
        ],
    ),
    &[
        Check::Code(checks::wechat_type),
        Check::AtMostOne("api_secret", "api_secret_file"),
    ],
);

pub(super) static VICTOROPS: Part = Part::new(
    shape(
        "a VictorOps configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("api_key", Value::Secret),
            holding("api_key_file", Value::Text),
            holding("api_url", URL),
            holding("routing_key", Value::Text),
            holding("message_type", Value::Text),
            holding("state_message", Value::Text),
            holding("entity_display_name", Value::Text),
            holding("monitoring_tool", Value::Text),
            holding("custom_fields", Value::Pairs),
        ],
    ),
    &[
        Check::OneOf(
            &["routing_key"],
            &[(ALWAYS, "missing Routing key in VictorOps config")],
        ),
        Check::AtMostOne("api_key", "api_key_file"),
        Check::Code(checks::victorops_fields),
    ],
);

pub(super) static SNS: Part = Part::new(
    shape(
        "an SNS configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("api_url", Value::Text),
            holding("sigv4", Value::Part(&SIGV4)),
            holding("topic_arn", Value::Text),
            holding("phone_number", Value::Text),
            holding("target_arn", Value::Text),
            holding("subject", Value::Text),
            holding("message", Value::Text),
            holding("attributes", Value::Pairs),
            holding("use_aws_http_client", Value::Bool).since(0, 33),
        ],
    ),
    &[Check::Code(checks::sns_target)],
);

static SIGV4: Part = Part::new(
    shape_of(
        "a SigV4 configuration",
        "sigv4.plain",
        &[
            holding("region", Value::Text),
            holding("access_key", Value::Text),
            holding("secret_key", Value::Secret),
            holding("profile", Value::Text),
            holding("role_arn", Value::Text),
            holding("external_id", Value::Text).since(0, 33),
            holding("use_fips_sts_endpoint", Value::Bool).since(0, 28),
        ],
    ),
    &[Check::Code(checks::sigv4_keys)],
);

pub(super) static TELEGRAM: Part = Part::new(
    shape(
        "a Telegram configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("api_url", URL),
            holding("bot_token", Value::Secret),
            holding("bot_token_file", Value::Text).since(0, 26),
            holding("chat_id", Value::Int("int64")),
            holding("chat_id_file", Value::Text).since(0, 30),
            holding("message_thread_id", Value::Int("int")).since(0, 26),
            holding("message", Value::Text),
            holding("disable_notifications", Value::Bool),
            holding("parse_mode", Value::Text),
        ],
    ),
    &[
        Check::Code(checks::telegram_token),
        Check::Code(checks::telegram_chat),
        Check::Code(checks::telegram_mode),
    ],
);

pub(super) static DISCORD: Part = Part::new(
    shape(
        "a Discord configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("webhook_url", SECRET_URL),
            holding("webhook_url_file", Value::Text).since(0, 26),
            holding("content", Value::Text).since(0, 27),
            holding("title", Value::Text),
            holding("message", Value::Text),
            holding("username", Value::Text).since(0, 27),
            holding("avatar_url", Value::Text).since(0, 27),
        ],
    ),
    &[
        Check::OneOf(
            &["webhook_url", "webhook_url_file"],
            &[
                (ALWAYS, ""),
                (
                    Version::new(0, 26),
                    "one of webhook_url or webhook_url_file must be configured",
                ),
            ],
        ),
        Check::AtMostOne("webhook_url", "webhook_url_file"),
    ],
);

pub(super) static MSTEAMS: Part = Part::new(
    shape(
        "a Microsoft Teams configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("webhook_url", SECRET_URL),
            holding("webhook_url_file", Value::Text),
            holding("title", Value::Text),
            holding("summary", Value::Text).since(0, 27),
            holding("text", Value::Text),
        ],
    ),
    &[
        Check::OneOf(
            &["webhook_url", "webhook_url_file"],
            &[(
                ALWAYS,
                "one of webhook_url or webhook_url_file must be configured",
            )],
        ),
        Check::AtMostOne("webhook_url", "webhook_url_file"),
    ],
);

pub(super) static MSTEAMSV2: Part = Part::new(
    shape(
        "a configuration of Microsoft Teams by workflow",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("webhook_url", SECRET_URL),
            holding("webhook_url_file", Value::Text),
            holding("title", Value::Text),
            holding("text", Value::Text),
        ],
    ),
    &[
        Check::OneOf(
            &["webhook_url", "webhook_url_file"],
            &[(
                ALWAYS,
                "one of webhook_url or webhook_url_file must be configured",
            )],
        ),
        Check::AtMostOne("webhook_url", "webhook_url_file"),
    ],
);

pub(super) static WEBEX: Part = Part::new(
    shape(
        "a Webex configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("api_url", URL),
            holding("message", Value::Text),
            holding("room_id", Value::Text),
        ],
    ),
    &[
        Check::OneOf(&["room_id"], &[(ALWAYS, "missing room_id on webex_config")]),
        Check::Code(checks::webex_authorization),
    ],
);

pub(super) static JIRA: Part = Part::new(
    shape(
        "a Jira configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("api_url", URL),
            holding("api_type", Value::Text).since(0, 28),
            holding("project", Value::Text),
            holding("summary", Value::Open),
            holding("description", Value::Open),
            holding("labels", Value::Texts),
            holding("priority", Value::Text),
            holding("issue_type", Value::Text),
            holding("reopen_transition", Value::Text),
            holding("resolve_transition", Value::Text),
            holding("wont_fix_resolution", Value::Text),
            holding("reopen_duration", Value::Duration),
            holding("fields", Value::Open),
        ],
    ),
    &[
        Check::OneOf(&["project"], &[(ALWAYS, "missing project in jira_config")]),
        Check::OneOf(
            &["issue_type"],
            &[(ALWAYS, "missing issue_type in jira_config")],
        ),
        Check::Code(checks::jira_type),
    ],
);

pub(super) static ROCKETCHAT: Part = Part::new(
    shape(
        "a Rocket.Chat configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("api_url", URL),
            holding("token_id", Value::Secret),
            holding("token_id_file", Value::Text),
            holding("token", Value::Secret),
            holding("token_file", Value::Text),
            holding("channel", Value::Text),
            holding("color", Value::Text),
            holding("title", Value::Text),
            holding("title_link", Value::Text),
            holding("text", Value::Text),
            holding(
                "fields",
                Value::Parts(&ROCKETCHAT_FIELD, "[]*config.RocketchatAttachmentField"),
            ),
            holding("short_fields", Value::Bool),
            holding("emoji", Value::Text),
            holding("icon_url", Value::Text),
            holding("image_url", Value::Text),
            holding("thumb_url", Value::Text),
            holding("link_names", Value::Bool),
            holding(
                "actions",
                Value::Parts(&ROCKETCHAT_ACTION, "[]*config.RocketchatAttachmentAction"),
            ),
        ],
    ),
    &[
        Check::AtMostOne("token", "token_file"),
        Check::AtMostOne("token_id", "token_id_file"),
    ],
);

static ROCKETCHAT_FIELD: Part = Part::new(
    shape_of(
        "a field of Rocket.Chat",
        "config.RocketchatAttachmentField",
        &[
            holding("short", Value::Bool),
            holding("title", Value::Text),
            holding("value", Value::Text),
        ],
    ),
    &[],
);

static ROCKETCHAT_ACTION: Part = Part::new(
    shape_of(
        "an action of Rocket.Chat",
        "config.RocketchatAttachmentAction",
        &[
            holding("type", Value::Text),
            holding("text", Value::Text),
            holding("url", Value::Text),
            holding("image_url", Value::Text),
            holding("is_webview", Value::Bool),
            holding("webview_height_ratio", Value::Text),
            holding("msg", Value::Text),
            holding("msg_in_chat_window", Value::Bool),
            holding("msg_processing_type", Value::Text),
            holding("imageurl", Value::Text),
            holding("iswebview", Value::Bool),
            holding("webviewheightratio", Value::Text),
            holding("msginchatwindow", Value::Bool),
            holding("msgprocessingtype", Value::Text),
        ],
    ),
    &[],
);

pub(super) static MATTERMOST: Part = Part::new(
    shape(
        "a Mattermost configuration",
        &[
            holding("send_resolved", Value::Bool),
            holding("http_config", Value::Part(&HTTP)),
            holding("webhook_url", SECRET_URL),
            holding("webhook_url_file", Value::Text),
            holding("channel", Value::Text),
            holding("username", Value::Text),
            holding("icon_url", Value::Text),
            holding("icon_emoji", Value::Text),
            holding("fallback", Value::Text),
            holding("color", Value::Text),
            holding("pretext", Value::Text),
            holding("text", Value::Text),
            holding("author_name", Value::Text),
            holding("author_link", Value::Text),
            holding("author_icon", Value::Text),
            holding("title", Value::Text),
            holding("title_link", Value::Text),
            holding(
                "fields",
                Value::Parts(&MATTERMOST_FIELD, "[]*mattermost.Field"),
            ),
            holding("thumb_url", Value::Text),
            holding("footer", Value::Text),
            holding("footer_icon", Value::Text),
            holding("image_url", Value::Text),
            holding(
                "attachments",
                Value::Parts(&MATTERMOST_ATTACHMENT, "[]*mattermost.Attachment"),
            ),
            holding("type", Value::Text),
            holding("props", Value::Part(&MATTERMOST_PROPS)),
            holding("priority", Value::Part(&MATTERMOST_PRIORITY)),
        ],
    ),
    &[
        Check::AtMostOne("webhook_url", "webhook_url_file"),
        Check::Code(checks::mattermost_url),
    ],
);

static MATTERMOST_ATTACHMENT: Part = Part::new(
    shape_of(
        "an attachment for Mattermost",
        "mattermost.Attachment",
        &[
            holding("fallback", Value::Text),
            holding("color", Value::Text),
            holding("pretext", Value::Text),
            holding("text", Value::Text),
            holding("author_name", Value::Text),
            holding("author_link", Value::Text),
            holding("author_icon", Value::Text),
            holding("title", Value::Text),
            holding("title_link", Value::Text),
            holding(
                "fields",
                Value::Parts(&MATTERMOST_FIELD, "[]*mattermost.Field"),
            ),
            holding("thumb_url", Value::Text),
            holding("footer", Value::Text),
            holding("footer_icon", Value::Text),
            holding("image_url", Value::Text),
        ],
    ),
    &[],
);

static MATTERMOST_FIELD: Part = Part::new(
    shape_of(
        "a field of Mattermost",
        "mattermost.plain",
        &[
            holding("title", Value::Text),
            holding("value", Value::Text),
            holding("short", Value::Bool),
        ],
    ),
    &[
        Check::OneOf(
            &["title"],
            &[(ALWAYS, "missing title in Mattermost field configuration")],
        ),
        Check::OneOf(
            &["value"],
            &[(ALWAYS, "missing value in Mattermost field configuration")],
        ),
    ],
);

static MATTERMOST_PROPS: Part = Part::new(
    shape_of(
        "the properties of a Mattermost message",
        "mattermost.Props",
        &[holding("card", Value::Text)],
    ),
    &[],
);

static MATTERMOST_PRIORITY: Part = Part::new(
    shape_of(
        "the priority of a Mattermost message",
        "mattermost.Priority",
        &[
            holding("priority", Value::Text),
            holding("requested_ack", Value::Bool),
            holding("persistent_notifications", Value::Bool),
        ],
    ),
    &[],
);
