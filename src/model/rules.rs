//! Rule files: what Prometheus's `rulefmt` accepts.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::decode::{Decoder, Fields, head};
use super::problem::Problem;
use super::shape::{Product, Shape, key, since};
use super::text::{Pair, Text};
use super::wording::{Order, RulePlace, Stage, Step, start};
use crate::labels::quote;
use crate::source::{Span, Spanned};
use crate::target::{Duration, Target};
use crate::yaml::{Node, Tree};

/// A rule file.
#[derive(Clone, Debug, Default)]
pub struct RuleFile {
    /// Its groups in order.
    pub groups: Vec<RuleGroup>,
}

/// A rule group.
#[derive(Clone, Debug)]
pub struct RuleGroup {
    /// The bytes of the group.
    pub span: Span,
    /// Its name; `None` where it is missing or empty, which is a problem already told.
    pub name: Option<Text>,
    /// How often it is evaluated; zero means the global interval.
    pub interval: Option<Spanned<Duration>>,
    /// How far back in time it is evaluated.
    pub query_offset: Option<Spanned<Duration>>,
    /// How many series or alerts a rule may have; zero and below mean no limit.
    pub limit: Option<Spanned<i64>>,
    /// Labels of all its rules.
    pub labels: Vec<Pair>,
    /// Its rules in order. Those without a name are left out.
    pub rules: Vec<Rule>,
}

/// Whether a rule alerts or records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuleKind {
    /// An alerting rule.
    Alert,
    /// A recording rule.
    Record,
}

/// An alerting or recording rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The bytes of the rule.
    pub span: Span,
    /// Its number in the group as promtool counts, from 1.
    pub number: usize,
    /// What it does.
    pub kind: RuleKind,
    /// Name of the alert or of the recorded metric; never empty.
    pub name: Text,
    /// The expression; `None` where it is missing or empty, which is a problem already told.
    pub expr: Option<Text>,
    /// How long an alert is pending before it fires.
    pub hold: Option<Spanned<Duration>>,
    /// How long an alert fires on after its expression has stopped to hold.
    pub keep_firing_for: Option<Spanned<Duration>>,
    /// Labels that it sets.
    pub labels: Vec<Pair>,
    /// Annotations of its alerts.
    pub annotations: Vec<Pair>,
}

impl RuleFile {
    /// All rules with their groups, in order.
    pub fn rules(&self) -> impl Iterator<Item = (&RuleGroup, &Rule)> {
        self.groups
            .iter()
            .flat_map(|group| group.rules.iter().map(move |rule| (group, rule)))
    }
}

/// Keys that live in rule files of Prometheus's relatives.
const FOREIGN: &[(&str, &str)] = &[
    ("partial_response_strategy", "Thanos Ruler"),
    ("source_tenants", "Mimir"),
    ("align_execution_time_on_interval", "Mimir"),
    ("align_evaluation_time_on_interval", "Mimir"),
    ("evaluation_delay", "Mimir"),
    ("namespace", "Mimir and Cortex"),
    ("remote_write", "Loki"),
    ("concurrency", "vmalert"),
    ("type", "vmalert"),
    ("tenant", "vmalert"),
    ("params", "vmalert"),
    ("headers", "vmalert"),
    ("notifier_headers", "vmalert"),
    ("eval_offset", "vmalert"),
    ("eval_delay", "vmalert"),
    ("eval_alignment", "vmalert"),
    ("debug", "vmalert"),
    ("update_entries_limit", "vmalert"),
    ("apiVersion", "a Kubernetes object"),
    ("kind", "a Kubernetes object"),
    ("metadata", "a Kubernetes object"),
    ("spec", "a Kubernetes object"),
];

static FILE: Shape = Shape {
    what: "a rule file",
    go: "rulefmt.RuleGroups",
    product: Product::Prometheus,
    keys: &[key("groups")],
    foreign: FOREIGN,
    open: false,
};

static GROUP: Shape = Shape {
    what: "a rule group",
    go: "rulefmt.RuleGroup",
    product: Product::Prometheus,
    keys: &[
        key("name"),
        key("interval"),
        since("query_offset", 2, 53),
        since("limit", 2, 31),
        key("rules"),
        since("labels", 3, 0),
    ],
    foreign: FOREIGN,
    open: false,
};

