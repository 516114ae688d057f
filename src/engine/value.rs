use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::labels::Labels;
use crate::source::Span;
use crate::storage::SampleValue;

/// What a query yields.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// One number.
    Scalar(f64),
    /// One string.
    String(Arc<str>),
    /// A sample per series, in no promised order except where `sort` or `topk` is outermost.
    Vector(Vec<Sample>),
    /// Samples over time per series: an instant query of a range vector, or a range query.
    Matrix(Vec<Points>),
}

/// One series at one time.
#[derive(Clone, PartialEq, Debug)]
pub struct Sample {
    /// The labels, with the metric name where the expression keeps it.
    pub labels: Labels,
    /// The value.
    pub value: SampleValue,
    /// With delayed name removal: that the name goes at the end of the query.
    pub(super) drop_name: bool,
}

/// One series over time.
#[derive(Clone, PartialEq, Debug)]
pub struct Points {
    /// The labels, with the metric name where the expression keeps it.
    pub labels: Labels,
    /// Times in milliseconds, ascending, and the value at each.
    pub points: Vec<(i64, SampleValue)>,
}

impl Sample {
    /// A sample without labels, such as a scalar becomes.
    #[must_use]
    pub fn unlabelled(value: f64) -> Self {
        Self::new(Labels::empty(), value)
    }

    pub(super) fn new(labels: Labels, value: impl Into<SampleValue>) -> Self {
        Self {
            labels,
            value: value.into(),
            drop_name: false,
        }
    }
}

/// Why an evaluation failed. The words are Prometheus's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvalError {
    /// What is wrong.
    pub message: String,
    /// The part of the expression to blame, where one is known.
    pub span: Option<Span>,
}

impl EvalError {
    /// An error that blames no part of the expression.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span: None,
        }
    }

    /// The same error, blamed on `span` unless a part of it is blamed already.
    pub(super) fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EvalError {}

/// Two samples of one vector may not have equal labels (`ContainsSameLabelset`).
pub(super) fn check_unique(vector: &[Sample]) -> Result<(), EvalError> {
    if vector.len() < 2 {
        return Ok(());
    }
    let mut seen = FxHashSet::with_capacity_and_hasher(vector.len(), rustc_hash::FxBuildHasher);
    if vector.iter().all(|sample| seen.insert(&sample.labels)) {
        Ok(())
    } else {
        Err(EvalError::new(
            "vector cannot contain metrics with the same labelset",
        ))
    }
}
