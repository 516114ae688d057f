//! A fixture for an alert: input series worked out from its expression, and what comes of them. What is proposed was run.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use super::fixture::{Run, run};
use super::outcome::{FileReport, Item};
use super::trace::TraceRequest;
use crate::alerting::AlertState;
use crate::engine::Options;
use crate::labels::{ALERT_NAME, Labels};
use crate::project::{self, ProjectFile, Rule};
use crate::promql::Expr;
use crate::source::{SourceFile, Span};
use crate::target::{Duration, Target};
use crate::template::Reference;
use crate::witness::{Case, Draft, Pace, Recorded, Task, compares, reads, work_out};
use crate::yaml::{block_scalar, scalar};

/// Evaluations behind the expected time of firing, for what was not foreseen.
const SLACK: i64 = 5;

/// What to propose a fixture for.
#[derive(Debug)]
pub struct Proposal<'p> {
    /// The alerting rule.
    pub rule: &'p Rule,
    /// The rule files that the fixture is to name: that of the rule, and those that record what it reads.
    pub rule_files: Vec<(String, &'p ProjectFile)>,
    /// Where the fixture is to stand: its rule files are relative to that.
    pub path: &'p Path,
    /// What it is to run on.
    pub target: Target,
}

/// Why there is no proposal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoProposal {
    /// The part of the expression that is in the way.
    pub span: Option<Span>,
    /// Why.
    pub message: String,
}

/// The text of a fixture with a case that fires, one just short of `for`, and one in which the comparison just fails.
pub fn propose(proposal: &Proposal<'_>) -> Result<String, NoProposal> {
    let Some(expr) = &proposal.rule.expr else {
        return Err(failed("the expression does not parse"));
    };
    let recorded = recorded(proposal, expr);
    let plan = Plan::new(proposal, expr, &recorded);
    let firing = plan.draft(Case::Holds, plan.lead)?;
    let failing = plan.draft(Case::JustFails, plan.end)?;
    let (at, alerts) = plan.first_firing(&firing)?;
    let is_silent = plan.is_silent(&failing);
    if !is_silent && compares(expr) {
        return Err(failed(
            "the alert fires even where its comparison should just fail",
        ));
    }
    // What compares nothing, as `vector(1)`, may fire always.
    let text = plan.text(&firing, at, &alerts, is_silent.then_some(&failing));
    let report = plan.run(&text, None);
    if report.passed() {
        Ok(text)
    } else {
        Err(failed("the fixture that was worked out does not pass"))
    }
}

fn failed(message: impl Into<String>) -> NoProposal {
    NoProposal {
        span: None,
        message: message.into(),
    }
}

/// What the expression reads of the recorded series, directly or through other recorded series.
fn recorded<'p>(proposal: &Proposal<'p>, expr: &'p Expr) -> Vec<Recorded<'p>> {
    let groups = proposal
        .rule_files
        .iter()
        .flat_map(|(_, file)| &file.groups);
    let rules = groups.flat_map(|group| &group.rules);
    let recording = rules.filter(|rule| !rule.is_alert());
    let all: Vec<Recorded<'p>> = recording
        .filter_map(|rule| Some((rule.name(), rule.expr.as_ref()?)))
        .collect();
    let mut read: Vec<Recorded<'p>> = Vec::new();
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        for (name, inner) in &all {
            let is_known = read.iter().any(|(_, known)| std::ptr::eq(*known, *inner));
            if !is_known && reads(expr, name) {
                read.push((name, inner));
                waiting.push(inner);
            }
        }
    }
    read
}

/// An alert with its annotations.
type Alert = (Labels, Labels);

struct Plan<'p> {
    proposal: &'p Proposal<'p>,
    expr: &'p Expr,
    recorded: &'p [Recorded<'p>],
    /// Labels that templates print.
    labels: Vec<Arc<str>>,
    step: Duration,
    hold: Duration,
    /// When all windows are full.
    lead: Duration,
    /// When the alert should fire at the latest.
    end: Duration,
}

