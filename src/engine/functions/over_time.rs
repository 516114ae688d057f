//! Functions of a window that do not extrapolate.

use super::super::aggregate::compensated_mean;
use super::super::go_math::{self, KahanSum};
use super::super::selector::Window;
use crate::target::{Target, Version};

pub(super) fn avg(window: &Window<'_>, _: &[f64], target: &Target) -> Option<f64> {
    if target.prometheus >= Version::new(2, 53) {
        return Some(compensated_mean(&window.values));
    }
    let mut mean = KahanSum::default();
    for (&value, count) in window.values.iter().zip(1_u32..) {
        let count = f64::from(count);
        if mean.sum.is_infinite() {
            let same_infinity = value.is_infinite() && (mean.sum > 0.0) == (value > 0.0);
            if same_infinity || value.is_finite() {
                continue;
            }
        }
        mean.add(value / count - mean.sum / count);
    }
    Some(mean.total())
}

pub(super) fn sum(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    let mut sum = KahanSum::default();
    for &value in &*window.values {
        sum.add(value);
    }
    Some(sum.total())
}

pub(super) fn count(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    Some(window.values.len() as f64)
}

pub(super) fn present(_: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    Some(1.0)
}

pub(super) fn first(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    window.values.first().copied()
}

pub(super) fn last(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    window.values.last().copied()
}

pub(super) fn min(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    best(window, |best, value| value < best).map(|(_, value)| value)
}

pub(super) fn max(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    best(window, |best, value| value > best).map(|(_, value)| value)
}

pub(super) fn time_of_first(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    window.times.first().map(|&time| time as f64 / 1000.0)
}

pub(super) fn time_of_last(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    window.times.last().map(|&time| time as f64 / 1000.0)
}

/// The time of the last of the smallest values.
pub(super) fn time_of_min(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    best(window, |best, value| value <= best).map(|(time, _)| time as f64 / 1000.0)
}

/// The time of the last of the greatest values.
pub(super) fn time_of_max(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    best(window, |best, value| value >= best).map(|(time, _)| time as f64 / 1000.0)
}

/// The sample that beats all others; NaN is beaten by everything.
fn best(window: &Window<'_>, beats: impl Fn(f64, f64) -> bool) -> Option<(i64, f64)> {
    let samples = window
        .times
        .iter()
        .copied()
        .zip(window.values.iter().copied());
    samples.reduce(|best, sample| {
        if beats(best.1, sample.1) || best.1.is_nan() {
            sample
        } else {
            best
        }
    })
}

pub(super) fn quantile(window: &Window<'_>, phi: &[f64], _: &Target) -> Option<f64> {
    Some(go_math::quantile(*phi.first()?, &window.values))
}

/// The median of the distances from the median.
pub(super) fn mad(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    let median = go_math::quantile(0.5, &window.values);
    let distances: Vec<f64> = window.values.iter().map(|v| (v - median).abs()).collect();
    Some(go_math::quantile(0.5, &distances))
}

pub(super) fn stdvar(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    let mut count = 0.0;
    let mut mean = KahanSum::default();
    let mut squares = KahanSum::default();
    for &value in &*window.values {
        count += 1.0;
        let delta = value - (mean.sum + mean.compensation);
        mean.add(delta / count);
        squares.add(delta * (value - (mean.sum + mean.compensation)));
    }
    Some((squares.sum + squares.compensation) / count)
}

pub(super) fn stddev(window: &Window<'_>, args: &[f64], target: &Target) -> Option<f64> {
    stdvar(window, args, target).map(f64::sqrt)
}

/// How often the value changed; NaN to NaN is no change.
pub(super) fn changes(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    let changed = |pair: &&[f64]| pair[0] != pair[1] && !(pair[0].is_nan() && pair[1].is_nan());
    Some(window.values.windows(2).filter(changed).count() as f64)
}

/// How often the value fell.
pub(super) fn resets(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    let fell = |pair: &&[f64]| pair[1] < pair[0];
    Some(window.values.windows(2).filter(fell).count() as f64)
}
