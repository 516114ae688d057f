use crate::engine::{EvalError, Evaluator, Options, PlanError, Query, Sample, Value};
use crate::promql::{Expr, ExprKind};
use crate::storage::Storage;

/// Deeper parts are not looked at one by one.
const MAX_DEPTH: usize = 60;

/// An expression and its parts, each compiled by itself. Parentheses are left out, and so is what is inside of a subquery,
/// which has no value at one time.
#[derive(Debug)]
pub struct Probe<'e> {
    expr: &'e Expr,
    query: Result<Query, PlanError>,
    children: Vec<Self>,
}

/// A part of an expression with its value at one time.
#[derive(Debug)]
pub struct Part<'p> {
    /// The part, without parentheses around it.
    pub expr: &'p Expr,
    /// The compiled part; nothing where it cannot be evaluated by itself.
    pub query: Option<&'p Query>,
    /// Its value.
    pub value: Result<Value, EvalError>,
    /// Its own parts, in the order written.
    pub children: Vec<Self>,
}

impl<'e> Probe<'e> {
    /// Compiles the expression and its parts.
    #[must_use]
    pub fn new(expr: &'e Expr, options: Options) -> Self {
        Self::at_depth(expr, options, 0)
    }

    fn at_depth(expr: &'e Expr, options: Options, depth: usize) -> Self {
        let expr = expr.without_parens();
        let is_leaf = depth >= MAX_DEPTH || matches!(expr.kind, ExprKind::Subquery(_));
        let parts = if is_leaf { Vec::new() } else { expr.children() };
        let children = parts
            .into_iter()
            .map(|child| Self::at_depth(child, options, depth + 1))
            .collect();
        Self {
            expr,
            query: Query::new(expr, options),
            children,
        }
    }

    /// The expression, without parentheses around it.
    #[must_use]
    pub fn expr(&self) -> &'e Expr {
        self.expr
    }

    /// Every part with its value at `time` (milliseconds).
    #[must_use]
    pub fn values(&self, storage: &Storage, time: i64) -> Part<'_> {
        let (query, value) = match &self.query {
            Ok(query) => (Some(query), Evaluator::new(query).instant(storage, time)),
            Err(error) => (None, Err(EvalError::new(error.message.clone()))),
        };
        Part {
            expr: self.expr,
            query,
            value,
            children: self
                .children
                .iter()
                .map(|child| child.values(storage, time))
                .collect(),
        }
    }
}

impl Part<'_> {
    /// Whether it has a value, and the value has no sample in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.value {
            Ok(Value::Vector(samples)) => samples.is_empty(),
            Ok(Value::Matrix(series)) => series.is_empty(),
            Ok(Value::Scalar(_) | Value::String(_)) | Err(_) => false,
        }
    }

    /// The samples of an instant vector; of anything else none.
    #[must_use]
    pub fn samples(&self) -> &[Sample] {
        match &self.value {
            Ok(Value::Vector(samples)) => samples,
            _ => &[],
        }
    }

    /// The number, where it is a scalar.
    #[must_use]
    pub fn scalar(&self) -> Option<f64> {
        match &self.value {
            Ok(Value::Scalar(value)) => Some(*value),
            _ => None,
        }
    }

    /// Calls `visit` for the part and all parts in it, outer before inner.
    pub fn walk<'s>(&'s self, visit: &mut impl FnMut(&'s Self)) {
        visit(self);
        for child in &self.children {
            child.walk(visit);
        }
    }
}