impl<'p> Plan<'p> {
    fn new(proposal: &'p Proposal<'p>, expr: &'p Expr, recorded: &'p [Recorded<'p>]) -> Self {
        let exprs = recorded.iter().map(|(_, expr)| *expr).chain([expr]);
        let pace = Pace::of(&exprs.collect::<Vec<_>>());
        let hold = proposal
            .rule
            .model
            .hold
            .map_or(Duration::ZERO, |hold| hold.value);
        let end = pace.lead.ms + pace.steps(hold.seconds()).ms + SLACK * pace.step.ms;
        let texts = proposal
            .rule
            .labels
            .iter()
            .chain(&proposal.rule.annotations);
        let references = texts.filter_map(|text| text.template.as_ref());
        let references = references.flat_map(|template| template.references());
        Self {
            proposal,
            expr,
            recorded,
            labels: references
                .filter_map(|used| match used.what {
                    Reference::Label(name) => Some(name),
                    _ => None,
                })
                .collect(),
            step: pace.step,
            hold,
            lead: pace.lead,
            end: Duration::from_ms(end),
        }
    }

    fn draft(&self, case: Case, time: Duration) -> Result<Placed, NoProposal> {
        let task = Task {
            expr: self.expr,
            recorded: self.recorded,
            labels: &self.labels,
            case,
            time: time.seconds(),
            step: self.step.seconds(),
            options: Options::new(self.proposal.target),
        };
        let draft = work_out(&task).map_err(|cannot| NoProposal {
            span: cannot.span,
            message: cannot.message,
        })?;
        Ok(Placed {
            draft,
            time: time.seconds(),
        })
    }

    fn run(&self, text: &str, trace: Option<TraceRequest>) -> FileReport {
        let source = SourceFile::new(self.proposal.path, text);
        let path = self.proposal.path.to_owned();
        let target = self.proposal.target;
        let file = Arc::new(project::load(&source, path, &target, true));
        let mut report = run(&Run {
            trace,
            ..Run::new(vec![(&file, target)])
        });
        // It is a fixture, so that there is a report.
        report.files.remove(0)
    }

    /// When the alert fires first, and the alerts of then.
    fn first_firing(&self, firing: &Placed) -> Result<(Duration, Vec<Alert>), NoProposal> {
        let mut probe = self.head();
        self.test(&mut probe, "fires", firing, &[(self.end, None, &[])]);
        let request = TraceRequest {
            alert: self.proposal.rule.name().to_owned(),
            at: Some(self.end),
        };
        let report = self.run(&probe, Some(request));
        let trace = report.tests.iter().flat_map(|test| &test.traces).next();
        let Some(trace) = trace else {
            let problems = report
                .problems
                .iter()
                .map(|problem| problem.message.as_str());
            let why: Vec<&str> = problems.collect();
            return Err(failed(format!(
                "the rules cannot be run: {}",
                why.join("; ")
            )));
        };
        let mut states = trace.states.iter();
        let first = states.find(|(_, state)| *state == Some(AlertState::Firing));
        let Some((at, _)) = first else {
            let causes = trace.moments.iter().flat_map(|moment| &moment.causes);
            let why: Vec<String> = causes
                .map(|cause| format!("`{}`: {}", cause.part, cause.message))
                .collect();
            return Err(failed(format!(
                "the series that were worked out do not make it fire: {}",
                why.join("; ")
            )));
        };
        let mut probe = self.head();
        self.test(&mut probe, "fires", firing, &[(*at, None, &[])]);
        let report = self.run(&probe, None);
        let failures = report.tests.into_iter().flat_map(|test| test.failures);
        let got = failures.flat_map(|failure| failure.got);
        let alerts = got.filter_map(|item| match item {
            Item::Alert {
                labels,
                annotations,
            } => Some((labels, annotations)),
            Item::Sample { .. } | Item::Field { .. } => None,
        });
        Ok((*at, alerts.collect()))
    }

    fn is_silent(&self, failing: &Placed) -> bool {
        let mut probe = self.head();
        self.test(&mut probe, "silent", failing, &[(self.end, None, &[])]);
        self.run(&probe, None).passed()
    }

    fn text(
        &self,
        firing: &Placed,
        at: Duration,
        alerts: &[Alert],
        failing: Option<&Placed>,
    ) -> String {
        let name = self.proposal.rule.name();
        let mut text = self.head();
        let mut assertions: Vec<Assertion<'_>> = Vec::new();
        let before = Duration::from_ms(at.ms - self.step.ms);
        if self.hold > Duration::ZERO {
            let comment = format!("pending: just short of `for: {}`", self.hold);
            assertions.push((before, Some(comment), &[]));
        }
        assertions.push((at, None, alerts));
        self.test(&mut text, &format!("{name} fires"), firing, &assertions);
        if let Some(failing) = failing {
            let title = format!("{name} is silent where its comparison just fails");
            self.test(&mut text, &title, failing, &[(self.end, None, &[])]);
        }
        text
    }

    fn head(&self) -> String {
        let mut text = String::from("rule_files:\n");
        for (path, _) in &self.proposal.rule_files {
            let _ = writeln!(text, "  - {}", scalar(path));
        }
        let _ = write!(text, "evaluation_interval: {}\n\ntests:\n", self.step);
        text
    }

    fn test(&self, text: &mut String, title: &str, placed: &Placed, assertions: &[Assertion<'_>]) {
        let last = assertions.iter().map(|assertion| assertion.0).max();
        let samples = last.unwrap_or(self.end).ms / self.step.ms;
        let _ = writeln!(
            text,
            "  - name: {}\n    interval: {}",
            scalar(title),
            self.step
        );
        if placed.draft.series.is_empty() {
            text.push_str("    input_series: []\n");
        } else {
            text.push_str("    input_series:\n");
        }
        for series in &placed.draft.series {
            let values = series.values(placed.time, self.step.seconds(), samples);
            let name = scalar(&series.labels.to_string());
            let _ = writeln!(
                text,
                "      - series: {name}\n        values: {}",
                scalar(&values)
            );
        }
        text.push_str("    alert_rule_test:\n");
        for (time, comment, alerts) in assertions {
            if let Some(comment) = comment {
                let _ = writeln!(text, "      # {comment}");
            }
            let name = scalar(self.proposal.rule.name());
            let _ = writeln!(text, "      - eval_time: {time}\n        alertname: {name}");
            if alerts.is_empty() {
                text.push_str("        exp_alerts: []\n");
            } else {
                text.push_str("        exp_alerts:\n");
            }
            for alert in *alerts {
                write_alert(text, alert);
            }
        }
    }
}

/// When, a word about it, and the alerts that fire.
type Assertion<'a> = (Duration, Option<String>, &'a [Alert]);

/// Series with the time for which they were worked out.
struct Placed {
    draft: Draft,
    time: f64,
}

fn write_alert(text: &mut String, (labels, annotations): &Alert) {
    let labels = labels.filter(|name| name != ALERT_NAME);
    let mut lead = "          - ";
    for (key, pairs) in [("exp_labels", &labels), ("exp_annotations", annotations)] {
        if pairs.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{lead}{key}:");
        for pair in pairs {
            let value = block_scalar(&pair.value, "                ");
            let _ = writeln!(text, "              {}: {value}", scalar(&pair.name));
        }
        lead = "            ";
    }
    if labels.is_empty() && annotations.is_empty() {
        text.push_str("          - {}\n");
    }
}
