//! Classic histograms made native, as `load_with_nhcb` does it.

use std::fmt;

use super::{BucketCounts, CUSTOM_BUCKETS_SCHEMA, Histogram};
use crate::number::format_value;

/// Why the samples of a classic histogram make no native one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ClassicError {
    /// A bound is NaN.
    NanBound,
    /// A bucket has a negative count.
    NegativeBucket {
        /// The upper bound.
        le: f64,
        /// The count.
        count: f64,
    },
    /// The number of observations is negative.
    NegativeCount(f64),
    /// A bucket has less than the one below it.
    NotCumulative {
        /// The count.
        count: f64,
        /// The count of the bucket below.
        below: f64,
    },
    /// The number of observations is not that of the last bucket.
    CountMismatch {
        /// The number of observations.
        count: f64,
        /// The upper bound of the last bucket.
        le: f64,
        /// The count of the last bucket.
        last: f64,
    },
}

/// How many empty buckets in a row stay if all counts are whole.
const LONGEST_GAP: usize = 2;

impl Histogram {
    /// A histogram with custom buckets from the samples of a classic one (`convertnhcb`): `buckets` are upper bounds
    /// with cumulative counts in any order, of which the first counts if a bound occurs twice.
    ///
    /// Without a count that of the highest bucket is taken; without a bucket `+Inf` there is one with the count.
    pub fn from_classic(
        buckets: &[(f64, f64)],
        count: Option<f64>,
        sum: Option<f64>,
    ) -> Result<Self, ClassicError> {
        let mut buckets = sorted(buckets)?;
        if let Some(count) = count.filter(|&count| count < 0.0) {
            return Err(ClassicError::NegativeCount(count));
        }
        let highest = buckets.last().copied();
        let count = count.unwrap_or(highest.map_or(0.0, |(_, count)| count));
        if highest.is_none_or(|(le, _)| le != f64::INFINITY) {
            buckets.push((f64::INFINITY, count));
        }
        if let Some((le, last)) = highest.filter(|&(le, _)| le == f64::INFINITY)
            && count != last
        {
            return Err(ClassicError::CountMismatch { count, le, last });
        }
        let are_whole = is_whole(count) && buckets.iter().all(|&(_, count)| is_whole(count));
        let mut below = 0.0;
        let counts = (0..)
            .zip(&buckets)
            .map(|(index, &(_, cumulative))| {
                let own = cumulative - below;
                below = cumulative;
                (index, own)
            })
            .collect();
        let bounds = buckets.iter().map(|&(le, _)| le);
        Ok(Self {
            schema: CUSTOM_BUCKETS_SCHEMA,
            count,
            sum: sum.unwrap_or(0.0),
            positive: compacted(counts, if are_whole { LONGEST_GAP } else { 0 }),
            custom_bounds: bounds.filter(|&le| le != f64::INFINITY).collect(),
            ..Self::default()
        })
    }
}

/// The buckets in ascending order, each once and checked against the one below.
fn sorted(buckets: &[(f64, f64)]) -> Result<Vec<(f64, f64)>, ClassicError> {
    for &(le, count) in buckets {
        if le.is_nan() {
            return Err(ClassicError::NanBound);
        }
        if count < 0.0 {
            return Err(ClassicError::NegativeBucket { le, count });
        }
    }
    let mut sorted = buckets.to_vec();
    // Stable, so that the first of several stays the first. No bound is NaN.
    sorted.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(std::cmp::Ordering::Equal));
    sorted.dedup_by(|later, first| later.0 == first.0);
    match sorted.windows(2).find(|pair| pair[1].1 < pair[0].1) {
        None => Ok(sorted),
        Some(pair) => Err(ClassicError::NotCumulative {
            count: pair[1].1,
            below: pair[0].1,
        }),
    }
}

/// Whether Prometheus takes the way of integers.
fn is_whole(count: f64) -> bool {
    count.trunc() == count && count < 2f64.powi(63)
}

