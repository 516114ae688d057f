//! Functions that look at their whole argument, or at none.

use std::cmp::Ordering;

use super::super::eval::{Evaluation, Outcome};
use super::super::go_math;
use super::super::plan::CallNode;
use super::super::value::{Sample, Value};
use crate::labels::Labels;

pub(super) fn pi<'a>(_: &mut Evaluation<'a>, _: &'a CallNode, _: i64) -> Outcome {
    Ok(Value::Scalar(std::f64::consts::PI))
}

pub(super) fn time<'a>(_: &mut Evaluation<'a>, _: &'a CallNode, now: i64) -> Outcome {
    Ok(Value::Scalar(now as f64 / 1000.0))
}

/// The value of a lone sample; NaN for none or several.
pub(super) fn scalar<'a>(evaluation: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    let vector = evaluation.vector(&call.args[0], now)?;
    let numbers: Vec<&Sample> = vector
        .iter()
        .filter(|s| s.value.float().is_some())
        .collect();
    let value = match numbers.as_slice() {
        [sample] => sample.value.float().unwrap_or(f64::NAN),
        _ => f64::NAN,
    };
    Ok(Value::Scalar(value))
}

pub(super) fn vector<'a>(evaluation: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    let value = evaluation.scalar(&call.args[0], now)?;
    Ok(Value::Vector(vec![Sample::new(Labels::empty(), value)]))
}

/// `start()`: the first step of the query.
pub(super) fn start<'a>(e: &mut Evaluation<'a>, _: &'a CallNode, _: i64) -> Outcome {
    Ok(Value::Scalar(e.start as f64 / 1000.0))
}

/// `end()`: the last step of the query.
pub(super) fn end<'a>(e: &mut Evaluation<'a>, _: &'a CallNode, _: i64) -> Outcome {
    Ok(Value::Scalar(e.end as f64 / 1000.0))
}

/// `step()`: the time between two steps.
pub(super) fn step<'a>(e: &mut Evaluation<'a>, _: &'a CallNode, _: i64) -> Outcome {
    Ok(Value::Scalar(e.query.options.step_ms as f64 / 1000.0))
}

/// `range()`: from the first to the last step.
pub(super) fn range<'a>(e: &mut Evaluation<'a>, _: &'a CallNode, _: i64) -> Outcome {
    Ok(Value::Scalar(e.query.options.range_ms as f64 / 1000.0))
}

/// `min_of(a, b)`
pub(super) fn min_of<'a>(e: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    let (a, b) = (e.scalar(&call.args[0], now)?, e.scalar(&call.args[1], now)?);
    Ok(Value::Scalar(go_math::min(a, b)))
}

/// `max_of(a, b)`
pub(super) fn max_of<'a>(e: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    let (a, b) = (e.scalar(&call.args[0], now)?, e.scalar(&call.args[1], now)?);
    Ok(Value::Scalar(go_math::max(a, b)))
}

/// The time of evaluation for each sample; `timestamp(selector)` itself is [`super::super::plan::Node::SampleTime`].
pub(super) fn timestamp<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    let mut vector = evaluation.vector(&call.args[0], now)?;
    for sample in &mut vector {
        sample.value = (now as f64 / 1000.0).into();
        evaluation.drop_name(sample);
    }
    evaluation.check_unique(&vector)?;
    Ok(Value::Vector(vector))
}

/// What is calculated has no start; `start_timestamp(selector)` itself is [`super::super::plan::Node::SampleStart`].
pub(super) fn start_timestamp<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    evaluation.vector(&call.args[0], now)?;
    Ok(Value::Vector(Vec::new()))
}

pub(super) fn sort<'a>(evaluation: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    sorted(evaluation, call, now, |a, b| a.partial_cmp(&b))
}

pub(super) fn sort_desc<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    sorted(evaluation, call, now, |a, b| b.partial_cmp(&a))
}

/// Sorted by value; NaN comes last both ways.
fn sorted<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
    order: impl Fn(f64, f64) -> Option<Ordering>,
) -> Outcome {
    warn_in_range(evaluation, call);
    let vector = evaluation.vector(&call.args[0], now)?;
    let mut numbers: Vec<(f64, Sample)> = vector
        .into_iter()
        .filter_map(|sample| Some((sample.value.float()?, sample)))
        .collect();
    numbers.sort_by(|(a, _), (b, _)| {
        (a.is_nan().cmp(&b.is_nan())).then(order(*a, *b).unwrap_or(Ordering::Equal))
    });
    let sorted = numbers.into_iter().map(|(_, sample)| sample);
    Ok(Value::Vector(sorted.collect()))
}

pub(super) fn sort_by_label<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    sorted_by_label(evaluation, call, now, false)
}

pub(super) fn sort_by_label_desc<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    sorted_by_label(evaluation, call, now, true)
}

fn warn_in_range(evaluation: &mut Evaluation<'_>, call: &CallNode) {
    if evaluation.is_range {
        evaluation.annotations.warn(
            call.span,
            "sort is ineffective for range queries since results are always ordered by labels",
        );
    }
}

/// Sorted by the named labels in natural order, then by all labels.
fn sorted_by_label<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
    descending: bool,
) -> Outcome {
    warn_in_range(evaluation, call);
    let mut vector = evaluation.vector(&call.args[0], now)?;
    let mut names = Vec::new();
    for argument in &call.args[1..] {
        if let Value::String(name) = evaluation.eval(argument, now)? {
            names.push(name);
        }
    }
    let value = |sample: &Sample, name: &str| sample.labels.get(name).unwrap_or("").to_owned();
    vector.sort_by(|a, b| {
        let by_names = names
            .iter()
            .map(|name| natural_order(&value(a, name), &value(b, name)))
            .find(|order| order.is_ne());
        let order = by_names.unwrap_or_else(|| a.labels.cmp(&b.labels));
        if descending { order.reverse() } else { order }
    });
    Ok(Value::Vector(vector))
}

/// Runs of digits compare as numbers, everything else byte by byte.
fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (left, right) = (digits(a), digits(b));
        if left > 0 && right > 0 {
            let number = |text: &[u8]| {
                let zeros = text.iter().take_while(|&&byte| byte == b'0').count();
                text[zeros..].to_vec()
            };
            let (x, y) = (number(&a[..left]), number(&b[..right]));
            let order = (x.len().cmp(&y.len())).then_with(|| x.cmp(&y));
            if order.is_ne() {
                return order;
            }
            (a, b) = (&a[left..], &b[right..]);
            continue;
        }
        match (a.split_first(), b.split_first()) {
            (Some((x, rest_a)), Some((y, rest_b))) if x == y => (a, b) = (rest_a, rest_b),
            (x, y) => return x.map(|x| x.0).cmp(&y.map(|y| y.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_compare_as_numbers() {
        assert_eq!(natural_order("cpu9", "cpu10"), Ordering::Less);
        assert_eq!(natural_order("a", "a1"), Ordering::Less);
        assert_eq!(natural_order("a02", "a2"), Ordering::Equal);
    }
}
