//! Where alerts go, for machines.

use std::collections::BTreeMap;

use serde::Serialize;

use super::json::VERSION;
use super::json_finding::{Position, positions};
use super::route::{RouteReport, Sent, receiver, start};
use crate::analysis::{Answer, Destination, Row, RuleFacts, Subject, Truth, Wait};
use crate::diagnostic::Location;
use crate::notify::{Grouping, PlacedMatcher};
use crate::source::Span;
use crate::target::Duration;

/// What `route --format json` prints.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JsonRoutes {
    /// Version of this shape.
    version: u32,
    /// The configuration of Alertmanager, as shown to people.
    config: String,
    /// The alerts that were asked for, each with where it goes; of a rule one for each branch of its expression.
    answers: Vec<JsonAnswer>,
    /// All alerts of the rules with their receivers, where no alert was asked for.
    alerts: Vec<JsonRow>,
    /// What would be sent about a single alert with the labels that were asked for.
    messages: Vec<JsonMessage>,
}

/// A message to a receiver.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMessage {
    /// The receiver.
    receiver: String,
    /// The kind of integration, where there is a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    integration: Option<String>,
    /// The fields of the message by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<BTreeMap<String, String>>,
    /// Why nothing is sent after all.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// An alert, and where it goes.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonAnswer {
    /// The rule that raises it, where a rule was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<JsonRule>,
    /// Its labels, where labels were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<BTreeMap<String, String>>,
    /// The routes that notify, in order.
    destinations: Vec<JsonDestination>,
    /// Every route that the alert is tried at, in the order of the file.
    tried: Vec<JsonTried>,
}

/// An alerting rule.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonRule {
    /// Name of the alert.
    alert: String,
    /// File, as shown to people.
    path: String,
    /// Where its name stands.
    start: Position,
}

/// A route that notifies.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonDestination {
    /// Who is notified.
    receiver: String,
    /// Whether this is certain, or hangs on labels that are not known.
    certain: bool,
    /// Where the route stands in the configuration.
    start: Position,
    /// What names the route in keys of groups: its matchers, those of the routes above it first.
    key: String,
    /// The labels by which its alerts are put together; nothing where each alert is alone (`...`).
    group_by: Option<Vec<String>>,
    /// The key of the group, where the labels are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_key: Option<String>,
    /// Seconds that a new group waits.
    group_wait: f64,
    /// Seconds until a group looks for news.
    group_interval: f64,
    /// Seconds until it tells again what is still true.
    repeat_interval: f64,
    /// Intervals in which the route is mute.
    mute_time_intervals: Vec<String>,
    /// Intervals outside of which it is mute.
    active_time_intervals: Vec<String>,
    /// The inhibit rules that can keep the alert from being told.
    muted_by: Vec<JsonMuted>,
}

/// An inhibit rule that can keep an alert from being told.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMuted {
    /// Where the rule stands in the configuration.
    start: Position,
    /// What the other alert must satisfy.
    source: Vec<String>,
    /// The labels in which both must agree.
    equal: Vec<String>,
    /// The alerting rules that can raise such an alert.
    alerts: Vec<String>,
}

/// A route that the alert is tried at.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonTried {
    /// Its receiver.
    receiver: String,
    /// Where it stands in the configuration.
    start: Position,
    /// Its matchers, and whether they hold.
    matchers: Vec<JsonHeld>,
    /// Whether the alert comes that far: `always` or `maybe`.
    asked: &'static str,
    /// Whether all its matchers hold: `always`, `maybe` or `never`.
    takes: &'static str,
    /// Whether it notifies itself: `always`, `maybe` or `never`.
    notifies: &'static str,
}

/// A matcher, and whether it holds.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonHeld {
    /// The matcher.
    matcher: String,
    /// `always`, `maybe` or `never`.
    holds: &'static str,
}

/// An alert at a receiver.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonRow {
    /// The rule.
    rule: JsonRule,
    /// The severity that it sets.
    severity: Option<String>,
    /// Who is notified.
    receiver: String,
    /// Whether this is so for all alerts of the rule.
    certain: bool,
    /// From a breach until the alert is told, where its group is new.
    first: JsonWait,
    /// The same where its group has notified before.
    joining: JsonWait,
    /// From the end of the breach until that is told.
    resolved: JsonWait,
    /// Seconds that `notify_within` grants the severity.
    notify_within: Option<f64>,
}

/// How long something takes, in seconds.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonWait {
    /// At least.
    best: f64,
    /// At most; nothing where intervals are not known.
    worst: Option<f64>,
}

/// The report.
#[must_use]
pub fn report(report: &RouteReport<'_>) -> JsonRoutes {
    JsonRoutes {
        version: VERSION,
        config: report.config.file.file.path().display().to_string(),
        answers: report
            .answers
            .iter()
            .map(|one| answer(report, one))
            .collect(),
        alerts: report.rows.iter().map(row).collect(),
        messages: report.messages.iter().map(message).collect(),
    }
}

