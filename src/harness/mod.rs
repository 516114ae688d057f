//! Runs fixtures as `promtool test rules` does, and tells what differs.
//!
//! A fixture names rule files and has test groups; each group has its own storage, into which input series are loaded
//! while the rules are evaluated step by step.

mod assertion;
mod clockwork;
mod fixture;
mod loading;
mod outcome;
mod rules;
mod series;
mod shard;
mod template_error;

pub use fixture::{Run, is_chosen, run};
pub use outcome::{
    Failure, FailureKind, FileReport, Item, Remark, TemplateError, TestReport, TestResult,
};
pub use shard::Shard;
