//! Expectations about routes and notifications against what Alertmanager would do.

use std::sync::Arc;

use super::delivery::Behind;
use super::expectation::labels_of;
use super::outcome::{Failure, FailureKind, Happening, Item, Simulation, TestResult};
use crate::diagnostic::Location;
use crate::labels::Labels;
use crate::model::{
    ExpectedCause, ExpectedMessage, ExpectedNotification, ExpectedTime, FieldCondition, FieldTest,
    Fixture, NotificationTest, Pair, TestGroup,
};
use crate::notify::clock::{Event, Notified, What, Withheld};
use crate::notify::message::Message;
use crate::source::{SourceFile, Span};
use crate::target::Duration;

/// Most events that are told to say why an expectation is not met.
const MOST_TOLD: usize = 6;

/// The result of the tests of routes of a fixture; nothing where it has none.
pub(super) fn routes(
    file: &Arc<SourceFile>,
    fixture: &Fixture,
    behind: &Behind,
) -> Option<TestResult> {
    let tests = &fixture.extension.routes;
    let root = behind.route().filter(|_| !tests.is_empty())?;
    let failures = tests.iter().filter_map(|test| {
        let labels = labels_of(&test.labels);
        let routes = root.routes_for(&labels).into_iter();
        let got: Vec<&str> = routes
            .map(|route| route.receiver.as_ref().map_or("", |name| name.as_str()))
            .collect();
        let wanted: Vec<&str> = test
            .receivers
            .value
            .iter()
            .map(|name| name.as_str())
            .collect();
        if got == wanted {
            return None;
        }
        let message = format!(
            "{labels} goes to {}, and not to {}",
            listed(&got),
            listed(&wanted)
        );
        Some(Failure {
            kind: FailureKind::Route(labels.to_string()),
            eval_time: Duration::ZERO,
            location: Location::new(file, test.receivers.span),
            message,
            expected: Vec::new(),
            got: Vec::new(),
            why: Vec::new(),
        })
    });
    Some(TestResult {
        name: "routes".to_owned(),
        is_named: true,
        assertions: tests.len(),
        failures: failures.collect(),
        ..TestResult::default()
    })
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => "nobody".to_owned(),
        names => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        }
    }
}

/// The expectations about notifications that are not met.
pub(super) fn notifications(
    file: &Arc<SourceFile>,
    test: &TestGroup,
    simulation: &Simulation,
) -> Vec<Failure> {
    let judge = Judge { file, simulation };
    let tests = test.extension.notifications.iter();
    tests.filter_map(|test| judge.failure(test)).collect()
}

struct Judge<'j> {
    file: &'j Arc<SourceFile>,
    simulation: &'j Simulation,
}

