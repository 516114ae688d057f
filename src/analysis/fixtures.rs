//! What fixtures load, ask and depend on.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::labels::{ALERT_NAME, Labels, METRIC_NAME};
use crate::model::{AlertTest, ExprTest, Fixture, TestGroup};
use crate::project::{Environment, Group, Input, NamedRules, ProjectFile, Rule, read_input};
use crate::promql::{self, Expr, ExprKind, VectorSelector};
use crate::target::{Duration, Target};

/// The series that alerting rules write of themselves.
const ALERT_SERIES: [&str; 2] = ["ALERTS", "ALERTS_FOR_STATE"];

/// A fixture with the rules that it tests.
#[derive(Debug)]
pub struct FixtureFacts<'e> {
    /// The file.
    pub file: &'e ProjectFile,
    /// What stands in it.
    pub fixture: &'e Fixture,
    /// How often its rules are evaluated.
    pub step: Duration,
    /// What the entries of `rule_files` mean.
    pub rule_files: &'e [NamedRules],
    /// The rules of those files, in order.
    pub rules: Vec<TestedRule<'e>>,
    /// Whether every rule that the fixture means is among them.
    pub knows_all_rules: bool,
    /// The test groups in order.
    pub tests: Vec<TestFacts<'e>>,
    /// The numbers of the recording rules, by the name that they record.
    recorded: FxHashMap<&'e str, Vec<usize>>,
    /// The numbers of the alerting rules, by the name of the alert.
    alerts: FxHashMap<&'e str, Vec<usize>>,
}

/// A rule that a fixture tests.
#[derive(Clone, Copy, Debug)]
pub struct TestedRule<'e> {
    /// Its file.
    pub file: &'e ProjectFile,
    /// Its group.
    pub group: &'e Group,
    /// The rule.
    pub rule: &'e Rule,
}

/// A test group with its input read.
#[derive(Debug)]
pub struct TestFacts<'e> {
    /// The test group.
    pub test: &'e TestGroup,
    /// Time between two input samples.
    pub interval: Duration,
    /// The input series.
    pub input: Input<'e>,
    /// The expressions of `promql_expr_test`, in order; nothing where one does not parse.
    exprs: Vec<Option<Expr>>,
}

/// How much time a selector looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Window {
    /// The newest sample within the lookback.
    Instant,
    /// The samples of a range.
    Range,
    /// Whatever a subquery asks for.
    Subquery,
}

/// A selector that somebody reads.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a, 'e> {
    /// The selector.
    pub selector: &'a VectorSelector,
    /// The expression that it is; spans count in the text of the rule or assertion.
    pub expr: &'a Expr,
    /// How much it looks at.
    pub window: Window,
    /// The rule that reads, by its number in [`FixtureFacts::rules`]; nothing where the assertion itself does.
    pub by: Option<(usize, TestedRule<'e>)>,
}

impl<'e> FixtureFacts<'e> {
    /// The fixtures of an environment that promtool would run at all.
    pub(super) fn of(environment: &'e Environment, target: &Target) -> Vec<Self> {
        let fixtures: Vec<_> = environment
            .fixtures()
            .filter(|fixture| !fixture.file.is_refused())
            .collect();
        fixtures
            .into_par_iter()
            .map(|fixture| {
                let rule_files = environment.rules_of(fixture.file);
                Self::new(fixture.file, fixture.item, rule_files, target)
            })
            .collect()
    }

    fn new(
        file: &'e ProjectFile,
        fixture: &'e Fixture,
        rule_files: &'e [NamedRules],
        target: &Target,
    ) -> Self {
        let step = fixture.step();
        let mut seen = FxHashSet::default();
        let files: Vec<&'e ProjectFile> = rule_files
            .iter()
            .flat_map(|named| &named.files)
            .map(|file| &**file)
            .filter(|file| seen.insert(&file.identity))
            .collect();
        let is_whole = |named: &NamedRules| {
            !named.files.is_empty() && named.unreadable.is_empty() && !named.has_pipe
        };
        let is_clear = |file: &&ProjectFile| !file.is_refused() && !file.is_of_other_kind();
        let knows_all_rules = rule_files.iter().all(is_whole) && files.iter().all(is_clear);
        let rules = files.iter().flat_map(|file| {
            let groups = file.groups.iter();
            groups.flat_map(move |group| {
                let rules = group.rules.iter();
                rules.map(move |rule| TestedRule { file, group, rule })
            })
        });
        let rules: Vec<TestedRule<'e>> = rules.collect();
        let mut recorded: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        let mut alerts: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (number, tested) in rules.iter().enumerate() {
            let by_name = if tested.rule.is_alert() {
                &mut alerts
            } else {
                &mut recorded
            };
            by_name.entry(tested.rule.name()).or_default().push(number);
        }
        Self {
            file,
            fixture,
            step,
            rule_files,
            rules,
            recorded,
            alerts,
            knows_all_rules,
            tests: fixture
                .tests
                .iter()
                .map(|test| TestFacts::new(test, step, target))
                .collect(),
        }
    }

    /// The last step at or before a time.
    #[must_use]
    pub fn step_before(&self, time: Duration) -> Duration {
        Duration::from_ms(time.ms - time.ms.rem_euclid(self.step.ms))
    }

