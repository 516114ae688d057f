use std::sync::Arc;

use super::functions::Function;
use crate::labels::Matcher;
use crate::source::Span;

/// An expression. Spans count bytes of the expression's text and follow Prometheus's `PositionRange`.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// The bytes of the expression.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// The kinds of expression.
#[derive(Clone, PartialEq, Debug)]
pub enum ExprKind {
    /// A number, or a duration written where a number is wanted (`5m` is 300).
    Number(f64),
    /// A string, escapes resolved.
    String(Arc<str>),
    /// An instant vector selector.
    Vector(VectorSelector),
    /// A range vector selector: `m[5m]`. Its `offset`, `@`, `anchored` and `smoothed` are those of the selector inside.
    Matrix(MatrixSelector),
    /// A subquery: `expr[1h:5m]`.
    Subquery(Box<Subquery>),
    /// A function call.
    Call(Call),
    /// An aggregation.
    Aggregate(Box<Aggregate>),
    /// A binary operation.
    Binary(Box<Binary>),
    /// A sign before an expression; a sign before a number literal belongs to the number.
    Unary(UnaryOp, Box<Expr>),
    /// Parentheses.
    Paren(Box<Expr>),
}

/// The four types of an expression.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValueType {
    /// One number.
    Scalar,
    /// One string.
    String,
    /// A sample per series.
    Vector,
    /// Samples over a window per series.
    Matrix,
}

/// A selector of series.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct VectorSelector {
    /// The metric name, written before the braces or as a lone quoted string in them.
    pub name: Option<Name>,
    /// The matchers in the braces, in the order written; the metric name is not among them.
    pub matchers: Vec<SpannedMatcher>,
    /// The time modifiers.
    pub modifiers: TimeModifiers,
    /// `anchored` or `smoothed`.
    pub extension: Option<RangeExtension>,
}

/// A metric name and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Name {
    /// The name.
    pub text: Arc<str>,
    /// Its bytes, quotes included.
    pub span: Span,
}

/// A matcher and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct SpannedMatcher {
    /// The matcher.
    pub matcher: Matcher,
    /// All its bytes, from the label name to the end of the value.
    pub span: Span,
    /// The bytes of the value, quotes included.
    pub value_span: Span,
}

/// `offset` and `@` of a selector or subquery.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TimeModifiers {
    /// `offset d`.
    pub offset: Option<DurationExpr>,
    /// `@ t`.
    pub at: Option<At>,
}

/// The argument of `@`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum At {
    /// Milliseconds since the Unix epoch.
    Timestamp(i64),
    /// `start()`
    Start,
    /// `end()`
    End,
}

/// How a selector treats the edges of its window (`promql-extended-range-selectors`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RangeExtension {
    /// `anchored`: the last sample before the window counts as one at its start.
    Anchored,
    /// `smoothed`: values at the edges are interpolated.
    Smoothed,
}

/// A range vector selector.
#[derive(Clone, PartialEq, Debug)]
pub struct MatrixSelector {
    /// The series; time modifiers and extension are in here.
    pub selector: VectorSelector,
    /// The bytes of the selector without the range.
    pub selector_span: Span,
    /// Length of the window.
    pub range: DurationExpr,
}

/// A subquery.
#[derive(Clone, PartialEq, Debug)]
pub struct Subquery {
    /// What is evaluated at every step.
    pub expr: Expr,
    /// Length of the window.
    pub range: DurationExpr,
    /// Step; the default is the evaluation interval.
    pub step: Option<DurationExpr>,
    /// The time modifiers.
    pub modifiers: TimeModifiers,
}

/// A duration, possibly computed (Prometheus 3.4 behind a flag, always from 3.14).
#[derive(Clone, PartialEq, Debug)]
pub struct DurationExpr {
    /// The bytes of the duration.
    pub span: Span,
    /// What it is.
    pub kind: DurationKind,
}

