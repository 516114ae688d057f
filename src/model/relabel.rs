//! Relabel configs of `prometheus.yml`, as Prometheus validates them.

use super::decode::{Decoder, Fields, head};
use super::names::is_label_name;
use super::prometheus_keys::RELABEL;
use super::scalar::{Scalar, resolve};
use super::wording::Stage;
use crate::labels::quote;
use crate::regex::{Anchoring, Pattern};
use crate::source::Span;
use crate::target::Version;
use crate::yaml::Node;

/// What a relabel config can do.
const ACTIONS: &[&str] = &[
    "replace",
    "keep",
    "drop",
    "keepequal",
    "dropequal",
    "hashmod",
    "labelmap",
    "labeldrop",
    "labelkeep",
    "lowercase",
    "uppercase",
];

/// The parts of one config that its rules are about; what is not written has its default.
struct Relabel {
    action: String,
    target_label: String,
    replacement: String,
    separator: String,
    modulus: bool,
    has_regex: bool,
    has_source: bool,
}

impl<'t> Decoder<'t> {
    /// The relabel configs below a key. Items that are null are refused in the words of `null`.
    pub fn relabels(&mut self, fields: &Fields<'t>, name: &str, null: &str) {
        let what = format!("`{name}`");
        for item in self.items(fields.get(name), &what, "[]*relabel.Config") {
            if item.is_null() {
                self.schema(item.span(), format!("this item of `{name}` is empty"))
                    .worded(Stage::Part, null);
            } else {
                self.relabel(item);
            }
        }
    }

    fn relabel(&mut self, node: Node<'t>) {
        let fields = self.fields(node, &RELABEL);
        if !node.is_mapping() {
            return;
        }
        let utf8 = self.target.utf8_names();
        let source = self.items(
            fields.get("source_labels"),
            "`source_labels`",
            "model.LabelNames",
        );
        for label in source {
            let name = label.scalar().unwrap_or_default();
            if !is_label_name(name, utf8) {
                let text = format!("{} is not a valid label name", quote(name));
                self.schema(label.span(), format!("`{name}` is not a valid label name"))
                    .worded(Stage::Value, text);
            }
        }
        self.regex(&fields);
        let action = self.action(&fields);
        let modulus = fields.get("modulus").map(resolve);
        self.unsigned(&fields, "modulus", "uint64");
        let mut text = |name, default: &str| match fields.get(name) {
            Some(node) if node.is_null() => String::new(),
            Some(_) => self
                .text(&fields, name)
                .map_or_else(String::new, |text| text.as_str().to_owned()),
            None => default.to_owned(),
        };
        let config = Relabel {
            target_label: text("target_label", ""),
            replacement: text("replacement", "$1"),
            separator: text("separator", ";"),
            modulus: modulus.is_some_and(|modulus| modulus != Scalar::Int(0)),
            has_regex: fields.get("regex").is_some(),
            has_source: fields
                .get("source_labels")
                .is_some_and(|node| !node.is_null()),
            action: match action {
                Some(action) => action,
                // Told already.
                None => return,
            },
        };
        if let Some(wrong) = config.wrong(utf8) {
            let place = ["action", "target_label", "replacement"];
            let place = place.iter().find_map(|name| fields.key_span(name));
            self.schema(place.unwrap_or_else(|| head(node)), wrong.clone())
                .worded(Stage::Part, wrong);
        }
    }

    /// Something that Prometheus refuses at once; its words are ours.
    pub fn refuse(&mut self, span: Span, text: impl Into<String>) {
        let text = text.into();
        self.schema(span, text.clone()).worded(Stage::Value, text);
    }

    fn regex(&mut self, fields: &Fields<'t>) {
        let Some(text) = self.text(fields, "regex") else {
            return;
        };
        // Before 3.0 a regex of Prometheus was wrapped as those of Alertmanager are.
        let anchoring = match self.target.prometheus >= Version::new(3, 0) {
            true => Anchoring::Prometheus,
            false => Anchoring::Alertmanager,
        };
        if let Err(error) = Pattern::parse(text.as_str(), anchoring) {
            self.refuse(text.span(), error.to_string());
        }
    }

