//! Names of labels, annotations and recorded metrics, by the rules of the target.

use super::decode::Decoder;
use super::text::{Pair, Text};
use crate::labels::{METRIC_NAME, is_classic_label_name, is_classic_metric_name};
use crate::target::Version;

impl Decoder<'_> {
    /// Labels: valid names other than `__name__`.
    pub fn check_label_names(&mut self, labels: &[Pair]) {
        for Pair { key, .. } in labels {
            if key.as_str() == METRIC_NAME {
                let message = "the label `__name__` cannot be set here";
                self.schema(key.span(), message);
            } else {
                self.check_name(key, "label name");
            }
        }
    }

    /// Annotations: names that could be labels; `__name__` is one of them.
    pub fn check_annotation_names(&mut self, annotations: &[Pair]) {
        for Pair { key, .. } in annotations {
            self.check_name(key, "annotation name");
        }
    }

    fn check_name(&mut self, name: &Text, what: &str) {
        if is_label_name(name.as_str(), self.target.utf8_names()) {
            return;
        }
        let version = self.target.prometheus;
        let problem = self.schema(name.span(), format!("`{name}` is not a valid {what}"));
        problem.help = (!name.is_empty()).then(|| classic_names(version));
    }

    /// The metric name that a recording rule writes.
    pub fn check_record_name(&mut self, name: &Text) {
        let version = self.target.prometheus;
        let message = format!("`{name}` is not a valid name for a recorded metric");
        if !self.target.utf8_names() {
            if !is_classic_metric_name(name.as_str()) {
                let help = format!(
                    "Prometheus {version} allows letters, digits, `_` and `:`, no digit first"
                );
                self.schema(name.span(), message).help = Some(help);
            }
            return;
        }
        // An expression in the place of the name is a known slip, refused since 3.2.
        if version >= Version::new(3, 2) && name.as_str().contains(['{', '}']) {
            let help = "a recorded metric has a name without braces; labels go below `labels`, a selector below `expr`";
            self.schema(name.span(), message).help = Some(help.to_owned());
        }
    }
}

/// Whether `name` may name a label: any text with UTF-8 names, else the classic form.
pub(super) fn is_label_name(name: &str, utf8: bool) -> bool {
    match utf8 {
        true => !name.is_empty(),
        false => is_classic_label_name(name),
    }
}

fn classic_names(version: Version) -> String {
    format!("Prometheus {version} allows letters, digits and `_`, no digit first")
}
