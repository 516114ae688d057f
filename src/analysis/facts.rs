use std::sync::{Arc, OnceLock};

use super::fixtures::FixtureFacts;
use super::label_class::{ExternalLabels, LabelClass, classes_of};
use super::labels::{Shape, shapes_of};
use super::templates::{TemplateFacts, templates_of};
use crate::labels::Labels;
use crate::project::{Environment, Located, Rule};
use crate::target::Target;

/// What analysis says of an environment, computed once and shared by all lints.
#[derive(Debug)]
pub struct EnvironmentFacts<'e> {
    /// What the environment runs on.
    pub target: Target,
    /// The external labels of its Prometheus.
    pub external_labels: ExternalLabels,
    environment: &'e Environment,
    fixtures: OnceLock<Vec<FixtureFacts<'e>>>,
    alerts: Vec<Remembered<'e>>,
    /// Whether every alerting rule could be read, so that absence can be proved.
    complete: bool,
}

impl<'e> EnvironmentFacts<'e> {
    /// Looks at every alerting rule of the environment.
    #[must_use]
    pub fn new(environment: &'e Environment, target: Target) -> Self {
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
        let complete =
            alerts.len() == all && environment.files.iter().all(|file| !file.is_refused());
        Self {
            target,
            external_labels: external_labels(environment),
            environment,
            fixtures: OnceLock::new(),
            alerts,
            complete,
        }
    }

    /// The alerting rules whose expression parses.
    pub fn alerts(&'e self) -> impl Iterator<Item = AlertFacts<'e>> {
        self.alerts.iter().map(|remembered| AlertFacts {
            rule: remembered.rule,
            remembered,
            external_labels: &self.external_labels,
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
}

impl<'a> AlertFacts<'a> {
    /// What the labels of the expression's result can be, for each `or` branch.
    #[must_use]
    pub fn shapes(self) -> &'a [Shape] {
        self.remembered.shapes.get_or_init(|| {
            self.rule
                .item
                .expr
                .as_ref()
                .map_or_else(Vec::new, shapes_of)
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
