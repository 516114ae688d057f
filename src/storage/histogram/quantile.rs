//! What is read out of a histogram: `histogram_quantile`, `histogram_fraction`, `histogram_avg`, `histogram_stdvar`.

use super::kahan::kahan_add;
use super::{Bucket, Histogram};
use crate::number::{exp2, log2};

/// A quantile or a fraction.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Estimate {
    /// The result.
    pub value: f64,
    /// What observations of NaN, which are in no bucket, did to it; worth an annotation.
    pub nan_observations: Option<NanObservations>,
}

/// What observations of NaN do to an estimate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NanObservations {
    /// The quantile lies among them, which makes it NaN (`NativeHistogramQuantileNaNResultInfo`).
    Result,
    /// They take part in the number of observations: the quantile is skewed upwards
    /// (`NativeHistogramQuantileNaNSkewInfo`), the fraction downwards (`NativeHistogramFractionNaNsInfo`).
    Skew,
}

impl From<f64> for Estimate {
    fn from(value: f64) -> Self {
        Self {
            value,
            nan_observations: None,
        }
    }
}

impl Histogram {
    /// The value below which the fraction `phi` of the observations lies (`HistogramQuantile`).
    ///
    /// −∞ for `phi` below 0, +∞ above 1, NaN without observations. Within a bucket observations are taken to be spread
    /// evenly on a logarithmic scale; in the zero bucket and in custom buckets on a linear one. The zero bucket reaches
    /// only up to 0 if all other buckets are negative, and only down to 0 if they are positive.
    #[must_use]
    pub fn quantile(&self, phi: f64) -> Estimate {
        if phi < 0.0 {
            return f64::NEG_INFINITY.into();
        }
        if phi > 1.0 {
            return f64::INFINITY.into();
        }
        if self.count == 0.0 || phi.is_nan() {
            return f64::NAN.into();
        }
        // The shorter way; but observations of NaN are thought to be at the upper end.
        if self.sum.is_nan() || phi < 0.5 {
            self.quantile_among(self.buckets(), phi * self.count, false)
        } else {
            self.quantile_among(self.buckets().rev(), (1.0 - phi) * self.count, true)
        }
    }

    /// The quantile that has `rank` observations before it in the order of `buckets`.
    fn quantile_among(
        &self,
        mut buckets: impl Iterator<Item = Bucket>,
        rank: f64,
        descending: bool,
    ) -> Estimate {
        let mut bucket = Bucket::default();
        let mut count = 0.0;
        for next in buckets.by_ref() {
            bucket = next;
            count += bucket.count;
            if bucket.count != 0.0 && count >= rank {
                break;
            }
        }
        if self.has_custom_buckets() {
            if bucket.lower == f64::NEG_INFINITY {
                if bucket.upper <= 0.0 {
                    return bucket.upper.into();
                }
                bucket.lower = 0.0;
            } else if bucket.upper == f64::INFINITY {
                return bucket.lower.into();
            }
        } else if bucket.lower < 0.0 && bucket.upper > 0.0 {
            self.clamp_at_zero(&mut bucket);
        }
        // Sums of buckets may come out above the count.
        if count > self.count {
            count = self.count;
        }
        if count < rank {
            if self.sum.is_nan() {
                return Estimate {
                    value: f64::NAN,
                    nan_observations: Some(NanObservations::Result),
                };
            }
            return bucket.upper.into();
        }
        let within = if descending {
            count - rank
        } else {
            rank - (count - bucket.count)
        };
        let mut nan_observations = None;
        if self.sum.is_nan() {
            for next in buckets {
                // Prometheus interpolates in the last bucket it looked at, which after this is the highest one.
                bucket = next;
                count += bucket.count;
            }
            // Otherwise the sum is NaN because both infinities were observed.
            if count < self.count {
                nan_observations = Some(NanObservations::Skew);
            }
        }
        Estimate {
            value: self.interpolate(bucket, within / bucket.count),
            nan_observations,
        }
    }

    /// The value that has the fraction of a bucket's observations below it.
    fn interpolate(&self, bucket: Bucket, fraction: f64) -> f64 {
        let Bucket { lower, upper, .. } = bucket;
        if self.has_custom_buckets() || (lower <= 0.0 && upper >= 0.0) {
            return lower + (upper - lower) * fraction;
        }
        let log_lower = log2(lower.abs());
        let log_upper = log2(upper.abs());
        if lower > 0.0 {
            exp2(log_lower + (log_upper - log_lower) * fraction)
        } else {
            -exp2(log_upper + (log_lower - log_upper) * (1.0 - fraction))
        }
    }

