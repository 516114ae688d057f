//! A compiled expression: plain data.

use std::fmt;
use std::sync::Arc;

use super::functions::Body;
use super::planner::Planner;
use super::selector::reference_time;
use crate::labels::{METRIC_NAME, MatchOp, Matcher};
use crate::promql::{AggregateOp, At, BinaryOp, Expr, RangeExtension, ValueType, VectorMatching};
use crate::source::Span;
use crate::target::Target;

/// What evaluation depends on besides expression, storage and time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Options {
    /// The Prometheus whose rules hold.
    pub target: Target,
    /// Step of subqueries without one, in milliseconds (the evaluation interval).
    pub default_step_ms: i64,
    /// Step of a range query, in milliseconds; 0 for an instant query. It is what `step()` means in a duration.
    pub step_ms: i64,
    /// From the first to the last step of a range query, in milliseconds. It is what `range()` means in a duration.
    pub range_ms: i64,
}

impl Options {
    /// Prometheus's defaults for a target: subqueries step by a minute.
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self {
            target,
            default_step_ms: 60_000,
            step_ms: 0,
            range_ms: 0,
        }
    }
}

/// A compiled expression.
#[derive(Debug)]
pub struct Query {
    pub(super) root: Root,
    pub(super) selectors: Vec<SelectorPlan>,
    /// How many aggregations there are.
    pub(super) groupings: usize,
    /// How many subqueries there are.
    pub(super) subqueries: usize,
    pub(super) options: Options,
}

/// What one selector of a query reads.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'q> {
    /// A series is read if it satisfies all of these.
    pub matchers: &'q [Matcher],
    /// The last time whose sample is read, in milliseconds.
    pub newest: i64,
    /// How far back from there it reads, in milliseconds: its window, or the lookback.
    pub length_ms: i64,
    /// Whether it is a range selector: it has samples, where an instant selector has a value.
    pub is_range: bool,
}

/// Why an expression that parses cannot be evaluated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanError {
    /// What is wrong.
    pub message: String,
    /// The part of the expression to blame.
    pub span: Span,
}

/// The outermost part of an expression.
#[derive(Debug)]
pub(super) enum Root {
    /// A scalar, string or instant vector.
    Value(Node),
    /// A range vector.
    Range(RangeNode),
}

/// A node of the compiled tree. Parentheses are gone, durations are numbers, selectors have numbers.
#[derive(Debug)]
pub(super) enum Node {
    Number(f64),
    String(Arc<str>),
    /// An instant vector selector, by its number in [`Query::selectors`].
    Instant(usize),
    /// `selector smoothed`
    Smoothed(usize),
    Call(CallNode),
    Aggregate(Box<AggregateNode>),
    Binary(Box<BinaryNode>),
    Negate(Box<Node>),
    /// `timestamp(selector)`, which yields the samples' own times.
    SampleTime(usize),
    /// `start_timestamp(selector)`, which yields when the counters of the samples were started.
    SampleStart(usize),
}

/// What a function that wants a range vector is given.
#[derive(Debug)]
pub(super) enum RangeNode {
    Selector(usize),
    Subquery(Box<SubqueryNode>),
}

#[derive(Debug)]
pub(super) struct CallNode {
    pub body: &'static Body,
    pub span: Span,
    /// The bytes of each argument, the range vector included.
    pub arg_spans: Vec<Span>,
    /// The range vector among the arguments, if the function takes one.
    pub range: Option<RangeNode>,
    /// The other arguments in order.
    pub args: Vec<Node>,
    /// For `info`: where the labels come from.
    pub info: Option<Box<InfoPlan>>,
    /// For `absent` and `absent_over_time`: the labels that the result gets.
    pub absent_labels: crate::labels::Labels,
}

