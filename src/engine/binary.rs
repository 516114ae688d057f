//! The binary operators: numbers, a vector and a number, two vectors with matching.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::eval::{Evaluation, Outcome};
use super::go_math::{arithmetic, compare};
use super::plan::BinaryNode;
use super::value::{EvalError, Sample, Value};
use crate::labels::{Labels, METRIC_NAME};
use crate::promql::{BinaryOp, Cardinality, CounterResetHint, Name, ValueType, VectorMatching};
use crate::storage::histogram::Keep;
use crate::storage::{Histogram, SampleValue};
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
            with_number(evaluation, node, rhs, |value| (lhs.into(), value))
        }
        (_, ValueType::Scalar) => {
            let lhs = evaluation.vector(&node.lhs, now)?;
            let rhs = evaluation.scalar(&node.rhs, now)?;
            with_number(evaluation, node, lhs, |value| (value, rhs.into()))
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

/// Two values under an operator: what comes out, or nothing where a comparison fails or the kinds do not fit
/// (`vectorElemBinop`). A comparison yields its left side.
fn combine_values(
    evaluation: &mut Evaluation<'_>,
    node: &BinaryNode,
    lhs: &SampleValue,
    rhs: &SampleValue,
) -> Option<SampleValue> {
    use SampleValue::{Float, Histogram};
    match (lhs, rhs) {
        (Float(a), Float(b)) if node.op.is_comparison() => {
            compare(node.op, *a, *b).then(|| lhs.clone())
        }
        (Float(_), Float(_)) if is_trim(node.op) => incompatible(evaluation, node, lhs, rhs),
        (Float(a), Float(b)) => Some(Float(arithmetic(node.op, *a, *b))),
        (Float(factor), Histogram(histogram)) if node.op == BinaryOp::Mul => {
            Some(changed(histogram, |histogram| histogram.mul(*factor)))
        }
        (Histogram(histogram), Float(number)) => match node.op {
            BinaryOp::Mul => Some(changed(histogram, |histogram| histogram.mul(*number))),
            BinaryOp::Div => Some(changed(histogram, |histogram| histogram.div(*number))),
            BinaryOp::TrimUpper => Some(changed(histogram, |h| h.trim(*number, Keep::Below))),
            BinaryOp::TrimLower => Some(changed(histogram, |h| h.trim(*number, Keep::Above))),
            _ => incompatible(evaluation, node, lhs, rhs),
        },
        (Histogram(a), Histogram(b)) => match node.op {
            BinaryOp::Add | BinaryOp::Sub => join_histograms(evaluation, node, a, b),
            BinaryOp::Eq => a.equals(b).then(|| lhs.clone()),
            BinaryOp::Ne => (!a.equals(b)).then(|| lhs.clone()),
            _ => incompatible(evaluation, node, lhs, rhs),
        },
        _ => incompatible(evaluation, node, lhs, rhs),
    }
}

/// Numbers compare with numbers; histograms are equal or not and nothing else.
fn are_comparable(op: BinaryOp, lhs: &SampleValue, rhs: &SampleValue) -> bool {
    match (lhs, rhs) {
        (SampleValue::Float(_), SampleValue::Float(_)) => true,
        (SampleValue::Histogram(_), SampleValue::Histogram(_)) => {
            matches!(op, BinaryOp::Eq | BinaryOp::Ne)
        }
        _ => false,
    }
}

fn is_trim(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::TrimUpper | BinaryOp::TrimLower)
}

fn changed(histogram: &Histogram, change: impl FnOnce(&mut Histogram)) -> SampleValue {
    let mut histogram = histogram.clone();
    change(&mut histogram);
    histogram.into()
}

fn incompatible(
    evaluation: &mut Evaluation<'_>,
    node: &BinaryNode,
    lhs: &SampleValue,
    rhs: &SampleValue,
) -> Option<SampleValue> {
    let kind = |value: &SampleValue| match value {
        SampleValue::Float(_) => "float",
        SampleValue::Histogram(_) => "histogram",
    };
    let op = node.op.as_str();
    let message = format!(
        "incompatible sample types encountered for binary operator \"{op}\": {} {op} {}",
        kind(lhs),
        kind(rhs)
    );
    evaluation.annotations.info(node.span, message);
    None
}

fn join_histograms(
    evaluation: &mut Evaluation<'_>,
    node: &BinaryNode,
    a: &Histogram,
    b: &Histogram,
) -> Option<SampleValue> {
    let mut total = a.clone();
    let (joined, operation) = if node.op == BinaryOp::Add {
        (total.add(b), "addition")
    } else {
        (total.sub(b), "subtraction")
    };
    let Ok(joined) = joined else {
        let op = node.op.as_str();
        let message = format!("incompatible bucket layout encountered for binary operator {op}");
        evaluation.annotations.warn(node.span, message);
        return None;
    };
    if joined.hint_collision {
        let message = format!("conflicting counter resets during histogram {operation}");
        evaluation.annotations.warn(node.span, message);
    }
    if joined.bounds_reconciled {
        let message = format!("mismatched custom buckets were reconciled during {operation}");
        evaluation.annotations.info(node.span, message);
    }
    if node.op == BinaryOp::Sub {
        total.hint = CounterResetHint::Gauge;
    }
    total.compact();
    Some(total.into())
}

