//! The values of a template: the few Go types that the functions know.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::alertmanager::object::Object;
use super::time::Time;
use crate::labels::Labels;
use crate::number::format_value;

/// A value. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Go's invalid `reflect.Value`: what a missing entry of a map of anything is once it was looked at.
    Invalid,
    /// An empty interface.
    NilInterface,
    Bool(bool),
    Int(i64, IntType),
    Float(f64),
    Complex(f64, f64),
    String(Arc<str>),
    /// A string marked as safe HTML.
    Html(Arc<str>),
    /// A string marked as a safe URL.
    Url(Arc<str>),
    /// `[]string`, and whether it has a method `Join`.
    Strings(Rc<[Arc<str>]>, bool),
    /// `[]interface {}`
    List(Rc<[Self]>),
    /// `map[string]string`
    Labels(Labels),
    /// `map[string]interface {}`, what `args` gives.
    Args(Rc<BTreeMap<String, Value>>),
    Sample(Rc<Sample>),
    /// Sorted in place by `sortByLabel`, hence shared.
    Samples(Rc<RefCell<Vec<Rc<Sample>>>>),
    Time(Rc<Time>, Pointer),
    /// Nanoseconds.
    Duration(i64, Pointer),
    /// A native histogram, by its text.
    Histogram(Arc<str>),
    Data(Rc<Data>),
    /// What Alertmanager gives to templates.
    Object(Object),
}

/// What is in a value that has parts.
pub(super) enum Shape {
    /// Sorted by key.
    Map(Vec<(Arc<str>, Value)>),
    List(Vec<Value>),
    Struct(Vec<(&'static str, Value)>),
}

/// What `.` is at the start.
#[derive(Debug)]
pub(super) struct Data {
    pub labels: Labels,
    pub external_labels: Labels,
    pub external_url: Arc<str>,
    pub value: Value,
    /// Whether `Value` is declared as `float64`, as it was before native histograms.
    pub value_is_float: bool,
}

/// One result of `query`.
#[derive(Debug)]
pub(super) struct Sample {
    pub labels: Labels,
    pub value: f64,
}

/// The integer types that occur.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum IntType {
    Int,
    Int64,
    Uint8,
    Month,
    Weekday,
}

/// Whether a value is reached through a pointer; it shows only in the name of its type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pointer {
    Yes,
    No,
}

/// The kinds that `eq` and its like compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BasicKind {
    Bool,
    Complex,
    Int,
    Uint,
    Float,
    String,
}

impl Value {
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// A time that is not reached through a pointer.
    pub fn time(time: Time) -> Self {
        Self::Time(Rc::new(time), Pointer::No)
    }

    pub fn int(value: usize) -> Self {
        Self::Int(value as i64, IntType::Int)
    }

