//! The aggregation operators.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::annotation::ratio_doubt;
use super::eval::Evaluation;
use super::functions::{for_metric, name_of, warn_quantile};
use super::go_math::{KahanSum, quantile, shortest};
use super::histograms::{self, Joined};
use super::plan::AggregateNode;
use super::value::{EvalError, Sample, Value};
use crate::labels::{Labels, METRIC_NAME};
use crate::promql::AggregateOp;
use crate::storage::{Histogram, SampleValue};
use crate::target::{Target, Version};

pub(super) fn eval<'a>(
    evaluation: &mut Evaluation<'a>,
    node: &'a AggregateNode,
    now: i64,
) -> Result<Vec<Sample>, EvalError> {
    match node.op {
        AggregateOp::Topk | AggregateOp::Bottomk => select_extremes(evaluation, node, now),
        AggregateOp::Limitk => limit(evaluation, node, now),
        AggregateOp::LimitRatio => limit_ratio(evaluation, node, now),
        AggregateOp::CountValues => count_values(evaluation, node, now),
        _ => {
            let phi = number_param(evaluation, node, now)?;
            let vector = evaluation.vector(&node.node, now)?;
            if node.op == AggregateOp::Quantile && !vector.is_empty() {
                warn_quantile(evaluation.annotations, phi, node.param_span);
            }
            Ok(values(evaluation, node, vector, phi))
        }
    }
}

/// A sample for each group.
fn values(
    evaluation: &mut Evaluation<'_>,
    node: &AggregateNode,
    vector: Vec<Sample>,
    phi: f64,
) -> Vec<Sample> {
    let target = &evaluation.query.options.target;
    let grouping = &mut evaluation.groupings[node.number];
    grouping.fit(&vector, |labels| group_labels(node, labels));
    if !target.features.delayed_name_removal
        && let Some(groups) = grouping.numbers(&vector)
    {
        return groups
            .map(|(labels, values)| {
                Sample::new(labels.clone(), reduce_numbers(node.op, values, phi, target))
            })
            .collect();
    }
    let mut result = Vec::new();
    for (labels, samples) in grouping.samples(vector) {
        if let Some(value) = reduce(evaluation, node, &samples, phi) {
            let mut sample = Sample::new(labels, value);
            sample.drop_name = samples.iter().any(|sample| sample.drop_name);
            result.push(sample);
        }
    }
    result
}

/// One value out of the samples of a group, of which there is at least one.
fn reduce(
    evaluation: &mut Evaluation<'_>,
    node: &AggregateNode,
    samples: &[Sample],
    phi: f64,
) -> Option<SampleValue> {
    if matches!(node.op, AggregateOp::Count | AggregateOp::Group) {
        // Whatever the samples are.
        let ones = vec![1.0; samples.len()];
        let target = &evaluation.query.options.target;
        return Some(SampleValue::Float(reduce_numbers(
            node.op, &ones, phi, target,
        )));
    }
    let numbers: Vec<f64> = samples.iter().filter_map(|s| s.value.float()).collect();
    let target = &evaluation.query.options.target;
    if numbers.len() == samples.len() {
        return Some(SampleValue::Float(reduce_numbers(
            node.op, &numbers, phi, target,
        )));
    }
    if !matches!(node.op, AggregateOp::Sum | AggregateOp::Avg) {
        let value = (!numbers.is_empty()).then(|| reduce_numbers(node.op, &numbers, phi, target));
        note_ignored(evaluation, node);
        return value.map(SampleValue::Float);
    }
    if !numbers.is_empty() {
        evaluation.annotations.warn(
            node.expr_span,
            "encountered a mix of histograms and floats for aggregation",
        );
        return None;
    }
    let list: Vec<&Histogram> = samples
        .iter()
        .filter_map(|sample| sample.value.histogram().map(|histogram| &**histogram))
        .collect();
    let joined = if node.op == AggregateOp::Sum {
        histograms::sum(&list)
    } else {
        histograms::avg(&list)
    };
    finish_histogram(evaluation, node, joined, name_of(&samples[0]))
}

