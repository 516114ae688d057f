//! Functions that look into histograms, native and classic.

use rustc_hash::FxHashMap;

use super::super::annotation::Repair;
use super::super::eval::{Evaluation, Outcome, strip_name};
use super::super::go_math::shortest;
use super::super::plan::CallNode;
use super::super::value::{EvalError, Sample, Value};
use super::classic_histogram::{self, Bucket};
use super::{for_metric, warn_quantile};
use crate::labels::{BUCKET, Labels, quote};
use crate::source::Span;
use crate::storage::histogram::NanObservations;
use crate::storage::{Histogram, SampleValue};

pub(super) fn count<'a>(e: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    each(e, call, now, |histogram| histogram.count)
}

pub(super) fn sum<'a>(e: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    each(e, call, now, |histogram| histogram.sum)
}

pub(super) fn avg<'a>(e: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    each(e, call, now, Histogram::average)
}

pub(super) fn stddev<'a>(e: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    each(e, call, now, Histogram::standard_deviation)
}

pub(super) fn stdvar<'a>(e: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    each(e, call, now, Histogram::variance)
}

/// A number out of each native histogram; numbers are passed over.
fn each<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
    of: impl Fn(&Histogram) -> f64,
) -> Outcome {
    let vector = evaluation.vector(&call.args[0], now)?;
    let mut result = Vec::with_capacity(vector.len());
    for mut sample in vector {
        let value = sample.value.histogram().map(|histogram| of(histogram));
        if let Some(value) = value {
            sample.value = value.into();
            evaluation.drop_name(&mut sample);
            result.push(sample);
        }
    }
    evaluation.check_unique(&result)?;
    Ok(Value::Vector(result))
}

/// The histograms of a vector: native ones as they are, classic ones put together from their buckets.
struct Histograms {
    native: Vec<(Sample, String)>,
    classic: Vec<Classic>,
}

struct Classic {
    labels: Labels,
    drop_name: bool,
    name: String,
    buckets: Vec<Bucket>,
}

/// Where the parts of the call stand, for annotations.
#[derive(Clone, Copy)]
struct Places {
    vector: Span,
}

fn histograms(evaluation: &mut Evaluation<'_>, vector: Vec<Sample>, places: Places) -> Histograms {
    let mut found = Histograms {
        native: Vec::new(),
        classic: Vec::new(),
    };
    let mut numbers: FxHashMap<Labels, usize> = FxHashMap::default();
    for sample in vector {
        let name = sample.labels.metric_name().unwrap_or("").to_owned();
        let value = match &sample.value {
            SampleValue::Histogram(_) => {
                found.native.push((sample, name));
                continue;
            }
            SampleValue::Float(value) => *value,
        };
        let le = sample.labels.get(BUCKET).unwrap_or("");
        let Some(upper) = classic_histogram::bound(le) else {
            evaluation.annotations.warn(
                places.vector,
                format!(
                    "bucket label {} is missing or has a malformed value of {}{}",
                    quote(BUCKET),
                    quote(le),
                    for_metric(&name)
                ),
            );
            continue;
        };
        let keeps_name = evaluation
            .query
            .options
            .target
            .features
            .delayed_name_removal;
        let labels = strip_name(&sample.labels, evaluation.query);
        let labels = if keeps_name {
            sample.labels.clone()
        } else {
            labels
        };
        let labels = labels.filter(|label| label != BUCKET);
        let number = *numbers.entry(labels.clone()).or_insert_with(|| {
            found.classic.push(Classic {
                labels,
                drop_name: keeps_name,
                name,
                buckets: Vec::new(),
            });
            found.classic.len() - 1
        });
        found.classic[number].buckets.push(Bucket {
            upper,
            count: value,
        });
    }
    let clashes = |classic: &Classic, (native, _): &(Sample, String)| {
        classic.labels.without_name() == native.labels.without_name()
    };
    let mut clashing = Vec::new();
    for (number, classic) in found.classic.iter().enumerate() {
        if found.native.iter().any(|native| clashes(classic, native)) {
            evaluation.annotations.warn(
                places.vector,
                format!(
                    "vector contains a mix of classic and native histograms{}",
                    for_metric(&classic.name)
                ),
            );
            clashing.push(number);
        }
    }
    found.native.retain(|native| {
        !clashing
            .iter()
            .any(|&number| clashes(&found.classic[number], native))
    });
    for number in clashing.into_iter().rev() {
        found.classic.remove(number);
    }
    found
}

pub(super) fn quantile<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    let phi = evaluation.scalar(&call.args[0], now)?;
    let vector = evaluation.vector(&call.args[1], now)?;
    warn_quantile(evaluation.annotations, phi, call.arg_spans[0]);
    let places = Places {
        vector: call.arg_spans[1],
    };
    let found = histograms(evaluation, vector, places);
    let result = quantiles_of(evaluation, &found, phi, places, now);
    evaluation.check_unique(&result)?;
    Ok(Value::Vector(result))
}

