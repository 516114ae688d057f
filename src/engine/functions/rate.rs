//! `rate` and its like: differences over a window, extrapolated to its edges.

use std::sync::Arc;

use super::super::annotation::counter_doubt;
use super::super::selector::{Extension, Window};
use super::super::windows::on_line;
use super::Scope;
use super::combining::{self, Failed};
use super::steps::Step;
use crate::promql::{CounterResetHint, RangeExtension};
use crate::storage::{Histogram, SampleValue};
use crate::target::Version;

/// What the three functions differ in.
#[derive(Clone, Copy)]
struct Flavour {
    is_counter: bool,
    is_rate: bool,
}

pub(super) fn rate(window: &Window<'_>, scope: &mut Scope<'_>) -> Option<SampleValue> {
    let flavour = Flavour {
        is_counter: true,
        is_rate: true,
    };
    difference(window, scope, flavour)
}

pub(super) fn increase(window: &Window<'_>, scope: &mut Scope<'_>) -> Option<SampleValue> {
    let flavour = Flavour {
        is_counter: true,
        is_rate: false,
    };
    difference(window, scope, flavour)
}

pub(super) fn delta(window: &Window<'_>, scope: &mut Scope<'_>) -> Option<SampleValue> {
    let flavour = Flavour {
        is_counter: false,
        is_rate: false,
    };
    difference(window, scope, flavour)
}

/// The difference between the ends of the window (`extrapolatedRate`, and `extendedRate` for `anchored` and `smoothed`).
fn difference(window: &Window<'_>, scope: &mut Scope<'_>, flavour: Flavour) -> Option<SampleValue> {
    let difference = any_difference(window, scope, flavour);
    if flavour.is_counter && matches!(difference, Some(SampleValue::Float(_))) {
        note_doubtful_counter(window, scope);
    }
    difference
}

fn any_difference(
    window: &Window<'_>,
    scope: &mut Scope<'_>,
    flavour: Flavour,
) -> Option<SampleValue> {
    if let Some(extension) = &window.extension {
        return extended(window, extension, scope, flavour);
    }
    if !window.times.is_empty() && !window.histograms.is_empty() {
        combining::warn_mixed(window, scope);
        return None;
    }
    if window.histograms.is_empty() {
        return of_floats(window, scope, flavour).map(SampleValue::Float);
    }
    of_histograms(window, scope, flavour)
}

/// A counter's name ends in one of four ways, or its label `__type__` says that it is one.
fn note_doubtful_counter(window: &Window<'_>, scope: &mut Scope<'_>) {
    if window.is_counter && !scope.target.features.type_and_unit_labels {
        return;
    }
    let name = window.name();
    if scope.target.features.type_and_unit_labels {
        let kind = window.kind().unwrap_or("unknown");
        if !matches!(kind, "counter" | "histogram" | "unknown" | "") {
            scope.info(format!(
                "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got {}: {}",
                crate::labels::quote(kind),
                crate::labels::quote(name)
            ));
        }
        if !matches!(kind, "unknown" | "") {
            return;
        }
    }
    if !name.is_empty()
        && let Some(doubt) = counter_doubt(name)
    {
        scope.info(doubt);
    }
}

/// The stretch of time that samples cover, and how far it is stretched beyond them.
struct Coverage {
    first: i64,
    last: i64,
    gaps: usize,
    /// Where the series started at zero, if that is inside the window and before the first sample.
    zero_at: Option<i64>,
}

impl Coverage {
    fn new(window: &Window<'_>, first: i64, last: i64, gaps: usize, start: i64) -> Self {
        let inside = start != 0 && start > window.start && start < first;
        Self {
            first,
            last,
            gaps,
            zero_at: inside.then_some(start),
        }
    }

    /// By how much the difference grows when the samples are taken to stand for the whole window. A gap at an edge that
    /// is shorter than 1.1 times the average distance of samples is filled, a longer one only by half that distance. A
    /// counter is not stretched back beyond the point where it would have been zero.
    fn factor(&self, window: &Window<'_>, to_zero: Option<f64>, caps_last: bool) -> f64 {
        let seconds = |ms: i64| ms as f64 / 1000.0;
        let between = seconds(self.last - self.first);
        let average = if self.gaps == 0 {
            0.0
        } else {
            between / self.gaps as f64
        };
        let threshold = average * 1.1;
        let sampled = seconds(self.last - self.zero_at.unwrap_or(self.first));
        let mut to_start = seconds(self.first - window.start);
        let mut to_end = seconds(window.end - self.last);
        let to_zero = to_zero.map(|share| sampled * share);
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
        if self.zero_at.is_some() {
            to_start = 0.0;
        }
        (sampled + to_start + to_end) / sampled
    }
}

/// Whether the point of zero caps the stretch after the threshold was looked at; until 2.52 it did before.
fn caps_last(scope: &Scope<'_>) -> bool {
    scope.target.prometheus >= Version::new(2, 52)
}

