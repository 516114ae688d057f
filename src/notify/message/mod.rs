//! What an integration sends: the texts of a notification that people get to read. Secrets are not among them.

mod integrations;
mod of_event;
mod part;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use crate::source::Span;
use crate::target::{Target, Version};
use crate::template::alertmanager::{Data, Engine, RenderError, Templates};
use crate::yaml::Node;
pub use of_event::{data_of, fingerprint};
use part::Part;

/// A notification as an integration sends it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// The kind of the integration, such as `slack`.
    pub kind: String,
    /// Names and texts in the order in which they are told. Texts that are empty by default are left out.
    pub fields: Vec<(String, String)>,
}

/// Why a notification is not sent: one of its texts fails. Alertmanager drops it and does not try again.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The name of the field, as in [`Message::fields`].
    pub field: String,
    /// The bytes of the text in the configuration; `None` for a default.
    pub span: Option<Span>,
    /// What went wrong, in Go's words.
    pub error: RenderError,
}

/// What a message is made of.
#[derive(Clone, Copy)]
pub struct Notification<'n> {
    /// The templates of the configuration.
    pub templates: &'n Templates,
    /// The data of the notification.
    pub data: &'n Data,
    /// The key of the group, as in `{}:{alertname="DiskFull"}`, which webhooks are told.
    pub group_key: &'n str,
    /// The mapping `global`, whose `smtp_from` is the sender of emails without one of their own.
    pub global: Option<Node<'n>>,
    /// The Alertmanager that is aimed at.
    pub target: &'n Target,
}

impl Notification<'_> {
    /// The message of the integration `node` of a list such as `slack_configs`. `None` where there is no such integration.
    pub fn message(&self, key: &str, node: Node<'_>) -> Option<Result<Message, Failed>> {
        let parts = integrations::parts(key)?;
        let kind = key.trim_end_matches("_configs").to_owned();
        let mut writer = Writer {
            notification: *self,
            node,
            fields: Vec::new(),
        };
        let written = match &*kind {
            "webhook" => writer.payload("4"),
            "incidentio" => writer.payload("1"),
            // To close an alert takes no more than that.
            "opsgenie" if &*self.data.status == "resolved" => {
                let source = |part: &&Part| matches!(part, Part::Text("source", ..));
                writer.parts(&kind, parts.iter().filter(source))
            }
            _ => writer.parts(&kind, parts.iter()),
        };
        let fields = writer.fields;
        Some(written.map(|()| Message { kind, fields }))
    }
}

/// From here on the colour of Slack's messages is taken from a template.
const SLACK_COLOR: Version = Version::new(0, 34);

struct Writer<'n> {
    notification: Notification<'n>,
    node: Node<'n>,
    fields: Vec<(String, String)>,
}

type Result<T, E = Failed> = std::result::Result<T, E>;

