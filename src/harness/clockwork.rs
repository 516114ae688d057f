//! One test group: time goes on step by step, samples are loaded, rules run, assertions are looked at.

use std::sync::Arc;
use std::time::Instant;

use super::alerts::{alerts, others};
use super::assertion::{self, Question};
use super::delivery::{Behind, Delivery};
use super::dump::{Dump, Dumper};
use super::loading::{Loading, Timing, Traffic};
use super::notifications::notifications;
use super::outcome::{Failure, FailureKind, Remark, Simulation, TemplateError, TestResult};
use super::rules::Uncompiled;
use super::seen::{RuleSeen, Witness, witnesses};
use super::series::{self, Series};
use super::template_error;
use super::trace::{Trace, TraceRequest, Tracer, is_alert, subjects};
use super::why::why;
use crate::alerting::{GroupRun, Rule, RuleGroup, Surroundings};
use crate::diagnostic::{Diagnostic, Location};
use crate::engine::Options;
use crate::labels::Labels;
use crate::model::{AlertTest, Extension, TestGroup};
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
    /// What the key `rulecheck` of the file says.
    pub extension: &'a Extension,
    /// The Alertmanager behind the rules, if there is one.
    pub behind: Option<&'a Behind>,
}

/// Runs a test group. Problems with its input keep it from running.
pub(super) fn run_test(
    setting: &Setting<'_>,
    number: usize,
    test: &TestGroup,
    watch: Watch<'_>,
) -> Result<TestResult, Vec<Diagnostic>> {
    let series = series::read(test, &setting.options.target)?;
    let start = test.start_timestamp.map_or(0, |start| start.value);
    let mut audience = Audience::default();
    let (traced, all);
    if let Some(request) = watch.trace {
        traced = subjects(setting, |rule| is_alert(rule, &request.alert));
        let times = request.at.map(|at| vec![at]);
        let tracers = traced.iter();
        audience.tracers = tracers
            .map(|subject| Tracer::new(setting, subject, start, times.clone()))
            .collect();
        audience.until = request.at;
    }
    if watch.coverage {
        all = subjects(setting, |_| true);
        audience.witnesses = witnesses(setting, test, start, &all);
    }
    audience.dumper = watch
        .dump
        .then(|| Dumper::new(test.last_eval_time(), setting.options));
    if watch.simulate || !test.extension.notifications.is_empty() {
        audience.until = audience.until.max(watch.until);
        audience.delivery = setting
            .behind
            .and_then(|behind| Delivery::new(behind, test));
    }
    let mut played = play(setting, test, &series, audience);
    if let Some(simulation) = &played.simulation {
        let failures = notifications(setting.file, test, simulation);
        played.failures.extend(failures);
    }
    if watch.trace.is_none() {
        explain(setting, test, &series, &mut played.failures);
    }
    Ok(TestResult {
        name: test.name.as_ref().map_or_else(
            || format!("test {}", number + 1),
            |name| name.as_str().to_owned(),
        ),
        is_named: test.name.is_some(),
        assertions: test.alert_rule_tests.len()
            + test.promql_expr_tests.len()
            + test.extension.notifications.len(),
        failures: played.failures,
        remarks: played.remarks,
        template_errors: played.template_errors,
        traces: played.traces,
        seen: played.seen,
        dump: played.dump,
        simulation: played.simulation.filter(|_| watch.simulate),
    })
}

/// What is looked at more closely while tests run.
#[derive(Clone, Copy)]
pub(super) struct Watch<'a> {
    pub trace: Option<&'a TraceRequest>,
    pub coverage: bool,
    pub dump: bool,
    pub simulate: bool,
    pub until: Option<Duration>,
}

/// Who looks on while a test runs.
#[derive(Default)]
struct Audience<'a> {
    tracers: Vec<Tracer<'a>>,
    witnesses: Vec<Witness<'a>>,
    dumper: Option<Dumper>,
    delivery: Option<Delivery<'a>>,
    /// How far the rules run for them at least.
    until: Option<Duration>,
}

