//! The binary operators: numbers, a vector and a number, two vectors with matching.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::eval::{Evaluation, Outcome};
use super::go_math::{arithmetic, compare};
use super::plan::BinaryNode;
use super::value::{EvalError, Sample, Value};
use crate::labels::{Labels, METRIC_NAME};
use crate::promql::{BinaryOp, Cardinality, Name, ValueType, VectorMatching};
use crate::target::{Target, Version};

pub(super) fn eval<'a>(evaluation: &mut Evaluation<'a>, node: &'a BinaryNode, now: i64) -> Outcome {
    match (node.lhs_type, node.rhs_type) {
        (ValueType::Scalar, ValueType::Scalar) => {
            let lhs = evaluation.scalar(&node.lhs, now)?;
            let rhs = evaluation.scalar(&node.rhs, now)?;
            Ok(Value::Scalar(scalars(node.op, lhs, rhs)))
        }
        (ValueType::Scalar, _) => {
            let lhs = evaluation.scalar(&node.lhs, now)?;
            let rhs = evaluation.vector(&node.rhs, now)?;
            with_number(evaluation, node, rhs, |value| (lhs, value))
        }
        (_, ValueType::Scalar) => {
            let lhs = evaluation.vector(&node.lhs, now)?;
            let rhs = evaluation.scalar(&node.rhs, now)?;
            with_number(evaluation, node, lhs, |value| (value, rhs))
        }
        _ => {
            let lhs = evaluation.vector(&node.lhs, now)?;
            let rhs = evaluation.vector(&node.rhs, now)?;
            let matching = &node.matching;
            let vector = match node.op {
                BinaryOp::And => keep_by_partner(lhs, &rhs, matching, true),
                BinaryOp::Unless => keep_by_partner(lhs, &rhs, matching, false),
                BinaryOp::Or => union(lhs, rhs, matching),
                _ => match_vectors(evaluation, node, lhs, rhs)?,
            };
            Ok(Value::Vector(vector))
        }
    }
}

fn scalars(op: BinaryOp, lhs: f64, rhs: f64) -> f64 {
    if op.is_comparison() {
        f64::from(u8::from(compare(op, lhs, rhs)))
    } else {
        arithmetic(op, lhs, rhs)
    }
}

/// A vector and a number: `VectorscalarBinop`. `sides` puts the two in their order. A comparison keeps the vector's
/// value, on whichever side it stands.
fn with_number(
    evaluation: &Evaluation<'_>,
    node: &BinaryNode,
    vector: Vec<Sample>,
    sides: impl Fn(f64) -> (f64, f64),
) -> Outcome {
    let mut result = Vec::with_capacity(vector.len());
    let drops_name = node.return_bool || drops_name(node.op, &evaluation.query.options.target);
    for mut sample in vector {
        let (lhs, rhs) = sides(sample.value);
        if node.op.is_comparison() {
            let holds = compare(node.op, lhs, rhs);
            if node.return_bool {
                sample.value = f64::from(u8::from(holds));
            } else if !holds {
                continue;
            }
        } else {
            sample.value = arithmetic(node.op, lhs, rhs);
        }
        if drops_name {
            evaluation.drop_name(&mut sample);
        }
        result.push(sample);
    }
    if drops_name {
        evaluation.check_unique(&result)?;
    }
    Ok(Value::Vector(result))
}

/// Arithmetic means something new, so the name goes; `atan2` forgot to until 3.0 (`shouldDropMetricName`).
fn drops_name(op: BinaryOp, target: &Target) -> bool {
    match op {
        BinaryOp::Atan2 => target.prometheus >= Version::new(3, 0),
        BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::Mod
        | BinaryOp::Pow => true,
        _ => false,
    }
}

/// The labels by which a series looks for its partner.
fn signature(labels: &Labels, matching: &VectorMatching) -> Labels {
    if matching.on {
        labels.filter(|name| names(&matching.labels, name))
    } else {
        labels.filter(|name| name != METRIC_NAME && !names(&matching.labels, name))
    }
}

fn names(list: &[Name], name: &str) -> bool {
    list.iter().any(|listed| &*listed.text == name)
}

/// `and` (partners wanted) and `unless` (partners unwanted).
fn keep_by_partner(
    lhs: Vec<Sample>,
    rhs: &[Sample],
    matching: &VectorMatching,
    wanted: bool,
) -> Vec<Sample> {
    let partners: FxHashSet<Labels> = rhs
        .iter()
        .map(|sample| signature(&sample.labels, matching))
        .collect();
    lhs.into_iter()
        .filter(|sample| partners.contains(&signature(&sample.labels, matching)) == wanted)
        .collect()
}

