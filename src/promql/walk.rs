//! The parts of an expression.

use super::ast::*;

impl Expr {
    /// The selector of an instant or range vector selector; nothing for everything else.
    #[must_use]
    pub const fn selector(&self) -> Option<&VectorSelector> {
        match &self.kind {
            ExprKind::Vector(selector) => Some(selector),
            ExprKind::Matrix(matrix) => Some(&matrix.selector),
            _ => None,
        }
    }

    /// The expression without the parentheses around it.
    #[must_use]
    pub fn without_parens(&self) -> &Self {
        let mut expr = self;
        while let ExprKind::Paren(inner) = &expr.kind {
            expr = inner;
        }
        expr
    }

    /// Changes every selector.
    pub fn change_selectors(&mut self, change: &mut impl FnMut(&mut VectorSelector)) {
        match &mut self.kind {
            ExprKind::Number(_) | ExprKind::String(_) => {}
            ExprKind::Vector(selector) => change(selector),
            ExprKind::Matrix(matrix) => change(&mut matrix.selector),
            ExprKind::Subquery(subquery) => subquery.expr.change_selectors(change),
            ExprKind::Call(call) => {
                let args = call.args.iter_mut();
                args.for_each(|argument| argument.change_selectors(change));
            }
            ExprKind::Aggregate(aggregate) => {
                let param = aggregate.param.iter_mut();
                param.for_each(|param| param.change_selectors(change));
                aggregate.expr.change_selectors(change);
            }
            ExprKind::Binary(binary) => {
                binary.lhs.change_selectors(change);
                binary.rhs.change_selectors(change);
            }
            ExprKind::Unary(_, inner) | ExprKind::Paren(inner) => inner.change_selectors(change),
        }
    }

    /// The direct parts, in the order written; the parameter of an aggregation comes before its vector.
    #[must_use]
    pub fn children(&self) -> Vec<&Self> {
        let mut children = Vec::new();
        self.for_each_child(&mut |child| children.push(child));
        children
    }

    /// Calls `visit` for each direct part, in the order of [`Expr::children`].
    pub fn for_each_child<'e>(&'e self, visit: &mut impl FnMut(&'e Self)) {
        match &self.kind {
            ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Vector(_)
            | ExprKind::Matrix(_) => {}
            ExprKind::Subquery(subquery) => visit(&subquery.expr),
            ExprKind::Call(call) => call.args.iter().for_each(visit),
            ExprKind::Aggregate(aggregate) => {
                aggregate.param.iter().for_each(&mut *visit);
                visit(&aggregate.expr);
            }
            ExprKind::Binary(binary) => {
                visit(&binary.lhs);
                visit(&binary.rhs);
            }
            ExprKind::Unary(_, inner) | ExprKind::Paren(inner) => visit(inner),
        }
    }

    /// Calls `visit` for the expression and everything in it, outer before inner, left before right.
    pub fn walk<'e>(&'e self, visit: &mut impl FnMut(&'e Self)) {
        visit(self);
        // Written out, so that a level of a deep expression takes one frame of the stack.
        match &self.kind {
            ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Vector(_)
            | ExprKind::Matrix(_) => {}
            ExprKind::Subquery(subquery) => subquery.expr.walk(visit),
            ExprKind::Call(call) => call.args.iter().for_each(|argument| argument.walk(visit)),
            ExprKind::Aggregate(aggregate) => {
                aggregate.param.iter().for_each(|param| param.walk(visit));
                aggregate.expr.walk(visit);
            }
            ExprKind::Binary(binary) => {
                binary.lhs.walk(visit);
                binary.rhs.walk(visit);
            }
            ExprKind::Unary(_, inner) | ExprKind::Paren(inner) => inner.walk(visit),
        }
    }
}
