//! Routes, and the conditions of routes and inhibit rules.

use super::keys::ROUTE;
use super::{Matching, Route};
use crate::labels::{is_classic_label_name, quote};
use crate::model::decode::{Decoder, Fields};
use crate::model::names::is_label_name;
use crate::model::text::{Pair, Text};
use crate::source::{Span, Spanned};
use crate::target::{Duration, Version};
use crate::yaml::Node;

impl<'t> Decoder<'t> {
    pub(super) fn route(&mut self, node: Node<'t>) -> Route {
        let fields = self.known_fields(node, &ROUTE);
        let labels = self.pairs(&fields, "labels");
        self.check_labels(&labels, fields.span, "route labels");
        Route {
            span: node.span(),
            receiver: self
                .text(&fields, "receiver")
                .filter(|name| !name.is_empty()),
            group_by: self.group_by(&fields),
            matching: self.matching(&fields, ["match", "match_re", "matchers"]),
            goes_on: self.bool(&fields, "continue"),
            group_wait: self.duration(&fields, "group_wait"),
            group_interval: self.positive(&fields, "group_interval"),
            repeat_interval: self.positive(&fields, "repeat_interval"),
            mute_time_intervals: self
                .texts(fields.get("mute_time_intervals"), "`mute_time_intervals`"),
            active_time_intervals: self.texts(
                fields.get("active_time_intervals"),
                "`active_time_intervals`",
            ),
            labels,
            routes: self.entries(&fields, "routes", "[]*config.Route", Self::route),
        }
    }

    fn group_by(&mut self, fields: &Fields<'t>) -> Option<Vec<Text>> {
        let node = fields.get("group_by").filter(|node| !node.is_null())?;
        let labels = self.texts(Some(node), "`group_by`");
        let is_all = |label: &&Text| label.as_str() == "...";
        let mut others = labels.iter().filter(|label| !is_all(label));
        if labels.iter().any(|label| is_all(&label))
            && let Some(other) = others.next()
        {
            // The word slipped in twice.
            let said = match self.target.alertmanager < Version::new(0, 26) {
                true => {
                    "cannot have wildcard group_by (`...`) and other other labels at the same time"
                }
                false => "cannot have wildcard group_by (`...`) and other labels at the same time",
            };
            let message =
                "`...` in `group_by` stands for all labels and cannot have others beside it";
            self.hook(fields.span, other.span(), message, said).help =
                Some("remove `...`, or all others".to_owned());
        }
        let mut earlier: Vec<&Text> = Vec::new();
        for label in labels.iter().filter(|label| !is_all(label)) {
            self.check_label(label, fields.span, "group_by list");
            if let Some(first) = earlier.iter().find(|earlier| **earlier == label) {
                let message = format!("the label `{label}` is twice in `group_by`");
                let said = format!("duplicated label {} in group_by", quote(label.as_str()));
                let first = first.span();
                let problem = self.hook(fields.span, label.span(), message, said);
                problem.related.push((first, "first here".to_owned()));
                problem.help = Some("remove one of the two".to_owned());
            }
            earlier.push(label);
        }
        Some(labels)
    }

    /// The labels in which both sides of an inhibit rule agree.
    pub(super) fn equal(&mut self, fields: &Fields<'t>) -> Vec<Text> {
        let Some(node) = fields.get("equal").filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        let is_old = self.target.alertmanager < Version::new(0, 27);
        if !node.is_sequence() {
            let go = if is_old {
                "model.LabelNames"
            } else {
                "[]string"
            };
            self.mismatch(node, "`equal`", "a list", go);
        }
        let labels = self.texts(Some(node).filter(|node| node.is_sequence()), "`equal`");
        for label in &labels {
            match is_old && !is_classic_label_name(label.as_str()) {
                // Each label had a reader of its own.
                true => {
                    let said = format!("{} is not a valid label name", quote(label.as_str()));
                    self.bad_label(label, label.span(), said);
                }
                false => self.check_label(label, fields.span, "equal list"),
            }
        }
        labels
    }