impl Audience<'_> {
    fn before(&mut self, (group, rule): (usize, usize), storage: &Storage, now: i64, time: i64) {
        let tracers = self.tracers.iter_mut();
        for tracer in tracers.filter(|tracer| tracer.is_about(group, rule)) {
            tracer.before(storage, now, time);
        }
        let witnesses = self.witnesses.iter_mut();
        for witness in witnesses.filter(|witness| witness.is_about(group, rule)) {
            witness.before(storage, now, time);
        }
    }

    fn after(&mut self, number: usize, group: &GroupRun<'_>, now: i64) {
        for tracer in self.tracers.iter_mut().filter(|t| t.group() == number) {
            tracer.after(group, now);
        }
        for witness in self.witnesses.iter_mut().filter(|w| w.group() == number) {
            witness.after(group);
        }
    }
}

/// Runs the test once more and looks closely at the alerts whose assertions failed, at the times of these.
fn explain(
    setting: &Setting<'_>,
    test: &TestGroup,
    series: &[Series<'_>],
    failures: &mut [Failure],
) {
    let failed = |rule: &Rule| {
        failures
            .iter()
            .any(|failure| failure.is_of_alert(&rule.name))
    };
    let subjects = subjects(setting, |rule| is_alert(rule, &rule.name) && failed(rule));
    if subjects.is_empty() {
        return;
    }
    let start = test.start_timestamp.map_or(0, |start| start.value);
    let times: Vec<Duration> = failures.iter().map(|failure| failure.eval_time).collect();
    let tracers = subjects
        .iter()
        .map(|subject| Tracer::new(setting, subject, start, Some(times.clone())))
        .collect();
    let audience = Audience {
        tracers,
        ..Audience::default()
    };
    let traces = play(setting, test, series, audience).traces;
    for failure in failures {
        failure.why = why(failure, &traces);
    }
}

/// What comes of one run through a test group.
struct Played {
    failures: Vec<Failure>,
    remarks: Vec<Remark>,
    template_errors: Vec<TemplateError>,
    traces: Vec<Trace>,
    seen: Vec<RuleSeen>,
    dump: Option<Dump>,
    simulation: Option<Simulation>,
}

/// Runs through a test group, and behind its end if the audience wants to see more.
fn play(
    setting: &Setting<'_>,
    test: &TestGroup,
    series: &[Series<'_>],
    mut audience: Audience<'_>,
) -> Played {
    let started = Instant::now();
    let until = audience.until;
    let start = test.start_timestamp.map_or(0, |start| start.value);
    let last = test.last_eval_time();
    let timing = Timing {
        start,
        interval: test
            .sample_interval(setting.step, &setting.options.target)
            .ms,
        end: start.saturating_add(until.map_or(last, |until| until.max(last)).ms),
    };
    let questions: Vec<Question<'_>> = test
        .promql_expr_tests
        .iter()
        .map(|assertion| Question::new(setting, test, assertion))
        .collect();
    let asked = questions.iter().filter_map(Question::query);
    let dumper = audience.dumper.take();
    let asked = asked.chain(dumper.iter().filter_map(Dumper::query));
    let traffic = Traffic::new(setting.groups, asked);
    let mut storage = Storage::new();
    let mut clock = Clock {
        setting,
        timing,
        asserted: start.saturating_add(last.ms),
        loading: Loading::new(series, timing, &traffic, &mut storage),
        storage,
        groups: setting
            .groups
            .iter()
            .map(|group| GroupRun::new(group, setting.options))
            .collect(),
        surroundings: surroundings(test),
        audience,
        failures: Vec::new(),
        remarks: Vec::new(),
        template_errors: Vec::new(),
    };
    clock.run(test, &questions);
    let Audience {
        tracers,
        witnesses,
        delivery,
        ..
    } = clock.audience;
    let storage = &clock.storage;
    let dump = dumper.map(|dumper| dumper.dump(storage, start, started.elapsed()));
    Played {
        failures: clock.failures,
        remarks: clock.remarks,
        traces: tracers.into_iter().map(Tracer::finish).collect(),
        seen: witnesses
            .into_iter()
            .map(|witness| witness.finish(storage))
            .collect(),
        template_errors: clock.template_errors,
        dump,
        simulation: delivery.map(|delivery| delivery.finish(start, timing.end)),
    }
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
    /// The time of the last assertion.
    asserted: i64,
    loading: Loading<'a>,
    storage: Storage,
    groups: Vec<GroupRun<'a>>,
    surroundings: Surroundings,
    audience: Audience<'a>,
    failures: Vec<Failure>,
    remarks: Vec<Remark>,
    template_errors: Vec<TemplateError>,
}

impl Clock<'_> {
    fn run(&mut self, test: &TestGroup, questions: &[Question<'_>]) {
        let mut asserted: Vec<&AlertTest> = test.alert_rule_tests.iter().collect();
        asserted.sort_by_key(|assertion| assertion.time());
        let mut asserted = asserted.into_iter().peekable();
        let start = self.timing.start;
        let mut now = start;
        let next = loop {
            if !self.step(now) {
                self.remark_rules();
                return;
            }
            let next = now.saturating_add(self.setting.step.ms);
            // An assertion between two steps sees the state of the earlier one.
            let is_due = |assertion: &&AlertTest| start.saturating_add(assertion.time().ms) < next;
            while let Some(assertion) = asserted.next_if(is_due) {
                let failure = alerts(self.setting, test, assertion, &self.groups);
                self.failures.extend(failure);
                // Of assertions about one time the last one looks at what else fires.
                let time = assertion.time();
                if asserted.peek().is_none_or(|next| next.time() != time) {
                    let others = others(self.setting, test, time, &self.groups);
                    self.failures.extend(others);
                }
            }
            if next > self.asserted || next == now {
                break next;
            }
            now = next;
        };
        if test.alert_rule_tests.is_empty() {
            let end = Duration::from_ms(self.asserted - start);
            let others = others(self.setting, test, end, &self.groups);
            self.failures.extend(others);
        }
        self.remark_rules();
        let general = test.extension.within(self.setting.extension);
        for question in questions {
            let (failure, remarks) =
                assertion::expression(self.setting, question, &self.storage, start);
            self.failures.extend(failure);
            if question.expects_remarks() {
                let failures = question.judge(self.setting, &remarks);
                self.failures.extend(failures);
            } else {
                self.remarks.extend(remarks);
            }
        }
        let end = Duration::from_ms(self.asserted - start);
        let kind = FailureKind::Remarks;
        let failures = assertion::remarks(self.setting, &general, &kind, end, &self.remarks);
        self.failures.extend(failures);
        self.run_on(next);
    }

    /// Runs the rules behind the end of the test, only to be looked at.
    fn run_on(&mut self, from: i64) {
        let told = self.failures.len();
        let mut now = from;
        while now > self.asserted && now <= self.timing.end && self.step(now) {
            now = now.saturating_add(self.setting.step.ms);
        }
        self.failures.truncate(told);
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
                why: Vec::new(),
            });
            return false;
        }
        // A rule that looks back in time writes there too.
        let offsets = self
            .setting
            .groups
            .iter()
            .map(|group| group.query_offset_ms);
        let back = offsets.max().unwrap_or(0).max(0);
        self.storage.close(now.saturating_sub(back));
        let before = self.failures.len();
        for rule in self.setting.uncompiled {
            let location = rule.file.location(rule.rule.expr_span(rule.error.span));
            self.rule_failed(rule.rule.name(), location, now, &rule.error.message);
        }
        for index in 0..self.groups.len() {
            let group = &mut self.groups[index];
            let audience = &mut self.audience;
            let errors = group.evaluate(
                &mut self.storage,
                now,
                &self.surroundings,
                &mut |rule, storage, time| audience.before((index, rule), storage, now, time),
            );
            audience.after(index, group, now);
            let group = group.group();
            for error in errors {
                let rule = &group.rules[error.rule];
                let location = place(rule, error.error.span);
                self.rule_failed(&rule.name, location, now, &error.error.message);
            }
        }
        if let Some(delivery) = &mut self.audience.delivery {
            delivery.send(&self.groups, now, self.setting.step);
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
            why: Vec::new(),
        });
    }
}

/// The expression of a rule, or a part of it, in its rule file.
fn place(rule: &Rule, part: Option<Span>) -> Location {
    let span = part.map_or(rule.expr.span(), |part| rule.expr.map(part));
    Location::new(rule.expr.file(), span)
}
