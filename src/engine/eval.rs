use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::functions::{self, Body};
use super::plan::{CallNode, Node, Query, RangeNode, SubqueryNode};
use super::selector::{SelectorCache, Window, reference_time};
use super::value::{EvalError, Sample, Value, check_unique};
use super::{aggregate, binary};
use crate::labels::Labels;
use crate::storage::Storage;

/// Evaluates one query again and again over one storage that only grows.
#[derive(Debug)]
pub struct Evaluator<'q> {
    query: &'q Query,
    caches: Vec<SelectorCache>,
}

/// What one evaluation yields.
pub type Outcome = Result<Value, EvalError>;

impl<'q> Evaluator<'q> {
    /// An evaluator that has seen nothing yet.
    #[must_use]
    pub fn new(query: &'q Query) -> Self {
        let caches = query
            .selectors
            .iter()
            .map(|_| SelectorCache::default())
            .collect();
        Self { query, caches }
    }

    /// The value at `time` (milliseconds since the Unix epoch). The storage must be the one of earlier calls.
    pub fn instant(&mut self, storage: &Storage, time: i64) -> Outcome {
        let mut evaluation = Evaluation {
            query: self.query,
            storage,
            caches: &mut self.caches,
            start: time,
            end: time,
            work: 0,
        };
        let value = evaluation.eval(&self.query.root, time)?;
        Ok(match value {
            Value::Vector(vector) if self.query.options.target.features.delayed_name_removal => {
                let vector: Vec<Sample> = vector.into_iter().map(remove_delayed_name).collect();
                check_unique(&vector)?;
                Value::Vector(vector)
            }
            value => value,
        })
    }
}

fn remove_delayed_name(sample: Sample) -> Sample {
    if !sample.drop_name {
        return sample;
    }
    Sample::new(sample.labels.without_name(), sample.value)
}

/// One evaluation under way.
pub(super) struct Evaluation<'a> {
    pub query: &'a Query,
    storage: &'a Storage,
    caches: &'a mut [SelectorCache],
    /// The times of `@ start()` and `@ end()`.
    start: i64,
    end: i64,
    work: u64,
}

/// The windows of a range vector: labels, whether their name is to be dropped already, samples.
pub(super) type Windows<'a> = Vec<(Labels, bool, Window<'a>)>;

impl<'a> Evaluation<'a> {
    pub fn eval(&mut self, node: &'a Node, now: i64) -> Outcome {
        match node {
            Node::Number(value) => Ok(Value::Scalar(*value)),
            Node::String(text) => Ok(Value::String(text.clone())),
            Node::Instant(selector) => self.instant_vector(*selector, now).map(Value::Vector),
            Node::SampleTime(selector) => self.sample_times(*selector, now).map(Value::Vector),
            Node::Call(call) => self.call(call, now).map_err(|error| error.at(call.span)),
            Node::Aggregate(node) => aggregate::eval(self, node, now)
                .map(Value::Vector)
                .map_err(|error| error.at(node.span)),
            Node::Binary(node) => {
                binary::eval(self, node, now).map_err(|error| error.at(node.span))
            }
            Node::Negate(inner) => self.negate(inner, now),
        }
    }

    /// The value of a node whose type is an instant vector.
    pub fn vector(&mut self, node: &'a Node, now: i64) -> Result<Vec<Sample>, EvalError> {
        match self.eval(node, now)? {
            Value::Vector(vector) => Ok(vector),
            Value::Scalar(value) => Ok(vec![Sample::new(Labels::empty(), value)]),
            Value::String(_) => Err(EvalError::new("expected an instant vector, got a string")),
        }
    }

    /// The value of a node whose type is a scalar.
    pub fn scalar(&mut self, node: &'a Node, now: i64) -> Result<f64, EvalError> {
        match self.eval(node, now)? {
            Value::Scalar(value) => Ok(value),
            Value::Vector(_) | Value::String(_) => Err(EvalError::new("expected a scalar")),
        }
    }

    /// Marks the metric name of a sample as dropped: at once, or at the end of the query with delayed name removal.
    pub fn drop_name(&self, sample: &mut Sample) {
        if self.query.options.target.features.delayed_name_removal {
            sample.drop_name = true;
        } else {
            sample.labels = sample.labels.without_name();
        }
    }

