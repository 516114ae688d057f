//! Why an alert fires or does not: what its expression yields at each evaluation, part by part, and what becomes of it.

use super::clockwork::Setting;
use super::tree::{TraceNode, head, tree};
use crate::alerting::{ActiveAlert, AlertState, GroupRun, Rule, RuleGroup, RuleKind};
use crate::diagnostic::Location;
use crate::engine::Options;
use crate::explain::{self, Cause, Part, Probe, Scene};
use crate::labels::Labels;
use crate::promql::{self, BinaryOp, Expr, ExprKind};
use crate::source::Span;
use crate::storage::Storage;
use crate::target::Duration;

/// Which alert to trace, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TraceRequest {
    /// Name of the alert.
    pub alert: String,
    /// The time from the start of the test; every evaluation where it is not said.
    pub at: Option<Duration>,
}

/// An alerting rule over the time of one test group.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Name of the alert.
    pub alert: String,
    /// The expression in the rule file.
    pub location: Location,
    /// The `for` of the rule.
    pub hold: Duration,
    /// The first comparison of the expression over time; nothing where it compares no numbers.
    pub curve: Option<Curve>,
    /// The state at every evaluation, in order of time.
    pub states: Vec<(Duration, Option<AlertState>)>,
    /// The evaluations in order. Those one after another that look alike are one entry.
    pub moments: Vec<Moment>,
}

/// Evaluations one after another in which the same parts of the expression are empty and the same alerts are active.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Time of the first evaluation, from the start of the test.
    pub first: Duration,
    /// Time of the last one; the values are of this one.
    pub last: Duration,
    /// How many evaluations.
    pub evaluations: usize,
    /// The expression with the value of every part.
    pub tree: TraceNode,
    /// Why the expression yields nothing, if it does not.
    pub causes: Vec<TracedCause>,
    /// The pending and firing alerts of the rule.
    pub alerts: Vec<TracedAlert>,
}

/// Why a part of an expression is empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TracedCause {
    /// The part, as written, on one line.
    pub part: String,
    /// Where it stands in the rule file.
    pub span: Span,
    /// What is wrong with it.
    pub message: String,
}

/// An alert that is pending or fires.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TracedAlert {
    /// Its labels, `alertname` included.
    pub labels: Labels,
    /// Pending or firing.
    pub state: AlertState,
    /// Since when its condition holds, from the start of the test.
    pub active_since: Duration,
    /// How long it still has to hold before the alert fires; nothing once it fires.
    pub missing: Option<Duration>,
}

/// Both sides of a comparison over time.
#[derive(Clone, Debug)]
pub struct Curve {
    /// The side that varies, as written, on one line.
    pub subject: String,
    /// The comparison, as seen from there.
    pub op: &'static str,
    /// One entry an evaluation: the time, and the pair of numbers that is nearest to be true or truest.
    pub points: Vec<(Duration, Option<(f64, f64)>)>,
}

/// A rule that is looked at, with its expression parsed.
pub(super) struct Subject<'r> {
    pub group: usize,
    pub number: usize,
    pub rule: &'r Rule,
    pub expr: Expr,
}

impl Subject<'_> {
    /// How long the alert waits, in milliseconds; 0 for a recording rule.
    pub fn hold_ms(&self) -> i64 {
        match &self.rule.kind {
            RuleKind::Alerting { for_ms, .. } => *for_ms,
            RuleKind::Recording => 0,
        }
    }
}

/// The rules for which `is_wanted` says yes.
pub(super) fn subjects<'r>(
    setting: &Setting<'r>,
    is_wanted: impl Fn(&Rule) -> bool,
) -> Vec<Subject<'r>> {
    let groups = setting.groups.iter().enumerate();
    groups
        .flat_map(|(group, rules)| {
            let rules = rules.rules.iter().enumerate();
            rules.map(move |(number, rule)| (group, number, rule))
        })
        .filter(|(_, _, rule)| is_wanted(rule))
        .filter_map(|(group, number, rule)| {
            // It was parsed before, so that it parses again.
            let expr = promql::parse(rule.expr.as_str(), &setting.options.target).ok()?;
            Some(Subject {
                group,
                number,
                rule,
                expr,
            })
        })
        .collect()
}

/// The alerting rules of that name.
pub(super) fn is_alert(rule: &Rule, name: &str) -> bool {
    matches!(rule.kind, RuleKind::Alerting { .. }) && &*rule.name == name
}

