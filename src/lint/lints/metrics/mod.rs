//! What is known of the metrics that expressions read.

pub mod counter_compared_raw;
pub mod delta_on_counter;
pub mod rate_on_gauge;
pub mod unknown_job;
pub mod unknown_metric;
pub mod unwatched_job;
pub mod up_without_absent;

use crate::analysis::{MetricFact, MetricSource};

/// Why a metric is known to be what it is, as the step of a proof.
fn known_from(name: &str, fact: &MetricFact<'_>) -> String {
    let kind = fact.kind.name();
    match &fact.source {
        MetricSource::Dump(path) => format!("{} says that `{name}` is a {kind}", path.display()),
        MetricSource::Catalogue(program, version) => {
            format!("{program} ({version}) exposes `{name}` as a {kind}")
        }
    }
}
