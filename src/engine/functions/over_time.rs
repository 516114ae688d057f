//! Functions of the numbers in a window.

use super::super::aggregate::is_compensated;
use super::super::go_math::{self, KahanSum};
use super::super::selector::Window;
use crate::target::Target;

pub(super) fn min(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    best(window, |best, value| value < best).map(|(_, value)| value)
}

pub(super) fn max(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    best(window, |best, value| value > best).map(|(_, value)| value)
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

/// The median of the distances from the median.
pub(super) fn mad(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    let median = go_math::quantile(0.5, &window.values);
    let distances: Vec<f64> = window.values.iter().map(|v| (v - median).abs()).collect();
    Some(go_math::quantile(0.5, &distances))
}

pub(super) fn stdvar(window: &Window<'_>, _: &[f64], target: &Target) -> Option<f64> {
    let add = if is_compensated(target) {
        KahanSum::add
    } else {
        KahanSum::add_as_it_was
    };
    let mut count = 0.0;
    let mut mean = KahanSum::default();
    let mut squares = KahanSum::default();
    for &value in &*window.values {
        count += 1.0;
        let delta = value - (mean.sum + mean.compensation);
        add(&mut mean, delta / count);
        let rest = value - (mean.sum + mean.compensation);
        add(&mut squares, delta * rest);
    }
    Some((squares.sum + squares.compensation) / count)
}

pub(super) fn stddev(window: &Window<'_>, args: &[f64], target: &Target) -> Option<f64> {
    stdvar(window, args, target).map(f64::sqrt)
}
