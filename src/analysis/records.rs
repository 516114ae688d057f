//! The series that recording rules write, and what their rules say of them.

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::interval::Interval;
use super::knowledge::Knowledge;
use super::labels::{Shape, shapes_of};
use super::numbers::numbers_of;
use super::values::LabelValues;
use crate::project::{Environment, Group, ProjectFile, Rule};
use crate::promql::Expr;

/// A rule and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct RuleAt<'e> {
    /// Its file.
    pub file: &'e ProjectFile,
    /// Its group.
    pub group: &'e Group,
    /// The rule.
    pub rule: &'e Rule,
}

/// The recording rules of an environment by the name of what they record.
#[derive(Debug, Default)]
pub struct Records<'e> {
    by_name: FxHashMap<&'e str, Recorded<'e>>,
}

/// A recorded name.
#[derive(Debug)]
struct Recorded<'e> {
    rules: Vec<RuleAt<'e>>,
    /// Whether the series come from these rules alone and their expressions can be looked into.
    is_known: bool,
    shapes: OnceLock<Vec<Shape>>,
    numbers: OnceLock<Interval>,
}

impl<'e> Records<'e> {
    /// The recording rules of an environment.
    #[must_use]
    pub fn new(environment: &'e Environment) -> Self {
        let mut by_name: FxHashMap<&str, Recorded<'_>> = FxHashMap::default();
        for (file, group, rule) in environment.rules() {
            if !rule.is_alert() {
                let recorded = by_name.entry(rule.name()).or_insert_with(Recorded::empty);
                recorded.rules.push(RuleAt { file, group, rule });
            }
        }
        let mut records = Self { by_name };
        records.find_known();
        records
    }

    /// The rules that record a name.
    #[must_use]
    pub fn rules(&self, name: &str) -> &[RuleAt<'e>] {
        self.by_name
            .get(name)
            .map_or(&[], |recorded| &recorded.rules)
    }

    /// Whether nothing is recorded at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Whether any rule records that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// Every recorded name.
    pub fn names(&self) -> impl Iterator<Item = &'e str> {
        self.by_name.keys().copied()
    }

    /// Marks the names that can be looked into: by custom only rules write names with a colon, every rule of the name can
    /// be read, and none of them depends on itself.
    fn find_known(&mut self) {
        let mut order = Order {
            records: self,
            states: FxHashMap::default(),
            cyclic: FxHashSet::default(),
        };
        let names: Vec<&str> = order.records.names().collect();
        for name in &names {
            order.visit(name, 0);
        }
        let cyclic = order.cyclic;
        for (name, recorded) in &mut self.by_name {
            recorded.is_known = name.contains(':')
                && !cyclic.contains(name)
                && recorded.rules.iter().all(|at| at.rule.expr.is_some());
        }
    }

    fn known(&self, name: &str) -> Option<&Recorded<'e>> {
        self.by_name.get(name).filter(|recorded| recorded.is_known)
    }

    pub(super) fn numbers(&self, name: &str, known: &Knowledge<'_>) -> Interval {
        let Some(recorded) = self.known(name) else {
            return Interval::ANYTHING;
        };
        *recorded.numbers.get_or_init(|| {
            recorded
                .exprs()
                .map(|(_, expr)| numbers_of(expr, known))
                .fold(Interval::NOTHING, Interval::or)
        })
    }

    pub(super) fn shapes(&self, name: &str, known: &Knowledge<'_>) -> Option<&[Shape]> {
        let recorded = self.known(name)?;
        Some(recorded.shapes.get_or_init(|| {
            let shapes = recorded.exprs().flat_map(|(at, expr)| {
                let mut shapes = shapes_of(expr, known);
                for shape in &mut shapes {
                    for label in &at.rule.labels {
                        let value: Arc<str> = label.value.as_str().into();
                        shape.set(label.key.as_str(), LabelValues::fixed(value));
                    }
                }
                shapes
            });
            shapes.collect()
        }))
    }
}

impl<'e> Recorded<'e> {
    fn empty() -> Self {
        Self {
            rules: Vec::new(),
            is_known: false,
            shapes: OnceLock::new(),
            numbers: OnceLock::new(),
        }
    }

    fn exprs(&self) -> impl Iterator<Item = (&RuleAt<'e>, &'e Expr)> {
        self.rules
            .iter()
            .filter_map(|at| Some((at, at.rule.expr.as_ref()?)))
    }
}

/// The names that an expression reads, in the order written.
pub fn names_read(expr: &Expr) -> Vec<&str> {
    let mut names = Vec::new();
    expr.walk(&mut |part| {
        let Some(selector) = part.selector() else {
            return;
        };
        names.extend(selector.metric_name());
    });
    names
}

/// Chains of recording rules longer than this are not looked into.
const MAX_CHAIN: usize = 100;

/// A walk along "reads" that finds the names from which a cycle can be reached.
struct Order<'o, 'e> {
    records: &'o Records<'e>,
    /// Whether the walk has left the name.
    states: FxHashMap<&'e str, bool>,
    cyclic: FxHashSet<&'e str>,
}

impl<'e> Order<'_, 'e> {
    fn visit(&mut self, name: &'e str, depth: usize) {
        self.states.insert(name, false);
        let mut is_cyclic = depth > MAX_CHAIN;
        let rules: Vec<RuleAt<'e>> = self.records.rules(name).to_vec();
        for at in &rules {
            let reads = at.rule.expr.as_ref().map_or_else(Vec::new, names_read);
            for read in reads {
                if !self.records.has(read) || depth > MAX_CHAIN {
                    continue;
                }
                match self.states.get(read) {
                    Some(true) => {}
                    Some(false) => is_cyclic = true,
                    None => self.visit(read, depth + 1),
                }
                is_cyclic |= self.cyclic.contains(read);
            }
        }
        self.states.insert(name, true);
        if is_cyclic {
            self.cyclic.insert(name);
        }
    }
}
