//! Traces for machines: part of what `test --format json` prints.

use std::collections::BTreeMap;

use serde::Serialize;

use super::sample_value;
use crate::alerting::AlertState;
use crate::harness::{Curve, Moment, NodeValue, Trace, TraceNode, TracedAlert};
use crate::labels::Labels;
use crate::number::format_plain;

/// An alerting rule over the time of one test group.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JsonTrace {
    /// Name of the alert.
    alert: String,
    /// The rule file.
    path: String,
    /// The line of the expression, from 1.
    line: usize,
    /// The `for` of the rule.
    r#for: String,
    /// The first comparison of the expression over time.
    #[serde(skip_serializing_if = "Option::is_none")]
    curve: Option<JsonCurve>,
    /// The state at every evaluation.
    states: Vec<JsonState>,
    /// The evaluations in order; those one after another that look alike are one entry.
    moments: Vec<JsonMoment>,
}

/// Both sides of a comparison over time.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonCurve {
    /// The side that varies.
    subject: String,
    /// The comparison, as seen from there.
    op: &'static str,
    /// One entry an evaluation that compares numbers.
    points: Vec<JsonPoint>,
}

/// Two numbers that are compared.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonPoint {
    /// The time, as a duration from the start of the test.
    time: String,
    /// The side that varies, as text.
    value: String,
    /// The other side, as text.
    threshold: String,
}

/// What the alert is after an evaluation.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonState {
    /// The time, as a duration from the start of the test.
    time: String,
    /// `inactive`, `pending` or `firing`.
    state: &'static str,
}

/// Evaluations in which the same parts are empty and the same alerts active.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMoment {
    /// Time of the first one.
    first: String,
    /// Time of the last one, of which the values are.
    last: String,
    /// How many.
    evaluations: usize,
    /// The pending and firing alerts.
    alerts: Vec<JsonAlert>,
    /// Why the expression yields nothing.
    causes: Vec<JsonCause>,
    /// The expression with the value of every part.
    tree: JsonNode,
}

/// A pending or firing alert.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonAlert {
    /// Its labels.
    labels: BTreeMap<String, String>,
    /// `pending` or `firing`.
    state: &'static str,
    /// Since when its condition holds.
    active_since: String,
    /// How long it still has to hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
}

/// Why a part is empty.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonCause {
    /// The part.
    expr: String,
    /// What is wrong with it.
    message: String,
}

/// A part of an expression.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonNode {
    /// The part, with `…` for its own parts.
    expr: String,
    /// The samples of an instant vector, the first ten.
    #[serde(skip_serializing_if = "Option::is_none")]
    samples: Option<Vec<JsonSample>>,
    /// How many samples or, of a range vector, how many in all windows.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<usize>,
    /// A number or string.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Why it cannot be evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Its parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Self>,
}

/// A sample.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonSample {
    /// Labels with `__name__`.
    labels: BTreeMap<String, String>,
    /// The value as text.
    value: String,
}

pub(super) fn trace(trace: &Trace) -> JsonTrace {
    let place = &trace.location;
    JsonTrace {
        alert: trace.alert.clone(),
        path: place.file.path().display().to_string(),
        line: place.file.line_column(place.span.start as usize).line,
        r#for: trace.hold.to_string(),
        curve: trace.curve.as_ref().map(curve),
        states: trace
            .states
            .iter()
            .map(|(time, state)| JsonState {
                time: time.to_string(),
                state: state.map_or("inactive", AlertState::name),
            })
            .collect(),
        moments: trace.moments.iter().map(moment).collect(),
    }
}

fn curve(curve: &Curve) -> JsonCurve {
    let points = curve.points.iter();
    JsonCurve {
        subject: curve.subject.clone(),
        op: curve.op,
        points: points
            .filter_map(|(time, pair)| {
                let (value, threshold) = (*pair)?;
                Some(JsonPoint {
                    time: time.to_string(),
                    value: format_plain(value),
                    threshold: format_plain(threshold),
                })
            })
            .collect(),
    }
}

fn moment(moment: &Moment) -> JsonMoment {
    let causes = moment.causes.iter();
    JsonMoment {
        first: moment.first.to_string(),
        last: moment.last.to_string(),
        evaluations: moment.evaluations,
        alerts: moment.alerts.iter().map(alert).collect(),
        causes: causes
            .map(|cause| JsonCause {
                expr: cause.part.clone(),
                message: cause.message.clone(),
            })
            .collect(),
        tree: node(&moment.tree),
    }
}

fn alert(alert: &TracedAlert) -> JsonAlert {
    JsonAlert {
        labels: map(&alert.labels),
        state: alert.state.name(),
        active_since: alert.active_since.to_string(),
        missing: alert.missing.map(|missing| missing.to_string()),
    }
}

fn node(part: &TraceNode) -> JsonNode {
    let mut json = JsonNode {
        expr: part.head.clone(),
        samples: None,
        total: None,
        value: None,
        error: None,
        children: part.children.iter().map(node).collect(),
    };
    match &part.value {
        NodeValue::Samples { first, total } => {
            let samples = first.iter().map(|(labels, value)| JsonSample {
                labels: map(labels),
                value: sample_value(value),
            });
            json.samples = Some(samples.collect());
            json.total = Some(*total);
        }
        NodeValue::Windows { samples, .. } => json.total = Some(*samples),
        NodeValue::Scalar(value) => json.value = Some(format_plain(*value)),
        NodeValue::Text(text) => json.value = Some(text.clone()),
        NodeValue::Error(message) => json.error = Some(message.clone()),
    }
    json
}

/// Labels as an object.
pub(super) fn map(labels: &Labels) -> BTreeMap<String, String> {
    let pairs = labels.iter();
    pairs
        .map(|label| (label.name.to_string(), label.value.to_string()))
        .collect()
}
