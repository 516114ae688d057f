//! What Prometheus sends to Alertmanager about the alerts of its rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::clock::PostedAlert;
use crate::alerting::{ActiveAlert, GroupRun};
use crate::labels::Labels;
use crate::target::Duration;
use crate::template::table_link;

/// How long Prometheus waits before it sends an alert again that still fires (`--rules.alert.resend-delay`).
const RESEND_DELAY_MS: i64 = 60_000;
/// How long it tells that an alert has resolved.
const RESOLVED_RETENTION_MS: i64 = 15 * 60_000;

/// Sends the alerts of rule groups after each evaluation (`rules.AlertingRule.sendAlerts`).
#[derive(Debug)]
pub struct Sender {
    external_labels: Labels,
    external_url: Arc<str>,
    /// By the place of the group and the place of the rule in it.
    alerts: BTreeMap<(usize, usize), BTreeMap<Labels, Known>>,
}

/// An alert that fires, or has fired.
#[derive(Clone, Debug)]
struct Known {
    annotations: Labels,
    fired_at: i64,
    resolved_at: Option<i64>,
    last_sent: Option<i64>,
}

impl Sender {
    /// A Prometheus with these external labels that is reached under this URL.
    #[must_use]
    pub const fn new(external_labels: Labels, external_url: Arc<str>) -> Self {
        Self {
            external_labels,
            external_url,
            alerts: BTreeMap::new(),
        }
    }

    /// What is sent after the group of that place was evaluated at `now`, in Unix milliseconds, as it is every `interval`.
    pub fn send(
        &mut self,
        place: usize,
        group: &GroupRun<'_>,
        now: i64,
        interval: Duration,
    ) -> Vec<PostedAlert> {
        let mut sent = Vec::new();
        for (number, rule) in group.group().rules.iter().enumerate() {
            let firing = group.alerts_of(number).iter().filter(|alert| alert.fires());
            let firing: BTreeMap<&Labels, &ActiveAlert> =
                firing.map(|alert| (&alert.labels, alert)).collect();
            let known = self.alerts.entry((place, number)).or_default();
            if firing.is_empty() && known.is_empty() {
                continue;
            }
            update(known, &firing, now);
            // Two evaluations or two posts may fail before the alert ends by itself.
            let valid_until = now + 4 * interval.ms.max(RESEND_DELAY_MS);
            for (labels, alert) in known.iter_mut().filter(|(_, alert)| alert.is_due(now)) {
                alert.last_sent = Some(now);
                sent.push(PostedAlert {
                    labels: with_missing(labels, &self.external_labels),
                    annotations: alert.annotations.clone(),
                    starts_at: Some(alert.fired_at),
                    ends_at: Some(alert.resolved_at.unwrap_or(valid_until)),
                    generator_url: format!(
                        "{}{}",
                        self.external_url,
                        table_link(rule.expr.as_str())
                    )
                    .into(),
                });
            }
        }
        sent
    }
}

/// Notes which alerts have begun to fire and which have resolved.
fn update(known: &mut BTreeMap<Labels, Known>, firing: &BTreeMap<&Labels, &ActiveAlert>, now: i64) {
    for (labels, alert) in firing {
        let begun = Known {
            annotations: alert.annotations.clone(),
            fired_at: now,
            resolved_at: None,
            last_sent: None,
        };
        match known.get_mut(*labels) {
            Some(alert) if alert.resolved_at.is_none() => alert.annotations = begun.annotations,
            _ => {
                known.insert((*labels).clone(), begun);
            }
        }
    }
    for (labels, alert) in known.iter_mut() {
        if alert.resolved_at.is_none() && !firing.contains_key(labels) {
            alert.resolved_at = Some(now);
        }
    }
    known.retain(|_, alert| {
        let since = alert.resolved_at.map_or(0, |resolved| now - resolved);
        since <= RESOLVED_RETENTION_MS
    });
}

impl Known {
    /// Whether it is to be sent (`rules.Alert.needsSending`).
    fn is_due(&self, now: i64) -> bool {
        let Some(last) = self.last_sent else {
            return true;
        };
        self.resolved_at.is_some_and(|resolved| resolved > last) || last + RESEND_DELAY_MS < now
    }
}

/// The labels, and those of `more` that are missing or empty among them.
fn with_missing(labels: &Labels, more: &Labels) -> Labels {
    let mut all = labels.edit();
    for label in more {
        if labels.get(&label.name).is_none_or(str::is_empty) {
            all.set(Arc::clone(&label.name), Arc::clone(&label.value));
        }
    }
    all.build()
}
