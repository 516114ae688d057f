//! Runs fixtures as `promtool test rules` does, and tells what differs.
//!
//! A fixture names rule files and has test groups; each group has its own storage, into which input series are loaded
//! while the rules are evaluated step by step.

mod alerts;
mod assertion;
mod clockwork;
mod coverage;
mod delivery;
mod dump;
mod expectation;
mod fixture;
mod loading;
mod near_miss;
mod notifications;
mod outcome;
mod parts;
mod proposal;
mod rules;
mod seen;
mod series;
mod shard;
mod template_error;
mod trace;
mod tree;
mod update;
mod why;

pub use coverage::{Coverage, CoverageStatus, RuleCoverage, coverage};
pub use delivery::templates_of;
pub use dump::Dump;
pub use fixture::{Listener, Run, is_chosen, run};
pub use near_miss::{Pairing, pair_up};
pub use outcome::{
    Failure, FailureKind, FileReport, Happening, Item, Remark, Simulation, TemplateError,
    TestReport, TestResult, Transition,
};
pub use parts::{PartKind, RulePart};
pub use proposal::{NoProposal, Proposal, propose};
pub use seen::RuleSeen;
pub use shard::Shard;
pub use trace::{Curve, Moment, Trace, TraceRequest, TracedAlert, TracedCause};
pub use tree::{NodeValue, TraceNode};
pub use update::{Update, update};
