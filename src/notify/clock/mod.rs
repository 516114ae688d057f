//! What Alertmanager sends when: groups of alerts over time.
//!
//! The times of the simulation are those at which alerts are received and at which the timers of groups ring. What Alertmanager
//! itself needs (network, the pipeline) takes no time here. At one moment alerts are received first, then groups look, then
//! groups that have become empty are forgotten.

mod alerts;
mod group;
mod log;
mod setup;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Route;
use crate::labels::Labels;

use alerts::Received;
pub use alerts::{Post, PostedAlert};
use group::{Group, GroupId};
use log::Log;
pub use setup::{Integration, Receiver, Setup};

/// How often groups without alerts are forgotten, in milliseconds: `dispatch.Dispatcher` does it on a ticker of its own.
const CLEANUP_MS: i64 = 30_000;

/// Something that Alertmanager does about a group of alerts.
#[derive(Clone, Debug)]
pub struct Event {
    /// When, in Unix milliseconds.
    pub at: i64,
    /// The route whose group it is: its place in the tree, counted from the root as [`Route::walk`] goes.
    pub route: usize,
    /// The receiver of the route.
    pub receiver: Arc<str>,
    /// The key of the group, as in `{}/{severity="critical"}:{alertname="DiskFull"}`.
    pub group_key: Arc<str>,
    /// The labels of the group.
    pub group_labels: Labels,
    /// What is done.
    pub what: What,
}

impl Event {
    /// The alerts that it is about.
    #[must_use]
    pub fn alerts(&self) -> &[Notified] {
        match &self.what {
            What::Sent { alerts, .. } | What::Withheld { alerts, .. } => alerts,
        }
    }

    /// What happens, as the end of a sentence that begins with the time.
    #[must_use]
    pub fn sentence(&self) -> String {
        let alerts = self.alerts();
        let state = |alert: &Notified| if alert.fires() { "" } else { " (resolved)" };
        let alerts: Vec<String> = alerts
            .iter()
            .map(|alert| format!("{}{}", alert.labels, state(alert)))
            .collect();
        let alerts = alerts.join(", ");
        match &self.what {
            What::Sent { reason, .. } => {
                let words = reason.words();
                format!("`{}` is told of {alerts}: {words}", self.receiver)
            }
            What::Withheld { by, .. } => format!("{alerts} is kept back: {by}"),
        }
    }
}

/// What Alertmanager does.
#[derive(Clone, Debug)]
pub enum What {
    /// An integration of the receiver is given alerts to send.
    Sent {
        /// The place of the integration in its receiver.
        integration: usize,
        /// Its kind: `slack`, `email`, `webhook`.
        kind: &'static str,
        /// The alerts, firing ones first where they are sent, in the order of the message.
        alerts: Vec<Notified>,
        /// Why now.
        reason: Reason,
    },
    /// Alerts are kept back at this look; they stay in the group.
    Withheld {
        /// The alerts.
        alerts: Vec<Notified>,
        /// Why.
        by: Withheld,
    },
}

/// Why alerts are kept back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Withheld {
    /// An inhibit rule: its place in the configuration, and the labels of the alert that inhibits.
    Inhibited {
        /// The rule.
        rule: usize,
        /// The source.
        source: Labels,
    },
    /// The route is mute during this interval.
    Muted(Arc<str>),
    /// The route is active during its intervals only, and it is none of these.
    Inactive,
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inhibited { source, .. } => write!(f, "inhibited by {source}"),
            Self::Muted(name) => write!(f, "mute in `{name}`"),
            Self::Inactive => f.write_str("the route is not active"),
        }
    }
}

/// Why a group notifies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Nothing was sent before, or nothing was firing then.
    First,
    /// Alerts fire that were not among those sent last.
    NewAlerts,
    /// Alerts have resolved.
    SomeResolved,
    /// No alert fires any more.
    AllResolved,
    /// `repeat_interval` is over.
    Repeat,
}

impl Reason {
    /// In Alertmanager's words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::First => "first notification",
            Self::NewAlerts => "new alerts added",
            Self::SomeResolved => "some alerts resolved",
            Self::AllResolved => "all alerts resolved",
            Self::Repeat => "repeat interval elapsed",
        }
    }
}

