//! Runs fixtures and tells what differs.

mod outcome;

pub use outcome::{Failure, FailureKind, FileReport, Item, TestReport, TestResult};
