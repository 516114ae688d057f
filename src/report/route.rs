//! What is to be told of the way of alerts: shared by the text and the JSON of `rulecheck route`.

use crate::analysis::{Answer, Row};
use crate::model::Text;
use crate::notify::Route;
use crate::notify::message::{Failed, Message};
use crate::project::{Alertmanager, Located};
use crate::source::Span;

/// What `rulecheck route` tells.
#[derive(Debug)]
pub struct RouteReport<'e> {
    /// The configuration.
    pub config: Located<'e, Alertmanager>,
    /// Its root.
    pub root: &'e Route,
    /// Whether the whole tree is to be shown.
    pub shows_tree: bool,
    /// Whether the times of the rows are to be shown.
    pub shows_latency: bool,
    /// The alerts that were asked for, each with where it goes.
    pub answers: Vec<Answer<'e>>,
    /// All alerts in short.
    pub rows: Vec<Row<'e>>,
    /// What would be sent about the labels that were asked for, in the order of the routes.
    pub messages: Vec<Sent>,
}

/// A message to a receiver, or why there is none.
#[derive(Debug)]
pub struct Sent {
    /// The receiver.
    pub receiver: String,
    /// The message.
    pub message: Result<Message, Failed>,
}

/// Who is notified by a route.
#[must_use]
pub fn receiver(route: &Route) -> &str {
    route.receiver.as_ref().map_or("", Text::as_str)
}

/// Where a route begins: its first matcher, or its first byte where it has none.
#[must_use]
pub fn start(route: &Route) -> Span {
    let first = route.matchers.first().map(|placed| placed.span);
    first.unwrap_or(Span::empty(route.span.start as usize))
}
