//! Subqueries: an expression evaluated step by step, as a range vector.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::eval::{Evaluation, strip_name};
use super::plan::SubqueryNode;
use super::remembered::Step;
use super::selector::{Window, reference_time};
use super::value::{EvalError, Sample};
use super::windows::Visit;
use crate::labels::Labels;
use crate::storage::{Histogram, SampleValue};

impl<'a> Evaluation<'a> {
    /// Evaluates the inner expression at the multiples of the step inside the window.
    pub(super) fn each_evaluated(
        &mut self,
        subquery: &'a SubqueryNode,
        now: i64,
        keep_name: bool,
        visit: Visit<'_>,
    ) -> Result<(), EvalError> {
        let end = reference_time(now, subquery.at, subquery.offset_ms, self.start, self.end);
        let start = end.saturating_sub(subquery.range_ms);
        let step = subquery.step_ms;
        let left_open = self.query.options.target.left_open();
        let mut time = (start / step).saturating_mul(step);
        if time < start || (left_open && time == start) {
            time = time.saturating_add(step);
        }
        let mut gathered = Gathered::default();
        let before = self.meter.held();
        let oldest = time.div_euclid(step);
        while time <= end {
            let remembered = self.remembered(subquery, time);
            let yielded = match remembered {
                Some(yielded) => yielded,
                None => self.step(subquery, time)?,
            };
            for (place, sample) in yielded.samples.iter().enumerate() {
                gathered.add(place, time, sample);
            }
            if subquery.is_causal && time < self.storage.closed() {
                let steps = &mut self.steps[subquery.number];
                steps.keep(time.div_euclid(step), yielded, oldest);
            }
            let Some(next) = time.checked_add(step) else {
                break;
            };
            time = next;
        }
        let drop_now = !keep_name && !self.query.options.target.features.delayed_name_removal;
        for (results, found) in gathered.found.into_iter().enumerate() {
            let samples = found.times.len() + found.histograms.len();
            self.meter.visit(samples)?;
            self.meter.check((samples + results + 1) as u64)?;
            let window = Window {
                labels: &found.labels,
                is_nameless: found.drop_name,
                is_counter: false,
                times: Cow::Owned(found.times),
                values: Cow::Owned(found.values),
                histograms: found.histograms,
                starts: Vec::new(),
                extension: None,
                start,
                end,
                now,
            };
            let labels = if drop_now {
                strip_name(&found.labels, self.query)
            } else {
                found.labels.clone()
            };
            let drop_name = found.drop_name || !keep_name;
            visit(labels, drop_name, &window, self.annotations);
        }
        self.meter.release(before);
        Ok(())
    }

    /// What a step yielded when it was evaluated before, if it cannot have changed since. What it uses is counted as if it
    /// were evaluated; where that is too much, it is, so that the right part is blamed.
    fn remembered(&mut self, subquery: &SubqueryNode, time: i64) -> Option<Step> {
        let number = time.div_euclid(subquery.step_ms);
        let step = self.steps[subquery.number].take(number)?;
        let fits = self.meter.repeat(step.peak, step.held);
        (fits && self.meter.visit(step.samples.len() + 1).is_ok()).then_some(step)
    }

    /// Evaluates one step of a subquery.
    fn step(&mut self, subquery: &'a SubqueryNode, time: i64) -> Result<Step, EvalError> {
        self.meter.step()?;
        let before = self.meter.held();
        let outer = self.meter.swap_peak(before);
        let samples = self.vector(&subquery.node, time)?;
        let peak = self.meter.swap_peak(0);
        self.meter.swap_peak(peak.max(outer));
        Ok(Step {
            samples,
            peak: peak - before,
            held: self.meter.held() - before,
        })
    }
}

/// What a subquery has found of all series.
#[derive(Default)]
struct Gathered {
    found: Vec<Found>,
    numbers: FxHashMap<Labels, usize>,
}

impl Gathered {
    /// Adds a sample that stands at `place` in its step. Mostly the same series stands there in every step.
    fn add(&mut self, place: usize, time: i64, sample: &Sample) {
        let is_there =
            |found: &Found| found.labels.is_same(&sample.labels) || found.labels == sample.labels;
        let number = if self.found.get(place).is_some_and(is_there) {
            place
        } else {
            *self
                .numbers
                .entry(sample.labels.clone())
                .or_insert_with(|| {
                    self.found.push(Found::new(sample));
                    self.found.len() - 1
                })
        };
        self.found[number].push(time, sample.value.clone());
    }
}

/// What a subquery has found of one series so far.
struct Found {
    labels: Labels,
    drop_name: bool,
    times: Vec<i64>,
    values: Vec<f64>,
    histograms: Vec<(i64, Arc<Histogram>)>,
}

impl Found {
    fn new(sample: &Sample) -> Self {
        Self {
            labels: sample.labels.clone(),
            drop_name: sample.drop_name,
            times: Vec::new(),
            values: Vec::new(),
            histograms: Vec::new(),
        }
    }

    fn push(&mut self, time: i64, value: SampleValue) {
        match value {
            SampleValue::Float(value) => {
                self.times.push(time);
                self.values.push(value);
            }
            SampleValue::Histogram(histogram) => self.histograms.push((time, histogram)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::engine::{Evaluator, Options, Query};
    use crate::promql;
    use crate::storage::{STALE_NAN, Storage};
    use crate::target::Target;

    const EXPRS: [&str; 8] = [
        "max_over_time(sum(x)[5m:1m])",
        "avg_over_time((x or on () vector(100))[10m:30s])",
        "sum_over_time(rate(x[2m])[7m:2m] offset 1m)",
        "count_over_time(max_over_time(x[3m:1m])[6m:1m])",
        "last_over_time((x offset -1m)[5m:1m])",
        "max_over_time((x @ 120)[5m:1m])",
        "sum_over_time(count_values(\"v\", x)[4m:1m])",
        "stddev_over_time(absent(x{i=\"1\"})[8m:1m])",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// What is remembered is what would be worked out anew, though something is written behind each evaluation.
        #[test]
        fn remembering_changes_nothing(
            expr in 0..EXPRS.len(),
            samples in proptest::collection::vec((0usize..3, 0u8..6, any::<bool>()), 30),
            delay in 0i64..3,
        ) {
            let target = Target::default();
            let expr = promql::parse(EXPRS[expr], &target).unwrap();
            let query = Query::new(&expr, Options::new(target)).unwrap();
            let mut storage = Storage::new();
            let mut remembering = Evaluator::new(&query);
            for (minute, (series, value, late)) in samples.into_iter().enumerate() {
                let now = minute as i64 * 60_000;
                let metric = promql::parse_metric(&format!("x{{i=\"{series}\"}}"), &target).unwrap();
                let value = if value == 0 { STALE_NAN } else { f64::from(value) };
                // Written before the evaluation or behind it, at its time or some minutes earlier.
                let written = now - delay * 60_000;
                storage.close(written);
                let write = |storage: &mut Storage| {
                    let id = storage.series_id(&metric);
                    storage.append(id, written, value).unwrap();
                };
                if !late {
                    write(&mut storage);
                }
                let sorted = |mut value: crate::engine::Value| {
                    if let crate::engine::Value::Vector(samples) = &mut value {
                        samples.sort_by(|a, b| a.labels.cmp(&b.labels));
                    }
                    format!("{value:?}")
                };
                let remembered = remembering.instant(&storage, now).map(sorted);
                let anew = Evaluator::new(&query).instant(&storage, now).map(sorted);
                prop_assert_eq!(remembered, anew);
                if late {
                    write(&mut storage);
                }
            }
        }
    }
}
