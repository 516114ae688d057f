//! `global`, `tracing` and `event_recorder`.

use super::http::{HTTP, TLS};
use super::readers::{HOST_PORT, SECRET_URL, TIMEOUT, URL};
use super::shape;
use crate::labels::quote;
use crate::model::decode::{Decoder, Fields};
use crate::model::part::{ALWAYS, Check, Part, Value};
use crate::model::shape::holding;
use crate::yaml::Node;

pub(super) static GLOBAL: Part = Part::new(
    shape(
        "`global`",
        &[
            holding("resolve_timeout", Value::Elsewhere),
            holding("http_config", Value::Part(&HTTP)),
            holding("smtp_from", Value::Text),
            holding("smtp_hello", Value::Text),
            holding("smtp_smarthost", HOST_PORT),
            holding("smtp_auth_username", Value::Text),
            holding("smtp_auth_password", Value::Secret),
            holding("smtp_auth_password_file", Value::Text),
            holding("smtp_auth_secret", Value::Secret),
            holding("smtp_auth_secret_file", Value::Text).since(0, 31),
            holding("smtp_auth_identity", Value::Text),
            holding("smtp_require_tls", Value::Bool),
            holding("smtp_tls_config", Value::Part(&TLS)).since(0, 28),
            holding("smtp_force_implicit_tls", Value::Bool).since(0, 31),
            holding("slack_api_url", SECRET_URL),
            holding("slack_api_url_file", Value::Text),
            holding("slack_app_token", Value::Secret).since(0, 30),
            holding("slack_app_token_file", Value::Text).since(0, 30),
            holding("slack_app_url", URL).since(0, 30),
            holding("pagerduty_url", URL),
            holding("opsgenie_api_url", URL),
            holding("opsgenie_api_key", Value::Secret),
            holding("opsgenie_api_key_file", Value::Text),
            holding("wechat_api_url", URL),
            holding("wechat_api_secret", Value::Secret),
            holding("wechat_api_secret_file", Value::Text).since(0, 31),
            holding("wechat_api_corp_id", Value::Text),
            holding("victorops_api_url", URL),
            holding("victorops_api_key", Value::Secret),
            holding("victorops_api_key_file", Value::Text),
            holding("telegram_api_url", URL),
            holding("telegram_bot_token", Value::Secret).since(0, 31),
            holding("telegram_bot_token_file", Value::Text).since(0, 31),
            holding("webex_api_url", URL),
            holding("jira_api_url", URL).since(0, 28),
            holding("rocketchat_api_url", URL).since(0, 28),
            holding("rocketchat_token", Value::Secret).since(0, 28),
            holding("rocketchat_token_file", Value::Text).since(0, 28),
            holding("rocketchat_token_id", Value::Secret).since(0, 28),
            holding("rocketchat_token_id_file", Value::Text).since(0, 28),
            holding("mattermost_webhook_url", SECRET_URL).since(0, 31),
            holding("mattermost_webhook_url_file", Value::Text).since(0, 31),
        ],
    ),
    &[],
);

/// Keys of `global` that exclude each other, in the order in which Alertmanager looks. They are looked at when all has been
/// read, whether a receiver uses them or not.
pub(super) const PAIRS: [[&str; 2]; 11] = [
    ["slack_app_token", "slack_app_token_file"],
    ["slack_api_url", "slack_api_url_file"],
    ["opsgenie_api_key", "opsgenie_api_key_file"],
    ["victorops_api_key", "victorops_api_key_file"],
    ["telegram_bot_token", "telegram_bot_token_file"],
    ["smtp_auth_password", "smtp_auth_password_file"],
    ["rocketchat_token", "rocketchat_token_file"],
    ["rocketchat_token_id", "rocketchat_token_id_file"],
    ["smtp_auth_secret", "smtp_auth_secret_file"],
    ["wechat_api_secret", "wechat_api_secret_file"],
    ["mattermost_webhook_url", "mattermost_webhook_url_file"],
];

