//! The operators `</` and `>/`: the part of a distribution below or above a value.

use super::{Bucket, BucketCounts, Histogram};

/// Which part of a distribution is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// `histogram </ value`
    Below,
    /// `histogram >/ value`
    Above,
}

/// The observations of a bucket that are kept, and the value they are taken to have.
#[derive(Clone, Copy, Debug)]
struct Kept {
    count: f64,
    value: f64,
}

/// One cut through the distribution.
#[derive(Clone, Copy)]
struct Cut {
    at: f64,
    keep: Keep,
    /// The bounds are custom: observations are spread evenly on a linear scale.
    linear: bool,
}

impl Histogram {
    /// Keeps the observations below or above `limit` (`TrimBuckets`).
    ///
    /// A bucket that contains the limit keeps a part, interpolated as for quantiles. If anything went, the count is
    /// that of what is left, the sum is estimated from the middles of the buckets, and empty buckets are dropped;
    /// otherwise the histogram stays as it was.
    pub fn trim(&mut self, limit: f64, keep: Keep) {
        let cut = Cut {
            at: limit,
            keep,
            linear: self.has_custom_buckets(),
        };
        let mut count = 0.0;
        let mut sum = 0.0;
        let mut changed = false;
        let mut populated = [false; 2];
        let sides = [
            (self.positive_buckets().collect::<Vec<_>>(), true),
            (self.negative_buckets().collect::<Vec<_>>(), false),
        ];
        for ((buckets, positive), populated) in sides.into_iter().zip(&mut populated) {
            let counts: &mut BucketCounts = if positive {
                &mut self.positive
            } else {
                &mut self.negative
            };
            for (bucket, (_, left)) in buckets.into_iter().zip(counts) {
                if bucket.count == 0.0 {
                    continue;
                }
                *populated = true;
                let Some(kept) = cut.through(&bucket, positive) else {
                    *left = 0.0;
                    changed = true;
                    continue;
                };
                count += kept.count;
                sum += kept.value * kept.count;
                changed |= *left != kept.count;
                *left = kept.count;
            }
        }
        if self.zero_count > 0.0 {
            let mut zero = self.zero_bucket();
            match populated {
                [true, false] => zero.lower = 0.0,
                [false, true] => zero.upper = 0.0,
                _ => {}
            }
            let kept = cut.through_zero_bucket(&zero);
            changed |= self.zero_count != kept.count;
            self.zero_count = kept.count;
            sum += kept.value * kept.count;
            count += kept.count;
        }
        if changed {
            self.count = count;
            self.sum = sum;
            self.compact();
        }
    }
}

impl Cut {
    /// What is left of a bucket; nothing if it lies entirely on the wrong side.
    fn through(self, bucket: &Bucket, positive: bool) -> Option<Kept> {
        let (all, some) = match self.keep {
            Keep::Below => (bucket.upper <= self.at, bucket.lower < self.at),
            Keep::Above => (bucket.lower >= self.at, bucket.upper > self.at),
        };
        if all {
            return Some(Kept {
                count: bucket.count,
                value: self.middle(bucket.lower, bucket.upper, positive),
            });
        }
        some.then(|| {
            if bucket.lower == f64::NEG_INFINITY {
                self.through_lowest(bucket)
            } else if bucket.upper == f64::INFINITY {
                self.through_highest(bucket)
            } else {
                self.through_finite(bucket, positive)
            }
        })
    }

    fn through_finite(self, bucket: &Bucket, positive: bool) -> Kept {
        let below = if self.at <= bucket.lower {
            0.0
        } else if self.at >= bucket.upper {
            bucket.count
        } else {
            bucket.count * bucket.fraction_below(self.at, self.linear)
        };
        match self.keep {
            Keep::Below => Kept {
                count: below,
                value: self.middle(bucket.lower, self.at, positive),
            },
            Keep::Above => Kept {
                count: bucket.count - below,
                value: self.middle(self.at, bucket.upper, positive),
            },
        }
    }

    /// The bucket that starts at −∞ is taken to start at 0 if it ends above. How observations are spread in one that
    /// does not is unknown: below the limit all are kept, above it none.
    fn through_lowest(self, bucket: &Bucket) -> Kept {
        let (at, upper) = (self.at, bucket.upper);
        let is_finite_and_positive = upper > 0.0 && upper < f64::INFINITY;
        match self.keep {
            Keep::Below if at > 0.0 && is_finite_and_positive => Kept {
                count: bucket.count * at / upper,
                value: at / 2.0,
            },
            Keep::Below if upper <= 0.0 => Kept {
                count: bucket.count,
                value: at,
            },
            Keep::Above if at >= 0.0 && is_finite_and_positive => Kept {
                count: bucket.count * (1.0 - at / upper),
                value: (at + upper) / 2.0,
            },
            _ => Kept {
                count: 0.0,
                value: zero_if_infinite(upper),
            },
        }
    }

    /// The bucket that ends at +∞: how observations are spread in it is unknown. Above a limit within it all are kept,
    /// below it none.
    fn through_highest(self, bucket: &Bucket) -> Kept {
        match self.keep {
            Keep::Above if self.at >= bucket.lower => Kept {
                count: bucket.count,
                value: self.at,
            },
            _ => Kept {
                count: 0.0,
                value: zero_if_infinite(bucket.lower),
            },
        }
    }

