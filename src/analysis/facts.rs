use std::sync::{Arc, OnceLock};

use super::fixtures::FixtureFacts;
use super::knowledge::Knowledge;
use super::label_class::{ExternalLabels, LabelClass, classes_of};
use super::labels::{Shape, shapes_of};
use super::metrics::Metrics;
use super::records::{Records, RuleAt};
use super::templates::{TemplateFacts, templates_of};
use super::times::Times;
use super::verdict::{Verdict, judge};
use crate::diagnostic::Location;
use crate::labels::Labels;
use crate::model::Settings;
use crate::project::{Environment, Located, Rule};
use crate::promql::{Binary, Expr};
use crate::target::Target;

/// What analysis says of an environment, computed once and shared by all lints.
#[derive(Debug)]
pub struct EnvironmentFacts<'e> {
    /// What the environment runs on.
    pub target: Target,
    /// The external labels of its Prometheus.
    pub external_labels: ExternalLabels,
    /// How often things happen.
    pub times: Times,
    /// What is known of the series that its rules read.
    pub known: Knowledge<'e>,
    environment: &'e Environment,
    fixtures: OnceLock<Vec<FixtureFacts<'e>>>,
    rules: Vec<RuleFacts<'e>>,
    alerts: Vec<Remembered<'e>>,
    /// Whether every alerting rule could be read, so that absence can be proved.
    complete: bool,
}

impl<'e> EnvironmentFacts<'e> {
    /// Looks at every alerting rule of the environment.
    #[must_use]
    pub fn new(environment: &'e Environment, settings: &'e Settings, target: Target) -> Self {
        let all = environment.alerts().count();
        let alerts: Vec<_> = environment
            .alerts()
            .filter(|alert| alert.item.expr.is_some())
            .map(|rule| Remembered {
                rule,
                shapes: OnceLock::new(),
                classes: OnceLock::new(),
                templates: OnceLock::new(),
            })
            .collect();
        let complete = alerts.len() == all
            && environment
                .files
                .iter()
                .all(|file| file.alertmanager.is_some() || !file.is_refused());
        Self {
            target,
            external_labels: external_labels(environment),
            times: Times::new(environment, settings),
            known: Knowledge {
                records: Records::new(environment),
                metrics: Metrics::new(environment),
                settings: Some(&settings.metrics),
            },
            environment,
            rules: environment
                .rules()
                .filter_map(|(file, group, rule)| {
                    Some(RuleFacts {
                        at: RuleAt { file, group, rule },
                        expr: rule.expr.as_ref()?,
                        verdict: OnceLock::new(),
                    })
                })
                .collect(),
            fixtures: OnceLock::new(),
            alerts,
            complete,
        }
    }

    /// Whether the settings say what runs together, so that what is not here does not exist.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.environment.is_declared
    }

    /// The rules whose expression parses, in order.
    #[must_use]
    pub fn rules(&self) -> &[RuleFacts<'e>] {
        &self.rules
    }

    /// What of a rule's expression can never have a result.
    #[must_use]
    pub fn verdict<'f>(&'f self, rule: &'f RuleFacts<'e>) -> &'f Verdict<'e> {
        rule.verdict.get_or_init(|| judge(rule.expr, &self.known))
    }

    /// The alerting rules whose expression parses.
    pub fn alerts(&'e self) -> impl Iterator<Item = AlertFacts<'e>> {
        self.alerts.iter().map(|remembered| AlertFacts {
            rule: remembered.rule,
            remembered,
            external_labels: &self.external_labels,
            known: &self.known,
        })
    }

    /// The fixtures that promtool would run, with their rules.
    pub fn fixtures(&self) -> &[FixtureFacts<'e>] {
        self.fixtures
            .get_or_init(|| FixtureFacts::of(self.environment, &self.target))
    }

    /// Whether it can be said that no alert has some label: there are alerting rules, and all of them could be read.
    #[must_use]
    pub fn knows_all_alerts(&self) -> bool {
        self.complete && !self.alerts.is_empty()
    }
}

