use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::fixtures::FixtureFacts;
use super::knowledge::Knowledge;
use super::label_class::{ExternalLabels, LabelClass, classes_of};
use super::labels::{Shape, shapes_of};
use super::metrics::Metrics;
use super::outlets::Outlet;
use super::records::{Records, RuleAt};
use super::routing::Routing;
use super::templates::{TemplateFacts, templates_of};
use super::times::Times;
use super::verdict::{Verdict, judge};
use crate::diagnostic::Location;
use crate::labels::Labels;
use crate::model::Settings;
use crate::project::Environment;
use crate::promql::{Binary, Expr, ExprKind};
use crate::regex::{Anchoring, Pattern};
use crate::target::Target;
use crate::yaml::Node;

/// What analysis says of an environment, computed once and shared by all lints.
#[derive(Debug)]
pub struct EnvironmentFacts<'e> {
    /// What the environment runs on.
    pub target: Target,
    /// The external labels of its Prometheus.
    pub external_labels: ExternalLabels,
    /// Patterns of labels that are taken away from alerts before they are sent.
    dropped: Vec<Pattern>,
    /// How often things happen.
    pub times: Times,
    /// What is known of the series that its rules read.
    pub known: Knowledge<'e>,
    environment: &'e Environment,
    fixtures: OnceLock<Vec<FixtureFacts<'e>>>,
    routings: OnceLock<Vec<Routing<'e>>>,
    outlets: OnceLock<Vec<Outlet<'e>>>,
    rules: Vec<Remembered<'e>>,
    /// Whether there are alerting rules.
    has_alerts: bool,
    /// Whether every alerting rule could be read, so that absence can be proved.
    complete: bool,
}

impl<'e> EnvironmentFacts<'e> {
    /// Looks at every alerting rule of the environment.
    #[must_use]
    pub fn new(environment: &'e Environment, settings: &'e Settings, target: Target) -> Self {
        let rules: Vec<_> = environment
            .rules()
            .filter_map(|(file, group, rule)| {
                let at = RuleAt { file, group, rule };
                Some(Remembered::new(at, rule.expr.as_ref()?))
            })
            .collect();
        let has_alerts = rules.iter().any(|rule| rule.at.rule.is_alert());
        let complete = environment.alerts().all(|alert| alert.item.expr.is_some())
            && environment
                .files
                .iter()
                .all(|file| file.alertmanager.is_some() || !file.is_refused());
        let (external_labels, dropped) = sent_labels(environment);
        Self {
            target,
            external_labels,
            dropped,
            times: Times::new(environment, settings),
            known: Knowledge {
                records: Records::new(environment),
                metrics: Metrics::new(environment),
                settings: Some(&settings.metrics),
            },
            environment,
            rules,
            has_alerts,
            fixtures: OnceLock::new(),
            routings: OnceLock::new(),
            outlets: OnceLock::new(),
            complete,
        }
    }