fn finish_histogram(
    evaluation: &mut Evaluation<'_>,
    node: &AggregateNode,
    joined: Option<Joined>,
    name: &str,
) -> Option<SampleValue> {
    let Some(joined) = joined else {
        let message = format!(
            "vector contains a mix of histograms with exponential and custom buckets schemas{}",
            for_metric(name)
        );
        evaluation.annotations.warn(node.expr_span, message);
        return None;
    };
    if joined.hint_collision {
        let message = "conflicting counter resets during histogram aggregation";
        evaluation.annotations.warn(node.expr_span, message);
    }
    if joined.bounds_reconciled {
        let message = "mismatched custom buckets were reconciled during aggregation";
        evaluation.annotations.info(node.expr_span, message);
    }
    Some(joined.histogram.into())
}

fn note_ignored(evaluation: &mut Evaluation<'_>, node: &AggregateNode) {
    let message = format!("ignored histogram in {} aggregation", node.op.as_str());
    evaluation.annotations.info(node.expr_span, message);
}

fn number_param<'a>(
    evaluation: &mut Evaluation<'a>,
    node: &'a AggregateNode,
    now: i64,
) -> Result<f64, EvalError> {
    match &node.param {
        Some(param) => evaluation.scalar(param, now),
        None => Ok(0.0),
    }
}

/// The parameter of `topk` and its like, which must fit 64 bits.
fn whole_param<'a>(
    evaluation: &mut Evaluation<'a>,
    node: &'a AggregateNode,
    now: i64,
) -> Result<f64, EvalError> {
    let wanted = number_param(evaluation, node, now)?;
    if wanted.is_nan() {
        return Err(EvalError::new("Parameter value is NaN"));
    }
    if wanted.abs() >= 9_223_372_036_854_775_807.0 {
        return Err(EvalError::new(format!(
            "Scalar value {wanted} overflows int64"
        )));
    }
    Ok(wanted)
}

/// The labels and samples of each group, in the order of their first samples.
type Groups = Vec<(Labels, Vec<Sample>)>;

/// The samples of each group. An empty vector has no groups.
fn group(evaluation: &mut Evaluation<'_>, node: &AggregateNode, vector: Vec<Sample>) -> Groups {
    let grouping = &mut evaluation.groupings[node.number];
    grouping.fit(&vector, |labels| group_labels(node, labels));
    grouping.samples(vector)
}

fn group_labels(node: &AggregateNode, labels: &Labels) -> Labels {
    let listed = |name: &str| node.labels.iter().any(|label| &**label == name);
    if node.without {
        labels.filter(|name| name != METRIC_NAME && !listed(name))
    } else {
        // A name that is to be dropped at the end of the query is still there to group by.
        labels.filter(listed)
    }
}

/// One number out of the values of a group, of which there is at least one.
fn reduce_numbers(op: AggregateOp, values: &[f64], phi: f64, target: &Target) -> f64 {
    match op {
        AggregateOp::Sum => sum(values, target),
        AggregateOp::Avg => avg(values, target),
        AggregateOp::Min => extreme(values, |best, value| best > value),
        AggregateOp::Max => extreme(values, |best, value| best < value),
        AggregateOp::Stdvar => variance(values, target),
        AggregateOp::Stddev => variance(values, target).sqrt(),
        AggregateOp::Quantile => quantile(phi, values),
        AggregateOp::Count => values.len() as f64,
        AggregateOp::Group => 1.0,
        // The others keep or count whole samples and do not come here.
        _ => f64::NAN,
    }
}

/// Compensated summation, and care for infinite sums, came with 2.53.
pub(super) fn is_compensated(target: &Target) -> bool {
    target.prometheus >= Version::new(2, 53)
}

fn sum(values: &[f64], target: &Target) -> f64 {
    if !is_compensated(target) {
        return values
            .iter()
            .skip(1)
            .fold(values[0], |sum, value| sum + value);
    }
    let mut sum = KahanSum::default();
    for &value in values {
        sum.add(value);
    }
    sum.total()
}

