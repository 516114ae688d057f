//! The configuration of Alertmanager: its routing in full, its receivers as far as names and integrations go.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::alertmanager_keys::{FILE, GLOBAL, INHIBIT_RULE, RECEIVER, ROUTE, TIME_INTERVAL};
use super::decode::{Decoder, Fields, head};
use super::names::is_label_name;
use super::problem::Problem;
use super::text::{Pair, Text};
use crate::labels::is_classic_label_name;
use crate::source::{Span, Spanned};
use crate::target::{Duration, Target, Version};
use crate::yaml::{Node, NodeId, Tree};

/// The configuration of Alertmanager.
#[derive(Clone, Debug, Default)]
pub struct AlertmanagerConfig {
    /// `global.resolve_timeout`; five minutes where it is not said.
    pub resolve_timeout: Option<Spanned<Duration>>,
    /// The mapping `global`; [`super::scalars`] lists what it holds.
    pub global: Option<NodeId>,
    /// The root route; `None` is a problem already told.
    pub route: Option<Route>,
    /// The receivers in order.
    pub receivers: Vec<Receiver>,
    /// The inhibit rules in order.
    pub inhibit_rules: Vec<InhibitRule>,
    /// `time_intervals` and the older `mute_time_intervals`: one name space.
    pub time_intervals: Vec<TimeInterval>,
    /// Globs of template files, relative to the configuration.
    pub templates: Vec<Text>,
}

/// Conditions on labels, in the three forms there are. All must hold.
#[derive(Clone, Debug, Default)]
pub struct Matching {
    /// `match`: label and value.
    pub equal: Vec<Pair>,
    /// `match_re`: label and regular expression.
    pub regex: Vec<Pair>,
    /// `matchers`: texts such as `severity="critical"`.
    pub matchers: Vec<Text>,
}

impl Matching {
    /// Whether there is no condition at all, so that every alert matches.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.equal.is_empty() && self.regex.is_empty() && self.matchers.is_empty()
    }
}

/// A node of the routing tree.
#[derive(Clone, Debug)]
pub struct Route {
    /// The bytes of the route, its children included.
    pub span: Span,
    /// Who is notified; inherited where it is not said.
    pub receiver: Option<Text>,
    /// Labels by which alerts are grouped, or `...` for all; inherited where it is not said.
    pub group_by: Option<Vec<Text>>,
    /// Which alerts it takes.
    pub matching: Matching,
    /// Whether the siblings behind it are tried too.
    pub goes_on: Option<Spanned<bool>>,
    /// How long a new group waits.
    pub group_wait: Option<Spanned<Duration>>,
    /// How long a group waits between notifications of news.
    pub group_interval: Option<Spanned<Duration>>,
    /// How long until a notification is repeated.
    pub repeat_interval: Option<Spanned<Duration>>,
    /// Names of intervals in which it is mute.
    pub mute_time_intervals: Vec<Text>,
    /// Names of intervals outside of which it is mute.
    pub active_time_intervals: Vec<Text>,
    /// Labels of the route.
    pub labels: Vec<Pair>,
    /// Its children in order.
    pub routes: Vec<Route>,
}

/// A receiver.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// The bytes of the receiver.
    pub span: Span,
    /// Its name; `None` where it is missing or empty, which is a problem already told.
    pub name: Option<Text>,
    /// Its labels.
    pub labels: Vec<Pair>,
    /// Its integrations in order.
    pub integrations: Vec<Integration>,
}

/// One integration of a receiver, such as an item of `slack_configs`.
#[derive(Clone, Debug)]
pub struct Integration {
    /// The key of the list, such as `slack_configs`.
    pub key: Text,
    /// The mapping; [`super::scalars`] lists what it holds.
    pub node: NodeId,
}

/// An inhibit rule.
#[derive(Clone, Debug)]
pub struct InhibitRule {
    /// The bytes of the rule.
    pub span: Span,
    /// Its name.
    pub name: Option<Text>,
    /// Which alerts inhibit others.
    pub source: Matching,
    /// Which alerts are inhibited.
    pub target: Matching,
    /// Labels in which both must agree.
    pub equal: Vec<Text>,
}

