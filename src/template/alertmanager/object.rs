//! The Go types that Alertmanager gives to templates, and their methods.

use std::rc::Rc;
use std::sync::Arc;

use super::data::{Alert, Data};
use crate::labels::{Label, Labels};
use crate::target::{Target, Version};
use crate::template::functions::Type;
use crate::template::methods::Method;
use crate::template::value::{Shape, Value};

/// What the version makes of the types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::template) struct Era {
    /// Whether maps and lists of pairs print as `a=b, c=d`; else Go prints them.
    prints_pairs: bool,
    /// Whether there are `RouteLabels` and `NotificationReason`.
    has_reasons: bool,
    /// Whether lists of names and values have a method `Join`.
    joins: bool,
}

impl Era {
    /// Whether the data have the newer fields.
    pub fn has_reasons(self) -> bool {
        self.has_reasons
    }

    pub fn of(target: &Target) -> Self {
        let since = |minor| target.alertmanager >= Version::new(0, minor);
        Self {
            prints_pairs: since(26),
            has_reasons: since(34),
            joins: since(34),
        }
    }
}

/// A value of one of those types.
#[derive(Clone, Debug)]
pub(in crate::template) enum Object {
    Data(Rc<Root>),
    Alerts(Alerts, ListType, Era),
    Alert(Rc<Alert>, Era),
    Kv(Labels, Era),
    Pairs(Rc<[Label]>, Era),
    Pair(Label),
}

/// The data of a notification, its alerts ready to be shared.
#[derive(Debug)]
pub(in crate::template) struct Root {
    data: Data,
    alerts: Alerts,
    era: Era,
}

/// Alerts, cheap to clone.
pub(in crate::template) type Alerts = Rc<[Rc<Alert>]>;

/// How a list of alerts is declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::template) enum ListType {
    /// `template.Alerts`, which has methods.
    Named,
    /// `[]template.Alert`, which has none.
    Plain,
}

