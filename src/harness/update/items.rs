//! Expected alerts and samples as YAML.

use super::edits::{Edits, column, is_first_in_line, line_start, next_line};
use super::{Alert, Sample};
use crate::labels::Labels;
use crate::number::format_plain;
use crate::storage::SampleValue;
use crate::yaml::{Node, Style, block_scalar, scalar};

/// A thing that can stand in a list of expectations.
pub(super) trait Expected {
    /// As a flow mapping on one line.
    fn flow(&self) -> String;

    /// As the lines of a block mapping without their indentation.
    fn block(&self) -> Vec<String>;

    /// Changes the node into this; nothing where it would have to be written anew.
    fn change(&self, node: Node<'_>) -> Option<Edits>;
}

impl Expected for Alert {
    fn flow(&self) -> String {
        let parts: Vec<String> = parts(self)
            .filter(|(_, pairs)| !pairs.is_empty())
            .map(|(key, pairs)| format!("{key}: {}", flow_pairs(pairs)))
            .collect();
        format!("{{{}}}", parts.join(", "))
    }

    fn block(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (key, pairs) in parts(self).filter(|(_, pairs)| !pairs.is_empty()) {
            lines.push(format!("{key}:"));
            for pair in pairs {
                let value = block_scalar(&pair.value, "    ");
                lines.extend(
                    format!("  {}: {value}", scalar(&pair.name))
                        .lines()
                        .map(str::to_owned),
                );
            }
        }
        if lines.is_empty() {
            lines.push("{}".to_owned());
        }
        lines
    }

    fn change(&self, node: Node<'_>) -> Option<Edits> {
        let mut edits = Edits::default();
        for (key, pairs) in parts(self) {
            let wanted: Vec<(String, String)> = pairs
                .iter()
                .map(|pair| (pair.name.to_string(), pair.value.to_string()))
                .collect();
            match node.get(key).filter(|map| map.is_mapping()) {
                Some(map) => edits.extend(change_pairs(map, &wanted)?),
                None if wanted.is_empty() => {}
                None => return None,
            }
        }
        Some(edits)
    }
}

impl Expected for Sample {
    fn flow(&self) -> String {
        let parts: Vec<String> = sample_pairs(self)
            .into_iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        format!("{{{}}}", parts.join(", "))
    }

    fn block(&self) -> Vec<String> {
        sample_pairs(self)
            .into_iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect()
    }

    /// Labels that mean the same stay as they are written.
    fn change(&self, node: Node<'_>) -> Option<Edits> {
        let target = crate::target::Target::default();
        let written = node
            .get("labels")
            .and_then(|labels| labels.scalar())
            .unwrap_or("");
        let is_same =
            crate::promql::parse_metric(written, &target).is_ok_and(|labels| labels == self.0);
        let old = node.get("value")?;
        if !is_same || node.get("histogram").is_some() || old.is_alias() {
            return None;
        }
        let value = number(self.1.float()?);
        let mut edits = Edits::default();
        edits.replace(old.span().range(), value);
        Some(edits)
    }
}

fn parts((labels, annotations): &Alert) -> impl Iterator<Item = (&'static str, &Labels)> {
    [("exp_labels", labels), ("exp_annotations", annotations)].into_iter()
}

fn sample_pairs((labels, value): &Sample) -> Vec<(&'static str, String)> {
    let labels = if labels.is_empty() {
        "'{}'".to_owned()
    } else {
        scalar(&labels.to_string())
    };
    let value = match value {
        SampleValue::Float(value) => ("value", number(*value)),
        SampleValue::Histogram(histogram) => ("histogram", scalar(&histogram.test_expression())),
    };
    vec![("labels", labels), value]
}

/// A number as YAML writes it.
fn number(value: f64) -> String {
    match value {
        f64::INFINITY => ".inf".to_owned(),
        f64::NEG_INFINITY => "-.inf".to_owned(),
        value if value.is_nan() => ".nan".to_owned(),
        value => format_plain(value),
    }
}

fn flow_pairs(pairs: &Labels) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|pair| format!("{}: {}", scalar(&pair.name), scalar(&pair.value)))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}

