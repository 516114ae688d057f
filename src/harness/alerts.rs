//! Assertions about alerts against those that are there.

use std::sync::Arc;

use super::clockwork::Setting;
use super::expectation::{WantedLabels, assign, labels_of};
use super::near_miss;
use super::outcome::{Failure, FailureKind, Item};
use crate::alerting::{AlertState, GroupRun};
use crate::diagnostic::Location;
use crate::labels::{ALERT_NAME, Labels};
use crate::model::{AlertTest, ExpectedAlert, Extension, TestGroup, Text};
use crate::source::{SourceFile, Span};
use crate::target::Duration;

/// Labels and annotations.
type Alert = (Labels, Labels);

/// Compares the firing alerts of a name, over all groups, with those expected: exactly, as a multiset, unless the key
/// `rulecheck` says otherwise.
pub(super) fn alerts(
    setting: &Setting<'_>,
    test: &TestGroup,
    assertion: &AlertTest,
    groups: &[GroupRun<'_>],
) -> Option<Failure> {
    let name = assertion.alertname.as_ref()?;
    let general = test.extension.within(setting.extension);
    let extension = assertion.extension.within(&general);
    let state = if extension.is_pending() {
        AlertState::Pending
    } else {
        AlertState::Firing
    };
    let mut got: Vec<Alert> = alerts_in(groups, state)
        .filter(|(rule, _)| *rule == name.as_str())
        .map(|(_, alert)| alert)
        .collect();
    got.sort();
    let wanted: Vec<Wanted<'_>> = assertion
        .exp_alerts
        .iter()
        .map(|alert| Wanted::new(name, alert, assertion, &extension))
        .collect();
    let (expected, got) = if wanted.iter().all(Wanted::is_plain) {
        let mut expected: Vec<Alert> = wanted.iter().map(Wanted::plain).collect();
        expected.sort();
        if got == expected {
            return None;
        }
        (expected, got)
    } else {
        side_by_side(&wanted, got)?
    };
    let (expected, got) = (items(expected), items(got));
    let noun = match state {
        AlertState::Firing => "firing alert",
        AlertState::Pending => "pending alert",
    };
    Some(Failure {
        kind: FailureKind::Alert(name.as_str().to_owned()),
        eval_time: assertion.time(),
        location: Location::new(setting.file, name.span()),
        message: near_miss::message(noun, &expected, &got),
        expected,
        got,
        why: Vec::new(),
    })
}

/// What is wanted beside what came; nothing where all is as wanted.
fn side_by_side(wanted: &[Wanted<'_>], got: Vec<Alert>) -> Option<(Vec<Alert>, Vec<Alert>)> {
    let pairs = assign(wanted, &got, Wanted::distance);
    let fits = |pair: &(Option<usize>, Option<usize>)| match *pair {
        (Some(number), Some(at)) => wanted[number].distance(&got[at]) == 0,
        _ => false,
    };
    if pairs.iter().all(fits) {
        return None;
    }
    let expected = pairs
        .iter()
        .filter_map(|&(number, at)| Some(wanted[number?].beside(at.map(|at| &got[at]))))
        .collect();
    Some((expected, got))
}

/// The alerts in that state, with the names of their rules.
fn alerts_in<'a>(
    groups: &'a [GroupRun<'_>],
    state: AlertState,
) -> impl Iterator<Item = (&'a str, Alert)> {
    let all = groups.iter().flat_map(GroupRun::alerts);
    all.filter(move |(_, alert)| alert.state == state)
        .map(|(rule, alert)| {
            let alert = (alert.labels.clone(), alert.annotations.clone());
            (&*rule.name, alert)
        })
}

/// What one alert must be.
struct Wanted<'f> {
    labels: WantedLabels<'f>,
    annotations: WantedLabels<'f>,
}

impl<'f> Wanted<'f> {
    fn new(
        name: &Text,
        alert: &'f ExpectedAlert,
        assertion: &'f AlertTest,
        extension: &Extension,
    ) -> Self {
        let mut labels = labels_of(&alert.labels);
        let named = [(ALERT_NAME.into(), name.as_str().into())];
        let listed = labels
            .iter()
            .map(|l| (Arc::clone(&l.name), Arc::clone(&l.value)));
        labels = Labels::from_pairs(listed.chain(named));
        let own = &alert.extension;
        let is_subset = own.within(extension).is_subset();
        let shared = &assertion.extension;
        Self {
            labels: WantedLabels::new(labels, own.labels.iter().chain(&shared.labels), is_subset),
            annotations: WantedLabels::new(
                labels_of(&alert.annotations),
                own.annotations.iter().chain(&shared.annotations),
                is_subset,
            ),
        }
    }

    fn is_plain(&self) -> bool {
        self.labels.is_plain() && self.annotations.is_plain()
    }

    fn plain(&self) -> Alert {
        (
            self.labels.listed().clone(),
            self.annotations.listed().clone(),
        )
    }

    fn distance(&self, (labels, annotations): &Alert) -> usize {
        self.labels.distance(labels) + self.annotations.distance(annotations)
    }

    fn beside(&self, got: Option<&Alert>) -> Alert {
        (
            self.labels.beside(got.map(|got| &got.0)),
            self.annotations.beside(got.map(|got| &got.1)),
        )
    }
}

fn items(alerts: Vec<Alert>) -> Vec<Item> {
    let alerts = alerts.into_iter();
    alerts
        .map(|(labels, annotations)| Item::Alert {
            labels,
            annotations,
        })
        .collect()
}

/// The alerts that fire though the test says that nothing else does: of each name that is not asserted at that time.
pub(super) fn others(
    setting: &Setting<'_>,
    test: &TestGroup,
    time: Duration,
    groups: &[GroupRun<'_>],
) -> Vec<Failure> {
    let general = test.extension.within(setting.extension);
    let asserted: Vec<&AlertTest> = test
        .alert_rule_tests
        .iter()
        .filter(|assertion| assertion.time() == time)
        .collect();
    let said = asserted
        .iter()
        .find_map(|assertion| assertion.extension.within(&general).forbids_others())
        .or_else(|| general.forbids_others().filter(|_| asserted.is_empty()));
    let Some(said) = said else {
        return Vec::new();
    };
    let is_asserted = |name: &str| {
        let names = asserted.iter().filter_map(|a| a.alertname.as_ref());
        names.into_iter().any(|asserted| asserted.as_str() == name)
    };
    let mut found: Vec<(&str, Alert)> = alerts_in(groups, AlertState::Firing)
        .filter(|(name, _)| !is_asserted(name))
        .collect();
    found.sort();
    found
        .chunk_by(|a, b| a.0 == b.0)
        .map(|alerts| unexpected(setting.file, said, time, alerts))
        .collect()
}

fn unexpected(
    file: &Arc<SourceFile>,
    said: Span,
    time: Duration,
    alerts: &[(&str, Alert)],
) -> Failure {
    let name = alerts.first().map_or("", |(name, _)| name);
    let got = alerts.iter().map(|(_, alert)| alert.clone()).collect();
    Failure {
        kind: FailureKind::Alert(name.to_owned()),
        eval_time: time,
        location: Location::new(file, said),
        message: "nothing else should fire here".to_owned(),
        expected: Vec::new(),
        got: items(got),
        why: Vec::new(),
    }
}
