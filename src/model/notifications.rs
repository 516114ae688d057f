//! Expectations about routes and notifications, which stand under the key `rulecheck` of fixtures.

use super::decode::{Decoder, Fields, head};
use super::shape::{Product, Shape, key};
use super::text::{Pair, Text};
use crate::regex::{Anchoring, Pattern};
use crate::source::{Span, Spanned};
use crate::target::Duration;
use crate::yaml::Node;

/// Where alerts with these labels must go.
#[derive(Clone, Debug)]
pub struct RouteTest {
    /// The bytes of the item.
    pub span: Span,
    /// The labels.
    pub labels: Vec<Pair>,
    /// The receivers, in the order in which Alertmanager comes to them.
    pub receivers: Spanned<Vec<Text>>,
}

/// What must be sent, or kept back.
#[derive(Clone, Debug)]
pub struct NotificationTest {
    /// The bytes of the item.
    pub span: Span,
    /// What is expected.
    pub expected: ExpectedNotification,
}

/// The kinds of expectations about notifications. Times count from the start of the test.
#[derive(Clone, Debug)]
pub enum ExpectedNotification {
    /// A receiver is told.
    Sent(ExpectedMessage),
    /// Nobody is told about an alert, because of something.
    Withheld {
        /// When the group of the alert looks.
        at: Spanned<Duration>,
        /// Labels that the alert has.
        alert: Vec<Pair>,
        /// What keeps it back.
        by: ExpectedCause,
    },
    /// Nothing is sent.
    Nothing {
        /// From when on; the start where it is not said.
        from: Duration,
        /// Until when.
        until: Spanned<Duration>,
        /// To whom; to anybody where it is not said.
        receiver: Option<Text>,
        /// Labels of alerts that no message may have; any message where there are none.
        alert: Vec<Pair>,
    },
}

/// A message that must be sent.
#[derive(Clone, Debug)]
pub struct ExpectedMessage {
    /// When.
    pub at: ExpectedTime,
    /// The receiver.
    pub receiver: Text,
    /// The kind of integration, such as `slack`; each one counts where it is not said.
    pub integration: Option<Text>,
    /// Whether some alert of it fires.
    pub is_firing: Option<Spanned<bool>>,
    /// The alerts of the message, each by labels that it has, in any order; any alerts where it is not said.
    pub alerts: Option<Vec<Vec<Pair>>>,
    /// What its fields must be.
    pub fields: Vec<FieldTest>,
}

/// When something must happen.
#[derive(Clone, Copy, Debug)]
pub enum ExpectedTime {
    /// At that time.
    At(Spanned<Duration>),
    /// Not later than that.
    By(Spanned<Duration>),
}

/// Why an alert is kept back.
#[derive(Clone, Debug)]
pub enum ExpectedCause {
    /// An alert with these labels inhibits it.
    InhibitedBy(Vec<Pair>),
    /// The route is mute in the interval of that name.
    MutedBy(Text),
    /// The route is active in other times only.
    Inactive,
}

/// What a field of a message must be.
#[derive(Clone, Debug)]
pub struct FieldTest {
    /// The name of the field, such as `title`.
    pub name: Text,
    /// What it must be.
    pub is: FieldCondition,
}

/// What a text must be.
#[derive(Clone, Debug)]
pub enum FieldCondition {
    /// This text.
    Equal(Text),
    /// A text with this in it.
    Contains(Text),
    /// A text that matches as a whole.
    Matches(Pattern, Text),
}

impl ExpectedTime {
    /// The time and its place.
    #[must_use]
    pub const fn time(&self) -> Spanned<Duration> {
        match *self {
            Self::At(time) | Self::By(time) => time,
        }
    }
}

impl ExpectedNotification {
    /// So far time must go on for it to be judged.
    #[must_use]
    pub const fn last(&self) -> Duration {
        match self {
            Self::Sent(message) => message.at.time().value,
            Self::Withheld { at, .. } => at.value,
            Self::Nothing { until, .. } => until.value,
        }
    }
}

const fn shape(what: &'static str, keys: &'static [super::shape::Key]) -> Shape {
    Shape {
        what,
        go: "",
        product: Product::Alertmanager,
        keys,
        foreign: &[],
        open: false,
    }
}

