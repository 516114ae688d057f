use crate::labels::Labels;
use crate::storage::SampleValue;

/// The state of an alert that is not inactive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AlertState {
    /// The condition holds, but not yet for long enough.
    Pending,
    /// The alert fires.
    Firing,
}

impl AlertState {
    /// The value of the label `alertstate`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Firing => "firing",
        }
    }
}

/// A pending or firing alert.
#[derive(Clone, Debug)]
pub struct ActiveAlert {
    /// Labels, `alertname` included.
    pub labels: Labels,
    /// Annotations; a text that expanded to nothing stays as an empty value.
    pub annotations: Labels,
    /// The value of the sample when it was last there.
    pub value: SampleValue,
    /// Pending or firing.
    pub state: AlertState,
    /// When the condition began to hold, in milliseconds.
    pub active_at: i64,
    /// Whether the text of an error stands in the place of a label or annotation.
    pub template_failed: bool,
    /// Since when the alert fires on though its sample is gone (`keep_firing_for`).
    keep_firing_since: Option<i64>,
}

impl ActiveAlert {
    /// An alert that has just begun.
    pub(super) fn pending(
        labels: Labels,
        annotations: Labels,
        value: SampleValue,
        now: i64,
    ) -> Self {
        Self {
            labels,
            annotations,
            value,
            state: AlertState::Pending,
            active_at: now,
            template_failed: false,
            keep_firing_since: None,
        }
    }

    /// The sample is there again: value and annotations are refreshed, the state stays.
    pub(super) fn refresh(&mut self, newer: Self) {
        self.value = newer.value;
        self.annotations = newer.annotations;
        self.template_failed = newer.template_failed;
        self.keep_firing_since = None;
    }

    /// The sample is not there. Says whether the alert lives on, by `keep_firing_for`.
    pub(super) fn survives_absence(&mut self, now: i64, keep_firing_for_ms: i64) -> bool {
        if self.state != AlertState::Firing || keep_firing_for_ms <= 0 {
            return false;
        }
        let since = *self.keep_firing_since.get_or_insert(now);
        now - since < keep_firing_for_ms
    }

    /// Fires when it has been active for long enough.
    pub(super) fn advance(&mut self, now: i64, for_ms: i64) {
        if self.state == AlertState::Pending && now - self.active_at >= for_ms {
            self.state = AlertState::Firing;
        }
    }
}
