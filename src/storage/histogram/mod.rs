//! Native histograms with float counts, and what PromQL does with them (`model/histogram.FloatHistogram`).
//!
//! A histogram is plain data. Operations that Prometheus does in place are done in place; those that leave empty
//! buckets behind do so here, too, until [`Histogram::compact`] drops them.

mod bounds;
mod buckets;
mod classic;
mod combine;
mod compare;
mod kahan;
mod print;
mod quantile;
mod reset;
mod trim;
mod validate;
mod zero_bucket;

#[cfg(test)]
mod laws;

use std::sync::Arc;

pub use bounds::{CUSTOM_BUCKETS_SCHEMA, exponential_bound};
pub use buckets::Bucket;
pub use classic::ClassicError;
pub use combine::{Combined, IncompatibleSchemas, StepError};
pub use compare::almost_equal;
pub use quantile::{Estimate, NanObservations};
pub use trim::Keep;
pub use validate::InvalidHistogram;

use crate::promql::{CounterResetHint, HistogramSpec};
use bounds::coarser_index;

/// The buckets of one side: index and count, strictly ascending by index.
///
/// There may be buckets without observations. Prometheus tells them from buckets that are not there when it compares
/// histograms with `==` and when it asks whether a side has buckets at all.
pub type BucketCounts = Vec<(i32, f64)>;

/// A native histogram.
///
/// The default is the empty histogram of schema 0.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Histogram {
    /// The resolution: −4 to 8 for exponential buckets, [`CUSTOM_BUCKETS_SCHEMA`] for custom ones.
    pub schema: i32,
    /// The number of observations.
    pub count: f64,
    /// The sum of the observations; the staleness marker where the series ended.
    pub sum: f64,
    /// Half the width of the zero bucket.
    pub zero_threshold: f64,
    /// The number of observations in the zero bucket.
    pub zero_count: f64,
    /// The positive buckets, or the custom ones: number `i` ends at custom bound `i`, the first is number 0.
    pub positive: BucketCounts,
    /// The negative buckets, numbered away from zero.
    pub negative: BucketCounts,
    /// The upper bounds of custom buckets, ascending; the last bucket, which ends at +∞, has none here.
    pub custom_bounds: Arc<[f64]>,
    /// Whether a counter was reset before this histogram.
    pub hint: CounterResetHint,
}

impl From<&HistogramSpec> for Histogram {
    /// Takes over what series notation says, unchecked.
    fn from(spec: &HistogramSpec) -> Self {
        Self {
            schema: spec.schema,
            count: spec.count,
            sum: spec.sum,
            zero_threshold: spec.zero_threshold,
            zero_count: spec.zero_count,
            positive: numbered(spec.offset, &spec.buckets),
            negative: numbered(spec.negative_offset, &spec.negative_buckets),
            custom_bounds: spec.custom_values.as_slice().into(),
            hint: spec.hint.unwrap_or_default(),
        }
    }
}

/// Numbers buckets from `offset` up; those past the largest number are left out.
fn numbered(offset: i32, counts: &[f64]) -> BucketCounts {
    (offset..=i32::MAX).zip(counts.iter().copied()).collect()
}

impl Histogram {
    /// The marker that a series of histograms has ended.
    #[must_use]
    pub fn stale() -> Self {
        Self {
            sum: super::STALE_NAN,
            ..Self::default()
        }
    }

    /// Whether this is the staleness marker.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        super::is_stale(self.sum)
    }

    /// Whether the buckets end at custom bounds.
    #[must_use]
    pub fn has_custom_buckets(&self) -> bool {
        self.schema == CUSTOM_BUCKETS_SCHEMA
    }

    /// Multiplies all counts and the sum; a negative factor makes a gauge. Empty buckets stay: PromQL compacts after.
    pub fn mul(&mut self, factor: f64) {
        self.each_number(|number| *number *= factor);
        if factor < 0.0 {
            self.hint = CounterResetHint::Gauge;
        }
    }

    /// Divides all counts and the sum; a negative divisor makes a gauge. Division by zero drops the buckets.
    pub fn div(&mut self, divisor: f64) {
        if divisor == 0.0 {
            self.positive.clear();
            self.negative.clear();
        }
        self.each_number(|number| *number /= divisor);
        if divisor < 0.0 {
            self.hint = CounterResetHint::Gauge;
        }
    }

    /// Turns all signs, which makes a gauge: the unary minus.
    pub fn negate(&mut self) {
        self.mul(-1.0);
    }

    fn each_number(&mut self, mut change: impl FnMut(&mut f64)) {
        change(&mut self.zero_count);
        change(&mut self.count);
        change(&mut self.sum);
        for (_, count) in self.positive.iter_mut().chain(&mut self.negative) {
            change(count);
        }
    }

    /// Drops buckets without observations (`Compact(0)`).
    pub fn compact(&mut self) {
        self.positive.retain(|&(_, count)| count != 0.0);
        self.negative.retain(|&(_, count)| count != 0.0);
    }

    /// The histogram at a lower resolution; a copy where `schema` is not lower. Custom buckets have no resolution.
    #[must_use]
    pub fn copy_to_schema(&self, schema: i32) -> Self {
        let mut copy = self.clone();
        if self.has_custom_buckets() || schema == CUSTOM_BUCKETS_SCHEMA || schema >= self.schema {
            return copy;
        }
        let steps = self.schema.abs_diff(schema);
        copy.schema = schema;
        copy.positive = coarsened(&self.positive, steps, |sum, count| sum + count);
        copy.negative = coarsened(&self.negative, steps, |sum, count| sum + count);
        // `CopyToSchema` forgets the hint where it has to do something.
        copy.hint = CounterResetHint::Unknown;
        copy
    }

    /// Whether an overflow made one of the numbers infinite. Averages are then computed another way.
    #[must_use]
    pub fn has_overflow(&self) -> bool {
        let sides = self.positive.iter().chain(&self.negative);
        [self.zero_count, self.count, self.sum]
            .into_iter()
            .chain(sides.map(|&(_, count)| count))
            .chain(self.custom_bounds.iter().copied())
            .any(f64::is_infinite)
    }
}

/// The buckets of a resolution lower by `steps`.
fn coarsened<T: Copy>(buckets: &[(i32, T)], steps: u32, sum: impl Fn(T, T) -> T) -> Vec<(i32, T)> {
    let mut result: Vec<(i32, T)> = Vec::with_capacity(buckets.len());
    for &(index, count) in buckets {
        let index = coarser_index(index, steps);
        match result.last_mut() {
            Some(last) if last.0 == index => last.1 = sum(last.1, count),
            _ => result.push((index, count)),
        }
    }
    result
}