    fn through_zero_bucket(self, zero: &Bucket) -> Kept {
        let Bucket {
            lower,
            upper,
            count,
            ..
        } = *zero;
        let all = Kept {
            count,
            value: (lower + upper) / 2.0,
        };
        let none = Kept {
            count: 0.0,
            value: 0.0,
        };
        let below = self.at <= lower;
        let above = self.at >= upper;
        match self.keep {
            Keep::Below if below => none,
            Keep::Below if above => all,
            Keep::Below => Kept {
                count: count * ((self.at - lower) / (upper - lower)),
                value: (lower + self.at) / 2.0,
            },
            Keep::Above if below => all,
            Keep::Above if above => none,
            Keep::Above => Kept {
                count: count * ((upper - self.at) / (upper - lower)),
                value: (self.at + upper) / 2.0,
            },
        }
    }

    /// The value that observations between two bounds are taken to have: the geometric mean, or the arithmetic one for
    /// custom buckets. Where a bound is infinite it is the other one, halved if that is an upper bound above 0.
    fn middle(self, lower: f64, upper: f64, positive: bool) -> f64 {
        match (lower.is_infinite(), upper.is_infinite()) {
            (true, true) => 0.0,
            (true, false) if upper > 0.0 => upper / 2.0,
            (true, false) => upper,
            (false, true) => lower,
            (false, false) if self.linear => (lower + upper) / 2.0,
            (false, false) => {
                let mean = (lower * upper).abs().sqrt();
                if positive { mean } else { -mean }
            }
        }
    }
}

fn zero_if_infinite(value: f64) -> f64 {
    if value.is_infinite() { 0.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::histogram::CUSTOM_BUCKETS_SCHEMA;

    fn trimmed(histogram: &Histogram, limit: f64, keep: Keep) -> Histogram {
        let mut histogram = histogram.clone();
        histogram.trim(limit, keep);
        histogram
    }

    /// Four observations each in (−2, −1], the zero bucket, (1, 2] and (2, 4].
    fn exponential() -> Histogram {
        Histogram {
            count: 16.0,
            sum: 100.0,
            zero_threshold: 0.5,
            zero_count: 4.0,
            negative: vec![(1, 4.0)],
            positive: vec![(1, 4.0), (2, 4.0)],
            ..Histogram::default()
        }
    }

    #[test]
    fn a_limit_outside_changes_nothing() {
        let histogram = exponential();
        assert_eq!(trimmed(&histogram, 4.0, Keep::Below), histogram);
        assert_eq!(trimmed(&histogram, -2.0, Keep::Above), histogram);
        let nothing = trimmed(&histogram, 4.0, Keep::Above);
        assert_eq!(
            (nothing.count, nothing.sum, nothing.positive.len()),
            (0.0, 0.0, 0)
        );
    }

    #[test]
    fn a_limit_at_a_bound_drops_whole_buckets() {
        let low = trimmed(&exponential(), 1.0, Keep::Below);
        assert_eq!((low.count, low.zero_count), (8.0, 4.0));
        assert!(low.positive.is_empty());
        assert!((low.sum + 4.0 * 2f64.sqrt()).abs() < 1e-12);
        let high = trimmed(&exponential(), 2.0, Keep::Above);
        assert_eq!((high.count, high.zero_count), (4.0, 0.0));
        assert_eq!(high.positive, [(2, 4.0)]);
        assert!((high.sum - 4.0 * 8f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn the_bucket_of_the_limit_keeps_a_part() {
        // √8 is in the middle of (2, 4] on a logarithmic scale.
        let high = trimmed(&exponential(), 8f64.sqrt(), Keep::Above);
        assert_eq!(high.positive.len(), 1);
        assert!((high.positive[0].1 - 2.0).abs() < 1e-12);
        let low = trimmed(&exponential(), 0.25, Keep::Below);
        assert_eq!(low.zero_count, 3.0);
        assert_eq!(low.count, 7.0);
        // With positive buckets only, the zero bucket starts at 0.
        let positive = Histogram {
            negative: vec![],
            ..exponential()
        };
        assert_eq!(trimmed(&positive, 0.25, Keep::Below).zero_count, 2.0);
        assert_eq!(trimmed(&positive, 0.25, Keep::Below).sum, 0.25);
    }

    #[test]
    fn custom_buckets_are_cut_on_a_linear_scale() {
        let histogram = Histogram {
            schema: CUSTOM_BUCKETS_SCHEMA,
            count: 12.0,
            sum: 50.0,
            custom_bounds: [4.0, 8.0].into(),
            positive: vec![(0, 4.0), (1, 4.0), (2, 4.0)],
            ..Histogram::default()
        };
        let low = trimmed(&histogram, 1.0, Keep::Below);
        assert_eq!((low.positive, low.sum), (vec![(0, 1.0)], 0.5));
        let low = trimmed(&histogram, 5.0, Keep::Below);
        assert_eq!(
            (low.positive, low.sum),
            (vec![(0, 4.0), (1, 1.0)], 8.0 + 4.5)
        );
        // Within the last bucket: nothing of it is below, all of it above.
        let low = trimmed(&histogram, 20.0, Keep::Below);
        assert_eq!(low.positive, [(0, 4.0), (1, 4.0)]);
        let high = trimmed(&histogram, 20.0, Keep::Above);
        assert_eq!((high.positive, high.sum), (vec![(2, 4.0)], 80.0));
    }
}
