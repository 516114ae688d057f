//! `AlertmanagerConfig` objects of the Prometheus operator: what the operator refuses of their routes and names. It puts each
//! below a route of its own for the namespace, so that they are no configuration by themselves. What is inside of their
//! receivers is left to Kubernetes, which has a schema of it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::whole::undefined_help;
use crate::model::decode::{Decoder, Fields, head};
use crate::model::problem::{Problem, ProblemKind};
use crate::model::shape::{Product, Shape, key};
use crate::model::text::Text;
use crate::source::Span;
use crate::target::Target;
use crate::yaml::{Node, Tree};

const fn shape(what: &'static str, keys: &'static [crate::model::shape::Key]) -> Shape {
    Shape {
        what,
        go: "",
        product: Product::Alertmanager,
        keys,
        foreign: &[],
        open: false,
    }
}

static SPEC: Shape = shape(
    "the `spec` of an AlertmanagerConfig",
    &[
        key("route"),
        key("receivers"),
        key("inhibitRules"),
        // Of the version `v1alpha1`.
        key("muteTimeIntervals"),
        key("timeIntervals"),
    ],
);

static ROUTE: Shape = shape(
    "a route",
    &[
        key("receiver"),
        key("groupBy"),
        key("groupWait"),
        key("groupInterval"),
        key("repeatInterval"),
        key("matchers"),
        key("continue"),
        key("routes"),
        key("muteTimeIntervals"),
        key("activeTimeIntervals"),
    ],
);

static MATCHER: Shape = shape(
    "a matcher",
    &[key("name"), key("value"), key("matchType"), key("regex")],
);

