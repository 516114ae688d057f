use std::sync::Arc;

use super::label_class::{ExternalLabels, LabelClass, classes_of};
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
    alerts: Vec<(Located<'e, Rule>, Vec<LabelClass>)>,
    /// Whether every alerting rule could be read, so that absence can be proved.
    complete: bool,
}

impl<'e> EnvironmentFacts<'e> {
    /// Looks at every alerting rule of the environment.
    #[must_use]
    pub fn new(environment: &'e Environment, target: Target) -> Self {
        let external_labels = external_labels(environment);
        let mut alerts = Vec::new();
        let mut complete = environment.files.iter().all(|file| !file.is_refused());
        for alert in environment.alerts() {
            match &alert.item.expr {
                Some(expr) => {
                    let labels: Vec<(Arc<str>, Option<Arc<str>>)> = alert
                        .item
                        .labels
                        .iter()
                        .map(|label| (label.key.as_str().into(), label.fixed().map(Arc::from)))
                        .collect();
                    let classes = classes_of(alert.item.name(), expr, &labels, &external_labels);
                    alerts.push((alert, classes));
                }
                None => complete = false,
            }
        }
        Self {
            target,
            external_labels,
            alerts,
            complete,
        }
    }

    /// The alerting rules whose expression parses, with the classes of alerts that they raise.
    pub fn alerts<'a>(&'a self) -> impl Iterator<Item = (Located<'e, Rule>, &'a [LabelClass])> {
        self.alerts
            .iter()
            .map(|(rule, classes)| (*rule, classes.as_slice()))
    }

    /// Whether it can be said that no alert has some label: there are alerting rules, and all of them could be read.
    #[must_use]
    pub fn knows_all_alerts(&self) -> bool {
        self.complete && !self.alerts.is_empty()
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
