//! `rate` and its like: differences over a window, extrapolated to its edges.

use super::super::selector::Window;
use crate::target::{Target, Version};

pub(super) fn rate(window: &Window<'_>, _: &[f64], target: &Target) -> Option<f64> {
    let seconds = (window.end - window.start) as f64 / 1000.0;
    extrapolate(window, target, true, Some(seconds))
}

pub(super) fn increase(window: &Window<'_>, _: &[f64], target: &Target) -> Option<f64> {
    extrapolate(window, target, true, None)
}

pub(super) fn delta(window: &Window<'_>, _: &[f64], target: &Target) -> Option<f64> {
    extrapolate(window, target, false, None)
}

/// The difference between the last and first sample, stretched to the edges of the window (`extrapolatedRate`).
///
/// A gap at an edge that is shorter than 1.1 times the average distance of samples is filled, a longer one only by
/// half that distance. A counter is not stretched back beyond the point where it would have been zero. With
/// `per_seconds` the result is divided by that length.
fn extrapolate(
    window: &Window<'_>,
    target: &Target,
    is_counter: bool,
    per_seconds: Option<f64>,
) -> Option<f64> {
    let (times, values) = (&*window.times, &*window.values);
    let gaps = times.len().checked_sub(1).filter(|&gaps| gaps > 0)?;
    let (first_time, last_time) = (times[0], times[gaps]);
    let mut difference = values[gaps] - values[0];
    if is_counter {
        for pair in values.windows(2) {
            if pair[1] < pair[0] {
                difference += pair[0];
            }
        }
    }
    let seconds = |ms: i64| ms as f64 / 1000.0;
    let sampled = seconds(last_time - first_time);
    let average = sampled / gaps as f64;
    let threshold = average * 1.1;
    let mut to_start = seconds(first_time - window.start);
    let mut to_end = seconds(window.end - last_time);

    let to_zero = (is_counter && difference > 0.0 && values[0] >= 0.0)
        .then(|| sampled * (values[0] / difference));
    let caps_last = target.prometheus >= Version::new(2, 52);
    if !caps_last {
        to_start = to_zero.map_or(to_start, |to_zero| to_start.min(to_zero));
    }
    if to_start >= threshold {
        to_start = average / 2.0;
    }
    if caps_last {
        to_start = to_zero.map_or(to_start, |to_zero| to_start.min(to_zero));
    }
    if to_end >= threshold {
        to_end = average / 2.0;
    }
    let mut factor = (sampled + to_start + to_end) / sampled;
    if let Some(length) = per_seconds {
        factor /= length;
    }
    Some(difference * factor)
}

pub(super) fn irate(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    let ((earlier, before), (later, after)) = last_two(window)?;
    // A counter that fell has started again from zero.
    let difference = if after < before {
        after
    } else {
        after - before
    };
    (later > earlier).then(|| difference / ((later - earlier) as f64 / 1000.0))
}

pub(super) fn idelta(window: &Window<'_>, _: &[f64], _: &Target) -> Option<f64> {
    let ((earlier, before), (later, after)) = last_two(window)?;
    (later > earlier).then_some(after - before)
}

fn last_two(window: &Window<'_>) -> Option<((i64, f64), (i64, f64))> {
    let before = window.times.len().checked_sub(2)?;
    Some((
        (window.times[before], window.values[before]),
        (window.times[before + 1], window.values[before + 1]),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn window(samples: &[(i64, f64)], start: i64, end: i64) -> Window<'static> {
        Window {
            times: Cow::Owned(samples.iter().map(|s| s.0 * 1000).collect()),
            values: Cow::Owned(samples.iter().map(|s| s.1).collect()),
            start: start * 1000,
            end: end * 1000,
            now: end * 1000,
        }
    }

    #[test]
    fn a_steady_counter_grows_by_its_rate_times_the_window() {
        let samples = [
            (60, 60.0),
            (120, 120.0),
            (180, 180.0),
            (240, 240.0),
            (300, 300.0),
        ];
        let window = window(&samples, 0, 300);
        assert_eq!(increase(&window, &[], &Target::default()), Some(300.0));
        assert_eq!(rate(&window, &[], &Target::default()), Some(1.0));
    }

    #[test]
    fn a_reset_adds_the_value_before_it() {
        let samples = [(60, 10.0), (120, 20.0), (180, 5.0), (240, 15.0)];
        let window = window(&samples, 60, 240);
        assert_eq!(increase(&window, &[], &Target::default()), Some(25.0));
        assert_eq!(delta(&window, &[], &Target::default()), Some(5.0));
    }

    #[test]
    fn one_sample_has_no_rate() {
        let window = window(&[(60, 10.0)], 0, 60);
        assert_eq!(rate(&window, &[], &Target::default()), None);
        assert_eq!(irate(&window, &[], &Target::default()), None);
    }
}
