//! How long it takes until somebody is told.

use super::facts::RuleFacts;
use super::times::Times;
use crate::notify::Timing;
use crate::promql::VectorSelector;
use crate::target::Duration;

/// How long it takes from the moment at which the condition of an alert begins or ends to hold to the notification, at one
/// route. Windows of range functions are not counted: how soon `rate(…[5m])` crosses a threshold hangs on the values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Latency {
    /// Until the alert fires.
    pub firing: Wait,
    /// Until it is told, where its group is new.
    pub first: Wait,
    /// Until it is told, where its group has told others before.
    pub joining: Wait,
    /// Until its end is told.
    pub resolved: Wait,
}

/// The shortest and the longest time that something takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wait {
    /// It takes at least that long.
    pub best: Duration,
    /// It takes no longer; nothing where the intervals are not known.
    pub worst: Option<Duration>,
}

impl Wait {
    fn and(self, best: Duration, worst: Duration) -> Self {
        Self {
            best: sum(self.best, best),
            worst: self.worst.map(|so_far| sum(so_far, worst)),
        }
    }
}

impl Latency {
    /// With the intervals of a rule and those of a route.
    ///
    /// A breach is seen by the next scrape and the next evaluation after it. The alert is pending from then on and fires at
    /// the first evaluation at which `for` has passed. A new group waits for `group_wait`; one that has notified looks again
    /// within `group_interval`. Where `up` is read, a target that hangs is seen only when the scrape has timed out.
    #[must_use]
    pub fn new(rule: RuleFacts<'_>, times: &Times, timing: Timing) -> Self {
        let model = &rule.at.rule.model;
        let evaluation = times.evaluation_of(rule.at.group);
        let hold = |wanted: Option<crate::source::Spanned<Duration>>| {
            let wanted = wanted.map_or(Duration::ZERO, |wanted| wanted.value);
            evaluation.map_or(wanted, |interval| whole(wanted, interval))
        };
        let seen = |timeout: Duration| -> Option<Duration> {
            Some(sum(sum(slowest_scrape(rule, times)?, timeout), evaluation?))
        };
        let pending = hold(model.hold);
        let ups = selectors(rule).into_iter();
        let ups = ups.filter(|selector| selector.metric_name() == Some("up"));
        let timeout = ups.filter_map(|up| times.scrape_timeout_of(up)).max();
        let timeout = timeout.unwrap_or_default();
        let firing = Wait {
            best: pending,
            worst: seen(timeout).map(|seen| sum(seen, pending)),
        };
        let keep = hold(model.keep_firing_for);
        let ended = Wait {
            best: keep,
            worst: seen(Duration::ZERO).map(|seen| sum(seen, keep)),
        };
        Self {
            firing,
            first: firing.and(timing.group_wait, timing.group_wait),
            joining: firing.and(Duration::ZERO, timing.group_interval),
            resolved: ended.and(Duration::ZERO, timing.group_interval),
        }
    }
}

/// The first multiple of the interval that is not below a time.
fn whole(time: Duration, interval: Duration) -> Duration {
    let steps = time.ms / interval.ms.max(1) + i64::from(time.ms % interval.ms.max(1) > 0);
    Duration::from_ms(steps.saturating_mul(interval.ms.max(1)))
}

fn sum(one: Duration, other: Duration) -> Duration {
    Duration::from_ms(one.ms.saturating_add(other.ms))
}

fn selectors(rule: RuleFacts<'_>) -> Vec<&VectorSelector> {
    let mut found = Vec::new();
    rule.expr.walk(&mut |part| found.extend(part.selector()));
    found
}

/// Nothing where the interval of some selector is not known.
fn slowest_scrape(rule: RuleFacts<'_>, times: &Times) -> Option<Duration> {
    let mut slowest = Duration::ZERO;
    for selector in selectors(rule) {
        slowest = slowest.max(times.slowest_scrape_of(selector)?);
    }
    Some(slowest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_fires_at_an_evaluation() {
        let at = |seconds: i64, interval: i64| {
            let of = |seconds| Duration::from_ms(seconds * 1000);
            whole(of(seconds), of(interval)).ms / 1000
        };
        // `for: 5m` every minute, every two minutes, and every ten.
        assert_eq!([at(300, 60), at(300, 120), at(300, 600)], [300, 360, 600]);
        assert_eq!(at(0, 60), 0);
    }
}
