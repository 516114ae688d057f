//! The templates of a rule and what can be read off them.

use crate::project::{Rule, RuleText};
use crate::source::Span;
use crate::template::{Reading, Template};

/// A template of an alerting rule that parses, and what can be read off it.
#[derive(Debug)]
pub struct TemplateFacts<'r> {
    /// Whether it makes a label or an annotation.
    pub place: Place,
    /// Its name and text.
    pub text: &'r RuleText,
    /// The template.
    pub template: &'r Template,
    /// What it looks at and shows.
    pub reading: Reading,
}

/// What a template makes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// A label of the alert.
    Label,
    /// An annotation of the alert.
    Annotation,
}

impl Place {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Annotation => "annotation",
        }
    }
}

impl TemplateFacts<'_> {
    /// The bytes of the file that a span of the template was read from.
    #[must_use]
    pub fn span(&self, span: Span) -> Span {
        self.text.value.map(span)
    }

    /// The text of a span of the template.
    #[must_use]
    pub fn source(&self, span: Span) -> &str {
        self.template.text().get(span.range()).unwrap_or_default()
    }

    /// What it is, for messages: "annotation `summary`".
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} `{}`", self.place.name(), self.text.key)
    }
}

/// The templates of a rule, labels first.
pub(super) fn templates_of(rule: &Rule) -> Vec<TemplateFacts<'_>> {
    let labels = rule.labels.iter().map(|text| (Place::Label, text));
    let annotations = rule
        .annotations
        .iter()
        .map(|text| (Place::Annotation, text));
    labels
        .chain(annotations)
        .filter_map(|(place, text)| {
            let template = text.template.as_ref()?;
            Some(TemplateFacts {
                place,
                text,
                template,
                reading: template.reading(),
            })
        })
        .collect()
}