    /// Cuts the zero bucket at 0 if the histogram has buckets on one side only.
    fn clamp_at_zero(&self, zero_bucket: &mut Bucket) {
        match (self.negative.is_empty(), self.positive.is_empty()) {
            (true, false) => zero_bucket.lower = 0.0,
            (false, true) => zero_bucket.upper = 0.0,
            _ => {}
        }
    }

    /// The fraction of the observations between two values (`HistogramFraction`), interpolated as
    /// [`Histogram::quantile`] does it.
    ///
    /// NaN without observations or if a limit is NaN; 0 if the limits are not in order. Observations of NaN are in no
    /// range.
    #[must_use]
    pub fn fraction(&self, lower: f64, upper: f64) -> Estimate {
        if self.count == 0.0 || lower.is_nan() || upper.is_nan() {
            return f64::NAN.into();
        }
        if lower >= upper {
            return 0.0.into();
        }
        // The numbers of observations below the two limits, once they are found.
        let (mut below_lower, mut below_upper) = (None, None);
        let mut rank = 0.0;
        let mut count = 0.0;
        let mut buckets = self.buckets();
        for mut bucket in buckets.by_ref() {
            count += bucket.count;
            let is_zero_bucket = bucket.lower <= 0.0 && bucket.upper >= 0.0;
            if is_zero_bucket {
                self.clamp_at_zero(&mut bucket);
            }
            let linear = is_zero_bucket || self.has_custom_buckets();
            for (limit, below) in [(lower, &mut below_lower), (upper, &mut below_upper)] {
                if below.is_none() {
                    *below = rank_of(limit, &bucket, rank, linear);
                }
            }
            if below_lower.is_some() && below_upper.is_some() {
                break;
            }
            rank += bucket.count;
        }
        let mut nan_observations = None;
        if self.sum.is_nan() {
            for bucket in buckets {
                count += bucket.count;
            }
            if count < self.count {
                nan_observations = Some(NanObservations::Skew);
            }
        } else {
            count = self.count;
        }
        let at_most_all = |below: Option<f64>| match below {
            Some(below) if below > count => count,
            Some(below) => below,
            None => count,
        };
        Estimate {
            value: (at_most_all(below_upper) - at_most_all(below_lower)) / self.count,
            nan_observations,
        }
    }

    /// The mean of the observations, as `histogram_avg` gives it.
    #[must_use]
    pub fn average(&self) -> f64 {
        self.sum / self.count
    }

    /// The estimated variance of the observations, as `histogram_stdvar` gives it: all observations of a bucket are
    /// taken to be at its geometric mean, in the zero bucket at 0, in custom buckets at the arithmetic mean.
    #[must_use]
    pub fn variance(&self) -> f64 {
        let mean = self.average();
        let mut sum = (0.0, 0.0);
        for bucket in self.buckets().filter(|bucket| bucket.count != 0.0) {
            let Bucket { lower, upper, .. } = bucket;
            let value = if self.has_custom_buckets() {
                (upper + lower) / 2.0
            } else if lower <= 0.0 && upper >= 0.0 {
                0.0
            } else {
                (upper * lower).sqrt().copysign(upper)
            };
            let delta = value - mean;
            sum = kahan_add(bucket.count * delta * delta, sum);
        }
        (sum.0 + sum.1) / self.count
    }

    /// The square root of the variance, as `histogram_stddev` gives it.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        self.variance().sqrt()
    }
}

/// The number of observations below `limit` if that lies in the bucket or below it; `rank` are below the bucket.
fn rank_of(limit: f64, bucket: &Bucket, rank: f64, linear: bool) -> Option<f64> {
    if bucket.lower >= limit {
        Some(rank)
    } else if bucket.upper <= limit {
        None
    } else if linear && bucket.lower == f64::NEG_INFINITY {
        // There is no interpolating in a bucket without end.
        Some(bucket.count)
    } else {
        Some(rank + bucket.count * bucket.fraction_below(limit, linear))
    }
}

