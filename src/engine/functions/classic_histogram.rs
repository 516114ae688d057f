//! Quantiles and fractions of classic buckets.

use crate::storage::histogram::almost_equal;
use crate::target::{Target, Version};

/// A classic bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    pub upper: f64,
    pub count: f64,
}

/// Whether differences within the tolerance of floats are no decrease (2.46).
pub(super) fn is_tolerant(target: &Target) -> bool {
    target.prometheus >= Version::new(2, 46)
}

/// A number as Go's `ParseFloat` reads it.
pub(super) fn bound(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// `BucketQuantile`. The `+Inf` bucket must be there; within a bucket observations are spread evenly; the lowest
/// starts at 0 unless its bound is not positive.
///
/// The second value is there where counts fell from one bucket to the next and had to be raised; it says where.
pub(super) fn quantile(
    phi: f64,
    mut buckets: Vec<Bucket>,
    tolerant: bool,
) -> (f64, Option<Raised>) {
    if phi.is_nan() {
        return (f64::NAN, None);
    }
    if phi < 0.0 {
        return (f64::NEG_INFINITY, None);
    }
    if phi > 1.0 {
        return (f64::INFINITY, None);
    }
    buckets.sort_by(|a, b| a.upper.total_cmp(&b.upper));
    if buckets
        .last()
        .is_none_or(|last| last.upper != f64::INFINITY)
    {
        return (f64::NAN, None);
    }
    let mut buckets = coalesce(buckets);
    let forced = force_monotonic(&mut buckets, tolerant);
    (quantile_of_sorted(phi, &buckets), forced)
}

fn quantile_of_sorted(phi: f64, buckets: &[Bucket]) -> f64 {
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

/// The share of observations between two values (`BucketFraction`).
pub(super) fn fraction(lower: f64, upper: f64, mut buckets: Vec<Bucket>) -> f64 {
    buckets.sort_by(|a, b| a.upper.total_cmp(&b.upper));
    let buckets = coalesce(buckets);
    let Some(last) = buckets.last().filter(|last| last.upper == f64::INFINITY) else {
        return f64::NAN;
    };
    let count = last.count;
    if count == 0.0 || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    (rank_below(upper, &buckets) - rank_below(lower, &buckets)) / count
}

/// How many observations are below a value, spread evenly within each bucket.
fn rank_below(value: f64, buckets: &[Bucket]) -> f64 {
    let count = buckets.last().map_or(0.0, |last| last.count);
    let mut rank = 0.0;
    let mut start = match buckets.first() {
        Some(first) if first.upper > 0.0 => 0.0,
        _ => f64::NEG_INFINITY,
    };
    for bucket in buckets {
        if start >= value {
            return f64::min(rank, count);
        }
        if bucket.upper > value && start.is_infinite() {
            // Nothing is spread over an infinite width: the whole bucket lies below.
            return f64::min(bucket.count, count);
        }
        if bucket.upper > value {
            let part = (value - start) / (bucket.upper - start);
            return f64::min(rank + (bucket.count - rank) * part, count);
        }
        rank = bucket.count;
        start = bucket.upper;
    }
    count
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

/// The bounds of the buckets whose counts were raised, and by how much at most.
pub(super) struct Raised {
    pub lowest: f64,
    pub highest: f64,
    pub most: f64,
}

/// Counts may not fall from one bucket to the next; a difference within the tolerance of floats is none. Says where
/// they fell.
fn force_monotonic(buckets: &mut [Bucket], tolerant: bool) -> Option<Raised> {
    let mut before = buckets.first()?.count;
    let mut raised: Option<Raised> = None;
    for bucket in &mut buckets[1..] {
        let same = tolerant && almost_equal(before, bucket.count, 1e-12);
        if !same && bucket.count < before {
            let raised = raised.get_or_insert(Raised {
                lowest: bucket.upper,
                highest: bucket.upper,
                most: 0.0,
            });
            raised.lowest = raised.lowest.min(bucket.upper);
            raised.highest = raised.highest.max(bucket.upper);
            raised.most = raised.most.max(before - bucket.count);
        }
        if same || bucket.count < before {
            bucket.count = before;
        } else {
            before = bucket.count;
        }
    }
    raised
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
        let found = |phi, pairs: &[(f64, f64)]| quantile(phi, buckets(pairs), true).0;
        assert_eq!(found(0.5, &[(1.0, 0.0), (2.0, 10.0), (inf, 10.0)]), 1.5);
        assert_eq!(found(0.5, &[(1.0, 10.0), (inf, 10.0)]), 0.5, "from zero");
        assert_eq!(found(0.9, &[(1.0, 1.0), (inf, 10.0)]), 1.0, "no upper end");
        assert!(found(0.5, &[(1.0, 1.0), (2.0, 2.0)]).is_nan(), "no +Inf");
        assert!(found(0.5, &[(1.0, 0.0), (inf, 0.0)]).is_nan(), "empty");
        assert_eq!(found(2.0, &[]), inf);
    }
}