    /// The numbers of the alerting rules of that name.
    #[must_use]
    pub fn alerts(&self, name: &str) -> &[usize] {
        self.alerts.get(name).map_or(&[], Vec::as_slice)
    }

    /// The names of all alerts.
    pub fn alert_names(&self) -> impl Iterator<Item = &'e str> {
        self.alerts.keys().copied()
    }

    /// The numbers of the rules that write series which the selector can read, in rising order.
    #[must_use]
    pub fn writers(&self, selector: &VectorSelector) -> Vec<usize> {
        let Some(name) = selector.metric_name() else {
            return Vec::new();
        };
        let mut writers = self.recorded.get(name).cloned().unwrap_or_default();
        if ALERT_SERIES.contains(&name) {
            let of_alert = selector
                .matchers
                .iter()
                .map(|spanned| &spanned.matcher)
                .filter(|matcher| &*matcher.name == ALERT_NAME);
            let read = self
                .alerts
                .iter()
                .filter(|(name, _)| of_alert.clone().all(|matcher| matcher.matches(name)));
            writers.extend(read.flat_map(|(_, numbers)| numbers));
            writers.sort_unstable();
        }
        writers
    }

    /// Everything that an alert of that rule depends on: what it reads, what the rules read that record that, and so on
    /// as far as `follow` says.
    pub fn reads_of_rule<'s>(
        &'s self,
        rule: usize,
        follow: impl Fn(Window) -> bool,
    ) -> Vec<Read<'s, 'e>> {
        self.close(Vec::new(), vec![rule], follow)
    }

    /// Everything that an expression depends on.
    pub fn reads_of_expr<'s>(
        &'s self,
        expr: &'s Expr,
        follow: impl Fn(Window) -> bool,
    ) -> Vec<Read<'s, 'e>> {
        let mut reads = Vec::new();
        selectors(expr, false, None, &mut reads);
        let next = reads.iter().filter(|read| follow(read.window));
        let next = next.flat_map(|read| self.writers(read.selector)).collect();
        self.close(reads, next, follow)
    }

    fn close<'s>(
        &'s self,
        mut reads: Vec<Read<'s, 'e>>,
        mut open: Vec<usize>,
        follow: impl Fn(Window) -> bool,
    ) -> Vec<Read<'s, 'e>> {
        let mut seen: FxHashSet<usize> = open.iter().copied().collect();
        while let Some(number) = open.pop() {
            let tested = self.rules[number];
            let Some(expr) = &tested.rule.expr else {
                continue;
            };
            let before = reads.len();
            selectors(expr, false, Some((number, tested)), &mut reads);
            for read in &reads[before..] {
                if follow(read.window) {
                    open.extend(
                        self.writers(read.selector)
                            .into_iter()
                            .filter(|writer| seen.insert(*writer)),
                    );
                }
            }
        }
        reads
    }
}

impl<'e> TestFacts<'e> {
    fn new(test: &'e TestGroup, step: Duration, target: &Target) -> Self {
        let parse = |assertion: &ExprTest| {
            let text = assertion.expr.as_ref()?;
            promql::parse(text.as_str(), target).ok()
        };
        Self {
            test,
            interval: test.sample_interval(step, target),
            input: read_input(test, target),
            exprs: test.promql_expr_tests.iter().map(parse).collect(),
        }
    }

    /// The assertions about expressions that parse.
    pub fn expr_tests(&self) -> impl Iterator<Item = (&'e ExprTest, &Expr)> {
        let tests = self.test.promql_expr_tests.iter().zip(&self.exprs);
        tests.filter_map(|(test, expr)| Some((test, expr.as_ref()?)))
    }

    /// The assertions about alerts with the name of the alert.
    pub fn alert_tests(&self) -> impl Iterator<Item = (&'e AlertTest, &'e str)> {
        let tests = self.test.alert_rule_tests.iter();
        tests.filter_map(|test| Some((test, test.alertname.as_ref()?.as_str())))
    }
}

/// Whether a selector takes a series of these labels.
#[must_use]
pub fn selects(selector: &VectorSelector, labels: &Labels) -> bool {
    let name = selector.name.as_ref();
    name.is_none_or(|name| labels.get(METRIC_NAME) == Some(&*name.text))
        && selector.matchers.iter().all(|spanned| {
            let matcher = &spanned.matcher;
            matcher.matches(labels.get(&matcher.name).unwrap_or(""))
        })
}

fn selectors<'a, 'e>(
    expr: &'a Expr,
    in_subquery: bool,
    by: Option<(usize, TestedRule<'e>)>,
    reads: &mut Vec<Read<'a, 'e>>,
) {
    let mut add = |selector, window| {
        reads.push(Read {
            selector,
            expr,
            window: if in_subquery {
                Window::Subquery
            } else {
                window
            },
            by,
        });
    };
    match &expr.kind {
        ExprKind::Vector(selector) => add(selector, Window::Instant),
        ExprKind::Matrix(matrix) => add(&matrix.selector, Window::Range),
        _ => {
            let in_subquery = in_subquery || matches!(expr.kind, ExprKind::Subquery(_));
            for child in expr.children() {
                selectors(child, in_subquery, by, reads);
            }
        }
    }
}
