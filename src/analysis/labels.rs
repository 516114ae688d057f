//! The labels that an expression's result can have.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::knowledge::Knowledge;
use super::values::LabelValues;
use crate::labels::{BUCKET, METRIC_NAME};
use crate::promql::{
    Aggregate, AggregateOp, Binary, BinaryOp, Call, Cardinality, Expr, ExprKind, Name, ValueType,
    VectorMatching, VectorSelector,
};

/// What is known of the labels of one branch of an expression. The metric name is not among them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    listed: BTreeMap<Arc<str>, LabelValues>,
    /// What holds for every label that is not listed.
    others: LabelValues,
}

/// More `or` branches than this are taken together as "anything".
const MAX_BRANCHES: usize = 64;

impl Shape {
    /// Nothing is known.
    #[must_use]
    pub fn open() -> Self {
        Self {
            listed: BTreeMap::new(),
            others: LabelValues::Any,
        }
    }

    /// No labels at all.
    #[must_use]
    pub fn closed() -> Self {
        Self {
            listed: BTreeMap::new(),
            others: LabelValues::absent(),
        }
    }

    /// The values that label `name` can have.
    #[must_use]
    pub fn get(&self, name: &str) -> &LabelValues {
        self.listed.get(name).unwrap_or(&self.others)
    }

    /// The same, with `name` known to have one of `values`.
    pub fn set(&mut self, name: impl Into<Arc<str>>, values: LabelValues) {
        self.listed.insert(name.into(), values);
    }

    /// Replaces what is known of every label, listed or not.
    pub fn map_values(&mut self, change: impl Fn(&LabelValues) -> LabelValues) {
        for values in self.listed.values_mut() {
            *values = change(values);
        }
        self.others = change(&self.others);
    }

    /// The labels of which something is known.
    pub fn listed(&self) -> impl Iterator<Item = (&Arc<str>, &LabelValues)> {
        self.listed.iter()
    }

    /// Whether a label that is not listed can be there.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.others.is_absent()
    }

    /// Whether some label would need a value that it cannot have: the branch never yields anything.
    #[must_use]
    pub fn is_impossible(&self) -> bool {
        self.listed.values().any(LabelValues::is_impossible)
    }

    /// What both sides allow, for the labels that must be equal on both.
    fn meet(&self, other: &Self, must_be_equal: impl Fn(&str) -> bool) -> Self {
        let mut result = self.clone();
        for name in self.listed.keys().chain(other.listed.keys()) {
            if must_be_equal(name) {
                result.set(Arc::clone(name), self.get(name).meet(other.get(name)));
            }
        }
        result
    }

    fn keep(&self, names: &[Name]) -> Self {
        let mut result = Self::closed();
        for name in names {
            result.set(Arc::clone(&name.text), self.get(&name.text).clone());
        }
        result
    }

    fn remove(&mut self, names: &[Name]) {
        for name in names {
            self.set(Arc::clone(&name.text), LabelValues::absent());
        }
    }
}

/// The shapes of an expression, one for each `or` branch. Scalars and strings have no labels.
#[must_use]
pub fn shapes_of(expr: &Expr, known: &Knowledge<'_>) -> Vec<Shape> {
    let shapes = match &expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => vec![Shape::closed()],
        ExprKind::Vector(selector) => of_selector(selector, known),
        ExprKind::Matrix(matrix) => of_selector(&matrix.selector, known),
        ExprKind::Subquery(subquery) => shapes_of(&subquery.expr, known),
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => shapes_of(inner, known),
        ExprKind::Call(call) => of_call(call, known),
        ExprKind::Aggregate(aggregate) => of_aggregate(aggregate, known),
        ExprKind::Binary(binary) => of_binary(binary, known),
    };
    if shapes.len() > MAX_BRANCHES {
        return vec![Shape::open()];
    }
    shapes
}

fn of_selector(selector: &VectorSelector, known: &Knowledge<'_>) -> Vec<Shape> {
    let mut shapes = known.shapes_of_series(selector);
    for matcher in selector.matchers.iter().map(|m| &m.matcher) {
        if &*matcher.name != METRIC_NAME {
            for shape in &mut shapes {
                let narrowed = shape.get(&matcher.name).restricted(matcher);
                shape.set(Arc::clone(&matcher.name), narrowed);
            }
        }
    }
    // What the matchers rule out is not read; where they rule out everything, that is what there is to be seen.
    if shapes.iter().any(|shape| !shape.is_impossible()) {
        shapes.retain(|shape| !shape.is_impossible());
    }
    shapes
}

