//! Straight lines through a window, and double exponential smoothing.

use super::super::go_math::KahanSum;
use super::super::selector::Window;
use crate::target::Target;

/// Slope per second and value at `intercept_time` of the line of least squares (`linearRegression`).
fn line(window: &Window<'_>, intercept_time: i64) -> (f64, f64) {
    let first = window.values[0];
    if window.values.iter().all(|&value| value == first) {
        return if first.is_infinite() {
            (f64::NAN, f64::NAN)
        } else {
            (0.0, first)
        };
    }
    let mut sum_x = KahanSum::default();
    let mut sum_y = KahanSum::default();
    let mut sum_xy = KahanSum::default();
    let mut sum_xx = KahanSum::default();
    for (&time, &y) in window.times.iter().zip(&*window.values) {
        let x = (time - intercept_time) as f64 / 1000.0;
        sum_x.add(x);
        sum_y.add(y);
        sum_xy.add(x * y);
        sum_xx.add(x * x);
    }
    let total = |sum: KahanSum| sum.sum + sum.compensation;
    let n = window.times.len() as f64;
    let (sum_x, sum_y) = (total(sum_x), total(sum_y));
    let covariance = total(sum_xy) - sum_x * sum_y / n;
    let variance = total(sum_xx) - sum_x * sum_x / n;
    let slope = covariance / variance;
    (slope, sum_y / n - slope * sum_x / n)
}

pub(super) fn deriv(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    (window.values.len() >= 2).then(|| line(window, window.times[0]).0)
}

/// Where the line will be, so many seconds after the time of evaluation.
pub(super) fn predict_linear(window: &Window<'_>, args: &[f64], _: &Target) -> Option<f64> {
    let &seconds = args.first()?;
    (window.values.len() >= 2).then(|| {
        let (slope, intercept) = line(window, window.now);
        slope * seconds + intercept
    })
}

/// `double_exponential_smoothing`, until 3.0 `holt_winters`: level and trend, smoothed by the two factors.
pub(super) fn smooth(window: &Window<'_>, args: &[f64], _: &Target) -> Option<f64> {
    let &[smoothing, trending] = args else {
        return None;
    };
    let values = &window.values;
    if values.len() < 2 {
        return None;
    }
    let mut trend = values[1] - values[0];
    let mut before = 0.0;
    let mut level = values[0];
    for (&value, index) in values[1..].iter().zip(0_u32..) {
        let scaled = smoothing * value;
        if index > 0 {
            trend = trending * (level - before) + (1.0 - trending) * trend;
        }
        let carried = (1.0 - smoothing) * (level + trend);
        before = level;
        level = scaled + carried;
    }
    Some(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_followed() {
        let window = Window::of_numbers(&[(0, 1.0), (10, 3.0), (20, 5.0)], -1, 20);
        assert_eq!(deriv(&window, &[], &Target::default()), Some(0.2));
        let predicted = predict_linear(&window, &[10.0], &Target::default()).unwrap();
        assert!((predicted - 7.0).abs() < 1e-12, "{predicted}");
    }
}
