//! Functions of one value and some scalars.

use super::super::go_math;

pub(super) fn clamp(value: f64, bounds: &[f64]) -> Option<f64> {
    let &[low, high] = bounds else { return None };
    if high < low {
        return None;
    }
    Some(go_math::max(low, go_math::min(high, value)))
}

pub(super) fn clamp_max(value: f64, bound: &[f64]) -> Option<f64> {
    bound.first().map(|&high| go_math::min(high, value))
}

pub(super) fn clamp_min(value: f64, bound: &[f64]) -> Option<f64> {
    bound.first().map(|&low| go_math::max(low, value))
}

/// To the nearest multiple, ties up. The inverse is used, as Prometheus does, because it is exact for 0.1 and the like.
pub(super) fn round(value: f64, to_nearest: &[f64]) -> Option<f64> {
    let inverse = 1.0 / to_nearest.first().copied().unwrap_or(1.0);
    Some((value * inverse + 0.5).floor() / inverse)
}

pub(super) fn sign(value: f64) -> f64 {
    if value < 0.0 {
        -1.0
    } else if value > 0.0 {
        1.0
    } else {
        value
    }
}

pub(super) fn degrees(radians: f64) -> f64 {
    radians * 180.0 / std::f64::consts::PI
}

pub(super) fn radians(degrees: f64) -> f64 {
    degrees * std::f64::consts::PI / 180.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_ties_up() {
        assert_eq!(round(2.5, &[]), Some(3.0));
        assert_eq!(round(-2.5, &[]), Some(-2.0));
        assert_eq!(round(1.25, &[0.5]), Some(1.5));
    }

    #[test]
    fn clamps_and_drops_where_the_bounds_are_crossed() {
        assert_eq!(clamp(5.0, &[0.0, 3.0]), Some(3.0));
        assert_eq!(clamp(5.0, &[3.0, 0.0]), None);
        assert!(clamp_max(f64::NAN, &[1.0]).is_some_and(f64::is_nan));
    }
}
