//! From the comparison of an expression back to its series.

use std::sync::Arc;

use super::draft::Draft;
use super::names::Shared;
use super::turn::{compares, is_whole};
use super::values::DEFAULT;
use crate::engine::Options;
use crate::promql::{Binary, BinaryOp, Call, Expr, ExprKind};
use crate::source::Span;

/// Which way the comparison that decides is to go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Case {
    /// It holds.
    Holds,
    /// It fails, by little.
    JustFails,
}

/// A series that a rule records: its name and expression.
pub type Recorded<'e> = (&'e str, &'e Expr);

/// What is to be worked out.
#[derive(Clone, Copy, Debug)]
pub struct Task<'e> {
    /// The expression.
    pub expr: &'e Expr,
    /// The rules that record what it reads, directly or through others.
    pub recorded: &'e [Recorded<'e>],
    /// Labels that must be there besides those of the expression, because a template prints them.
    pub labels: &'e [Arc<str>],
    /// Which way.
    pub case: Case,
    /// When, in seconds from the start of the test: the levels of the series and `time()` are those of then.
    pub time: f64,
    /// Time between two samples, in seconds.
    pub step: f64,
    /// For Prometheus's version and flags.
    pub options: Options,
}

/// Why no series can be worked out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cannot {
    /// The part of the expression that is in the way, if it is the alert's own.
    pub span: Option<Span>,
    /// Why.
    pub message: String,
}

/// Works out series over which the expression holds, or just fails.
pub fn work_out(task: &Task<'_>) -> Result<Draft, Cannot> {
    let mut shared = Shared::default();
    let recorded = task.recorded.iter().map(|(_, expr)| *expr);
    let exprs: Vec<&Expr> = [task.expr].into_iter().chain(recorded).collect();
    shared.read(&exprs);
    for label in task.labels {
        shared.add(label);
    }
    let mut solver = Solver {
        task,
        shared,
        draft: Draft::default(),
        bucket: None,
        copy: None,
        sums: false,
        depth: 0,
    };
    solver.hold(task.expr, task.case)?;
    Ok(solver.draft)
}

pub(super) type Done = Result<(), Cannot>;

#[derive(Clone)]
pub(super) struct Solver<'t, 'e> {
    pub(super) task: &'t Task<'e>,
    pub(super) shared: Shared,
    pub(super) draft: Draft,
    /// The bucket of a histogram that is being made.
    pub(super) bucket: Option<Arc<str>>,
    /// The number of the copy that is being made, for `count`.
    pub(super) copy: Option<usize>,
    /// Whether what is being made is added up, so that a further series can make good what is missing.
    pub(super) sums: bool,
    pub(super) depth: usize,
}

