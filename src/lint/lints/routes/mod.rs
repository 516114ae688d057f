//! Lints of the group `routes`.

pub mod notify_too_late;
pub mod paging_unrouted;
pub mod route_continue_last;
pub mod route_contradiction;
pub mod route_duplicate;
pub mod route_group_by_never;
pub mod route_interval_not_inherited;
pub mod route_label_never;
pub mod route_never_reached;
pub mod route_redundant;
pub mod route_repeat_below_group;
pub mod route_repeat_retention;
pub mod route_same_receiver_twice;
pub mod route_shadowed;
pub mod route_to_default;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::analysis::Arrival;
use crate::diagnostic::{Location, Related};
use crate::lint::Context;
use crate::model::{self, Text};
use crate::notify::{Dead, Path, Route};
use crate::project::{Alertmanager, Located, Rule};
use crate::source::Span;

/// A route with what the file says of it.
struct Node<'c> {
    alertmanager: Located<'c, Alertmanager>,
    /// What every alert satisfies that comes to it.
    path: Rc<Path<'c>>,
    route: &'c Route,
    written: &'c model::Route,
    /// The route above it; nothing for the root.
    parent: Option<&'c Route>,
}

/// Every route of every configuration, each after the one above it.
fn nodes<'c>(context: &Context<'c>) -> Vec<Node<'c>> {
    let mut found: Vec<Node<'_>> = Vec::new();
    for alertmanager in context.environment.routed() {
        let (Some(route), Some(written)) =
            (&alertmanager.item.route, &alertmanager.item.config.route)
        else {
            continue;
        };
        let mut next = found.len();
        found.push(Node {
            alertmanager,
            path: Path::root(route),
            route,
            written,
            parent: None,
        });
        while let Some(node) = found.get(next) {
            let parent = node.route;
            let below = node.path.children().zip(&node.written.routes);
            let below = below.map(|(path, written)| Node {
                alertmanager,
                route: path.route,
                path,
                written,
                parent: Some(parent),
            });
            let below: Vec<_> = below.collect();
            found.extend(below);
            next += 1;
        }
    }
    found
}

impl Node<'_> {
    fn place(&self, span: Span) -> Location {
        self.alertmanager.file.location(span)
    }
}

/// Where a route begins: its first matcher, or its first byte where it has none.
fn start(route: &Route) -> Span {
    let at = route.span.start as usize;
    let first = route.matchers.first().map(|placed| placed.span);
    first.unwrap_or(Span::new(at, at + 1))
}

fn related(node: &Node<'_>, span: Span, text: &str) -> Related {
    Related {
        location: node.place(span),
        text: text.to_owned(),
    }
}

/// Who is notified by a route.
fn receiver(route: &Route) -> &str {
    route.receiver.as_ref().map_or("", Text::as_str)
}

/// Whether two routes are mute at the same times.
fn same_times(one: &Route, other: &Route) -> bool {
    let names = |texts: &[Text]| -> BTreeSet<String> {
        texts.iter().map(|text| text.as_str().to_owned()).collect()
    };
    let times = |route: &Route| {
        (
            names(&route.mute_time_intervals),
            names(&route.active_time_intervals),
        )
    };
    times(one) == times(other)
}

/// Alerts of one severity that no route below the root takes.
struct Unrouted<'c> {
    /// The default receiver where the root names it.
    place: Location,
    receiver: &'c str,
    severity: &'c str,
    alerts: Vec<&'c str>,
    /// Whether it is the worst severity that there is.
    pages: bool,
    /// Whether any route asks for the severity.
    tells_severities: bool,
}

/// By configuration and severity; trees without children have only the default and are left out.
fn unrouted<'c>(context: &Context<'c>) -> Vec<Unrouted<'c>> {
    let mut found: Vec<Unrouted<'c>> = Vec::new();
    for routing in context.facts.routings() {
        let root = routing.root;
        let Some(receiver) = root
            .own_receiver
            .as_ref()
            .filter(|_| !root.routes.is_empty())
        else {
            continue;
        };
        let mut tells_severities = false;
        root.walk(&mut |route| {
            let mut matchers = route.matchers.iter();
            tells_severities |= matchers.any(|placed| &*placed.matcher.name == SEVERITY);
        });
        let mut of_severity: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for of_rule in routing.arrivals.chunk_by(|a, b| a.rule.is(b.rule)) {
            let rule = of_rule[0].rule.at.rule;
            let ends_here = |arrival: &Arrival<'_>| std::ptr::eq(arrival.route, root);
            if let Some(severity) = severity(rule).filter(|_| of_rule.iter().all(ends_here)) {
                of_severity.entry(severity).or_default().push(rule.name());
            }
        }
        found.extend(of_severity.into_iter().map(|(severity, alerts)| Unrouted {
            place: routing.alertmanager.file.location(receiver.span()),
            receiver: receiver.as_str(),
            severity,
            alerts,
            pages: context.severity_rank(severity) == Some(0),
            tells_severities,
        }));
    }
    found
}

/// The label that says how bad an alert is.
const SEVERITY: &str = "severity";

/// The severity that the rule sets, if it is no template.
fn severity(rule: &Rule) -> Option<&str> {
    rule.label(SEVERITY)?.fixed()
}

/// The routes that no alert can come to, whatever the rules are, and why; what is below them is not told.
fn dead_routes<'c>(context: &Context<'c>) -> Vec<(Located<'c, Alertmanager>, &'c Route, Dead<'c>)> {
    let mut found = Vec::new();
    for alertmanager in context.environment.routed() {
        let root = alertmanager.item.route.as_ref();
        let mut open: Vec<_> = root.map(Path::root).into_iter().collect();
        while let Some(path) = open.pop() {
            for below in path.children() {
                match below.dead() {
                    Some(dead) => found.push((alertmanager, below.route, dead)),
                    None => open.push(below),
                }
            }
        }
    }
    found
}