    /// Whether the settings say what runs together, so that what is not here does not exist.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.environment.is_declared
    }

    /// The rules whose expression parses, in order.
    pub fn rules(&'e self) -> impl ExactSizeIterator<Item = RuleFacts<'e>> {
        self.rules.iter().map(|rule| self.view(rule))
    }

    /// [`EnvironmentFacts::rules`] in pieces of about `size`, to be looked at side by side.
    pub fn rules_in_pieces(
        &'e self,
        size: usize,
    ) -> impl IndexedParallelIterator<Item = impl Iterator<Item = RuleFacts<'e>> + Clone> {
        let pieces = self.rules.par_chunks(size);
        pieces.map(|piece| piece.iter().map(|rule| self.view(rule)))
    }

    /// The alerting rules among them.
    pub fn alerts(&'e self) -> impl Iterator<Item = RuleFacts<'e>> {
        self.rules().filter(|rule| rule.at.rule.is_alert())
    }

    fn view(&'e self, rule: &'e Remembered<'e>) -> RuleFacts<'e> {
        RuleFacts {
            at: rule.at,
            expr: rule.expr,
            remembered: rule,
            facts: self,
        }
    }

    /// The fixtures that promtool would run, with their rules.
    pub fn fixtures(&self) -> &[FixtureFacts<'e>] {
        self.fixtures
            .get_or_init(|| FixtureFacts::of(self.environment, &self.target))
    }

    /// Where the alerts of all rules go, in each configuration of Alertmanager that has routes.
    pub fn routings(&'e self) -> &'e [Routing<'e>] {
        self.routings.get_or_init(|| {
            let configs = self.environment.routed();
            configs
                .filter_map(|config| Routing::new(config, self.alerts()))
                .collect()
        })
    }

    /// The integrations that those routes lead to, and what they send.
    pub fn outlets(&'e self) -> &'e [Outlet<'e>] {
        self.outlets.get_or_init(|| {
            let routings = self.routings().iter();
            routings
                .flat_map(|routing| Outlet::of(routing, &self.target))
                .collect()
        })
    }

    /// Whether it can be said that no alert has some label: there are alerting rules, and all of them could be read.
    #[must_use]
    pub fn knows_all_alerts(&self) -> bool {
        self.complete && self.has_alerts
    }
}

/// A rule whose expression parses, and what has been worked out about it.
#[derive(Debug)]
struct Remembered<'e> {
    at: RuleAt<'e>,
    expr: &'e Expr,
    verdict: OnceLock<Verdict<'e>>,
    shapes: OnceLock<Vec<Shape>>,
    classes: OnceLock<Vec<LabelClass>>,
    templates: OnceLock<Vec<TemplateFacts<'e>>>,
}

impl<'e> Remembered<'e> {
    const fn new(at: RuleAt<'e>, expr: &'e Expr) -> Self {
        Self {
            at,
            expr,
            verdict: OnceLock::new(),
            shapes: OnceLock::new(),
            classes: OnceLock::new(),
            templates: OnceLock::new(),
        }
    }
}

/// A rule whose expression parses, and what is worked out about it when somebody asks.
#[derive(Clone, Copy, Debug)]
pub struct RuleFacts<'a> {
    /// The rule and where it stands.
    pub at: RuleAt<'a>,
    /// Its expression.
    pub expr: &'a Expr,
    remembered: &'a Remembered<'a>,
    facts: &'a EnvironmentFacts<'a>,
}

impl<'a> RuleFacts<'a> {
    /// Whether it is that very rule, not one that reads the same.
    #[must_use]
    pub fn is(self, other: RuleFacts<'_>) -> bool {
        std::ptr::eq(self.at.rule, other.at.rule)
    }

    /// The place of a part of the expression.
    #[must_use]
    pub fn place(self, part: &Expr) -> Location {
        self.at.file.location(self.at.rule.expr_span(part.span))
    }

    /// The place of an operator of the expression.
    #[must_use]
    pub fn operator(self, binary: &Binary) -> Location {
        let span = self.at.rule.expr_span(binary.op_span);
        self.at.file.location(span)
    }

    /// The expression as written, which the spans of its parts count in.
    #[must_use]
    pub fn text(self) -> &'a str {
        let text = self.at.rule.model.expr.as_ref();
        text.map_or("", |text| text.as_str())
    }

    /// What of the expression can never have a result.
    #[must_use]
    pub fn verdict(self) -> &'a Verdict<'a> {
        let verdict = &self.remembered.verdict;
        verdict.get_or_init(|| judge(self.expr, &self.facts.known))
    }

    /// What the labels of the expression's result can be, for each `or` branch.
    #[must_use]
    pub fn shapes(self) -> &'a [Shape] {
        let shapes = &self.remembered.shapes;
        shapes.get_or_init(|| shapes_of(self.expr, &self.facts.known))
    }

    /// The templates in the labels and annotations of an alerting rule, with what can be read off them.
    #[must_use]
    pub fn templates(self) -> &'a [TemplateFacts<'a>] {
        let templates = &self.remembered.templates;
        templates.get_or_init(|| templates_of(self.at.rule))
    }

    /// The classes of alerts that an alerting rule raises.
    #[must_use]
    pub fn classes(self) -> &'a [LabelClass] {
        let classes = &self.remembered.classes;
        classes.get_or_init(|| self.work_out_classes())
    }

    /// Whether it is certain that nothing exposes any of the series that the expression reads, so that it has no result.
    #[must_use]
    pub fn is_starved(self) -> bool {
        let known = &self.facts.known;
        let (mut reads, mut is_starved) = (false, true);
        self.expr.walk(&mut |part| {
            if let Some(selector) = part.selector() {
                let excluded = |name| !known.records.has(name) && known.metrics.exclude(name);
                is_starved &= selector.metric_name().is_some_and(excluded);
                reads = true;
            }
            if let ExprKind::Call(call) = &part.kind {
                is_starved &= !MAKES.contains(&call.function.name);
            }
        });
        reads && is_starved
    }

    fn work_out_classes(self) -> Vec<LabelClass> {
        let rule = self.at.rule;
        let labels: Vec<(Arc<str>, Option<Arc<str>>)> = rule
            .labels
            .iter()
            .map(|label| (label.key.as_str().into(), label.fixed().map(Arc::from)))
            .collect();
        let external = &self.facts.external_labels;
        let mut classes = classes_of(rule.name(), self.shapes(), &labels, external);
        for class in &mut classes {
            class.drop_labels(&self.facts.dropped);
        }
        classes
    }
}

