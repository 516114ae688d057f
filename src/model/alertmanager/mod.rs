//! The configuration of Alertmanager, as `amtool check-config` of the target reads it.
//!
//! Most of it is judged by tables: `chats` and `integrations` have those of the receivers, `http` and `global` the rest;
//! `checks` holds what no table can say. `routes` and `times` are read into shapes that others use. `whole` is what
//! Alertmanager looks at when everything has been read: names that are used twice or not defined, and what `global` has to
//! fill in.

mod chats;
mod checks;
mod global;
mod go_duration;
mod http;
mod integrations;
mod keys;
mod object;
mod readers;
mod receivers;
mod routes;
mod times;
mod url;
mod whole;

use std::sync::Arc;

use self::global::{EVENT_RECORDER, GLOBAL, TRACING};
use self::keys::{FILE, INHIBIT_RULE, RECEIVER, TIME_INTERVAL};
use super::decode::{Decoder, Fields, head};
use super::problem::Problem;
use super::shape::{Key, Product, Shape};
use super::text::{Pair, Text};
use crate::source::{Span, Spanned};
use crate::target::{Duration, Target};
use crate::yaml::{Node, NodeId, Tree};

pub(super) use object::alertmanager_configs;
pub use object::check_alertmanager_configs;
pub use times::{IntervalSpec, TimeRange};

/// The configuration of Alertmanager.
#[derive(Clone, Debug, Default)]
pub struct AlertmanagerConfig {
    /// `global.resolve_timeout`; five minutes where it is not said.
    pub resolve_timeout: Option<Spanned<Duration>>,
    /// The mapping `global`; [`crate::model::scalars`] lists what it holds.
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
    /// Whether some condition could not be read and is not among these.
    pub is_partial: bool,
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
    /// The mapping; [`crate::model::scalars`] lists what it holds.
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
    /// What it is made of: it holds when one of these does.
    pub intervals: Vec<IntervalSpec>,
}

/// A mapping that Alertmanager reads into a type of that name.
const fn shape_of(what: &'static str, go: &'static str, keys: &'static [Key]) -> Shape {
    Shape {
        what,
        go,
        product: Product::Alertmanager,
        keys,
        foreign: &[],
        open: false,
    }
}

/// A mapping whose type has a check of its own, which hides the name.
const fn shape(what: &'static str, keys: &'static [Key]) -> Shape {
    shape_of(what, "config.plain", keys)
}

/// Reads a document as the configuration of Alertmanager, as `amtool check-config` of the target would. Matchers and regular
/// expressions are not parsed here.
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
        decoder.no_route(Span::default(), "no route provided in config");
    }
    (config, decoder.finish())
}

impl<'t> Decoder<'t> {
    fn alertmanager(&mut self, root: Node<'t>) -> AlertmanagerConfig {
        let fields = self.known_fields(root, &FILE);
        let global = fields.get("global").filter(|global| !global.is_null());
        let global_fields = match global {
            Some(global) => self.part(global, &GLOBAL),
            None => Fields::default(),
        };
        for (name, part) in [("tracing", &TRACING), ("event_recorder", &EVENT_RECORDER)] {
            if let Some(node) = fields.get(name) {
                let _ = self.part(node, part);
            }
        }
        let route = fields.get("route").filter(|route| !route.is_null());
        let mut time_intervals =
            self.time_intervals(&fields, "mute_time_intervals", "[]config.MuteTimeInterval");
        let mute = time_intervals.len();
        time_intervals.extend(self.time_intervals(
            &fields,
            "time_intervals",
            "[]config.TimeInterval",
        ));
        let config = AlertmanagerConfig {
            resolve_timeout: self.duration(&global_fields, "resolve_timeout"),
            global: global.map(Node::id),
            route: route.map(|node| self.route(node)),
            receivers: self.entries(&fields, "receivers", "[]*config.Receiver", Self::receiver),
            inhibit_rules: self.inhibit_rules(&fields),
            time_intervals,
            templates: self.texts(fields.get("templates"), "`templates`"),
        };
        if root.is_null() {
            self.no_route(head(root), "no route provided in config");
        } else if root.is_mapping() {
            self.whole(root, &global_fields, &config, mute);
        }
        config
    }

