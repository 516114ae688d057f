//! What the dumps show of the series that a selector asks for.

use std::collections::BTreeSet;

use super::metrics::{Dumped, Metrics};
use crate::catalogue::Part;
use crate::exposition::Metric;
use crate::labels::{BUCKET, METRIC_NAME, Matcher};
use crate::promql::{SpannedMatcher, VectorSelector};

/// The series of a selector, as the dumps have them.
#[derive(Clone, Debug)]
pub enum Seen<'e> {
    /// No dump can tell.
    Unknown,
    /// Some dump has one, or may have one.
    There,
    /// These dumps have the metric, and no series of it that the matchers let through.
    Missing(Vec<Dumped<'e>>),
}

/// A metric of a dump with more series than this is not looked through.
const MAX_SERIES: usize = 10_000;

impl<'e> Metrics<'e> {
    /// What the dumps show of the series that a selector asks for. A dump of another job says nothing.
    #[must_use]
    pub fn seen(&self, selector: &VectorSelector) -> Seen<'e> {
        let mut dumped = selector
            .metric_name()
            .map_or_else(Vec::new, |name| self.dumped(name));
        dumped.retain(|dumped| dumped.may_be_of_job(selector));
        if dumped.is_empty() {
            Seen::Unknown
        } else if dumped.iter().any(|dumped| dumped.may_have(selector)) {
            Seen::There
        } else {
            Seen::Missing(dumped)
        }
    }
}

impl<'e> Dumped<'e> {
    fn may_be_of_job(&self, selector: &VectorSelector) -> bool {
        let Some(job) = &self.dump.job else {
            return true;
        };
        let mut matchers = selector.matchers.iter().map(|matcher| &matcher.matcher);
        matchers.all(|matcher| &*matcher.name != "job" || matcher.matches(job))
    }

    /// Whether some series satisfies all the matchers of which the dump can tell.
    fn may_have(&self, selector: &VectorSelector) -> bool {
        let told: Vec<&Matcher> = selector
            .matchers
            .iter()
            .map(|matcher| &matcher.matcher)
            .filter(|matcher| self.tells_of(&matcher.name))
            .collect();
        let metrics = &self.family.metrics;
        metrics.len() > MAX_SERIES
            || metrics
                .iter()
                .any(|metric| told.iter().all(|matcher| satisfies(metric, matcher)))
    }

    /// Whether a label is the program's own, so that the dump shows its values: it is on some series, or the dump is
    /// complete and it is not a label of the target.
    #[must_use]
    pub fn tells_of(&self, label: &str) -> bool {
        let is_of_part = match self.part {
            Part::Bucket => label == BUCKET,
            Part::Whole => label == "quantile",
            Part::Count | Part::Sum => false,
        };
        let is_of_target = matches!(label, METRIC_NAME | "job" | "instance")
            || label.starts_with("exported_")
            || self.dump.target_labels.iter().any(|known| known == label);
        if is_of_part || is_of_target {
            return false;
        }
        let mut metrics = self.family.metrics.iter();
        self.dump.is_complete
            || metrics.any(|metric| metric.labels.iter().any(|(name, _)| name == label))
    }

    /// The values of a label, in order.
    #[must_use]
    pub fn values(&self, label: &str) -> BTreeSet<&'e str> {
        let labels = self.family.metrics.iter().flat_map(|metric| &metric.labels);
        let of_name = labels.filter(|(name, _)| name == label);
        of_name.map(|(_, value)| value.as_str()).collect()
    }

    /// Whether no series satisfies the matcher by itself.
    #[must_use]
    pub fn lacks(&self, matcher: &SpannedMatcher) -> bool {
        let matcher = &matcher.matcher;
        self.tells_of(&matcher.name)
            && self
                .family
                .metrics
                .iter()
                .all(|metric| !satisfies(metric, matcher))
    }
}

fn satisfies(metric: &Metric, matcher: &Matcher) -> bool {
    let mut labels = metric.labels.iter();
    let of_name = labels.find(|(name, _)| *name == *matcher.name);
    matcher.matches(of_name.map_or("", |(_, value)| value))
}
