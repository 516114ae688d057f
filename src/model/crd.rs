//! `PrometheusRule` objects of Kubernetes, and `VMRule` objects, which are like them: alone, in a `List`, or among the objects of an OpenShift `Template`.

use std::sync::Arc;

use super::decode::{Decoder, head};
use super::problem::Problem;
use super::rules::{OPERATOR_GROUP, RuleFile};
use super::scalar::{Scalar, resolve};
use super::shape::{Product, Shape, key};
use super::text::{Pair, Text};
use crate::diagnostic::{Edit, Fix};
use crate::source::Span;
use crate::target::Target;
use crate::yaml::{Node, Style, Tree};

/// A `PrometheusRule` object. The operator makes one rule file of each.
#[derive(Clone, Debug)]
pub struct PrometheusRule {
    /// The bytes of the object.
    pub span: Span,
    /// `metadata.name`.
    pub name: Option<Text>,
    /// `metadata.namespace`.
    pub namespace: Option<Text>,
    /// Whether it is a `VMRule`, so that vmalert reads it and not Prometheus.
    pub is_vmalert: bool,
    /// `spec`.
    pub rules: RuleFile,
}

static SPEC: Shape = Shape {
    what: "the `spec` of a PrometheusRule",
    go: "rulefmt.RuleGroups",
    product: Product::Prometheus,
    keys: &[key("groups")],
    foreign: &[],
    open: false,
};

/// Whether vmalert reads an object.
fn is_vm_rule(object: Node<'_>) -> bool {
    let text = |key| object.get(key).and_then(Node::scalar).unwrap_or_default();
    text("kind") == "VMRule" && text("apiVersion").starts_with("operator.victoriametrics.com/")
}

/// The objects named `PrometheusRule` or `VMRule` in a Kubernetes object, itself included.
pub(super) fn objects<'t>(root: Node<'t>) -> Vec<Node<'t>> {
    let kind = root.get("kind").and_then(Node::scalar).unwrap_or_default();
    let members = match kind {
        "PrometheusRule" => return vec![root],
        "VMRule" if is_vm_rule(root) => return vec![root],
        "List" | "PrometheusRuleList" | "VMRuleList" => root.get("items"),
        "Template" => root.get("objects"),
        _ => None,
    };
    let is_rule = |object: &Node<'t>| {
        object.get("kind").and_then(Node::scalar) == Some("PrometheusRule") || is_vm_rule(*object)
    };
    members
        .into_iter()
        .flat_map(Node::items)
        .filter(is_rule)
        .collect()
}

/// Reads the `PrometheusRule` objects of a document; their groups follow the rules of rule files.
#[must_use]
pub fn decode_prometheus_rules(
    tree: &Arc<Tree>,
    document: usize,
    target: &Target,
) -> (Vec<PrometheusRule>, Vec<Problem>) {
    let mut decoder = Decoder::new(tree, target);
    let root = decoder.root(document);
    let objects = root.into_iter().flat_map(objects);
    let rules = objects
        .map(|object| decoder.prometheus_rule(object))
        .collect();
    (rules, decoder.finish())
}

impl<'t> Decoder<'t> {
    fn prometheus_rule(&mut self, object: Node<'t>) -> PrometheusRule {
        self.is_vmalert = is_vm_rule(object);
        self.check_duplicates(object, None);
        let metadata = object.get("metadata");
        let text = |name| {
            let node = metadata.and_then(|metadata| metadata.get(name))?;
            node.scalar().map(|_| Text::new(self.tree, node.id()))
        };
        let (name, namespace) = (text("name"), text("namespace"));
        let groups = match object.get("spec") {
            Some(spec) => {
                let fields = self.fields(spec, &SPEC);
                self.groups(fields.get("groups"), &OPERATOR_GROUP)
            }
            None => {
                self.schema(
                    head(object),
                    format!(
                        "a {} needs a `spec`",
                        if self.is_vmalert {
                            "VMRule"
                        } else {
                            "PrometheusRule"
                        }
                    ),
                );
                Vec::new()
            }
        };
        for group in &groups {
            self.check_texts(&group.labels);
            for rule in &group.rules {
                self.check_texts(&rule.labels);
                self.check_texts(&rule.annotations);
            }
        }
        PrometheusRule {
            span: object.span(),
            name,
            namespace,
            is_vmalert: self.is_vmalert,
            rules: RuleFile { groups },
        }
    }

    /// The schema of the objects wants texts where Prometheus itself takes a number as the text it is written with.
    fn check_texts(&mut self, pairs: &[Pair]) {
        for Pair { key, value } in pairs {
            let node = value.node();
            let what = match resolve(node) {
                Scalar::Int(_) | Scalar::Float(_) => "a number",
                // Not every reader takes the other words of YAML 1.1 for truth values.
                Scalar::Bool(_) if is_truth(value.as_str()) => "a truth value",
                _ => continue,
            };
            let message = format!("`{key}` of a PrometheusRule must be text, not {what}");
            let is_bare = node.style() == Some(Style::Plain) && node.tag().is_none();
            let fix = (is_bare && !node.is_alias()).then(|| Fix {
                title: "put it in quotes".to_owned(),
                edits: vec![Edit {
                    span: node.span(),
                    text: format!("\"{value}\""),
                }],
            });
            let problem = self.schema(node.span(), message);
            problem.help = Some(format!(
                "Kubernetes refuses the object: write `\"{value}\"`"
            ));
            problem.fix = fix;
        }
    }
}

/// The words that all versions of YAML take for true and false.
fn is_truth(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}