    /// The items of a list of mappings on which Alertmanager crashes where one is null.
    fn entries<T>(
        &mut self,
        fields: &Fields<'t>,
        name: &str,
        go: &str,
        read: impl Fn(&mut Self, Node<'t>) -> T,
    ) -> Vec<T> {
        let items = self.items(fields.get(name), &format!("`{name}`"), go);
        let mut read_items = Vec::with_capacity(items.len());
        for item in items {
            if item.is_null() {
                self.null_entry(item, name);
            } else {
                read_items.push(read(self, item));
            }
        }
        read_items
    }

    fn null_entry(&mut self, item: Node<'t>, name: &str) {
        let message = format!("this item of `{name}` is empty");
        self.schema(item.span(), message).help =
            Some("write the item, or remove its dash: Alertmanager crashes on it".to_owned());
    }

    fn required_name(
        &mut self,
        node: Node<'t>,
        fields: &Fields<'t>,
        what: &str,
        said: &str,
    ) -> Option<Text> {
        let name = self.text(fields, "name").filter(|name| !name.is_empty());
        if name.is_none() && node.is_mapping() {
            let place = self.place_of_missing(fields, &["name"]);
            let message = format!("{what} needs a `name`");
            self.hook(fields.span, place, message, said).help = Some("add `name`".to_owned());
        }
        name
    }

    fn receiver(&mut self, node: Node<'t>) -> Receiver {
        let fields = self.known_fields(node, &RECEIVER);
        let name = self.required_name(node, &fields, "a receiver", "missing name in receiver");
        let labels = self.pairs(&fields, "labels");
        self.check_labels(&labels, fields.span, "receiver labels");
        let mut integrations = Vec::new();
        for list in fields.names() {
            let kind = receivers::KINDS.iter().find(|kind| kind.list == list);
            let (Some(kind), Some(key)) = (kind, fields.key(list)) else {
                continue;
            };
            for item in self.items(fields.get(list), &format!("`{list}`"), kind.go) {
                if item.is_null() {
                    self.null_entry(item, list);
                    continue;
                }
                let _ = self.part(item, kind.part);
                if item.is_mapping() {
                    integrations.push(Integration {
                        key: Text::new(self.tree, key.id()),
                        node: item.id(),
                    });
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

    /// Alertmanager loads an empty rule, and crashes when it builds it.
    fn inhibit_rules(&mut self, fields: &Fields<'t>) -> Vec<InhibitRule> {
        let list = fields.get("inhibit_rules");
        let items = self.items(list, "`inhibit_rules`", "[]*config.InhibitRule");
        let items = items.into_iter().filter(|item| !item.is_null());
        items.map(|item| self.inhibit_rule(item)).collect()
    }

    fn inhibit_rule(&mut self, node: Node<'t>) -> InhibitRule {
        let fields = self.known_fields(node, &INHIBIT_RULE);
        let source = ["source_match", "source_match_re", "source_matchers"];
        let target = ["target_match", "target_match_re", "target_matchers"];
        InhibitRule {
            span: node.span(),
            name: self.text(&fields, "name"),
            source: self.matching(&fields, source),
            target: self.matching(&fields, target),
            equal: self.equal(&fields),
        }
    }

    /// An empty item is an interval without a name.
    fn time_intervals(&mut self, fields: &Fields<'t>, name: &str, go: &str) -> Vec<TimeInterval> {
        let items = self.items(fields.get(name), &format!("`{name}`"), go);
        let (what, said) = match name {
            "time_intervals" => ("a time interval", "missing name in time interval"),
            _ => ("a time interval", "missing name in mute time interval"),
        };
        let mut found = Vec::with_capacity(items.len());
        for item in items {
            if item.is_null() {
                let message = format!("this item of `{name}` is empty, and does nothing");
                self.notice(item.span(), message);
                continue;
            }
            let fields = self.fields(item, &TIME_INTERVAL);
            found.push(TimeInterval {
                span: item.span(),
                name: self.required_name(item, &fields, what, said),
                intervals: self.intervals(&fields),
            });
        }
        found
    }
}