    /// The name of the Go type, as `%T` prints it.
    pub fn type_name(&self) -> &'static str {
        let pointer = |pointer: &Pointer, plain, pointed| match pointer {
            Pointer::Yes => pointed,
            Pointer::No => plain,
        };
        match self {
            Self::Invalid => "<nil>",
            Self::NilInterface => "interface {}",
            Self::Bool(_) => "bool",
            Self::Int(_, IntType::Int) => "int",
            Self::Int(_, IntType::Int64) => "int64",
            Self::Int(_, IntType::Uint8) => "uint8",
            Self::Int(_, IntType::Month) => "time.Month",
            Self::Int(_, IntType::Weekday) => "time.Weekday",
            Self::Float(_) => "float64",
            Self::Complex(..) => "complex128",
            Self::String(_) => "string",
            Self::Html(_) => "template.HTML",
            Self::Url(_) => "template.URL",
            Self::Strings(..) => "[]string",
            Self::List(_) => "[]interface {}",
            Self::Object(object) => object.type_name(),
            Self::Labels(_) => "map[string]string",
            Self::Args(_) => "map[string]interface {}",
            Self::Sample(_) => "*template.sample",
            Self::Samples(_) => "template.queryResult",
            Self::Time(_, by) => pointer(by, "time.Time", "*time.Time"),
            Self::Duration(_, by) => pointer(by, "time.Duration", "*time.Duration"),
            Self::Histogram(_) => "*histogram.FloatHistogram",
            Self::Data(data) if data.value_is_float => {
                "struct { Labels map[string]string; ExternalLabels map[string]string; \
                 ExternalURL string; Value float64 }"
            }
            Self::Data(_) => {
                "struct { Labels map[string]string; ExternalLabels map[string]string; \
                 ExternalURL string; Value interface {} }"
            }
        }
    }

    /// Go's truth: whatever is not empty or zero.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Invalid | Self::NilInterface => false,
            Self::Bool(value) => *value,
            Self::Int(value, _) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Complex(re, im) => *re != 0.0 || *im != 0.0,
            Self::String(text) | Self::Html(text) | Self::Url(text) => !text.is_empty(),
            Self::Strings(list, _) => !list.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Object(object) => object.is_true(),
            Self::Labels(labels) => !labels.is_empty(),
            Self::Args(args) => !args.is_empty(),
            Self::Samples(samples) => !samples.borrow().is_empty(),
            Self::Duration(_, Pointer::Yes) => true,
            Self::Duration(nanos, Pointer::No) => *nanos != 0,
            Self::Sample(_) | Self::Time(..) | Self::Histogram(_) | Self::Data(_) => true,
        }
    }

    /// Whether there is nothing in it.
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Invalid | Self::NilInterface)
    }

    /// The kind by which the value compares, if it does.
    pub fn basic_kind(&self) -> Option<BasicKind> {
        Some(match self {
            Self::Bool(_) => BasicKind::Bool,
            Self::Int(_, IntType::Uint8) => BasicKind::Uint,
            Self::Int(..) | Self::Duration(_, Pointer::No) => BasicKind::Int,
            Self::Float(_) => BasicKind::Float,
            Self::Complex(..) => BasicKind::Complex,
            Self::String(_) | Self::Html(_) | Self::Url(_) => BasicKind::String,
            _ => return None,
        })
    }

    /// The whole number in it, for integers and durations.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value, _) | Self::Duration(value, Pointer::No) => Some(*value),
            _ => None,
        }
    }

    /// The text in it, for strings of all types.
    pub fn as_text(&self) -> Option<&Arc<str>> {
        match self {
            Self::String(text) | Self::Html(text) | Self::Url(text) => Some(text),
            _ => None,
        }
    }

    /// As an action prints it: what a pointer points to, and a mark for nothing.
    pub fn print_in_action(&self) -> String {
        match self {
            Self::Invalid => "<no value>".to_owned(),
            Self::Sample(_) => self.print(0).trim_start_matches('&').to_owned(),
            Self::Object(object) if object.is_pointer() => self.print(1),
            other => other.print(0),
        }
    }

    /// As `%v` prints it. `depth` is 0 for a value printed by itself and more inside another: Go shows what a pointer
    /// points to only outside.
    pub fn print(&self, depth: usize) -> String {
        match self {
            Self::Invalid | Self::NilInterface => "<nil>".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value, IntType::Month) => super::time::month_name(*value),
            Self::Int(value, IntType::Weekday) => super::time::weekday_name(*value),
            Self::Int(value, _) => value.to_string(),
            Self::Float(value) => format_value(*value),
            Self::Complex(re, im) => format!("({}{}i)", format_value(*re), signed(*im)),
            Self::String(text) | Self::Html(text) | Self::Url(text) | Self::Histogram(text) => {
                text.to_string()
            }
            Self::Strings(..) | Self::List(_) => self.print_parts(),
            Self::Object(object) => match object.as_pairs() {
                Some(text) => text,
                None if depth == 0 && object.is_pointer() => format!("&{}", self.print_parts()),
                None => self.print_parts(),
            },
            Self::Labels(labels) => print_map(
                labels
                    .iter()
                    .map(|label| (&*label.name, label.value.to_string())),
            ),
            Self::Args(args) => print_map(
                args.iter()
                    .map(|(key, value)| (&**key, value.print(depth + 1))),
            ),
            Self::Sample(sample) if depth == 0 => {
                let labels = Self::Labels(sample.labels.clone()).print(1);
                format!("&{{{labels} {}}}", format_value(sample.value))
            }
            // Go prints an address, which is another each time.
            Self::Sample(_) => "0xc000000000".to_owned(),
            Self::Samples(samples) => {
                let samples = samples.borrow();
                let addresses: Vec<_> = samples.iter().map(|_| "0xc000000000").collect();
                format!("[{}]", addresses.join(" "))
            }
            Self::Time(time, _) => time.to_string(),
            Self::Duration(nanos, _) => super::duration::print(*nanos),
            Self::Data(data) => format!(
                "{{{} {} {} {}}}",
                Self::Labels(data.labels.clone()).print(1),
                Self::Labels(data.external_labels.clone()).print(1),
                data.external_url,
                data.value.print(1)
            ),
        }
    }

    /// What is in it, for lists and for the types of Alertmanager.
    pub fn shape(&self) -> Option<Shape> {
        match self {
            Self::Strings(list, _) => {
                let texts = list.iter().map(|text| Self::String(Arc::clone(text)));
                Some(Shape::List(texts.collect()))
            }
            Self::List(list) => Some(Shape::List(list.to_vec())),
            Self::Object(object) => Some(object.shape()),
            _ => None,
        }
    }

    fn print_parts(&self) -> String {
        let joined = |parts: Vec<String>| parts.join(" ");
        match self.shape() {
            Some(Shape::Map(pairs)) => {
                let pairs = pairs.iter().map(|(key, value)| (&**key, value.print(1)));
                print_map(pairs)
            }
            Some(Shape::List(parts)) => {
                let parts = parts.iter().map(|part| part.print(1)).collect();
                format!("[{}]", joined(parts))
            }
            Some(Shape::Struct(fields)) => {
                let fields = fields.iter().map(|(_, field)| field.print(1)).collect();
                format!("{{{}}}", joined(fields))
            }
            None => String::new(),
        }
    }
}

fn signed(value: f64) -> String {
    let text = format_value(value);
    if text.starts_with(['+', '-']) {
        text
    } else {
        format!("+{text}")
    }
}

fn print_map<'k>(entries: impl Iterator<Item = (&'k str, String)>) -> String {
    let entries: Vec<String> = entries
        .map(|(key, value)| format!("{key}:{value}"))
        .collect();
    format!("map[{}]", entries.join(" "))
}
