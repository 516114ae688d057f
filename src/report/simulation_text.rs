//! What becomes of the alerts of a test over time, for people.

use super::layout::{Paint, hanging, line};
use super::message_text::show_message;
use super::text::Style;
use crate::alerting::AlertState;
use crate::harness::{Happening, Simulation, TestReport, Transition};
use crate::labels::{ALERT_NAME, Labels};
use crate::notify::clock::{Event, Notified, Reason, What};
use crate::target::Duration;

/// Columns of the time.
const TIME: usize = 9;
/// Columns of the time, the word and the blanks around them.
const INDENT: usize = TIME + 2 + WORD + 2;
/// Columns of the word that says what happens.
const WORD: usize = 8;

/// Every simulation of the report.
#[must_use]
pub fn simulations_text(report: &TestReport, style: Style) -> String {
    let mut out = String::new();
    let paint = Paint::new(style);
    for file in &report.files {
        for test in &file.tests {
            let Some(simulation) = &test.simulation else {
                continue;
            };
            if !out.is_empty() {
                out.push('\n');
            }
            let path = file.file.path().display();
            let heading = format!("{path} · {}", test.name);
            line(&mut out, &paint.bold(&heading));
            timeline(&mut out, simulation, style, paint);
        }
    }
    out
}

/// Something that happens.
enum Entry<'s> {
    Alert(&'s Transition),
    Event(&'s Happening),
}

fn timeline(out: &mut String, simulation: &Simulation, style: Style, paint: Paint) {
    let alerts = simulation.transitions.iter();
    let alerts = alerts.map(|transition| (transition.at, Entry::Alert(transition)));
    let events = news(&simulation.events);
    let events = events.map(|happening| (happening.event.at, Entry::Event(happening)));
    let mut entries: Vec<(i64, Entry<'_>)> = alerts.chain(events).collect();
    // At one time rules are evaluated first.
    entries.sort_by_key(|(at, _)| *at);
    if entries.is_empty() {
        line(out, &paint.dim("  no alert becomes pending or fires"));
    }
    for (at, entry) in entries {
        let time = Duration::from_ms(at - simulation.start).to_string();
        let (word, text) = match &entry {
            Entry::Alert(transition) => of_alert(transition, paint),
            Entry::Event(happening) => of_event(&happening.event, paint),
        };
        out.push_str(&format!("{time:>TIME$}  {word}  "));
        hanging(out, INDENT, &text, style);
        if let Entry::Event(Happening {
            message: Some(message),
            ..
        }) = entry
        {
            show_message(out, INDENT, message, style, paint);
        }
    }
}

/// The events without those that say again that the same alerts are kept back, or repeated, for the same reason.
fn news(events: &[Happening]) -> impl Iterator<Item = &Happening> {
    let mut last: std::collections::BTreeMap<(&str, String), String> =
        std::collections::BTreeMap::new();
    events.iter().filter(move |happening| {
        let event = &happening.event;
        let names: Vec<String> = event
            .alerts()
            .iter()
            .map(|one| one.labels.to_string())
            .collect();
        let key = (&*event.group_key, names.join(" "));
        let said = event.sentence();
        let is_known = last.get(&key) == Some(&said);
        last.insert(key, said);
        let is_news = match event.what {
            What::Sent { reason, .. } => reason != Reason::Repeat,
            What::Withheld { .. } => false,
        };
        is_news || !is_known
    })
}

/// A word of fixed width, coloured.
fn word(text: &str, paint: impl Fn(&str) -> String) -> String {
    paint(&format!("{text:<WORD$}"))
}

fn of_alert(transition: &Transition, paint: Paint) -> (String, String) {
    let word = match transition.state {
        Some(AlertState::Pending) => word("pending", |text| paint.yellow(text)),
        Some(AlertState::Firing) => word("firing", |text| paint.red(text)),
        None => word("inactive", |text| paint.green(text)),
    };
    (word, named(&transition.labels))
}

fn of_event(event: &Event, paint: Paint) -> (String, String) {
    match &event.what {
        What::Sent {
            alerts,
            reason,
            kind,
            ..
        } => {
            let alerts: Vec<String> = alerts.iter().map(with_state).collect();
            let text = format!(
                "{} ({kind}) is told of {}: {}",
                paint.bold(&event.receiver),
                alerts.join(", "),
                reason.words()
            );
            (word("sent", |text| paint.bold(text)), text)
        }
        What::Withheld { alerts, by } => {
            let alerts: Vec<String> = alerts.iter().map(with_state).collect();
            let text = format!("{}, for {}: {by}", alerts.join(", "), event.receiver);
            (word("kept", |text| paint.dim(text)), text)
        }
    }
}

fn with_state(alert: &Notified) -> String {
    let state = if alert.fires() { "" } else { " (resolved)" };
    format!("{}{state}", named(&alert.labels))
}

/// `DiskFull{instance="a"}`
fn named(labels: &Labels) -> String {
    let name = labels.get(ALERT_NAME).unwrap_or_default();
    let others = labels.filter(|name| name != ALERT_NAME);
    match others.is_empty() {
        true => name.to_owned(),
        false => format!("{name}{}", others.in_braces()),
    }
}
