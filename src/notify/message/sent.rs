//! The texts of an integration before they are run: those of the configuration, else the defaults.

use std::collections::BTreeMap;

use super::integrations;
use super::part::Part;
use super::scalar;
use crate::model::truth_of;
use crate::target::{Target, Version};
use crate::template::alertmanager::Engine;
use crate::yaml::Node;

/// A text of an integration, which is a template.
#[derive(Clone, Debug)]
pub struct SentText<'n> {
    /// The name of the field, as in [`Message::fields`](super::Message::fields).
    pub name: String,
    /// The scalar of the configuration; `None` for a default.
    pub node: Option<Node<'n>>,
    /// The template.
    pub text: &'n str,
    /// How it is escaped.
    pub engine: Engine,
    /// The number of characters to which it is cut.
    pub(super) limit: usize,
}

/// The texts of the integration `node` of a list such as `slack_configs`, in the order in which they are told; without those
/// that are empty by default. `global` is the mapping of that name, whose `smtp_from` is the sender of emails without one of
/// their own. `None` where there is no such integration.
#[must_use]
pub fn texts_of<'n>(
    key: &str,
    node: Node<'n>,
    global: Option<Node<'n>>,
    target: &Target,
) -> Option<Vec<SentText<'n>>> {
    let mut collector = Collector {
        kind: key.trim_end_matches("_configs"),
        node,
        global,
        target,
        texts: Vec::new(),
    };
    for part in integrations::parts(key)? {
        collector.part(part);
    }
    Some(collector.texts)
}

/// From here on the colour of Slack's messages is taken from a template.
const SLACK_COLOR: Version = Version::new(0, 34);

struct Collector<'n, 'c> {
    kind: &'c str,
    node: Node<'n>,
    global: Option<Node<'n>>,
    target: &'c Target,
    texts: Vec<SentText<'n>>,
}

impl<'n> Collector<'n, '_> {
    fn part(&mut self, part: &'static Part) {
        match *part {
            Part::Text(key, default, limit) => self.text(key, default, limit, Engine::Text),
            Part::Choice(key, default, limit) => self.text(key, default, limit, self.engine()),
            Part::Texts(key) => {
                let items = self.node.get(key).into_iter().flat_map(Node::items);
                for (index, item) in items.enumerate() {
                    self.add_plain(format!("{key}[{index}]"), Some(item), "");
                }
            }
            Part::List(key, keys) => {
                let items = self.node.get(key).into_iter().flat_map(Node::items);
                for (index, item) in items.enumerate() {
                    for inner in keys {
                        self.add_plain(format!("{key}[{index}].{inner}"), item.get(inner), "");
                    }
                }
            }
            Part::Map(key, defaults) => self.map(key, defaults),
            Part::Headers(subject) => self.headers(subject),
        }
    }

    /// Whether the texts that may be HTML are.
    fn engine(&self) -> Engine {
        let is_html = match self.kind {
            "telegram" => {
                // Before 0.25 the default was MarkdownV2.
                let newer = self.target.alertmanager >= Version::new(0, 25);
                scalar(self.node.get("parse_mode")).map_or(newer, |mode| mode == "HTML")
            }
            "pushover" => self.node.get("html").and_then(truth_of) == Some(true),
            _ => true,
        };
        if is_html { Engine::Html } else { Engine::Text }
    }

    fn text(&mut self, key: &str, default: &'static str, limit: usize, engine: Engine) {
        let mut node = self.node.get(key);
        // Since 0.30 a text of Jira may say more about itself.
        if let Some(inner) = node.filter(|node| self.kind == "jira" && node.is_mapping()) {
            node = inner.get("template");
        }
        let (node, default) = match (self.kind, key) {
            // A template of its own, which says the same unless somebody defines it anew.
            ("slack", "color") if self.target.alertmanager >= SLACK_COLOR => {
                (node, "{{ template \"slack.default.color\" . }}")
            }
            // What is not said is the client.
            ("pagerduty", "source") if scalar(node).is_none_or(str::is_empty) => (
                self.node.get("client"),
                "{{ template \"pagerduty.default.client\" . }}",
            ),
            ("pagerduty", "severity") if scalar(node) == Some("") => (None, default),
            ("email", "from") => {
                let from = || self.global?.get("smtp_from");
                (node.or_else(from), default)
            }
            _ => (node, default),
        };
        self.add(key.to_owned(), node, default, limit, engine);
    }

    /// Names in order, those of the configuration before the defaults of the same name.
    fn map(&mut self, key: &str, defaults: &[(&'static str, &'static str)]) {
        let mut texts: BTreeMap<&'n str, (Option<Node<'n>>, &'static str)> = BTreeMap::new();
        for (name, default) in defaults {
            texts.insert(name, (None, default));
        }
        let written = self.node.get(key);
        for (name, node) in written.into_iter().flat_map(Node::pairs) {
            if let Some(name) = name.scalar() {
                texts.insert(name, (Some(node), ""));
            }
        }
        for (name, (node, default)) in texts {
            self.add_plain(format!("{key}.{name}"), node, default);
        }
    }

    /// The subject, then the other headers that are written down.
    fn headers(&mut self, subject: &'static str) {
        let written = self.node.get("headers");
        let headers: Vec<(String, Node<'n>)> = written
            .into_iter()
            .flat_map(Node::pairs)
            .filter_map(|(name, node)| Some((canonical(name.scalar()?), node)))
            .collect();
        let is_subject = |(name, _): &&(String, Node<'n>)| name == "Subject";
        let own = headers.iter().find(is_subject).map(|(_, node)| *node);
        self.add_plain("Subject".to_owned(), own, subject);
        for (name, node) in headers.iter().filter(|header| !is_subject(header)) {
            self.add_plain(name.clone(), Some(*node), "");
        }
    }

    fn add_plain(&mut self, name: String, node: Option<Node<'n>>, default: &'static str) {
        self.add(name, node, default, usize::MAX, Engine::Text);
    }

    /// Notes a text. What is empty and not written down is not told.
    fn add(
        &mut self,
        name: String,
        node: Option<Node<'n>>,
        default: &'static str,
        limit: usize,
        engine: Engine,
    ) {
        let written = node.and_then(|node| Some((node, scalar(Some(node))?)));
        if written.is_none() && default.is_empty() {
            return;
        }
        self.texts.push(SentText {
            name,
            node: written.map(|(node, _)| node),
            text: written.map_or(default, |(_, text)| text),
            engine,
            limit,
        });
    }
}

/// The name of a header as mail has it: `in-reply-to` is `In-Reply-To`.
fn canonical(name: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        first
            .into_iter()
            .chain(chars.map(|c| c.to_ascii_lowercase()))
            .collect::<String>()
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}