fn message(sent: &Sent) -> JsonMessage {
    let message = sent.message.as_ref().ok();
    JsonMessage {
        receiver: sent.receiver.clone(),
        integration: message.map(|message| message.kind.clone()),
        fields: message.map(|message| message.fields.iter().cloned().collect()),
        error: sent.message.as_ref().err().map(ToString::to_string),
    }
}

fn at(report: &RouteReport<'_>, span: Span) -> Position {
    positions(&report.config.file.location(span)).0
}

fn answer(report: &RouteReport<'_>, answer: &Answer<'_>) -> JsonAnswer {
    let (labels, of_rule) = match &answer.subject {
        Subject::Labels(labels) => (Some(labels), None),
        Subject::Rule(facts) => (None, Some(rule(*facts))),
    };
    let pairs = labels.map(|labels| {
        let pairs = labels.iter();
        pairs
            .map(|label| (label.name.to_string(), label.value.to_string()))
            .collect()
    });
    let to = answer.destinations.iter();
    let tried = answer.steps.iter().map(|step| JsonTried {
        receiver: receiver(step.route).to_owned(),
        start: at(report, start(step.route)),
        matchers: held(&step.matchers),
        asked: word(step.asked),
        takes: word(step.takes),
        notifies: word(step.notifies),
    });
    JsonAnswer {
        rule: of_rule,
        labels: pairs,
        destinations: to
            .map(|to| destination(report, to, &answer.subject))
            .collect(),
        tried: tried.collect(),
    }
}

fn held(matchers: &[(&PlacedMatcher, Truth)]) -> Vec<JsonHeld> {
    let found = matchers.iter().map(|(placed, truth)| JsonHeld {
        matcher: placed.matcher.to_string(),
        holds: word(*truth),
    });
    found.collect()
}

fn destination(
    report: &RouteReport<'_>,
    to: &Destination<'_>,
    subject: &Subject<'_>,
) -> JsonDestination {
    let route = to.route;
    let group_by = match &route.grouping {
        Grouping::By(names) => Some(names.iter().map(ToString::to_string).collect()),
        Grouping::ByAll => None,
    };
    let group_key = match subject {
        Subject::Labels(labels) => {
            let of_group = route.grouping.labels_of(labels);
            Some(format!("{}:{}", route.key, of_group.in_braces()))
        }
        Subject::Rule(_) => None,
    };
    let names = |texts: &[crate::model::Text]| texts.iter().map(ToString::to_string).collect();
    let shown = |placed: &[PlacedMatcher]| {
        let matchers = placed.iter();
        matchers.map(|placed| placed.matcher.to_string()).collect()
    };
    let muted = to.muted_by.iter().map(|muted| JsonMuted {
        start: at(report, Span::empty(muted.rule.span.start as usize)),
        source: shown(&muted.rule.source),
        equal: muted
            .rule
            .equal
            .iter()
            .map(|label| label.name.to_string())
            .collect(),
        alerts: muted.by.iter().map(|name| (*name).to_owned()).collect(),
    });
    JsonDestination {
        receiver: receiver(route).to_owned(),
        certain: to.is_certain,
        start: at(report, start(route)),
        key: route.key.to_string(),
        group_by,
        group_key,
        group_wait: route.timing.group_wait.seconds(),
        group_interval: route.timing.group_interval.seconds(),
        repeat_interval: route.timing.repeat_interval.seconds(),
        mute_time_intervals: names(&route.mute_time_intervals),
        active_time_intervals: names(&route.active_time_intervals),
        muted_by: muted.collect(),
    }
}

fn row(row: &Row<'_>) -> JsonRow {
    JsonRow {
        rule: rule(row.rule),
        severity: row.severity.map(str::to_owned),
        receiver: receiver(row.route).to_owned(),
        certain: row.is_certain,
        first: wait(row.latency.first),
        joining: wait(row.latency.joining),
        resolved: wait(row.latency.resolved),
        notify_within: row.budget.map(Duration::seconds),
    }
}

fn rule(facts: RuleFacts<'_>) -> JsonRule {
    let file = &facts.at.file.file;
    let name = &facts.at.rule.model.name;
    JsonRule {
        alert: facts.at.rule.name().to_owned(),
        path: file.path().display().to_string(),
        start: positions(&Location::new(file, name.span())).0,
    }
}

fn wait(wait: Wait) -> JsonWait {
    JsonWait {
        best: wait.best.seconds(),
        worst: wait.worst.map(Duration::seconds),
    }
}

const fn word(truth: Truth) -> &'static str {
    match truth {
        Truth::Always => "always",
        Truth::Maybe => "maybe",
        Truth::Never => "never",
    }
}
