//! `label_replace` and `label_join`.

use std::sync::Arc;

use super::super::aggregate::is_label_name;
use super::super::eval::{Evaluation, Outcome};
use super::super::plan::{CallNode, Node};
use super::super::value::{EvalError, Sample, Value, check_unique};
use crate::labels::{METRIC_NAME, quote};
use crate::regex::{Anchoring, Pattern};

pub(super) fn label_replace<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    let vector = evaluation.vector(&call.args[0], now)?;
    let [target, replacement, source, regex] = texts(&call.args[1..])?;
    let pattern = Pattern::parse(&regex, Anchoring::LabelReplace).map_err(|_| {
        EvalError::new(format!(
            "invalid regular expression in label_replace(): {regex}"
        ))
    })?;
    if !is_label_name(&target, &evaluation.query.options.target) {
        return Err(EvalError::new(format!(
            "invalid destination label name in label_replace(): {target}"
        )));
    }
    let replaced = |sample: Sample| {
        let value = sample.labels.get(&source).unwrap_or("");
        match pattern.captures(value) {
            Some(captures) => {
                let value = pattern.expand(&replacement, value, &captures);
                with_label(sample, &target, value)
            }
            None => sample,
        }
    };
    finish(vector.into_iter().map(replaced).collect())
}

pub(super) fn label_join<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    let vector = evaluation.vector(&call.args[0], now)?;
    let [target, separator] = texts(&call.args[1..3])?;
    let sources = call.args[3..]
        .iter()
        .map(text)
        .collect::<Result<Vec<_>, _>>()?;
    let names = &evaluation.query.options.target;
    for source in &sources {
        if !is_label_name(source, names) {
            return Err(EvalError::new(format!(
                "invalid source label name in label_join(): {source}"
            )));
        }
    }
    if !is_label_name(&target, names) {
        return Err(EvalError::new(format!(
            "invalid destination label name in label_join(): {target}"
        )));
    }
    let joined = |sample: Sample| {
        let values: Vec<&str> = sources
            .iter()
            .map(|source| sample.labels.get(source).unwrap_or(""))
            .collect();
        let value = values.join(&separator);
        with_label(sample, &target, value)
    };
    finish(vector.into_iter().map(joined).collect())
}

fn with_label(mut sample: Sample, target: &Arc<str>, value: String) -> Sample {
    let mut labels = sample.labels.edit();
    labels.set(Arc::clone(target), value);
    sample.labels = labels.build();
    // A name that was set on purpose stays.
    if &**target == METRIC_NAME {
        sample.drop_name = false;
    }
    sample
}

fn finish(vector: Vec<Sample>) -> Outcome {
    check_unique(&vector)?;
    Ok(Value::Vector(vector))
}

fn texts<const N: usize>(nodes: &[Node]) -> Result<[Arc<str>; N], EvalError> {
    let texts: Vec<Arc<str>> = nodes.iter().map(text).collect::<Result<_, _>>()?;
    texts
        .try_into()
        .map_err(|_| EvalError::new("wrong number of arguments"))
}

fn text(node: &Node) -> Result<Arc<str>, EvalError> {
    match node {
        Node::String(text) => Ok(Arc::clone(text)),
        other => Err(EvalError::new(format!(
            "expected a string, got {}",
            quote(&format!("{other:?}"))
        ))),
    }
}