/// A named time interval.
#[derive(Clone, Debug)]
pub struct TimeInterval {
    /// The bytes of the interval.
    pub span: Span,
    /// Its name; `None` where it is missing or empty, which is a problem already told.
    pub name: Option<Text>,
    /// The list of its times, not looked at.
    pub times: Option<NodeId>,
}

/// Reads a document as the configuration of Alertmanager, as `amtool check-config` of the target would; what stands inside
/// the integrations of receivers is not judged. Whether names that are used are defined is not looked at here.
#[must_use]
pub fn decode_alertmanager(
    tree: &Arc<Tree>,
    document: usize,
    target: &Target,
) -> (AlertmanagerConfig, Vec<Problem>) {
    let mut decoder = Decoder::new(tree, target);
    let mut config = AlertmanagerConfig::default();
    if let Some(root) = decoder.root(document) {
        config = decoder.alertmanager(root);
        decoder.further_documents(document);
    } else if tree.documents().is_empty() {
        decoder.schema(Span::default(), "Alertmanager needs a `route`");
    }
    (config, decoder.finish())
}

impl<'t> Decoder<'t> {
    fn alertmanager(&mut self, root: Node<'t>) -> AlertmanagerConfig {
        let fields = self.fields(root, &FILE);
        let global = fields.get("global").filter(|global| !global.is_null());
        let global_fields = match global {
            Some(global) => self.fields(global, &GLOBAL),
            None => Fields::default(),
        };
        if let Some(global) = global {
            self.check_duplicates_below_fields(global);
        }
        let route = fields.get("route").filter(|route| !route.is_null());
        if route.is_none() && (root.is_mapping() || root.is_null()) {
            self.schema(head(root), "Alertmanager needs a `route`");
        }
        let route = route.map(|node| self.route(node));
        if let Some(root) = &route {
            self.check_root(root);
        }
        let receivers = self.entries(&fields, "receivers", Self::receiver);
        self.check_unique(receivers.iter().map(|r| r.name.as_ref()), "receiver");
        let mut time_intervals = self.entries(&fields, "mute_time_intervals", Self::time_interval);
        time_intervals.extend(self.entries(&fields, "time_intervals", Self::time_interval));
        self.check_unique(
            time_intervals.iter().map(|t| t.name.as_ref()),
            "time interval",
        );
        AlertmanagerConfig {
            resolve_timeout: self.duration(&global_fields, "resolve_timeout"),
            global: global.map(Node::id),
            route,
            receivers,
            inhibit_rules: self.entries(&fields, "inhibit_rules", Self::inhibit_rule),
            time_intervals,
            templates: self.texts(fields.get("templates"), "`templates`"),
        }
    }

    /// `fields` has looked at the mapping itself.
    fn check_duplicates_below_fields(&mut self, node: Node<'t>) {
        for (_, value) in node.entries() {
            self.check_duplicates_below(value);
        }
    }

    /// The items of a list of mappings. Alertmanager refuses or crashes on items that are null.
    fn entries<T>(
        &mut self,
        fields: &Fields<'t>,
        name: &str,
        read: impl Fn(&mut Self, Node<'t>) -> T,
    ) -> Vec<T> {
        let items = self.items(fields.get(name), &format!("`{name}`"), "[]");
        let mut read_items = Vec::with_capacity(items.len());
        for item in items {
            if item.is_null() {
                self.schema(item.span(), format!("this item of `{name}` is empty"));
            } else {
                read_items.push(read(self, item));
            }
        }
        read_items
    }

    fn check_unique<'n>(&mut self, names: impl Iterator<Item = Option<&'n Text>>, what: &str) {
        let mut first_of: FxHashMap<&str, Span> = FxHashMap::default();
        for name in names.flatten() {
            if let Some(&first) = first_of.get(name.as_str()) {
                let problem =
                    self.schema(name.span(), format!("the {what} `{name}` is defined twice"));
                problem
                    .related
                    .push((first, "first defined here".to_owned()));
            } else {
                first_of.insert(name.as_str(), name.span());
            }
        }
    }