/// Follows one rule through a test.
pub(super) struct Tracer<'s> {
    subject: &'s Subject<'s>,
    probe: Probe<'s>,
    /// The times to look at closely, from the start of the test; nothing means all.
    times: Option<Vec<Duration>>,
    step_ms: i64,
    start: i64,
    options: Options,
    recorded: Vec<&'s str>,
    seen: Option<Seen>,
    trace: Trace,
}

/// What the expression yields in the evaluation under way.
struct Seen {
    pair: Option<(f64, f64)>,
    detail: Option<(TraceNode, Vec<TracedCause>)>,
}

impl<'s> Tracer<'s> {
    pub fn new(
        setting: &Setting<'s>,
        subject: &'s Subject<'s>,
        start: i64,
        times: Option<Vec<Duration>>,
    ) -> Self {
        let rule = subject.rule;
        Self {
            subject,
            probe: Probe::new(&subject.expr, setting.options),
            times,
            step_ms: setting.step.ms,
            start,
            options: setting.options,
            recorded: recorded(setting.groups),
            seen: None,
            trace: Trace {
                alert: rule.name.to_string(),
                location: Location::new(rule.expr.file(), rule.expr.span()),
                hold: Duration::from_ms(subject.hold_ms()),
                curve: comparison(&subject.expr).map(|compared| Curve {
                    subject: as_written(rule, compared.subject.span),
                    op: compared.op.as_str(),
                    points: Vec::new(),
                }),
                states: Vec::new(),
                moments: Vec::new(),
            },
        }
    }

    pub fn is_about(&self, group: usize, number: usize) -> bool {
        self.subject.group == group && self.subject.number == number
    }

    pub fn group(&self) -> usize {
        self.subject.group
    }

    pub fn finish(self) -> Trace {
        self.trace
    }

    /// The rule is about to ask for `time`, in the evaluation at `now`.
    pub fn before(&mut self, storage: &Storage, now: i64, time: i64) {
        let is_close = self.is_close(now);
        if !is_close && self.trace.curve.is_none() {
            self.seen = Some(Seen {
                pair: None,
                detail: None,
            });
            return;
        }
        let part = self.probe.values(storage, time);
        let scene = Scene {
            storage,
            time,
            start: self.start,
            options: self.options,
            recorded: &self.recorded,
        };
        let rule = self.subject.rule;
        let detail = is_close.then(|| {
            let causes = explain::causes(&part, &scene);
            let causes = causes.into_iter();
            let causes = causes.map(|cause| traced(&self.subject.expr, rule, cause));
            (tree(&part, rule.expr.as_str()), causes.collect())
        });
        let pair = comparison(&self.subject.expr).and_then(|compared| compared.pair(&part));
        self.seen = Some(Seen { pair, detail });
    }

    /// The rule has run at `now`.
    pub fn after(&mut self, group: &GroupRun<'_>, now: i64) {
        let Some(seen) = self.seen.take() else {
            return;
        };
        let time = Duration::from_ms(now - self.start);
        let active = group.alerts_of(self.subject.number);
        let state = active.iter().map(|alert| alert.state).max_by_key(rank);
        self.trace.states.push((time, state));
        if let Some(curve) = &mut self.trace.curve {
            curve.points.push((time, seen.pair));
        }
        let Some((tree, causes)) = seen.detail else {
            return;
        };
        let mut alerts: Vec<TracedAlert> = active
            .iter()
            .map(|alert| self.traced_alert(alert, now))
            .collect();
        alerts.sort_by(|a, b| a.labels.cmp(&b.labels));
        let moment = Moment {
            first: time,
            last: time,
            evaluations: 1,
            tree,
            causes,
            alerts,
        };
        match self.trace.moments.last_mut() {
            Some(last) if self.times.is_none() && last.is_like(&moment) => {
                let (first, evaluations) = (last.first, last.evaluations + 1);
                *last = Moment {
                    first,
                    evaluations,
                    ..moment
                };
            }
            _ => self.trace.moments.push(moment),
        }
    }

    /// Whether an assertion or the request is about the evaluation at `now`: times between two steps see the earlier one.
    fn is_close(&self, now: i64) -> bool {
        let Some(times) = &self.times else {
            return true;
        };
        let passed = now - self.start;
        times
            .iter()
            .any(|time| (passed..passed.saturating_add(self.step_ms)).contains(&time.ms))
    }