impl Judge<'_> {
    fn failure(&self, test: &NotificationTest) -> Option<Failure> {
        match &test.expected {
            ExpectedNotification::Sent(message) => self.sent(test.span, message),
            ExpectedNotification::Withheld { at, alert, by } => {
                self.withheld(test.span, at.value, &labels_of(alert), by)
            }
            ExpectedNotification::Nothing {
                from,
                until,
                receiver,
                alert,
            } => {
                let receiver = receiver.as_ref().map(|name| name.as_str());
                let alert = labels_of(alert);
                self.nothing(test.span, (*from, until.value), receiver, &alert)
            }
        }
    }

    /// What is sent, with the alerts in it. A message that fails is not sent.
    fn messages(&self) -> impl Iterator<Item = (&Event, &Message, &[Notified])> {
        let events = self.simulation.events.iter();
        events.filter_map(|happening| {
            let message = happening.message.as_ref()?.as_ref().ok()?;
            Some((&happening.event, message, happening.event.alerts()))
        })
    }

    fn sent(&self, span: Span, expected: &ExpectedMessage) -> Option<Failure> {
        let receiver = expected.receiver.as_str();
        let time = expected.at.time().value;
        let is_in_time = |event: &Event| {
            let at = self.since_start(event.at);
            match expected.at {
                ExpectedTime::At(_) => at == time,
                ExpectedTime::By(_) => at <= time,
            }
        };
        let kind = expected.integration.as_ref().map(|kind| kind.as_str());
        let to_receiver: Vec<_> = self
            .messages()
            .filter(|(event, message, _)| {
                &*event.receiver == receiver && kind.is_none_or(|kind| kind == message.kind)
            })
            .collect();
        let in_time: Vec<_> = to_receiver
            .iter()
            .filter(|(event, ..)| is_in_time(event))
            .collect();
        let fits = |(_, message, alerts): &&(&Event, &Message, &[Notified])| {
            fits(expected, alerts) && expected.fields.iter().all(|test| holds(test, message))
        };
        if in_time.iter().copied().any(|sent| fits(&sent)) {
            return None;
        }
        let when = match expected.at {
            ExpectedTime::At(_) => format!("at {time}"),
            ExpectedTime::By(_) => format!("by {time}"),
        };
        let failure = |message| self.told(span, receiver, time, message);
        let Some((_, message, alerts)) = in_time.last() else {
            let mut failure = failure(match to_receiver.is_empty() {
                true => format!("nothing is ever sent to `{receiver}`"),
                false => format!("nothing is sent to `{receiver}` {when}"),
            });
            failure.why = self.around(time);
            return Some(failure);
        };
        let mut failure = failure(format!("another message is sent to `{receiver}` {when}"));
        if let Some(wanted) = &expected.alerts
            && !is_each(wanted, alerts)
        {
            failure.expected = wanted.iter().map(|pairs| item(labels_of(pairs))).collect();
            failure.got = alerts
                .iter()
                .map(|alert| item(alert.labels.clone()))
                .collect();
        }
        for test in expected.fields.iter().filter(|test| !holds(test, message)) {
            failure.expected.push(wanted_field(test));
            failure.got.extend(got_field(test, message));
        }
        if let Some(is_firing) = expected.is_firing
            && alerts.iter().any(Notified::fires) != is_firing.value
        {
            let status = if is_firing.value {
                "resolved"
            } else {
                "firing"
            };
            failure.why.push(format!("its status is `{status}`"));
        }
        Some(failure)
    }

    fn withheld(
        &self,
        span: Span,
        time: Duration,
        alert: &Labels,
        by: &ExpectedCause,
    ) -> Option<Failure> {
        let events = self
            .simulation
            .events
            .iter()
            .map(|happening| &happening.event);
        let mut looks = events.filter(|event| {
            self.since_start(event.at) == time
                && event.alerts().iter().any(|one| has(&one.labels, alert))
        });
        let is_it = |event: &Event| match (&event.what, by) {
            (What::Sent { .. }, _) => false,
            (What::Withheld { by, .. }, expected) => match (by, expected) {
                (Withheld::Inhibited { source, .. }, ExpectedCause::InhibitedBy(labels)) => {
                    has(source, &labels_of(labels))
                }
                (Withheld::Muted(name), ExpectedCause::MutedBy(expected)) => {
                    **name == *expected.as_str()
                }
                (Withheld::Inactive, ExpectedCause::Inactive) => true,
                _ => false,
            },
        };
        if looks.any(is_it) {
            return None;
        }
        let message = format!("the alert is not kept back by this at {time}");
        let mut failure = self.told(span, &alert.to_string(), time, message);
        failure.why = self.around(time);
        Some(failure)
    }

    fn nothing(
        &self,
        span: Span,
        (from, until): (Duration, Duration),
        receiver: Option<&str>,
        alert: &Labels,
    ) -> Option<Failure> {
        let (event, _, _) = self.messages().find(|(event, _, alerts)| {
            let at = self.since_start(event.at);
            from <= at
                && at <= until
                && receiver.is_none_or(|name| &*event.receiver == name)
                && (alert.is_empty() || alerts.iter().any(|one| has(&one.labels, alert)))
        })?;
        let at = self.since_start(event.at);
        let message = format!("something is sent to `{}` at {at}", event.receiver);
        let mut failure = self.told(span, receiver.unwrap_or(&event.receiver), at, message);
        failure.why = self.around(at);
        Some(failure)
    }

    fn since_start(&self, at: i64) -> Duration {
        Duration::from_ms(at - self.simulation.start)
    }

    fn told(&self, span: Span, subject: &str, time: Duration, message: String) -> Failure {
        Failure {
            kind: FailureKind::Notification(subject.to_owned()),
            eval_time: time,
            location: Location::new(self.file, span),
            message,
            expected: Vec::new(),
            got: Vec::new(),
            why: Vec::new(),
        }
    }

    /// What Alertmanager does about that time: the events that are nearest to it.
    fn around(&self, time: Duration) -> Vec<String> {
        let events = &self.simulation.events;
        if events.is_empty() {
            return vec!["Alertmanager gets no alert that fires".to_owned()];
        }
        let distance =
            |happening: &&Happening| (self.since_start(happening.event.at).ms - time.ms).abs();
        let mut nearest: Vec<&Happening> = events.iter().collect();
        nearest.sort_by_key(distance);
        // What is kept back is looked at again and again.
        let mut told: Vec<(i64, String)> = Vec::new();
        for happening in nearest {
            let mut sentence = happening.event.sentence();
            if let Some(Err(failed)) = &happening.message {
                sentence = format!("{sentence}, but the message fails: {failed}");
            }
            if told.len() < MOST_TOLD && told.iter().all(|(_, known)| *known != sentence) {
                told.push((happening.event.at, sentence));
            }
        }
        told.sort_by_key(|(at, _)| *at);
        told.into_iter()
            .map(|(at, sentence)| format!("at {} {sentence}", self.since_start(at)))
            .collect()
    }
}