    /// Checks that no two samples have equal labels; with delayed name removal that waits for the end.
    pub fn check_unique(&self, vector: &[Sample]) -> Result<(), EvalError> {
        if self.query.options.target.features.delayed_name_removal {
            return Ok(());
        }
        check_unique(vector)
    }

    fn spend(&mut self, work: usize) -> Result<(), EvalError> {
        self.work = self.work.saturating_add(work as u64);
        if self.work > self.query.options.max_work {
            return Err(EvalError::new(
                "query processing would load too many samples into memory in query execution",
            ));
        }
        Ok(())
    }

    fn negate(&mut self, inner: &'a Node, now: i64) -> Outcome {
        match self.eval(inner, now)? {
            Value::Vector(mut vector) => {
                for sample in &mut vector {
                    sample.value = -sample.value;
                    self.drop_name(sample);
                }
                self.check_unique(&vector)?;
                Ok(Value::Vector(vector))
            }
            Value::Scalar(value) => Ok(Value::Scalar(-value)),
            Value::String(_) => Err(EvalError::new("a string has no sign")),
        }
    }

    fn instant_vector(&mut self, selector: usize, now: i64) -> Result<Vec<Sample>, EvalError> {
        let mut vector = Vec::new();
        self.latest_samples(selector, now, |labels, _, value| {
            vector.push(Sample::new(labels.clone(), value));
        })?;
        Ok(vector)
    }

    fn sample_times(&mut self, selector: usize, now: i64) -> Result<Vec<Sample>, EvalError> {
        let mut vector = Vec::new();
        self.latest_samples(selector, now, |labels, time, _| {
            vector.push(Sample::new(labels.clone(), time as f64 / 1000.0));
        })?;
        for sample in &mut vector {
            self.drop_name(sample);
        }
        self.check_unique(&vector)?;
        Ok(vector)
    }

    fn latest_samples(
        &mut self,
        selector: usize,
        now: i64,
        mut visit: impl FnMut(&Labels, i64, f64),
    ) -> Result<(), EvalError> {
        let plan = &self.query.selectors[selector];
        let target = &self.query.options.target;
        let at = reference_time(now, plan.at, plan.offset_ms, self.start, self.end);
        let edge = i64::from(target.left_open());
        let oldest = at.saturating_sub(target.lookback_ms).saturating_add(edge);
        let cache = &mut self.caches[selector];
        cache.refresh(plan, self.storage);
        for index in 0..cache.ids.len() {
            let series = self.storage.get(cache.ids[index]);
            if let Some((time, value)) = cache.latest(index, series, at, oldest) {
                visit(series.labels(), time, value);
            }
        }
        let found = cache.ids.len();
        self.spend(found)
    }

