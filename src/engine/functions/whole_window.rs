//! Functions of a window that take numbers and histograms alike.

use std::sync::Arc;

use super::super::aggregate::mean_of;
use super::super::go_math::KahanSum;
use super::super::histograms::{self, Joined};
use super::super::selector::Window;
use super::{Scope, combining, warn_quantile};
use crate::storage::{Histogram, SampleValue};

pub(super) fn count(window: &Window<'_>, _: &mut Scope<'_>) -> Option<SampleValue> {
    let count = window.times.len() + window.histograms.len();
    Some(SampleValue::Float(count as f64))
}

pub(super) fn present(_: &Window<'_>, _: &mut Scope<'_>) -> Option<SampleValue> {
    Some(SampleValue::Float(1.0))
}

pub(super) fn first(window: &Window<'_>, _: &mut Scope<'_>) -> Option<SampleValue> {
    edge(window, true).map(|(_, value)| value)
}

pub(super) fn last(window: &Window<'_>, _: &mut Scope<'_>) -> Option<SampleValue> {
    edge(window, false).map(|(_, value)| value)
}

pub(super) fn time_of_first(window: &Window<'_>, _: &mut Scope<'_>) -> Option<SampleValue> {
    edge(window, true).map(|(time, _)| SampleValue::Float(time as f64 / 1000.0))
}

pub(super) fn time_of_last(window: &Window<'_>, _: &mut Scope<'_>) -> Option<SampleValue> {
    edge(window, false).map(|(time, _)| SampleValue::Float(time as f64 / 1000.0))
}

/// The first or last sample, be it a number or a histogram.
fn edge(window: &Window<'_>, first: bool) -> Option<(i64, SampleValue)> {
    let at = |length: usize| if first { 0 } else { length.wrapping_sub(1) };
    let float = window
        .times
        .get(at(window.times.len()))
        .zip(window.values.get(at(window.values.len())))
        .map(|(&time, &value)| (time, SampleValue::Float(value)));
    let histogram = window
        .histograms
        .get(at(window.histograms.len()))
        .map(|(time, histogram)| (*time, SampleValue::Histogram(Arc::clone(histogram))));
    match (float, histogram) {
        (Some(float), Some(histogram)) => {
            let float_is_first = float.0 < histogram.0;
            Some(if float_is_first == first {
                float
            } else {
                histogram
            })
        }
        (float, histogram) => float.or(histogram),
    }
}

pub(super) fn sum(window: &Window<'_>, scope: &mut Scope<'_>) -> Option<SampleValue> {
    of_either(
        window,
        scope,
        |values, _| {
            let mut sum = KahanSum::default();
            values.iter().for_each(|&value| sum.add(value));
            sum.total()
        },
        histograms::sum,
    )
}

pub(super) fn avg(window: &Window<'_>, scope: &mut Scope<'_>) -> Option<SampleValue> {
    of_either(window, scope, mean_of, histograms::avg)
}

pub(super) fn quantile(window: &Window<'_>, scope: &mut Scope<'_>) -> Option<SampleValue> {
    if window.times.is_empty() {
        return None;
    }
    let phi = *scope.scalars.first()?;
    let phi_span = *scope.call.arg_spans.first()?;
    warn_quantile(scope.annotations, phi, phi_span);
    combining::note_ignored(window, scope);
    let value = super::super::go_math::quantile(phi, &window.values);
    Some(SampleValue::Float(value))
}

/// A window must hold numbers or histograms only.
fn of_either(
    window: &Window<'_>,
    scope: &mut Scope<'_>,
    of_floats: impl Fn(&[f64], &crate::target::Target) -> f64,
    of_histograms: impl Fn(&[&Histogram]) -> Option<Joined>,
) -> Option<SampleValue> {
    match (window.times.is_empty(), window.histograms.is_empty()) {
        (false, false) => {
            combining::warn_mixed(window, scope);
            None
        }
        (false, true) => {
            let value = of_floats(&window.values, scope.target);
            Some(SampleValue::Float(value))
        }
        _ => {
            let list: Vec<&Histogram> = window.histograms.iter().map(|(_, h)| &**h).collect();
            let name = window.name();
            let Some(joined) = of_histograms(&list) else {
                combining::warn_mixed_schemas(name, scope);
                return None;
            };
            if joined.hint_collision {
                scope.warn("conflicting counter resets during histogram aggregation");
            }
            if joined.bounds_reconciled {
                scope.info("mismatched custom buckets were reconciled during aggregation");
            }
            Some(joined.histogram.into())
        }
    }
}