/// The objects named `AlertmanagerConfig` in a Kubernetes object, itself included.
pub(in crate::model) fn alertmanager_configs(root: Node<'_>) -> Vec<Node<'_>> {
    let kind =
        |node: Node<'_>| node.get("kind").and_then(Node::scalar) == Some("AlertmanagerConfig");
    let members = match root.get("kind").and_then(Node::scalar) {
        Some("AlertmanagerConfig") => return vec![root],
        Some("List" | "AlertmanagerConfigList") => root.get("items"),
        _ => None,
    };
    let members = members.into_iter().flat_map(Node::items);
    members.filter(|member| kind(*member)).collect()
}

/// The problems of the `AlertmanagerConfig` objects of a document.
#[must_use]
pub fn check_alertmanager_configs(
    tree: &Arc<Tree>,
    document: usize,
    target: &Target,
) -> Vec<Problem> {
    let mut decoder = Decoder::new(tree, target);
    let root = decoder.root(document);
    for object in root.into_iter().flat_map(alertmanager_configs) {
        decoder.check_duplicates(object, None);
        match object.get("spec") {
            Some(spec) => decoder.config_object(spec),
            None => {
                decoder
                    .schema(head(object), "an AlertmanagerConfig needs a `spec`")
                    .help = Some("add `spec: {route: …, receivers: […]}`".to_owned());
            }
        }
    }
    decoder.finish()
}

/// The names that routes may use.
type Names<'n> = FxHashMap<&'n str, Span>;

impl<'t> Decoder<'t> {
    fn config_object(&mut self, spec: Node<'t>) {
        let fields = self.fields(spec, &SPEC);
        let receivers = self.named(&fields, "receivers", "receiver");
        let mut intervals = self.named(&fields, "muteTimeIntervals", "time interval");
        intervals.extend(self.named(&fields, "timeIntervals", "time interval"));
        let route = fields.get("route").filter(|route| !route.is_null());
        if let Some(route) = route {
            let root = self.object_route(route, &receivers, &intervals);
            if root.is_none() && route.is_mapping() {
                self.schema(head(route), "the root route needs a `receiver`")
                    .help = Some("add `receiver`".to_owned());
            }
        }
    }

    /// The names of the items of a list, which are needed and used once.
    fn named(&mut self, fields: &Fields<'t>, list: &str, what: &str) -> Names<'t> {
        let mut names = Names::default();
        for item in self.items(fields.get(list), &format!("`{list}`"), "[]") {
            let name = item.get("name").filter(|name| !name.is_null());
            let Some(text) = name.and_then(Node::scalar).filter(|text| !text.is_empty()) else {
                self.schema(head(item), format!("a {what} needs a `name`"))
                    .help = Some("add `name`".to_owned());
                continue;
            };
            let span = name.map_or(item.span(), Node::span);
            if let Some(&first) = names.get(text) {
                let problem = self.schema(span, format!("the {what} `{text}` is defined twice"));
                problem
                    .related
                    .push((first, "first defined here".to_owned()));
                problem.help = Some("give one of them another name".to_owned());
            } else {
                names.insert(text, span);
            }
        }
        names
    }

    /// Looks at a route and those below it, and tells the receiver that it names.
    fn object_route(
        &mut self,
        node: Node<'t>,
        receivers: &Names<'t>,
        intervals: &Names<'t>,
    ) -> Option<Text> {
        let fields = self.fields(node, &ROUTE);
        let receiver = self
            .text(&fields, "receiver")
            .filter(|name| !name.is_empty());
        if let Some(receiver) = &receiver {
            self.defined(receiver, receivers, "receiver", "receivers");
        }
        self.object_group_by(&fields);
        for name in ["groupWait", "groupInterval", "repeatInterval"] {
            let _ = self.duration(&fields, name);
        }
        let _ = self.bool(&fields, "continue");
        for name in ["muteTimeIntervals", "activeTimeIntervals"] {
            for interval in self.texts(fields.get(name), &format!("`{name}`")) {
                self.defined(&interval, intervals, "time interval", "timeIntervals");
            }
        }
        for matcher in self.items(fields.get("matchers"), "`matchers`", "[]") {
            self.object_matcher(matcher);
        }
        for child in self.items(fields.get("routes"), "`routes`", "[]") {
            let _ = self.object_route(child, receivers, intervals);
        }
        receiver
    }

    fn defined(&mut self, name: &Text, names: &Names<'t>, what: &str, list: &str) {
        if names.contains_key(name.as_str()) {
            return;
        }
        let kind = match what {
            "receiver" => ProblemKind::UndefinedReceiver,
            _ => ProblemKind::UndefinedInterval,
        };
        let help = undefined_help(name, names, list);
        let problem = self.problem(kind, name.span(), format!("there is no {what} `{name}`"));
        problem.help = Some(help);
    }

    fn object_group_by(&mut self, fields: &Fields<'t>) {
        let labels = self.texts(fields.get("groupBy"), "`groupBy`");
        let all = labels.iter().find(|label| label.as_str() == "...");
        if let Some(all) = all.filter(|_| labels.len() > 1) {
            let message = "`...` in `groupBy` stands for all labels and must stand alone";
            self.schema(all.span(), message).help = Some("remove `...`, or all others".to_owned());
        }
        for (index, label) in labels.iter().enumerate() {
            if let Some(first) = labels[..index].iter().find(|earlier| *earlier == label) {
                let message = format!("the label `{label}` is twice in `groupBy`");
                let problem = self.schema(label.span(), message);
                problem
                    .related
                    .push((first.span(), "first here".to_owned()));
                problem.help = Some("remove one of the two".to_owned());
            }
        }
    }

    fn object_matcher(&mut self, node: Node<'t>) {
        let fields = self.fields(node, &MATCHER);
        if !node.is_mapping() {
            return;
        }
        if self
            .text(&fields, "name")
            .is_none_or(|name| name.is_empty())
        {
            let place = self.place_of_missing(&fields, &["name"]);
            self.schema(place, "a matcher needs a `name`").help = Some("add `name`".to_owned());
        }
        let kind = self.text(&fields, "matchType");
        if let Some(kind) =
            kind.filter(|kind| !["", "=", "!=", "=~", "!~"].contains(&kind.as_str()))
        {
            self.schema(kind.span(), format!("`{kind}` is no `matchType`"))
                .help = Some("the types are `=`, `!=`, `=~` and `!~`".to_owned());
        }
    }
}