/// The kinds of duration expression.
#[derive(Clone, PartialEq, Debug)]
pub enum DurationKind {
    /// Seconds.
    Literal(f64),
    /// `step()`: the step of the query.
    Step,
    /// `range()`: the length of the query.
    Range,
    /// `min_of(a, b)`
    MinOf(Box<DurationExpr>, Box<DurationExpr>),
    /// `max_of(a, b)`
    MaxOf(Box<DurationExpr>, Box<DurationExpr>),
    /// A sign.
    Unary(UnaryOp, Box<DurationExpr>),
    /// Arithmetic: only `+ - * / % ^`.
    Binary(BinaryOp, Box<DurationExpr>, Box<DurationExpr>),
    /// Parentheses.
    Paren(Box<DurationExpr>),
}

/// A function call.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// The function's row in the catalogue.
    pub function: &'static Function,
    /// The bytes of the function's name.
    pub name_span: Span,
    /// The arguments.
    pub args: Vec<Expr>,
}

/// An aggregation.
#[derive(Clone, PartialEq, Debug)]
pub struct Aggregate {
    /// The operator.
    pub op: AggregateOp,
    /// The bytes of the operator.
    pub op_span: Span,
    /// The parameter of `topk`, `bottomk`, `limitk`, `limit_ratio`, `quantile` and `count_values`.
    pub param: Option<Expr>,
    /// What is aggregated.
    pub expr: Expr,
    /// `by` or `without`; no clause is the same as `by ()`.
    pub grouping: Option<Grouping>,
}

/// A `by` or `without` clause.
#[derive(Clone, PartialEq, Debug)]
pub struct Grouping {
    /// Whether it is `without`.
    pub without: bool,
    /// The labels in the order written.
    pub labels: Vec<Name>,
    /// The bytes of the clause, from the keyword to the closing parenthesis.
    pub span: Span,
}

/// The aggregation operators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "each is the PromQL operator of that name")]
pub enum AggregateOp {
    Sum,
    Avg,
    Count,
    Min,
    Max,
    Group,
    Stddev,
    Stdvar,
    Topk,
    Bottomk,
    CountValues,
    Quantile,
    Limitk,
    LimitRatio,
}

/// A binary operation.
#[derive(Clone, PartialEq, Debug)]
pub struct Binary {
    /// The operator.
    pub op: BinaryOp,
    /// The bytes of the operator.
    pub op_span: Span,
    /// Left side.
    pub lhs: Expr,
    /// Right side.
    pub rhs: Expr,
    /// Whether `bool` was written.
    pub return_bool: bool,
    /// How series find their partners; only present between two instant vectors.
    pub matching: Option<VectorMatching>,
}

/// How the series of two vectors find each other.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct VectorMatching {
    /// How many series may meet on each side.
    pub cardinality: Cardinality,
    /// Whether `on` was written; otherwise `labels` are those ignored.
    pub on: bool,
    /// The labels of `on` or `ignoring`.
    pub labels: Vec<Name>,
    /// The labels of `group_left` or `group_right`.
    pub include: Vec<Name>,
    /// `fill` or `fill_left`: the value of a missing left side.
    pub fill_left: Option<f64>,
    /// `fill` or `fill_right`: the value of a missing right side.
    pub fill_right: Option<f64>,
}

/// How many series of each side may meet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Cardinality {
    /// One with one.
    #[default]
    OneToOne,
    /// `group_left`: many on the left.
    ManyToOne,
    /// `group_right`: many on the right.
    OneToMany,
    /// The set operators.
    ManyToMany,
}

/// The binary operators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "each is the PromQL operator of that name")]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Atan2,
    Eq,
    Ne,
    Gt,
    Lt,
    Ge,
    Le,
    /// `</`: the part of a histogram below a bound
    TrimUpper,
    /// `>/`: the part of a histogram above a bound
    TrimLower,
    And,
    Or,
    Unless,
}

/// A sign.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnaryOp {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

impl VectorMatching {
    /// Whether a missing side is filled in (`promql-binop-fill-modifiers`), so that a series needs no partner.
    #[must_use]
    pub const fn is_filled(&self) -> bool {
        self.fill_left.is_some() || self.fill_right.is_some()
    }
}

impl Binary {
    /// Whether a missing side is filled in.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        self.matching
            .as_ref()
            .is_some_and(VectorMatching::is_filled)
    }
}

