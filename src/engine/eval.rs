use rustc_hash::FxHashMap;

use super::annotation::{Annotation, Annotations};
use super::grouping::Grouping;
use super::limits::{Listing, Meter};
use super::plan::{CallNode, Node, Query, Root};
use super::remembered::Steps;
use super::selector::{SelectorCache, Window};
use super::value::{EvalError, Points, Sample, Value, check_unique};
use super::{aggregate, binary, functions};
use crate::labels::{Labels, METRIC_NAME};
use crate::storage::{Histogram, SampleValue, Storage};
use crate::target::Version;

/// Evaluates one query again and again over one storage that only grows.
#[derive(Debug)]
pub struct Evaluator<'q> {
    query: &'q Query,
    caches: Vec<SelectorCache>,
    groupings: Vec<Grouping>,
    steps: Vec<Steps>,
    annotations: Annotations,
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
        Self {
            query,
            caches,
            groupings: (0..query.groupings).map(|_| Grouping::default()).collect(),
            steps: (0..query.subqueries).map(|_| Steps::default()).collect(),
            annotations: Annotations::default(),
        }
    }

    /// The value at `time` (milliseconds since the Unix epoch). The storage must be the one of earlier calls.
    pub fn instant(&mut self, storage: &Storage, time: i64) -> Outcome {
        self.annotations.clear();
        let value = self.step(storage, time, (time, time), false)?;
        let Value::Vector(vector) = value else {
            return Ok(value);
        };
        self.without_delayed_names(vector).map(Value::Vector)
    }

    /// The values at every `step` from `start` to `end`, all in milliseconds, by series.
    pub fn range(&mut self, storage: &Storage, start: i64, end: i64, step: i64) -> Outcome {
        self.annotations.clear();
        let mut numbers: FxHashMap<Labels, usize> = FxHashMap::default();
        let mut series: Vec<Points> = Vec::new();
        let mut time = start;
        while time <= end {
            let vector = match self.step(storage, time, (start, end), true)? {
                Value::Scalar(value) => vec![Sample::unlabelled(value)],
                Value::Vector(vector) => self.without_delayed_names(vector)?,
                Value::String(_) | Value::Matrix(_) => {
                    return Err(EvalError::new(
                        "a range query must yield a scalar or an instant vector",
                    ));
                }
            };
            for sample in vector {
                let number = *numbers.entry(sample.labels.clone()).or_insert_with(|| {
                    series.push(Points {
                        labels: sample.labels,
                        points: Vec::new(),
                    });
                    series.len() - 1
                });
                series[number].points.push((time, sample.value));
            }
            match time.checked_add(step.max(1)) {
                Some(next) => time = next,
                None => break,
            }
        }
        Ok(Value::Matrix(series))
    }

    /// The annotations of the last evaluation, in the order in which they came up.
    #[must_use]
    pub fn annotations(&self) -> &[Annotation] {
        self.annotations.as_slice()
    }

    fn step(
        &mut self,
        storage: &Storage,
        time: i64,
        (start, end): (i64, i64),
        is_range: bool,
    ) -> Outcome {
        let mut evaluation = Evaluation {
            query: self.query,
            storage,
            caches: &mut self.caches,
            groupings: &mut self.groupings,
            steps: &mut self.steps,
            annotations: &mut self.annotations,
            start,
            end,
            is_range,
            meter: Meter::new(self.query.options.target.max_samples),
        };
        match &self.query.root {
            Root::Value(node) => evaluation.eval(node, time),
            Root::Range(range) => evaluation.matrix(range, time).map(Value::Matrix),
        }
    }

    fn without_delayed_names(&self, vector: Vec<Sample>) -> Result<Vec<Sample>, EvalError> {
        if !self.query.options.target.features.delayed_name_removal {
            return Ok(vector);
        }
        let vector: Vec<Sample> = vector
            .into_iter()
            .map(|sample| match sample.drop_name {
                true => Sample::new(strip_name(&sample.labels, self.query), sample.value),
                false => sample,
            })
            .collect();
        check_unique(&vector)?;
        Ok(vector)
    }
}

/// The labels without the metric name; type and unit are parts of the name where they are labels at all.
pub(super) fn strip_name(labels: &Labels, query: &Query) -> Labels {
    if query.options.target.features.type_and_unit_labels {
        return labels.filter(|name| !matches!(name, METRIC_NAME | "__type__" | "__unit__"));
    }
    labels.without_name()
}

/// One evaluation under way.
pub(super) struct Evaluation<'a> {
    pub query: &'a Query,
    pub storage: &'a Storage,
    pub caches: &'a mut [SelectorCache],
    /// What each aggregation remembers.
    pub groupings: &'a mut [Grouping],
    /// What each subquery remembers.
    pub steps: &'a mut [Steps],
    pub annotations: &'a mut Annotations,
    /// The times of `@ start()` and `@ end()`.
    pub start: i64,
    pub end: i64,
    /// Whether it is a step of a range query.
    pub is_range: bool,
    pub meter: Meter,
}

impl<'a> Evaluation<'a> {
    pub fn eval(&mut self, node: &'a Node, now: i64) -> Outcome {
        let before = self.meter.held();
        let value = self.value(node, now)?;
        let settled = self.meter.settle(before, &value, self.listing(node));
        settled.map_err(|error| match node {
            Node::Instant(selector)
            | Node::Smoothed(selector)
            | Node::SampleTime(selector)
            | Node::SampleStart(selector) => error.at(self.query.selectors[*selector].span),
            Node::Call(call) => error.at(call.span),
            Node::Aggregate(node) => error.at(node.span),
            Node::Binary(node) => error.at(node.span),
            Node::Number(_) | Node::String(_) | Node::Negate(_) => error,
        })?;
        Ok(value)
    }

