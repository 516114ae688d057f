//! Why the result of an expression cannot have a label: the parts that take it away.

use super::knowledge::Knowledge;
use super::labels::shapes_of;
use crate::promql::{
    Aggregate, AggregateOp, Binary, BinaryOp, Call, Cardinality, Expr, ExprKind, Name, ValueType,
    VectorSelector,
};
use crate::source::Span;

/// A part of an expression that takes a label away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lost {
    /// The bytes of the expression.
    pub span: Span,
    /// What it does, as a sentence: "`sum by (job)` keeps only job".
    pub reason: String,
}

/// The parts that keep label `name` out of the result; nothing where it may be there, or where no single part is to blame.
#[must_use]
pub fn why_absent(expr: &Expr, name: &str, known: &Knowledge<'_>) -> Vec<Lost> {
    let mut lost = Vec::new();
    blame(expr, name, known, &mut lost);
    lost
}

fn lacks(expr: &Expr, name: &str, known: &Knowledge<'_>) -> bool {
    shapes_of(expr, known)
        .iter()
        .all(|shape| shape.get(name).is_absent())
}

fn blame(expr: &Expr, name: &str, known: &Knowledge<'_>, lost: &mut Vec<Lost>) {
    let found = |span: Span, reason: String| Lost { span, reason };
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => {
            lost.push(found(expr.span, "a number has no labels".to_owned()));
        }
        ExprKind::Vector(selector) => in_selector(selector, expr.span, name, known, lost),
        ExprKind::Matrix(matrix) => {
            in_selector(&matrix.selector, matrix.selector_span, name, known, lost);
        }
        ExprKind::Subquery(subquery) => blame(&subquery.expr, name, known, lost),
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => blame(inner, name, known, lost),
        ExprKind::Call(call) => in_call(expr, call, name, known, lost),
        ExprKind::Aggregate(aggregate) => in_aggregate(aggregate, name, known, lost),
        ExprKind::Binary(binary) => in_binary(binary, name, known, lost),
    }
}

fn in_selector(
    selector: &VectorSelector,
    span: Span,
    name: &str,
    known: &Knowledge<'_>,
    lost: &mut Vec<Lost>,
) {
    let mut matchers = selector.matchers.iter();
    if let Some(matcher) = matchers.find(|matcher| &*matcher.matcher.name == name) {
        return lost.push(Lost {
            span: matcher.span,
            reason: format!("`{}` selects series without it", matcher.matcher),
        });
    }
    let Some(metric) = selector.metric_name() else {
        return;
    };
    if let Some(rule) = known.records.rules(metric).first() {
        lost.push(Lost {
            span,
            reason: format!(
                "`{metric}` is recorded without it, by {}",
                rule.file.file.path().display()
            ),
        });
    }
}

fn in_call(expr: &Expr, call: &Call, name: &str, known: &Knowledge<'_>, lost: &mut Vec<Lost>) {
    let function = call.function.name;
    let reason = match function {
        "absent" | "absent_over_time" => {
            let argument = call
                .args
                .first()
                .map(|argument| &argument.without_parens().kind);
            match argument {
                Some(ExprKind::Vector(_) | ExprKind::Matrix(_)) => {
                    "has only the labels that its selector fixes with `=`".to_owned()
                }
                _ => "of anything but a selector has no labels".to_owned(),
            }
        }
        "histogram_quantile" | "histogram_fraction" if name == "le" => "takes `le` away".to_owned(),
        _ => {
            let argument = call
                .args
                .iter()
                .rev()
                .find(|arg| matches!(arg.value_type(), ValueType::Vector | ValueType::Matrix));
            match argument {
                Some(argument) if call.function.returns == ValueType::Vector => {
                    return blame(argument, name, known, lost);
                }
                _ => "gives a value without labels".to_owned(),
            }
        }
    };
    lost.push(Lost {
        span: expr.span,
        reason: format!("`{function}` {reason}"),
    });
}

fn in_aggregate(aggregate: &Aggregate, name: &str, known: &Knowledge<'_>, lost: &mut Vec<Lost>) {
    let op = aggregate.op.as_str();
    if aggregate.op.selects() {
        return blame(&aggregate.expr, name, known, lost);
    }
    let (span, reason) = match &aggregate.grouping {
        None if aggregate.op == AggregateOp::CountValues => (
            aggregate.op_span,
            format!("`{op}` keeps only its own label"),
        ),
        None => (
            aggregate.op_span,
            format!("`{op}` without `by` keeps no label"),
        ),
        Some(grouping) => {
            let listed = grouping.labels.iter().any(|label| &*label.text == name);
            if grouping.without != listed {
                return blame(&aggregate.expr, name, known, lost);
            }
            let reason = match (grouping.without, &*grouping.labels) {
                (true, _) => format!("`{op} without` takes it away"),
                (false, []) => format!("`{op} by ()` keeps no label"),
                (false, labels) => {
                    let names = names(labels);
                    format!("`{op} by ({names})` keeps only {names}")
                }
            };
            (grouping.span, reason)
        }
    };
    lost.push(Lost { span, reason });
}

fn in_binary(binary: &Binary, name: &str, known: &Knowledge<'_>, lost: &mut Vec<Lost>) {
    let Some(matching) = &binary.matching else {
        let vector = if binary.lhs.value_type() == ValueType::Vector {
            &binary.lhs
        } else {
            &binary.rhs
        };
        return blame(vector, name, known, lost);
    };
    match binary.op {
        BinaryOp::Or => {
            blame(&binary.lhs, name, known, lost);
            return blame(&binary.rhs, name, known, lost);
        }
        BinaryOp::Unless => return blame(&binary.lhs, name, known, lost),
        _ => {}
    }
    let named = matching.labels.iter().any(|label| &*label.text == name);
    let operator = binary.op.as_str();
    if matching.cardinality == Cardinality::OneToOne && named != matching.on {
        let names = names(&matching.labels);
        let reason = if matching.on {
            format!("`{operator} on ({names})` keeps only these labels")
        } else {
            format!("`{operator} ignoring ({names})` takes it away")
        };
        return lost.push(Lost {
            span: binary.op_span,
            reason,
        });
    }
    let (many, one) = match matching.cardinality {
        Cardinality::OneToMany => (&binary.rhs, &binary.lhs),
        _ => (&binary.lhs, &binary.rhs),
    };
    let included = matching.include.iter().any(|label| &*label.text == name);
    let culprit = if included || (!lacks(many, name, known) && lacks(one, name, known)) {
        one
    } else {
        many
    };
    blame(culprit, name, known, lost);
}

fn names(labels: &[Name]) -> String {
    let names: Vec<&str> = labels.iter().map(|label| &*label.text).collect();
    names.join(", ")
}
