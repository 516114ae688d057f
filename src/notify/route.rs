use super::matchers::{PlacedMatcher, matchers_of};
use crate::labels::Labels;
use crate::model::{self, Problem, Text};
use crate::source::Span;
use crate::target::Target;

/// A node of the route tree with its matchers parsed and what it inherits filled in.
#[derive(Clone, Debug)]
pub struct Route {
    /// The bytes of the route, its children included.
    pub span: Span,
    /// Who is notified, inherited from the parent where the route does not say; nothing where the root has none.
    pub receiver: Option<Text>,
    /// The receiver that the route itself names.
    pub own_receiver: Option<Text>,
    /// All must hold for the route to take an alert; in the order of the file, the old forms first.
    pub matchers: Vec<PlacedMatcher>,
    /// Whether some of its matchers could not be read and are not among these.
    pub is_partial: bool,
    /// Whether the siblings behind it are tried too (`continue`).
    pub goes_on: bool,
    /// The children in order.
    pub routes: Vec<Route>,
}

impl Route {
    /// Reads the tree below `root`; matchers that do not parse are added to `problems` and left out.
    #[must_use]
    pub fn new(root: &model::Route, target: &Target, problems: &mut Vec<Problem>) -> Self {
        Self::below(root, None, target, problems)
    }

    fn below(
        route: &model::Route,
        inherited: Option<&Text>,
        target: &Target,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let receiver = route.receiver.as_ref().or(inherited).cloned();
        let known = problems.len();
        let matchers = matchers_of(&route.matching, target, problems);
        let is_partial = route.matching.is_partial || problems.len() > known;
        let routes = route
            .routes
            .iter()
            .map(|child| Self::below(child, receiver.as_ref(), target, problems))
            .collect();
        Self {
            span: route.span,
            receiver,
            own_receiver: route.receiver.clone(),
            matchers,
            is_partial,
            goes_on: route.goes_on.is_some_and(|goes_on| goes_on.value),
            routes,
        }
    }

    /// The routes that notify about an alert with these labels, in order (`Route.Match`): the deepest that match; a
    /// matching child ends the search among its siblings unless it has `continue`.
    #[must_use]
    pub fn routes_for(&self, labels: &Labels) -> Vec<&Self> {
        if !self.takes(labels) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for child in &self.routes {
            let below = child.routes_for(labels);
            let matched = !below.is_empty();
            found.extend(below);
            if matched && !child.goes_on {
                break;
            }
        }
        if found.is_empty() {
            found.push(self);
        }
        found
    }

    /// Whether all its matchers hold for an alert with these labels.
    #[must_use]
    pub fn takes(&self, labels: &Labels) -> bool {
        self.matchers.iter().all(|PlacedMatcher { matcher, .. }| {
            matcher.matches(labels.get(&matcher.name).unwrap_or(""))
        })
    }

    /// The route and everything below it, in document order.
    pub fn walk<'r>(&'r self, visit: &mut impl FnMut(&'r Self)) {
        visit(self);
        for child in &self.routes {
            child.walk(visit);
        }
    }
}
