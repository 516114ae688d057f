//! The keys of the parts that have a decoder of their own, and since when. A key whose first version is not known for sure
//! is never called too new.

use super::{shape, shape_of};
use crate::model::shape::{Shape, key, since};

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
        since("mattermost_configs", 0, 30),
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

pub(super) static INTERVAL: Shape = shape_of(
    "a time interval",
    "timeinterval.TimeInterval",
    &[
        key("times"),
        key("weekdays"),
        key("days_of_month"),
        key("months"),
        key("years"),
        since("location", 0, 25),
    ],
);

pub(super) static TIME_RANGE: Shape = shape_of(
    "a time range",
    "timeinterval.yamlTimeRange",
    &[key("start_time"), key("end_time")],
);
