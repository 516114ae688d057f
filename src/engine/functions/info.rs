//! `info`: labels of info metrics, put on the series that have the same `job` and `instance`.

use super::super::eval::{Evaluation, Outcome};
use super::super::plan::CallNode;
use super::super::value::EvalError;

pub(super) fn info<'a>(_: &mut Evaluation<'a>, _: &'a CallNode, _: i64) -> Outcome {
    Err(EvalError::new("`info` cannot be evaluated yet"))
}