/// Changes a mapping of texts into the wanted one, pair by pair.
fn change_pairs(map: Node<'_>, wanted: &[(String, String)]) -> Option<Edits> {
    let text = map.tree().file().text();
    let mut edits = Edits::default();
    let entries: Vec<(Node<'_>, Node<'_>)> = map.entries().collect();
    let is_foreign = |(key, value): &(Node<'_>, Node<'_>)| {
        key.is_alias() || value.is_alias() || key.scalar() == Some("<<")
    };
    if map.is_alias() || entries.iter().any(is_foreign) {
        return None;
    }
    for (number, (key, value)) in entries.iter().enumerate() {
        let name = key.scalar()?;
        match wanted.iter().find(|(wanted, _)| wanted == name) {
            Some((_, new)) if value.scalar() == Some(new) && !value.is_null() => {}
            Some((_, new)) => {
                let (piece, by) = new_value(text, *key, *value, new, map.is_flow());
                edits.replace(piece, by);
            }
            None => edits.delete(pair_piece(text, map, &entries, number)?),
        }
    }
    let is_missing =
        |(name, _): &&(String, String)| !entries.iter().any(|(key, _)| key.scalar() == Some(name));
    for (name, value) in wanted.iter().filter(is_missing) {
        let (first, _) = entries.first()?;
        let (_, last) = entries.last()?;
        let end = content_end(text, *last);
        if map.is_flow() {
            edits.insert(end, format!(", {}: {}", scalar(name), scalar(value)));
        } else {
            let indent = " ".repeat(column(text, first.span().start as usize));
            let value = block_scalar(value, &format!("{indent}  "));
            let at = next_line(text, end);
            let lead = if text[..at].ends_with('\n') { "" } else { "\n" };
            edits.insert(at, format!("{lead}{indent}{}: {value}\n", scalar(name)));
        }
    }
    Some(edits)
}

/// The end of a node without the line ends that a block scalar keeps.
pub(super) fn content_end(text: &str, node: Node<'_>) -> usize {
    let end = node.span().end as usize;
    text[..end].trim_end_matches('\n').len()
}

/// The piece that holds a value, and the new value in its place: a block stays a block, what is quoted stays quoted.
fn new_value(
    text: &str,
    key: Node<'_>,
    value: Node<'_>,
    new: &str,
    is_flow: bool,
) -> (std::ops::Range<usize>, String) {
    let colon = key.span().end as usize;
    let indent = " ".repeat(column(text, key.span().start as usize) + 2);
    let by = match value.style() {
        Some(Style::DoubleQuoted)
            if !new.contains(['"', '\\']) && !new.chars().any(char::is_control) =>
        {
            format!("\"{new}\"")
        }
        Some(Style::SingleQuoted) if !new.chars().any(char::is_control) => {
            format!("'{}'", new.replace('\'', "''"))
        }
        _ if is_flow => scalar(new),
        _ => block_scalar(new, &indent),
    };
    // The sign of a block stands before its content.
    let is_block = matches!(value.style(), Some(Style::Literal | Style::Folded));
    let start = if is_block {
        text[colon..]
            .find(['|', '>'])
            .map_or(colon, |at| colon + at)
    } else {
        value.span().start as usize
    };
    if value.is_omitted() {
        let after = text[colon..].find(':').map_or(colon, |at| colon + at + 1);
        return (after..after, format!(" {by}"));
    }
    (start..content_end(text, value), by)
}

/// The piece of the text that a pair takes up, with its line or its comma.
fn pair_piece(
    text: &str,
    map: Node<'_>,
    entries: &[(Node<'_>, Node<'_>)],
    number: usize,
) -> Option<std::ops::Range<usize>> {
    let (key, value) = entries[number];
    let start = key.span().start as usize;
    let end = content_end(text, value).max(key.span().end as usize);
    if !map.is_flow() {
        let alone = is_first_in_line(text, start) && entries.len() > 1;
        return alone.then(|| line_start(text, start)..next_line(text, end));
    }
    if let Some((next, _)) = entries.get(number + 1) {
        return Some(start..next.span().start as usize);
    }
    let before = number.checked_sub(1).and_then(|before| entries.get(before));
    let from = before.map_or(start, |(_, value)| content_end(text, *value));
    Some(from..end)
}
