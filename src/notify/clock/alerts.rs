use std::collections::BTreeMap;
use std::sync::Arc;

use super::Notified;
use crate::labels::Labels;
use crate::target::Duration;

/// Alerts that arrive together.
#[derive(Clone, Debug)]
pub struct Post {
    /// When, in Unix milliseconds.
    pub at: i64,
    /// The alerts.
    pub alerts: Vec<PostedAlert>,
}

/// An alert as a client sends it.
#[derive(Clone, Debug, Default)]
pub struct PostedAlert {
    /// Its labels; empty ones are dropped.
    pub labels: Labels,
    /// Its annotations; empty ones are dropped.
    pub annotations: Labels,
    /// Since when it fires, in Unix milliseconds; where nothing is said, since now.
    pub starts_at: Option<i64>,
    /// Until when it fires, unless it is sent again; where nothing is said, for `resolve_timeout`.
    pub ends_at: Option<i64>,
    /// A link back.
    pub generator_url: Arc<str>,
}

/// An alert as Alertmanager keeps it.
#[derive(Clone, Debug)]
pub(super) struct Alert {
    pub labels: Labels,
    pub annotations: Labels,
    pub starts_at: i64,
    pub ends_at: i64,
    pub generator_url: Arc<str>,
    /// Whether its end is a guess of Alertmanager's.
    is_timeout: bool,
}

impl Alert {
    pub const fn is_resolved(&self, now: i64) -> bool {
        self.ends_at <= now
    }

    /// As a notification of this moment has it.
    pub fn notified(&self, now: i64) -> Notified {
        Notified {
            labels: self.labels.clone(),
            annotations: self.annotations.clone(),
            starts_at: self.starts_at,
            ended_at: self.is_resolved(now).then_some(self.ends_at),
            generator_url: Arc::clone(&self.generator_url),
        }
    }

    /// The alert that two make that are about overlapping times; this is the older one (`types.Alert.Merge`).
    fn merge(&self, mut newer: Self, now: i64) -> Self {
        newer.starts_at = newer.starts_at.min(self.starts_at);
        let keeps_end = if newer.is_resolved(now) {
            self.is_resolved(now)
        } else {
            !self.is_timeout
        };
        if keeps_end {
            newer.ends_at = newer.ends_at.max(self.ends_at);
        }
        newer
    }
}

/// The alerts that have been received, the latest of each label set.
#[derive(Default)]
pub(super) struct Received(BTreeMap<Labels, Arc<Alert>>);

impl Received {
    /// Takes an alert in, merged with what is known of it (`mem.Alerts.Put`).
    pub fn take(
        &mut self,
        posted: &PostedAlert,
        now: i64,
        resolve_timeout: Duration,
    ) -> Arc<Alert> {
        let mut alert = Alert {
            labels: present(&posted.labels),
            annotations: present(&posted.annotations),
            starts_at: posted.starts_at.or(posted.ends_at).unwrap_or(now),
            ends_at: posted.ends_at.unwrap_or(now + resolve_timeout.ms),
            generator_url: Arc::clone(&posted.generator_url),
            is_timeout: posted.ends_at.is_none(),
        };
        if let Some(old) = self.0.get(&alert.labels) {
            let within = |time: i64| old.starts_at < time && time < old.ends_at;
            if within(alert.ends_at) || within(alert.starts_at) {
                alert = old.merge(alert, now);
            }
        }
        let alert = Arc::new(alert);
        self.0.insert(alert.labels.clone(), Arc::clone(&alert));
        alert
    }

    /// The alerts that fire at a time.
    pub fn firing(&self, now: i64) -> impl Iterator<Item = &Alert> {
        let alerts = self.0.values().map(|alert| &**alert);
        alerts.filter(move |alert| !alert.is_resolved(now))
    }
}

/// The labels that have a value.
fn present(labels: &Labels) -> Labels {
    labels.filter(|name| labels.get(name).is_some_and(|value| !value.is_empty()))
}