/// Whether a field of a message is as expected; one that is not there is empty.
fn holds(test: &FieldTest, message: &Message) -> bool {
    let text = field(test, message).unwrap_or_default();
    match &test.is {
        FieldCondition::Equal(wanted) => text == wanted.as_str(),
        FieldCondition::Contains(part) => text.contains(part.as_str()),
        FieldCondition::Matches(pattern, _) => pattern.is_match(text),
    }
}

fn field<'m>(test: &FieldTest, message: &'m Message) -> Option<&'m str> {
    let mut fields = message.fields.iter();
    let found = fields.find(|(name, _)| name == test.name.as_str());
    found.map(|(_, text)| text.as_str())
}

fn wanted_field(test: &FieldTest) -> Item {
    let text = match &test.is {
        FieldCondition::Equal(text) => text.to_string(),
        FieldCondition::Contains(part) => format!("(a text with) {part}"),
        FieldCondition::Matches(_, pattern) => format!("(a text that matches) {pattern}"),
    };
    Item::Field {
        name: test.name.to_string(),
        text,
    }
}

fn got_field(test: &FieldTest, message: &Message) -> Option<Item> {
    Some(Item::Field {
        name: test.name.to_string(),
        text: field(test, message)?.to_owned(),
    })
}

/// Whether a message has the status and the alerts that are expected.
fn fits(expected: &ExpectedMessage, alerts: &[Notified]) -> bool {
    let is_firing = alerts.iter().any(Notified::fires);
    let has_status = expected
        .is_firing
        .is_none_or(|said| said.value == is_firing);
    has_status
        && expected
            .alerts
            .as_ref()
            .is_none_or(|wanted| is_each(wanted, alerts))
}

/// Whether each of the alerts is one of those wanted, and there are no others: a matching, looked for by trying.
fn is_each(wanted: &[Vec<Pair>], alerts: &[Notified]) -> bool {
    let Some((first, rest)) = wanted.split_first() else {
        return alerts.is_empty();
    };
    let first = labels_of(first);
    (0..alerts.len()).any(|place| {
        let mut others = alerts.to_vec();
        let alert = others.remove(place);
        wanted.len() == alerts.len() && has(&alert.labels, &first) && is_each(rest, &others)
    })
}

/// Whether all of the labels are there.
fn has(labels: &Labels, wanted: &Labels) -> bool {
    wanted
        .iter()
        .all(|label| labels.get(&label.name).unwrap_or_default() == &*label.value)
}

fn item(labels: Labels) -> Item {
    Item::Alert {
        labels,
        annotations: Labels::empty(),
    }
}
