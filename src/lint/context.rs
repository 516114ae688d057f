use std::cell::Cell;

use super::registry::Lint;
use crate::analysis::{EnvironmentFacts, FixtureFacts, LabelClass, RuleFacts, names_read};
use crate::diagnostic::{Diagnostic, Level, Location};
use crate::labels::METRIC_NAME;
use crate::model::Settings;
use crate::project::{Environment, Rule};
use crate::promql::Expr;
use crate::template::Reference;
use crate::witness::series_holding;

/// What a lint looks at: one environment, the settings, and what analysis says of it.
#[derive(Debug)]
pub struct Context<'a> {
    /// The files that run together.
    pub environment: &'a Environment,
    /// What the team demands.
    pub settings: &'a Settings,
    /// What analysis proved, computed once for all lints.
    pub facts: &'a EnvironmentFacts<'a>,
    /// For how many findings more series are worked out.
    to_be_shown: Cell<usize>,
}

impl<'a> Context<'a> {
    /// For one lint, or for some rules. Series are worked out for the first findings only: so many of them.
    pub(super) fn new(
        environment: &'a Environment,
        settings: &'a Settings,
        facts: &'a EnvironmentFacts<'a>,
        shown: usize,
    ) -> Self {
        Self {
            environment,
            settings,
            facts,
            to_be_shown: Cell::new(shown),
        }
    }

    /// The rules whose expression parses.
    pub fn rules(&self) -> impl Iterator<Item = RuleFacts<'a>> {
        self.facts.rules()
    }

    /// The alerting rules whose expression parses.
    pub fn alerts(&self) -> impl Iterator<Item = RuleFacts<'a>> {
        self.facts.alerts()
    }

    /// The fixtures that promtool would run, with the rules that they test.
    #[must_use]
    pub fn fixtures(&self) -> &'a [FixtureFacts<'a>] {
        self.facts.fixtures()
    }

    /// The classes of alerts that all those rules raise.
    pub fn alert_classes(&self) -> impl Iterator<Item = &'a LabelClass> {
        self.facts.alerts().flat_map(RuleFacts::classes)
    }

    /// Input series over which the alert is raised, with the labels that its templates print: what shows a finding about its
    /// text. Nothing where they cannot be worked out, where recorded series are read, and after the first hundred of a lint.
    #[must_use]
    pub fn series_raising(&self, rule: &Rule) -> Option<String> {
        self.series_raising_by(rule, rule.expr.as_ref()?)
    }

    /// The same by one branch of its expression.
    #[must_use]
    pub fn series_raising_by(&self, rule: &Rule, expr: &Expr) -> Option<String> {
        let left = self.to_be_shown.get();
        self.to_be_shown.set(left.saturating_sub(1));
        let records = &self.facts.known.records;
        if left == 0 || names_read(expr).iter().any(|name| records.has(name)) {
            return None;
        }
        let texts = rule.labels.iter().chain(&rule.annotations);
        let templates = texts.filter_map(|text| text.template.as_ref());
        let printed = templates.flat_map(|template| template.references());
        let labels: Vec<_> = printed
            .filter_map(|used| match used.what {
                Reference::Label(name) if &*name != METRIC_NAME => Some(name),
                _ => None,
            })
            .collect();
        series_holding(expr, &labels, self.facts.target)
    }

    /// How bad a severity is, by the settings or else by custom: 0 is the worst. Nothing where nobody knows it.
    #[must_use]
    pub fn severity_rank(&self, severity: &str) -> Option<usize> {
        match self.settings.severities.as_slice() {
            [] => USUAL.iter().position(|words| words.contains(&severity)),
            known => known.iter().position(|known| known == severity),
        }
    }
}

/// The severities that many use, worst first.
const USUAL: [&[&str]; 4] = [
    &["critical", "page"],
    &["error", "high"],
    &["warning"],
    &["info"],
];

/// The findings of one lint in one environment.
#[derive(Debug)]
pub struct Findings<'l> {
    lint: &'l Lint,
    found: Vec<Diagnostic>,
}

impl<'l> Findings<'l> {
    pub(super) fn new(lint: &'l Lint) -> Self {
        Self {
            lint,
            found: Vec::new(),
        }
    }

    /// Adds a finding at the lint's own level. What it returns can be given help and related places.
    pub fn add(&mut self, location: Location, message: impl Into<String>) -> &mut Diagnostic {
        self.add_at(self.lint.level, location, message)
    }

    /// Adds a finding at another level.
    pub fn add_at(
        &mut self,
        level: Level,
        location: Location,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        let at = self.found.len();
        let diagnostic = Diagnostic::new(self.lint.name, level, location, message);
        self.found.push(diagnostic);
        &mut self.found[at]
    }

    /// Adds a finding that was made while loading.
    pub fn take(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub(super) fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }
}