    fn required_name(&mut self, node: Node<'t>, fields: &Fields<'t>, what: &str) -> Option<Text> {
        let name = self.text(fields, "name").filter(|name| !name.is_empty());
        if name.is_none() && node.is_mapping() {
            let place = fields.key_span("name").unwrap_or_else(|| head(node));
            self.schema(place, format!("{what} needs a `name`"));
        }
        name
    }

    fn route(&mut self, node: Node<'t>) -> Route {
        let fields = self.fields(node, &ROUTE);
        let labels = self.pairs(&fields, "labels");
        self.check_route_labels(&labels);
        Route {
            span: node.span(),
            receiver: self
                .text(&fields, "receiver")
                .filter(|name| !name.is_empty()),
            group_by: self.group_by(&fields),
            matching: self.matching(&fields, ["match", "match_re", "matchers"]),
            goes_on: self.bool(&fields, "continue"),
            group_wait: self.duration(&fields, "group_wait"),
            group_interval: self.positive(&fields, "group_interval"),
            repeat_interval: self.positive(&fields, "repeat_interval"),
            mute_time_intervals: self
                .texts(fields.get("mute_time_intervals"), "`mute_time_intervals`"),
            active_time_intervals: self.texts(
                fields.get("active_time_intervals"),
                "`active_time_intervals`",
            ),
            labels,
            routes: self.entries(&fields, "routes", Self::route),
        }
    }

    fn group_by(&mut self, fields: &Fields<'t>) -> Option<Vec<Text>> {
        let node = fields.get("group_by").filter(|node| !node.is_null())?;
        let labels = self.texts(Some(node), "`group_by`");
        let is_all = |label: &Text| label.as_str() == "...";
        if labels.iter().any(is_all) {
            if let Some(other) = labels.iter().find(|label| !is_all(label)) {
                let message =
                    "`...` in `group_by` stands for all labels and cannot have others beside it";
                self.schema(other.span(), message);
            }
            return Some(labels);
        }
        for (index, label) in labels.iter().enumerate() {
            self.check_alertmanager_label(label);
            if let Some(first) = labels[..index].iter().find(|earlier| *earlier == label) {
                let problem = self.schema(
                    label.span(),
                    format!("the label `{label}` is twice in `group_by`"),
                );
                problem
                    .related
                    .push((first.span(), "first here".to_owned()));
            }
        }
        Some(labels)
    }

    fn check_route_labels(&mut self, labels: &[Pair]) {
        for label in labels {
            self.check_alertmanager_label(&label.key);
        }
    }

    /// Any text may name a label since 0.27, unless Alertmanager runs in its classic mode.
    fn check_alertmanager_label(&mut self, label: &Text) {
        let utf8 = self.target.alertmanager >= Version::new(0, 27);
        if !is_label_name(label.as_str(), utf8) {
            self.schema(label.span(), format!("`{label}` is not a valid label name"));
        }
    }

    /// The three forms of conditions, under the given keys.
    fn matching(&mut self, fields: &Fields<'t>, [equal, regex, matchers]: [&str; 3]) -> Matching {
        let matching = Matching {
            equal: self.pairs(fields, equal),
            regex: self.pairs(fields, regex),
            matchers: self.matchers(fields, matchers),
        };
        for label in matching.equal.iter().chain(&matching.regex) {
            if !is_classic_label_name(label.key.as_str()) {
                self.schema(
                    label.key.span(),
                    format!("`{}` is not a valid label name", label.key),
                );
            }
        }
        for Pair { key, value } in &matching.regex {
            if value.node().is_null() {
                self.schema(
                    key.span(),
                    format!("the regular expression for `{key}` is missing"),
                );
            }
        }
        matching
    }

    /// A list of texts. Mappings in their place are a frequent slip.
    fn matchers(&mut self, fields: &Fields<'t>, name: &str) -> Vec<Text> {
        let Some(node) = fields.get(name).filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        if node.is_mapping() || node.scalar().is_some() {
            let problem = self.schema(head(node), format!("`{name}` must be a list of texts"));
            problem.help = Some(matcher_help(node));
            return Vec::new();
        }
        let mut texts = Vec::new();
        for item in node.items() {
            if item.scalar().is_some() {
                texts.push(Text::new(self.tree, item.id()));
            } else {
                let problem = self.schema(head(item), format!("an item of `{name}` must be text"));
                problem.help = Some(matcher_help(item));
            }
        }
        texts
    }

