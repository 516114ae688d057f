//! What a template looks at and what it does with it, for those who judge it without running it.

mod calls;
mod known;
#[cfg(test)]
mod tests;
mod walk;

use std::sync::Arc;

use super::syntax::Templates;
use crate::source::Span;
pub(super) use known::answers_for_missing;

/// Something that a template looks at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reference {
    /// A label of the sample: `$labels.job`, `.Labels.job`, `index $labels "job"`.
    Label(Arc<str>),
    /// All labels of the sample: `$labels` in a range, or an index that is computed.
    Labels,
    /// An external label.
    ExternalLabel(Arc<str>),
    /// All external labels.
    ExternalLabels,
    /// `$value` or `.Value`.
    Value,
    /// `$externalURL` or `.ExternalURL`.
    ExternalUrl,
    /// A field that the data of an alert does not have, such as `.Labls`: fails when it is run.
    UnknownField(Arc<str>),
    /// A function.
    Function(Arc<str>),
    /// An expression that is given to `query` as a constant.
    Query(Arc<str>),
}

/// A reference and where it stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Use {
    /// The bytes of the template.
    pub span: Span,
    /// What is looked at.
    pub what: Reference,
    /// Whether the template is ready for a label that is missing: it tests the label, gives something else in its place,
    /// or keeps it in a variable.
    pub guarded: bool,
}

/// All that can be read off a template.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What it looks at, in the order of the text.
    pub uses: Vec<Use>,
    /// Where its text depends on something that differs from one evaluation to the next.
    pub varying: Vec<Varying>,
    /// Where it shows the value of the alert.
    pub shown: Vec<Shown>,
    /// Its calls of `printf` with a constant format.
    pub formats: Vec<Format>,
    /// Its calls of `query`.
    pub queries: Vec<Query>,
    /// What is run only on some ways through the template.
    pub conditional: Vec<Span>,
}

/// A place where the text depends on something that differs from one evaluation to the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Varying {
    /// The bytes of the template.
    pub span: Span,
    /// What differs.
    pub source: Source,
    /// Whether it is the condition of an `if`, `with` or `range`: the text changes where the condition does.
    pub is_condition: bool,
}

/// What differs from one evaluation to the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Source {
    /// The value of a result of `query`.
    Query,
    /// The value of the alert.
    Value,
    /// The time.
    Now,
}

/// A place where the value of the alert is shown, and nothing else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// The bytes of the template.
    pub span: Span,
    /// The function that makes it readable.
    pub by: Humanized,
    /// Whether a percent sign follows.
    pub percent: bool,
}

/// How a value is made readable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Humanized {
    /// As it is.
    No,
    /// By the format of `printf`.
    Format,
    /// `humanize` or `humanize1024`.
    Number,
    /// `humanizePercentage`, which multiplies by a hundred.
    Percentage,
    /// `humanizeDuration`, which takes seconds.
    Duration,
}

/// A call of `printf` with a constant format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Format {
    /// The bytes of the format.
    pub span: Span,
    /// The format.
    pub text: Arc<str>,
    /// What its arguments are; nothing where that is not known.
    pub args: Vec<Option<GoType>>,
    /// Whether the value of the alert itself, which may be a histogram, is among the arguments.
    pub has_value: bool,
}

/// The types of which something is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "each is the type of that name")]
pub enum GoType {
    Float,
    Int,
    Text,
    Bool,
}

/// A call of `query`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    /// The bytes of its argument.
    pub span: Span,
    /// The expression.
    pub text: QueryText,
    /// The labels that are read off its results.
    pub labels: Vec<Use>,
}

/// The expression that `query` is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum QueryText {
    /// A constant.
    Constant(Arc<str>),
    /// The format of a `printf`.
    Format(Arc<str>),
    /// Put together in another way.
    Unknown,
}

impl Format {
    /// What goes wrong in what the format prints, such as `%!d(float64=1.5)`, whatever the arguments are.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        use super::value::{IntType, Value};
        let plain = self.text.replace("%%", "");
        let unknown = [
            Value::Float(1.5),
            Value::Int(1, IntType::Int),
            Value::string("x"),
            Value::Bool(true),
        ];
        let mut fault = None;
        for stand_in in unknown {
            let args: Vec<Value> = self
                .args
                .iter()
                .map(|arg| match arg {
                    Some(GoType::Float) => Value::Float(1.5),
                    Some(GoType::Int) => Value::Int(1, IntType::Int),
                    Some(GoType::Text) => Value::string("x"),
                    Some(GoType::Bool) => Value::Bool(true),
                    None => stand_in.clone(),
                })
                .collect();
            let printed = super::printf::sprintf(&plain, &args);
            let at = printed.find("%!")?;
            let end = printed[at..]
                .find(')')
                .map_or(printed.len(), |end| at + end + 1);
            fault = Some(printed[at..end].to_owned());
            if self.args.iter().all(Option::is_some) {
                break;
            }
        }
        fault
    }
}

pub(super) fn collect(templates: &Templates, name: &str) -> Reading {
    walk::walk(templates, name)
}
