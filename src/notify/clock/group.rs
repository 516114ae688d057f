use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::alerts::{Alert, Received};
use super::log::Log;
use super::{Event, Notified, Setup, What, Withheld};
use crate::labels::Labels;
use crate::notify::Route;

/// A group: the place of its route, and its labels.
pub(super) type GroupId = (usize, Labels);

/// The alerts of a route that are told together (`dispatch.aggrGroup`).
pub(super) struct Group<'c> {
    route: &'c Route,
    place: usize,
    labels: Labels,
    key: Arc<str>,
    alerts: BTreeMap<Labels, Arc<Alert>>,
    /// When it looks next.
    pub next: i64,
    has_looked: bool,
}

/// What a group works with when it looks.
pub(super) struct Look<'l, 'c> {
    pub setup: &'l Setup<'c>,
    pub received: &'l Received,
    pub log: &'l mut Log,
    pub events: &'l mut Vec<Event>,
    pub now: i64,
}

impl<'c> Group<'c> {
    pub fn new(route: &'c Route, place: usize, labels: Labels, now: i64) -> Self {
        Self {
            key: key(route, &labels),
            next: now + route.timing.group_wait.ms,
            route,
            place,
            labels,
            alerts: BTreeMap::new(),
            has_looked: false,
        }
    }

    /// An alert that has fired for longer than a new group waits is not waited for.
    pub fn insert(&mut self, alert: &Arc<Alert>, now: i64) {
        let is_late = alert.starts_at + self.route.timing.group_wait.ms < now;
        if !self.has_looked && is_late {
            self.next = now;
        }
        self.alerts.insert(alert.labels.clone(), Arc::clone(alert));
    }

    pub fn is_empty(&self) -> bool {
        self.alerts.is_empty()
    }

    /// Sends what there is to send, and forgets what has resolved.
    pub fn flush(&mut self, look: &mut Look<'_, '_>) {
        self.next = look.now + self.route.timing.group_interval.ms;
        self.has_looked = true;
        let mut alerts: Vec<Notified> = self
            .alerts
            .values()
            .map(|alert| alert.notified(look.now))
            .collect();
        if alerts.is_empty() {
            return;
        }
        alerts.sort_by(in_order);
        let alerts = self.uninhibited(alerts, look);
        if !alerts.is_empty() && !self.is_mute(&alerts, look) {
            self.send(&alerts, look);
        }
        self.alerts.retain(|_, alert| !alert.is_resolved(look.now));
    }

    /// The alerts that no other alert keeps back.
    fn uninhibited(&self, alerts: Vec<Notified>, look: &mut Look<'_, '_>) -> Vec<Notified> {
        let mut left = Vec::new();
        for alert in alerts {
            match inhibitor(look, &alert.labels) {
                Some(by) => self.withhold(vec![alert], by, look),
                None => left.push(alert),
            }
        }
        left
    }

    /// Whether the intervals of the route keep everything back.
    fn is_mute(&self, alerts: &[Notified], look: &mut Look<'_, '_>) -> bool {
        let active = self.route.active_time_intervals.iter();
        let is_inactive = !self.route.active_time_intervals.is_empty()
            && look
                .setup
                .holding(active.map(|name| name.as_str()), look.now)
                .is_none();
        let mute = self.route.mute_time_intervals.iter();
        let muted = look.setup.holding(mute.map(|name| name.as_str()), look.now);
        let by = match muted {
            _ if is_inactive => Withheld::Inactive,
            Some(name) => Withheld::Muted(name.into()),
            None => return false,
        };
        self.withhold(alerts.to_vec(), by, look);
        true
    }

    fn send(&self, alerts: &[Notified], look: &mut Look<'_, '_>) {
        let Some(name) = self.route.receiver.as_ref() else {
            return;
        };
        let name: Arc<str> = name.as_str().into();
        let Some(receiver) = look.setup.receivers.get(&name) else {
            return;
        };
        let repeat = self.route.timing.repeat_interval;
        for (place, integration) in receiver.integrations.iter().enumerate() {
            let key = (Arc::clone(&self.key), Arc::clone(&name), place);
            let resolved = integration.send_resolved;
            let reason = look.log.reason(&key, alerts, resolved, repeat, look.now);
            let Some(reason) = reason else { continue };
            let sent: Vec<Notified> = alerts
                .iter()
                .filter(|alert| resolved || alert.fires())
                .cloned()
                .collect();
            if !sent.is_empty() {
                let what = What::Sent {
                    integration: place,
                    kind: integration.kind,
                    alerts: sent,
                    reason,
                };
                self.tell(what, look);
            }
            // Written even where there is nothing to be posted, so that what fired last is forgotten.
            look.log.note(key, alerts, repeat, look.now);
        }
    }

    fn withhold(&self, alerts: Vec<Notified>, by: Withheld, look: &mut Look<'_, '_>) {
        self.tell(What::Withheld { alerts, by }, look);
    }

    fn tell(&self, what: What, look: &mut Look<'_, '_>) {
        let receiver = self.route.receiver.as_ref();
        look.events.push(Event {
            at: look.now,
            route: self.place,
            receiver: receiver.map_or("", |name| name.as_str()).into(),
            group_key: Arc::clone(&self.key),
            group_labels: self.labels.clone(),
            what,
        });
    }
}

/// The key of a group of a route.
pub(super) fn key(route: &Route, labels: &Labels) -> Arc<str> {
    format!("{}:{}", route.key, labels.in_braces()).into()
}

/// The first rule that keeps an alert back, and the alert that does. Unlike newer releases, all sources are looked at.
fn inhibitor(look: &Look<'_, '_>, target: &Labels) -> Option<Withheld> {
    let rules = look.setup.inhibit_rules.iter().enumerate();
    let mut rules = rules.filter(|(_, rule)| rule.has_target(target));
    rules.find_map(|(number, rule)| {
        let mut sources = look.received.firing(look.now);
        let source = sources.find(|source| rule.inhibits(&source.labels, target))?;
        Some(Withheld::Inhibited {
            rule: number,
            source: source.labels.clone(),
        })
    })
}

/// By the labels `job` and `instance`, alerts without them last, and then those with fewer labels first
/// (`types.AlertSlice`, `model.LabelSet.Before`).
fn in_order(a: &Notified, b: &Notified) -> Ordering {
    let by_label = |name: &str| match (a.labels.get(name), b.labels.get(name)) {
        (Some(a), Some(b)) => a.cmp(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    };
    by_label("job")
        .then_with(|| by_label("instance"))
        .then_with(|| a.labels.len().cmp(&b.labels.len()))
        .then_with(|| {
            let names = a.labels.iter().chain(&b.labels).map(|label| &*label.name);
            let names: BTreeSet<&str> = names.collect();
            let mut orders = names.into_iter().map(|name| match a.labels.get(name) {
                None => Ordering::Less,
                Some(value) => match b.labels.get(name) {
                    None => Ordering::Greater,
                    Some(other) => value.cmp(other),
                },
            });
            orders
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        })
}
