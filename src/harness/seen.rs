//! What the assertions of one test group see of the rules.

use rustc_hash::FxHashMap;

use super::clockwork::Setting;
use super::parts::{Sight, others, sights};
use super::trace::Subject;
use crate::alerting::{GroupRun, RuleKind};
use crate::engine::signature;
use crate::explain::{self, Part, Probe};
use crate::labels::{ALERT_NAME, MatchOp};
use crate::model::{TestGroup, Text};
use crate::promql::{self, BinaryOp, Expr, ExprKind, VectorSelector};
use crate::storage::Storage;
use crate::target::Duration;

/// What one test group has seen of a rule.
#[derive(Clone, Debug)]
pub struct RuleSeen {
    /// The expression of the rule, by which it is known.
    pub expr: Text,
    /// How many assertions look at it.
    pub asserted: usize,
    /// How many of these find it firing or, if it records, with a result.
    pub fired: usize,
    /// For each part of the rule what was seen of it.
    pub sides: Vec<Vec<bool>>,
}

/// Watches one rule at the times at which assertions look at it.
pub(super) struct Witness<'s> {
    subject: &'s Subject<'s>,
    probe: Probe<'s>,
    sights: Vec<Sight<'s>>,
    /// The times of the assertions, from the start of the test.
    times: Vec<Duration>,
    step_ms: i64,
    start: i64,
    /// In the evaluation under way: how many assertions look, whether the rule has a result, the branches that gave it.
    now: Option<Glance>,
    seen: RuleSeen,
}

struct Glance {
    assertions: usize,
    has_result: bool,
    branches: Vec<usize>,
}

/// A witness for each rule that an assertion of the test looks at.
pub(super) fn witnesses<'s>(
    setting: &Setting<'s>,
    test: &TestGroup,
    start: i64,
    subjects: &'s [Subject<'s>],
) -> Vec<Witness<'s>> {
    let times = times(setting, test, subjects);
    subjects
        .iter()
        .zip(times)
        .filter(|(_, times)| !times.is_empty())
        .map(|(subject, times)| {
            let sights = sights(&subject.expr);
            let waits = subject.hold_ms() > 0;
            let mut sides: Vec<Vec<bool>> = sights
                .iter()
                .map(|sight| match sight {
                    Sight::Comparison(_) => vec![false; 2],
                    Sight::Branch(..) | Sight::Matcher(..) => vec![false],
                })
                .collect();
            sides.extend(waits.then(|| vec![false; 2]));
            Witness {
                subject,
                probe: Probe::new(&subject.expr, setting.options),
                sights,
                times,
                step_ms: setting.step.ms,
                start,
                now: None,
                seen: RuleSeen {
                    expr: subject.rule.expr.clone(),
                    asserted: 0,
                    fired: 0,
                    sides,
                },
            }
        })
        .collect()
}

/// For each rule the times at which assertions look at it: at itself, or at a rule that reads what it records.
fn times(setting: &Setting<'_>, test: &TestGroup, subjects: &[Subject<'_>]) -> Vec<Vec<Duration>> {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); subjects.len()];
    let mut by_alert: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    let mut by_record: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (number, subject) in subjects.iter().enumerate() {
        let names = match subject.rule.kind {
            RuleKind::Alerting { .. } => &mut by_alert,
            RuleKind::Recording => &mut by_record,
        };
        names.entry(&subject.rule.name).or_default().push(number);
    }
    let of = |names: &FxHashMap<&str, Vec<usize>>, name: &str| names.get(name).cloned();
    let read = |expr: &Expr| -> Vec<usize> {
        let mut found = Vec::new();
        for selector in selectors(expr) {
            match selector.metric_name() {
                Some("ALERTS" | "ALERTS_FOR_STATE") => {
                    let alert = fixed(selector, ALERT_NAME);
                    found.extend(
                        alert
                            .and_then(|name| of(&by_alert, name))
                            .unwrap_or_default(),
                    );
                }
                Some(name) => found.extend(of(&by_record, name).unwrap_or_default()),
                None => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    };
    let mut looked_at: Vec<(usize, Duration)> = Vec::new();
    for assertion in &test.alert_rule_tests {
        let name = assertion.alertname.as_ref().map_or("", Text::as_str);
        let rules = of(&by_alert, name).unwrap_or_default();
        looked_at.extend(rules.into_iter().map(|rule| (rule, assertion.time())));
    }
    for assertion in &test.promql_expr_tests {
        let text = assertion.expr.as_ref().map_or("", Text::as_str);
        let time = assertion.time();
        if let Ok(expr) = promql::parse(text, &setting.options.target) {
            looked_at.extend(read(&expr).into_iter().map(|rule| (rule, time)));
        }
    }
    let inputs: Vec<Vec<usize>> = subjects.iter().map(|subject| read(&subject.expr)).collect();
    // Each assertion goes on to what its rule reads; a rule that was seen at that time has been followed already.
    for (rule, time) in looked_at {
        let mut reached = vec![rule];
        let mut next = 0;
        while let Some(&rule) = reached.get(next) {
            for input in &inputs[rule] {
                if !reached.contains(input) {
                    reached.push(*input);
                }
            }
            next += 1;
        }
        for rule in reached {
            times[rule].push(time);
        }
    }
    times
}

fn selectors(expr: &Expr) -> Vec<&VectorSelector> {
    let mut found = Vec::new();
    expr.walk(&mut |part| match &part.kind {
        ExprKind::Vector(selector) => found.push(selector),
        ExprKind::Matrix(matrix) => found.push(&matrix.selector),
        _ => {}
    });
    found
}

/// The value that an equality matcher fixes.
fn fixed<'e>(selector: &'e VectorSelector, label: &str) -> Option<&'e str> {
    let matchers = selector.matchers.iter().map(|matcher| &matcher.matcher);
    matchers
        .filter(|matcher| matcher.op == MatchOp::Equal)
        .find(|matcher| &*matcher.name == label)
        .map(|matcher| &*matcher.value)
}

