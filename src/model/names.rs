//! Names of labels, annotations and recorded metrics, by the rules of the target.

use super::decode::Decoder;
use super::problem::Problem;
use super::text::{Pair, Text};
use super::wording::{Order, Stage, Step, start};
use crate::labels::{METRIC_NAME, is_classic_label_name, is_classic_metric_name, quote};
use crate::target::Version;

impl Decoder<'_> {
    /// Labels: valid names other than `__name__`.
    pub fn check_label_names(&mut self, labels: &[Pair]) {
        for Pair { key, .. } in labels {
            if key.as_str() == METRIC_NAME {
                let message = "the label `__name__` cannot be set here";
                self.name_problem(key, message.to_owned(), "label name");
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
        let empty = name.is_empty();
        let problem = self.name_problem(name, format!("`{name}` is not a valid {what}"), what);
        problem.help = (!empty).then(|| classic_names(version));
    }

    /// A bad name of a rule, of a group, or of the external labels.
    fn name_problem(&mut self, name: &Text, message: String, what: &str) -> &mut Problem {
        let text = format!("invalid {what}: {name}");
        if self.rule.rule > 0 {
            let step = match what {
                "label name" => Step::LabelNames,
                _ => Step::AnnotationNames,
            };
            return self.rule_problem(name.span(), message, step, Vec::new(), &text);
        }
        let stage = match self.is_rule_file {
            true => Stage::Validation {
                order: Order {
                    group: self.rule.group,
                    ..Order::default()
                },
                places: Vec::new(),
            },
            false => Stage::Part,
        };
        let text = match self.is_rule_file {
            true => text,
            false => format!("{} is not a valid label name", quote(name.as_str())),
        };
        let problem = self.schema(name.span(), message);
        problem.worded(stage, text)
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
                let text = format!("invalid recording rule name: {name}");
                self.record_problem(name, message, &text).help = Some(help);
            }
            return;
        }
        // An expression in the place of the name is a known slip, refused since 3.2.
        if version >= Version::new(3, 2) && name.as_str().contains(['{', '}']) {
            let help = "a recorded metric has a name without braces; labels go below `labels`, a selector below `expr`";
            let text =
                format!("braces present in the recording rule name; should it be in expr?: {name}");
            self.record_problem(name, message, &text).help = Some(help.to_owned());
        }
    }

    fn record_problem(&mut self, name: &Text, message: String, text: &str) -> &mut Problem {
        let places = vec![Some(start(name.node()))];
        self.rule_problem(name.span(), message, Step::RecordName, places, text)
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
