//! rulecheck lints Prometheus alert rules and Alertmanager configuration and unit-tests them, offline.
//!
//! The rooms and what each may use are in `ARCHITECTURE.md`.

pub mod source;
// one room a line, from the ground up
pub mod analysis;
pub mod diagnostic;
pub mod engine;
pub mod labels;
pub mod model;
pub mod notify;
pub mod promql;
pub mod regex;
pub mod report;
pub mod storage;
pub mod target;
pub mod yaml;