impl Bucket {
    /// The fraction of the bucket's observations that are below a value in the bucket, if they are spread evenly on a
    /// linear or else on a logarithmic scale.
    pub(super) fn fraction_below(&self, value: f64, linear: bool) -> f64 {
        if linear {
            return (value - self.lower) / (self.upper - self.lower);
        }
        let log_lower = log2(self.lower.abs());
        let log_upper = log2(self.upper.abs());
        let log_value = log2(value.abs());
        if value > 0.0 {
            (log_value - log_lower) / (log_upper - log_lower)
        } else {
            1.0 - (log_value - log_upper) / (log_lower - log_upper)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::histogram::CUSTOM_BUCKETS_SCHEMA;

    const INF: f64 = f64::INFINITY;

    /// Four observations each in (1, 2] and (2, 4].
    fn exponential() -> Histogram {
        Histogram {
            count: 8.0,
            sum: 20.0,
            positive: vec![(1, 4.0), (2, 4.0)],
            ..Histogram::default()
        }
    }

    fn custom() -> Histogram {
        Histogram {
            schema: CUSTOM_BUCKETS_SCHEMA,
            count: 10.0,
            sum: 30.0,
            custom_bounds: [2.0, 4.0].into(),
            positive: vec![(0, 4.0), (1, 4.0), (2, 2.0)],
            ..Histogram::default()
        }
    }

    fn assert_close(actual: f64, expected: f64) {
        let close = (actual - expected).abs() <= 1e-12 * expected.abs();
        assert!(close || actual == expected, "{actual} is not {expected}");
    }

    #[test]
    fn quantiles_are_interpolated_on_a_logarithmic_scale() {
        let histogram = exponential();
        let quantile = |phi| histogram.quantile(phi).value;
        assert_close(quantile(0.25), 2f64.sqrt());
        assert_close(quantile(0.5), 2.0);
        assert_close(quantile(0.75), 8f64.sqrt());
        assert_eq!(quantile(0.0), 1.0);
        assert_eq!(quantile(1.0), 4.0);
        assert_eq!(quantile(-0.1), -INF);
        assert_eq!(quantile(1.1), INF);
        assert!(quantile(f64::NAN).is_nan());
        assert!(Histogram::default().quantile(0.5).value.is_nan());
        let negative = Histogram {
            positive: vec![],
            negative: exponential().positive,
            ..exponential()
        };
        assert_close(negative.quantile(0.25).value, -(8f64.sqrt()));
    }

    #[test]
    fn the_zero_bucket_is_linear_and_ends_at_zero_on_the_empty_side() {
        let mut histogram = Histogram {
            zero_threshold: 1.0,
            zero_count: 2.0,
            count: 4.0,
            positive: vec![(1, 2.0)],
            ..Histogram::default()
        };
        assert_close(histogram.quantile(0.25).value, 0.5);
        assert_close(histogram.fraction(0.0, 0.5).value, 0.25);
        histogram.negative = std::mem::take(&mut histogram.positive);
        assert_close(histogram.quantile(0.75).value, -0.5);
        histogram.positive = vec![(1, 0.0)];
        assert_close(histogram.quantile(0.75).value, 0.0);
    }

    #[test]
    fn custom_buckets_are_linear_between_their_bounds() {
        let histogram = custom();
        let quantile = |phi| histogram.quantile(phi).value;
        assert_close(quantile(0.2), 1.0);
        assert_close(quantile(0.6), 3.0);
        assert_close(quantile(0.9), 4.0);
        let mut below = custom();
        below.custom_bounds = [-1.0, 4.0].into();
        assert_eq!(below.quantile(0.1).value, -1.0);
        assert_close(histogram.fraction(2.0, 3.0).value, 0.2);
        assert_close(histogram.fraction(3.0, INF).value, 0.4);
    }

    #[test]
    fn fractions_invert_quantiles() {
        let histogram = exponential();
        assert_close(histogram.fraction(-INF, 2f64.sqrt()).value, 0.25);
        assert_close(histogram.fraction(1.0, 2.0).value, 0.5);
        assert_close(histogram.fraction(-INF, INF).value, 1.0);
        assert_eq!(histogram.fraction(3.0, 3.0).value, 0.0);
        assert!(histogram.fraction(f64::NAN, 1.0).value.is_nan());
        assert!(Histogram::default().fraction(0.0, 1.0).value.is_nan());
    }

    #[test]
    fn observations_of_nan_are_above_everything() {
        let histogram = Histogram {
            sum: f64::NAN,
            count: 10.0,
            ..exponential()
        };
        let result = histogram.quantile(0.9);
        assert!(result.value.is_nan());
        assert_eq!(result.nan_observations, Some(NanObservations::Result));
        let result = histogram.quantile(0.8);
        assert_close(result.value, 4.0);
        assert_eq!(result.nan_observations, Some(NanObservations::Skew));
        let result = histogram.fraction(-INF, INF);
        assert_close(result.value, 0.8);
        assert_eq!(result.nan_observations, Some(NanObservations::Skew));
        let infinities = Histogram {
            count: 8.0,
            ..histogram
        };
        assert_eq!(infinities.quantile(0.8).nan_observations, None);
    }

    #[test]
    fn moments_take_each_bucket_at_its_mean() {
        let histogram = exponential();
        assert_eq!(histogram.average(), 2.5);
        // At √2 and √8.
        let expected = ((2f64.sqrt() - 2.5).powi(2) + (8f64.sqrt() - 2.5).powi(2)) / 2.0;
        assert_close(histogram.variance(), expected);
        assert_close(histogram.standard_deviation(), expected.sqrt());
        let mut custom = custom();
        custom.positive = vec![(1, 10.0)];
        assert_close(custom.variance(), 0.0);
    }
}
