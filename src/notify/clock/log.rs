use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Notified, Reason};
use crate::labels::Labels;
use crate::target::Duration;

/// Entries are kept for so long at most, as `--data.retention` says where nobody sets it.
const RETENTION_MS: i64 = 120 * 3_600_000;

/// Which integration of which receiver was told about which group.
pub(super) type LogKey = (Arc<str>, Arc<str>, usize);

/// What has been sent last (`nflog`).
#[derive(Default)]
pub(super) struct Log(BTreeMap<LogKey, Entry>);

struct Entry {
    firing: BTreeSet<Labels>,
    resolved: BTreeSet<Labels>,
    sent_at: i64,
    expires_at: i64,
}

impl Log {
    /// Why alerts are to be sent, if they are (`notify.DedupStage.needsUpdate`).
    pub fn reason(
        &self,
        key: &LogKey,
        alerts: &[Notified],
        send_resolved: bool,
        repeat: Duration,
        now: i64,
    ) -> Option<Reason> {
        let (firing, resolved) = sorted(alerts);
        let entry = self.0.get(key).filter(|entry| now < entry.expires_at);
        let Some(entry) = entry else {
            return (!firing.is_empty()).then_some(Reason::First);
        };
        if !firing.is_subset(&entry.firing) {
            return Some(match entry.firing.is_empty() {
                true => Reason::First,
                false => Reason::NewAlerts,
            });
        }
        if firing.is_empty() {
            return (!entry.firing.is_empty()).then_some(Reason::AllResolved);
        }
        if send_resolved && !resolved.is_subset(&entry.resolved) {
            return Some(Reason::SomeResolved);
        }
        // The entry is written after the message was sent, so that a multiple of the group interval is mostly just too
        // short; in Alertmanager it is a race.
        (entry.sent_at < now - repeat.ms).then_some(Reason::Repeat)
    }

    /// Notes what was sent.
    pub fn note(&mut self, key: LogKey, alerts: &[Notified], repeat: Duration, now: i64) {
        let (firing, resolved) = sorted(alerts);
        let kept = repeat.ms.saturating_mul(2).min(RETENTION_MS);
        let entry = Entry {
            firing,
            resolved,
            sent_at: now,
            expires_at: now + kept,
        };
        self.0.insert(key, entry);
    }
}

/// The label sets of the alerts that fire, and of those that do not.
fn sorted(alerts: &[Notified]) -> (BTreeSet<Labels>, BTreeSet<Labels>) {
    let of = |fires: bool| {
        let alerts = alerts.iter().filter(|alert| alert.fires() == fires);
        alerts.map(|alert| alert.labels.clone()).collect()
    };
    (of(true), of(false))
}
