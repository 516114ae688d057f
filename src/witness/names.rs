//! The labels of the series: those that matchers demand, and those that have to be there so that series find each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::labels::{Labels, METRIC_NAME, Matcher};
use crate::promql::{Expr, ExprKind, Name, VectorSelector};
use crate::regex::{Language, Witness};

/// The value that each label has wherever a selector leaves it open.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared(BTreeMap<Arc<str>, Arc<str>>);

impl Shared {
    /// Takes in every label that the expressions speak of: first those whose values matchers fix.
    pub fn read(&mut self, exprs: &[&Expr]) {
        for expr in exprs {
            expr.walk(&mut |part| match &part.kind {
                ExprKind::Vector(selector) => self.read_matchers(selector),
                ExprKind::Matrix(matrix) => self.read_matchers(&matrix.selector),
                _ => {}
            });
        }
        for expr in exprs {
            expr.walk(&mut |part| match &part.kind {
                ExprKind::Aggregate(aggregate) => {
                    let grouping = aggregate.grouping.iter();
                    self.read_names(grouping.flat_map(|grouping| &grouping.labels));
                }
                ExprKind::Binary(binary) => {
                    let matching = binary.matching.iter();
                    self.read_names(matching.flat_map(|m| m.labels.iter().chain(&m.include)));
                }
                _ => {}
            });
        }
    }

    fn read_matchers(&mut self, selector: &VectorSelector) {
        for name in selector.matchers.iter().map(|m| &m.matcher.name) {
            if &**name == METRIC_NAME || self.0.contains_key(name) {
                continue;
            }
            if let Some(value) = value(selector, name, None).filter(|value| !value.is_empty()) {
                self.0.insert(Arc::clone(name), value.into());
            }
        }
    }

    fn read_names<'e>(&mut self, names: impl Iterator<Item = &'e Name>) {
        for name in names {
            self.add(&name.text);
        }
    }

    /// A label that must be there, whatever its value.
    pub fn add(&mut self, name: &Arc<str>) {
        if &**name != METRIC_NAME && &**name != "le" {
            let value = || format!("{name}-1").into();
            self.0.entry(Arc::clone(name)).or_insert_with(value);
        }
    }

    /// The labels of a series that the selector finds; nothing where its matchers contradict each other.
    pub fn labels(&self, selector: &VectorSelector) -> Option<Labels> {
        let mut labels: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
        for (name, shared) in &self.0 {
            let wanted = value(selector, name, Some(shared))?;
            labels.insert(Arc::clone(name), wanted.into());
        }
        for matcher in selector.matchers.iter().map(|m| &m.matcher) {
            let name = &matcher.name;
            if &**name != METRIC_NAME && !labels.contains_key(name) {
                labels.insert(Arc::clone(name), value(selector, name, None)?.into());
            }
        }
        labels.retain(|_, value| !value.is_empty());
        labels.insert(METRIC_NAME.into(), selector.metric_name()?.into());
        Some(Labels::from_pairs(labels))
    }
}

/// The labels of a further series that the selector finds: another value under a label that it leaves open.
pub(super) fn another(selector: &VectorSelector, labels: &Labels) -> Option<Labels> {
    let is_open = |name: &str| {
        let mut matchers = selector.matchers.iter();
        name != METRIC_NAME && !matchers.any(|m| &*m.matcher.name == name)
    };
    let open = labels.iter().find(|label| is_open(&label.name))?;
    let mut other = labels.edit();
    other.set(Arc::clone(&open.name), "other");
    Some(other.build())
}

/// A value of the label that the matchers of the selector allow: the preferred one if they do.
fn value(selector: &VectorSelector, name: &str, preferred: Option<&str>) -> Option<String> {
    let matchers = selector.matchers.iter().map(|m| &m.matcher);
    let about: Vec<&Matcher> = matchers.filter(|m| &*m.name == name).collect();
    let allows = |value: &str| about.iter().all(|matcher| matcher.matches(value));
    if let Some(preferred) = preferred.filter(|preferred| allows(preferred)) {
        return Some(preferred.to_owned());
    }
    if preferred.is_none() && allows("") {
        return Some(String::new());
    }
    let languages = about.iter().map(|matcher| matcher.language()).collect();
    match Language::All(languages).witness() {
        Witness::Example(text) => Some(text),
        Witness::Empty | Witness::Unknown => None,
    }
}
