//! What can be proved of a route from the matchers of the tree alone.

use std::sync::Arc;

use super::matchers::PlacedMatcher;
use super::route::Route;
use crate::regex::{Containment, Language, Witness};
use crate::source::Span;

/// The conditions that hold for every alert that comes to a route: its matchers and those of the routes above it.
#[derive(Clone, Debug, Default)]
pub struct Path<'r> {
    matchers: Vec<&'r PlacedMatcher>,
    /// Routes beside it and beside those above it that are tried before and let nothing go on.
    before: Vec<&'r Route>,
}

/// Why no alert comes to a route.
#[derive(Clone, Debug)]
pub enum Dead<'r> {
    /// No value of a label satisfies all the matchers.
    Contradiction {
        /// The matchers of that label, from the outermost route inwards.
        matchers: Vec<&'r PlacedMatcher>,
    },
    /// Earlier routes take every alert.
    Shadowed {
        /// The routes that do.
        by: Vec<&'r Route>,
        /// A label with a value that the route is meant for, where the route has any matchers.
        example: Option<(Arc<str>, String)>,
    },
}

impl<'r> Path<'r> {
    /// The path of the root.
    #[must_use]
    pub fn root(root: &'r Route) -> Self {
        Self {
            matchers: root.matchers.iter().collect(),
            before: Vec::new(),
        }
    }

    /// The paths of the children of the route that this one leads to.
    #[must_use]
    pub fn children(&self, route: &'r Route) -> Vec<(Self, &'r Route)> {
        let mut before = self.before.clone();
        let mut found = Vec::with_capacity(route.routes.len());
        for child in &route.routes {
            let mut matchers = self.matchers.clone();
            matchers.extend(&child.matchers);
            let path = Self {
                matchers,
                before: before.clone(),
            };
            found.push((path, child));
            if !child.goes_on {
                before.push(child);
            }
        }
        found
    }

    /// Why no alert comes here; nothing where one may.
    #[must_use]
    pub fn dead(&self) -> Option<Dead<'r>> {
        for name in self.names() {
            if self.values(name).witness() == Witness::Empty {
                let of_label = self.matchers.iter().copied();
                let matchers = of_label.filter(|placed| &placed.matcher.name == name);
                return Some(Dead::Contradiction {
                    matchers: matchers.collect(),
                });
            }
        }
        let by = self.takers()?;
        let example = self
            .names()
            .into_iter()
            .find_map(|name| match self.values(name).witness() {
                Witness::Example(value) => Some((Arc::clone(name), value)),
                Witness::Empty | Witness::Unknown => None,
            });
        Some(Dead::Shadowed { by, example })
    }

    /// The names of the labels with a condition, in the order of the matchers.
    fn names(&self) -> Vec<&'r Arc<str>> {
        names(self.matchers.iter().copied())
    }

    /// The values that a label has here.
    fn values(&self, name: &str) -> Language {
        values(self.matchers.iter().copied(), name)
    }

    /// Whether every alert that comes here satisfies the matchers of that label.
    fn implies(&self, route: &Route, name: &str) -> bool {
        let wanted = values(route.matchers.iter(), name);
        self.values(name).is_subset_of(&wanted) == Containment::Yes
    }

    /// Earlier routes that take every alert: each of those that take something differs in one label only, and together they
    /// take all its values.
    fn takers(&self) -> Option<Vec<&'r Route>> {
        // Of each route the labels for which the path leaves a choice.
        let open: Vec<(&'r Route, Vec<&'r Arc<str>>)> = self
            .before
            .iter()
            .map(|&route| {
                let open = names(route.matchers.iter()).into_iter();
                (
                    route,
                    open.filter(|name| !self.implies(route, name)).collect(),
                )
            })
            .collect();
        if let Some((route, _)) = open.iter().find(|(_, labels)| labels.is_empty()) {
            return Some(vec![route]);
        }
        let single = |name: &Arc<str>| {
            let routes = open.iter().filter(|(_, labels)| **labels == [name]);
            routes.map(|(route, _)| *route).collect::<Vec<_>>()
        };
        let labels: Vec<&Arc<str>> = open
            .iter()
            .filter_map(|(_, labels)| match labels.as_slice() {
                [only] => Some(*only),
                _ => None,
            })
            .collect();
        labels.into_iter().find_map(|name| {
            let routes = single(name);
            let taken = routes
                .iter()
                .map(|route| values(route.matchers.iter(), name));
            let taken = Language::Any(taken.collect());
            let is_all = self.values(name).is_subset_of(&taken) == Containment::Yes;
            is_all.then(|| {
                let mine = self.values(name);
                let helps = |route: &&Route| {
                    let takes = values(route.matchers.iter(), name);
                    mine.overlap(&takes) != Witness::Empty
                };
                routes.into_iter().filter(helps).collect()
            })
        })
    }
}

impl Dead<'_> {
    /// The bytes to point at in the route that is dead: one of its own matchers, where it has any that matter.
    #[must_use]
    pub fn place(&self, route: &Route) -> Span {
        let own = |span: Span| route.span.start <= span.start && span.end <= route.span.end;
        let matter = match self {
            Self::Contradiction { matchers } => matchers
                .iter()
                .map(|placed| placed.span)
                .rev()
                .find(|span| own(*span)),
            Self::Shadowed { .. } => None,
        };
        let first = route.matchers.first().map(|placed| placed.span);
        let start = route.span.start as usize;
        matter.or(first).unwrap_or(Span::new(start, start + 1))
    }
}

fn names<'r>(matchers: impl Iterator<Item = &'r PlacedMatcher>) -> Vec<&'r Arc<str>> {
    let mut found: Vec<&Arc<str>> = Vec::new();
    for placed in matchers {
        if !found.contains(&&placed.matcher.name) {
            found.push(&placed.matcher.name);
        }
    }
    found
}

fn values<'r>(matchers: impl Iterator<Item = &'r PlacedMatcher>, name: &str) -> Language {
    let of_label = matchers.filter(|placed| &*placed.matcher.name == name);
    Language::All(of_label.map(|placed| placed.matcher.language()).collect())
}
