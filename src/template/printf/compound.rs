//! Values that have parts.

use std::sync::Arc;

use super::super::value::{Shape, Value};
use super::{Flags, print};

/// Maps and structs: the verb goes to what is inside.
pub(super) fn print_compound(verb: char, arg: &Value, flags: Flags) -> String {
    let inside = |value: &Value| print(verb, value, flags);
    let text = |text: &Arc<str>| inside(&Value::String(Arc::clone(text)));
    let labels = |labels: &crate::labels::Labels| {
        let pairs: Vec<String> = labels
            .iter()
            .map(|label| format!("{}:{}", text(&label.name), text(&label.value)))
            .collect();
        format!("map[{}]", pairs.join(" "))
    };
    match arg {
        Value::Labels(map) => labels(map),
        Value::Args(args) => {
            let pairs: Vec<String> = args
                .iter()
                .map(|(key, value)| format!("{}:{}", text(&key.as_str().into()), inside(value)))
                .collect();
            format!("map[{}]", pairs.join(" "))
        }
        Value::Data(data) => format!(
            "{{{} {} {} {}}}",
            labels(&data.labels),
            labels(&data.external_labels),
            text(&data.external_url),
            inside(&data.value)
        ),
        Value::Sample(sample) => format!(
            "&{{{} {}}}",
            labels(&sample.labels),
            inside(&Value::Float(sample.value))
        ),
        _ => arg.print(0),
    }
}

/// Lists and the types of Alertmanager: the verb goes to what is inside.
pub(super) fn print_parts(verb: char, arg: &Value, flags: Flags) -> String {
    let inside = |value: &Value| print(verb, value, flags);
    let joined = |parts: Vec<String>| parts.join(if flags.go_syntax { ", " } else { " " });
    let (open, close) = match arg.shape() {
        _ if flags.go_syntax => ("{", "}"),
        Some(Shape::List(_)) => ("[", "]"),
        Some(Shape::Map(_)) => ("map[", "]"),
        _ => ("{", "}"),
    };
    let body = match arg.shape() {
        Some(Shape::List(parts)) => joined(parts.iter().map(inside).collect()),
        Some(Shape::Map(pairs)) => {
            let pairs = pairs.into_iter().map(|(key, value)| {
                let key = inside(&Value::String(key));
                format!("{key}:{}", inside(&value))
            });
            joined(pairs.collect())
        }
        Some(Shape::Struct(fields)) => {
            let has_names = flags.names || flags.go_syntax;
            let fields = fields.iter().map(|(name, value)| match has_names {
                true => format!("{name}:{}", inside(value)),
                false => inside(value),
            });
            joined(fields.collect())
        }
        None => String::new(),
    };
    let type_name = match flags.go_syntax {
        true => arg.type_name().trim_start_matches('*'),
        false => "",
    };
    let is_pointer = matches!(arg, Value::Object(object) if object.is_pointer());
    let pointer = if is_pointer { "&" } else { "" };
    format!("{pointer}{type_name}{open}{body}{close}")
}
