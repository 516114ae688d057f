//! Equality.

use super::{BucketCounts, Histogram};
use crate::storage::is_stale;

/// The relative difference that Prometheus's test runner lets pass.
const TOLERANCE: f64 = 1e-6;

impl Histogram {
    /// Equality of data (`FloatHistogram.Equals`), which `==` and `!=` of PromQL ask for: numbers are equal bit for bit,
    /// so that 0 and −0 differ; NaN equals NaN. A bucket without observations differs from no bucket. The hint does not
    /// count.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        let side_equals = |a: &BucketCounts, b: &BucketCounts| {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| a.0 == b.0 && is_same(a.1, b.1))
        };
        self.schema == other.schema
            && is_same(self.count, other.count)
            && is_same(self.sum, other.sum)
            && (!self.has_custom_buckets() || self.has_same_bounds(other))
            && self.zero_threshold == other.zero_threshold
            && is_same(self.zero_count, other.zero_count)
            && side_equals(&self.negative, &other.negative)
            && side_equals(&self.positive, &other.positive)
    }

    /// Equality within a relative difference of 10⁻⁶ between histograms without empty buckets, as Prometheus's test
    /// runner compares results. Bounds and the zero threshold must be equal. The hint does not count: the runner
    /// compares it where the expected one is written.
    #[must_use]
    pub fn almost_equals(&self, other: &Self) -> bool {
        let side_equals = |a: &BucketCounts, b: &BucketCounts| {
            let populated = |&&(_, count): &&(i32, f64)| count != 0.0;
            let mut b = b.iter().filter(populated);
            let all_in_b = a.iter().filter(populated).all(|&(index, count)| {
                b.next()
                    .is_some_and(|b| b.0 == index && almost_equal(b.1, count, TOLERANCE))
            });
            all_in_b && b.next().is_none()
        };
        self.schema == other.schema
            && almost_equal(self.count, other.count, TOLERANCE)
            && almost_equal(self.sum, other.sum, TOLERANCE)
            && (!self.has_custom_buckets() || self.has_same_bounds(other))
            && self.zero_threshold == other.zero_threshold
            && almost_equal(self.zero_count, other.zero_count, TOLERANCE)
            && side_equals(&self.negative, &other.negative)
            && side_equals(&self.positive, &other.positive)
    }
}

fn is_same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan() && is_stale(a) == is_stale(b))
}

/// Relative difference below `epsilon`, absolute near zero; NaN equals NaN and the staleness marker only itself
/// (`almost.Equal`).
#[must_use]
pub fn almost_equal(a: f64, b: f64, epsilon: f64) -> bool {
    if a.is_nan() && b.is_nan() {
        return is_stale(a) == is_stale(b);
    }
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
    use crate::promql::CounterResetHint;

    fn histogram(sum: f64, positive: &[(i32, f64)]) -> Histogram {
        Histogram {
            sum,
            positive: positive.to_vec(),
            ..Histogram::default()
        }
    }

    #[test]
    fn data_is_equal_bit_for_bit() {
        let one = histogram(1.0, &[(0, 1.0)]);
        let gauge = Histogram {
            hint: CounterResetHint::Gauge,
            ..one.clone()
        };
        assert!(one.equals(&gauge));
        assert!(!one.equals(&histogram(1.0, &[(0, 1.0), (1, 0.0)])));
        assert!(!one.equals(&histogram(1.0 + f64::EPSILON, &[(0, 1.0)])));
        assert!(histogram(f64::NAN, &[]).equals(&histogram(f64::NAN, &[])));
        assert!(!histogram(0.0, &[]).equals(&histogram(-0.0, &[])));
        assert!(!Histogram::stale().equals(&histogram(f64::NAN, &[])));
    }

    #[test]
    fn results_are_almost_equal() {
        let one = histogram(1.0, &[(0, 1.0)]);
        assert!(one.almost_equals(&histogram(1.000_000_5, &[(0, 1.0), (1, 0.0)])));
        assert!(!one.almost_equals(&histogram(1.00001, &[(0, 1.0)])));
        assert!(!one.almost_equals(&histogram(1.0, &[(1, 1.0)])));
        assert!(!one.almost_equals(&histogram(1.0, &[])));
        assert!(!histogram(1.0, &[]).almost_equals(&one));
        assert!(histogram(f64::NAN, &[]).almost_equals(&histogram(f64::NAN, &[])));
        assert!(!histogram(f64::NAN, &[]).almost_equals(&Histogram::stale()));
    }
}
