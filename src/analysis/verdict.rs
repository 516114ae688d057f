//! What of an expression can never have a result, whatever the data.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::interval::Interval;
use super::knowledge::Knowledge;
use super::labels::{Shape, shapes_of};
use super::numbers::numbers_of;
use super::values::LabelValues;
use crate::labels::{METRIC_NAME, MatchOp};
use crate::promql::{
    Binary, BinaryOp, Call, Expr, ExprKind, SpannedMatcher, ValueType, VectorMatching,
    VectorSelector,
};
use crate::regex::{Language, Witness};

/// What is proved about an expression.
#[derive(Debug, Default)]
pub struct Verdict<'x> {
    /// The innermost parts that can never have a result, or that filter nothing, in the order written.
    pub findings: Vec<Dead<'x>>,
    /// Whether the whole expression can never have a result.
    pub is_dead: bool,
}

/// A part of an expression that can never have a result.
#[derive(Debug)]
pub struct Dead<'x> {
    /// The part.
    pub part: &'x Expr,
    /// Why.
    pub cause: Cause<'x>,
}

/// Why a part of an expression can never have a result.
#[derive(Debug)]
pub enum Cause<'x> {
    /// A comparison that no value can satisfy.
    Comparison {
        /// The comparison.
        binary: &'x Binary,
        /// The numbers of its left side.
        left: Interval,
        /// The numbers of its right side.
        right: Interval,
    },
    /// Two sides whose series never find each other. Of `unless` this means that it filters nothing.
    Join {
        /// The operation.
        binary: &'x Binary,
        /// A label that would have to be equal on both sides and cannot be.
        mismatch: Mismatch,
    },
    /// Matchers of one label that no value satisfies.
    Matchers {
        /// The label.
        label: Arc<str>,
        /// Its matchers.
        matchers: Vec<&'x SpannedMatcher>,
    },
    /// Series that rules record without the label that is asked for.
    Recorded {
        /// The recorded name.
        name: &'x str,
        /// The label that it cannot have with that value.
        matcher: &'x SpannedMatcher,
        /// The values that the label has.
        values: LabelValues,
    },
}

/// A label that cannot be equal on both sides of an operator.
#[derive(Debug)]
pub struct Mismatch {
    /// The label.
    pub label: Arc<str>,
    /// Its values on the left.
    pub left: LabelValues,
    /// Its values on the right.
    pub right: LabelValues,
}

/// Finds what can never have a result.
#[must_use]
pub fn judge<'x>(expr: &'x Expr, known: &Knowledge<'_>) -> Verdict<'x> {
    let mut judge = Judge {
        known,
        findings: Vec::new(),
    };
    let is_dead = judge.is_dead(expr, 0);
    Verdict {
        findings: judge.findings,
        is_dead,
    }
}

/// Deeper than this nothing is said.
const MAX_DEPTH: usize = 200;

struct Judge<'k, 'x> {
    known: &'k Knowledge<'k>,
    findings: Vec<Dead<'x>>,
}

