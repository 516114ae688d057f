//! What must hold inside an integration and no table can say.

use super::http::has_authorization;
use crate::model::decode::{Decoder, Fields, head};
use crate::model::part::is_set;
use crate::source::Span;
use crate::target::Version;
use crate::yaml::Node;

/// Where Slack takes messages with a token, which is the only address at which they can be changed.
pub(super) const SLACK_API: &str = "https://slack.com/api/chat.postMessage";

/// The value of a key that is set.
fn value<'t>(fields: &Fields<'t>, name: &str) -> Option<Node<'t>> {
    fields.get(name).filter(|node| is_set(Some(*node)))
}

fn text<'t>(fields: &Fields<'t>, name: &str) -> &'t str {
    let node = value(fields, name);
    node.and_then(Node::scalar).unwrap_or_default()
}

fn is_true(fields: &Fields<'_>, name: &str) -> bool {
    matches!(text(fields, name), "true" | "True" | "TRUE" | "yes" | "on")
}

/// The names of headers are the same in small and in capital letters.
pub(super) fn email_headers<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let Some(headers) = fields.get("headers") else {
        return;
    };
    let mut seen: Vec<(String, Span)> = Vec::new();
    for (key, _) in headers.pairs() {
        let name = canonical_header(key.scalar().unwrap_or_default());
        match seen.iter().find(|(earlier, _)| *earlier == name) {
            Some((_, first)) => {
                let message = format!("the header `{name}` is set twice");
                let said = format!("duplicate header \"{name}\" in email config");
                let first = *first;
                let problem = decoder.hook(fields.span, key.span(), message, said);
                problem.related.push((first, "first set here".to_owned()));
                problem.help = Some("keep one of the two".to_owned());
            }
            None => seen.push((name, key.span())),
        }
    }
}

/// `textproto.CanonicalMIMEHeaderKey`: capitals at the start of each word, unless a character may not stand in a header.
fn canonical_header(name: &str) -> String {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if !name.chars().all(is_token) {
        return name.to_owned();
    }
    let mut at_start = true;
    let letters = name.chars().map(|c| {
        let c = match at_start {
            true => c.to_ascii_uppercase(),
            false => c.to_ascii_lowercase(),
        };
        at_start = c == '-';
        c
    });
    letters.collect()
}

/// Threads need headers of their own.
pub(super) fn email_threading<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let Some(threading) = fields.get("threading").filter(|node| node.is_mapping()) else {
        return;
    };
    if threading.get("enabled").and_then(Node::scalar) != Some("true") {
        return;
    }
    for (key, _) in fields.get("headers").into_iter().flat_map(Node::pairs) {
        let name = canonical_header(key.scalar().unwrap_or_default());
        if matches!(name.as_str(), "References" | "In-Reply-To") {
            let message = format!("`threading` sets the header `{name}` itself");
            let said = format!(
                "conflicting configuration: threading.enabled conflicts with custom {name} header"
            );
            decoder.hook(fields.span, key.span(), message, said).help =
                Some("remove the header".to_owned());
        }
    }
    let by_date = threading.get("thread_by_date");
    if !matches!(by_date.and_then(Node::scalar), Some("none" | "daily")) {
        let place = by_date.map_or_else(|| head(threading), Node::span);
        let message = "`thread_by_date` must be `none` or `daily`";
        let said = "threading.thread_by_date must be either 'none' or 'daily'";
        decoder.hook(fields.span, place, message, said).help =
            Some("write `thread_by_date: none`".to_owned());
    }
}