fn of_floats(window: &Window<'_>, scope: &mut Scope<'_>, flavour: Flavour) -> Option<f64> {
    let (times, values) = (&*window.times, &*window.values);
    let last = times.len().checked_sub(1)?;
    let start = if flavour.is_counter {
        window.start_of_float(0)
    } else {
        0
    };
    let coverage = Coverage::new(window, times[0], times[last], last, start);
    if last == 0 && coverage.zero_at.is_none() {
        return None;
    }
    let mut difference = values[last] - values[0];
    if coverage.zero_at.is_some() {
        difference = values[last];
    }
    if flavour.is_counter && window.starts.is_empty() {
        let pairs = || values.iter().zip(&values[1..]);
        // Counting all resets without a branch is faster than to stop at the first; most windows have none.
        let resets: u64 = pairs()
            .map(|(before, after)| u64::from(after < before))
            .sum();
        if resets > 0 {
            let fallen = pairs().filter(|(before, after)| after < before);
            difference = fallen.fold(difference, |sum, (before, _)| sum + before);
        }
    } else if flavour.is_counter {
        for at in 1..=last {
            let step = Step {
                time_before: times[at - 1],
                start_before: window.start_of_float(at - 1),
                start: window.start_of_float(at),
            };
            if values[at] < values[at - 1] || step.is_restart() {
                difference += values[at - 1];
            }
            if step.overlaps() {
                warn_overlap(window, scope);
            }
        }
    }
    let share = values[0] / difference;
    let to_zero = (flavour.is_counter && difference > 0.0 && values[0] >= 0.0).then_some(share);
    let mut factor = coverage.factor(window, to_zero, caps_last(scope));
    if flavour.is_rate {
        factor /= seconds(window);
    }
    Some(difference * factor)
}

fn warn_overlap(window: &Window<'_>, scope: &mut Scope<'_>) {
    let name = window.name();
    scope.warn(format!(
        "sample has start time that overlaps with previous sample timestamp for metric {}",
        crate::labels::quote(name)
    ));
}

fn seconds(window: &Window<'_>) -> f64 {
    (window.end - window.start) as f64 / 1000.0
}

fn of_histograms(
    window: &Window<'_>,
    scope: &mut Scope<'_>,
    flavour: Flavour,
) -> Option<SampleValue> {
    let points = &window.histograms;
    let last = points.len().checked_sub(1)?;
    let start = if flavour.is_counter {
        window.start_of_histogram(0)
    } else {
        0
    };
    let coverage = Coverage::new(window, points[0].0, points[last].0, last, start);
    if last == 0 && coverage.zero_at.is_none() {
        return None;
    }
    let steps: Vec<Step> = (1..=last)
        .map(|at| Step {
            time_before: points[at - 1].0,
            start_before: window.start_of_histogram(at - 1),
            start: window.start_of_histogram(at),
        })
        .collect();
    let histograms: Vec<&Arc<Histogram>> = points.iter().map(|point| &point.1).collect();
    let from_zero = coverage.zero_at.is_some();
    let mut total = histogram_difference(window, &histograms, &steps, from_zero, scope, flavour)?;
    let first = histograms[0].count;
    let to_zero =
        (flavour.is_counter && total.count > 0.0 && first >= 0.0).then(|| first / total.count);
    let mut factor = coverage.factor(window, to_zero, true);
    if flavour.is_rate {
        factor /= seconds(window);
    }
    total.mul(factor);
    Some(total.into())
}

/// The last histogram less the first, plus what was there before each reset (`histogramRate`).
fn histogram_difference(
    window: &Window<'_>,
    points: &[&Arc<Histogram>],
    steps: &[Step],
    from_zero: bool,
    scope: &mut Scope<'_>,
    flavour: Flavour,
) -> Option<Histogram> {
    let (first, last) = (points.first()?, points.last()?);
    let name = window.name();
    let is_gauge = |histogram: &Histogram| histogram.hint == CounterResetHint::Gauge;
    if flavour.is_counter && points.iter().any(|histogram| is_gauge(histogram)) {
        combining::warn_not_counter(name, scope);
    }
    let is_reset = |at: usize| {
        let by_start = steps.get(at - 1).is_some_and(|step| step.is_restart());
        by_start || points[at].detect_reset(points[at - 1])
    };
    // A first histogram that is followed by a reset counts for nothing, so its layout does not matter.
    let drops_first = from_zero || (flavour.is_counter && points.len() > 1 && is_reset(1));
    let relevant = if drops_first && points.len() > 1 {
        &points[1..]
    } else {
        points
    };
    let custom = relevant[0].has_custom_buckets();
    let looked_at = if flavour.is_counter {
        relevant
    } else {
        std::slice::from_ref(last)
    };
    if looked_at.iter().any(|h| h.has_custom_buckets() != custom) {
        combining::warn_mixed_schemas(name, scope);
        return None;
    }
    let schema = looked_at
        .iter()
        .map(|histogram| histogram.schema)
        .chain((!drops_first).then_some(first.schema))
        .min()?;
    let mut total = if custom {
        Histogram::clone(last)
    } else {
        last.copy_to_schema(schema)
    };
    let mut join = |total: &mut Histogram, other: &Histogram, subtract: bool| {
        let failed = combining::join(total, other, subtract, name, scope);
        matches!(failed, Ok(()) | Err(Failed::Reconciled))
    };
    if !drops_first && !join(&mut total, first, true) {
        return None;
    }
    if flavour.is_counter {
        let from = if from_zero {
            1
        } else {
            1 + usize::from(drops_first)
        };
        for at in from..points.len() {
            if is_reset(at) && !join(&mut total, points[at - 1], false) {
                return None;
            }
        }
        if steps.iter().any(|step| step.overlaps()) {
            warn_overlap(window, scope);
        }
    } else if !is_gauge(first) || !is_gauge(last) {
        combining::warn_not_gauge(name, scope);
    }
    total.hint = CounterResetHint::Gauge;
    total.compact();
    Some(total)
}

