//! Simulations for machines: what `simulate --format json` prints.

use std::collections::BTreeMap;

use serde::Serialize;

use super::json::VERSION;
use super::json_trace::map;
use crate::harness::{Happening, Simulation, TestReport, Transition};
use crate::notify::clock::{Notified, What, Withheld};
use crate::target::Duration;

/// What `simulate --format json` prints.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SimulationReport {
    /// Version of this shape.
    version: u32,
    /// One entry a test group, in the order of the fixtures.
    tests: Vec<JsonSimulation>,
}

/// What becomes of the alerts of a test group.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonSimulation {
    /// The fixture.
    path: String,
    /// The name of the test group.
    name: String,
    /// When alerts become pending, firing or inactive.
    alerts: Vec<JsonTransition>,
    /// What Alertmanager sends and keeps back.
    events: Vec<JsonEvent>,
}

/// An alert has become something else.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonTransition {
    /// When, as a duration from the start of the test.
    at: String,
    /// The labels of the alert.
    labels: BTreeMap<String, String>,
    /// `pending`, `firing` or `inactive`.
    state: &'static str,
}

/// Something that Alertmanager does.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonEvent {
    /// When, as a duration from the start of the test.
    at: String,
    /// `sent`, `failed` (the message cannot be made) or `withheld`.
    what: &'static str,
    /// The receiver.
    receiver: String,
    /// The kind of integration that is given the alerts.
    #[serde(skip_serializing_if = "Option::is_none")]
    integration: Option<&'static str>,
    /// The key of the group.
    group_key: String,
    /// The labels of the group.
    group_labels: BTreeMap<String, String>,
    /// Why it is sent, in Alertmanager's words; why it is kept back; or why the message fails.
    reason: String,
    /// The alert that inhibits, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    inhibited_by: Option<BTreeMap<String, String>>,
    /// The alerts.
    alerts: Vec<JsonNotified>,
    /// The fields of the message by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<BTreeMap<String, String>>,
}

/// An alert of a notification.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonNotified {
    /// `firing` or `resolved`.
    status: &'static str,
    /// Labels.
    labels: BTreeMap<String, String>,
    /// Annotations.
    annotations: BTreeMap<String, String>,
}

/// The simulations of a report.
#[must_use]
pub fn simulation_report(report: &TestReport) -> SimulationReport {
    let tests = report.files.iter().flat_map(|file| {
        let path = file.file.path().display().to_string();
        file.tests.iter().filter_map(move |test| {
            let simulation = test.simulation.as_ref()?;
            Some(simulated(path.clone(), test.name.clone(), simulation))
        })
    });
    SimulationReport {
        version: VERSION,
        tests: tests.collect(),
    }
}

fn simulated(path: String, name: String, simulation: &Simulation) -> JsonSimulation {
    let since_start = |at: i64| Duration::from_ms(at - simulation.start).to_string();
    let alerts = simulation.transitions.iter();
    let events = simulation.events.iter();
    JsonSimulation {
        path,
        name,
        alerts: alerts
            .map(|change| transition(change, since_start(change.at)))
            .collect(),
        events: events
            .map(|happening| event(happening, since_start(happening.event.at)))
            .collect(),
    }
}

fn transition(transition: &Transition, at: String) -> JsonTransition {
    JsonTransition {
        at,
        labels: map(&transition.labels),
        state: transition.state.map_or("inactive", |state| state.name()),
    }
}

fn event(happening: &Happening, at: String) -> JsonEvent {
    let event = &happening.event;
    let mut json = JsonEvent {
        at,
        what: "sent",
        receiver: event.receiver.to_string(),
        integration: None,
        group_key: event.group_key.to_string(),
        group_labels: map(&event.group_labels),
        reason: String::new(),
        inhibited_by: None,
        alerts: event.alerts().iter().map(notified).collect(),
        message: None,
    };
    match &event.what {
        What::Sent { kind, reason, .. } => {
            json.integration = Some(kind);
            json.reason = reason.words().to_owned();
        }
        What::Withheld { by, .. } => {
            json.what = "withheld";
            json.reason = by.to_string();
            if let Withheld::Inhibited { source, .. } = by {
                json.inhibited_by = Some(map(source));
            }
        }
    }
    match &happening.message {
        Some(Ok(message)) => json.message = Some(message.fields.iter().cloned().collect()),
        Some(Err(failed)) => {
            json.what = "failed";
            json.reason = failed.to_string();
        }
        None => {}
    }
    json
}

fn notified(alert: &Notified) -> JsonNotified {
    JsonNotified {
        status: if alert.fires() { "firing" } else { "resolved" },
        labels: map(&alert.labels),
        annotations: map(&alert.annotations),
    }
}
