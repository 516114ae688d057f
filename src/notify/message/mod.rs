//! What an integration sends: the texts of a notification that people get to read. Secrets are not among them.

mod integrations;
mod of_event;
mod part;
mod sent;
#[cfg(test)]
mod tests;
mod texts;

use std::fmt;

use crate::source::Span;
use crate::target::Target;
use crate::template::alertmanager::{Data, RenderError, Templates};
use crate::yaml::Node;
pub use of_event::{data_of, fingerprint};
pub use sent::{SentText, texts_of};
pub use texts::Texts;

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
#[derive(Clone, Copy, Debug)]
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
        let texts = texts_of(key, node, self.global, self.target)?;
        let kind = key.trim_end_matches("_configs").to_owned();
        let fields = match &*kind {
            "webhook" => Ok(self.payload(node, "4")),
            "incidentio" => Ok(self.payload(node, "1")),
            "opsgenie" => self.opsgenie(&texts),
            "victorops" => self.victorops(&texts),
            _ => self.fields(&texts),
        };
        Some(fields.map(|fields| Message { kind, fields }))
    }

    fn fields(&self, texts: &[SentText<'_>]) -> Result<Vec<(String, String)>, Failed> {
        texts.iter().map(|text| self.field(text)).collect()
    }

    /// A field, its text rendered.
    pub fn field(&self, text: &SentText<'_>) -> Result<(String, String), Failed> {
        match self.templates.render(text.engine, text.text, self.data) {
            Ok(rendered) => Ok((text.name.clone(), cut(rendered, text.limit))),
            Err(error) => Err(Failed {
                field: text.name.clone(),
                span: text.node.map(Node::span),
                error,
            }),
        }
    }

    fn is_resolved(&self) -> bool {
        &*self.data.status == "resolved"
    }

    /// Opsgenie is told the common labels too. To close an alert takes no more than the source.
    fn opsgenie(&self, texts: &[SentText<'_>]) -> Result<Vec<(String, String)>, Failed> {
        if self.is_resolved() {
            let source = texts.iter().filter(|text| text.name == "source");
            return source.map(|text| self.field(text)).collect();
        }
        let mut fields = self.fields(texts)?;
        let is_there = |name: &str| texts.iter().any(|text| text.name == name);
        let labels = self.data.common_labels.iter();
        let labels: Vec<(String, String)> = labels
            .map(|label| (format!("details.{}", label.name), label.value.to_string()))
            .filter(|(name, _)| !is_there(name))
            .collect();
        let behind = |(name, _): &(String, String)| {
            name.starts_with("details.") || name.starts_with("responders[")
        };
        let place = fields.iter().position(behind).unwrap_or(fields.len());
        fields.splice(place..place, labels);
        Ok(fields)
    }

    /// VictorOps knows few types of messages.
    fn victorops(&self, texts: &[SentText<'_>]) -> Result<Vec<(String, String)>, Failed> {
        let mut fields = self.fields(texts)?;
        for (_, text) in fields.iter_mut().filter(|(name, _)| name == "message_type") {
            *text = match &**text {
                _ if self.is_resolved() => "RECOVERY".to_owned(),
                known @ ("INFO" | "WARNING" | "CRITICAL") => known.to_owned(),
                _ => "CRITICAL".to_owned(),
            };
        }
        Ok(fields)
    }

    /// The data as they are posted.
    fn payload(&self, node: Node<'_>, version: &str) -> Vec<(String, String)> {
        let most = scalar(node.get("max_alerts")).and_then(|text| text.parse().ok());
        let most = most.unwrap_or(0);
        let payload = self
            .data
            .payload(version, self.group_key, most, self.target);
        vec![("payload".to_owned(), payload)]
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

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Failed {}