/// A token and the address of a webhook are two ways to the same end.
pub(super) fn slack_token<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    if decoder.target.alertmanager < Version::new(0, 30) {
        return;
    }
    for url in ["api_url", "api_url_file"] {
        for token in ["app_token", "app_token_file"] {
            let said =
                "at most one of api_url/api_url_file & app_token/app_token_file must be configured";
            decoder.at_most_one(fields, [url, token], said);
        }
    }
    let token = ["app_token", "app_token_file"]
        .into_iter()
        .find(|name| value(fields, name).is_some());
    if let Some(token) = token
        && has_authorization(fields.get("http_config"))
    {
        let place = fields.key_span("http_config").unwrap_or(fields.head);
        let message = format!("`{token}` is sent as the authorization, there cannot be another");
        let said = "http authorization can't be set when using Slack bot tokens";
        decoder.hook(fields.span, place, message, said).help =
            Some(format!("remove `authorization`, or `{token}`"));
    }
}

/// Webhooks of Slack cannot change a message.
pub(super) fn slack_update<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let is_new = decoder.target.alertmanager >= Version::new(0, 32);
    if is_new && is_true(fields, "update_message") && text(fields, "api_url") != SLACK_API {
        let place = fields.key_span("update_message").unwrap_or(fields.head);
        let message = format!("`update_message` needs `api_url: {SLACK_API}` here");
        let said = format!(
            "update_message can only be used with bot tokens. api_url must be set to {SLACK_API}"
        );
        decoder.hook(fields.span, place, message, said).help =
            Some(format!("write `api_url: {SLACK_API}`"));
    }
}

/// A message has one style.
pub(super) fn pushover_style<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    if is_true(fields, "html") && is_true(fields, "monospace") {
        let said = "at most one of monospace & html must be configured";
        decoder.at_most_one(fields, ["monospace", "html"], said);
    }
}

/// Details were texts before they could be anything.
pub(super) fn pagerduty_details<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    if decoder.target.alertmanager < Version::new(0, 30) {
        let _ = decoder.pairs(fields, "details");
    } else if let Some(details) = fields.get("details") {
        decoder.check_duplicates_below(details);
    }
}

/// The token is the authorization.
pub(super) fn incidentio_token<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let token = ["alert_source_token", "alert_source_token_file"]
        .into_iter()
        .find(|name| value(fields, name).is_some());
    let Some(http) = fields.get("http_config").filter(|http| !http.is_null()) else {
        return;
    };
    let place = fields.key_span("http_config").unwrap_or(fields.head);
    match (token, has_authorization(Some(http))) {
        (Some(token), true) => {
            let message =
                format!("`{token}` is sent as the authorization, there cannot be another");
            let said = "cannot specify alert_source_token or alert_source_token_file when using http_config.authorization";
            decoder.hook(fields.span, place, message, said).help =
                Some(format!("remove `authorization`, or `{token}`"));
        }
        (None, false) => {
            let message = "an incident.io configuration with an `http_config` needs `alert_source_token`, or `authorization` in it";
            let said = "at least one of alert_source_token, alert_source_token_file or http_config.authorization must be configured";
            decoder.hook(fields.span, place, message, said).help =
                Some("add `alert_source_token_file`".to_owned());
        }
        _ => {}
    }
}

/// The kinds of responders.
const RESPONDERS: [&str; 5] = ["team", "teams", "user", "escalation", "schedule"];

/// A responder has a name of some sort, and is of a known kind.
pub(super) fn opsgenie_responders<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    for responder in fields.get("responders").into_iter().flat_map(Node::items) {
        let text = |name| {
            let node = responder.get(name).filter(|node| !node.is_null());
            node.and_then(Node::scalar).unwrap_or_default()
        };
        let [id, name, user, kind] = ["id", "name", "username", "type"].map(text);
        if id.is_empty() && name.is_empty() && user.is_empty() {
            let message = "a responder of Opsgenie needs `id`, `name` or `username`";
            let said = format!(
                "opsGenieConfig responder {{{id} {name} {user} {kind}}} has to have at least one of id, username or name specified"
            );
            decoder
                .hook(fields.span, head(responder), message, said)
                .help = Some("add `name`".to_owned());
        }
        let lower = kind.to_lowercase();
        if !kind.contains("{{") && !RESPONDERS.contains(&lower.as_str()) {
            let place = responder.get("type").map_or(head(responder), Node::span);
            let message = match kind.is_empty() {
                true => "a responder of Opsgenie needs a `type`".to_owned(),
                false => format!("`{kind}` is no type of responder of Opsgenie"),
            };
            let said = format!(
                "opsGenieConfig responder {{{id} {name} {user} {lower}}} type does not match valid options ^(team|teams|user|escalation|schedule)$"
            );
            decoder.hook(fields.span, place, message, said).help =
                Some(format!("the types are {}", RESPONDERS.join(", ")));
        }
    }
}

