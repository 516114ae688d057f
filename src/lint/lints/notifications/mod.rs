//! Lints of the group `notifications`.

/// A configuration of Alertmanager with one receiver, which Slack stands behind, for examples: the labels that its route
/// groups by, and the lines of the integration.
macro_rules! slack {
    ($group_by:literal, $($line:literal),+ $(,)?) => {
        concat!(
            "route:\n  receiver: team\n  group_by: [", $group_by, "]\n",
            "receivers:\n  - name: team\n    slack_configs:\n",
            "      - api_url: https://hooks.slack.com/services/T0/B0/x\n",
            $("        ", $line, "\n",)+
        )
    };
}

/// Settings that say what runs together, for examples.
const DECLARED: (&str, &str) = (
    "rulecheck.yaml",
    "environments:\n  rules: [rules.yml]\n  prometheus: prometheus.yml\n  alertmanager: alertmanager.yml\n",
);

/// A Prometheus that sends what its rules say, and nothing more.
const PROMETHEUS: (&str, &str) = (
    "prometheus.yml",
    "rule_files: [rules.yml]\nscrape_configs: []\n",
);

pub mod notify_common_varies;
pub mod notify_group_label;
pub mod notify_group_label_missing;
pub mod notify_label_missing;
pub mod notify_resolved_empty;
pub mod notify_resolved_same;
pub mod notify_severity_fixed;
pub mod notify_shared_webhook;
pub mod notify_template_twice;
pub mod notify_unknown_name;

use std::collections::BTreeMap;

use crate::analysis::{Arrival, Outlet, OutletText, Status};
use crate::diagnostic::{Level, Location};
use crate::labels::{Labels, quote};
use crate::lint::Context;
use crate::template::alertmanager::{Data, Map, Reference};

/// Something that texts of notifications look at, where it stands.
struct Reading<'c> {
    location: Location,
    what: &'c Reference,
    /// Whether one of the templates that look at it does not care if it is missing.
    is_ready: bool,
    /// The texts that look at it, each with what sends it: several where they call one template.
    by: Vec<Reader<'c>>,
}

/// A text of an integration.
#[derive(Clone, Copy)]
struct Reader<'c> {
    outlet: &'c Outlet<'c>,
    text: &'c OutletText<'c>,
}

/// All that is looked at in the files at hand, in order.
fn readings<'c>(context: &Context<'c>) -> Vec<Reading<'c>> {
    let mut found: BTreeMap<_, Reading<'c>> = BTreeMap::new();
    for outlet in context.facts.outlets() {
        for text in &outlet.texts {
            for used in &text.uses {
                let Some(location) = outlet.place(text, used.place) else {
                    continue;
                };
                let key = (
                    location.file.path().to_owned(),
                    location.span,
                    used.what.clone(),
                );
                let reading = found.entry(key).or_insert_with(|| Reading {
                    location,
                    what: &used.what,
                    is_ready: false,
                    by: Vec::new(),
                });
                reading.is_ready |= used.guarded;
                reading.by.push(Reader { outlet, text });
            }
        }
    }
    found.into_values().collect()
}

impl Reading<'_> {
    /// What is looked at, as it is written.
    fn source(&self) -> &str {
        self.location.file.slice(self.location.span)
    }

    /// The receivers whose messages it is in.
    fn receivers(&self) -> String {
        let names = self.by.iter().map(|reader| &*reader.outlet.receiver);
        super::shortened(names)
    }
}

impl Reader<'_> {
    /// The data of a message about an alert of the class in which the text shows what is looked at, as running it with a
    /// value in that place tells.
    fn shown(self, arrival: &Arrival<'_>, what: &Reference) -> Option<Data> {
        let resolved = self.outlet.send_resolved.then_some(Status::Resolved);
        let mut all = [Some(Status::Firing), resolved].into_iter().flatten();
        all.find_map(|status| {
            let data = self.outlet.about(arrival, status);
            let marked = marked(&data, what)?;
            let rendered = self.outlet.render(self.text, &marked).ok()?;
            rendered.contains(MARK).then_some(data)
        })
    }

    /// What the text becomes, as the step of a proof.
    fn example(self, alert: &str, data: &Data) -> Option<String> {
        let rendered = self.outlet.render(self.text, data).ok()?;
        Some(format!(
            "of `{alert}` the `{}` for `{}` is {}",
            self.text.sent.name,
            self.outlet.receiver,
            told(&rendered)
        ))
    }
}