impl BinaryOp {
    /// The operator as written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Mod => "%",
            Self::Pow => "^",
            Self::Atan2 => "atan2",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Gt => ">",
            Self::Lt => "<",
            Self::Ge => ">=",
            Self::Le => "<=",
            Self::TrimUpper => "</",
            Self::TrimLower => ">/",
            Self::And => "and",
            Self::Or => "or",
            Self::Unless => "unless",
        }
    }

    /// Whether it compares.
    #[must_use]
    pub const fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Eq | Self::Ne | Self::Gt | Self::Lt | Self::Ge | Self::Le
        )
    }

    /// The comparison with its sides exchanged: `a < b` is `b > a`.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Gt => Self::Lt,
            Self::Lt => Self::Gt,
            Self::Ge => Self::Le,
            Self::Le => Self::Ge,
            other => other,
        }
    }

    /// Whether it is `and`, `or` or `unless`.
    #[must_use]
    pub const fn is_set(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Unless)
    }
}

impl AggregateOp {
    /// Every operator with its name.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Sum, "sum"),
        (Self::Avg, "avg"),
        (Self::Count, "count"),
        (Self::Min, "min"),
        (Self::Max, "max"),
        (Self::Group, "group"),
        (Self::Stddev, "stddev"),
        (Self::Stdvar, "stdvar"),
        (Self::Topk, "topk"),
        (Self::Bottomk, "bottomk"),
        (Self::CountValues, "count_values"),
        (Self::Quantile, "quantile"),
        (Self::Limitk, "limitk"),
        (Self::LimitRatio, "limit_ratio"),
    ];

    /// The operator as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let row = Self::ALL.iter().find(|&&(op, _)| op == self);
        // Every operator has a row.
        row.map_or("", |&(_, name)| name)
    }

    /// Whether it takes a parameter before the vector.
    #[must_use]
    pub const fn has_param(self) -> bool {
        matches!(
            self,
            Self::Topk
                | Self::Bottomk
                | Self::Limitk
                | Self::LimitRatio
                | Self::Quantile
                | Self::CountValues
        )
    }

    /// Whether it keeps whole series (`topk` and its like) and so all their labels.
    #[must_use]
    pub const fn selects(self) -> bool {
        matches!(
            self,
            Self::Topk | Self::Bottomk | Self::Limitk | Self::LimitRatio
        )
    }
}

impl Expr {
    /// The type that the expression yields.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        match &self.kind {
            ExprKind::Number(_) => ValueType::Scalar,
            ExprKind::String(_) => ValueType::String,
            ExprKind::Vector(_) | ExprKind::Aggregate(_) => ValueType::Vector,
            ExprKind::Matrix(_) | ExprKind::Subquery(_) => ValueType::Matrix,
            ExprKind::Call(call) => call.function.returns,
            ExprKind::Unary(_, inner) | ExprKind::Paren(inner) => inner.value_type(),
            ExprKind::Binary(binary) => {
                // A comparison or arithmetic of two scalars is a scalar; one vector makes it a vector.
                // The chain `a + b + c` is walked on the right side only, which is short in it.
                if binary.matching.is_some() {
                    return ValueType::Vector;
                }
                match (binary.rhs.value_type(), binary.lhs.value_type()) {
                    (ValueType::Scalar, ValueType::Scalar) => ValueType::Scalar,
                    _ => ValueType::Vector,
                }
            }
        }
    }
}

impl VectorSelector {
    /// Every matcher, that of the metric name first.
    pub fn all_matchers(&self) -> impl Iterator<Item = Matcher> + '_ {
        let name = self
            .name
            .as_ref()
            .map(|name| Matcher::equal(crate::labels::METRIC_NAME, Arc::clone(&name.text)));
        name.into_iter()
            .chain(self.matchers.iter().map(|m| m.matcher.clone()))
    }

    /// The metric name, if the selector fixes one, be it before the braces or by `__name__="…"`.
    #[must_use]
    pub fn metric_name(&self) -> Option<&str> {
        let by_matcher = || {
            self.matchers
                .iter()
                .map(|m| &m.matcher)
                .find(|m| {
                    &*m.name == crate::labels::METRIC_NAME && m.op == crate::labels::MatchOp::Equal
                })
                .map(|m| &*m.value)
        };
        self.name
            .as_ref()
            .map(|name| &*name.text)
            .or_else(by_matcher)
    }
}