impl<'n> Writer<'n> {
    fn parts<'p>(&mut self, kind: &str, parts: impl Iterator<Item = &'p Part>) -> Result<()> {
        for part in parts {
            match *part {
                Part::Text(key, default, limit) => {
                    self.text(kind, key, default, limit, Engine::Text)?;
                }
                Part::Choice(key, default, limit) => {
                    self.text(kind, key, default, limit, self.engine(kind))?;
                }
                Part::Texts(key) => {
                    let items = self.node.get(key).into_iter().flat_map(Node::items);
                    for (index, item) in items.enumerate() {
                        self.add(
                            format!("{key}[{index}]"),
                            Some(item),
                            "",
                            usize::MAX,
                            Engine::Text,
                        )?;
                    }
                }
                Part::List(key, keys) => {
                    let items = self.node.get(key).into_iter().flat_map(Node::items);
                    for (index, item) in items.enumerate() {
                        for inner in keys {
                            let name = format!("{key}[{index}].{inner}");
                            self.add(name, item.get(inner), "", usize::MAX, Engine::Text)?;
                        }
                    }
                }
                Part::Map(key, defaults) => self.map(kind, key, defaults)?,
                Part::Headers(subject) => self.headers(subject)?,
            }
        }
        Ok(())
    }

    /// Whether the texts that may be HTML are.
    fn engine(&self, kind: &str) -> Engine {
        let says = |key: &str| scalar(self.node.get(key));
        let is_html = match kind {
            "telegram" => {
                // Before 0.25 the default was MarkdownV2.
                let newer = self.notification.target.alertmanager >= Version::new(0, 25);
                says("parse_mode").map_or(newer, |mode| mode == "HTML")
            }
            "pushover" => says("html") == Some("true"),
            _ => true,
        };
        if is_html { Engine::Html } else { Engine::Text }
    }

    fn text(
        &mut self,
        kind: &str,
        key: &str,
        default: &str,
        limit: usize,
        engine: Engine,
    ) -> Result<()> {
        let mut node = self.node.get(key);
        // Since 0.30 a text of Jira may say more about itself.
        if let Some(inner) = node.filter(|node| kind == "jira" && node.is_mapping()) {
            node = inner.get("template");
        }
        let is_resolved = &*self.notification.data.status == "resolved";
        match (kind, key) {
            ("victorops", "message_type") => {
                self.add(key.to_owned(), node, default, limit, engine)?;
                if let Some((_, text)) = self.fields.last_mut() {
                    *text = match &**text {
                        _ if is_resolved => "RECOVERY".to_owned(),
                        known @ ("INFO" | "WARNING" | "CRITICAL") => known.to_owned(),
                        _ => "CRITICAL".to_owned(),
                    };
                }
                Ok(())
            }
            // A template of its own, which says the same unless somebody defines it anew.
            ("slack", "color") if self.notification.target.alertmanager >= SLACK_COLOR => {
                let default = "{{ template \"slack.default.color\" . }}";
                self.add(key.to_owned(), node, default, limit, engine)
            }
            // What is not said is the client.
            ("pagerduty", "source") if scalar(node).is_none_or(str::is_empty) => {
                let client = "{{ template \"pagerduty.default.client\" . }}";
                self.add(
                    key.to_owned(),
                    self.node.get("client"),
                    client,
                    limit,
                    engine,
                )
            }
            ("pagerduty", "severity") if scalar(node) == Some("") => {
                self.add(key.to_owned(), None, default, limit, engine)
            }
            ("email", "from") => {
                let from = || self.notification.global?.get("smtp_from");
                self.add(key.to_owned(), node.or_else(from), default, limit, engine)
            }
            _ => self.add(key.to_owned(), node, default, limit, engine),
        }
    }

    /// Names in order, those of the configuration before the defaults of the same name.
    fn map(&mut self, kind: &str, key: &str, defaults: &[(&str, &str)]) -> Result<()> {
        let mut texts: BTreeMap<String, (Option<Node<'n>>, &str)> = BTreeMap::new();
        for (name, default) in defaults {
            texts.insert((*name).to_owned(), (None, *default));
        }
        let written = self.node.get(key);
        for (name, node) in written.into_iter().flat_map(Node::pairs) {
            if let Some(name) = name.scalar() {
                texts.insert(name.to_owned(), (Some(node), ""));
            }
        }
        // Opsgenie is told the common labels too.
        if kind == "opsgenie" {
            for label in self.notification.data.common_labels.iter() {
                if !texts.contains_key(&*label.name) {
                    let name = format!("{key}.{}", label.name);
                    self.fields.push((name, label.value.to_string()));
                }
            }
        }
        for (name, (node, default)) in texts {
            self.add(
                format!("{key}.{name}"),
                node,
                default,
                usize::MAX,
                Engine::Text,
            )?;
        }
        Ok(())
    }

    /// The subject, then the other headers that are written down.
    fn headers(&mut self, subject: &str) -> Result<()> {
        let written = self.node.get("headers");
        let headers: Vec<(String, Node<'n>)> = written
            .into_iter()
            .flat_map(Node::pairs)
            .filter_map(|(name, node)| Some((canonical(name.scalar()?), node)))
            .collect();
        let is_subject = |(name, _): &&(String, Node<'n>)| name == "Subject";
        let own = headers.iter().find(is_subject).map(|(_, node)| *node);
        self.add("Subject".to_owned(), own, subject, usize::MAX, Engine::Text)?;
        for (name, node) in headers.iter().filter(|header| !is_subject(header)) {
            self.add(name.clone(), Some(*node), "", usize::MAX, Engine::Text)?;
        }
        Ok(())
    }

    /// The data as they are posted.
    fn payload(&mut self, version: &str) -> Result<()> {
        let Notification {
            data,
            group_key,
            target,
            ..
        } = self.notification;
        let most = scalar(self.node.get("max_alerts")).and_then(|text| text.parse().ok());
        let payload = data.payload(version, group_key, most.unwrap_or(0), target);
        self.fields.push(("payload".to_owned(), payload));
        Ok(())
    }

    /// Renders a text and notes it. What is empty and not written down is not told.
    fn add(
        &mut self,
        name: String,
        node: Option<Node<'n>>,
        default: &str,
        limit: usize,
        engine: Engine,
    ) -> Result<()> {
        let written = scalar(node);
        if written.is_none() && default.is_empty() {
            return Ok(());
        }
        let Notification {
            templates, data, ..
        } = self.notification;
        match templates.render(engine, written.unwrap_or(default), data) {
            Ok(text) => {
                self.fields.push((name, cut(text, limit)));
                Ok(())
            }
            Err(error) => Err(Failed {
                field: name,
                span: node.filter(|_| written.is_some()).map(Node::span),
                error,
            }),
        }
    }
}

/// The text of a scalar; null is none.
fn scalar(node: Option<Node<'_>>) -> Option<&str> {
    node.filter(|node| !node.is_null())?.scalar()
}

/// A text of at most so many characters, the last of which says that there was more.
fn cut(text: String, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text;
    }
    let kept: String = text.chars().take(limit - 1).collect();
    kept + "…"
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

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Failed {}
