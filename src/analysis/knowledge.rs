//! What is known of the series that a selector reads.

use super::interval::Interval;
use super::labels::Shape;
use super::metrics::Metrics;
use super::records::Records;
use super::values::LabelValues;
use crate::model::{MetricsSettings, name_fits};
use crate::promql::VectorSelector;

/// What is known of series: those that rules record, and those that everybody knows.
#[derive(Debug, Default)]
pub struct Knowledge<'e> {
    /// The rules that record series, where it is known which series come from them alone.
    pub records: Records<'e>,
    /// The metrics that programs expose.
    pub metrics: Metrics<'e>,
    /// What the settings say.
    pub settings: Option<&'e MetricsSettings>,
}

/// Metrics of which the programs say that 0 means "no limit": cAdvisor's `container_spec_…`, and redis_exporter's
/// `maxmemory`.
const ZERO_WITHOUT_LIMIT: [&str; 4] = [
    "container_spec_memory_limit_bytes",
    "container_spec_memory_swap_limit_bytes",
    "container_spec_memory_reservation_limit_bytes",
    "redis_memory_max_bytes",
];

impl Knowledge<'_> {
    /// Nothing but what holds everywhere.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Whether a metric is 0 where there is no limit.
    #[must_use]
    pub fn may_be_zero(&self, name: &str) -> bool {
        ZERO_WITHOUT_LIMIT.contains(&name) || self.is_declared_zero(name)
    }

    /// Whether the settings say so.
    #[must_use]
    pub fn is_declared_zero(&self, name: &str) -> bool {
        self.settings
            .is_some_and(|settings| settings.zero.iter().any(|zero| zero == name))
    }

    /// Whether a recorded name comes from another Prometheus.
    #[must_use]
    pub fn comes_from_elsewhere(&self, name: &str) -> bool {
        self.settings.is_some_and(|settings| {
            let mut patterns = settings.elsewhere.iter();
            patterns.any(|pattern| name_fits(pattern, name))
        })
    }

    /// The numbers that series of a selector can have.
    #[must_use]
    pub fn numbers_of_series(&self, selector: &VectorSelector) -> Interval {
        match selector.metric_name() {
            // A scrape worked, or it did not.
            Some("up") => Interval::whole(0.0, 1.0),
            // Prometheus writes 1 as long as the alert is pending or firing.
            Some("ALERTS") => Interval::point(1.0),
            Some(name) => self.records.numbers(name, self),
            None => Interval::ANYTHING,
        }
    }

    /// The labels that series of a selector can have, one shape for each way in which they come about.
    #[must_use]
    pub fn shapes_of_series(&self, selector: &VectorSelector) -> Vec<Shape> {
        let recorded = selector.metric_name();
        if let Some(shapes) = recorded.and_then(|name| self.recorded_shapes(name)) {
            return shapes.to_vec();
        }
        let Some(labels) = recorded.and_then(|name| self.metrics.labels(name)) else {
            return vec![Shape::open()];
        };
        let mut shape = Shape::closed();
        for label in labels {
            shape.set(label, LabelValues::Any);
        }
        vec![shape]
    }

    /// The shapes of the series that rules record under a name, where all of them are known.
    pub(super) fn recorded_shapes(&self, name: &str) -> Option<&[Shape]> {
        self.records.shapes(name, self)
    }
}
