//! What is known of the metrics that expressions read.

pub mod capacity_literal;
pub mod container_unselected;
pub mod counter_compared_raw;
pub mod delta_on_counter;
pub mod rate_on_gauge;
pub mod unknown_job;
pub mod unknown_metric;
pub mod unseen_value;
pub mod unwatched_job;
pub mod up_without_absent;

use crate::analysis::{MetricFact, MetricSource};
use crate::labels::MatchOp;
use crate::promql::VectorSelector;

/// The label that Prometheus gives every series of a scrape job.
const JOB: &str = "job";

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

/// The one job that a selector asks for.
fn job_of(selector: &VectorSelector) -> Option<&str> {
    let mut matchers = selector.matchers.iter().map(|matcher| &matcher.matcher);
    matchers
        .find(|matcher| &*matcher.name == JOB && matcher.op == MatchOp::Equal)
        .map(|matcher| &*matcher.value)
}

/// Whether the matchers of a selector let series of a job through.
fn may_be_of_job(selector: &VectorSelector, job: &str) -> bool {
    let mut matchers = selector.matchers.iter().map(|matcher| &matcher.matcher);
    matchers.all(|matcher| &*matcher.name != JOB || matcher.matches(job))
}
