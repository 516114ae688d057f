use std::fmt;

use crate::source::Span;

/// A remark about a result that is there all the same, as Prometheus's `annotations`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Annotation {
    /// Whether the result is doubtful, or only remarkable.
    pub level: AnnotationLevel,
    /// What is to be known, in Prometheus's words, without prefix and place.
    pub message: String,
    /// The part of the expression that it is about.
    pub span: Span,
}

/// How grave an annotation is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AnnotationLevel {
    /// `PromQL warning:`
    Warning,
    /// `PromQL info:`
    Info,
}

impl Annotation {
    /// As Prometheus prints it: prefix, message and the place in `text`, the expression.
    #[must_use]
    pub fn describe(&self, text: &str) -> String {
        let before = text.get(..self.span.start as usize).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
        format!("{self} ({line}:{column})")
    }
}

impl fmt::Display for Annotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.level {
            AnnotationLevel::Warning => "PromQL warning: ",
            AnnotationLevel::Info => "PromQL info: ",
        };
        write!(f, "{prefix}{}", self.message)
    }
}

/// The annotations of one evaluation, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Annotations {
    list: Vec<Annotation>,
}

impl Annotations {
    pub fn warn(&mut self, span: Span, message: impl Into<String>) {
        self.add(AnnotationLevel::Warning, span, message.into());
    }

    pub fn info(&mut self, span: Span, message: impl Into<String>) {
        self.add(AnnotationLevel::Info, span, message.into());
    }

    fn add(&mut self, level: AnnotationLevel, span: Span, message: String) {
        let annotation = Annotation {
            level,
            message,
            span,
        };
        if !self.list.contains(&annotation) {
            self.list.push(annotation);
        }
    }

    pub fn clear(&mut self) {
        self.list.clear();
    }

    pub fn as_slice(&self) -> &[Annotation] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_counts_lines_and_columns_from_one() {
        let annotation = Annotation {
            level: AnnotationLevel::Info,
            message: "odd".to_owned(),
            span: Span::new(6, 8),
        };
        assert_eq!(annotation.describe("sum(\n  up)"), "PromQL info: odd (2:2)");
    }
}