/// Functions that have a result without any series.
const MAKES: [&str; 3] = ["absent", "absent_over_time", "vector"];

/// The external labels where exactly one `prometheus.yml` is known and adds nothing that only the running process
/// knows, and sends alerts as they are.
#[must_use]
pub fn external_labels(environment: &Environment) -> ExternalLabels {
    match sent_labels(environment) {
        (_, dropped) if !dropped.is_empty() => ExternalLabels::Relabelled,
        (labels, _) => labels,
    }
}

/// The external labels, and patterns of labels that are taken away from every alert before it is sent: `labeldrop` is what
/// Prometheus in pairs use. With any other relabelling nothing is known.
fn sent_labels(environment: &Environment) -> (ExternalLabels, Vec<Pattern>) {
    let mut configs = environment.prometheuses();
    let (Some(config), None) = (configs.next(), configs.next()) else {
        return (ExternalLabels::Unknown, Vec::new());
    };
    let alerting = config.item.alerting.map(|node| config.file.tree.node(node));
    let Some(dropped) = alerting.map_or(Some(Vec::new()), dropped_labels) else {
        return (ExternalLabels::Relabelled, Vec::new());
    };
    let labels = config.item.external_labels.iter();
    let mut labels = labels.map(|label| (label.key.as_str(), label.value.as_str()));
    let labels = match labels.clone().any(|(_, value)| value.contains('$')) {
        true => ExternalLabels::Unknown,
        false => ExternalLabels::Known(Labels::from_pairs(labels.by_ref())),
    };
    (labels, dropped)
}

/// The patterns of `labeldrop` under `alerting`; nothing where alerts are relabelled otherwise.
fn dropped_labels(alerting: Node<'_>) -> Option<Vec<Pattern>> {
    const RELABELS: &str = "alert_relabel_configs";
    let managers = alerting.get("alertmanagers").into_iter();
    let mut managers = managers.flat_map(Node::items);
    // What is done for one Alertmanager of several cannot be told apart here.
    if managers.any(|manager| manager.get(RELABELS).is_some()) {
        return None;
    }
    let relabels = alerting.get(RELABELS).into_iter();
    let patterns = relabels.flat_map(Node::items).map(|relabel| {
        let action = relabel.get("action").and_then(Node::scalar)?;
        let regex = relabel.get("regex").and_then(Node::scalar)?;
        let is_drop = action.eq_ignore_ascii_case("labeldrop");
        is_drop.then(|| Pattern::parse(regex, Anchoring::Prometheus).ok())?
    });
    patterns.collect()
}
