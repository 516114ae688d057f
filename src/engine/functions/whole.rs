//! Functions that look at their whole argument, or at none.

use std::cmp::Ordering;

use super::super::eval::{Evaluation, Outcome};
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
    let value = match vector.as_slice() {
        [sample] => sample.value,
        _ => f64::NAN,
    };
    Ok(Value::Scalar(value))
}

pub(super) fn vector<'a>(evaluation: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    let value = evaluation.scalar(&call.args[0], now)?;
    Ok(Value::Vector(vec![Sample::new(Labels::empty(), value)]))
}

/// The time of evaluation for each sample; `timestamp(selector)` itself is [`super::super::plan::Node::SampleTime`].
pub(super) fn timestamp<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    let mut vector = evaluation.vector(&call.args[0], now)?;
    for sample in &mut vector {
        sample.value = now as f64 / 1000.0;
        evaluation.drop_name(sample);
    }
    evaluation.check_unique(&vector)?;
    Ok(Value::Vector(vector))
}

/// The functions that look into native histograms find nothing in floats, and only floats are loaded.
pub(super) fn no_native_histograms<'a>(
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
    let mut vector = evaluation.vector(&call.args[0], now)?;
    vector.sort_by(|a, b| {
        (a.value.is_nan().cmp(&b.value.is_nan()))
            .then(order(a.value, b.value).unwrap_or(Ordering::Equal))
    });
    Ok(Value::Vector(vector))
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

/// Sorted by the named labels in natural order, then by all labels.
fn sorted_by_label<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
    descending: bool,
) -> Outcome {
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
