//! What `promtool test rules --diff` writes about alerts: one JSON document, expected and got, coloured where they differ.

use std::collections::BTreeMap;

use crate::harness::Item;
use crate::labels::{Labels, quote};

/// Labels or annotations.
type Pairs = BTreeMap<String, String>;
/// The two mappings of an alert, by their names.
type Alert = BTreeMap<&'static str, Pairs>;

/// The colours, as they are switched on. Plain text has none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Plain,
    Added,
    Removed,
    Changed,
}

impl Tag {
    const fn on(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Added => "\u{1b}[0;32m",
            Self::Removed => "\u{1b}[0;31m",
            Self::Changed => "\u{1b}[0;33m",
        }
    }

    const fn off(self) -> &'static str {
        match self {
            Self::Plain => "",
            _ => "\u{1b}[0m",
        }
    }
}

/// The alerts that are expected and those that fire, laid out as one document.
#[must_use]
pub(super) fn diff(expected: &[Item], got: &[Item]) -> String {
    let (expected, got) = (alerts(expected), alerts(got));
    let mut writer = Writer {
        text: String::new(),
        level: 0,
        tag: Tag::Plain,
    };
    let most = expected.len().max(got.len());
    writer.open("[");
    for number in 0..most {
        match (expected.get(number), got.get(number)) {
            (Some(expected), Some(got)) => writer.both(expected, got),
            (Some(alert), None) => writer.one(Tag::Removed, alert),
            (None, Some(alert)) => writer.one(Tag::Added, alert),
            (None, None) => {}
        }
        writer.next(number + 1 < most);
    }
    writer.text.push(']');
    writer.text
}

/// promtool compares with an empty alert where there is none.
fn alerts(items: &[Item]) -> Vec<Alert> {
    let pairs = |labels: &Labels| -> Pairs {
        let labels = labels.iter();
        labels
            .map(|label| (label.name.to_string(), label.value.to_string()))
            .collect()
    };
    let alert = |labels: Pairs, annotations: Pairs| -> Alert {
        BTreeMap::from([("Labels", labels), ("Annotations", annotations)])
    };
    let found = items.iter().filter_map(|item| match item {
        Item::Alert {
            labels,
            annotations,
        } => Some(alert(pairs(labels), pairs(annotations))),
        Item::Sample { .. } | Item::Field { .. } => None,
    });
    let mut found: Vec<Alert> = found.collect();
    if found.is_empty() {
        found.push(alert(Pairs::new(), Pairs::new()));
    }
    found
}

struct Writer {
    text: String,
    level: usize,
    tag: Tag,
}

impl Writer {
    fn tag(&mut self, tag: Tag) {
        if self.tag != tag {
            self.text.push_str(self.tag.off());
            self.text.push_str(tag.on());
            self.tag = tag;
        }
    }

    /// Colours end with a line and begin again on the next.
    fn line(&mut self, end: &str) {
        self.text.push_str(end);
        self.text.push_str(self.tag.off());
        self.text.push('\n');
        self.text.push_str(&"    ".repeat(self.level));
        self.text.push_str(self.tag.on());
    }

    fn open(&mut self, bracket: &str) {
        self.level += 1;
        self.line(bracket);
    }

    /// Ends an entry; behind the last one the bracket is to follow.
    fn next(&mut self, more: bool) {
        self.tag(Tag::Plain);
        self.separate(more);
    }

    fn separate(&mut self, more: bool) {
        if more {
            self.line(",");
        } else {
            self.level -= 1;
            self.line("");
        }
    }

    fn key(&mut self, key: &str) {
        self.text.push_str(&quote(key));
        self.text.push_str(": ");
    }

    /// An alert that only one side has.
    fn one(&mut self, tag: Tag, alert: &Alert) {
        self.tag(tag);
        self.open("{");
        for (number, (key, pairs)) in alert.iter().enumerate() {
            self.key(key);
            self.text.push('{');
            if !pairs.is_empty() {
                self.open("");
            }
            for (number, (key, value)) in pairs.iter().enumerate() {
                self.key(key);
                self.text.push_str(&quote(value));
                self.separate(number + 1 < pairs.len());
            }
            self.text.push('}');
            self.separate(number + 1 < alert.len());
        }
        self.text.push('}');
    }

    fn both(&mut self, expected: &Alert, got: &Alert) {
        self.open("{");
        for (number, ((key, expected), got)) in expected.iter().zip(got.values()).enumerate() {
            self.key(key);
            self.pairs(expected, got);
            self.next(number == 0);
        }
        self.text.push('}');
    }

    fn pairs(&mut self, expected: &Pairs, got: &Pairs) {
        self.text.push('{');
        let mut keys: Vec<&String> = expected.keys().chain(got.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        if !keys.is_empty() {
            self.open("");
        }
        for (number, key) in keys.iter().enumerate() {
            match (expected.get(*key), got.get(*key)) {
                (Some(one), Some(other)) => {
                    self.key(key);
                    if one == other {
                        self.text.push_str(&quote(one));
                    } else {
                        self.tag(Tag::Changed);
                        let (one, other) = (quote(one), quote(other));
                        self.text.push_str(&format!("{one} => {other}"));
                    }
                }
                (Some(value), None) => self.single(Tag::Removed, key, value),
                (None, Some(value)) => self.single(Tag::Added, key, value),
                (None, None) => {}
            }
            self.next(number + 1 < keys.len());
        }
        self.text.push('}');
    }

    fn single(&mut self, tag: Tag, key: &str, value: &str) {
        self.tag(tag);
        self.key(key);
        self.text.push_str(&quote(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(labels: &[(&str, &str)]) -> Item {
        Item::Alert {
            labels: Labels::from_pairs(labels.iter().copied()),
            annotations: Labels::empty(),
        }
    }

    /// By the rules of `nsf/jsondiff` with its console options, which promtool uses.
    #[test]
    fn what_differs_is_coloured() {
        let expected = [alert(&[("a", "1"), ("b", "2"), ("c", "3")])];
        let got = [alert(&[("a", "1"), ("b", "x"), ("d", "4")]), alert(&[])];
        let text = diff(&expected, &got);
        let shown = text.replace('\u{1b}', "^");
        assert_eq!(
            shown,
            "[
    {
        \"Annotations\": {},
        \"Labels\": {
            \"a\": \"1\",
            \"b\": ^[0;33m\"2\" => \"x\"^[0m,
            ^[0;31m\"c\": \"3\"^[0m,
            ^[0;32m\"d\": \"4\"^[0m
        }
    },
    ^[0;32m{^[0m
        ^[0;32m\"Annotations\": {},^[0m
        ^[0;32m\"Labels\": {}^[0m
    ^[0;32m}^[0m
]"
        );
        assert!(diff(&[], &got).starts_with("[\n    {\n"));
    }
}
