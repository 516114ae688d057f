//! Rule groups over time: recording rules, alerting rules, and the series that both write.
//!
//! The behaviour is that of Prometheus's `rules` package as `promtool test rules` drives it: every group runs at every
//! step, one rule after another, each seeing what the ones before it wrote at the same time.

mod alert;
mod expansion;
mod group;
mod rule;

pub use alert::{ActiveAlert, AlertState};
pub use expansion::Surroundings;
pub use group::{GroupRun, Observer, RuleError};
pub use rule::{Rule, RuleGroup, RuleKind, RuleText};
