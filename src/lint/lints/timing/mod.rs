//! What times do to rules: intervals, windows, `for` and retention.

pub mod absent_without_for;
pub mod beyond_retention;
pub mod burn_rate_windows;
pub mod for_below_eval;
pub mod interval_beyond_lookback;
pub mod rate_window_short;
