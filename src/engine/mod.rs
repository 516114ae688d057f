//! Evaluation of PromQL: an expression at a time, over a storage, by the rules of Prometheus's engine.
//!
//! A [`Query`] is compiled once. An [`Evaluator`] belongs to one query and one storage that only grows; it remembers
//! which series its selectors found and where their windows stood, so that the next evaluation starts from there.

mod aggregate;
mod annotation;
mod binary;
mod eval;
mod functions;
mod go_math;
mod grouping;
mod histograms;
mod limits;
mod plan;
mod planner;
mod remembered;
mod selector;
mod subquery;
mod value;
mod windows;

pub use annotation::{Annotation, AnnotationLevel, Repair, counter_doubt, ratio_doubt};
pub use binary::signature;
pub use eval::{Evaluator, Outcome};
pub use grouping::is_same;
pub use limits::MAX_SERIES;
pub use plan::{Options, PlanError, Query, Selection};
pub use value::{EvalError, Points, Sample, Value};