/// The operator's objects may carry what Thanos Ruler reads.
pub(super) static OPERATOR_GROUP: Shape = Shape {
    what: "a rule group",
    go: "rulefmt.RuleGroup",
    product: Product::Prometheus,
    keys: &[
        key("name"),
        key("interval"),
        since("query_offset", 2, 53),
        since("limit", 2, 31),
        key("rules"),
        since("labels", 3, 0),
        key("partial_response_strategy"),
    ],
    foreign: FOREIGN,
    open: false,
};

static RULE: Shape = Shape {
    what: "a rule",
    go: "rulefmt.RuleNode",
    product: Product::Prometheus,
    keys: &[
        key("record"),
        key("alert"),
        key("expr"),
        key("for"),
        since("keep_firing_for", 2, 42),
        key("labels"),
        key("annotations"),
    ],
    foreign: FOREIGN,
    open: false,
};

/// Reads a document as a rule file, as `promtool check rules` of the target would.
///
/// A file without content is a rule file without rules.
#[must_use]
pub fn decode_rules(
    tree: &Arc<Tree>,
    document: usize,
    target: &Target,
) -> (RuleFile, Vec<Problem>) {
    let mut decoder = Decoder::new(tree, target);
    decoder.is_rule_file = true;
    decoder.lenient = target.ignore_unknown_fields;
    let mut file = RuleFile::default();
    if let Some(root) = decoder.root(document) {
        let fields = decoder.fields(root, &FILE);
        file.groups = decoder.groups(fields.get("groups"), &GROUP);
        decoder.further_documents(document);
    }
    (file, decoder.finish())
}

impl<'t> Decoder<'t> {
    /// The list below `groups`.
    pub fn groups(&mut self, node: Option<Node<'t>>, shape: &Shape) -> Vec<RuleGroup> {
        let mut groups: Vec<RuleGroup> = Vec::new();
        let mut first_of: FxHashMap<String, Span> = FxHashMap::default();
        let items = self.present_items(node, "`groups`", "[]rulefmt.RuleGroup");
        for (index, item) in items.into_iter().enumerate() {
            self.rule = RulePlace {
                group: index,
                ..RulePlace::default()
            };
            let group = self.group(item, shape);
            // What follows is about the group.
            self.rule.rule = 0;
            if let Some(name) = &group.name {
                match first_of.get(name.as_str()) {
                    Some(&first) => {
                        let message = format!("the group name `{name}` is used twice in this file");
                        let text = format!(
                            "groupname: {} is repeated in the same file",
                            quote(name.as_str())
                        );
                        let problem = self.group_problem(name.span(), message, item, text);
                        problem.related.push((first, "first used here".to_owned()));
                    }
                    None => {
                        first_of.insert(name.as_str().to_owned(), name.span());
                    }
                }
            }
            groups.push(group);
        }
        groups
    }

