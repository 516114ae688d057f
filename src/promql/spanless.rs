use super::ast::*;
use crate::source::Span;

impl Expr {
    /// The same expression with every span empty, so that two texts of one meaning compare equal.
    #[must_use]
    pub fn without_spans(&self) -> Self {
        let mut expr = self.clone();
        clear(&mut expr);
        expr
    }
}

const NOWHERE: Span = Span::empty(0);

fn clear(expr: &mut Expr) {
    expr.span = NOWHERE;
    match &mut expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => {}
        ExprKind::Vector(selector) => clear_selector(selector),
        ExprKind::Matrix(matrix) => {
            matrix.selector_span = NOWHERE;
            clear_selector(&mut matrix.selector);
            clear_duration(&mut matrix.range);
        }
        ExprKind::Subquery(subquery) => {
            clear(&mut subquery.expr);
            clear_duration(&mut subquery.range);
            subquery.step.iter_mut().for_each(clear_duration);
            clear_modifiers(&mut subquery.modifiers);
        }
        ExprKind::Call(call) => {
            call.name_span = NOWHERE;
            call.args.iter_mut().for_each(clear);
        }
        ExprKind::Aggregate(aggregate) => {
            aggregate.op_span = NOWHERE;
            aggregate.param.iter_mut().for_each(clear);
            clear(&mut aggregate.expr);
            if let Some(grouping) = &mut aggregate.grouping {
                grouping.span = NOWHERE;
                clear_names(&mut grouping.labels);
            }
        }
        ExprKind::Binary(binary) => {
            binary.op_span = NOWHERE;
            clear(&mut binary.lhs);
            clear(&mut binary.rhs);
            if let Some(matching) = &mut binary.matching {
                clear_names(&mut matching.labels);
                clear_names(&mut matching.include);
            }
        }
        ExprKind::Unary(_, inner) | ExprKind::Paren(inner) => clear(inner),
    }
}

fn clear_selector(selector: &mut VectorSelector) {
    if let Some(name) = &mut selector.name {
        name.span = NOWHERE;
    }
    for matcher in &mut selector.matchers {
        matcher.span = NOWHERE;
        matcher.value_span = NOWHERE;
    }
    clear_modifiers(&mut selector.modifiers);
}

fn clear_modifiers(modifiers: &mut TimeModifiers) {
    modifiers.offset.iter_mut().for_each(clear_duration);
}

fn clear_names(names: &mut [Name]) {
    for name in names {
        name.span = NOWHERE;
    }
}

fn clear_duration(duration: &mut DurationExpr) {
    duration.span = NOWHERE;
    match &mut duration.kind {
        DurationKind::Literal(_) | DurationKind::Step | DurationKind::Range => {}
        DurationKind::Unary(_, inner) | DurationKind::Paren(inner) => clear_duration(inner),
        DurationKind::MinOf(a, b) | DurationKind::MaxOf(a, b) | DurationKind::Binary(_, a, b) => {
            clear_duration(a);
            clear_duration(b);
        }
    }
}