    fn action(&mut self, fields: &Fields<'t>) -> Option<String> {
        let Some(node) = fields.get("action") else {
            return Some("replace".to_owned());
        };
        if node.is_null() {
            let text = "relabel action cannot be empty";
            self.schema(node.span(), text).worded(Stage::Part, text);
            return None;
        }
        let text = self.text(fields, "action")?;
        let action = text.as_str().to_lowercase();
        if !ACTIONS.contains(&action.as_str()) {
            let wrong = format!("unknown relabel action {}", quote(text.as_str()));
            self.refuse(text.span(), wrong);
            return None;
        }
        Some(action)
    }
}

impl Relabel {
    /// The first rule that is broken, in the order in which Prometheus looks.
    fn wrong(&self, utf8: bool) -> Option<String> {
        let Self {
            action,
            target_label,
            replacement,
            ..
        } = self;
        let is = |actions: &[&str]| actions.contains(&action.as_str());
        let compares = is(&["lowercase", "uppercase", "keepequal", "dropequal"]);
        let bad_target = || {
            format!(
                "{} is invalid 'target_label' for {action} action",
                quote(target_label)
            )
        };
        if is(&["hashmod"]) && !self.modulus {
            return Some("relabel configuration for hashmod requires non-zero modulus".to_owned());
        }
        if (compares || is(&["replace", "hashmod"])) && target_label.is_empty() {
            return Some(format!(
                "relabel configuration for {action} action requires 'target_label' value"
            ));
        }
        if is(&["replace"]) && !utf8 {
            let fits = match target_label.contains('$') {
                true => is_target(target_label),
                false => is_label_name(target_label, utf8),
            };
            if !fits {
                return Some(bad_target());
            }
        }
        if compares && !is_label_name(target_label, utf8) {
            return Some(bad_target());
        }
        if compares && replacement != "$1" {
            return Some(format!("'replacement' can not be set for {action} action"));
        }
        if is(&["labelmap"]) && !utf8 && !is_target(replacement) {
            let replacement = quote(replacement);
            return Some(format!(
                "{replacement} is invalid 'replacement' for {action} action"
            ));
        }
        if is(&["hashmod"]) && !is_label_name(target_label, utf8) {
            return Some(bad_target());
        }
        let has_more = self.modulus || self.separator != ";" || replacement != "$1";
        if is(&["keepequal", "dropequal"]) && (self.has_regex || has_more) {
            return Some(format!(
                "{action} action requires only 'source_labels' and `target_label`, and no other fields"
            ));
        }
        let has_labels = self.has_source || !target_label.is_empty();
        if is(&["labeldrop", "labelkeep"]) && (has_labels || has_more) {
            return Some(format!(
                "{action} action requires only 'regex', and no other fields"
            ));
        }
        None
    }
}

/// A classic label name in which `$1` and `${1}` may stand.
fn is_target(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = text;
    let mut at_start = true;
    while let Some(first) = rest.chars().next() {
        if first == '$' {
            let inner = &rest[1..];
            let (name, behind) = match inner.strip_prefix('{') {
                Some(inner) => match inner.split_once('}') {
                    Some(parts) => parts,
                    None => return false,
                },
                None => inner.split_at(inner.find(|c| !is_word(c)).unwrap_or(inner.len())),
            };
            if name.is_empty() || !name.chars().all(is_word) {
                return false;
            }
            rest = behind;
        } else {
            if !is_word(first) || (at_start && first.is_ascii_digit()) {
                return false;
            }
            rest = &rest[1..];
        }
        at_start = false;
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_follow_prometheus() {
        for good in ["a", "$1", "${a}_b", "a$1b", "_9"] {
            assert!(is_target(good), "{good}");
        }
        for bad in ["", "9a", "a-b", "$", "${a", "${}", "a$-"] {
            assert!(!is_target(bad), "{bad}");
        }
    }
}