impl<'e> Solver<'_, 'e> {
    pub(super) fn cannot<T>(&self, expr: &Expr, message: impl Into<String>) -> Result<T, Cannot> {
        Err(Cannot {
            // Inside of a recorded series the place would be that of another expression.
            span: (self.depth == 0).then_some(expr.span),
            message: message.into(),
        })
    }

    /// One way or, where that leads nowhere, the other.
    pub(super) fn either(
        &mut self,
        one: impl FnOnce(&mut Self) -> Done,
        other: impl FnOnce(&mut Self) -> Done,
    ) -> Done {
        let before = self.clone();
        one(self).or_else(|first| {
            *self = before;
            other(self).map_err(|_| first)
        })
    }

    /// Makes the expression yield something, or just not.
    pub(super) fn hold(&mut self, expr: &'e Expr, case: Case) -> Done {
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => self.hold(inner, case),
            ExprKind::Binary(binary) if binary.op.is_comparison() => {
                self.compare(expr, binary, case)
            }
            ExprKind::Binary(binary) => self.combine(binary, case),
            ExprKind::Call(call) if matches!(call.function.name, "absent" | "absent_over_time") => {
                match case {
                    Case::Holds => Ok(()),
                    Case::JustFails => self.value(first(call, expr)?, 1.0),
                }
            }
            ExprKind::Aggregate(aggregate) if compares(&aggregate.expr) => {
                self.hold(&aggregate.expr, case)
            }
            ExprKind::Call(call) if call.args.iter().any(compares) => {
                let argument = call.args.iter().find(|argument| compares(argument));
                argument.map_or(Ok(()), |argument| self.hold(argument, case))
            }
            // Without a comparison it holds as soon as there is something.
            _ if case == Case::Holds => self.value(expr, 1.0),
            _ => Ok(()),
        }
    }

    /// Set operators, and arithmetic with a comparison in it. The comparison on the left decides, or if there is none, the
    /// one on the right.
    fn combine(&mut self, binary: &'e Binary, case: Case) -> Done {
        let (lhs, rhs) = (&binary.lhs, &binary.rhs);
        let by_left = compares(lhs) || !compares(rhs);
        match binary.op {
            BinaryOp::Or if case == Case::Holds => {
                self.either(|s| s.hold(lhs, case), |s| s.hold(rhs, case))
            }
            BinaryOp::Or => {
                self.hold(lhs, case)?;
                self.hold(rhs, case)
            }
            // What is taken away is left out, so that nothing is.
            BinaryOp::Unless if by_left => self.hold(lhs, case),
            BinaryOp::Unless => {
                self.hold(lhs, Case::Holds)?;
                match case {
                    Case::Holds if compares(rhs) => self.hold(rhs, Case::JustFails),
                    Case::Holds => Ok(()),
                    Case::JustFails => self.hold(rhs, Case::Holds),
                }
            }
            _ => {
                let sides = if by_left {
                    [(lhs, case), (rhs, Case::Holds)]
                } else {
                    [(lhs, Case::Holds), (rhs, case)]
                };
                let in_order = |s: &mut Self, [one, other]: [(&'e Expr, Case); 2]| {
                    s.hold(one.0, one.1)?;
                    s.hold(other.0, other.1)
                };
                let [one, other] = sides;
                self.either(|s| in_order(s, [one, other]), |s| in_order(s, [other, one]))
            }
        }
    }

    pub(super) fn compare(&mut self, expr: &Expr, binary: &'e Binary, case: Case) -> Done {
        let (lhs, rhs) = (&binary.lhs, &binary.rhs);
        if let Some(bound) = self.known(rhs) {
            return self.beyond(lhs, binary.op, bound, case);
        }
        if let Some(bound) = self.known(lhs) {
            return self.beyond(rhs, binary.op.turned(), bound, case);
        }
        let op = binary.op;
        self.either(
            |s| {
                s.value(rhs, DEFAULT)?;
                s.beyond(lhs, op, DEFAULT, case)
            },
            |s| {
                s.value(lhs, DEFAULT)?;
                s.beyond(rhs, op.turned(), DEFAULT, case)
            },
        )
        .map_err(|error| Cannot {
            span: error.span.or((self.depth == 0).then_some(expr.span)),
            ..error
        })
    }

    /// Makes `expr op bound` true, or just false.
    fn beyond(&mut self, expr: &'e Expr, op: BinaryOp, bound: f64, case: Case) -> Done {
        let is_whole = is_whole(expr) && bound.fract() == 0.0;
        let holds = case == Case::Holds;
        // Whole numbers go by ones. Others need room for what floating point adds.
        let (little, more) = match (is_whole, bound == 0.0) {
            (true, _) => (1.0, 1.0),
            (false, true) => (0.01, 1.0),
            (false, false) => (bound.abs() / 100.0, bound.abs() / 20.0),
        };
        let edge = if is_whole { 0.0 } else { little };
        let wanted = match (op, holds) {
            (BinaryOp::Gt, true) => bound + more,
            (BinaryOp::Gt, false) => bound - edge,
            (BinaryOp::Ge, true) if is_whole => bound,
            (BinaryOp::Ge, true) => bound + more,
            (BinaryOp::Ge, false) => bound - little,
            (BinaryOp::Lt, true) => bound - more,
            (BinaryOp::Lt, false) => bound + edge,
            (BinaryOp::Le, true) if is_whole => bound,
            (BinaryOp::Le, true) => bound - more,
            (BinaryOp::Le, false) => bound + little,
            (BinaryOp::Ne, true) | (BinaryOp::Eq, false) => bound + 1.0,
            _ => bound,
        };
        self.value(expr, wanted)
    }
}

pub(super) fn first<'e>(call: &'e Call, expr: &Expr) -> Result<&'e Expr, Cannot> {
    call.args.first().ok_or_else(|| Cannot {
        span: Some(expr.span),
        message: "it has no argument".to_owned(),
    })
}