/// A vector and a number: `VectorscalarBinop`. `sides` puts the two in their order. A comparison keeps the vector's
/// value, on whichever side it stands.
fn with_number(
    evaluation: &mut Evaluation<'_>,
    node: &BinaryNode,
    vector: Vec<Sample>,
    sides: impl Fn(SampleValue) -> (SampleValue, SampleValue),
) -> Outcome {
    let mut result = Vec::with_capacity(vector.len());
    let drops_name = node.return_bool || drops_name(node.op, &evaluation.query.options.target);
    for mut sample in vector {
        let (lhs, rhs) = sides(sample.value.clone());
        let combined = combine_values(evaluation, node, &lhs, &rhs);
        if !node.op.is_comparison() {
            let Some(value) = combined else { continue };
            sample.value = value;
        } else if node.return_bool {
            if !are_comparable(node.op, &lhs, &rhs) {
                continue;
            }
            sample.value = f64::from(u8::from(combined.is_some())).into();
        } else if combined.is_none() {
            continue;
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
        | BinaryOp::Pow
        | BinaryOp::TrimUpper
        | BinaryOp::TrimLower => true,
        _ => false,
    }
}

/// The labels by which a series of a binary operation looks for its partner.
#[must_use]
pub fn signature(labels: &Labels, matching: &VectorMatching) -> Labels {
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
    evaluation: &mut Evaluation<'_>,
    node: &BinaryNode,
    lhs: Vec<Sample>,
    rhs: Vec<Sample>,
) -> Result<Vec<Sample>, EvalError> {
    let matching = &node.matching;
    // With `group_right` the sides swap: the "many" side is walked, the "one" side is looked up.
    let swapped = matching.cardinality == Cardinality::OneToMany;
    let (many, one) = if swapped { (rhs, lhs) } else { (lhs, rhs) };
    // Prometheus swaps the sides and not the fill values: with `group_right`, `fill_left` fills the right side.
    let (fill_many, fill_one) = (matching.fill_left, matching.fill_right);
    if (many.is_empty() && fill_many.is_none()) || (one.is_empty() && fill_one.is_none()) {
        return Ok(Vec::new());
    }
    let partners = index_one_side(&one, matching)?;
    let mut pairing = Pairing {
        node,
        swapped,
        matched: FxHashMap::default(),
        result: Vec::new(),
    };
    for sample in &many {
        let signature = signature(&sample.labels, matching);
        match (partners.get(&signature), fill_one) {
            (Some(&partner), _) => pairing.join(evaluation, signature, sample, partner)?,
            (None, Some(fill)) => {
                let partner = Sample::unlabelled(fill);
                pairing.join(evaluation, signature, sample, &partner)?;
            }
            (None, None) => {}
        }
    }
    if let Some(fill) = fill_many {
        for partner in &one {
            let signature = signature(&partner.labels, matching);
            if !pairing.matched.contains_key(&signature) {
                let sample = Sample::new(signature.clone(), fill);
                pairing.join(evaluation, signature, &sample, partner)?;
            }
        }
    }
    evaluation.check_unique(&pairing.result)?;
    Ok(pairing.result)
}

/// The pairs found so far, and what came out of them.
struct Pairing<'n> {
    node: &'n BinaryNode,
    swapped: bool,
    /// For each group the label sets that were joined.
    matched: FxHashMap<Labels, FxHashSet<Labels>>,
    result: Vec<Sample>,
}

impl Pairing<'_> {
    fn join(
        &mut self,
        evaluation: &mut Evaluation<'_>,
        signature: Labels,
        sample: &Sample,
        partner: &Sample,
    ) -> Result<(), EvalError> {
        let node = self.node;
        let matching = &node.matching;
        let target = &evaluation.query.options.target;
        let one_to_one = matching.cardinality == Cardinality::OneToOne;
        // From 3.0 on a pair counts as matched even if the comparison drops it.
        let counts_dropped = target.left_open();
        let drop_name = node.return_bool || drops_name(node.op, target);
        let (lhs, rhs) = if self.swapped {
            (&partner.value, &sample.value)
        } else {
            (&sample.value, &partner.value)
        };
        let combined = combine_values(evaluation, node, lhs, rhs);
        let value = if node.return_bool && are_comparable(node.op, lhs, rhs) {
            Some(f64::from(u8::from(combined.is_some())).into())
        } else if node.return_bool {
            None
        } else {
            combined
        };
        let is_new = !self.matched.contains_key(&signature);
        if value.is_some() || counts_dropped {
            if one_to_one && !is_new {
                return Err(EvalError::new(
                    "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
                ));
            }
            self.matched.entry(signature.clone()).or_default();
        }
        let Some(value) = value else { return Ok(()) };
        let mut joined = Sample {
            labels: result_labels(&sample.labels, &partner.labels, matching),
            value,
            drop_name: sample.drop_name,
        };
        if drop_name {
            evaluation.drop_name(&mut joined);
        }
        let joined_before = self.matched.entry(signature).or_default();
        if !one_to_one && !joined_before.insert(joined.labels.clone()) {
            return Err(EvalError::new(
                "multiple matches for labels: grouping labels must ensure unique matches",
            ));
        }
        self.result.push(joined);
        Ok(())
    }
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
