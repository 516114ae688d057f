use std::collections::BTreeSet;
use std::sync::Arc;

use super::matchers::{PlacedMatcher, matchers_of};
use crate::labels::Labels;
use crate::model::{self, Problem, Text};
use crate::source::{Span, Spanned};
use crate::target::{Duration, Target, Version};

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
    /// How its alerts are put together, inherited.
    pub grouping: Grouping,
    /// When its groups notify, inherited.
    pub timing: Timing,
    /// Names of intervals in which it is mute; never inherited.
    pub mute_time_intervals: Vec<Text>,
    /// Names of intervals outside of which it is mute; never inherited.
    pub active_time_intervals: Vec<Text>,
    /// What names the route in keys of groups, as in `{}/{severity="critical"}`: the matchers from the root down. Routes
    /// with the same matchers under one parent share it.
    pub key: Arc<str>,
    /// The children in order.
    pub routes: Vec<Route>,
}

/// The labels by which alerts of a route are put together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Grouping {
    /// Those that are listed; alerts that lack one of them are together.
    By(BTreeSet<Arc<str>>),
    /// All labels (`...`): each alert is alone.
    ByAll,
}

/// When a group of alerts notifies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// How long a new group waits.
    pub group_wait: Duration,
    /// How often it looks for news afterwards.
    pub group_interval: Duration,
    /// How long until it tells again what is still true.
    pub repeat_interval: Duration,
}

impl Default for Timing {
    /// What Alertmanager does where the root does not say.
    fn default() -> Self {
        Self {
            group_wait: Duration::from_ms(30_000),
            group_interval: Duration::from_ms(5 * 60_000),
            repeat_interval: Duration::from_ms(4 * 3_600_000),
        }
    }
}

impl Grouping {
    /// The labels of the group that an alert with these labels belongs to.
    #[must_use]
    pub fn labels_of(&self, labels: &Labels) -> Labels {
        match self {
            Self::By(names) => labels.filter(|name| names.contains(name)),
            Self::ByAll => labels.clone(),
        }
    }

    /// Whether groups differ in that label.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::By(names) => names.contains(name),
            Self::ByAll => true,
        }
    }
}

impl Route {
    /// Reads the tree below `root`; matchers that do not parse are added to `problems` and left out.
    #[must_use]
    pub fn new(root: &model::Route, target: &Target, problems: &mut Vec<Problem>) -> Self {
        Self::below(root, None, target, problems)
    }

    fn below(
        route: &model::Route,
        parent: Option<&Self>,
        target: &Target,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let known = problems.len();
        let matchers = matchers_of(&route.matching, target, problems);
        let is_partial = route.matching.is_partial || problems.len() > known;
        let mut this = Self {
            span: route.span,
            receiver: route.receiver.clone(),
            own_receiver: route.receiver.clone(),
            is_partial,
            goes_on: route.goes_on.is_some_and(|goes_on| goes_on.value),
            grouping: grouping_of(route, target).unwrap_or_else(|| Grouping::By(BTreeSet::new())),
            timing: Timing::default(),
            mute_time_intervals: route.mute_time_intervals.clone(),
            active_time_intervals: route.active_time_intervals.clone(),
            key: key_of(&matchers).into(),
            matchers,
            routes: Vec::new(),
        };
        if let Some(parent) = parent {
            this.receiver = this.receiver.or_else(|| parent.receiver.clone());
            if grouping_of(route, target).is_none() {
                this.grouping = parent.grouping.clone();
            }
            this.timing = parent.timing;
            this.key = format!("{}/{}", parent.key, this.key).into();
        }
        let set = |timing: &mut Duration, own: Option<Spanned<Duration>>| {
            if let Some(own) = own {
                *timing = own.value;
            }
        };
        set(&mut this.timing.group_wait, route.group_wait);
        set(&mut this.timing.group_interval, route.group_interval);
        set(&mut this.timing.repeat_interval, route.repeat_interval);
        let children = route.routes.iter();
        this.routes = children
            .map(|child| Self::below(child, Some(&this), target, problems))
            .collect();
        this
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
        self.matchers.iter().all(|placed| placed.holds(labels))
    }

    /// Whether another route of the tree is this one or below it.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        self.span.start <= other.span.start && other.span.end <= self.span.end
    }

    /// The route and everything below it, in document order.
    pub fn walk<'r>(&'r self, visit: &mut impl FnMut(&'r Self)) {
        visit(self);
        for child in &self.routes {
            child.walk(visit);
        }
    }
}

/// Before that an empty list was taken for none.
const EMPTY_GROUP_BY: Version = Version::new(0, 31);

/// What the route itself says of its groups.
fn grouping_of(route: &model::Route, target: &Target) -> Option<Grouping> {
    let names = route.group_by.as_ref()?;
    if names.is_empty() && target.alertmanager < EMPTY_GROUP_BY {
        return None;
    }
    if names.iter().any(|name| name.as_str() == "...") {
        return Some(Grouping::ByAll);
    }
    let names = names.iter().map(|name| Arc::from(name.as_str()));
    Some(Grouping::By(names.collect()))
}

/// The matchers as Alertmanager prints them: in braces, by name and value.
fn key_of(matchers: &[PlacedMatcher]) -> String {
    let mut texts: Vec<_> = matchers.iter().map(|placed| &placed.matcher).collect();
    texts.sort_by_key(|matcher| (&matcher.name, &matcher.value, matcher.op));
    let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
    format!("{{{}}}", texts.join(","))
}
