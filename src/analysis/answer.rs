//! Where an alert or the alerts of a rule go, and how long it takes: what `rulecheck route` tells.

use std::collections::BTreeMap;

use super::destination::{Destination, destinations};
use super::facts::{EnvironmentFacts, RuleFacts};
use super::label_class::{LabelClass, Truth};
use super::latency::Latency;
use super::routing::{Step, steps};
use crate::labels::Labels;
use crate::model::Setting;
use crate::notify::Route;
use crate::project::{Alertmanager, Located};
use crate::target::Duration;

/// Where an alert goes, and why.
#[derive(Debug)]
pub struct Answer<'e> {
    /// What was asked for.
    pub subject: Subject<'e>,
    /// Every route that was tried.
    pub steps: Vec<Step<'e>>,
    /// The routes that notify, in order.
    pub destinations: Vec<Destination<'e>>,
}

/// What was asked for.
#[derive(Debug)]
pub enum Subject<'e> {
    /// An alert with exactly these labels.
    Labels(Labels),
    /// The alerts of a rule, or of one branch of its expression.
    Rule(RuleFacts<'e>),
}

/// An alert at a receiver, in short.
#[derive(Debug)]
pub struct Row<'e> {
    /// The rule.
    pub rule: RuleFacts<'e>,
    /// The severity that it sets, where it is no template.
    pub severity: Option<&'e str>,
    /// The route that notifies.
    pub route: &'e Route,
    /// Whether it does so for all alerts of the rule.
    pub is_certain: bool,
    /// How long it takes.
    pub latency: Latency,
    /// What the settings grant the severity.
    pub budget: Option<Duration>,
}

impl<'e> Answer<'e> {
    /// Sends a class of alerts through the tree.
    #[must_use]
    pub fn new(
        config: Located<'e, Alertmanager>,
        root: &'e Route,
        facts: &'e EnvironmentFacts<'e>,
        subject: Subject<'e>,
        class: &LabelClass,
    ) -> Self {
        let alerts: Vec<RuleFacts<'e>> = facts.alerts().collect();
        let rules = &config.item.inhibit_rules;
        Self {
            subject,
            steps: steps(root, class),
            destinations: destinations(root, rules, alerts.into_iter(), class),
        }
    }

    /// What is known of a route: it was tried, and what came of it.
    #[must_use]
    pub fn step(&self, route: &Route) -> Option<&Step<'e>> {
        let mut steps = self.steps.iter();
        steps.find(|step| std::ptr::eq(step.route, route))
    }
}

impl<'e> Row<'e> {
    /// The receivers of a rule's alerts, each route once.
    #[must_use]
    pub fn of_rule(
        rule: RuleFacts<'e>,
        root: &'e Route,
        facts: &EnvironmentFacts<'_>,
        budgets: &BTreeMap<String, Setting<Duration>>,
    ) -> Vec<Self> {
        let severity = rule.at.rule.label("severity");
        let severity = severity.and_then(|severity| severity.fixed());
        let budget = severity.and_then(|severity| budgets.get(severity));
        let classes = rule.classes();
        let mut rows: Vec<Self> = Vec::new();
        for class in classes {
            let ends = steps(root, class).into_iter();
            for end in ends.filter(|step| step.notifies != Truth::Never) {
                let is_certain = end.notifies == Truth::Always && classes.len() == 1;
                match rows
                    .iter_mut()
                    .find(|row| std::ptr::eq(row.route, end.route))
                {
                    Some(row) => row.is_certain &= is_certain,
                    None => rows.push(Self {
                        rule,
                        severity,
                        route: end.route,
                        is_certain,
                        latency: Latency::new(rule, &facts.times, end.route.timing),
                        budget: budget.map(|budget| budget.0),
                    }),
                }
            }
        }
        rows
    }
}