fn of_call(call: &Call, known: &Knowledge<'_>) -> Vec<Shape> {
    let text = |index: usize| match call.args.get(index).map(|arg| &arg.without_parens().kind) {
        Some(ExprKind::String(text)) => Some(Arc::clone(text)),
        _ => None,
    };
    match call.function.name {
        "absent" | "absent_over_time" => vec![of_absent(call.args.first())],
        "label_replace" | "label_join" => {
            let mut shapes = call
                .args
                .first()
                .map_or_else(Vec::new, |argument| shapes_of(argument, known));
            for shape in &mut shapes {
                match text(1) {
                    Some(name) => shape.set(name, LabelValues::Any),
                    None => *shape = Shape::open(),
                }
            }
            shapes
        }
        "histogram_quantile" | "histogram_fraction" => {
            let mut shapes = call
                .args
                .last()
                .map_or_else(Vec::new, |argument| shapes_of(argument, known));
            for shape in &mut shapes {
                shape.set(BUCKET, LabelValues::absent());
            }
            shapes
        }
        // These take labels from elsewhere.
        "info" | "histogram_quantiles" => vec![Shape::open()],
        _ => {
            let argument = call
                .args
                .iter()
                .find(|arg| matches!(arg.value_type(), ValueType::Vector | ValueType::Matrix));
            match argument {
                Some(argument) if call.function.returns == ValueType::Vector => {
                    shapes_of(argument, known)
                }
                _ => vec![Shape::closed()],
            }
        }
    }
}

/// The labels that equality matchers fix; the others are dropped.
fn of_absent(argument: Option<&Expr>) -> Shape {
    let mut shape = Shape::closed();
    let selector = match argument.map(|argument| &argument.without_parens().kind) {
        Some(ExprKind::Vector(selector)) => selector,
        Some(ExprKind::Matrix(matrix)) => &matrix.selector,
        _ => return shape,
    };
    for matcher in selector.matchers.iter().map(|m| &m.matcher) {
        let same_label = |m: &&crate::promql::SpannedMatcher| m.matcher.name == matcher.name;
        let alone = selector.matchers.iter().filter(same_label).count() == 1;
        if alone && matcher.op == crate::labels::MatchOp::Equal && &*matcher.name != METRIC_NAME {
            let value = LabelValues::fixed(Arc::clone(&matcher.value));
            shape.set(Arc::clone(&matcher.name), value);
        }
    }
    shape
}

fn of_aggregate(aggregate: &Aggregate, known: &Knowledge<'_>) -> Vec<Shape> {
    let mut shapes = shapes_of(&aggregate.expr, known);
    if aggregate.op.selects() {
        return shapes;
    }
    for shape in &mut shapes {
        *shape = match &aggregate.grouping {
            None => Shape::closed(),
            Some(grouping) if grouping.without => {
                shape.remove(&grouping.labels);
                shape.clone()
            }
            Some(grouping) => shape.keep(&grouping.labels),
        };
        if aggregate.op == AggregateOp::CountValues {
            match aggregate
                .param
                .as_ref()
                .map(|param| &param.without_parens().kind)
            {
                Some(ExprKind::String(name)) => shape.set(Arc::clone(name), LabelValues::Present),
                _ => *shape = Shape::open(),
            }
        }
    }
    shapes
}

fn of_binary(binary: &Binary, known: &Knowledge<'_>) -> Vec<Shape> {
    let lhs = shapes_of(&binary.lhs, known);
    let Some(matching) = &binary.matching else {
        // One side is a number at most: the vector's labels stay.
        return if binary.lhs.value_type() == ValueType::Vector {
            lhs
        } else {
            shapes_of(&binary.rhs, known)
        };
    };
    let rhs = shapes_of(&binary.rhs, known);
    match binary.op {
        BinaryOp::Unless => lhs,
        BinaryOp::Or => [lhs, rhs].concat(),
        _ if matching.is_filled() => vec![Shape::open()],
        _ => lhs
            .iter()
            .flat_map(|left| {
                rhs.iter()
                    .map(move |right| joined(binary.op, left, right, matching))
            })
            .collect(),
    }
}

/// The shape of a pair of series that found each other.
fn joined(op: BinaryOp, left: &Shape, right: &Shape, matching: &VectorMatching) -> Shape {
    let (many, one) = match matching.cardinality {
        Cardinality::OneToMany => (right, left),
        _ => (left, right),
    };
    let named = |name: &str| matching.labels.iter().any(|label| &*label.text == name);
    let must_be_equal = |name: &str| named(name) == matching.on;
    let mut shape = many.meet(one, must_be_equal);
    if !matching.on && !one.is_open() {
        // Every label that is not ignored must be on both sides, so that of a closed side bounds the other.
        let mut bounded = Shape::closed();
        for (name, values) in &shape.listed {
            bounded.set(Arc::clone(name), values.clone());
        }
        for label in &matching.labels {
            bounded.set(Arc::clone(&label.text), shape.get(&label.text).clone());
        }
        shape = bounded;
    }
    if op.is_set() {
        return shape;
    }
    if matching.cardinality == Cardinality::OneToOne {
        if matching.on {
            return shape.keep(&matching.labels);
        }
        shape.remove(&matching.labels);
        return shape;
    }
    for label in &matching.include {
        shape.set(Arc::clone(&label.text), one.get(&label.text).clone());
    }
    shape
}
