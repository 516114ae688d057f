//! What a notification is about, as templates see it.

use std::sync::Arc;

use serde_json::Value as Json;

use super::object::Object;
use crate::labels::Labels;
use crate::target::Target;
use crate::template::json;
use crate::template::time::Time;
use crate::template::value::Value;

/// The data of one notification: `template.Data` of Alertmanager.
#[derive(Clone, Debug)]
pub struct Data {
    /// The receiver, its name escaped as a regular expression: `a.b` is `a\.b`.
    pub receiver: Arc<str>,
    /// `firing` where any alert is firing, else `resolved`.
    pub status: Arc<str>,
    /// The alerts in the order in which they are sent.
    pub alerts: Vec<Alert>,
    /// Why the notification is sent, such as `first notification`; since 0.34.
    pub notification_reason: Arc<str>,
    /// The labels by which the alerts are grouped.
    pub group_labels: Labels,
    /// The labels that all alerts have alike.
    pub common_labels: Labels,
    /// The annotations that all alerts have alike.
    pub common_annotations: Labels,
    /// The labels of the route; since 0.34.
    pub route_labels: Labels,
    /// The URL under which Alertmanager is reached.
    pub external_url: Arc<str>,
    /// Whether the data were read from a file, as amtool does. Alertmanager itself hands templates a pointer to them, which
    /// shows in the names of types.
    pub(super) is_read: bool,
}

/// One alert of a notification.
#[derive(Clone, Debug)]
pub struct Alert {
    /// `firing` or `resolved`.
    pub status: Arc<str>,
    /// Its labels.
    pub labels: Labels,
    /// Its annotations.
    pub annotations: Labels,
    /// Since when it is firing.
    pub starts_at: Time,
    /// When it ended; [`Time::ZERO`] for one that goes on.
    pub ends_at: Time,
    /// The link to what caused it.
    pub generator_url: Arc<str>,
    /// The hash of its labels, in hexadecimal.
    pub fingerprint: Arc<str>,
}

impl Data {
    /// The data that Alertmanager makes of a group of alerts. `receiver` is the name as it is configured.
    #[must_use]
    pub fn new(
        receiver: &str,
        group_labels: Labels,
        alerts: Vec<Alert>,
        external_url: impl Into<Arc<str>>,
    ) -> Self {
        let any_firing = alerts.iter().any(|alert| &*alert.status == "firing");
        Self {
            receiver: quote_meta(receiver).into(),
            status: if any_firing { "firing" } else { "resolved" }.into(),
            notification_reason: "".into(),
            group_labels,
            common_labels: common(alerts.iter().map(|alert| &alert.labels)),
            common_annotations: common(alerts.iter().map(|alert| &alert.annotations)),
            route_labels: Labels::empty(),
            external_url: external_url.into(),
            alerts,
            is_read: false,
        }
    }

    /// The data as webhooks are posted them, in JSON: version 4 of a webhook, 1 of incident.io. Of more than `most` alerts the
    /// others are left out, and what is common is common to those that stay; 0 is no limit.
    #[must_use]
    pub fn payload(&self, version: &str, group_key: &str, most: usize, target: &Target) -> String {
        let left_out = match most {
            0 => 0,
            most => self.alerts.len().saturating_sub(most),
        };
        let mut data = self.clone();
        if left_out > 0 {
            data.alerts.truncate(most);
            let any_firing = data.alerts.iter().any(|alert| &*alert.status == "firing");
            data.status = if any_firing { "firing" } else { "resolved" }.into();
            data.common_labels = common(data.alerts.iter().map(|alert| &alert.labels));
            data.common_annotations = common(data.alerts.iter().map(|alert| &alert.annotations));
        }
        let root = Value::Object(Object::root(&data, target));
        // Texts, maps and times always have a form in JSON.
        let json = json::print(&root).unwrap_or_default();
        format!(
            "{},\"version\":{},\"groupKey\":{},\"truncatedAlerts\":{left_out}}}",
            json.strip_suffix('}').unwrap_or_default(),
            json::quote(version),
            json::quote(group_key)
        )
    }

    /// The data that `amtool template render` has where it is given none; `now` is in Unix milliseconds.
    #[must_use]
    pub fn example(now: i64) -> Self {
        const MINUTE: i64 = 60_000;
        let common_labels =
            [1, 2].map(|n| (format!("commonlabelkey{n}"), format!("commonlabelvalue{n}")));
        let common_annotations = [1, 2].map(|n| {
            (
                format!("commonannotationkey{n}"),
                format!("commonannotationvalue{n}"),
            )
        });
        let group_labels =
            [1, 2].map(|n| (format!("grouplabelkey{n}"), format!("grouplabelvalue{n}")));
        let with = |common: &[(String, String)], own: &[(&str, &str)]| {
            let own = own.iter().map(|&(name, value)| (name, value));
            let common = common.iter().map(|(name, value)| (&**name, &**value));
            Labels::from_pairs(common.chain(own))
        };
        let alert = |number: i64, labels: &[(&str, &str)], annotations: &[(&str, &str)]| Alert {
            status: "alertstatus".into(),
            labels: with(&common_labels, labels),
            annotations: with(&common_annotations, annotations),
            starts_at: Time::from_unix_ms(now - 5 * MINUTE * number),
            ends_at: Time::from_unix_ms(now),
            generator_url: "https://generatorurl.com".into(),
            fingerprint: format!("fingerprint{number}").into(),
        };
        Self {
            receiver: "receiver".into(),
            status: "alertstatus".into(),
            alerts: vec![
                alert(
                    1,
                    &[
                        ("label1", "value1"),
                        ("label2", "value2"),
                        ("instance", "foo.bar:1234"),
                    ],
                    &[("annotation1", "value1"), ("annotation2", "value2")],
                ),
                alert(
                    2,
                    &[("foo", "bar"), ("baz", "qux")],
                    &[("aaa", "bbb"), ("ccc", "ddd")],
                ),
            ],
            notification_reason: "".into(),
            group_labels: with(&group_labels, &[]),
            common_labels: with(&common_labels, &[]),
            common_annotations: with(&common_annotations, &[]),
            route_labels: Labels::empty(),
            external_url: "https://example.com".into(),
            is_read: true,
        }
    }