/// Text or Markdown.
pub(super) fn wechat_type<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let kind = text(fields, "message_type");
    if !matches!(kind, "" | "text" | "markdown") {
        let place = fields.get("message_type").map_or(fields.head, Node::span);
        let message = format!("`{kind}` is no `message_type` of WeChat");
        let said = format!(
            "weChat message type {} does not match valid options ^(text|markdown)$",
            crate::labels::quote(kind)
        );
        decoder.hook(fields.span, place, message, said).help =
            Some("write `text` or `markdown`".to_owned());
    }
}

/// Fields that VictorOps has already.
const VICTOROPS: [&str; 7] = [
    "routing_key",
    "message_type",
    "state_message",
    "entity_display_name",
    "monitoring_tool",
    "entity_id",
    "entity_state",
];

/// Custom fields are further ones.
pub(super) fn victorops_fields<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let custom = fields.get("custom_fields");
    for reserved in VICTOROPS {
        let mut keys = custom.into_iter().flat_map(Node::pairs);
        let Some((key, _)) = keys.find(|(key, _)| key.scalar() == Some(reserved)) else {
            continue;
        };
        let message = format!("VictorOps has the field `{reserved}` already");
        let said = format!(
            "victorOps config contains custom field {reserved} which cannot be used as it conflicts with the fixed/static fields"
        );
        decoder.hook(fields.span, key.span(), message, said).help =
            Some("give the custom field another name".to_owned());
    }
}

/// One target, says the documentation; what Alertmanager checks is that their number is odd.
pub(super) fn sns_target<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let targets = ["topic_arn", "target_arn", "phone_number"];
    let set: Vec<&str> = targets
        .into_iter()
        .filter(|name| value(fields, name).is_some())
        .collect();
    if set.len() % 2 == 1 {
        return;
    }
    let said = "must provide either a Target ARN, Topic ARN, or Phone Number for SNS config";
    let (place, message, help) = match set.get(1) {
        Some(second) => (
            fields.key_span(second).unwrap_or(fields.head),
            format!("`{}` and `{second}` exclude each other", set[0]),
            format!("remove `{}` or `{second}`", set[0]),
        ),
        None => (
            fields.head,
            "an SNS configuration needs `topic_arn`, `target_arn` or `phone_number`".to_owned(),
            "add `topic_arn`".to_owned(),
        ),
    };
    decoder.hook(fields.span, place, message, said).help = Some(help);
}

/// Both keys or none.
pub(super) fn sigv4_keys<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let keys = ["access_key", "secret_key"];
    let [access, secret] = keys.map(|name| value(fields, name).is_some());
    if access == secret {
        return;
    }
    let [there, missing] = match access {
        true => keys,
        false => [keys[1], keys[0]],
    };
    let place = fields.key_span(there).unwrap_or(fields.head);
    let message = format!("`{there}` needs `{missing}` beside it");
    let said = "must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config";
    decoder.hook(fields.span, place, message, said).help = Some(format!("add `{missing}`"));
}