/// What `info` looks for.
#[derive(Debug)]
pub(super) struct InfoPlan {
    /// The selector of the info series.
    pub selector: usize,
    /// The conditions on their names: a series that satisfies all of them is an info series itself.
    pub names: Vec<Matcher>,
    /// The conditions on their other labels; only those labels are taken, or all where there is no condition.
    pub data: Vec<Matcher>,
    /// `@` and `offset` on the way to the base series, outermost first: the info series are read at the same time.
    pub times: Vec<(Option<At>, i64)>,
}

#[derive(Debug)]
pub(super) struct SubqueryNode {
    pub node: Node,
    /// Its number among the subqueries of the query.
    pub number: usize,
    /// Whether a step depends on its time alone and on samples up to then, so that it yields the same whenever it is looked
    /// at later.
    pub is_causal: bool,
    pub range_ms: i64,
    pub step_ms: i64,
    pub offset_ms: i64,
    pub at: Option<At>,
}

#[derive(Debug)]
pub(super) struct SelectorPlan {
    pub matchers: Vec<Matcher>,
    /// Whether an equality matcher asks for the name of a counter.
    pub is_counter: bool,
    pub offset_ms: i64,
    pub at: Option<At>,
    /// Zero for instant selectors.
    pub range_ms: i64,
    pub extension: Option<RangeExtension>,
    /// The bytes of the selector.
    pub span: Span,
    /// Only counts and sums of histograms are wanted; Prometheus then finds resets while it reads.
    pub only_stats: bool,
}

#[derive(Debug)]
pub(super) struct AggregateNode {
    pub op: AggregateOp,
    /// Its number among the aggregations of the query.
    pub number: usize,
    pub span: Span,
    pub param_span: Span,
    pub expr_span: Span,
    pub param: Option<Node>,
    pub node: Node,
    pub without: bool,
    pub labels: Vec<Arc<str>>,
}

#[derive(Debug)]
pub(super) struct BinaryNode {
    pub op: BinaryOp,
    pub span: Span,
    pub lhs: Node,
    pub rhs: Node,
    pub lhs_type: ValueType,
    pub rhs_type: ValueType,
    pub return_bool: bool,
    pub matching: VectorMatching,
}

impl Query {
    /// Compiles a parsed expression.
    pub fn new(expr: &Expr, options: Options) -> Result<Self, PlanError> {
        Planner::plan(expr, options)
    }

    /// The matchers of each selector: no series is read that satisfies none of these lists.
    pub fn selections(&self) -> impl Iterator<Item = &[Matcher]> {
        self.selectors.iter().map(|plan| plan.matchers.as_slice())
    }

    /// What each selector reads in an instant query at `now` (milliseconds), those inside of subqueries left aside.
    pub fn selections_at(&self, now: i64) -> impl Iterator<Item = Selection<'_>> {
        let target = &self.options.target;
        self.selectors.iter().map(move |plan| {
            let newest = reference_time(now, plan.at, plan.offset_ms, now, now);
            let is_range = plan.range_ms > 0;
            Selection {
                matchers: &plan.matchers,
                newest,
                length_ms: if is_range {
                    plan.range_ms
                } else {
                    target.lookback_ms
                },
                is_range,
            }
        })
    }
}

impl SelectorPlan {
    /// Whether an equality matcher fixes the metric name, so that dropping it cannot make two series equal.
    pub(super) fn fixes_name(&self) -> bool {
        self.matchers.iter().any(asks_for_name)
    }
}

/// Whether the matcher is an equality of the metric name.
pub(super) fn asks_for_name(matcher: &Matcher) -> bool {
    &*matcher.name == METRIC_NAME && matcher.op == MatchOp::Equal
}

impl PlanError {
    pub(super) fn new(message: impl Into<String>, span: Span) -> Self {
        Self {
            message: message.into(),
            span,
        }
    }

    pub(super) fn unsupported(what: &str, span: Span) -> Self {
        Self::new(format!("{what} cannot be evaluated yet"), span)
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PlanError {}
