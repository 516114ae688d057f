//! Selectors and subqueries: from series to instant vectors and windows.

use std::sync::Arc;

use super::annotation::Annotations;
use super::eval::{Evaluation, strip_name};
use super::functions::for_metric;
use super::plan::RangeNode;
use super::selector::{Columns, Extension, Window, reference_time, sample_before};
use super::value::{EvalError, Points, Sample};
use crate::labels::Labels;
use crate::promql::{CounterResetHint, RangeExtension};
use crate::storage::{Histogram, SampleValue, Series};

/// What is done with a window: labels of the result, whether their name is to be dropped later, the window.
pub(super) type Visit<'v> = &'v mut dyn FnMut(Labels, bool, &Window<'_>, &mut Annotations);

impl<'a> Evaluation<'a> {
    /// The newest sample of each series.
    pub(super) fn instant_vector(
        &mut self,
        selector: usize,
        now: i64,
    ) -> Result<Vec<Sample>, EvalError> {
        let mut vector = Vec::new();
        let plan = &self.query.selectors[selector];
        self.latest_samples(selector, now, |series, at| {
            let mut value = series.sample(at);
            if plan.only_stats && at > 0 {
                find_reset(&mut value, series.histogram(at - 1));
            }
            vector.push(Sample::new(series.labels().clone(), value));
        })?;
        Ok(vector)
    }

    /// The time of the newest sample of each series.
    pub(super) fn sample_times(
        &mut self,
        selector: usize,
        now: i64,
    ) -> Result<Vec<Sample>, EvalError> {
        self.about_latest(selector, now, |series, at| series.times()[at])
    }

    /// The start timestamp of the newest sample of each series, 0 where it has none. Nobody has one who does not use them.
    pub(super) fn sample_starts(
        &mut self,
        selector: usize,
        now: i64,
    ) -> Result<Vec<Sample>, EvalError> {
        let start = |series: &Series, at| series.starts().get(at).copied().unwrap_or(0);
        let mut vector = self.about_latest(selector, now, start)?;
        if !self.query.options.target.features.use_start_timestamps {
            vector.clear();
        }
        Ok(vector)
    }

    /// A time that has to do with the newest sample of each series, in seconds; the name goes.
    fn about_latest(
        &mut self,
        selector: usize,
        now: i64,
        time: impl Fn(&Series, usize) -> i64,
    ) -> Result<Vec<Sample>, EvalError> {
        let mut vector = Vec::new();
        self.latest_samples(selector, now, |series, at| {
            let seconds = time(series, at) as f64 / 1000.0;
            vector.push(Sample::new(series.labels().clone(), seconds));
        })?;
        for sample in &mut vector {
            self.drop_name(sample);
        }
        self.check_unique(&vector)?;
        Ok(vector)
    }

    pub(super) fn latest_samples(
        &mut self,
        selector: usize,
        now: i64,
        mut visit: impl FnMut(&Series, usize),
    ) -> Result<(), EvalError> {
        let plan = &self.query.selectors[selector];
        let at = reference_time(now, plan.at, plan.offset_ms, self.start, self.end);
        let oldest = self.oldest(at, self.query.options.target.lookback_ms);
        let cache = &mut self.caches[selector];
        cache.refresh(plan, self.storage);
        for index in 0..cache.ids.len() {
            let series = self.storage.get(cache.ids[index]);
            if let Some(found) = cache.latest(index, series, at, oldest) {
                visit(series, found);
            }
        }
        let found = cache.ids.len();
        self.meter.visit(found)
    }

    /// The first time that belongs to a window of that length: its start is outside since 3.0.
    fn oldest(&self, end: i64, length: i64) -> i64 {
        let edge = i64::from(self.query.options.target.left_open());
        end.saturating_sub(length).saturating_add(edge)
    }

    /// `selector smoothed`: between two samples the value on the line between them.
    pub(super) fn smoothed_vector(
        &mut self,
        selector: usize,
        now: i64,
    ) -> Result<Vec<Sample>, EvalError> {
        let plan = &self.query.selectors[selector];
        let lookback = self.query.options.target.lookback_ms;
        let at = reference_time(now, plan.at, plan.offset_ms, self.start, self.end);
        let oldest = self.oldest(at, lookback);
        let cache = &mut self.caches[selector];
        cache.refresh(plan, self.storage);
        let mut vector = Vec::new();
        for index in 0..cache.ids.len() {
            let series = self.storage.get(cache.ids[index]);
            let range = cache.range(index, series, oldest, at);
            let before = sample_before(series, range.end, oldest);
            let after = cache.sample_after(series, range.end, at.saturating_add(lookback));
            let value = match (before, after) {
                (Some((time, value)), _) if time == at => Some(value),
                (Some(before), Some(after)) => {
                    if before.1.float().is_some() != after.1.float().is_some() {
                        let name = series.labels().metric_name().unwrap_or("");
                        self.annotations.warn(
                            plan.span,
                            format!(
                                "encountered a mix of histograms and floats{}",
                                for_metric(name)
                            ),
                        );
                        continue;
                    }
                    // A histogram counts unless it says that it is a gauge.
                    let is_counter = after
                        .1
                        .histogram()
                        .is_some_and(|after| after.hint != CounterResetHint::Gauge);
                    Some(on_line(&before, &after, at, is_counter))
                }
                (Some((_, value)), None) => Some(value),
                (None, _) => None,
            };
            if let Some(value) = value {
                vector.push(Sample::new(series.labels().clone(), value));
            }
        }
        self.meter.visit(vector.len())?;
        Ok(vector)
    }

    /// Hands each window of a range vector to `visit`, with the labels that the result gets: without the name where the
    /// function drops it, and whether it is to be dropped later.
    pub(super) fn each_window(
        &mut self,
        range: &'a RangeNode,
        now: i64,
        keep_name: bool,
        visit: Visit<'_>,
    ) -> Result<(), EvalError> {
        match range {
            RangeNode::Selector(selector) => self.each_selected(*selector, now, keep_name, visit),
            RangeNode::Subquery(subquery) => self.each_evaluated(subquery, now, keep_name, visit),
        }
    }

    /// How many series a range vector had the last time, as far as that is known.
    pub(super) fn series_of(&self, range: &RangeNode) -> usize {
        match range {
            RangeNode::Selector(selector) => self.caches[*selector].ids.len(),
            RangeNode::Subquery(_) => 0,
        }
    }

    /// A range vector as the result of a query.
    pub(super) fn matrix(
        &mut self,
        range: &'a RangeNode,
        now: i64,
    ) -> Result<Vec<Points>, EvalError> {
        let mut series = Vec::new();
        let query = self.query;
        self.each_window(range, now, true, &mut |labels, drop_name, window, _| {
            let floats = window.times.iter().zip(&*window.values);
            let floats = floats.map(|(&time, &value)| (time, SampleValue::Float(value)));
            let histograms = window.histograms.iter().cloned();
            let histograms = histograms.map(|(time, h)| (time, SampleValue::Histogram(h)));
            let mut points: Vec<(i64, SampleValue)> = floats.chain(histograms).collect();
            points.sort_by_key(|point| point.0);
            let labels = if drop_name {
                strip_name(&labels, query)
            } else {
                labels
            };
            series.push(Points { labels, points });
        })?;
        Ok(series)
    }

    /// Whether all series of a range vector surely have one name, so that dropping it makes no two equal.
    pub(super) fn fixes_name(&self, range: &RangeNode) -> bool {
        matches!(range, RangeNode::Selector(selector) if self.query.selectors[*selector].fixes_name())
    }

    fn each_selected(
        &mut self,
        selector: usize,
        now: i64,
        keep_name: bool,
        visit: Visit<'_>,
    ) -> Result<(), EvalError> {
        let query = self.query;
        let plan = &query.selectors[selector];
        let target = &query.options.target;
        let end = reference_time(now, plan.at, plan.offset_ms, self.start, self.end);
        let oldest = self.oldest(end, plan.range_ms);
        let start = end.saturating_sub(plan.range_ms);
        let drop_now = !keep_name && !target.features.delayed_name_removal;
        let cache = &mut self.caches[selector];
        cache.refresh(plan, self.storage);
        let mut results = 0;
        for index in 0..cache.ids.len() {
            let series = self.storage.get(cache.ids[index]);
            let range = cache.range(index, series, oldest, end);
            let mut columns = Columns::of(series, range.clone(), target);
            if plan.only_stats {
                find_resets(&mut columns.histograms);
            }
            // A window is held while its function runs, beside the results so far.
            self.meter.visit(range.len())?;
            self.meter.check((range.len() + results + 1) as u64)?;
            let extension = plan.extension.map(|kind| Extension {
                kind,
                before: sample_before(
                    series,
                    range.start,
                    start.saturating_sub(target.lookback_ms).saturating_add(1),
                ),
                after: (kind == RangeExtension::Smoothed)
                    .then(|| {
                        cache.sample_after(
                            series,
                            range.end,
                            end.saturating_add(target.lookback_ms),
                        )
                    })
                    .flatten(),
            });
            let bridged = extension
                .as_ref()
                .is_some_and(|extension| extension.before.is_some() && extension.after.is_some());
            if columns.is_empty() && !bridged {
                continue;
            }
            let labels = if drop_now {
                cache.nameless(index, series, |labels| strip_name(labels, query))
            } else {
                series.labels().clone()
            };
            let window = Window {
                labels: series.labels(),
                is_nameless: false,
                is_counter: plan.is_counter,
                times: columns.times,
                values: columns.values,
                histograms: columns.histograms,
                starts: columns.starts,
                extension,
                start,
                end,
                now,
            };
            visit(labels, !keep_name, &window, self.annotations);
            results += 1;
        }
        Ok(())
    }
}

/// Marks a histogram of which nothing is known by comparing it with the one before.
fn find_reset(value: &mut SampleValue, before: Option<&Arc<Histogram>>) {
    if let (SampleValue::Histogram(histogram), Some(before)) = (value, before)
        && histogram.hint == CounterResetHint::Unknown
    {
        let is_reset = histogram.detect_reset(before);
        Arc::make_mut(histogram).hint = if is_reset {
            CounterResetHint::Reset
        } else {
            CounterResetHint::NotReset
        };
    }
}

fn find_resets(histograms: &mut [(i64, Arc<Histogram>)]) {
    for at in (1..histograms.len()).rev() {
        let before = Arc::clone(&histograms[at - 1].1);
        let mut value = SampleValue::Histogram(Arc::clone(&histograms[at].1));
        find_reset(&mut value, Some(&before));
        if let SampleValue::Histogram(histogram) = value {
            histograms[at].1 = histogram;
        }
    }
}

/// The value between two samples; a counter that was reset between them has grown from zero.
pub(super) fn on_line(
    before: &(i64, SampleValue),
    after: &(i64, SampleValue),
    at: i64,
    is_counter: bool,
) -> SampleValue {
    let fell = match (&before.1, &after.1) {
        (SampleValue::Float(a), SampleValue::Float(b)) => b < a,
        (SampleValue::Histogram(a), SampleValue::Histogram(b)) => b.detect_reset(a),
        _ => false,
    };
    if !(is_counter && fell) {
        return interpolate(before, after, at);
    }
    let fraction = (at - before.0) as f64 / (after.0 - before.0) as f64;
    match &after.1 {
        SampleValue::Float(value) => SampleValue::Float(value * fraction),
        SampleValue::Histogram(histogram) => {
            let mut part = Histogram::clone(histogram);
            part.mul(fraction);
            part.into()
        }
    }
}

/// The value at `at` on the line between two samples; of a number and a histogram the earlier one.
fn interpolate(before: &(i64, SampleValue), after: &(i64, SampleValue), at: i64) -> SampleValue {
    let fraction = (at - before.0) as f64 / (after.0 - before.0) as f64;
    match (&before.1, &after.1) {
        (SampleValue::Float(a), SampleValue::Float(b)) => {
            SampleValue::Float(a + (b - a) * fraction)
        }
        (SampleValue::Histogram(a), SampleValue::Histogram(b)) => {
            let mut difference = Histogram::clone(b);
            let mut value = Histogram::clone(a);
            let joined = difference.sub(a).and_then(|_| {
                difference.mul(fraction);
                value.add(&difference)
            });
            joined.map_or_else(|_| before.1.clone(), |_| value.into())
        }
        _ => before.1.clone(),
    }
}
