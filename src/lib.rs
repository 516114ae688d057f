//! rulecheck lints Prometheus alert rules and Alertmanager configuration and unit-tests them, offline.
//!
//! The rooms and what each may use are in `ARCHITECTURE.md`.

pub mod alerting;
pub mod analysis;
pub mod baseline;
pub mod calendar;
pub mod catalogue;
pub mod changes;
pub mod cli;
pub mod diagnostic;
pub mod engine;
pub mod explain;
pub mod exposition;
pub mod harness;
pub mod labels;
pub mod lint;
pub mod model;
pub mod notify;
pub mod number;
pub mod project;
pub mod promql;
pub mod regex;
pub mod report;
pub mod source;
pub mod storage;
pub mod suppression;
pub mod target;
pub mod template;
pub mod witness;
pub mod yaml;

#[cfg(test)]
mod schemas;
