//! The linter: the registry, and one file a lint.

mod context;
mod levels;
mod lints;
mod registry;
mod run;
mod suppress;

pub use context::{Context, Findings};
pub use levels::{Levels, UnknownLint};
pub use registry::{
    Check, Example, FIXTURE, Group, Lint, all, documentation_url, find, groups, names,
};
pub use run::{Outcome, run, run_all, run_group, settled};
