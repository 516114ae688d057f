//! An expression as a tree of its parts with their values.

use crate::engine::{Sample, Value};
use crate::explain::Part;
use crate::labels::Labels;
use crate::promql::{self, Expr, ExprKind};
use crate::source::Span;
use crate::storage::SampleValue;

/// More samples of a part are only counted.
const MOST_SAMPLES: usize = 10;

/// A part of an expression with its value.
#[derive(Clone, PartialEq, Debug)]
pub struct TraceNode {
    /// The part as PromQL, on one line; its own parts, if they are listed below it, are `…`.
    pub head: String,
    /// The bytes of the expression.
    pub span: Span,
    /// Its value.
    pub value: NodeValue,
    /// Its parts in the order written; numbers and strings stand in `head`.
    pub children: Vec<Self>,
}

/// The value of a part.
#[derive(Clone, PartialEq, Debug)]
pub enum NodeValue {
    /// An instant vector: its first samples by their labels, and how many there are.
    Samples {
        /// At most ten.
        first: Vec<(Labels, SampleValue)>,
        /// All together.
        total: usize,
    },
    /// A range vector: how many series and samples it has.
    Windows {
        /// Series with at least one sample.
        series: usize,
        /// Samples of all series.
        samples: usize,
    },
    /// A number.
    Scalar(f64),
    /// A string.
    Text(String),
    /// It cannot be evaluated.
    Error(String),
}

impl TraceNode {
    /// Whether both are the same expression with the same parts empty.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.value.is_like(&other.value)
            && self.children.len() == other.children.len()
            && self
                .children
                .iter()
                .zip(&other.children)
                .all(|(a, b)| a.is_like(b))
    }
}

impl NodeValue {
    /// Whether it has no sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(
            self,
            Self::Samples { total: 0, .. } | Self::Windows { series: 0, .. }
        )
    }

    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
            && self.is_empty() == other.is_empty()
    }
}

/// The tree of a part of the expression `source`, and of all that is in it.
pub(super) fn tree(part: &Part<'_>, source: &str) -> TraceNode {
    TraceNode {
        head: head(part.expr, source),
        span: part.expr.span,
        value: value(part),
        children: part
            .children
            .iter()
            .filter(|child| !is_literal(child.expr))
            .map(|child| tree(child, source))
            .collect(),
    }
}

fn is_literal(expr: &Expr) -> bool {
    matches!(
        expr.without_parens().kind,
        ExprKind::Number(_) | ExprKind::String(_)
    )
}

/// The expression as written, on one line, with `…` for the parts that stand below it.
pub(super) fn head(expr: &Expr, source: &str) -> String {
    let mut text = String::new();
    let mut from = expr.span.start as usize;
    let mut gaps = Vec::new();
    if !matches!(expr.kind, ExprKind::Subquery(_)) {
        let parts = expr.children().into_iter();
        gaps.extend(parts.filter(|part| !is_literal(part)).map(|part| part.span));
    }
    for gap in gaps {
        text.push_str(source.get(from..gap.start as usize).unwrap_or_default());
        text.push('…');
        from = gap.end as usize;
    }
    text.push_str(source.get(from..expr.span.end as usize).unwrap_or_default());
    promql::one_line(&text)
}

fn value(part: &Part<'_>) -> NodeValue {
    match &part.value {
        Ok(Value::Vector(samples)) => {
            let mut sorted: Vec<&Sample> = samples.iter().collect();
            sorted.sort_by(|a, b| a.labels.cmp(&b.labels));
            let first = sorted.into_iter().take(MOST_SAMPLES);
            NodeValue::Samples {
                first: first
                    .map(|sample| (sample.labels.clone(), sample.value.clone()))
                    .collect(),
                total: samples.len(),
            }
        }
        Ok(Value::Matrix(series)) => NodeValue::Windows {
            series: series.len(),
            samples: series.iter().map(|series| series.points.len()).sum(),
        },
        Ok(Value::Scalar(value)) => NodeValue::Scalar(*value),
        Ok(Value::String(text)) => NodeValue::Text(text.to_string()),
        Err(error) => NodeValue::Error(error.message.clone()),
    }
}
