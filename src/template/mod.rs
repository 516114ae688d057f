//! Go's `text/template` as Prometheus expands it in the labels and annotations of alerts, and Alertmanager in notifications.
//!
//! `token` and `syntax` read a template into the `tree`, `eval` runs it with the `functions` of its host. What needs the world
//! comes in through [`World`]. For Prometheus `references` tells what a template looks at. [`alertmanager`] has the rest
//! that notifications need: sets of templates, their data, and `html`, which makes pages safe before they are run.

pub mod alertmanager;
mod builtins;
mod duration;
mod eval;
mod functions;
mod html;
mod humanize;
mod json;
mod lexer;
mod literal;
mod methods;
mod printf;
mod references;
mod syntax;
mod time;
mod token;
mod tree;
mod value;

use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use crate::labels::Labels;
use crate::source::Span;
use crate::target::{Target, Version};

use functions::Host;

pub use alertmanager::{alertmanager_functions, check_alertmanager, check_go};
pub use references::{
    Format, GoType, Humanized, Query, QueryText, Reading, Reference, Shown, Source, Use, Varying,
};

/// How the text begins that stands where a template failed; the reason and `>` follow.
pub const ERROR_TEXT: &str = "<error expanding template";

/// What Prometheus puts before every template of an alert, on the same line.
const PREAMBLE: &str = "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}\
                        {{$externalURL := .ExternalURL}}{{$value := .Value}}";
/// Nodes of the preamble at the start of the tree.
const PREAMBLE_NODES: usize = 1;
/// Most bytes a template may print.
const MAX_OUTPUT: usize = 1 << 20;

/// What a template may ask of the world around it.
pub trait World {
    /// The result of the expression at the time of the evaluation; the error is what the template reports.
    fn query(&self, expression: &str) -> Result<Vec<QuerySample>, String>;
    /// The time of the evaluation in Unix seconds.
    fn now(&self) -> f64;
    /// The URL under which Prometheus is reached, for `externalURL` and `pathPrefix`.
    fn external_url(&self) -> &str;
}

/// One result of a query.
#[derive(Clone, Debug)]
pub struct QuerySample {
    /// Its labels.
    pub labels: Labels,
    /// Its value.
    pub value: f64,
}

/// The value of an alert.
#[derive(Clone, PartialEq, Debug)]
pub enum AlertValue {
    /// A number.
    Float(f64),
    /// A native histogram, as Prometheus prints it.
    Histogram(Arc<str>),
}

/// What the template of an alert sees.
#[derive(Clone, Debug)]
pub struct Data {
    /// Labels of the sample, the metric name included.
    pub labels: Labels,
    /// External labels of Prometheus.
    pub external_labels: Labels,
    /// External URL of Prometheus.
    pub external_url: Arc<str>,
    /// Value of the sample.
    pub value: AlertValue,
}

/// A parsed template.
#[derive(Clone, Debug)]
pub struct Template(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// `__alert_` and the name of the alert.
    name: Arc<str>,
    /// Preamble and text.
    text: String,
    templates: syntax::Templates,
    target: Target,
}

/// Why a template does not parse. Prints as `promtool check rules` reports it, without the name of the label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TemplateError {
    /// The bytes of the template at fault.
    pub span: Span,
    /// Go's words, such as `function "join" not defined`.
    pub message: String,
    /// Where function `name` is unknown to this target but not to newer ones: the first that has it.
    pub since: Option<Version>,
    template: Arc<str>,
    line: usize,
}

/// Why a template could not be expanded. Prints as Prometheus reports it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExecError {
    /// Where in the template: the empty span at the byte that Go names.
    pub span: Span,
    /// The node that Go shows.
    pub node: String,
    /// Go's words, such as `incompatible types for comparison`.
    pub message: String,
    name: Arc<str>,
    inner: Arc<str>,
    line: usize,
    column: usize,
}

/// The path in Prometheus under which the result of an expression is shown as a table: what alerts link back to.
#[must_use]
pub fn table_link(expression: &str) -> String {
    functions::link(expression, 1)
}

impl TemplateError {
    /// The function that does not exist, where that is what is wrong.
    #[must_use]
    pub fn missing_function(&self) -> Option<&str> {
        missing_function(&self.message)
    }
}

