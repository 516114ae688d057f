//! Arithmetic where Go and Rust differ, and Kahan's summation as Prometheus does it.

use crate::number::{Precision, format_float, pow};
use crate::promql::BinaryOp;

/// A sum with its running compensation (Neumaier's variant, `kahansum.Inc`).
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct KahanSum {
    pub sum: f64,
    pub compensation: f64,
}

impl KahanSum {
    pub fn add(&mut self, value: f64) {
        let is_finite = !(self.sum + value).is_infinite();
        self.add_as_it_was(value);
        if !is_finite {
            self.compensation = 0.0;
        }
    }

    /// As until 2.52: an infinite sum leaves a NaN as its compensation.
    pub fn add_as_it_was(&mut self, value: f64) {
        let total = self.sum + value;
        if self.sum.abs() >= value.abs() {
            self.compensation += (self.sum - total) + value;
        } else {
            self.compensation += (value - total) + self.sum;
        }
        self.sum = total;
    }

    pub fn total(self) -> f64 {
        if self.sum.is_infinite() {
            return self.sum;
        }
        self.sum + self.compensation
    }
}

/// `math.Min`: NaN wins over everything but −Inf.
pub(super) fn min(a: f64, b: f64) -> f64 {
    if a == f64::NEG_INFINITY || b == f64::NEG_INFINITY {
        f64::NEG_INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        // Of two zeros the negative one.
        if a.total_cmp(&b).is_le() { a } else { b }
    }
}

/// `math.Max`: NaN wins over everything but +Inf.
pub(super) fn max(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        // Of two zeros the positive one.
        if a.total_cmp(&b).is_ge() { a } else { b }
    }
}

/// The arithmetic operators on two numbers.
pub(super) fn arithmetic(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Mod => a % b,
        BinaryOp::Pow => pow(a, b),
        BinaryOp::Atan2 => a.atan2(b),
        // Comparisons and set operators do not come here.
        _ => f64::NAN,
    }
}

/// The comparison operators on two numbers; NaN is unequal to everything.
pub(super) fn compare(op: BinaryOp, a: f64, b: f64) -> bool {
    match op {
        BinaryOp::Eq => a == b,
        BinaryOp::Ne => a != b,
        BinaryOp::Gt => a > b,
        BinaryOp::Lt => a < b,
        BinaryOp::Ge => a >= b,
        BinaryOp::Le => a <= b,
        // Arithmetic and set operators do not come here.
        _ => false,
    }
}

/// The φ-quantile of the values (`quantile` of the engine): NaN sorts first, linear interpolation between ranks.
pub(super) fn quantile(phi: f64, values: &[f64]) -> f64 {
    if values.is_empty() || phi.is_nan() {
        return f64::NAN;
    }
    if phi < 0.0 {
        return f64::NEG_INFINITY;
    }
    if phi > 1.0 {
        return f64::INFINITY;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| {
        b.is_nan()
            .cmp(&a.is_nan())
            .then(a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal))
    });
    let last = sorted.len() - 1;
    let rank = phi * last as f64;
    let lower = rank.floor();
    let weight = rank - lower;
    let lower = (lower as usize).min(last);
    let upper = (lower + 1).min(last);
    sorted[lower] * (1.0 - weight) + sorted[upper] * weight
}

/// The shortest decimal that reads back as the value, without exponent, the infinities with their sign.
pub(super) fn shortest(value: f64) -> String {
    format_float(value, 'f', Precision::Shortest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compensation_keeps_what_plain_addition_loses() {
        let mut sum = KahanSum::default();
        for value in [1.0, 1e100, 1.0, -1e100] {
            sum.add(value);
        }
        assert_eq!(sum.total(), 2.0);
        sum.add(f64::INFINITY);
        assert_eq!(sum.total(), f64::INFINITY);
    }

    #[test]
    fn nan_wins_in_min_and_max() {
        assert!(min(1.0, f64::NAN).is_nan());
        assert!(max(f64::NAN, 1.0).is_nan());
        assert_eq!(max(f64::NAN, f64::INFINITY), f64::INFINITY);
    }

    #[test]
    fn quantiles_interpolate() {
        assert_eq!(quantile(0.5, &[3.0, 1.0, 2.0, 4.0]), 2.5);
        assert_eq!(quantile(1.0, &[3.0, 1.0]), 3.0);
        assert_eq!(quantile(-0.1, &[1.0]), f64::NEG_INFINITY);
    }
}