pub(super) static TRACING: Part = Part::new(
    shape(
        "`tracing`",
        &[
            holding("client_type", Value::Text),
            holding("endpoint", Value::Text),
            holding("sampling_fraction", Value::Open),
            holding("insecure", Value::Bool),
            holding("tls_config", Value::Part(&TLS)),
            holding("headers", Value::Open),
            holding("compression", Value::Text),
            holding("timeout", Value::Duration),
        ],
    ),
    &[
        Check::OneOf(&["endpoint"], &[(ALWAYS, "tracing endpoint must be set")]),
        Check::Code(check_tracing),
    ],
);

fn check_tracing<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let words: [(&str, &[&str], &str); 2] = [
        (
            "client_type",
            &["", "http", "grpc"],
            "expected tracing client type to be \"http\" or \"grpc\", but got",
        ),
        (
            "compression",
            &["", "gzip"],
            "expected tracing compression to be \"gzip\", but got",
        ),
    ];
    for (name, known, said) in words {
        let node = fields.get(name).filter(|node| !node.is_null());
        let Some(text) = node.and_then(Node::scalar) else {
            continue;
        };
        if !known.contains(&text) {
            let place = node.map_or(fields.head, Node::span);
            let message = format!("`{text}` is no `{name}` of tracing");
            let said = format!("{said} {}", quote(text));
            let usable: Vec<String> = known[1..].iter().map(|word| format!("`{word}`")).collect();
            decoder.hook(fields.span, place, message, said).help =
                Some(format!("write {}", usable.join(" or ")));
        }
    }
}

/// Where events are recorded; behind a feature flag.
pub(super) static EVENT_RECORDER: Part = Part::new(
    shape(
        "`event_recorder`",
        &[
            holding(
                "file_outputs",
                Value::Parts(&FILE_OUTPUT, "[]eventrecorder.FileOutputConfig"),
            ),
            holding(
                "webhook_outputs",
                Value::Parts(&WEBHOOK_OUTPUT, "[]eventrecorder.WebhookOutputConfig"),
            ),
            holding(
                "kafka_outputs",
                Value::Parts(&KAFKA_OUTPUT, "[]eventrecorder.KafkaOutputConfig"),
            ),
            holding("stdout_outputs", Value::Open),
        ],
    ),
    &[],
);

/// The keys of these are not all known here.
const fn output(what: &'static str, part: Part) -> Part {
    Part {
        shape: crate::model::shape::Shape {
            what,
            open: true,
            ..part.shape
        },
        ..part
    }
}

static FILE_OUTPUT: Part = output(
    "an output to a file",
    Part::new(
        shape("", &[holding("path", Value::Text)]),
        &[Check::OneOf(&["path"], &[(ALWAYS, "path is required")])],
    ),
);

static WEBHOOK_OUTPUT: Part = output(
    "an output to a webhook",
    Part::new(
        shape(
            "",
            &[
                holding("url", SECRET_URL),
                holding("http_config", Value::Part(&HTTP)),
                holding("timeout", TIMEOUT),
            ],
        ),
        &[Check::OneOf(&["url"], &[(ALWAYS, "url is required")])],
    ),
);

static KAFKA_OUTPUT: Part = output(
    "an output to Kafka",
    Part::new(
        shape(
            "",
            &[
                holding("brokers", Value::Open),
                holding("topic", Value::Text),
            ],
        ),
        &[
            Check::OneOf(&["topic"], &[(ALWAYS, "topic is required")]),
            Check::Code(check_kafka),
        ],
    ),
);

fn check_kafka<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let brokers = fields.get("brokers");
    if brokers.is_none_or(|brokers| brokers.items().len() == 0) {
        let place = decoder.place_of_missing(fields, &["brokers"]);
        let message = "an output to Kafka needs `brokers`";
        decoder
            .hook(fields.span, place, message, "brokers is required")
            .help = Some("add `brokers: ['host:9092']`".to_owned());
    }
}