/// An item of `routes`.
pub(super) static ROUTE_TEST: Shape = shape("a test of routes", &[key("labels"), key("receivers")]);

/// An item of `notifications`.
pub(super) static NOTIFICATION: Shape = shape(
    "a test of notifications",
    &[
        key("at"),
        key("by"),
        key("receiver"),
        key("integration"),
        key("status"),
        key("alerts"),
        key("message"),
        key("alert"),
        key("inhibited_by"),
        key("muted_by"),
        key("inactive"),
        key("nothing_sent"),
    ],
);

/// `nothing_sent`.
pub(super) static NOTHING: Shape = shape(
    "`nothing_sent`",
    &[key("from"), key("until"), key("receiver"), key("alert")],
);

/// What a field of a message must be.
pub(super) static FIELD: Shape = shape(
    "what a field of a message must be",
    &[key("contains"), key("regex")],
);

impl<'t> Decoder<'t> {
    /// The items of `routes`.
    pub(super) fn route_tests(&mut self, fields: &Fields<'t>) -> Vec<RouteTest> {
        let items = self.items(fields.get("routes"), "`routes`", "");
        items
            .into_iter()
            .filter_map(|item| self.route_test(item))
            .collect()
    }

    fn route_test(&mut self, node: Node<'t>) -> Option<RouteTest> {
        let fields = self.fields(node, &ROUTE_TEST);
        let labels = self.pairs(&fields, "labels");
        let Some(receivers) = fields.get("receivers") else {
            self.schema(head(node), "a test of routes needs `receivers`");
            return None;
        };
        let span = receivers.span();
        let names = match receivers.scalar() {
            Some(_) => self.text(&fields, "receivers").into_iter().collect(),
            None => self.texts(Some(receivers), "`receivers`"),
        };
        Some(RouteTest {
            span: node.span(),
            labels,
            receivers: Spanned::new(names, span),
        })
    }

    /// The items of `notifications`.
    pub(super) fn notification_tests(&mut self, fields: &Fields<'t>) -> Vec<NotificationTest> {
        let items = self.items(fields.get("notifications"), "`notifications`", "");
        items
            .into_iter()
            .filter_map(|item| {
                let fields = self.fields(item, &NOTIFICATION);
                let expected = self.expected_notification(item, &fields)?;
                Some(NotificationTest {
                    span: item.span(),
                    expected,
                })
            })
            .collect()
    }

    fn expected_notification(
        &mut self,
        node: Node<'t>,
        fields: &Fields<'t>,
    ) -> Option<ExpectedNotification> {
        if let Some(nothing) = fields.get("nothing_sent") {
            self.alone(fields, "nothing_sent", &[]);
            return self.nothing(nothing);
        }
        if fields.get("alert").is_some() {
            let causes = ["inhibited_by", "muted_by", "inactive"];
            self.alone(fields, "alert", &[&["at"], &causes[..]].concat());
            return self.withheld(node, fields);
        }
        self.message(node, fields)
    }

    /// Tells of keys that do not go with `name`.
    fn alone(&mut self, fields: &Fields<'t>, name: &str, allowed: &[&str]) {
        for key in NOTIFICATION.keys.iter().map(|key| key.name) {
            if key == name || allowed.contains(&key) {
                continue;
            }
            if let Some(span) = fields.key_span(key) {
                self.schema(span, format!("`{key}` does not go with `{name}`"));
            }
        }
    }

    fn nothing(&mut self, node: Node<'t>) -> Option<ExpectedNotification> {
        let fields = self.fields(node, &NOTHING);
        let from = self.duration(&fields, "from");
        let receiver = self.text(&fields, "receiver");
        let alert = self.pairs(&fields, "alert");
        let Some(until) = self.duration(&fields, "until") else {
            if fields.get("until").is_none() {
                self.schema(head(node), "`nothing_sent` needs `until`");
            }
            return None;
        };
        Some(ExpectedNotification::Nothing {
            from: from.map_or(Duration::ZERO, |from| from.value),
            until,
            receiver,
            alert,
        })
    }

