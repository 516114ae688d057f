//! Values as Go's `encoding/json` prints them.

use super::alertmanager::object::Object;
use super::time::Time;
use super::value::{Shape, Value};
use crate::number::{Precision, format_float};

/// The value in one line, with `<`, `>` and `&` escaped.
pub(super) fn print(value: &Value) -> Result<String, String> {
    Ok(match value {
        Value::Invalid | Value::NilInterface => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value, _) | Value::Duration(value, _) => value.to_string(),
        Value::Float(value) if !value.is_finite() => {
            let value = format_float(*value, 'g', Precision::Shortest);
            return Err(format!("json: unsupported value: {value}"));
        }
        Value::Float(value) => number(*value),
        Value::String(text) | Value::Html(text) | Value::Url(text) => quote(text),
        Value::Time(time, _) => quote(&time_text(time)),
        Value::Args(map) => {
            let pairs = map
                .iter()
                .map(|(key, value)| Ok((key.as_str(), print(value)?)));
            object(pairs.collect::<Result<Vec<_>, String>>()?)
        }
        Value::Strings(..) | Value::List(_) | Value::Object(_) => match value.shape() {
            Some(Shape::List(parts)) => {
                let parts = parts.iter().map(print).collect::<Result<Vec<_>, _>>()?;
                format!("[{}]", parts.join(","))
            }
            Some(Shape::Map(pairs)) => {
                let pairs = pairs.iter().map(|(key, value)| Ok((&**key, print(value)?)));
                object(pairs.collect::<Result<Vec<_>, String>>()?)
            }
            Some(Shape::Struct(fields)) => {
                let is_pair = matches!(value, Value::Object(Object::Pair(_)));
                let key = |name| if is_pair { name } else { field_name(name) };
                let pairs = fields
                    .iter()
                    .map(|(name, value)| Ok((key(name), print(value)?)));
                object(pairs.collect::<Result<Vec<_>, String>>()?)
            }
            None => "null".to_owned(),
        },
        other => return Err(format!("json: unsupported type: {}", other.type_name())),
    })
}

fn object(pairs: Vec<(&str, String)>) -> String {
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(key, value)| format!("{}:{value}", quote(key)))
        .collect();
    format!("{{{}}}", pairs.join(","))
}

/// What a field of Alertmanager's data is called in JSON.
fn field_name(name: &'static str) -> &'static str {
    match name {
        "Receiver" => "receiver",
        "Status" => "status",
        "Alerts" => "alerts",
        "NotificationReason" => "notification_reason",
        "GroupLabels" => "groupLabels",
        "CommonLabels" => "commonLabels",
        "CommonAnnotations" => "commonAnnotations",
        "RouteLabels" => "routeLabels",
        "ExternalURL" => "externalURL",
        "Labels" => "labels",
        "Annotations" => "annotations",
        "StartsAt" => "startsAt",
        "EndsAt" => "endsAt",
        "GeneratorURL" => "generatorURL",
        "Fingerprint" => "fingerprint",
        other => other,
    }
}

/// RFC 3339 with as many digits of the second as it takes.
fn time_text(time: &Time) -> String {
    time.format("2006-01-02T15:04:05.999999999Z07:00")
}

/// As ECMAScript prints numbers.
fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return format_float(value, 'f', Precision::Shortest);
    }
    let text = format_float(value, 'e', Precision::Shortest);
    // `e-09` is `e-9`.
    text.replace("e-0", "e-")
}

/// A text in quotes.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\x1f' => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
