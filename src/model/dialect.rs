//! The keys that Prometheus's relatives take in rule files beside its own.

use super::decode::{Decoder, Fields};
use super::shape::Shape;
use crate::target::Dialect;
use crate::yaml::Node;

/// A key of a relative.
struct Own {
    name: &'static str,
    dialect: Dialect,
    /// [`Shape::what`] of the mapping that may have it.
    place: &'static str,
    value: Value,
}

/// What stands behind such a key.
enum Value {
    Text,
    Texts,
    Bool,
    Duration,
    /// One of these words, whatever upper and lower case.
    Words(&'static [&'static str]),
}

const FILE: &str = "a rule file";
const GROUP: &str = "a rule group";

static OWN: [Own; 6] = [
    Own {
        name: "partial_response_strategy",
        dialect: Dialect::Thanos,
        place: GROUP,
        value: Value::Words(&["warn", "abort"]),
    },
    Own {
        name: "namespace",
        dialect: Dialect::Mimir,
        place: FILE,
        value: Value::Text,
    },
    Own {
        name: "source_tenants",
        dialect: Dialect::Mimir,
        place: GROUP,
        value: Value::Texts,
    },
    Own {
        name: "evaluation_delay",
        dialect: Dialect::Mimir,
        place: GROUP,
        value: Value::Duration,
    },
    Own {
        name: "align_evaluation_time_on_interval",
        dialect: Dialect::Mimir,
        place: GROUP,
        value: Value::Bool,
    },
    Own {
        name: "align_execution_time_on_interval",
        dialect: Dialect::Mimir,
        place: GROUP,
        value: Value::Bool,
    },
];

/// Keys of vmalert, in groups and in rules.
const VMALERT: [&str; 11] = [
    "concurrency",
    "debug",
    "eval_alignment",
    "eval_delay",
    "eval_offset",
    "headers",
    "notifier_headers",
    "params",
    "tenant",
    "type",
    "update_entries_limit",
];

/// How to say that a relative reads the files, for a key of one that the settings can name.
pub(super) fn advice(name: &str) -> Option<String> {
    let own = OWN.iter().find(|own| own.name == name)?;
    let dialect = own.dialect.name();
    Some(format!(
        "where {dialect} reads it, the settings say so: `target: {{dialect: {dialect}}}`"
    ))
}

impl<'t> Decoder<'t> {
    /// Whether a key that Prometheus does not know is one of the relative that reads the document. Its value is looked at.
    pub(super) fn is_of_dialect(&mut self, key: Node<'t>, value: Node<'t>, shape: &Shape) -> bool {
        let name = key.scalar().unwrap_or_default();
        if self.is_vmalert && VMALERT.contains(&name) {
            let message = format!("`{name}` is vmalert's own: what it changes is not judged");
            self.notice(key.span(), message);
            return true;
        }
        let dialect = self.target.dialect;
        let known = OWN
            .iter()
            .find(|own| own.name == name && own.dialect == dialect && own.place == shape.what);
        let Some(own) = known else { return false };
        let fields = Fields::of(own.name, key, value);
        match own.value {
            Value::Text => {
                let _ = self.text(&fields, own.name);
            }
            Value::Texts => {
                let _ = self.texts(Some(value), &format!("`{name}`"));
            }
            Value::Bool => {
                let _ = self.bool(&fields, own.name);
            }
            Value::Duration => {
                let _ = self.duration(&fields, own.name);
            }
            Value::Words(words) => {
                let text = self.text(&fields, own.name);
                let is_known = |text: &str| words.contains(&text.to_lowercase().as_str());
                if text.is_some_and(|text| !is_known(text.as_str())) {
                    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                    let message = format!("`{name}` is {}", words.join(" or "));
                    self.schema(value.span(), message);
                }
            }
        }
        true
    }
}
