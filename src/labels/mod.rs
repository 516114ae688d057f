//! Label sets and matchers, for series and alerts alike.

mod label_set;
mod matcher;
mod names;

pub use label_set::{Label, Labels, LabelsBuilder};
pub use matcher::{MatchOp, Matcher};
pub use names::{from_bytes, is_classic_label_name, is_classic_metric_name, is_utf8, quote};

/// The label that holds the metric name.
pub const METRIC_NAME: &str = "__name__";
/// The label that names an alert.
pub const ALERT_NAME: &str = "alertname";
/// The label of a classic histogram bucket that holds its upper bound.
pub const BUCKET: &str = "le";
