//! What happens between one sample and the next: `irate`, `idelta`, `resets`, `changes`.

use std::sync::Arc;

use super::super::selector::Window;
use super::Scope;
use super::combining::{self, Failed};
use crate::promql::CounterResetHint;
use crate::storage::{Histogram, SampleValue};

/// A pair of samples as far as their times and start timestamps tell of a reset.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub time_before: i64,
    pub start_before: i64,
    pub start: i64,
}

impl Step {
    /// Whether the series began anew between the two: its start lies behind the sample before; or just at it, which
    /// makes it a delta unless the start was unknown before.
    pub(super) fn is_restart(self) -> bool {
        if self.start == 0 {
            return false;
        }
        self.start > self.time_before
            || (self.start == self.time_before
                && self.start_before != 0
                && self.start_before < self.time_before)
    }

    pub(super) fn overlaps(self) -> bool {
        self.start != 0 && self.start < self.time_before && self.start != self.start_before
    }
}

pub(super) fn irate(window: &Window<'_>, scope: &mut Scope<'_>) -> Option<SampleValue> {
    last_difference(window, scope, true)
}

pub(super) fn idelta(window: &Window<'_>, scope: &mut Scope<'_>) -> Option<SampleValue> {
    last_difference(window, scope, false)
}

/// The difference of the last two samples (`instantValue`); of a counter per second.
fn last_difference(
    window: &Window<'_>,
    scope: &mut Scope<'_>,
    is_rate: bool,
) -> Option<SampleValue> {
    let mut tail: Vec<Point> = floats(window)
        .rev()
        .take(2)
        .chain(histograms(window).rev().take(2))
        .collect();
    tail.sort_by_key(|point| point.0);
    let [.., (earlier, before, start_before), (later, after, start)] = tail.as_slice() else {
        return None;
    };
    if later == earlier {
        return None;
    }
    let step = Step {
        time_before: *earlier,
        start_before: *start_before,
        start: *start,
    };
    let seconds = (later - earlier) as f64 / 1000.0;
    match (before, after) {
        (SampleValue::Float(before), SampleValue::Float(after)) => {
            let restarted = is_rate && (after < before || step.is_restart());
            let difference = if restarted { *after } else { after - before };
            let difference = if is_rate {
                difference / seconds
            } else {
                difference
            };
            Some(SampleValue::Float(difference))
        }
        (SampleValue::Histogram(before), SampleValue::Histogram(after)) => {
            let name = window.name();
            let is_gauge = |h: &Histogram| h.hint == CounterResetHint::Gauge;
            if is_rate && (is_gauge(before) || is_gauge(after)) {
                combining::warn_not_counter(name, scope);
            }
            let are_gauges = is_gauge(before) && is_gauge(after);
            if !is_rate && !are_gauges {
                combining::warn_not_gauge(name, scope);
            }
            let mut difference = Histogram::clone(after);
            let restarted = is_rate && (step.is_restart() || after.detect_reset(before));
            if !restarted {
                let joined = combining::join(&mut difference, before, true, name, scope);
                if matches!(joined, Err(Failed::Incompatible)) {
                    return None;
                }
            }
            difference.hint = CounterResetHint::Gauge;
            difference.compact();
            if is_rate {
                difference.div(seconds);
            }
            Some(difference.into())
        }
        _ => {
            combining::warn_mixed(window, scope);
            None
        }
    }
}

/// How often the series restarted: values that fell, histograms that were reset, kinds that changed.
pub(super) fn resets(window: &Window<'_>, _: &mut Scope<'_>) -> Option<SampleValue> {
    let points = all_points(window);
    let resets = points.windows(2).filter(|pair| {
        let ((earlier, before, start_before), (_, after, start)) = (&pair[0], &pair[1]);
        let step = Step {
            time_before: *earlier,
            start_before: *start_before,
            start: *start,
        };
        let fell = match (before, after) {
            (SampleValue::Float(before), SampleValue::Float(after)) => after < before,
            (SampleValue::Histogram(before), SampleValue::Histogram(after)) => {
                after.detect_reset(before)
            }
            _ => true,
        };
        fell || step.is_restart()
    });
    let count = resets.count() as f64;
    (!points.is_empty()).then_some(SampleValue::Float(count))
}

/// How often the value changed; NaN to NaN is no change.
pub(super) fn changes(window: &Window<'_>, _: &mut Scope<'_>) -> Option<SampleValue> {
    let points = all_points(window);
    let changes = points
        .windows(2)
        .filter(|pair| match (&pair[0].1, &pair[1].1) {
            (SampleValue::Float(before), SampleValue::Float(after)) => {
                before != after && !(before.is_nan() && after.is_nan())
            }
            (SampleValue::Histogram(before), SampleValue::Histogram(after)) => {
                !before.equals(after)
            }
            _ => true,
        });
    let count = changes.count() as f64;
    (!points.is_empty()).then_some(SampleValue::Float(count))
}

/// Numbers and histograms by time, with start timestamps; `anchored` puts the sample before the window in front.
fn all_points(window: &Window<'_>) -> Vec<Point> {
    let mut points: Vec<_> = floats(window).chain(histograms(window)).collect();
    points.sort_by_key(|point| point.0);
    if points.is_empty() {
        return points;
    }
    let before = window
        .extension
        .as_ref()
        .and_then(|extension| extension.before.clone());
    if let Some((time, value)) = before {
        points.insert(0, (time, value, 0));
    }
    points
}

/// Time, value and start timestamp, in milliseconds; a start of 0 is unknown.
type Point = (i64, SampleValue, i64);

fn floats(window: &Window<'_>) -> impl DoubleEndedIterator<Item = Point> {
    (0..window.times.len()).map(|at| {
        let value = SampleValue::Float(window.values[at]);
        (window.times[at], value, window.start_of_float(at))
    })
}

fn histograms(window: &Window<'_>) -> impl DoubleEndedIterator<Item = Point> {
    (0..window.histograms.len()).map(|at| {
        let (time, histogram) = &window.histograms[at];
        let value = SampleValue::Histogram(Arc::clone(histogram));
        (*time, value, window.start_of_histogram(at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_behind_the_sample_before_is_a_restart() {
        let step = |start_before, start| Step {
            time_before: 100,
            start_before,
            start,
        };
        assert!(!step(0, 0).is_restart(), "no start timestamps");
        assert!(step(50, 150).is_restart());
        assert!(step(50, 100).is_restart(), "a delta");
        assert!(!step(0, 100).is_restart(), "an unknown start");
        assert!(!step(50, 50).is_restart());
        assert!(step(60, 50).overlaps() && !step(50, 50).overlaps());
    }
}
