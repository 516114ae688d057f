//! What a run of fixtures yields: plain data, ordered as the files and assertions are.

use std::sync::Arc;

use super::dump::Dump;
use super::seen::RuleSeen;
use super::trace::Trace;
use crate::alerting::AlertState;
use crate::diagnostic::{Diagnostic, Level, Location};
use crate::labels::Labels;
use crate::notify::clock::Event;
use crate::notify::message::{Failed, Message};
use crate::project::ProjectFile;
use crate::promql::one_line;
use crate::source::SourceFile;
use crate::storage::SampleValue;
use crate::target::Duration;

/// The results of all fixtures of a run.
#[derive(Clone, Debug, Default)]
pub struct TestReport {
    /// One entry a fixture.
    pub files: Vec<FileReport>,
    /// What fixtures do that they probably do not mean to do. Filled in by who lints them.
    pub traps: Vec<Diagnostic>,
    /// Whether traps and warnings of Prometheus fail the run.
    pub is_strict: bool,
}

/// The results of one fixture.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The fixture.
    pub file: Arc<SourceFile>,
    /// Why it could not be run: errors of the fixture itself or of a rule file that it names.
    pub problems: Vec<Diagnostic>,
    /// Things worth knowing that fail nothing, such as a pattern that matches no rule file.
    pub warnings: Vec<String>,
    /// The rule files that it names.
    pub rule_files: Vec<Arc<ProjectFile>>,
    /// One entry a test group that ran.
    pub tests: Vec<TestResult>,
}

/// The result of one test group.
#[derive(Clone, Debug, Default)]
pub struct TestResult {
    /// The name given to it, or `test N` counted from 1.
    pub name: String,
    /// Whether the name was given.
    pub is_named: bool,
    /// How many assertions it has.
    pub assertions: usize,
    /// The assertions that do not hold, in order of their times.
    pub failures: Vec<Failure>,
    /// What Prometheus would remark about the results of rules and queries; nothing fails by it.
    pub remarks: Vec<Remark>,
    /// The rules that were asked for, traced.
    pub traces: Vec<Trace>,
    /// What the assertions have seen of the rules, where coverage is wanted.
    pub seen: Vec<RuleSeen>,
    /// Templates that fail for an alert that fires, each once; nothing fails by it.
    pub template_errors: Vec<TemplateError>,
    /// All samples, where they are wanted.
    pub dump: Option<Dump>,
    /// What Alertmanager makes of its alerts, where somebody asks.
    pub simulation: Option<Simulation>,
}

/// What becomes of the alerts of a test, and what Alertmanager does about them.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// When the test starts, in Unix milliseconds.
    pub start: i64,
    /// When alerts have become pending, firing or inactive, in order.
    pub transitions: Vec<Transition>,
    /// What is sent and kept back, in order.
    pub events: Vec<Happening>,
}

/// Something that Alertmanager does, and the message where it sends one.
#[derive(Clone, Debug)]
pub struct Happening {
    /// What it does.
    pub event: Event,
    /// The message, or why there is none: then nothing is sent after all.
    pub message: Option<Result<Message, Failed>>,
}

/// An alert has become something else.
#[derive(Clone, Debug)]
pub struct Transition {
    /// When, in Unix milliseconds.
    pub at: i64,
    /// The labels of the alert.
    pub labels: Labels,
    /// Its state; nothing where it has ended.
    pub state: Option<AlertState>,
}

/// A label or annotation of a firing alert that has the text of an error in the place of what it should say.
#[derive(Clone, Debug)]
pub struct TemplateError {
    /// The alert.
    pub alert: String,
    /// The label or annotation.
    pub name: String,
    /// When it came up first.
    pub eval_time: Duration,
    /// The template in the rule file.
    pub location: Location,
    /// What stands in its place.
    pub text: String,
}

/// A warning or info that Prometheus attaches to a result: something is doubtful, but there is a result all the same.
#[derive(Clone, Debug)]
pub struct Remark {
    /// The rule or query whose result it is about.
    pub kind: FailureKind,
    /// When it came up first.
    pub eval_time: Duration,
    /// The part of the expression that it is about.
    pub location: Location,
    /// Warning or info.
    pub level: Level,
    /// Prometheus's words, such as `PromQL info: metric might not be a counter, …`.
    pub message: String,
}

/// An assertion that does not hold, or a rule or query that could not be evaluated.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What was looked at.
    pub kind: FailureKind,
    /// When.
    pub eval_time: Duration,
    /// The assertion in the fixture; for failed rules the expression in the rule file.
    pub location: Location,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What the fixture expects.
    pub expected: Vec<Item>,
    /// What came out.
    pub got: Vec<Item>,
    /// Why other alerts fire than expected, a sentence each.
    pub why: Vec<String>,
}

/// What a failure or remark is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// The firing alerts of that name.
    Alert(String),
    /// The value of that expression.
    Expr(String),
    /// The evaluation of the rule of that name.
    Rule(String),
    /// The loading of that input series.
    Input(String),
    /// What Prometheus remarks about the results of a test.
    Remarks,
    /// Where alerts with these labels go.
    Route(String),
    /// What is sent to that receiver, or about an alert with these labels.
    Notification(String),
}

impl FailureKind {
    /// What it is about and when, in words. Routes do not change with time.
    #[must_use]
    pub fn at(&self, time: Duration) -> String {
        match self {
            Self::Route(_) => self.subject(),
            _ => format!("{} at {time}", self.subject()),
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Alert(name) => format!("alert {name}"),
            Self::Expr(text) => one_line(text),
            Self::Rule(name) => format!("rule {name}"),
            Self::Input(series) => format!("input series {series}"),
            Self::Remarks => "what Prometheus remarks".to_owned(),
            Self::Route(labels) => format!("the receivers of {labels}"),
            Self::Notification(subject) => format!("what is sent: {subject}"),
        }
    }
}

/// One alert or sample, expected or got.
#[derive(Clone, PartialEq, Debug)]
pub enum Item {
    /// A firing alert.
    Alert {
        /// Labels with `alertname`.
        labels: Labels,
        /// Annotations.
        annotations: Labels,
    },
    /// A sample of a query.
    Sample {
        /// Labels, metric name included.
        labels: Labels,
        /// Value.
        value: SampleValue,
    },
    /// A field of a message.
    Field {
        /// Its name.
        name: String,
        /// Its text.
        text: String,
    },
}

impl Failure {
    /// Whether it is about the alerts of that name.
    pub(super) fn is_of_alert(&self, name: &str) -> bool {
        matches!(&self.kind, FailureKind::Alert(alert) if alert == name)
    }
}

impl TestResult {
    /// Whether every assertion holds.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl FileReport {
    /// Whether nothing ran and nothing went wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty() && self.problems.is_empty()
    }

    /// Whether the fixture could be run and every test passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.problems.is_empty() && self.tests.iter().all(TestResult::passed)
    }
}

impl TestReport {
    /// Whether every fixture passed; with `is_strict`, whether there are no traps and no warnings either.
    #[must_use]
    pub fn passed(&self) -> bool {
        let is_clean = || self.traps.is_empty() && self.warnings().next().is_none();
        self.files.iter().all(FileReport::passed) && (!self.is_strict || is_clean())
    }

    /// What Prometheus warns of.
    pub fn warnings(&self) -> impl Iterator<Item = &Remark> {
        let tests = self.files.iter().flat_map(|file| &file.tests);
        let remarks = tests.flat_map(|test| &test.remarks);
        remarks.filter(|remark| remark.level >= Level::Warning)
    }
}