/// A text that nobody writes, and that no function of templates changes.
const MARK: &str = "7351620947";

/// The data with the mark as the entry that is looked at; nothing where it is no entry.
fn marked(data: &Data, what: &Reference) -> Option<Data> {
    let Reference::Key(map, name) = what else {
        return None;
    };
    let with = |labels: &Labels| {
        let mut labels = labels.edit();
        labels.set(name.as_ref(), MARK);
        labels.build()
    };
    let mut data = data.clone();
    match map {
        Map::GroupLabels => data.group_labels = with(&data.group_labels),
        Map::CommonLabels => data.common_labels = with(&data.common_labels),
        Map::CommonAnnotations => data.common_annotations = with(&data.common_annotations),
        Map::RouteLabels => data.route_labels = with(&data.route_labels),
        Map::Labels(_) => {
            for alert in &mut data.alerts {
                alert.labels = with(&alert.labels);
            }
        }
        Map::Annotations(_) => {
            for alert in &mut data.alerts {
                alert.annotations = with(&alert.annotations);
            }
        }
    }
    Some(data)
}

/// A text in quotes, its beginning where it is long.
fn told(text: &str) -> String {
    const SHOWN: usize = 200;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} and so on", quote(&text[..end])),
        None => quote(text),
    }
}

/// The level of what is so if exactly these files run together.
fn level_of(context: &Context<'_>) -> Level {
    match context.facts.is_whole() {
        true => Level::Warning,
        false => Level::Info,
    }
}

/// The messages about one alert of each class that comes to an integration; about some alert where none is known.
fn samples(outlet: &Outlet<'_>, status: Status) -> Vec<Data> {
    const MOST: usize = 100;
    let arrivals = outlet.arrivals.iter().take(MOST);
    let mut found: Vec<Data> = arrivals
        .map(|arrival| outlet.about(arrival, status))
        .collect();
    if found.is_empty() {
        found.push(outlet.about_any(status));
    }
    found
}

/// What people see first of a message, and what comes below it.
struct Look {
    /// The field that is the title, where there is one.
    title: Option<&'static str>,
    /// The fields below it: names, or the beginning of them.
    body: &'static [&'static str],
    /// Whether the service shows by itself, or in a colour, what has resolved.
    has_colour: bool,
}

/// The look of messages that are all there is to see. Those that open and close something by themselves are not among them.
fn look(kind: &str) -> Option<Look> {
    let (title, body, has_colour): (_, &'static [&'static str], _) = match kind {
        "slack" | "mattermost" => (Some("title"), &["pretext", "text", "fields["], true),
        "rocketchat" => (Some("title"), &["text", "fields["], true),
        "discord" => (Some("title"), &["content", "message"], true),
        "msteams" | "msteamsv2" => (Some("title"), &["text"], true),
        "pushover" => (Some("title"), &["message"], true),
        "email" => (Some("Subject"), &["html", "text"], false),
        "sns" => (Some("subject"), &["message"], false),
        "telegram" | "webex" | "wechat" => (None, &["message"], false),
        _ => return None,
    };
    Some(Look {
        title,
        body,
        has_colour,
    })
}

impl Look {
    fn bodies<'o, 'e>(
        &self,
        outlet: &'o Outlet<'e>,
    ) -> impl Iterator<Item = &'o OutletText<'e>> + use<'o, 'e> {
        let names = self.body;
        let is_body = move |text: &&OutletText<'_>| {
            let mut names = names.iter();
            names.any(|name| match name.ends_with('[') {
                true => text.sent.name.starts_with(name),
                false => text.sent.name == **name,
            })
        };
        outlet.texts.iter().filter(is_body)
    }

    /// The title, or what stands in its place: the first text of the body that says anything.
    fn title<'o, 'e>(&self, outlet: &'o Outlet<'e>, data: &Data) -> Option<&'o OutletText<'e>> {
        let title = self.title.and_then(|title| outlet.text(title));
        let mut texts = title.into_iter().chain(self.bodies(outlet));
        texts.find(|text| {
            let rendered = outlet.render(text, data);
            rendered.is_ok_and(|rendered| !rendered.trim().is_empty())
        })
    }
}
