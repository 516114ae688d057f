//! The keys of Alertmanager's configuration, and since when.

use super::shape::{Key, Product, Shape, key, since};

const fn shape(what: &'static str, keys: &'static [Key]) -> Shape {
    Shape {
        what,
        go: "config.plain",
        product: Product::Alertmanager,
        keys,
        foreign: &[],
        open: false,
    }
}

pub(super) static FILE: Shape = shape(
    "the configuration of Alertmanager",
    &[
        key("global"),
        key("route"),
        key("receivers"),
        key("inhibit_rules"),
        key("templates"),
        key("mute_time_intervals"),
        since("time_intervals", 0, 24),
        since("tracing", 0, 30),
        since("event_recorder", 0, 33),
    ],
);

/// A key whose first version is not known for sure is never called too new.
pub(super) static GLOBAL: Shape = shape(
    "`global`",
    &[
        key("resolve_timeout"),
        key("http_config"),
        key("smtp_from"),
        key("smtp_hello"),
        key("smtp_smarthost"),
        key("smtp_auth_username"),
        key("smtp_auth_password"),
        key("smtp_auth_password_file"),
        key("smtp_auth_secret"),
        key("smtp_auth_secret_file"),
        key("smtp_auth_identity"),
        key("smtp_require_tls"),
        key("smtp_tls_config"),
        key("smtp_force_implicit_tls"),
        key("slack_api_url"),
        key("slack_api_url_file"),
        key("slack_app_token"),
        key("slack_app_token_file"),
        key("slack_app_url"),
        key("pagerduty_url"),
        key("opsgenie_api_url"),
        key("opsgenie_api_key"),
        key("opsgenie_api_key_file"),
        key("wechat_api_url"),
        key("wechat_api_secret"),
        key("wechat_api_secret_file"),
        key("wechat_api_corp_id"),
        key("victorops_api_url"),
        key("victorops_api_key"),
        key("victorops_api_key_file"),
        key("telegram_api_url"),
        key("telegram_bot_token"),
        key("telegram_bot_token_file"),
        key("webex_api_url"),
        since("jira_api_url", 0, 28),
        since("rocketchat_api_url", 0, 28),
        since("rocketchat_token", 0, 28),
        since("rocketchat_token_file", 0, 28),
        since("rocketchat_token_id", 0, 28),
        since("rocketchat_token_id_file", 0, 28),
        since("mattermost_webhook_url", 0, 31),
        since("mattermost_webhook_url_file", 0, 31),
    ],
);

pub(super) static ROUTE: Shape = shape(
    "a route",
    &[
        key("receiver"),
        key("group_by"),
        key("match"),
        key("match_re"),
        since("matchers", 0, 22),
        key("continue"),
        key("routes"),
        key("group_wait"),
        key("group_interval"),
        key("repeat_interval"),
        since("mute_time_intervals", 0, 22),
        since("active_time_intervals", 0, 24),
        since("labels", 0, 34),
    ],
);

pub(super) static RECEIVER: Shape = shape(
    "a receiver",
    &[
        key("name"),
        since("labels", 0, 33),
        key("webhook_configs"),
        key("email_configs"),
        key("slack_configs"),
        key("pushover_configs"),
        key("pagerduty_configs"),
        key("opsgenie_configs"),
        key("wechat_configs"),
        key("victorops_configs"),
        since("sns_configs", 0, 23),
        since("telegram_configs", 0, 24),
        since("discord_configs", 0, 25),
        since("webex_configs", 0, 25),
        since("msteams_configs", 0, 26),
        since("msteamsv2_configs", 0, 28),
        since("jira_configs", 0, 28),
        since("rocketchat_configs", 0, 28),
        since("incidentio_configs", 0, 29),
        since("mattermost_configs", 0, 31),
    ],
);

pub(super) static INHIBIT_RULE: Shape = shape(
    "an inhibit rule",
    &[
        since("name", 0, 30),
        key("source_match"),
        key("source_match_re"),
        since("source_matchers", 0, 22),
        key("target_match"),
        key("target_match_re"),
        since("target_matchers", 0, 22),
        key("equal"),
    ],
);

pub(super) static TIME_INTERVAL: Shape =
    shape("a time interval", &[key("name"), key("time_intervals")]);
