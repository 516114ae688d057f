//! What is sent to whom: the texts of each integration, and the alerts that they are about.

use std::sync::Arc;

use super::routing::{Arrival, Routing};
use crate::diagnostic::Location;
use crate::labels::Labels;
use crate::notify::clock::Setup;
use crate::notify::message::{Failed, Message, Notification, SentText, fingerprint, texts_of};
use crate::notify::{Grouping, Route};
use crate::project::RuleText;
use crate::target::Target;
use crate::template::alertmanager::{Alert, Data, Map, Place, Reference, Templates, Time, Use};
use crate::yaml::Node;

/// An integration of a receiver that routes lead to.
#[derive(Debug)]
pub struct Outlet<'e> {
    /// The configuration, and where alerts go in it.
    pub routing: &'e Routing<'e>,
    /// The templates that its texts are run against.
    pub templates: Arc<Templates>,
    /// The name of the receiver.
    pub receiver: Arc<str>,
    /// Its kind: `slack`, `email`.
    pub kind: &'static str,
    /// Whether it is told when alerts have resolved.
    pub send_resolved: bool,
    /// What the configuration says of it.
    pub node: Node<'e>,
    /// The routes that lead to it.
    pub routes: Vec<&'e Route>,
    /// The classes of alerts that come to those.
    pub arrivals: Vec<&'e Arrival<'e>>,
    /// Its texts that are templates of Alertmanager.
    pub texts: Vec<OutletText<'e>>,
    target: Target,
}

/// A text of an integration, and what it looks at.
#[derive(Debug)]
pub struct OutletText<'e> {
    /// The text.
    pub sent: SentText<'e>,
    /// What it looks at, itself and through the templates that it calls.
    pub uses: Vec<Use>,
}

/// What happens to an alert.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "each is what it says")]
pub enum Status {
    Firing,
    Resolved,
}

impl<'e> Outlet<'e> {
    /// The integrations of a configuration that routes lead to; none where its template files cannot be read.
    pub(super) fn of(routing: &'e Routing<'e>, target: &Target) -> Vec<Self> {
        let alertmanager = routing.alertmanager.item;
        let tree = &routing.alertmanager.file.tree;
        let Ok(templates) = alertmanager.templates.set(target) else {
            return Vec::new();
        };
        let templates = Arc::new(templates);
        let setup = Setup::new(
            &alertmanager.config,
            tree,
            routing.root,
            &alertmanager.inhibit_rules,
        );
        let mut found = Vec::new();
        for (name, receiver) in &setup.receivers {
            let leads_here = |route: &Route| {
                let receiver = route.receiver.as_ref();
                receiver.is_some_and(|receiver| receiver.as_str() == &**name)
            };
            let mut routes = Vec::new();
            routing.root.walk(&mut |route| {
                if leads_here(route) {
                    routes.push(route);
                }
            });
            if routes.is_empty() {
                continue;
            }
            let arrivals = routing.arrivals.iter();
            let arrivals = arrivals.filter(|arrival| leads_here(arrival.route));
            let arrivals: Vec<_> = arrivals.collect();
            for integration in &receiver.integrations {
                let mut outlet = Self {
                    routing,
                    templates: Arc::clone(&templates),
                    receiver: Arc::clone(name),
                    kind: integration.kind,
                    send_resolved: integration.send_resolved,
                    node: tree.node(integration.node),
                    routes: routes.clone(),
                    arrivals: arrivals.clone(),
                    texts: Vec::new(),
                    target: *target,
                };
                let texts = texts_of(&outlet.key(), outlet.node, outlet.global(), target);
                let texts = texts.into_iter().flatten().filter_map(|sent| {
                    let uses = templates.uses(sent.text).ok()?;
                    Some(OutletText { sent, uses })
                });
                outlet.texts = texts.collect();
                found.push(outlet);
            }
        }
        found
    }