/// `histogram_quantiles(v, "label", φ₁, φ₂, …)`: a sample for each quantile, which stands in the label.
pub(super) fn quantiles<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    let vector = evaluation.vector(&call.args[0], now)?;
    let Value::String(label) = evaluation.eval(&call.args[1], now)? else {
        return Err(EvalError::new("expected a string as label name"));
    };
    if !super::super::aggregate::is_label_name(&label, &evaluation.query.options.target) {
        return Err(EvalError::new(format!(
            "invalid label name {}",
            quote(&label)
        )));
    }
    let places = Places {
        vector: call.arg_spans[0],
    };
    let found = histograms(evaluation, vector, places);
    let mut result = Vec::new();
    for (argument, span) in call.args[2..].iter().zip(&call.arg_spans[2..]) {
        let phi = evaluation.scalar(argument, now)?;
        warn_quantile(evaluation.annotations, phi, *span);
        for mut sample in quantiles_of(evaluation, &found, phi, places, now) {
            let mut labels = sample.labels.edit();
            labels.set(label.clone(), open_metrics(phi));
            sample.labels = labels.build();
            result.push(sample);
        }
    }
    evaluation.check_unique(&result)?;
    Ok(Value::Vector(result))
}

/// A number as OpenMetrics writes it: a whole one with `.0`.
fn open_metrics(value: f64) -> String {
    let text = shortest(value);
    if value.is_finite() && !text.contains('.') {
        return format!("{text}.0");
    }
    text
}

fn quantiles_of(
    evaluation: &mut Evaluation<'_>,
    found: &Histograms,
    phi: f64,
    places: Places,
    now: i64,
) -> Vec<Sample> {
    let mut result = Vec::new();
    for (sample, name) in &found.native {
        let Some(histogram) = sample.value.histogram() else {
            continue;
        };
        let estimate = histogram.quantile(phi);
        let effect = match estimate.nan_observations {
            Some(NanObservations::Result) => Some("result is NaN"),
            Some(NanObservations::Skew) => Some("result is skewed higher"),
            None => None,
        };
        if let Some(effect) = effect {
            evaluation.annotations.info(
                places.vector,
                format!(
                    "input to histogram_quantile has NaN observations, {effect}{}",
                    for_metric(name)
                ),
            );
        }
        let mut sample = Sample::new(sample.labels.clone(), estimate.value);
        evaluation.drop_name(&mut sample);
        result.push(sample);
    }
    for classic in &found.classic {
        let tolerant = classic_histogram::is_tolerant(&evaluation.query.options.target);
        let (value, raised) = classic_histogram::quantile(phi, classic.buckets.clone(), tolerant);
        if let Some(raised) = raised {
            // Without delayed name removal Prometheus has dropped the name by now.
            let features = &evaluation.query.options.target.features;
            let name = if features.delayed_name_removal {
                &*classic.name
            } else {
                ""
            };
            let message = format!(
                "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile){}",
                for_metric(name)
            );
            let repair = Repair {
                lowest: raised.lowest,
                highest: raised.highest,
                most: raised.most,
                histograms: 1,
                times: (now, now),
            };
            evaluation
                .annotations
                .repaired(places.vector, message, repair);
        }
        let mut sample = Sample::new(classic.labels.clone(), value);
        sample.drop_name = classic.drop_name;
        result.push(sample);
    }
    result
}

/// The share of observations between two values.
pub(super) fn fraction<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    let lower = evaluation.scalar(&call.args[0], now)?;
    let upper = evaluation.scalar(&call.args[1], now)?;
    let vector = evaluation.vector(&call.args[2], now)?;
    let places = Places {
        vector: call.arg_spans[2],
    };
    let found = histograms(evaluation, vector, places);
    let mut result = Vec::new();
    for (sample, name) in &found.native {
        let Some(histogram) = sample.value.histogram() else {
            continue;
        };
        let estimate = histogram.fraction(lower, upper);
        if estimate.nan_observations.is_some() {
            evaluation.annotations.info(
                places.vector,
                format!(
                    "input to histogram_fraction has NaN observations, which are excluded from all fractions{}",
                    for_metric(name)
                ),
            );
        }
        let mut sample = Sample::new(sample.labels.clone(), estimate.value);
        evaluation.drop_name(&mut sample);
        result.push(sample);
    }
    for classic in found.classic {
        let value = classic_histogram::fraction(lower, upper, classic.buckets);
        let mut sample = Sample::new(classic.labels, value);
        sample.drop_name = classic.drop_name;
        result.push(sample);
    }
    evaluation.check_unique(&result)?;
    Ok(Value::Vector(result))
}