    fn listing(&self, node: &Node) -> Listing {
        match node {
            // Aggregations do without a list since 2.53.
            Node::Aggregate(_) if self.query.options.target.prometheus >= Version::new(2, 53) => {
                Listing::Nothing
            }
            Node::Negate(_) => Listing::InPlace,
            Node::SampleTime(_) | Node::SampleStart(_) => Listing::Result,
            _ => Listing::Arguments,
        }
    }

    fn value(&mut self, node: &'a Node, now: i64) -> Outcome {
        match node {
            Node::Number(value) => Ok(Value::Scalar(*value)),
            Node::String(text) => Ok(Value::String(text.clone())),
            Node::Instant(selector) => self.instant_vector(*selector, now).map(Value::Vector),
            Node::Smoothed(selector) => self.smoothed_vector(*selector, now).map(Value::Vector),
            Node::SampleTime(selector) => self.sample_times(*selector, now).map(Value::Vector),
            Node::SampleStart(selector) => self.sample_starts(*selector, now).map(Value::Vector),
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
            Value::Scalar(value) => Ok(vec![Sample::unlabelled(value)]),
            Value::String(_) | Value::Matrix(_) => {
                Err(EvalError::new("expected an instant vector"))
            }
        }
    }

    /// The value of a node whose type is a scalar.
    pub fn scalar(&mut self, node: &'a Node, now: i64) -> Result<f64, EvalError> {
        match self.eval(node, now)? {
            Value::Scalar(value) => Ok(value),
            Value::Vector(_) | Value::String(_) | Value::Matrix(_) => {
                Err(EvalError::new("expected a scalar"))
            }
        }
    }

    pub fn scalars(&mut self, nodes: &'a [Node], now: i64) -> Result<Vec<f64>, EvalError> {
        nodes.iter().map(|node| self.scalar(node, now)).collect()
    }

    /// Marks the metric name of a sample as dropped: at once, or at the end of the query with delayed name removal.
    pub fn drop_name(&self, sample: &mut Sample) {
        if self.query.options.target.features.delayed_name_removal {
            sample.drop_name = true;
        } else {
            sample.labels = strip_name(&sample.labels, self.query);
        }
    }

    /// Checks that no two samples have equal labels; with delayed name removal that waits for the end.
    pub fn check_unique(&self, vector: &[Sample]) -> Result<(), EvalError> {
        if self.query.options.target.features.delayed_name_removal {
            return Ok(());
        }
        check_unique(vector)
    }

    fn negate(&mut self, inner: &'a Node, now: i64) -> Outcome {
        match self.eval(inner, now)? {
            Value::Vector(mut vector) => {
                for sample in &mut vector {
                    sample.value = match &sample.value {
                        SampleValue::Float(value) => SampleValue::Float(-value),
                        SampleValue::Histogram(histogram) => {
                            let mut negated = Histogram::clone(histogram);
                            negated.negate();
                            negated.into()
                        }
                    };
                    self.drop_name(sample);
                }
                self.check_unique(&vector)?;
                Ok(Value::Vector(vector))
            }
            Value::Scalar(value) => Ok(Value::Scalar(-value)),
            Value::String(_) | Value::Matrix(_) => {
                Err(EvalError::new("expected a number or vector"))
            }
        }
    }

    fn call(&mut self, call: &'a CallNode, now: i64) -> Outcome {
        use functions::Body;
        match call.body {
            Body::Map(map) => self.map(call, now, |value, _| Some(map(value))),
            Body::MapWith(map) => self.map(call, now, map),
            Body::Floats(reduce) => self.reduce(call, now, false, |window, scope| {
                functions::of_floats(*reduce, window, scope)
            }),
            Body::Window { reduce, keep_name } => self.reduce(call, now, *keep_name, reduce),
            Body::Whole(whole) => whole(self, call, now),
        }
    }

    /// A function of each number and some scalars; the name goes, and so do histograms.
    fn map(
        &mut self,
        call: &'a CallNode,
        now: i64,
        map: impl Fn(f64, &[f64]) -> Option<f64>,
    ) -> Outcome {
        // Functions of time (`hour()`) take the time of evaluation where no vector is given.
        let Some((vector, scalars)) = call.args.split_first() else {
            let value = map(now as f64 / 1000.0, &[]).unwrap_or(f64::NAN);
            return Ok(Value::Vector(vec![Sample::unlabelled(value)]));
        };
        let vector = self.vector(vector, now)?;
        let scalars = self.scalars(scalars, now)?;
        let mut result = Vec::with_capacity(vector.len());
        for mut sample in vector {
            let value = sample.value.float().and_then(|value| map(value, &scalars));
            if let Some(value) = value {
                sample.value = value.into();
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
        keep_name: bool,
        reduce: impl Fn(&Window<'_>, &mut functions::Scope<'_>) -> Option<SampleValue>,
    ) -> Outcome {
        let scalars = self.scalars(&call.args, now)?;
        let Some(range) = &call.range else {
            return Err(EvalError::new("expected a range vector"));
        };
        let target = &self.query.options.target;
        let mut result = Vec::with_capacity(self.series_of(range));
        self.each_window(
            range,
            now,
            keep_name,
            &mut |labels, drop_name, window, annotations| {
                let mut scope = functions::Scope {
                    call,
                    scalars: &scalars,
                    target,
                    annotations,
                };
                if let Some(value) = reduce(window, &mut scope) {
                    let mut sample = Sample::new(labels, value);
                    sample.drop_name = drop_name;
                    result.push(sample);
                }
            },
        )?;
        let unique = self.fixes_name(range);
        if !unique && !keep_name {
            self.check_unique(&result)?;
        }
        Ok(Value::Vector(result))
    }
}
