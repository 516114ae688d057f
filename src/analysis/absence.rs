//! Why the result of an expression cannot have a label: the parts that take it away.

use super::labels::shapes_of;
use crate::promql::{
    Aggregate, AggregateOp, Binary, BinaryOp, Call, Cardinality, Expr, ExprKind, Name, ValueType,
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
pub fn why_absent(expr: &Expr, name: &str) -> Vec<Lost> {
    let mut lost = Vec::new();
    blame(expr, name, &mut lost);
    lost
}

fn lacks(expr: &Expr, name: &str) -> bool {
    shapes_of(expr)
        .iter()
        .all(|shape| shape.get(name).is_absent())
}

fn blame(expr: &Expr, name: &str, lost: &mut Vec<Lost>) {
    let found = |span: Span, reason: String| Lost { span, reason };
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => {
            lost.push(found(expr.span, "a number has no labels".to_owned()));
        }
        ExprKind::Vector(selector) => {
            let matchers = selector.matchers.iter();
            for matcher in matchers.filter(|matcher| &*matcher.matcher.name == name) {
                let reason = format!("`{}` selects series without it", matcher.matcher);
                lost.push(found(matcher.span, reason));
            }
        }
        ExprKind::Matrix(matrix) => {
            let matchers = matrix.selector.matchers.iter();
            for matcher in matchers.filter(|matcher| &*matcher.matcher.name == name) {
                let reason = format!("`{}` selects series without it", matcher.matcher);
                lost.push(found(matcher.span, reason));
            }
        }
        ExprKind::Subquery(subquery) => blame(&subquery.expr, name, lost),
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => blame(inner, name, lost),
        ExprKind::Call(call) => in_call(expr, call, name, lost),
        ExprKind::Aggregate(aggregate) => in_aggregate(aggregate, name, lost),
        ExprKind::Binary(binary) => in_binary(binary, name, lost),
    }
}

fn in_call(expr: &Expr, call: &Call, name: &str, lost: &mut Vec<Lost>) {
    let function = call.function.name;
    let reason = match function {
        "absent" | "absent_over_time" => {
            "has only the labels that its selector fixes with `=`".to_owned()
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
                    return blame(argument, name, lost);
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

fn in_aggregate(aggregate: &Aggregate, name: &str, lost: &mut Vec<Lost>) {
    let op = aggregate.op.as_str();
    if aggregate.op.selects() {
        return blame(&aggregate.expr, name, lost);
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
                return blame(&aggregate.expr, name, lost);
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

fn in_binary(binary: &Binary, name: &str, lost: &mut Vec<Lost>) {
    let Some(matching) = &binary.matching else {
        let vector = if binary.lhs.value_type() == ValueType::Vector {
            &binary.lhs
        } else {
            &binary.rhs
        };
        return blame(vector, name, lost);
    };
    match binary.op {
        BinaryOp::Or => {
            blame(&binary.lhs, name, lost);
            return blame(&binary.rhs, name, lost);
        }
        BinaryOp::Unless => return blame(&binary.lhs, name, lost),
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
    let culprit = if included || (!lacks(many, name) && lacks(one, name)) {
        one
    } else {
        many
    };
    blame(culprit, name, lost);
}

fn names(labels: &[Name]) -> String {
    let names: Vec<&str> = labels.iter().map(|label| &*label.text).collect();
    names.join(", ")
}
