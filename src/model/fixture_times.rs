//! When things happen in a fixture, as promtool works it out.

use super::fixture::{AlertTest, ExprTest, Fixture, TestGroup};
use crate::target::{Duration, Target, Version};

/// promtool's step where a fixture does not say.
const DEFAULT_STEP: Duration = Duration::from_ms(60_000);

impl Fixture {
    /// How often every rule group is evaluated, whatever its own interval.
    #[must_use]
    pub fn step(&self) -> Duration {
        self.evaluation_interval
            .map(|interval| interval.value)
            .filter(|interval| interval.ms > 0)
            .unwrap_or(DEFAULT_STEP)
    }
}

impl TestGroup {
    /// Time between two input samples, by the step of the fixture. Before 2.49 a missing `interval` put all samples at
    /// the start.
    #[must_use]
    pub fn sample_interval(&self, step: Duration, target: &Target) -> Duration {
        let given = self
            .interval
            .map_or(Duration::ZERO, |interval| interval.value);
        if given == Duration::ZERO && target.prometheus >= Version::new(2, 49) {
            step
        } else {
            given
        }
    }

    /// The time of the last assertion: so far the rules run.
    #[must_use]
    pub fn last_eval_time(&self) -> Duration {
        let alerts = self.alert_rule_tests.iter().map(AlertTest::time);
        let expressions = self.promql_expr_tests.iter().map(ExprTest::time);
        let notifications = self.extension.notifications.iter();
        let notifications = notifications.map(|test| test.expected.last());
        let all = alerts.chain(expressions).chain(notifications);
        all.max().unwrap_or(Duration::ZERO)
    }
}

impl AlertTest {
    /// When the alerts are looked at, from the start of the test.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.eval_time.map_or(Duration::ZERO, |time| time.value)
    }
}

impl ExprTest {
    /// When the expression is evaluated, from the start of the test.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.eval_time.map_or(Duration::ZERO, |time| time.value)
    }
}