impl Witness<'_> {
    pub fn is_about(&self, group: usize, number: usize) -> bool {
        self.subject.group == group && self.subject.number == number
    }

    pub fn group(&self) -> usize {
        self.subject.group
    }

    /// The rule is about to ask for `time`, in the evaluation at `now`.
    pub fn before(&mut self, storage: &Storage, now: i64, time: i64) {
        let passed = now - self.start;
        let step = passed..passed.saturating_add(self.step_ms);
        let assertions = self
            .times
            .iter()
            .filter(|time| step.contains(&time.ms))
            .count();
        if assertions == 0 {
            return;
        }
        let whole = self.probe.values(storage, time);
        let mut branches = Vec::new();
        for (number, sight) in self.sights.iter().enumerate() {
            match sight {
                Sight::Comparison(expr) => {
                    for side in compared(&whole, expr) {
                        self.seen.sides[number][usize::from(!side)] = true;
                    }
                }
                Sight::Branch(side, or) if contributes(&whole, side, or) => branches.push(number),
                Sight::Branch(..) | Sight::Matcher(..) => {}
            }
        }
        self.now = Some(Glance {
            assertions,
            has_result: !whole.is_empty(),
            branches,
        });
    }

    /// The rule has run.
    pub fn after(&mut self, group: &GroupRun<'_>) {
        let Some(glance) = self.now.take() else {
            return;
        };
        let alerts = group.alerts_of(self.subject.number);
        let fires = match self.subject.rule.kind {
            RuleKind::Recording => glance.has_result,
            RuleKind::Alerting { .. } => alerts.iter().any(|alert| alert.fires()),
        };
        self.seen.asserted += glance.assertions;
        if fires {
            self.seen.fired += glance.assertions;
            for branch in glance.branches {
                self.seen.sides[branch][0] = true;
            }
        }
        if let Some(hold) = self.seen.sides.get_mut(self.sights.len()) {
            hold[0] |= alerts.iter().any(|alert| !alert.fires());
            hold[1] |= fires;
        }
    }

    /// What was seen, with the matchers that decided over the series of the test.
    pub fn finish(mut self, storage: &Storage) -> RuleSeen {
        for (number, sight) in self.sights.iter().enumerate() {
            let Sight::Matcher(selector, at) = sight else {
                continue;
            };
            let matcher = &selector.matchers[*at].matcher;
            let let_in = storage.select(&others(selector, *at), 0);
            self.seen.sides[number][0] = let_in.into_iter().any(|id| {
                let labels = storage.get(id).labels();
                !matcher.matches(labels.get(&matcher.name).unwrap_or(""))
            });
        }
        self.seen
    }
}

fn find<'s, 'p>(whole: &'s Part<'p>, expr: &Expr) -> Option<&'s Part<'p>> {
    let mut found = None;
    whole.walk(&mut |part| {
        if std::ptr::eq(part.expr, expr) {
            found = Some(part);
        }
    });
    found
}

/// Whether the comparison is true, for each pair of numbers that meet.
fn compared(whole: &Part<'_>, expr: &Expr) -> Vec<bool> {
    let Some(part) = find(whole, expr) else {
        return Vec::new();
    };
    let (ExprKind::Binary(binary), [lhs, rhs]) = (&expr.kind, part.children.as_slice()) else {
        return Vec::new();
    };
    explain::pairs(lhs, rhs, binary.matching.as_ref())
        .into_iter()
        .map(|(_, a, b)| match binary.op {
            BinaryOp::Eq => a == b,
            BinaryOp::Ne => a != b,
            BinaryOp::Gt => a > b,
            BinaryOp::Lt => a < b,
            BinaryOp::Ge => a >= b,
            _ => a <= b,
        })
        .collect()
}

/// Whether a side of an `or` adds a sample to its result: the left side all it has, the right one what the left has not.
fn contributes(whole: &Part<'_>, side: &Expr, or: &Expr) -> bool {
    let Some(part) = find(whole, or) else {
        return false;
    };
    let (ExprKind::Binary(binary), [lhs, rhs]) = (&or.kind, part.children.as_slice()) else {
        return false;
    };
    if std::ptr::eq(lhs.expr, side) {
        return !lhs.is_empty();
    }
    let Some(matching) = &binary.matching else {
        return !rhs.is_empty();
    };
    let left: Vec<_> = lhs
        .samples()
        .iter()
        .map(|sample| signature(&sample.labels, matching))
        .collect();
    rhs.samples()
        .iter()
        .any(|sample| !left.contains(&signature(&sample.labels, matching)))
}
