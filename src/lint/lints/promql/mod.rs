//! Lints of the group `promql`.

pub mod quantile_shape;
pub mod stale_timestamp;
