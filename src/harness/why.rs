//! The short form of a trace: why a failed assertion found other alerts than it expects.

use super::outcome::{Failure, FailureKind};
use super::trace::{Moment, Trace, TracedAlert};
use crate::labels::{ALERT_NAME, Labels};
use crate::number::rough;
use crate::target::Duration;

/// More would not be read.
const MOST_LINES: usize = 4;

/// What the traces of a test tell of a failed alert assertion, a sentence each.
pub(super) fn why(failure: &Failure, traces: &[Trace]) -> Vec<String> {
    let FailureKind::Alert(name) = &failure.kind else {
        return Vec::new();
    };
    let mut told = Vec::new();
    for trace in traces.iter().filter(|trace| trace.alert == *name) {
        let is_seen = |moment: &&Moment| moment.last <= failure.eval_time;
        let Some(moment) = trace.moments.iter().rev().find(is_seen) else {
            continue;
        };
        if failure.got.len() > failure.expected.len() {
            told.extend(fires(trace, moment));
        } else if failure.got.len() < failure.expected.len() {
            told.extend(is_silent(trace, moment));
        }
    }
    told.truncate(MOST_LINES);
    told
}

fn is_silent(trace: &Trace, moment: &Moment) -> Vec<String> {
    let waits = |alert: &TracedAlert| {
        let missing = alert.missing?;
        let whose = whose(&alert.labels);
        Some(format!(
            "pending since {}{whose}: {missing} of `for: {}` are missing",
            alert.active_since, trace.hold
        ))
    };
    let pending: Vec<String> = moment.alerts.iter().filter_map(waits).collect();
    if !pending.is_empty() {
        return pending;
    }
    let causes = moment.causes.iter();
    causes
        .map(|cause| format!("`{}`: {}", cause.part, cause.message))
        .collect()
}

fn fires(trace: &Trace, moment: &Moment) -> Vec<String> {
    let since: Option<Duration> = moment.alerts.iter().map(|alert| alert.active_since).min();
    let mut told: Vec<String> = since
        .map(|since| format!("the condition holds since {since}"))
        .into_iter()
        .collect();
    if let Some(curve) = &trace.curve
        && let Some((_, Some((left, right)))) =
            curve.points.iter().find(|(time, _)| *time == moment.last)
    {
        let (left, right) = (rough(*left), rough(*right));
        told.push(format!(
            "`{}` is {left} at {}, and {left} {} {right} is true",
            curve.subject, moment.last, curve.op
        ));
    }
    told
}

fn whose(labels: &Labels) -> String {
    let labels = labels.filter(|name| name != ALERT_NAME);
    if labels.is_empty() {
        String::new()
    } else {
        format!(" for {labels}")
    }
}