/// `or`: the left side, and of the right side what has no partner there.
fn union(lhs: Vec<Sample>, rhs: Vec<Sample>, matching: &VectorMatching) -> Vec<Sample> {
    let left: FxHashSet<Labels> = lhs
        .iter()
        .map(|sample| signature(&sample.labels, matching))
        .collect();
    let mut result = lhs;
    result.extend(
        rhs.into_iter()
            .filter(|sample| !left.contains(&signature(&sample.labels, matching))),
    );
    result
}

/// Arithmetic and comparison of two vectors: `VectorBinop`.
fn match_vectors(
    evaluation: &Evaluation<'_>,
    node: &BinaryNode,
    lhs: Vec<Sample>,
    rhs: Vec<Sample>,
) -> Result<Vec<Sample>, EvalError> {
    let matching = &node.matching;
    // With `group_right` the sides swap: the "many" side is walked, the "one" side is looked up.
    let swapped = matching.cardinality == Cardinality::OneToMany;
    let (many, one) = if swapped { (rhs, lhs) } else { (lhs, rhs) };
    if many.is_empty() || one.is_empty() {
        return Ok(Vec::new());
    }
    let partners = index_one_side(&one, matching)?;
    let one_to_one = matching.cardinality == Cardinality::OneToOne;
    let target = &evaluation.query.options.target;
    let mut matched: FxHashMap<Labels, FxHashSet<Labels>> = FxHashMap::default();
    let mut result = Vec::new();
    for sample in many {
        let signature = signature(&sample.labels, matching);
        let Some(&partner) = partners.get(&signature) else {
            continue;
        };
        let (lhs, rhs) = if swapped {
            (partner.value, sample.value)
        } else {
            (sample.value, partner.value)
        };
        let combined = combine(node, lhs, rhs);
        // From 3.0 on a pair counts as matched even if the comparison drops it.
        if combined.is_none() && !(one_to_one && target.left_open()) {
            continue;
        }
        let is_new = !matched.contains_key(&signature);
        if one_to_one && !is_new {
            return Err(EvalError::new(
                "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
            ));
        }
        let joined_before = matched.entry(signature).or_default();
        let Some(value) = combined else { continue };
        let drop_name = node.return_bool || drops_name(node.op, target);
        let mut joined = Sample {
            labels: result_labels(&sample.labels, &partner.labels, matching),
            value,
            drop_name: sample.drop_name,
        };
        if drop_name {
            evaluation.drop_name(&mut joined);
        }
        if !one_to_one && !joined_before.insert(joined.labels.clone()) {
            return Err(EvalError::new(
                "multiple matches for labels: grouping labels must ensure unique matches",
            ));
        }
        result.push(joined);
    }
    evaluation.check_unique(&result)?;
    Ok(result)
}

fn index_one_side<'s>(
    one: &'s [Sample],
    matching: &VectorMatching,
) -> Result<FxHashMap<Labels, &'s Sample>, EvalError> {
    let mut partners: FxHashMap<Labels, &Sample> = FxHashMap::default();
    for sample in one {
        let signature = signature(&sample.labels, matching);
        if let Some(earlier) = partners.insert(signature.clone(), sample) {
            let side = if matching.cardinality == Cardinality::OneToMany {
                "left"
            } else {
                "right"
            };
            return Err(EvalError::new(format!(
                "found duplicate series for the match group {} on the {side} hand-side of the operation: \
                 [{}, {}];many-to-many matching not allowed: matching labels must be unique on one side",
                signature.in_braces(),
                earlier.labels.in_braces(),
                sample.labels.in_braces()
            )));
        }
    }
    Ok(partners)
}

fn combine(node: &BinaryNode, lhs: f64, rhs: f64) -> Option<f64> {
    if !node.op.is_comparison() {
        return Some(arithmetic(node.op, lhs, rhs));
    }
    let holds = compare(node.op, lhs, rhs);
    if node.return_bool {
        Some(f64::from(u8::from(holds)))
    } else {
        holds.then_some(lhs)
    }
}

/// The labels of a joined pair, the name aside: `resultMetric`.
fn result_labels(many: &Labels, one: &Labels, matching: &VectorMatching) -> Labels {
    if matching.cardinality == Cardinality::OneToOne {
        return if matching.on {
            many.filter(|name| names(&matching.labels, name))
        } else {
            many.filter(|name| !names(&matching.labels, name))
        };
    }
    if matching.include.is_empty() {
        return many.clone();
    }
    let mut builder = many.edit();
    for label in &matching.include {
        match one.get_arc(&label.text) {
            Some(value) => builder.set(Arc::clone(&label.text), Arc::clone(value)),
            None => builder.remove(&label.text),
        };
    }
    builder.build()
}
