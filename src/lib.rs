//! rulecheck lints Prometheus alert rules and Alertmanager configuration and unit-tests them, offline.
//!
//! The rooms and what each may use are in `ARCHITECTURE.md`.

pub mod source;
// one room a line, from the ground up
pub mod diagnostic;
pub mod labels;
pub mod promql;
pub mod regex;
pub mod target;
pub mod template;
