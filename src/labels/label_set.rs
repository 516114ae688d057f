use std::fmt;
use std::sync::Arc;

use super::{METRIC_NAME, is_classic_label_name, is_classic_metric_name, quote};

/// One label.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Label {
    /// Name, such as `job`.
    pub name: Arc<str>,
    /// Value; an empty value is the same as no label, except where a label set was read from an expectation.
    pub value: Arc<str>,
}

/// A set of labels, sorted by name, cheap to clone. Two sets compare as Prometheus's `labels.Compare` does.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Labels(Arc<[Label]>);

impl Labels {
    /// The set without labels.
    #[must_use]
    pub fn empty() -> Self {
        Self(Arc::new([]))
    }

    /// The labels of `pairs`, sorted; of two with one name the later stays. Empty values are kept.
    pub fn from_pairs<N: Into<Arc<str>>, V: Into<Arc<str>>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut labels: Vec<Label> = pairs
            .into_iter()
            .map(|(name, value)| Label {
                name: name.into(),
                value: value.into(),
            })
            .collect();
        labels.sort_by(|a, b| a.name.cmp(&b.name));
        labels.dedup_by(|later, earlier| {
            let same = later.name == earlier.name;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Self(labels.into())
    }

    /// Whether both are one set in memory, which is known at once; equal sets need not be.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Number of labels.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no label at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The labels in order of their names.
    pub fn iter(&self) -> std::slice::Iter<'_, Label> {
        self.0.iter()
    }

    /// The value of label `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_arc(name).map(|value| &**value)
    }

    /// The value of label `name`, to be shared.
    #[must_use]
    pub fn get_arc(&self, name: &str) -> Option<&Arc<str>> {
        // Label sets are short: a scan beats a binary search.
        self.0
            .iter()
            .find(|label| &*label.name == name)
            .map(|label| &label.value)
    }

    /// The metric name, if there is one.
    #[must_use]
    pub fn metric_name(&self) -> Option<&str> {
        self.get(METRIC_NAME)
    }

    /// The labels for which `keep` says yes. No copy is made where all stay.
    #[must_use]
    pub fn filter(&self, keep: impl Fn(&str) -> bool) -> Self {
        if self.0.iter().all(|label| keep(&label.name)) {
            return self.clone();
        }
        Self(
            self.0
                .iter()
                .filter(|label| keep(&label.name))
                .cloned()
                .collect(),
        )
    }

    /// The labels without the metric name.
    #[must_use]
    pub fn without_name(&self) -> Self {
        self.filter(|name| name != METRIC_NAME)
    }

    /// The names of the labels in which two sets differ, in order.
    #[must_use]
    pub fn differing<'l>(&'l self, other: &'l Self) -> Vec<&'l str> {
        let mut names: Vec<&str> = self.iter().chain(other).map(|label| &*label.name).collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| self.get(name) != other.get(name));
        names
    }

    /// As Prometheus prints a bare label set: `{__name__="up", a="b"}`, the name among the others.
    #[must_use]
    pub fn in_braces(&self) -> String {
        let pairs: Vec<String> = self
            .iter()
            .map(|label| {
                if is_classic_label_name(&label.name) {
                    format!("{}={}", label.name, quote(&label.value))
                } else {
                    format!("{}={}", quote(&label.name), quote(&label.value))
                }
            })
            .collect();
        format!("{{{}}}", pairs.join(", "))
    }

    /// A builder that starts from these labels.
    #[must_use]
    pub fn edit(&self) -> LabelsBuilder {
        LabelsBuilder {
            labels: self.0.to_vec(),
        }
    }
}

impl Default for Labels {
    fn default() -> Self {
        Self::empty()
    }
}

impl<'a> IntoIterator for &'a Labels {
    type Item = &'a Label;
    type IntoIter = std::slice::Iter<'a, Label>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Changes to a label set. Setting an empty value removes the label, as everywhere in Prometheus.
#[derive(Clone, Debug, Default)]
pub struct LabelsBuilder {
    labels: Vec<Label>,
}

impl LabelsBuilder {
    /// Sets `name` to `value`; an empty value removes it.
    pub fn set(&mut self, name: impl Into<Arc<str>>, value: impl Into<Arc<str>>) -> &mut Self {
        let (name, value) = (name.into(), value.into());
        if value.is_empty() {
            return self.remove(&name);
        }
        match self
            .labels
            .binary_search_by(|label| (*label.name).cmp(&name))
        {
            Ok(at) => self.labels[at].value = value,
            Err(at) => self.labels.insert(at, Label { name, value }),
        }
        self
    }

    /// Removes `name`.
    pub fn remove(&mut self, name: &str) -> &mut Self {
        self.labels.retain(|label| &*label.name != name);
        self
    }

    /// The value that `name` has now.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.labels
            .iter()
            .find(|label| &*label.name == name)
            .map(|label| &*label.value)
    }

    /// The finished set.
    #[must_use]
    pub fn build(self) -> Labels {
        Labels(self.labels.into())
    }
}

impl fmt::Display for Labels {
    /// As Prometheus prints a metric: `name{a="b", c="d"}`, or `{a="b"}` without a name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.metric_name();
        let (bare, quoted) = match name {
            Some(name) if is_classic_metric_name(name) => (name, None),
            other => ("", other),
        };
        f.write_str(bare)?;
        let rest = || self.iter().filter(|label| &*label.name != METRIC_NAME);
        if !bare.is_empty() && rest().next().is_none() {
            return Ok(());
        }
        f.write_str("{")?;
        let mut separator = "";
        if let Some(name) = quoted {
            f.write_str(&quote(name))?;
            separator = ", ";
        }
        for label in rest() {
            f.write_str(separator)?;
            separator = ", ";
            if is_classic_label_name(&label.name) {
                f.write_str(&label.name)?;
            } else {
                f.write_str(&quote(&label.name))?;
            }
            write!(f, "={}", quote(&label.value))?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_and_keeps_the_later_of_two() {
        let labels = Labels::from_pairs([("b", "1"), ("a", "2"), ("b", "3")]);
        assert_eq!(labels.to_string(), r#"{a="2", b="3"}"#);
    }

    #[test]
    fn prints_like_prometheus() {
        let print = |pairs: &[(&str, &str)]| Labels::from_pairs(pairs.iter().copied()).to_string();
        assert_eq!(print(&[]), "{}");
        assert_eq!(print(&[("__name__", "up")]), "up");
        assert_eq!(
            print(&[("__name__", "up"), ("a", "x\"y")]),
            r#"up{a="x\"y"}"#
        );
        assert_eq!(
            print(&[("__name__", "a.b"), ("c.d", "e")]),
            r#"{"a.b", "c.d"="e"}"#
        );
    }

    #[test]
    fn an_empty_value_removes_the_label() {
        let mut builder = Labels::from_pairs([("a", "1"), ("b", "2")]).edit();
        builder.set("a", "").set("c", "3");
        assert_eq!(builder.build().to_string(), r#"{b="2", c="3"}"#);
    }
}