    fn positive(&mut self, fields: &Fields<'t>, name: &str) -> Option<Spanned<Duration>> {
        let duration = self.duration(fields, name)?;
        if duration.value.ms == 0 {
            self.schema(duration.span, format!("`{name}` cannot be zero"));
        }
        Some(duration)
    }

    /// What the root route must have and must not have.
    fn check_root(&mut self, root: &Route) {
        let place = Span::new(root.span.start as usize, root.span.start as usize + 1);
        if root.receiver.is_none() {
            self.schema(place, "the root route needs a `receiver`");
        }
        if !root.matching.is_empty() {
            let first = root.matching.matchers.first().map(Text::span);
            let pairs = root.matching.equal.iter().chain(&root.matching.regex);
            let first = first.or_else(|| pairs.map(|pair| pair.key.span()).next());
            let message = "the root route takes every alert and cannot have matchers";
            self.schema(first.unwrap_or(place), message);
        }
        if let Some(goes_on) = root.goes_on.filter(|goes_on| goes_on.value) {
            self.schema(goes_on.span, "the root route cannot have `continue`");
        }
        for (names, key) in [
            (&root.mute_time_intervals, "mute_time_intervals"),
            (&root.active_time_intervals, "active_time_intervals"),
        ] {
            if let Some(first) = names.first() {
                self.schema(first.span(), format!("the root route cannot have `{key}`"));
            }
        }
    }

    fn receiver(&mut self, node: Node<'t>) -> Receiver {
        let fields = self.fields(node, &RECEIVER);
        let name = self.required_name(node, &fields, "a receiver");
        let labels = self.pairs(&fields, "labels");
        self.check_route_labels(&labels);
        let mut integrations = Vec::new();
        for (key, value) in node.pairs() {
            let list = key.scalar().unwrap_or_default();
            if !list.ends_with("_configs") {
                continue;
            }
            for item in self.items(Some(value), &format!("`{list}`"), "[]") {
                self.check_duplicates_below(item);
                if item.is_mapping() {
                    integrations.push(Integration {
                        key: Text::new(self.tree, key.id()),
                        node: item.id(),
                    });
                } else {
                    self.schema(head(item), format!("an item of `{list}` must be a mapping"));
                }
            }
        }
        Receiver {
            span: node.span(),
            name,
            labels,
            integrations,
        }
    }

    fn inhibit_rule(&mut self, node: Node<'t>) -> InhibitRule {
        let fields = self.fields(node, &INHIBIT_RULE);
        let source = ["source_match", "source_match_re", "source_matchers"];
        let target = ["target_match", "target_match_re", "target_matchers"];
        let equal = self.texts(fields.get("equal"), "`equal`");
        for label in &equal {
            self.check_alertmanager_label(label);
        }
        InhibitRule {
            span: node.span(),
            name: self.text(&fields, "name"),
            source: self.matching(&fields, source),
            target: self.matching(&fields, target),
            equal,
        }
    }

    fn time_interval(&mut self, node: Node<'t>) -> TimeInterval {
        let fields = self.fields(node, &TIME_INTERVAL);
        let name = self.required_name(node, &fields, "a time interval");
        if let Some(times) = fields.get("time_intervals") {
            self.check_duplicates_below(times);
        }
        TimeInterval {
            span: node.span(),
            name,
            times: fields.get("time_intervals").map(Node::id),
        }
    }
}

/// How the conditions of a mapping, or a single text, are written as matchers.
fn matcher_help(node: Node<'_>) -> String {
    let pairs = node
        .pairs()
        .filter_map(|(key, value)| Some(format!("- {}=\"{}\"", key.scalar()?, value.scalar()?)));
    let mut lines: Vec<String> = pairs.collect();
    if let Some(text) = node.scalar() {
        lines.push(format!("- {text}"));
    }
    format!("write it as `{}`", lines.join("`, `"))
}
