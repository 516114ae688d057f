//! Why alerts come to a route, and what may keep them from being told.

use super::facts::RuleFacts;
use super::inhibition::{mutes, side};
use super::label_class::{LabelClass, Truth};
use super::routing::{Step, held, steps};
use crate::notify::{InhibitRule, PlacedMatcher, Route};

/// A route that notifies about alerts of a class, and why.
#[derive(Debug)]
pub struct Destination<'r> {
    /// The route.
    pub route: &'r Route,
    /// Whether all alerts of the class come here; only some may, otherwise.
    pub is_certain: bool,
    /// The routes that lead to it, from the root down, itself included.
    pub path: Vec<Hop<'r>>,
    /// What is known of the alerts that come here.
    pub class: LabelClass,
    /// The inhibit rules that can keep them from being told.
    pub muted_by: Vec<Muted<'r>>,
}

/// A route on the way, with what was tried there.
#[derive(Debug)]
pub struct Hop<'r> {
    /// The route.
    pub route: &'r Route,
    /// Its matchers, and whether they hold.
    pub matchers: Vec<(&'r PlacedMatcher, Truth)>,
    /// The routes below it that are tried before the next one on the way, or all of them where it notifies itself, and do not
    /// take all of the alerts: each with the first matcher that keeps them away.
    pub passed: Vec<Passed<'r>>,
}

/// A route that does not take all alerts.
#[derive(Debug)]
pub struct Passed<'r> {
    /// The route.
    pub route: &'r Route,
    /// The first matcher that does not hold for all.
    pub matcher: &'r PlacedMatcher,
    /// Whether it holds for some.
    pub truth: Truth,
}

/// An inhibit rule that can keep alerts from being told.
#[derive(Debug)]
pub struct Muted<'r> {
    /// The rule.
    pub rule: &'r InhibitRule,
    /// The alerting rules whose alerts can do so, by name, each once.
    pub by: Vec<&'r str>,
}

/// The routes that notify about alerts of a class, in order. `alerts` are the rules that can raise inhibiting alerts.
pub fn destinations<'r>(
    root: &'r Route,
    inhibit_rules: &'r [InhibitRule],
    alerts: impl Iterator<Item = RuleFacts<'r>> + Clone,
    class: &LabelClass,
) -> Vec<Destination<'r>> {
    let steps = steps(root, class);
    let found = steps.iter().filter_map(|end| {
        let here = end.class.clone()?;
        Some(Destination {
            route: end.route,
            is_certain: end.notifies == Truth::Always,
            path: path(&steps, end, class),
            muted_by: muted_by(inhibit_rules, alerts.clone(), &here),
            class: here,
        })
    });
    found.collect()
}

fn path<'r>(steps: &[Step<'r>], end: &Step<'r>, class: &LabelClass) -> Vec<Hop<'r>> {
    let leads_there = |route: &Route| route.holds(end.route);
    let above = steps.iter().filter(|step| leads_there(step.route));
    let hops = above.map(|step| Hop {
        route: step.route,
        matchers: step.matchers.clone(),
        passed: step
            .route
            .routes
            .iter()
            .take_while(|child| !leads_there(child))
            .filter_map(|child| passed(child, class))
            .collect(),
    });
    hops.collect()
}

fn passed<'r>(route: &'r Route, class: &LabelClass) -> Option<Passed<'r>> {
    let truths = held(route, class);
    // What holds for none says more than what holds for some.
    let first = |wanted| truths.iter().find(|(_, truth)| *truth == wanted).copied();
    let (matcher, truth) = first(Truth::Never).or_else(|| first(Truth::Maybe))?;
    Some(Passed {
        route,
        matcher,
        truth,
    })
}

fn muted_by<'r>(
    rules: &'r [InhibitRule],
    alerts: impl Iterator<Item = RuleFacts<'r>> + Clone,
    class: &LabelClass,
) -> Vec<Muted<'r>> {
    let found = rules.iter().filter_map(|rule| {
        let target = side(class, &rule.target)?;
        let can_mute = |facts: &RuleFacts<'r>| {
            let mut classes = facts.classes().iter();
            classes.any(|class| {
                side(class, &rule.source)
                    .is_some_and(|source| mutes(rule, &source, &target) != Truth::Never)
            })
        };
        let mut by: Vec<&str> = Vec::new();
        for facts in alerts.clone().filter(can_mute) {
            let name = facts.at.rule.name();
            if !by.contains(&name) {
                by.push(name);
            }
        }
        Some(Muted { rule, by })
    });
    found.collect()
}
