//! The kinds of integrations that a receiver can have, and where `global` fills in what they lack.

use super::chats::{
    DISCORD, MATTERMOST, MSTEAMS, MSTEAMSV2, ROCKETCHAT, SLACK, TELEGRAM, WEBEX, WECHAT,
};
use super::integrations::{
    EMAIL, INCIDENTIO, JIRA, OPSGENIE, PAGERDUTY, PUSHOVER, SNS, VICTOROPS, WEBHOOK,
};
use crate::model::part::{ALWAYS, Part, Said};
use crate::target::Version;

/// One kind of integration.
pub(super) struct Kind {
    /// The key of the list, such as `slack_configs`.
    pub list: &'static str,
    /// The Go type of the list.
    pub go: &'static str,
    pub part: &'static Part,
    /// What `global` fills in, in the order in which Alertmanager looks.
    pub fallbacks: &'static [Fallback],
}

/// Keys of which one must be set, here or in `global`.
pub(super) struct Fallback {
    pub own: &'static [&'static str],
    pub global: &'static [&'static str],
    /// Whether `global` has a default, so that nothing is missing unless it is taken away.
    pub has_default: bool,
    pub said: Said,
}

/// Every kind, in the order in which Alertmanager looks at those of a receiver.
pub(super) static KINDS: [Kind; 18] = [
    kind("webhook_configs", "[]*config.WebhookConfig", &WEBHOOK, &[]),
    kind(
        "email_configs",
        "[]*config.EmailConfig",
        &EMAIL,
        &[
            needed(
                &["smarthost"],
                &["smtp_smarthost"],
                &[(ALWAYS, "no global SMTP smarthost set")],
            ),
            needed(
                &["from"],
                &["smtp_from"],
                &[(ALWAYS, "no global SMTP from set")],
            ),
        ],
    ),
    kind(
        "slack_configs",
        "[]*config.SlackConfig",
        &SLACK,
        &[needed(
            &["api_url", "api_url_file", "app_token", "app_token_file"],
            &[
                "slack_api_url",
                "slack_api_url_file",
                "slack_app_token",
                "slack_app_token_file",
            ],
            &[
                (
                    ALWAYS,
                    "no global Slack API URL set either inline or in a file",
                ),
                (
                    Version::new(0, 30),
                    "no Slack API URL nor App token set either inline or in a file",
                ),
            ],
        )],
    ),
    kind(
        "pushover_configs",
        "[]*config.PushoverConfig",
        &PUSHOVER,
        &[],
    ),
    kind(
        "pagerduty_configs",
        "[]*config.PagerdutyConfig",
        &PAGERDUTY,
        &[default(
            &["url"],
            &["pagerduty_url"],
            &[(ALWAYS, "no global PagerDuty URL set")],
        )],
    ),
    kind(
        "incidentio_configs",
        "[]*config.IncidentioConfig",
        &INCIDENTIO,
        &[],
    ),
    kind(
        "opsgenie_configs",
        "[]*config.OpsGenieConfig",
        &OPSGENIE,
        &[
            default(
                &["api_url"],
                &["opsgenie_api_url"],
                &[(ALWAYS, "no global OpsGenie URL set")],
            ),
            needed(
                &["api_key", "api_key_file"],
                &["opsgenie_api_key", "opsgenie_api_key_file"],
                &[(
                    ALWAYS,
                    "no global OpsGenie API Key set either inline or in a file",
                )],
            ),
        ],
    ),
    kind(
        "wechat_configs",
        "[]*config.WechatConfig",
        &WECHAT,
        &[
            default(
                &["api_url"],
                &["wechat_api_url"],
                &[(ALWAYS, "no global Wechat URL set")],
            ),
            needed(
                &["api_secret", "api_secret_file"],
                &["wechat_api_secret", "wechat_api_secret_file"],
                &[
                    (ALWAYS, "no global Wechat ApiSecret set"),
                    (
                        Version::new(0, 31),
                        "no global Wechat Api Secret set either inline or in a file",
                    ),
                ],
            ),
            needed(
                &["corp_id"],
                &["wechat_api_corp_id"],
                &[(ALWAYS, "no global Wechat CorpID set")],
            ),
        ],
    ),
    kind(
        "victorops_configs",
        "[]*config.VictorOpsConfig",
        &VICTOROPS,
        &[
            default(
                &["api_url"],
                &["victorops_api_url"],
                &[(ALWAYS, "no global VictorOps URL set")],
            ),
            needed(
                &["api_key", "api_key_file"],
                &["victorops_api_key", "victorops_api_key_file"],
                &[(ALWAYS, "no global VictorOps API Key set")],
            ),
        ],
    ),
    kind("sns_configs", "[]*config.SNSConfig", &SNS, &[]),
    kind(
        "telegram_configs",
        "[]*config.TelegramConfig",
        &TELEGRAM,
        &[needed(
            &["bot_token", "bot_token_file"],
            &["telegram_bot_token", "telegram_bot_token_file"],
            &[
                (ALWAYS, ""),
                (
                    Version::new(0, 31),
                    "missing bot_token or bot_token_file on telegram_config",
                ),
            ],
        )],
    ),
    kind(
        "discord_configs",
        "[]*config.DiscordConfig",
        &DISCORD,
        &[needed(
            &["webhook_url"],
            &[],
            &[
                (ALWAYS, "no discord webhook URL provided"),
                (Version::new(0, 26), ""),
            ],
        )],
    ),
    kind(
        "webex_configs",
        "[]*config.WebexConfig",
        &WEBEX,
        &[default(
            &["api_url"],
            &["webex_api_url"],
            &[(ALWAYS, "no global Webex URL set")],
        )],
    ),
    kind("msteams_configs", "[]*config.MSTeamsConfig", &MSTEAMS, &[]),
    kind(
        "msteamsv2_configs",
        "[]*config.MSTeamsV2Config",
        &MSTEAMSV2,
        &[],
    ),
    kind(
        "jira_configs",
        "[]*config.JiraConfig",
        &JIRA,
        &[needed(
            &["api_url"],
            &["jira_api_url"],
            &[(ALWAYS, "no global Jira Cloud URL set")],
        )],
    ),
    kind(
        "rocketchat_configs",
        "[]*config.RocketchatConfig",
        &ROCKETCHAT,
        &[
            needed(
                &["token_id", "token_id_file"],
                &["rocketchat_token_id", "rocketchat_token_id_file"],
                &[(
                    ALWAYS,
                    "no global Rocketchat TokenID set either inline or in a file",
                )],
            ),
            needed(
                &["token", "token_file"],
                &["rocketchat_token", "rocketchat_token_file"],
                &[(
                    ALWAYS,
                    "no global Rocketchat Token set either inline or in a file",
                )],
            ),
        ],
    ),
    kind(
        "mattermost_configs",
        "[]*config.MattermostConfig",
        &MATTERMOST,
        &[needed(
            &["webhook_url", "webhook_url_file"],
            &["mattermost_webhook_url", "mattermost_webhook_url_file"],
            &[
                (ALWAYS, ""),
                (
                    Version::new(0, 31),
                    "no global Mattermost Webhook URL set either inline or in a file",
                ),
            ],
        )],
    ),
];

const fn kind(
    list: &'static str,
    go: &'static str,
    part: &'static Part,
    fallbacks: &'static [Fallback],
) -> Kind {
    Kind {
        list,
        go,
        part,
        fallbacks,
    }
}

const fn needed(
    own: &'static [&'static str],
    global: &'static [&'static str],
    said: Said,
) -> Fallback {
    Fallback {
        own,
        global,
        has_default: false,
        said,
    }
}

const fn default(
    own: &'static [&'static str],
    global: &'static [&'static str],
    said: Said,
) -> Fallback {
    Fallback {
        has_default: true,
        ..needed(own, global, said)
    }
}
