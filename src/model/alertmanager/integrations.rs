//! The integrations other than chats as tables, in the same form: mail, webhooks, and services that call people.

use super::checks;
use super::http::{HTTP, TLS};
use super::readers::{GO_DURATION, HOST_PORT, TIMEOUT, URL, WEBHOOK_URL};
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