    /// Reads the data that `amtool template render --template.data` takes. Names of fields are taken in any case, what is
    /// missing is empty, and what is unknown is passed over, as Go's `encoding/json` does. The error says what is wrong.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let json: Json = serde_json::from_str(text).map_err(|error| match error.is_eof() {
            true => "unexpected end of JSON input".to_owned(),
            false => error.to_string(),
        })?;
        let fields = Fields::of(&json, "the data")?;
        let alerts = match fields.get("alerts") {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(alerts)) => {
                let alerts = alerts.iter().map(Alert::from_json);
                alerts.collect::<Result<_, _>>()?
            }
            Some(_) => return Err("`alerts` is no list".to_owned()),
        };
        Ok(Self {
            receiver: fields.text("receiver")?,
            status: fields.text("status")?,
            alerts,
            notification_reason: fields.text("notification_reason")?,
            group_labels: fields.map("groupLabels")?,
            common_labels: fields.map("commonLabels")?,
            common_annotations: fields.map("commonAnnotations")?,
            route_labels: fields.map("routeLabels")?,
            external_url: fields.text("externalURL")?,
            is_read: true,
        })
    }
}

impl Alert {
    fn from_json(json: &Json) -> Result<Self, String> {
        let fields = Fields::of(json, "an alert")?;
        Ok(Self {
            status: fields.text("status")?,
            labels: fields.map("labels")?,
            annotations: fields.map("annotations")?,
            starts_at: fields.time("startsAt")?,
            ends_at: fields.time("endsAt")?,
            generator_url: fields.text("generatorURL")?,
            fingerprint: fields.text("fingerprint")?,
        })
    }
}

/// The fields of an object of JSON.
struct Fields<'j>(&'j serde_json::Map<String, Json>);

impl<'j> Fields<'j> {
    fn of(json: &'j Json, what: &str) -> Result<Self, String> {
        match json {
            Json::Object(fields) => Ok(Self(fields)),
            _ => Err(format!("{what} is no object")),
        }
    }

    fn get(&self, name: &str) -> Option<&'j Json> {
        let same = |key: &str| key.eq_ignore_ascii_case(name);
        self.0
            .iter()
            .rev()
            .find(|(key, _)| same(key))
            .map(|(_, value)| value)
    }

    fn text(&self, name: &str) -> Result<Arc<str>, String> {
        match self.get(name) {
            None | Some(Json::Null) => Ok("".into()),
            Some(Json::String(text)) => Ok(text.as_str().into()),
            Some(_) => Err(format!("`{name}` is no string")),
        }
    }

    fn map(&self, name: &str) -> Result<Labels, String> {
        match self.get(name) {
            None | Some(Json::Null) => Ok(Labels::empty()),
            Some(Json::Object(map)) => {
                let pairs = map.iter().map(|(key, value)| match value {
                    Json::String(text) => Ok((key.as_str(), text.as_str())),
                    Json::Null => Ok((key.as_str(), "")),
                    _ => Err(format!("`{name}.{key}` is no string")),
                });
                Ok(Labels::from_pairs(pairs.collect::<Result<Vec<_>, _>>()?))
            }
            Some(_) => Err(format!("`{name}` is no object")),
        }
    }

    fn time(&self, name: &str) -> Result<Time, String> {
        match self.get(name) {
            None | Some(Json::Null) => Ok(Time::ZERO),
            Some(Json::String(text)) => {
                Time::parse(text).ok_or_else(|| format!("`{name}` is no time as RFC 3339 has it"))
            }
            Some(_) => Err(format!("`{name}` is no string")),
        }
    }
}

/// The pairs that are equal in all sets.
fn common<'l>(mut sets: impl Iterator<Item = &'l Labels>) -> Labels {
    let Some(first) = sets.next() else {
        return Labels::empty();
    };
    let rest: Vec<&Labels> = sets.collect();
    let everywhere = |name: &str, value: &str| {
        // A missing label is the empty text, as in a map of Go.
        rest.iter()
            .all(|set| set.get(name).unwrap_or_default() == value)
    };
    let pairs = first
        .iter()
        .filter(|label| everywhere(&label.name, &label.value));
    Labels::from_pairs(pairs.map(|label| (Arc::clone(&label.name), Arc::clone(&label.value))))
}

/// Go's `regexp.QuoteMeta`.
fn quote_meta(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