    fn traced_alert(&self, alert: &ActiveAlert, now: i64) -> TracedAlert {
        let held = now - alert.active_at;
        TracedAlert {
            labels: alert.labels.clone(),
            state: alert.state,
            active_since: Duration::from_ms(alert.active_at - self.start),
            missing: (!alert.fires()).then(|| Duration::from_ms(self.trace.hold.ms - held)),
        }
    }
}

impl Moment {
    /// Whether only the values differ.
    fn is_like(&self, later: &Self) -> bool {
        let state = |alert: &TracedAlert| (alert.labels.clone(), alert.state);
        self.tree.is_like(&later.tree)
            && self
                .alerts
                .iter()
                .map(state)
                .eq(later.alerts.iter().map(state))
    }
}

fn rank(state: &AlertState) -> u8 {
    match state {
        AlertState::Pending => 0,
        AlertState::Firing => 1,
    }
}

/// The names of the series that rules record.
fn recorded(groups: &[RuleGroup]) -> Vec<&str> {
    let rules = groups.iter().flat_map(|group| &group.rules);
    let recording = rules.filter(|rule| matches!(rule.kind, RuleKind::Recording));
    recording.map(|rule| &*rule.name).collect()
}

/// A binary operation is named by its operator: its sides are innocent, and long.
fn traced(expr: &Expr, rule: &Rule, cause: Cause) -> TracedCause {
    let mut part = as_written(rule, cause.span);
    expr.walk(&mut |inner| {
        if inner.span == cause.span && matches!(inner.kind, ExprKind::Binary(_)) {
            part = head(inner, rule.expr.as_str());
        }
    });
    TracedCause {
        part,
        span: rule.expr.map(cause.span),
        message: cause.message,
    }
}

/// A part of an expression as written, on one line.
fn as_written(rule: &Rule, span: Span) -> String {
    promql::one_line(rule.expr.as_str().get(span.range()).unwrap_or_default())
}

/// A comparison, turned so that what varies stands on the left.
pub(super) struct Comparison<'e> {
    subject: &'e Expr,
    op: BinaryOp,
    is_turned: bool,
    span: Span,
}

/// The first comparison in the expression, outer before inner.
pub(super) fn comparison(expr: &Expr) -> Option<Comparison<'_>> {
    let mut found = None;
    expr.walk(&mut |part| {
        let ExprKind::Binary(binary) = &part.kind else {
            return;
        };
        if found.is_some() || !binary.op.is_comparison() {
            return;
        }
        let (lhs, rhs) = (binary.lhs.without_parens(), binary.rhs.without_parens());
        let is_turned = matches!(lhs.kind, ExprKind::Number(_));
        found = Some(Comparison {
            subject: if is_turned { rhs } else { lhs },
            op: if is_turned {
                binary.op.turned()
            } else {
                binary.op
            },
            is_turned,
            span: part.span,
        });
    });
    found
}

impl Comparison<'_> {
    /// Of the numbers that meet, those nearest to be true; where several are true, the truest.
    fn pair(&self, whole: &Part<'_>) -> Option<(f64, f64)> {
        let mut found = None;
        whole.walk(&mut |part| {
            if part.expr.span == self.span {
                found = Some(part);
            }
        });
        let [lhs, rhs] = found?.children.as_slice() else {
            return None;
        };
        let matching = match &found?.expr.kind {
            ExprKind::Binary(binary) => binary.matching.as_ref(),
            _ => None,
        };
        let pairs = explain::pairs(lhs, rhs, matching).into_iter();
        let pairs = pairs.map(|(_, left, right)| match self.is_turned {
            true => (right, left),
            false => (left, right),
        });
        pairs
            .filter(|(left, right)| !left.is_nan() && !right.is_nan())
            .max_by(|a, b| self.truth(*a).total_cmp(&self.truth(*b)))
    }

    /// The greater, the truer.
    fn truth(&self, (left, right): (f64, f64)) -> f64 {
        match self.op {
            BinaryOp::Gt | BinaryOp::Ge => left - right,
            BinaryOp::Lt | BinaryOp::Le => right - left,
            BinaryOp::Ne => (left - right).abs(),
            _ => -(left - right).abs(),
        }
    }
}