    /// The text of that name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&OutletText<'e>> {
        self.texts.iter().find(|text| text.sent.name == name)
    }

    /// The bytes that something which a text looks at was read from; `None` where Alertmanager itself has it.
    #[must_use]
    pub fn place(&self, text: &OutletText<'_>, place: Place) -> Option<Location> {
        match place {
            Place::Text(span) => {
                let span = text.sent.node?.scalar_map().span(span);
                Some(self.routing.alertmanager.file.location(span))
            }
            Place::File(file, span) => {
                let files = &self.routing.alertmanager.item.templates.files;
                Some(Location::new(&files.get(file)?.source, span))
            }
            Place::Default => None,
        }
    }

    /// The data of a notification about one alert of the class, as an example: labels and annotations that the rule does not
    /// fix are their own names in angle brackets.
    #[must_use]
    pub fn about(&self, arrival: &Arrival<'_>, status: Status) -> Data {
        let read = self.texts.iter().flat_map(|text| &text.uses);
        let read = read.filter_map(|used| match &used.what {
            Reference::Key(Map::Labels(_) | Map::CommonLabels | Map::GroupLabels, name) => {
                Some(name)
            }
            _ => None,
        });
        let labels = arrival.class.example(read);
        let rule = arrival.rule.at.rule;
        let annotations = rule.annotations.iter().map(|text: &RuleText| {
            let name = text.key.as_str();
            let value = text.fixed().map_or(format!("<{name}>"), str::to_owned);
            (name, value)
        });
        let annotations = Labels::from_pairs(annotations);
        self.data(labels, annotations, &arrival.route.grouping, status)
    }

    /// The same about an alert of no rule in particular.
    #[must_use]
    pub fn about_any(&self, status: Status) -> Data {
        let labels = Labels::from_pairs([("alertname", "Example"), ("severity", "warning")]);
        let annotations = Labels::from_pairs([("summary", "something is wrong")]);
        let grouping = self.routes.first().map(|route| &route.grouping);
        self.data(
            labels,
            annotations,
            grouping.unwrap_or(&Grouping::ByAll),
            status,
        )
    }

    fn data(
        &self,
        labels: Labels,
        annotations: Labels,
        grouping: &Grouping,
        status: Status,
    ) -> Data {
        let (status, ends_at) = match status {
            Status::Firing => ("firing", Time::ZERO),
            Status::Resolved => ("resolved", Time::from_unix_ms(END_MS)),
        };
        let group_labels = grouping.labels_of(&labels);
        let alert = Alert {
            status: status.into(),
            fingerprint: fingerprint(&labels).into(),
            labels,
            annotations,
            starts_at: Time::from_unix_ms(START_MS),
            ends_at,
            generator_url: "http://localhost:9090/graph".into(),
        };
        Data::new(
            &self.receiver,
            group_labels,
            vec![alert],
            "http://localhost:9093",
        )
    }

    /// A text as Alertmanager makes it of the data.
    pub fn render(&self, text: &OutletText<'_>, data: &Data) -> Result<String, Failed> {
        let field = self.notification(data).field(&text.sent);
        field.map(|(_, rendered)| rendered)
    }

    /// The message that is sent.
    #[must_use]
    pub fn message(&self, data: &Data) -> Option<Result<Message, Failed>> {
        self.notification(data).message(&self.key(), self.node)
    }

    fn notification<'n>(&'n self, data: &'n Data) -> Notification<'n> {
        Notification {
            templates: &self.templates,
            data,
            group_key: "",
            global: self.global(),
            target: &self.target,
        }
    }

    fn key(&self) -> String {
        format!("{}_configs", self.kind)
    }

    fn global(&self) -> Option<Node<'e>> {
        let alertmanager = self.routing.alertmanager;
        let global = alertmanager.item.config.global?;
        Some(alertmanager.file.tree.node(global))
    }
}

/// When the alert of an example begins and ends: 2024-01-01 at noon, and five minutes later.
const START_MS: i64 = 1_704_110_400_000;
const END_MS: i64 = START_MS + 5 * 60_000;
