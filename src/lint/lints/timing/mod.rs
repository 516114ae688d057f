//! What times do to rules: intervals, windows, `for` and retention.

pub mod absent_without_for;
pub mod beyond_retention;
pub mod burn_rate_windows;
pub mod for_below_eval;
pub mod interval_beyond_lookback;
pub mod rate_window_short;

use crate::analysis::{RuleFacts, Times};
use crate::target::Duration;

/// How often the rule is evaluated, if that is known.
fn evaluation(rule: RuleFacts<'_>, times: &Times) -> Option<Duration> {
    let own = rule.at.group.interval.map(|interval| interval.value);
    own.filter(|interval| interval.ms > 0).or(times.evaluation)
}