/// With `anchored` the value at the start of the window is that of the last sample before, with `smoothed` the values
/// at both edges lie on the lines between the samples around them. Nothing is extrapolated.
fn extended(
    window: &Window<'_>,
    extension: &Extension,
    scope: &mut Scope<'_>,
    flavour: Flavour,
) -> Option<SampleValue> {
    let points = extended_points(window, extension, flavour)?;
    let has_floats = points.iter().any(|point| point.1.float().is_some());
    let has_histograms = points.iter().any(|point| point.1.float().is_none());
    if has_floats && has_histograms {
        combining::warn_mixed(window, scope);
        return None;
    }
    let mut result = if has_floats {
        let values: Vec<f64> = points.iter().filter_map(|point| point.1.float()).collect();
        let mut difference = values.last()? - values.first()?;
        if flavour.is_counter {
            difference += values
                .windows(2)
                .filter(|pair| pair[1] < pair[0])
                .map(|pair| pair[0])
                .sum::<f64>();
        }
        SampleValue::Float(difference)
    } else {
        let histograms: Vec<&Arc<Histogram>> = points
            .iter()
            .filter_map(|point| point.1.histogram())
            .collect();
        histogram_difference(window, &histograms, &[], false, scope, flavour)?.into()
    };
    if flavour.is_rate {
        result = match result {
            SampleValue::Float(value) => SampleValue::Float(value / seconds(window)),
            SampleValue::Histogram(histogram) => {
                let mut histogram = Arc::unwrap_or_clone(histogram);
                histogram.div(seconds(window));
                histogram.into()
            }
        };
    }
    Some(result)
}

type Point = (i64, SampleValue);

/// The samples of the window with those at its edges put in.
fn extended_points(
    window: &Window<'_>,
    extension: &Extension,
    flavour: Flavour,
) -> Option<Vec<Point>> {
    let floats = window.times.iter().zip(&*window.values);
    let floats = floats.map(|(&time, &value)| (time, SampleValue::Float(value)));
    let histograms = window.histograms.iter();
    let histograms = histograms.map(|(time, h)| (*time, SampleValue::Histogram(Arc::clone(h))));
    let mut points: Vec<Point> = floats.chain(histograms).collect();
    points.sort_by_key(|point| point.0);
    if extension.kind == RangeExtension::Anchored {
        if points.is_empty() {
            return None;
        }
        if let Some((_, value)) = &extension.before {
            points.insert(0, (window.start, value.clone()));
        }
        return Some(points);
    }
    let after = points.first().or(extension.after.as_ref()).cloned();
    let before = points.last().or(extension.before.as_ref()).cloned();
    let left = match (&extension.before, &after) {
        (Some(before), _) if before.0 == window.start => Some(before.clone()),
        (Some(before), Some(after)) => Some((
            window.start,
            on_line(before, after, window.start, flavour.is_counter),
        )),
        _ => None,
    };
    let right = match (&before, &extension.after) {
        (Some(before), _) if before.0 == window.end => None,
        (Some(before), Some(after)) => Some((
            window.end,
            on_line(before, after, window.end, flavour.is_counter),
        )),
        _ => None,
    };
    if let Some(left) = left {
        points.insert(0, left);
    }
    points.extend(right);
    (!points.is_empty()).then_some(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTER: Flavour = Flavour {
        is_counter: true,
        is_rate: false,
    };

    fn growth(samples: &[(i64, f64)], start: i64, end: i64, flavour: Flavour) -> Option<f64> {
        let window = Window::of_numbers(samples, start, end);
        let last = samples.len().checked_sub(1)?;
        let coverage = Coverage::new(&window, window.times[0], window.times[last], last, 0);
        if last == 0 {
            return None;
        }
        let mut difference = samples[last].1 - samples[0].1;
        if flavour.is_counter {
            let falls = samples.windows(2).filter(|pair| pair[1].1 < pair[0].1);
            difference += falls.map(|pair| pair[0].1).sum::<f64>();
        }
        let share = (difference > 0.0).then_some(samples[0].1 / difference);
        Some(difference * coverage.factor(&window, share, true))
    }

    #[test]
    fn a_steady_counter_fills_its_window() {
        let samples = [
            (60, 60.0),
            (120, 120.0),
            (180, 180.0),
            (240, 240.0),
            (300, 300.0),
        ];
        assert_eq!(growth(&samples, 0, 300, COUNTER), Some(300.0));
    }
}
