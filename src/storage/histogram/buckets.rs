use super::Histogram;
use super::bounds::{custom_bound, exponential_bound};

/// A bucket with its bounds.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Bucket {
    /// The lower bound.
    pub lower: f64,
    /// The upper bound.
    pub upper: f64,
    /// Whether observations of just the lower bound are in the bucket.
    pub lower_inclusive: bool,
    /// Whether observations of just the upper bound are in the bucket.
    pub upper_inclusive: bool,
    /// The number of observations.
    pub count: f64,
}

impl Histogram {
    /// All buckets in ascending order, empty ones among them; the zero bucket only if its count is positive. Buckets
    /// that overlap with the zero bucket start or end at its threshold. Reversed, the same in descending order.
    pub fn buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> {
        let zero = (self.zero_count > 0.0).then(|| self.zero_bucket());
        let negative = self.negative_buckets().rev().map(|mut bucket| {
            if bucket.upper < 0.0 && bucket.upper > -self.zero_threshold {
                bucket.upper = -self.zero_threshold;
            }
            bucket
        });
        let positive = self.positive_buckets().map(|mut bucket| {
            if bucket.lower > 0.0 && bucket.lower < self.zero_threshold {
                bucket.lower = self.zero_threshold;
            }
            bucket
        });
        negative.chain(zero).chain(positive)
    }

    /// The zero bucket, which custom buckets do not have.
    #[must_use]
    pub fn zero_bucket(&self) -> Bucket {
        Bucket {
            lower: -self.zero_threshold,
            upper: self.zero_threshold,
            lower_inclusive: true,
            upper_inclusive: true,
            count: self.zero_count,
        }
    }

    /// The positive or custom buckets, ascending, in the order of [`Histogram::positive`].
    pub fn positive_buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> + ExactSizeIterator {
        self.positive.iter().map(|&(index, count)| {
            let (lower, upper) = (
                self.bound(i64::from(index) - 1),
                self.bound(i64::from(index)),
            );
            self.bucket(lower, upper, index, count)
        })
    }

    /// The negative buckets, descending, in the order of [`Histogram::negative`].
    pub fn negative_buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> + ExactSizeIterator {
        self.negative.iter().map(|&(index, count)| {
            let (lower, upper) = (
                -self.bound(i64::from(index)),
                -self.bound(i64::from(index) - 1),
            );
            self.bucket(lower, upper, index, count)
        })
    }

    fn bucket(&self, lower: f64, upper: f64, index: i32, count: f64) -> Bucket {
        let custom = self.has_custom_buckets();
        Bucket {
            lower,
            upper,
            lower_inclusive: if custom { index == 0 } else { lower < 0.0 },
            upper_inclusive: custom || upper > 0.0,
            count,
        }
    }

    /// The bound of a bucket that is further away from zero; for custom buckets the upper bound.
    #[must_use]
    pub fn bound(&self, index: i64) -> f64 {
        if self.has_custom_buckets() {
            custom_bound(index, &self.custom_bounds)
        } else {
            exponential_bound(index, self.schema)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(histogram: &Histogram) -> Vec<(f64, f64)> {
        histogram
            .buckets()
            .map(|bucket| (bucket.lower, bucket.upper))
            .collect()
    }

    #[test]
    fn buckets_ascend_from_the_most_negative() {
        let histogram = Histogram {
            zero_threshold: 0.75,
            zero_count: 1.0,
            positive: vec![(0, 1.0), (1, 0.0), (5, 2.0)],
            negative: vec![(0, 3.0), (2, 1.0)],
            ..Histogram::default()
        };
        // Half a power of two lies within the zero bucket and is cut off.
        let expected = [
            (-4.0, -2.0),
            (-1.0, -0.75),
            (-0.75, 0.75),
            (0.75, 1.0),
            (1.0, 2.0),
            (16.0, 32.0),
        ];
        assert_eq!(bounds(&histogram), expected);
        let mut reversed: Vec<_> = histogram.buckets().rev().collect();
        reversed.reverse();
        assert!(histogram.buckets().eq(reversed));
        let first = histogram.buckets().next().unwrap();
        assert!(first.lower_inclusive && !first.upper_inclusive);
        let last = histogram.buckets().last().unwrap();
        assert!(!last.lower_inclusive && last.upper_inclusive);
    }

    #[test]
    fn custom_buckets_reach_from_infinity_to_infinity() {
        let histogram = Histogram {
            schema: super::super::CUSTOM_BUCKETS_SCHEMA,
            custom_bounds: [1.0, 5.0].into(),
            positive: vec![(0, 1.0), (1, 1.0), (2, 1.0)],
            ..Histogram::default()
        };
        let inf = f64::INFINITY;
        assert_eq!(bounds(&histogram), [(-inf, 1.0), (1.0, 5.0), (5.0, inf)]);
        let inclusive: Vec<_> = histogram
            .buckets()
            .map(|bucket| (bucket.lower_inclusive, bucket.upper_inclusive))
            .collect();
        assert_eq!(inclusive, [(true, true), (false, true), (false, true)]);
    }
}
