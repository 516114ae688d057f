//! The integrations of chats as tables: their keys with type and first version, and what must hold among them. Where it is
//! not known for sure when a key came, the table has the earliest version it may be.

use super::checks;
use super::http::HTTP;
use super::readers::{SECRET_URL, TIMEOUT, URL};
use super::{shape, shape_of};
use crate::model::part::{ALWAYS, Check, Part, Value};
use crate::model::shape::holding;
use crate::target::Version;

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

/// Alertmanager gives these no names of their own for YAML, which takes those of Go in small letters; the names of the
/// documentation are let pass too.
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
