//! One test group: time goes on step by step, samples are loaded, rules run, assertions are looked at.

use std::sync::Arc;

use super::assertion::{self, Question};
use super::loading::{Loading, Timing, Traffic};
use super::outcome::{Failure, FailureKind, Remark, TemplateError, TestResult};
use super::rules::Uncompiled;
use super::{series, template_error};
use crate::alerting::{GroupRun, Rule, RuleGroup, Surroundings};
use crate::diagnostic::{Diagnostic, Location};
use crate::engine::Options;
use crate::labels::Labels;
use crate::model::{AlertTest, TestGroup};
use crate::source::{SourceFile, Span};
use crate::storage::Storage;
use crate::target::Duration;

/// What the test groups of a fixture have in common.
pub(super) struct Setting<'a> {
    pub file: &'a Arc<SourceFile>,
    /// The groups in the order of their evaluation.
    pub groups: &'a [RuleGroup],
    pub uncompiled: &'a [Uncompiled<'a>],
    pub options: Options,
    /// Every group runs at every step, whatever its own interval.
    pub step: Duration,
    pub fuzzy: bool,
}

/// Runs a test group. Problems with its input keep it from running.
pub(super) fn run_test(
    setting: &Setting<'_>,
    number: usize,
    test: &TestGroup,
) -> Result<TestResult, Vec<Diagnostic>> {
    let target = &setting.options.target;
    let series = series::read(test, target)?;
    let start = test.start_timestamp.map_or(0, |start| start.value);
    let timing = Timing {
        start,
        interval: test.sample_interval(setting.step, target).ms,
        end: start.saturating_add(test.last_eval_time().ms),
    };
    let questions: Vec<Question<'_>> = test
        .promql_expr_tests
        .iter()
        .map(|assertion| Question::new(setting, assertion))
        .collect();
    let asked = questions.iter().filter_map(Question::query);
    let traffic = Traffic::new(setting.groups, asked);
    let mut storage = Storage::new();
    let mut clock = Clock {
        setting,
        timing,
        loading: Loading::new(&series, timing, &traffic, &mut storage),
        storage,
        groups: setting
            .groups
            .iter()
            .map(|group| GroupRun::new(group, setting.options))
            .collect(),
        surroundings: surroundings(test),
        failures: Vec::new(),
        remarks: Vec::new(),
        template_errors: Vec::new(),
    };
    clock.run(test, &questions);
    Ok(TestResult {
        name: test.name.as_ref().map_or_else(
            || format!("test {}", number + 1),
            |name| name.as_str().to_owned(),
        ),
        is_named: test.name.is_some(),
        assertions: test.alert_rule_tests.len() + test.promql_expr_tests.len(),
        failures: clock.failures,
        remarks: clock.remarks,
        template_errors: clock.template_errors,
    })
}

fn surroundings(test: &TestGroup) -> Surroundings {
    let pairs = test.external_labels.iter();
    Surroundings {
        external_labels: Labels::from_pairs(
            pairs.map(|pair| (pair.key.as_str(), pair.value.as_str())),
        ),
        external_url: test
            .external_url
            .as_ref()
            .map_or("", |url| url.as_str())
            .into(),
    }
}

struct Clock<'a> {
    setting: &'a Setting<'a>,
    timing: Timing,
    loading: Loading<'a>,
    storage: Storage,
    groups: Vec<GroupRun<'a>>,
    surroundings: Surroundings,
    failures: Vec<Failure>,
    remarks: Vec<Remark>,
    template_errors: Vec<TemplateError>,
}

impl Clock<'_> {
    fn run(&mut self, test: &TestGroup, questions: &[Question<'_>]) {
        let mut alerts: Vec<&AlertTest> = test.alert_rule_tests.iter().collect();
        alerts.sort_by_key(|assertion| assertion.time());
        let mut alerts = alerts.into_iter().peekable();
        let Timing { start, end, .. } = self.timing;
        let mut now = start;
        loop {
            if !self.step(now) {
                self.remark_rules();
                return;
            }
            let next = now.saturating_add(self.setting.step.ms);
            // An assertion between two steps sees the state of the earlier one.
            let is_due = |assertion: &&AlertTest| start.saturating_add(assertion.time().ms) < next;
            while let Some(assertion) = alerts.next_if(is_due) {
                let failure = assertion::alerts(self.setting.file, assertion, &self.groups);
                self.failures.extend(failure);
            }
            if next > end || next == now {
                break;
            }
            now = next;
        }
        self.remark_rules();
        for question in questions {
            let (failure, remarks) =
                assertion::expression(self.setting, question, &self.storage, start);
            self.failures.extend(failure);
            self.remarks.extend(remarks);
        }
    }

    fn remark_rules(&mut self) {
        let mut remarks = Vec::new();
        for group in &self.groups {
            for (number, time, annotation) in group.annotations() {
                let rule = &group.group().rules[number];
                remarks.push(Remark {
                    kind: FailureKind::Rule(rule.name.to_string()),
                    eval_time: Duration::from_ms(time - self.timing.start),
                    location: place(rule, Some(annotation.span)),
                    level: annotation.level.into(),
                    message: annotation.to_string(),
                });
            }
        }
        self.remarks.extend(remarks);
    }

    /// Loads samples and runs the rules. Says whether the test can go on: a rule that fails ends it, as in promtool.
    fn step(&mut self, now: i64) -> bool {
        if let Err((series, error)) = self.loading.advance(now, &mut self.storage) {
            self.failures.push(Failure {
                kind: FailureKind::Input(series.spec.labels.to_string()),
                eval_time: Duration::from_ms(now - self.timing.start),
                location: Location::new(self.setting.file, series.item.span),
                message: error.to_string(),
                expected: Vec::new(),
                got: Vec::new(),
            });
            return false;
        }
        let before = self.failures.len();
        for rule in self.setting.uncompiled {
            let location = rule.file.location(rule.rule.expr_span(rule.error.span));
            self.rule_failed(rule.rule.name(), location, now, &rule.error.message);
        }
        for index in 0..self.groups.len() {
            let group = &mut self.groups[index];
            let errors = group.evaluate(&mut self.storage, now, &self.surroundings);
            let group = group.group();
            for error in errors {
                let rule = &group.rules[error.rule];
                let location = place(rule, error.error.span);
                self.rule_failed(&rule.name, location, now, &error.error.message);
            }
        }
        for group in &self.groups {
            let since_start = Duration::from_ms(now - self.timing.start);
            template_error::collect(group, since_start, &mut self.template_errors);
        }
        self.failures.len() == before
    }

    fn rule_failed(&mut self, name: &str, location: Location, now: i64, message: &str) {
        self.failures.push(Failure {
            kind: FailureKind::Rule(name.to_owned()),
            eval_time: Duration::from_ms(now - self.timing.start),
            location,
            message: message.to_owned(),
            expected: Vec::new(),
            got: Vec::new(),
        });
    }
}

/// The expression of a rule, or a part of it, in its rule file.
fn place(rule: &Rule, part: Option<Span>) -> Location {
    let span = part.map_or(rule.expr.span(), |part| rule.expr.map(part));
    Location::new(rule.expr.file(), span)
}