    /// Items of a list of mappings. Prometheus passes over items that are null.
    fn present_items(&mut self, node: Option<Node<'t>>, what: &str, go: &str) -> Vec<Node<'t>> {
        let mut items = self.items(node, what, go);
        items.retain(|item| {
            if item.is_null() {
                self.notice(
                    item.span(),
                    format!("this item of {what} is empty and ignored"),
                );
            }
            !item.is_null()
        });
        items
    }

    fn group(&mut self, node: Node<'t>, shape: &Shape) -> RuleGroup {
        let fields = self.fields(node, shape);
        let name = self.text(&fields, "name").filter(|name| !name.is_empty());
        if name.is_none() && node.is_mapping() {
            let place = fields.key_span("name").unwrap_or_else(|| head(node));
            let text = "Groupname must not be empty".to_owned();
            self.group_problem(place, "a rule group needs a `name`", node, text);
        }
        let named = name.as_ref().map_or("", |name| name.as_str());
        named.clone_into(&mut self.rule.group_name);
        let labels = self.pairs(&fields, "labels");
        self.check_label_names(&labels);
        RuleGroup {
            span: node.span(),
            name,
            interval: self.duration(&fields, "interval"),
            query_offset: self.duration(&fields, "query_offset"),
            limit: self.int(&fields, "limit"),
            labels,
            rules: self.rules(fields.get("rules")),
        }
    }

    /// A problem of a group, which Prometheus tells with the place of the group.
    fn group_problem(
        &mut self,
        span: Span,
        message: impl Into<String>,
        group: Node<'t>,
        text: String,
    ) -> &mut Problem {
        let order = Order {
            group: self.rule.group,
            ..Order::default()
        };
        let places = vec![Some(group.span().start as usize)];
        let problem = self.schema(span, message);
        problem.worded(Stage::Validation { order, places }, text)
    }

    fn rules(&mut self, node: Option<Node<'t>>) -> Vec<Rule> {
        let items = self.present_items(node, "`rules`", "[]rulefmt.RuleNode");
        let numbered = items.into_iter().enumerate();
        numbered
            .filter_map(|(index, item)| self.rule(item, index + 1))
            .collect()
    }

    fn rule(&mut self, node: Node<'t>, number: usize) -> Option<Rule> {
        let fields = self.fields(node, &RULE);
        if !node.is_mapping() {
            return None;
        }
        self.rule.rule = number;
        self.rule.name.clear();
        let name = self.rule_name(node, &fields);
        let expr = self.expr(node, &fields);
        let labels = self.pairs(&fields, "labels");
        self.check_label_names(&labels);
        let annotations = self.pairs(&fields, "annotations");
        self.check_annotation_names(&annotations);
        let hold = self.duration(&fields, "for");
        let keep_firing_for = self.duration(&fields, "keep_firing_for");
        let (kind, name) = name?;
        let rule = Rule {
            span: node.span(),
            number,
            kind,
            name,
            expr,
            hold,
            keep_firing_for,
            labels,
            annotations,
        };
        if kind == RuleKind::Record {
            self.check_record(&fields, &rule);
        }
        Some(rule)
    }

    /// Exactly one of `alert` and `record`; empty counts as absent.
    fn rule_name(&mut self, node: Node<'t>, fields: &Fields<'t>) -> Option<(RuleKind, Text)> {
        let alert = self.text(fields, "alert").filter(|name| !name.is_empty());
        let record = self.text(fields, "record").filter(|name| !name.is_empty());
        match (alert, record) {
            (Some(alert), Some(record)) => {
                let message = "a rule has either `alert` or `record`, not both";
                alert.as_str().clone_into(&mut self.rule.name);
                let places = vec![Some(start(record.node())), Some(start(alert.node()))];
                let text = "only one of 'record' and 'alert' must be set";
                let problem = self.rule_problem(alert.span(), message, Step::Name, places, text);
                problem
                    .related
                    .push((record.span(), "the other is here".to_owned()));
                Some((RuleKind::Alert, alert))
            }
            (Some(alert), None) => {
                alert.as_str().clone_into(&mut self.rule.name);
                Some((RuleKind::Alert, alert))
            }
            (None, Some(record)) => {
                record.as_str().clone_into(&mut self.rule.name);
                Some((RuleKind::Record, record))
            }
            (None, None) => {
                let places = vec![fields.get("record").map(start)];
                let message = "a rule needs `alert` or `record`";
                let text = "one of 'record' or 'alert' must be set";
                self.rule_problem(head(node), message, Step::Name, places, text);
                None
            }
        }
    }

    fn expr(&mut self, node: Node<'t>, fields: &Fields<'t>) -> Option<Text> {
        let expr = self.text(fields, "expr");
        let is_scalar = fields
            .get("expr")
            .is_none_or(|node| node.scalar().is_some());
        let expr = expr.filter(|expr| !expr.is_empty());
        if expr.is_none() && is_scalar {
            let place = fields.key_span("expr").unwrap_or_else(|| head(node));
            let places = vec![fields.get("expr").map(start)];
            let text = "field 'expr' must be set in rule";
            self.rule_problem(
                place,
                "a rule needs an `expr`",
                Step::Expression,
                places,
                text,
            );
        }
        expr
    }

    /// What only alerting rules may have.
    fn check_record(&mut self, fields: &Fields<'t>, rule: &Rule) {
        self.check_record_name(&rule.name);
        let lasts = |duration: Option<Spanned<Duration>>| duration.is_some_and(|d| d.value.ms != 0);
        let set = [
            (
                "annotations",
                !rule.annotations.is_empty(),
                Step::RecordAnnotations,
            ),
            ("for", lasts(rule.hold), Step::RecordFor),
            (
                "keep_firing_for",
                lasts(rule.keep_firing_for),
                Step::RecordKeepFiring,
            ),
        ];
        for (name, _, step) in set.into_iter().filter(|&(_, is_set, _)| is_set) {
            if let Some(place) = fields.key_span(name) {
                let message = format!("a recording rule cannot have `{name}`");
                let places = vec![Some(start(rule.name.node()))];
                let text = format!("invalid field '{name}' in recording rule");
                self.rule_problem(place, message, step, places, &text);
            }
        }
    }
}
