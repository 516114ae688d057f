//! `absent` and `absent_over_time`.

use super::super::eval::{Evaluation, Outcome};
use super::super::plan::CallNode;
use super::super::value::{EvalError, Sample, Value};
use crate::labels::{Labels, LabelsBuilder, METRIC_NAME, MatchOp};
use crate::promql::{Expr, ExprKind};

/// The labels of the result: those that an equality matcher fixes, if no other matcher is about them
/// (`createLabelsForAbsentFunction`). Nothing for arguments that are no selectors.
pub(in super::super) fn absent_labels(argument: Option<&Expr>) -> Labels {
    let selector = match argument.map(|argument| &argument.without_parens().kind) {
        Some(ExprKind::Vector(selector)) => selector,
        Some(ExprKind::Matrix(matrix)) => &matrix.selector,
        _ => return Labels::empty(),
    };
    let mut builder = LabelsBuilder::default();
    let mut seen: Vec<&str> = Vec::new();
    for matcher in selector.matchers.iter().map(|m| &m.matcher) {
        if &*matcher.name == METRIC_NAME {
            continue;
        }
        if matcher.op == MatchOp::Equal && !seen.contains(&&*matcher.name) {
            builder.set(matcher.name.clone(), matcher.value.clone());
            seen.push(&matcher.name);
        } else {
            builder.remove(&matcher.name);
        }
    }
    builder.build()
}

pub(super) fn absent<'a>(evaluation: &mut Evaluation<'a>, call: &'a CallNode, now: i64) -> Outcome {
    let vector = evaluation.vector(&call.args[0], now)?;
    Ok(one_if(vector.is_empty(), call))
}

pub(super) fn absent_over_time<'a>(
    evaluation: &mut Evaluation<'a>,
    call: &'a CallNode,
    now: i64,
) -> Outcome {
    let Some(range) = &call.range else {
        return Err(EvalError::new("expected a range vector"));
    };
    let mut is_absent = true;
    evaluation.each_window(range, now, true, &mut |_, _, _, _| is_absent = false)?;
    Ok(one_if(is_absent, call))
}

fn one_if(absent: bool, call: &CallNode) -> Value {
    let sample = absent.then(|| Sample::new(call.absent_labels.clone(), 1.0));
    Value::Vector(sample.into_iter().collect())
}
