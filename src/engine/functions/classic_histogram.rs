//! `histogram_quantile` over classic buckets.

use rustc_hash::FxHashMap;

use super::super::eval::{Evaluation, Outcome};
use super::super::plan::CallNode;
use super::super::value::{Sample, Value};
use crate::labels::{BUCKET, Labels, METRIC_NAME};
use crate::target::Version;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    upper: f64,
    count: f64,
}

pub(super) fn quantile<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    let phi = evaluation.scalar(&call.args[0], now)?;
    let vector = evaluation.vector(&call.args[1], now)?;
    let tolerant = evaluation.query.options.target.prometheus >= Version::new(2, 46);
    let result = histograms(vector)
        .into_iter()
        .map(|(labels, buckets)| Sample::new(labels, bucket_quantile(phi, buckets, tolerant)))
        .collect();
    Ok(Value::Vector(result))
}

/// The buckets of each histogram; samples without a number in `le` belong to none.
fn histograms(vector: Vec<Sample>) -> Vec<(Labels, Vec<Bucket>)> {
    let mut numbers: FxHashMap<Labels, usize> = FxHashMap::default();
    let mut histograms: Vec<(Labels, Vec<Bucket>)> = Vec::new();
    for sample in vector {
        let Some(upper) = sample.labels.get(BUCKET).and_then(bound) else {
            continue;
        };
        let labels = sample
            .labels
            .filter(|name| name != BUCKET && name != METRIC_NAME);
        let number = *numbers.entry(labels.clone()).or_insert_with(|| {
            histograms.push((labels, Vec::new()));
            histograms.len() - 1
        });
        histograms[number].1.push(Bucket {
            upper,
            count: sample.value,
        });
    }
    histograms
}

/// A number as Go's `ParseFloat` reads it.
fn bound(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// `BucketQuantile`. The `+Inf` bucket must be there; within a bucket observations are spread evenly; the lowest
/// starts at 0 unless its bound is not positive.
fn bucket_quantile(phi: f64, mut buckets: Vec<Bucket>, tolerant: bool) -> f64 {
    if phi.is_nan() {
        return f64::NAN;
    }
    if phi < 0.0 {
        return f64::NEG_INFINITY;
    }
    if phi > 1.0 {
        return f64::INFINITY;
    }
    buckets.sort_by(|a, b| a.upper.total_cmp(&b.upper));
    if buckets
        .last()
        .is_none_or(|last| last.upper != f64::INFINITY)
    {
        return f64::NAN;
    }
    let mut buckets = coalesce(buckets);
    force_monotonic(&mut buckets, tolerant);
    if buckets.len() < 2 {
        return f64::NAN;
    }
    let last = buckets.len() - 1;
    let observations = buckets[last].count;
    if observations == 0.0 {
        return f64::NAN;
    }
    let mut rank = phi * observations;
    // A NaN is below every rank, as in Go's binary search.
    let is_below = |bucket: &Bucket| {
        let order = bucket.count.partial_cmp(&rank);
        order.is_none_or(std::cmp::Ordering::is_lt)
    };
    let found = buckets[..last].partition_point(is_below);
    if found == last {
        return buckets[last - 1].upper;
    }
    if found == 0 && buckets[0].upper <= 0.0 {
        return buckets[0].upper;
    }
    let mut start = 0.0;
    let mut count = buckets[found].count;
    if found > 0 {
        start = buckets[found - 1].upper;
        count -= buckets[found - 1].count;
        rank -= buckets[found - 1].count;
    }
    start + (buckets[found].upper - start) * (rank / count)
}

/// Buckets with equal bounds are added up.
fn coalesce(buckets: Vec<Bucket>) -> Vec<Bucket> {
    let mut result: Vec<Bucket> = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        match result.last_mut() {
            Some(last) if last.upper == bucket.upper => last.count += bucket.count,
            _ => result.push(bucket),
        }
    }
    result
}

/// Counts may not fall from one bucket to the next; a difference within the tolerance of floats is none (2.46).
fn force_monotonic(buckets: &mut [Bucket], tolerant: bool) {
    let Some(mut before) = buckets.first().map(|bucket| bucket.count) else {
        return;
    };
    for bucket in &mut buckets[1..] {
        let same = tolerant && almost_equal(before, bucket.count, 1e-12);
        if same || bucket.count < before {
            bucket.count = before;
        } else {
            before = bucket.count;
        }
    }
}

/// Relative difference below `epsilon`, absolute near zero (`almost.Equal`).
fn almost_equal(a: f64, b: f64, epsilon: f64) -> bool {
    if a == b {
        return true;
    }
    let sum = a.abs() + b.abs();
    let difference = (a - b).abs();
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < epsilon * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < epsilon
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(pairs: &[(f64, f64)]) -> Vec<Bucket> {
        pairs
            .iter()
            .map(|&(upper, count)| Bucket { upper, count })
            .collect()
    }

    #[test]
    fn interpolates_inside_the_bucket() {
        let inf = f64::INFINITY;
        let found = |phi, pairs: &[(f64, f64)]| bucket_quantile(phi, buckets(pairs), true);
        assert_eq!(found(0.5, &[(1.0, 0.0), (2.0, 10.0), (inf, 10.0)]), 1.5);
        assert_eq!(found(0.5, &[(1.0, 10.0), (inf, 10.0)]), 0.5, "from zero");
        assert_eq!(found(0.9, &[(1.0, 1.0), (inf, 10.0)]), 1.0, "no upper end");
        assert!(found(0.5, &[(1.0, 1.0), (2.0, 2.0)]).is_nan(), "no +Inf");
        assert!(found(0.5, &[(1.0, 0.0), (inf, 0.0)]).is_nan(), "empty");
        assert_eq!(found(2.0, &[]), inf);
    }
}