/// The mean, as `avg` and `avg_over_time` of each version calculate it.
fn avg(values: &[f64], target: &Target) -> f64 {
    if is_compensated(target) {
        return compensated_mean(values);
    }
    let mut mean = 0.0_f64;
    for (&value, count) in values.iter().zip(1_u32..) {
        let count = f64::from(count);
        if mean.is_infinite() {
            // An infinite mean stays until the other infinity or a NaN comes.
            let same_infinity = value.is_infinite() && (mean > 0.0) == (value > 0.0);
            if same_infinity || value.is_finite() {
                continue;
            }
        }
        mean += value / count - mean / count;
    }
    mean
}

/// `avg_over_time`; until 2.52 it compensated an incremental mean.
pub(super) fn mean_of(values: &[f64], target: &Target) -> f64 {
    if is_compensated(target) {
        return compensated_mean(values);
    }
    let mut mean = KahanSum::default();
    for (&value, count) in values.iter().zip(1_u32..) {
        let count = f64::from(count);
        if mean.sum.is_infinite() {
            let same_infinity = value.is_infinite() && (mean.sum > 0.0) == (value > 0.0);
            if same_infinity || value.is_finite() {
                continue;
            }
        }
        mean.add(value / count - mean.sum / count);
    }
    mean.total()
}

/// Sum by count, turning to an incremental mean where the sum would overflow (2.53 and later, `avg` and
/// `avg_over_time` alike).
fn compensated_mean(values: &[f64]) -> f64 {
    let mut sum = KahanSum::default();
    let mut incremental = false;
    let mut count = 0.0;
    for &value in values {
        count += 1.0;
        if !incremental {
            let mut next = sum;
            next.add(value);
            if count == 1.0 || !next.sum.is_infinite() {
                sum = next;
                continue;
            }
            incremental = true;
            sum.sum /= count - 1.0;
            sum.compensation /= count - 1.0;
        }
        let keep = (count - 1.0) / count;
        sum.sum *= keep;
        sum.compensation *= keep;
        sum.add(value / count);
    }
    if incremental {
        sum.sum + sum.compensation
    } else {
        sum.sum / count + sum.compensation / count
    }
}

/// The value that no other beats; NaN is beaten by everything.
fn extreme(values: &[f64], beaten: impl Fn(f64, f64) -> bool) -> f64 {
    values.iter().skip(1).fold(values[0], |best, &value| {
        if beaten(best, value) || best.is_nan() {
            value
        } else {
            best
        }
    })
}

/// Population variance by Welford's method. A lone infinity has no variance; 2.x said 0.
fn variance(values: &[f64], target: &Target) -> f64 {
    let mut mean = values[0];
    let mut squares = 0.0;
    if !values[0].is_finite() && is_compensated(target) {
        squares = f64::NAN;
    }
    for (&value, count) in values.iter().zip(1_u32..).skip(1) {
        let delta = value - mean;
        mean += delta / f64::from(count);
        squares += delta * (value - mean);
    }
    squares / values.len() as f64
}

/// `topk` and `bottomk`: the best of each group, best first.
fn select_extremes<'a>(
    evaluation: &mut Evaluation<'a>,
    node: &'a AggregateNode,
    now: i64,
) -> Result<Vec<Sample>, EvalError> {
    let (wanted, groups) = choice(evaluation, node, now)?;
    let top = node.op == AggregateOp::Topk;
    let mut result = Vec::new();
    for (_, samples) in groups {
        let all = samples.len();
        let mut numbers: Vec<(f64, Sample)> = samples
            .into_iter()
            .filter_map(|sample| Some((sample.value.float()?, sample)))
            .collect();
        if numbers.len() < all {
            note_ignored(evaluation, node);
        }
        numbers.sort_by(|(a, _), (b, _)| {
            let by_value = if top {
                b.partial_cmp(a)
            } else {
                a.partial_cmp(b)
            };
            (a.is_nan().cmp(&b.is_nan())).then(by_value.unwrap_or(std::cmp::Ordering::Equal))
        });
        numbers.truncate(wanted);
        result.extend(numbers.into_iter().map(|(_, sample)| sample));
    }
    Ok(result)
}

/// `limitk`: the first of each group.
fn limit<'a>(
    evaluation: &mut Evaluation<'a>,
    node: &'a AggregateNode,
    now: i64,
) -> Result<Vec<Sample>, EvalError> {
    let (wanted, groups) = choice(evaluation, node, now)?;
    let groups = groups.into_iter();
    let chosen = groups.flat_map(|(_, samples)| samples.into_iter().take(wanted));
    Ok(chosen.collect())
}