    /// The windows of a range vector, with names dropped where the function wants that.
    pub fn windows(
        &mut self,
        range: &'a RangeNode,
        now: i64,
        keep_name: bool,
    ) -> Result<Windows<'a>, EvalError> {
        match range {
            RangeNode::Selector(selector) => self.selector_windows(*selector, now, keep_name),
            RangeNode::Subquery(subquery) => self.subquery_windows(subquery, now, keep_name),
        }
    }

    fn selector_windows(
        &mut self,
        selector: usize,
        now: i64,
        keep_name: bool,
    ) -> Result<Windows<'a>, EvalError> {
        let plan = &self.query.selectors[selector];
        let target = &self.query.options.target;
        let end = reference_time(now, plan.at, plan.offset_ms, self.start, self.end);
        let start = end.saturating_sub(plan.range_ms);
        let oldest = start.saturating_add(i64::from(target.left_open()));
        let drop_now = !keep_name && !target.features.delayed_name_removal;
        let cache = &mut self.caches[selector];
        cache.refresh(plan, self.storage);
        let mut windows = Vec::new();
        let mut work = 0;
        for index in 0..cache.ids.len() {
            let series = self.storage.get(cache.ids[index]);
            let Some((times, values)) = cache.window(index, series, oldest, end) else {
                continue;
            };
            work += times.len();
            let labels = if drop_now {
                cache.nameless(index, series)
            } else {
                series.labels().clone()
            };
            let window = Window {
                times,
                values,
                start,
                end,
                now,
            };
            windows.push((labels, !keep_name, window));
        }
        self.spend(work)?;
        Ok(windows)
    }

    /// Evaluates the inner expression at the multiples of the step inside the window.
    fn subquery_windows(
        &mut self,
        subquery: &'a SubqueryNode,
        now: i64,
        keep_name: bool,
    ) -> Result<Windows<'a>, EvalError> {
        let end = reference_time(now, subquery.at, subquery.offset_ms, self.start, self.end);
        let start = end.saturating_sub(subquery.range_ms);
        let step = subquery.step_ms;
        let left_open = self.query.options.target.left_open();
        let mut time = (start / step).saturating_mul(step);
        if time < start || (left_open && time == start) {
            time = time.saturating_add(step);
        }
        let mut numbers: FxHashMap<Labels, usize> = FxHashMap::default();
        let mut found: Vec<(Labels, bool, Vec<i64>, Vec<f64>)> = Vec::new();
        while time <= end {
            self.spend(1)?;
            for sample in self.vector(&subquery.node, time)? {
                let number = *numbers.entry(sample.labels.clone()).or_insert_with(|| {
                    found.push((sample.labels, sample.drop_name, Vec::new(), Vec::new()));
                    found.len() - 1
                });
                found[number].2.push(time);
                found[number].3.push(sample.value);
            }
            let Some(next) = time.checked_add(step) else {
                break;
            };
            time = next;
        }
        let drop_now = !keep_name && !self.query.options.target.features.delayed_name_removal;
        let windows = found
            .into_iter()
            .map(|(labels, drop_name, times, values)| {
                let labels = if drop_now {
                    labels.without_name()
                } else {
                    labels
                };
                let window = Window {
                    times: Cow::Owned(times),
                    values: Cow::Owned(values),
                    start,
                    end,
                    now,
                };
                (labels, drop_name || !keep_name, window)
            })
            .collect();
        Ok(windows)
    }

    fn call(&mut self, call: &'a CallNode, now: i64) -> Outcome {
        match call.body {
            Body::Map(map) => self.map(call, now, |value, _| Some(map(value))),
            Body::MapWith(map) => self.map(call, now, map),
            Body::Window { reduce, keep_name } => self.reduce(call, now, *reduce, *keep_name),
            Body::Whole(whole) => whole(self, call, now),
        }
    }

    /// A function of each sample and some scalars; the name goes.
    fn map(
        &mut self,
        call: &'a CallNode,
        now: i64,
        map: impl Fn(f64, &[f64]) -> Option<f64>,
    ) -> Outcome {
        // Functions of time (`hour()`) take the time of evaluation where no vector is given.
        let Some((vector, scalars)) = call.args.split_first() else {
            let value = map(now as f64 / 1000.0, &[]).unwrap_or(f64::NAN);
            return Ok(Value::Vector(vec![Sample::new(Labels::empty(), value)]));
        };
        let vector = self.vector(vector, now)?;
        let scalars = self.scalars(scalars, now)?;
        let mut result = Vec::with_capacity(vector.len());
        for mut sample in vector {
            if let Some(value) = map(sample.value, &scalars) {
                sample.value = value;
                self.drop_name(&mut sample);
                result.push(sample);
            }
        }
        self.check_unique(&result)?;
        Ok(Value::Vector(result))
    }

    /// A function of a window and some scalars.
    fn reduce(
        &mut self,
        call: &'a CallNode,
        now: i64,
        reduce: functions::Reduce,
        keep_name: bool,
    ) -> Outcome {
        let scalars = self.scalars(&call.args, now)?;
        let Some(range) = &call.range else {
            return Err(EvalError::new("expected a range vector"));
        };
        let target = &self.query.options.target;
        let mut result = Vec::new();
        for (labels, drop_name, window) in self.windows(range, now, keep_name)? {
            if let Some(value) = reduce(&window, &scalars, target) {
                let mut sample = Sample::new(labels, value);
                sample.drop_name = drop_name;
                result.push(sample);
            }
        }
        let unique =
            matches!(range, RangeNode::Selector(s) if self.query.selectors[*s].fixes_name());
        if !unique && !keep_name {
            self.check_unique(&result)?;
        }
        Ok(Value::Vector(result))
    }

    pub fn scalars(&mut self, nodes: &'a [Node], now: i64) -> Result<Vec<f64>, EvalError> {
        nodes.iter().map(|node| self.scalar(node, now)).collect()
    }
}