/// Before `global` had a token, each configuration needed its own.
pub(super) fn telegram_token<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let version = decoder.target.alertmanager;
    let names = ["bot_token", "bot_token_file"];
    if version >= Version::new(0, 26) {
        let said = "at most one of bot_token & bot_token_file must be configured";
        decoder.at_most_one(fields, names, said);
    }
    let is_missing = names.iter().all(|name| value(fields, name).is_none());
    if is_missing && version < Version::new(0, 31) {
        let (wanted, said) = match version < Version::new(0, 26) {
            true => ("`bot_token`", "missing bot_token on telegram_config"),
            false => (
                "`bot_token` or `bot_token_file`",
                "missing bot_token or bot_token_file on telegram_config",
            ),
        };
        let place = decoder.place_of_missing(fields, &names);
        let message = format!("a Telegram configuration needs {wanted}");
        decoder.hook(fields.span, place, message, said).help = Some(format!("add {wanted}"));
    }
}

/// A chat, which is not 0.
pub(super) fn telegram_chat<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let has_file = decoder.target.alertmanager >= Version::new(0, 30);
    let chat = text(fields, "chat_id");
    let is_there = !matches!(chat, "" | "0");
    let file = value(fields, "chat_id_file").is_some();
    if is_there && file && has_file {
        let said = "at most one of chat_id & chat_id_file must be configured";
        decoder.at_most_one(fields, ["chat_id", "chat_id_file"], said);
    }
    if !is_there && !file {
        let (wanted, said) = match has_file {
            false => ("`chat_id`", "missing chat_id on telegram_config"),
            true => (
                "`chat_id` or `chat_id_file`",
                "missing chat_id or chat_id_file on telegram_config",
            ),
        };
        let place = decoder.place_of_missing(fields, &["chat_id", "chat_id_file"]);
        let message = format!("a Telegram configuration needs {wanted}");
        decoder.hook(fields.span, place, message, said).help = Some(format!("add {wanted}"));
    }
}

/// How Telegram reads the text.
pub(super) fn telegram_mode<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let mode = text(fields, "parse_mode");
    if !matches!(mode, "" | "Markdown" | "MarkdownV2" | "HTML") {
        let place = fields.get("parse_mode").map_or(fields.head, Node::span);
        let message = format!("`{mode}` is no `parse_mode` of Telegram");
        let said = "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string";
        decoder.hook(fields.span, place, message, said).help =
            Some("the modes are `Markdown`, `MarkdownV2` and `HTML`".to_owned());
    }
}

/// Webex needs to know who asks; the `http_config` of `global` does not count.
pub(super) fn webex_authorization<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    if !has_authorization(fields.get("http_config")) {
        let place = decoder.place_of_missing(fields, &["http_config"]);
        let message = "a Webex configuration needs `authorization` in an `http_config` of its own";
        let said = "missing webex_configs.http_config.authorization";
        decoder.hook(fields.span, place, message, said).help = Some(
            "add `http_config: {authorization: {credentials_file: /path/to/token}}`".to_owned(),
        );
    }
}

/// Which Jira it is.
pub(super) fn jira_type<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let kind = text(fields, "api_type");
    if !matches!(kind, "" | "auto" | "cloud" | "datacenter") {
        let place = fields.get("api_type").map_or(fields.head, Node::span);
        let message = format!("`{kind}` is no `api_type` of Jira");
        let said = "unknown api_type on jira_config, must be cloud, datacenter or auto";
        decoder.hook(fields.span, place, message, said).help =
            Some("the types are `auto`, `cloud` and `datacenter`".to_owned());
    }
}

/// Before `global` had an address, each configuration needed its own.
pub(super) fn mattermost_url<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let names = ["webhook_url", "webhook_url_file"];
    let is_old = decoder.target.alertmanager < Version::new(0, 31);
    if is_old && names.iter().all(|name| value(fields, name).is_none()) {
        let place = decoder.place_of_missing(fields, &names);
        let message = "a Mattermost configuration needs `webhook_url` or `webhook_url_file`";
        let said = "one of webhook_url or webhook_url_file must be configured";
        decoder.hook(fields.span, place, message, said).help =
            Some("add `webhook_url_file`".to_owned());
    }
}