impl Template {
    /// Parses the text of a label or annotation of `alert`.
    pub fn parse(text: &str, alert: &str, target: &Target) -> Result<Self, TemplateError> {
        let name: Arc<str> = format!("__alert_{alert}").into();
        let text = format!("{PREAMBLE}{text}");
        let dialect = syntax::Dialect {
            has_function: &|name| functions::find(name, Host::Prometheus, target).is_some(),
            else_with: Host::Prometheus.go(target) >= 23,
        };
        match syntax::parse_after(preamble(), &name, &text, &dialect) {
            Ok(templates) => Ok(Self(Arc::new(Inner {
                name,
                text,
                templates,
                target: *target,
            }))),
            Err(error) => Err(TemplateError {
                span: in_text(error.span),
                since: missing_function(&error.message)
                    .and_then(|name| functions::since(name, Host::Prometheus)),
                message: error.message,
                template: name,
                line: error.line,
            }),
        }
    }

    /// The template as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text[PREAMBLE.len()..]
    }

    /// Whether the template is plain text, which expands to itself.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.text().contains("{{")
    }

    /// Expands the template.
    pub fn expand(&self, data: &Data, world: &dyn World) -> Result<String, ExecError> {
        if self.is_plain() {
            return Ok(self.text().to_owned());
        }
        let inner = &*self.0;
        let context = functions::Context {
            world,
            target: &inner.target,
            host: Host::Prometheus,
        };
        let dot = value::Value::Data(Rc::new(self.data(data)));
        eval::run(&inner.templates, &inner.name, dot, &context)
            .map_err(|failure| self.exec_error(failure))
    }

    /// Expands the template; an error becomes the text that Prometheus puts in its place.
    #[must_use]
    pub fn expand_or_error_text(&self, data: &Data, world: &dyn World) -> String {
        self.expand(data, world)
            .unwrap_or_else(|error| error.replacement())
    }

    /// What the template looks at: labels, the value, functions, in the order of the text.
    #[must_use]
    pub fn references(&self) -> Vec<Use> {
        self.reading().uses
    }

    /// All that can be said of the template without running it.
    #[must_use]
    pub fn reading(&self) -> Reading {
        references::collect(&self.0.templates, &self.0.name)
    }

    fn data(&self, data: &Data) -> value::Data {
        value::Data {
            labels: data.labels.clone(),
            external_labels: data.external_labels.clone(),
            external_url: Arc::clone(&data.external_url),
            value: match &data.value {
                AlertValue::Float(value) => value::Value::Float(*value),
                AlertValue::Histogram(text) => value::Value::Histogram(Arc::clone(text)),
            },
            // Alerts on native histograms came with 2.52.
            value_is_float: self.0.target.prometheus < Version::new(2, 52),
        }
    }

    fn exec_error(&self, failure: eval::Failure) -> ExecError {
        let (line, column) = line_and_column(&self.0.text, failure.at);
        ExecError {
            span: in_text(Span::empty(failure.at)),
            node: failure.node,
            message: failure.message,
            name: Arc::clone(&self.0.name),
            inner: failure.template,
            line,
            column,
        }
    }
}

impl ExecError {
    /// The text that takes the place of the whole label or annotation.
    #[must_use]
    pub fn replacement(&self) -> String {
        format!("{ERROR_TEXT}: {self}>")
    }
}

/// The line of a byte, from 1, and its column in bytes, from 0, as Go counts in its errors.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (1 + before.matches('\n').count(), at - line_start)
}

fn preamble() -> &'static syntax::Preamble {
    static PARSED: OnceLock<syntax::Preamble> = OnceLock::new();
    PARSED.get_or_init(|| match syntax::Preamble::parse(PREAMBLE) {
        Ok(preamble) => preamble,
        // The text is a constant, which the tests of this room parse.
        Err(_) => unreachable!("the preamble is well formed"),
    })
}

/// The name in `function "name" not defined`.
fn missing_function(message: &str) -> Option<&str> {
    message
        .strip_prefix("function \"")?
        .strip_suffix("\" not defined")
}

/// A span of preamble and text as one of the text alone.
fn in_text(span: Span) -> Span {
    let shift = |at: u32| (at as usize).saturating_sub(PREAMBLE.len());
    Span::new(shift(span.start), shift(span.end))
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "template: {}:{}: {}",
            self.template, self.line, self.message
        )
    }
}

impl std::error::Error for TemplateError {}

impl fmt::Display for ExecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            inner,
            line,
            column,
            node,
            message,
            ..
        } = self;
        write!(
            f,
            "error executing template {name}: template: {name}:{line}:{column}: \
             executing {} at <{node}>: {message}",
            crate::labels::quote(inner)
        )
    }
}

impl std::error::Error for ExecError {}

#[cfg(test)]
mod tests;