    pub(super) fn check_labels(&mut self, labels: &[Pair], part: Span, list: &str) {
        for label in labels {
            self.check_label(&label.key, part, list);
        }
    }

    /// Any text may name a label since 0.27, unless Alertmanager runs in its classic mode.
    fn check_label(&mut self, label: &Text, part: Span, list: &str) {
        if !is_label_name(label.as_str(), !self.target.classic_matchers()) {
            let said = format!("invalid label name {} in {list}", quote(label.as_str()));
            self.bad_label(label, part, said);
        }
    }

    fn bad_label(&mut self, label: &Text, part: Span, said: String) {
        let message = format!("`{label}` is not a valid label name");
        self.hook(part, label.span(), message, said).help =
            Some("a label name has letters, digits and `_`, no digit first".to_owned());
    }

    /// The three forms of conditions, under the given keys.
    pub(super) fn matching(
        &mut self,
        fields: &Fields<'t>,
        [equal, regex, matchers]: [&str; 3],
    ) -> Matching {
        let before = self.count();
        let mut matching = Matching {
            equal: self.pairs(fields, equal),
            regex: self.pairs_in(fields, regex, "config.plain"),
            matchers: self.matchers(fields, matchers),
            is_partial: false,
        };
        matching.is_partial = self.count() > before;
        // Regular expressions have a reader of their own, which looks first.
        let regexes = fields.get(regex).map_or(fields.span, Node::span);
        for (pairs, part) in [(&matching.regex, regexes), (&matching.equal, fields.span)] {
            for Pair { key, .. } in pairs {
                if !is_classic_label_name(key.as_str()) {
                    let said = format!("invalid label name {}", quote(key.as_str()));
                    self.bad_label(key, part, said);
                }
            }
        }
        for Pair { key, value } in &matching.regex {
            if value.node().is_null() {
                let message = format!("the regular expression for `{key}` is missing");
                let said = format!("invalid regexp value for {}", quote(key.as_str()));
                self.hook(regexes, key.span(), message, said).help =
                    Some(format!("write `{key}: ''` for alerts without the label"));
            }
        }
        matching
    }

    /// A list of texts. Mappings in their place are a frequent slip.
    fn matchers(&mut self, fields: &Fields<'t>, name: &str) -> Vec<Text> {
        let Some(node) = fields.get(name).filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        if !node.is_sequence() {
            let problem = self.mismatch(node, &format!("`{name}`"), "a list of texts", "[]string");
            problem.help = Some(matcher_help(node));
            return Vec::new();
        }
        let mut texts = Vec::new();
        for item in node.items() {
            if item.scalar().is_some() {
                texts.push(Text::new(self.tree, item.id()));
            } else {
                let problem =
                    self.mismatch(item, &format!("an item of `{name}`"), "text", "string");
                problem.help = Some(matcher_help(item));
            }
        }
        texts
    }

    fn positive(&mut self, fields: &Fields<'t>, name: &str) -> Option<Spanned<Duration>> {
        let duration = self.duration(fields, name)?;
        if duration.value.ms == 0 {
            let said = format!("{name} cannot be zero");
            self.hook(
                fields.span,
                duration.span,
                format!("`{name}` cannot be zero"),
                said,
            )
            .help = Some("write how long it is, or leave it out to inherit it".to_owned());
        }
        Some(duration)
    }
}

/// How the conditions of a mapping, or a single text, are written as matchers.
fn matcher_help(node: Node<'_>) -> String {
    let pairs = node
        .pairs()
        .filter_map(|(key, value)| Some(format!("- {}=\"{}\"", key.scalar()?, value.scalar()?)));
    let mut lines: Vec<String> = pairs.collect();
    if let Some(text) = node.scalar() {
        lines.push(format!("- {text}"));
    }
    format!("write it as `{}`", lines.join("`, `"))
}