/// An alert as a notification has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notified {
    /// Its labels.
    pub labels: Labels,
    /// Its annotations.
    pub annotations: Labels,
    /// Since when it fires, in Unix milliseconds.
    pub starts_at: i64,
    /// Since when it does not fire any more; nothing where it fires.
    pub ended_at: Option<i64>,
    /// The link back to whoever raised it.
    pub generator_url: Arc<str>,
}

impl Notified {
    /// Whether it fires.
    #[must_use]
    pub const fn fires(&self) -> bool {
        self.ended_at.is_none()
    }
}

/// What Alertmanager does about the posts, in order, up to and at the time `until`. `started` is when it was started, from
/// which it counts its clean-ups. Posts must be in order of time.
#[must_use]
pub fn run(setup: &Setup<'_>, posts: &[Post], started: i64, until: i64) -> Vec<Event> {
    let mut places = FxHashMap::default();
    setup.route.walk(&mut |route| {
        let place = places.len();
        places.insert(std::ptr::from_ref(route), place);
    });
    let mut clock = Clock {
        setup,
        places,
        received: Received::default(),
        groups: BTreeMap::new(),
        log: Log::default(),
        events: Vec::new(),
    };
    let mut posts = posts.iter().peekable();
    let mut cleanup = started + CLEANUP_MS;
    loop {
        let next_group = clock.groups.values().map(|group| group.next).min();
        let next_post = posts.peek().map(|post| post.at);
        let mut times = [next_group, next_post].into_iter().flatten();
        // Clean-ups alone are not waited for.
        let Some(mut now) = times.next() else { break };
        now = times.fold(now, i64::min);
        while cleanup < now {
            clock.forget_empty();
            cleanup += CLEANUP_MS;
        }
        if now > until {
            break;
        }
        while let Some(post) = posts.next_if(|post| post.at == now) {
            clock.receive(post);
        }
        clock.look(now);
    }
    clock.events
}

/// What is sent first about an alert that is alone, at the time 0, whatever keeps it back: an event for each integration of
/// each receiver that it goes to.
#[must_use]
pub fn first(setup: &Setup<'_>, alert: &Notified) -> Vec<Event> {
    let mut events = Vec::new();
    for route in setup.route.routes_for(&alert.labels) {
        let name: Arc<str> = route
            .receiver
            .as_ref()
            .map_or("", |name| name.as_str())
            .into();
        let group_labels = route.grouping.labels_of(&alert.labels);
        let receiver = setup.receivers.get(&name);
        let integrations = receiver.map_or(&[][..], |receiver| &receiver.integrations);
        for (place, integration) in integrations.iter().enumerate() {
            events.push(Event {
                at: 0,
                route: 0,
                receiver: Arc::clone(&name),
                group_key: group::key(route, &group_labels),
                group_labels: group_labels.clone(),
                what: What::Sent {
                    integration: place,
                    kind: integration.kind,
                    alerts: vec![alert.clone()],
                    reason: Reason::First,
                },
            });
        }
    }
    events
}

struct Clock<'s, 'c> {
    setup: &'s Setup<'c>,
    /// The places of the routes in the tree.
    places: FxHashMap<*const Route, usize>,
    received: Received,
    groups: BTreeMap<GroupId, Group<'c>>,
    log: Log,
    events: Vec<Event>,
}

impl<'c> Clock<'_, 'c> {
    fn receive(&mut self, post: &Post) {
        for posted in &post.alerts {
            let alert = self
                .received
                .take(posted, post.at, self.setup.resolve_timeout);
            for route in self.setup.route.routes_for(&alert.labels) {
                self.sort_in(route, &alert, post.at);
            }
        }
    }

    fn sort_in(&mut self, route: &'c Route, alert: &Arc<alerts::Alert>, now: i64) {
        let labels = route.grouping.labels_of(&alert.labels);
        let place = self.places.get(&std::ptr::from_ref(route)).copied();
        let place = place.unwrap_or_default();
        let group = self
            .groups
            .entry((place, labels.clone()))
            .or_insert_with(|| Group::new(route, place, labels, now));
        group.insert(alert, now);
    }

    fn forget_empty(&mut self) {
        self.groups.retain(|_, group| !group.is_empty());
    }

    /// Every group whose timer rings looks at its alerts.
    fn look(&mut self, now: i64) {
        let groups = self.groups.values_mut();
        for group in groups.filter(|group| group.next <= now) {
            let mut look = group::Look {
                setup: self.setup,
                received: &self.received,
                log: &mut self.log,
                events: &mut self.events,
                now,
            };
            group.flush(&mut look);
        }
    }
}