impl<'x> Judge<'_, 'x> {
    /// Whether the expression never has a result. Every part is looked at, dead or not.
    fn is_dead(&mut self, expr: &'x Expr, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        let depth = depth + 1;
        match &expr.kind {
            ExprKind::Number(_) | ExprKind::String(_) => false,
            ExprKind::Vector(selector) => self.is_dead_selector(expr, selector),
            ExprKind::Matrix(matrix) => self.is_dead_selector(expr, &matrix.selector),
            ExprKind::Subquery(subquery) => self.is_dead(&subquery.expr, depth),
            ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => self.is_dead(inner, depth),
            ExprKind::Aggregate(aggregate) => {
                if let Some(param) = &aggregate.param {
                    self.is_dead(param, depth);
                }
                self.is_dead(&aggregate.expr, depth)
            }
            ExprKind::Call(call) => self.is_dead_call(call, depth),
            ExprKind::Binary(binary) => self.is_dead_binary(expr, binary, depth),
        }
    }

    fn is_dead_call(&mut self, call: &'x Call, depth: usize) -> bool {
        let mut is_dead = false;
        for (index, argument) in call.args.iter().enumerate() {
            let argument_is_dead = self.is_dead(argument, depth);
            let is_series = matches!(argument.value_type(), ValueType::Vector | ValueType::Matrix);
            // The second argument of `info` only adds labels.
            is_dead |= argument_is_dead && is_series && index < 2;
        }
        is_dead && !call.function.outlives_its_argument()
    }

    fn is_dead_binary(&mut self, expr: &'x Expr, binary: &'x Binary, depth: usize) -> bool {
        let left_is_dead = self.is_dead(&binary.lhs, depth);
        let right_is_dead = self.is_dead(&binary.rhs, depth);
        if binary.is_filled() {
            return false;
        }
        match binary.op {
            BinaryOp::Or => return left_is_dead && right_is_dead,
            BinaryOp::Unless if right_is_dead => return left_is_dead,
            _ if left_is_dead || right_is_dead => return true,
            _ => {}
        }
        if let Some(matching) = &binary.matching
            && let Some(mismatch) = self.mismatch(binary, matching)
        {
            let cause = Cause::Join { binary, mismatch };
            self.findings.push(Dead { part: expr, cause });
            return binary.op != BinaryOp::Unless;
        }
        if !binary.op.is_comparison() || binary.return_bool {
            return false;
        }
        let left = numbers_of(&binary.lhs, self.known);
        let right = numbers_of(&binary.rhs, self.known);
        let is_impossible = left.that(binary.op, right).is_nothing();
        if is_impossible {
            let cause = Cause::Comparison {
                binary,
                left,
                right,
            };
            self.findings.push(Dead { part: expr, cause });
        }
        is_impossible
    }

    /// A label that keeps the series of both sides apart, whichever branches they come from.
    fn mismatch(&self, binary: &Binary, matching: &VectorMatching) -> Option<Mismatch> {
        if matching.on && matching.labels.is_empty() {
            return None;
        }
        let left = shapes_of(&binary.lhs, self.known);
        let right = shapes_of(&binary.rhs, self.known);
        let mut first = None;
        for left in left.iter().filter(|shape| !shape.is_impossible()) {
            for right in right.iter().filter(|shape| !shape.is_impossible()) {
                let mismatch = mismatch_of(left, right, matching)?;
                first.get_or_insert(mismatch);
            }
        }
        first
    }

    fn is_dead_selector(&mut self, expr: &'x Expr, selector: &'x VectorSelector) -> bool {
        let cause = match contradiction(selector) {
            Some(cause) => Some(cause),
            None => self.not_recorded(selector),
        };
        let is_dead = cause.is_some();
        if let Some(cause) = cause {
            self.findings.push(Dead { part: expr, cause });
        }
        is_dead
    }

    /// A matcher that no series of a recorded name satisfies.
    fn not_recorded(&self, selector: &'x VectorSelector) -> Option<Cause<'x>> {
        if selector.matchers.is_empty() {
            return None;
        }
        let name = selector.metric_name()?;
        let shapes = self.known.recorded_shapes(name)?;
        let is_ruled_out = |matcher: &SpannedMatcher, shape: &Shape| {
            let label = &matcher.matcher.name;
            &**label != METRIC_NAME
                && shape
                    .get(label)
                    .restricted(&matcher.matcher)
                    .is_impossible()
        };
        let mut alive = shapes
            .iter()
            .filter(|shape| !shape.is_impossible())
            .peekable();
        alive.peek()?;
        let mut first = None;
        for shape in alive {
            let matcher = selector
                .matchers
                .iter()
                .find(|matcher| is_ruled_out(matcher, shape))?;
            first.get_or_insert((matcher, shape.get(&matcher.matcher.name).clone()));
        }
        let (matcher, values) = first?;
        Some(Cause::Recorded {
            name,
            matcher,
            values,
        })
    }
}

/// A label of two shapes that would have to be equal and cannot be.
fn mismatch_of(left: &Shape, right: &Shape, matching: &VectorMatching) -> Option<Mismatch> {
    let named = |name: &str| matching.labels.iter().any(|label| &*label.text == name);
    let listed: BTreeSet<&Arc<str>> = if matching.on {
        matching.labels.iter().map(|label| &label.text).collect()
    } else {
        left.listed()
            .chain(right.listed())
            .map(|(name, _)| name)
            .filter(|name| !named(name))
            .collect()
    };
    listed
        .into_iter()
        .filter(|label| &***label != METRIC_NAME)
        .find(|label| left.get(label).meet(right.get(label)).is_impossible())
        .map(|label| Mismatch {
            label: Arc::clone(label),
            left: left.get(label).clone(),
            right: right.get(label).clone(),
        })
}

/// Matchers of one label of which no value satisfies all.
fn contradiction(selector: &VectorSelector) -> Option<Cause<'_>> {
    for (index, first) in selector.matchers.iter().enumerate() {
        let label = &first.matcher.name;
        let is_same = |other: &&SpannedMatcher| other.matcher.name == *label;
        if selector.matchers[..index]
            .iter()
            .any(|other| is_same(&other))
        {
            continue;
        }
        let matchers: Vec<&SpannedMatcher> = selector.matchers.iter().filter(is_same).collect();
        let name = selector
            .name
            .as_ref()
            .filter(|_| &**label == METRIC_NAME)
            .map(|name| Language::Text(Arc::clone(&name.text)));
        // One matcher alone rules everything out only as `!~".*"`.
        if matchers.len() == 1 && name.is_none() && first.matcher.op != MatchOp::NotRegex {
            continue;
        }
        if name.is_none() && is_satisfied_by_something(&matchers) {
            continue;
        }
        let languages = matchers.iter().map(|matcher| matcher.matcher.language());
        let all = Language::All(languages.chain(name).collect());
        if all.witness() == Witness::Empty {
            return Some(Cause::Matchers {
                label: Arc::clone(label),
                matchers,
            });
        }
    }
    None
}

/// Whether a value that comes to mind satisfies all matchers, so that no automaton need be built.
fn is_satisfied_by_something(matchers: &[&SpannedMatcher]) -> bool {
    let fits = |value: &str| {
        matchers
            .iter()
            .all(|matcher| matcher.matcher.matches(value))
    };
    let named = matchers.iter().flat_map(|matcher| {
        let matcher = &matcher.matcher;
        let set = matcher.pattern().and_then(|pattern| pattern.set_matches());
        let equal = (matcher.op == MatchOp::Equal).then_some(&matcher.value);
        equal.into_iter().chain(set.into_iter().flatten())
    });
    ["", "a", "0"].into_iter().any(fits) || named.into_iter().any(|value| fits(value))
}