    fn withheld(&mut self, node: Node<'t>, fields: &Fields<'t>) -> Option<ExpectedNotification> {
        let alert = self.pairs(fields, "alert");
        let at = self.duration(fields, "at");
        let muted_by = self.text(fields, "muted_by");
        let inactive = self.bool(fields, "inactive").filter(|said| said.value);
        let by = match (fields.get("inhibited_by"), muted_by, inactive) {
            (Some(_), None, None) => ExpectedCause::InhibitedBy(self.pairs(fields, "inhibited_by")),
            (None, Some(name), None) => ExpectedCause::MutedBy(name),
            (None, None, Some(_)) => ExpectedCause::Inactive,
            _ => {
                self.schema(head(node), "this says of an alert that it is kept back, but not by what")
                    .help = Some(
                    "give one of `inhibited_by`, `muted_by` and `inactive: true`; of an alert that is told `alerts` says so"
                        .to_owned(),
                );
                return None;
            }
        };
        if at.is_none() && fields.get("at").is_none() {
            self.schema(head(node), "when? `at` is missing");
        }
        Some(ExpectedNotification::Withheld { at: at?, alert, by })
    }

    fn message(&mut self, node: Node<'t>, fields: &Fields<'t>) -> Option<ExpectedNotification> {
        let at = self.duration(fields, "at").map(ExpectedTime::At);
        let by = self.duration(fields, "by").map(ExpectedTime::By);
        let status = [("firing", true), ("resolved", false)];
        let is_firing = self.word(fields, "status", &status);
        let alerts = fields.get("alerts").map(|alerts| {
            let items = self.items(Some(alerts), "`alerts`", "");
            let pairs = items
                .into_iter()
                .map(|item| self.pairs_of(item, "an alert", "map[string]string"));
            pairs.collect()
        });
        let tests = self.field_tests(fields);
        let receiver = self.text(fields, "receiver");
        if receiver.is_none() && fields.get("receiver").is_none() {
            self.schema(head(node), "to whom? `receiver` is missing").help = Some(
                "a test of notifications has `receiver`, or `alert` with what keeps it back, or `nothing_sent`"
                    .to_owned(),
            );
        }
        let time = match (at, by) {
            (Some(time), None) | (None, Some(time)) => time,
            (Some(_), Some(_)) => {
                self.schema(head(node), "`at` and `by` do not go together");
                return None;
            }
            (None, None) => {
                if fields.get("at").is_none() && fields.get("by").is_none() {
                    self.schema(head(node), "when? `at` is missing");
                }
                return None;
            }
        };
        Some(ExpectedNotification::Sent(ExpectedMessage {
            at: time,
            receiver: receiver?,
            integration: self.text(fields, "integration"),
            is_firing,
            alerts,
            fields: tests,
        }))
    }

    fn field_tests(&mut self, fields: &Fields<'t>) -> Vec<FieldTest> {
        let Some(node) = fields.get("message").filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        if !node.is_mapping() {
            self.schema(
                head(node),
                "`message` must be a mapping from fields to texts",
            );
            return Vec::new();
        }
        self.check_duplicates(node, None);
        let entries: Vec<(Node<'t>, Node<'t>)> = node.pairs().collect();
        entries
            .into_iter()
            .filter_map(|(key, value)| {
                let name = Text::new(self.tree, key.id());
                let is = self.field_condition(value)?;
                Some(FieldTest { name, is })
            })
            .collect()
    }

    fn field_condition(&mut self, node: Node<'t>) -> Option<FieldCondition> {
        if node.scalar().is_some() {
            return Some(FieldCondition::Equal(Text::new(self.tree, node.id())));
        }
        let fields = self.fields(node, &FIELD);
        let contains = self.text(&fields, "contains");
        let regex = self.text(&fields, "regex");
        match (contains, regex) {
            (Some(part), None) => Some(FieldCondition::Contains(part)),
            (None, Some(text)) => {
                let pattern = self.pattern(&text, Anchoring::Prometheus)?;
                Some(FieldCondition::Matches(pattern, text))
            }
            _ => {
                let message = "a field is compared with a text, `{contains: …}` or `{regex: …}`";
                self.schema(head(node), message);
                None
            }
        }
    }
}