/// How many samples of each group are wanted, and the groups; none where none are wanted.
fn choice<'a>(
    evaluation: &mut Evaluation<'a>,
    node: &'a AggregateNode,
    now: i64,
) -> Result<(usize, Groups), EvalError> {
    let wanted = whole_param(evaluation, node, now)?;
    let vector = evaluation.vector(&node.node, now)?;
    if wanted < 1.0 {
        return Ok((0, Vec::new()));
    }
    Ok((wanted as usize, group(evaluation, node, vector)))
}

/// `limit_ratio`: the series whose hash lies in the lower part of all hashes; with a negative ratio, the others.
fn limit_ratio<'a>(
    evaluation: &mut Evaluation<'a>,
    node: &'a AggregateNode,
    now: i64,
) -> Result<Vec<Sample>, EvalError> {
    let given = number_param(evaluation, node, now)?;
    let vector = evaluation.vector(&node.node, now)?;
    if given.is_nan() {
        return Err(EvalError::new("Ratio value is NaN"));
    }
    let ratio = given.clamp(-1.0, 1.0);
    if let Some(doubt) = ratio_doubt(given) {
        evaluation.annotations.warn(node.param_span, doubt);
    }
    let is_chosen = |sample: &Sample| {
        let place = hash(&sample.labels) as f64 / u64::MAX as f64;
        (ratio >= 0.0 && place < ratio) || (ratio < 0.0 && place >= 1.0 + ratio)
    };
    Ok(vector.into_iter().filter(is_chosen).collect())
}

/// `labels.Hash`: xxHash of the labels in Prometheus's packed form, each text with its length before it.
fn hash(labels: &Labels) -> u64 {
    let mut packed = Vec::new();
    for text in labels.iter().flat_map(|label| [&label.name, &label.value]) {
        match u8::try_from(text.len()) {
            Ok(length) if length < 255 => packed.push(length),
            _ => {
                packed.push(255);
                packed.extend(&(text.len() as u32).to_le_bytes()[..3]);
            }
        }
        packed.extend(text.as_bytes());
    }
    xxhash_rust::xxh64::xxh64(&packed, 0)
}

/// `count_values`: how often each value occurs, the value as a label.
fn count_values<'a>(
    evaluation: &mut Evaluation<'a>,
    node: &'a AggregateNode,
    now: i64,
) -> Result<Vec<Sample>, EvalError> {
    let label = match &node.param {
        Some(param) => evaluation.eval(param, now)?,
        None => Value::Scalar(0.0),
    };
    let Value::String(label) = label else {
        return Err(EvalError::new("expected a string as label name"));
    };
    if !is_label_name(&label, &evaluation.query.options.target) {
        return Err(EvalError::new(format!(
            "invalid label name {}",
            crate::labels::quote(&label)
        )));
    }
    let vector = evaluation.vector(&node.node, now)?;
    let mut counts: FxHashMap<Labels, usize> = FxHashMap::default();
    let mut result: Vec<(Labels, f64)> = Vec::new();
    for sample in vector {
        // The new label takes part in the grouping, as if it had been on the sample.
        let text = match &sample.value {
            SampleValue::Float(value) => shortest(*value),
            SampleValue::Histogram(histogram) => histogram.to_string(),
        };
        let text: Arc<str> = text.into();
        let mut labels = sample.labels.edit();
        labels.set(Arc::clone(&label), Arc::clone(&text));
        let mut key = group_labels(node, &labels.build()).edit();
        if !node.without {
            key.set(Arc::clone(&label), text);
        }
        let key = key.build();
        let number = *counts.entry(key.clone()).or_insert_with(|| {
            result.push((key, 0.0));
            result.len() - 1
        });
        result[number].1 += 1.0;
    }
    let samples = result.into_iter();
    Ok(samples
        .map(|(labels, count)| Sample::new(labels, count))
        .collect())
}

pub(super) fn is_label_name(name: &str, target: &Target) -> bool {
    if target.utf8_names() {
        !name.is_empty() && crate::labels::is_utf8(name)
    } else {
        crate::labels::is_classic_label_name(name)
    }
}