/// A rule whose expression parses, and what is worked out about it when somebody asks.
#[derive(Debug)]
pub struct RuleFacts<'e> {
    /// The rule and where it stands.
    pub at: RuleAt<'e>,
    /// Its expression.
    pub expr: &'e Expr,
    verdict: OnceLock<Verdict<'e>>,
}

impl RuleFacts<'_> {
    /// The place of a part of the expression.
    #[must_use]
    pub fn place(&self, part: &Expr) -> Location {
        self.at.file.location(self.at.rule.expr_span(part.span))
    }

    /// The place of an operator of the expression.
    #[must_use]
    pub fn operator(&self, binary: &Binary) -> Location {
        let span = self.at.rule.expr_span(binary.op_span);
        self.at.file.location(span)
    }

    /// The expression as written, which the spans of its parts count in.
    #[must_use]
    pub fn text(&self) -> &str {
        let text = self.at.rule.model.expr.as_ref();
        text.map_or("", |text| text.as_str())
    }
}

/// An alerting rule and what has been worked out about it.
#[derive(Debug)]
struct Remembered<'e> {
    rule: Located<'e, Rule>,
    shapes: OnceLock<Vec<Shape>>,
    classes: OnceLock<Vec<LabelClass>>,
    templates: OnceLock<Vec<TemplateFacts<'e>>>,
}

/// An alerting rule, and what is worked out about it when somebody asks.
#[derive(Clone, Copy, Debug)]
pub struct AlertFacts<'a> {
    /// The rule.
    pub rule: Located<'a, Rule>,
    remembered: &'a Remembered<'a>,
    external_labels: &'a ExternalLabels,
    known: &'a Knowledge<'a>,
}

impl<'a> AlertFacts<'a> {
    /// What the labels of the expression's result can be, for each `or` branch.
    #[must_use]
    pub fn shapes(self) -> &'a [Shape] {
        self.remembered.shapes.get_or_init(|| {
            let expr = self.rule.item.expr.as_ref();
            expr.map_or_else(Vec::new, |expr| shapes_of(expr, self.known))
        })
    }

    /// The templates in its labels and annotations, with what can be read off them.
    #[must_use]
    pub fn templates(self) -> &'a [TemplateFacts<'a>] {
        self.remembered
            .templates
            .get_or_init(|| templates_of(self.rule.item))
    }

    /// The classes of alerts that the rule raises.
    #[must_use]
    pub fn classes(self) -> &'a [LabelClass] {
        self.remembered
            .classes
            .get_or_init(|| self.work_out_classes())
    }

    fn work_out_classes(self) -> Vec<LabelClass> {
        let rule = self.rule.item;
        let labels: Vec<(Arc<str>, Option<Arc<str>>)> = rule
            .labels
            .iter()
            .map(|label| (label.key.as_str().into(), label.fixed().map(Arc::from)))
            .collect();
        classes_of(rule.name(), self.shapes(), &labels, self.external_labels)
    }
}

/// The external labels where exactly one `prometheus.yml` is known and adds nothing that only the running process
/// knows.
fn external_labels(environment: &Environment) -> ExternalLabels {
    let mut configs = environment.prometheuses();
    let (Some(config), None) = (configs.next(), configs.next()) else {
        return ExternalLabels::Unknown;
    };
    let relabels = config.item.alerting.is_some_and(|alerting| {
        crate::model::scalars(&config.file.tree, alerting)
            .iter()
            .any(|field| field.path.contains("alert_relabel_configs"))
    });
    let labels = &config.item.external_labels;
    let is_expanded = |text: &str| text.contains('$');
    if relabels || labels.iter().any(|label| is_expanded(label.value.as_str())) {
        return ExternalLabels::Unknown;
    }
    ExternalLabels::Known(Labels::from_pairs(
        labels
            .iter()
            .map(|label| (label.key.as_str(), label.value.as_str())),
    ))
}