impl Object {
    /// What the dot of a notification is.
    pub fn root(data: &Data, target: &Target) -> Self {
        let alerts = data.alerts.iter().cloned().map(Rc::new).collect();
        Self::Data(Rc::new(Root {
            data: data.clone(),
            alerts,
            era: Era::of(target),
        }))
    }

    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Data(root) if root.data.is_read => "template.Data",
            Self::Data(..) => "*template.Data",
            Self::Alerts(_, ListType::Named, _) => "template.Alerts",
            Self::Alerts(_, ListType::Plain, _) => "[]template.Alert",
            Self::Alert(..) => "template.Alert",
            Self::Kv(..) => "template.KV",
            Self::Pairs(..) => "template.Pairs",
            Self::Pair(_) => "template.Pair",
        }
    }

    /// Whether it is reached through a pointer.
    pub fn is_pointer(&self) -> bool {
        matches!(self, Self::Data(root) if !root.data.is_read)
    }

    /// Go's truth: structs always, collections where there is something in them.
    pub fn is_true(&self) -> bool {
        self.len().is_none_or(|len| len > 0)
    }

    /// How much there is in a collection.
    pub fn len(&self) -> Option<usize> {
        match self {
            Self::Data(..) | Self::Alert(..) | Self::Pair(_) => None,
            Self::Alerts(alerts, ..) => Some(alerts.len()),
            Self::Kv(labels, _) => Some(labels.len()),
            Self::Pairs(pairs, _) => Some(pairs.len()),
        }
    }

    /// A part of a list; `None` for what has no parts.
    pub fn part(&self, from: usize, to: usize) -> Option<Self> {
        match self {
            Self::Alerts(alerts, list, era) => {
                Some(Self::Alerts(alerts[from..to].into(), *list, *era))
            }
            Self::Pairs(pairs, era) => Some(Self::Pairs(pairs[from..to].into(), *era)),
            _ => None,
        }
    }

    /// What is in it.
    pub fn shape(&self) -> Shape {
        match self {
            Self::Alerts(alerts, _, era) => Shape::List(
                alerts
                    .iter()
                    .map(|alert| Value::Object(Self::Alert(Rc::clone(alert), *era)))
                    .collect(),
            ),
            Self::Kv(labels, _) => Shape::Map(
                labels
                    .iter()
                    .map(|label| (Arc::clone(&label.name), Value::String(label.value.clone())))
                    .collect(),
            ),
            Self::Pairs(pairs, _) => Shape::List(
                pairs
                    .iter()
                    .map(|pair| Value::Object(Self::Pair(pair.clone())))
                    .collect(),
            ),
            structure => {
                let names = structure.field_names().iter();
                let fields = names.filter_map(|&name| Some((name, structure.field(name)?)));
                Shape::Struct(fields.collect())
            }
        }
    }

    fn field_names(&self) -> &'static [&'static str] {
        match self {
            Self::Data(root) if root.era.has_reasons => &[
                "Receiver",
                "Status",
                "Alerts",
                "NotificationReason",
                "GroupLabels",
                "CommonLabels",
                "CommonAnnotations",
                "RouteLabels",
                "ExternalURL",
            ],
            Self::Data(..) => &[
                "Receiver",
                "Status",
                "Alerts",
                "GroupLabels",
                "CommonLabels",
                "CommonAnnotations",
                "ExternalURL",
            ],
            Self::Alert(..) => &[
                "Status",
                "Labels",
                "Annotations",
                "StartsAt",
                "EndsAt",
                "GeneratorURL",
                "Fingerprint",
            ],
            Self::Pair(_) => &["Name", "Value"],
            _ => &[],
        }
    }

    /// A field of a struct.
    pub fn field(&self, name: &str) -> Option<Value> {
        let text = |text: &Arc<str>| Some(Value::String(Arc::clone(text)));
        match self {
            Self::Data(root) => {
                let Root { data, alerts, era } = &**root;
                let kv = |labels: &Labels| Some(Value::Object(Self::Kv(labels.clone(), *era)));
                match name {
                    "Receiver" => text(&data.receiver),
                    "Status" => text(&data.status),
                    "Alerts" => {
                        let alerts = Rc::clone(alerts);
                        Some(Value::Object(Self::Alerts(alerts, ListType::Named, *era)))
                    }
                    "GroupLabels" => kv(&data.group_labels),
                    "CommonLabels" => kv(&data.common_labels),
                    "CommonAnnotations" => kv(&data.common_annotations),
                    "ExternalURL" => text(&data.external_url),
                    "NotificationReason" if era.has_reasons => text(&data.notification_reason),
                    "RouteLabels" if era.has_reasons => kv(&data.route_labels),
                    _ => None,
                }
            }
            Self::Alert(alert, era) => {
                let kv = |labels: &Labels| Some(Value::Object(Self::Kv(labels.clone(), *era)));
                match name {
                    "Status" => text(&alert.status),
                    "Labels" => kv(&alert.labels),
                    "Annotations" => kv(&alert.annotations),
                    "StartsAt" => Some(Value::time(alert.starts_at.clone())),
                    "EndsAt" => Some(Value::time(alert.ends_at.clone())),
                    "GeneratorURL" => text(&alert.generator_url),
                    "Fingerprint" => text(&alert.fingerprint),
                    _ => None,
                }
            }
            Self::Pair(pair) => match name {
                "Name" => text(&pair.name),
                "Value" => text(&pair.value),
                _ => None,
            },
            _ => None,
        }
    }

    /// A method. What is called is the first of the values it is given.
    pub fn method(&self, name: &str) -> Option<Method> {
        let plain = |call: fn(&[Value]) -> Value| Some(Method { params: &[], call });
        match (self, name) {
            (Self::Alerts(_, ListType::Named, _), "Firing") => {
                plain(|args| of(args, |object| object.with_status("firing")))
            }
            (Self::Alerts(_, ListType::Named, _), "Resolved") => {
                plain(|args| of(args, |object| object.with_status("resolved")))
            }
            (Self::Kv(..), "SortedPairs") => {
                plain(|args| of(args, |object| Value::Object(object.sorted_pairs())))
            }
            (Self::Kv(..), "Remove") => Some(Method {
                params: &[Type::Strings],
                call: |args| of(args, |object| object.without(&args[1])),
            }),
            (Self::Kv(..) | Self::Pairs(..), "Names") => {
                plain(|args| of(args, |object| object.strings(|label| &label.name)))
            }
            (Self::Kv(..) | Self::Pairs(..), "Values") => {
                plain(|args| of(args, |object| object.strings(|label| &label.value)))
            }
            (Self::Kv(..) | Self::Pairs(..), "String") => {
                self.as_pairs()?;
                plain(|args| {
                    of(args, |object| {
                        object.as_pairs().map_or(Value::Invalid, Value::string)
                    })
                })
            }
            _ => None,
        }
    }

    /// The text as which the type prints itself, if it does.
    pub fn as_pairs(&self) -> Option<String> {
        match self {
            Self::Kv(_, era) | Self::Pairs(_, era) if era.prints_pairs => {
                let pairs = self.pairs();
                let pairs: Vec<_> = pairs
                    .iter()
                    .map(|pair| format!("{}={}", pair.name, pair.value))
                    .collect();
                Some(pairs.join(", "))
            }
            _ => None,
        }
    }

    /// Whether `fmt` prints it by its own method.
    pub fn prints_itself(&self, go_syntax: bool) -> bool {
        !go_syntax && self.as_pairs().is_some()
    }

    fn with_status(&self, status: &str) -> Value {
        match self {
            Self::Alerts(alerts, _, era) => {
                let alerts = alerts.iter().filter(|alert| &*alert.status == status);
                Value::Object(Self::Alerts(
                    alerts.cloned().collect(),
                    ListType::Plain,
                    *era,
                ))
            }
            _ => Value::Invalid,
        }
    }

    /// The pairs of a map with `alertname` first and the others by name; a list as it is.
    fn pairs(&self) -> Rc<[Label]> {
        match self {
            Self::Kv(labels, _) => {
                let is_name = |label: &&Label| &*label.name == "alertname";
                let first = labels.iter().filter(is_name);
                let rest = labels.iter().filter(|label| !is_name(label));
                first.chain(rest).cloned().collect()
            }
            Self::Pairs(pairs, _) => Rc::clone(pairs),
            _ => Rc::new([]),
        }
    }

    fn sorted_pairs(&self) -> Self {
        match self {
            Self::Kv(_, era) => Self::Pairs(self.pairs(), *era),
            other => other.clone(),
        }
    }

    fn without(&self, names: &Value) -> Value {
        match (self, names) {
            (Self::Kv(labels, era), Value::Strings(names, _)) => {
                let kept = labels.filter(|name| !names.iter().any(|gone| **gone == *name));
                Value::Object(Self::Kv(kept, *era))
            }
            _ => Value::Invalid,
        }
    }

    fn strings(&self, part: fn(&Label) -> &Arc<str>) -> Value {
        let joins = matches!(self, Self::Kv(_, era) | Self::Pairs(_, era) if era.joins);
        Value::Strings(self.pairs().iter().map(part).cloned().collect(), joins)
    }
}

/// What a method makes of the object it is called on.
fn of(args: &[Value], method: impl FnOnce(&Object) -> Value) -> Value {
    match args.first() {
        Some(Value::Object(object)) => method(object),
        _ => Value::Invalid,
    }
}