/// Drops empty buckets at both ends, and those in between if there are more than `longest_gap` in a row
/// (`Compact(longest_gap)`).
fn compacted(counts: BucketCounts, longest_gap: usize) -> BucketCounts {
    let mut result = BucketCounts::new();
    let mut gap = BucketCounts::new();
    for (index, count) in counts {
        if count == 0.0 {
            gap.push((index, count));
            continue;
        }
        if !result.is_empty() && gap.len() <= longest_gap {
            result.append(&mut gap);
        }
        gap.clear();
        result.push((index, count));
    }
    result
}

impl fmt::Display for ClassicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NanBound => f.write_str("bucket boundary must not be NaN"),
            Self::NegativeBucket { le, count } => write!(
                f,
                "bucket count must be non-negative: le={}, count={}",
                format_value(le),
                format_value(count)
            ),
            Self::NegativeCount(count) => {
                write!(
                    f,
                    "count must be non-negative: count={}",
                    format_value(count)
                )
            }
            Self::NotCumulative { count, below } => write!(
                f,
                "count is not cumulative: {} < {}",
                format_value(count),
                format_value(below)
            ),
            Self::CountMismatch { count, le, last } => write!(
                f,
                "count mismatch: count={} != le={} count={}",
                format_value(count),
                format_value(le),
                format_value(last)
            ),
        }
    }
}

impl std::error::Error for ClassicError {}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    #[test]
    fn cumulative_counts_become_counts_of_buckets() {
        let buckets = [(INF, 10.0), (1.0, 3.0), (2.0, 3.0), (5.0, 7.0)];
        let histogram = Histogram::from_classic(&buckets, Some(10.0), Some(21.0)).unwrap();
        let expected = Histogram {
            schema: CUSTOM_BUCKETS_SCHEMA,
            count: 10.0,
            sum: 21.0,
            custom_bounds: [1.0, 2.0, 5.0].into(),
            positive: vec![(0, 3.0), (1, 0.0), (2, 4.0), (3, 3.0)],
            ..Histogram::default()
        };
        assert_eq!(histogram, expected);
        assert_eq!(histogram.validate(), Ok(()));
    }

    #[test]
    fn what_is_missing_is_filled_in() {
        let histogram = Histogram::from_classic(&[(1.0, 3.0)], None, None).unwrap();
        assert_eq!((histogram.count, histogram.sum), (3.0, 0.0));
        assert_eq!(histogram.positive, [(0, 3.0)]);
        let histogram = Histogram::from_classic(&[(1.0, 3.0)], Some(5.0), None).unwrap();
        assert_eq!(histogram.positive, [(0, 3.0), (1, 2.0)]);
        let histogram = Histogram::from_classic(&[], Some(5.0), None).unwrap();
        assert_eq!(
            (histogram.positive.len(), histogram.custom_bounds.len()),
            (1, 0)
        );
        assert_eq!(Histogram::from_classic(&[], None, None).unwrap().count, 0.0);
    }

    #[test]
    fn short_gaps_stay_among_whole_counts_only() {
        let short = [(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (4.0, 2.0)];
        let indexes = |buckets: &[(f64, f64)]| -> Vec<i32> {
            let histogram = Histogram::from_classic(buckets, None, None).unwrap();
            histogram.positive.iter().map(|&(index, _)| index).collect()
        };
        assert_eq!(indexes(&short), [0, 1, 2, 3]);
        let halves = short.map(|(le, count)| (le, count / 2.0));
        assert_eq!(indexes(&halves), [0, 3]);
        let long = [(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (4.0, 1.0), (5.0, 2.0)];
        assert_eq!(indexes(&long), [0, 4]);
    }

    #[test]
    fn contradictions_are_refused() {
        let error = |buckets: &[(f64, f64)], count| {
            Histogram::from_classic(buckets, count, None)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            error(&[(f64::NAN, 1.0)], None),
            "bucket boundary must not be NaN"
        );
        assert_eq!(
            error(&[(1.0, 2.0), (2.0, 1.0)], None),
            "count is not cumulative: 1 < 2"
        );
        assert_eq!(
            error(&[(1.0, -2.0)], None),
            "bucket count must be non-negative: le=1, count=-2"
        );
        assert_eq!(
            error(&[(INF, 2.0)], Some(3.0)),
            "count mismatch: count=3 != le=+Inf count=2"
        );
        assert_eq!(
            error(&[], Some(-1.0)),
            "count must be non-negative: count=-1"
        );
    }
}
