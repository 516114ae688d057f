//! The aggregation operators.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::eval::Evaluation;
use super::go_math::{KahanSum, quantile};
use super::plan::AggregateNode;
use super::value::{EvalError, Sample, Value};
use crate::labels::{Labels, METRIC_NAME};
use crate::promql::AggregateOp;
use crate::target::{Target, Version};

pub(super) fn eval<'a>(
    evaluation: &mut Evaluation<'a>,
    node: &'a AggregateNode,
    now: i64,
) -> Result<Vec<Sample>, EvalError> {
    match node.op {
        AggregateOp::Topk | AggregateOp::Bottomk => select_extremes(evaluation, node, now),
        AggregateOp::CountValues => count_values(evaluation, node, now),
        _ => {
            let phi = number_param(evaluation, node, now)?;
            let vector = evaluation.vector(&node.node, now)?;
            let target = &evaluation.query.options.target;
            let groups = group(node, vector);
            Ok(groups
                .into_iter()
                .map(|(labels, samples)| {
                    let values: Vec<f64> = samples.iter().map(|sample| sample.value).collect();
                    Sample::new(labels, reduce(node.op, &values, phi, target))
                })
                .collect())
        }
    }
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

/// The samples of each group, groups in the order of their first sample. An empty vector has no groups.
fn group(node: &AggregateNode, vector: Vec<Sample>) -> Vec<(Labels, Vec<Sample>)> {
    let mut numbers: FxHashMap<Labels, usize> = FxHashMap::default();
    let mut groups: Vec<(Labels, Vec<Sample>)> = Vec::new();
    for sample in vector {
        let labels = group_labels(node, &sample);
        let number = *numbers.entry(labels.clone()).or_insert_with(|| {
            groups.push((labels, Vec::new()));
            groups.len() - 1
        });
        groups[number].1.push(sample);
    }
    groups
}

fn group_labels(node: &AggregateNode, sample: &Sample) -> Labels {
    let listed = |name: &str| node.labels.iter().any(|label| &**label == name);
    if node.without {
        sample
            .labels
            .filter(|name| name != METRIC_NAME && !listed(name))
    } else {
        sample
            .labels
            .filter(|name| listed(name) && !(sample.drop_name && name == METRIC_NAME))
    }
}

/// One number out of the values of a group, of which there is at least one.
fn reduce(op: AggregateOp, values: &[f64], phi: f64, target: &Target) -> f64 {
    match op {
        AggregateOp::Sum => sum(values, target),
        AggregateOp::Avg => avg(values, target),
        AggregateOp::Count => values.len() as f64,
        AggregateOp::Group => 1.0,
        AggregateOp::Min => extreme(values, |best, value| best > value),
        AggregateOp::Max => extreme(values, |best, value| best < value),
        AggregateOp::Stdvar => variance(values, target),
        AggregateOp::Stddev => variance(values, target).sqrt(),
        AggregateOp::Quantile => quantile(phi, values),
        // The others keep or count whole samples and do not come here.
        _ => f64::NAN,
    }
}

/// Compensated summation came with 2.53.
fn is_compensated(target: &Target) -> bool {
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

/// Sum by count, turning to an incremental mean where the sum would overflow (2.53 and later, `avg` and
/// `avg_over_time` alike).
pub(super) fn compensated_mean(values: &[f64]) -> f64 {
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
    let wanted = number_param(evaluation, node, now)?;
    if wanted.is_nan() {
        return Err(EvalError::new("Parameter value is NaN"));
    }
    if wanted.abs() >= 9_223_372_036_854_775_807.0 {
        return Err(EvalError::new(format!(
            "Scalar value {wanted} overflows int64"
        )));
    }
    let vector = evaluation.vector(&node.node, now)?;
    if wanted < 1.0 {
        return Ok(Vec::new());
    }
    let top = node.op == AggregateOp::Topk;
    let mut result = Vec::new();
    for (_, mut samples) in group(node, vector) {
        samples.sort_by(|a, b| {
            let by_value = if top {
                b.value.partial_cmp(&a.value)
            } else {
                a.value.partial_cmp(&b.value)
            };
            (a.value.is_nan().cmp(&b.value.is_nan()))
                .then(by_value.unwrap_or(std::cmp::Ordering::Equal))
        });
        samples.truncate(wanted as usize);
        result.extend(samples);
    }
    Ok(result)
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
    let mut result: Vec<Sample> = Vec::new();
    for sample in vector {
        // The new label takes part in the grouping, as if it had been on the sample.
        let mut labels = sample.labels.edit();
        labels.set(Arc::clone(&label), shortest(sample.value));
        let marked = Sample {
            labels: labels.build(),
            ..sample
        };
        let mut key = group_labels(node, &marked).edit();
        if !node.without {
            key.set(Arc::clone(&label), shortest(sample.value));
        }
        let key = key.build();
        let number = *counts.entry(key.clone()).or_insert_with(|| {
            result.push(Sample::new(key, 0.0));
            result.len() - 1
        });
        result[number].value += 1.0;
    }
    Ok(result)
}

pub(super) fn is_label_name(name: &str, target: &Target) -> bool {
    if target.utf8_names() {
        !name.is_empty()
    } else {
        crate::labels::is_classic_label_name(name)
    }
}

/// The shortest decimal that reads back as the value, without exponent (`FormatFloat(v, 'f', -1, 64)`).
fn shortest(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else {
        value.to_string()
    }
}
