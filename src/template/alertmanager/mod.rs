//! Templates of notifications: Alertmanager's own, those of files, and the texts of a receiver that use them.

mod check;
mod data;
mod defaults;
pub(super) mod object;
mod reading;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

pub use super::time::Time;
pub use check::{alertmanager_functions, check_alertmanager, check_go};
pub use data::{Alert, Data};
pub use reading::{Map, Place, Reference, Use, Which};

use super::functions::{self, Context, Host, NOT_SIMULATED};
use super::syntax::{self, Dialect, SyntaxError};
use super::value::Value;
use super::{QuerySample, World, eval, html, line_and_column, missing_function};
use crate::source::Span;
use crate::target::{Target, Version};
use object::Object;

/// A set of templates, against which texts are run.
#[derive(Clone, Debug)]
pub struct Templates {
    set: syntax::Templates,
    /// What the templates stand in; the defaults first.
    sources: Vec<Source>,
    target: Target,
    /// What `now` and `since` take for the time, in Unix seconds.
    now: f64,
}

#[derive(Clone, Debug)]
struct Source {
    /// What Go calls it in errors: the last part of its path, nothing for the defaults and for a text of a receiver.
    name: Arc<str>,
    text: Arc<str>,
}

/// How a text is escaped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// Not at all, as nearly all fields are.
    Text,
    /// For the place in a page of HTML where it stands, as the field `html` of an email.
    Html,
}

/// Why a text does not become part of a notification. The notification is then dropped: Alertmanager does not try again.
/// Prints in Go's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderError {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The file that is at fault, counted as they were given; `None` for the text itself and for Alertmanager's defaults.
    pub file: Option<usize>,
    /// The bytes at fault in that file or text; empty at the start where Go names no place or it is in the defaults.
    pub span: Span,
    /// Where a function is unknown to this target but not to newer ones: the first Alertmanager that has it.
    pub since: Option<Version>,
    message: String,
}

/// What went wrong with a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// It is no template.
    Syntax,
    /// It failed when it was run.
    Execution,
    /// What it puts where in a page cannot be made safe.
    Escaping,
    /// Alertmanager does something here that is not imitated; it may well succeed.
    NotSimulated,
}

/// The source of a text that is run against the set.
const INLINE: usize = usize::MAX;

impl Templates {
    /// Alertmanager's own templates and those of the files, each with the last part of its path and its text. Of two
    /// templates of one name in different files the later one that is not blank stays. The errors are those of all files.
    pub fn new<'f>(
        files: impl IntoIterator<Item = (&'f str, &'f str)>,
        target: &Target,
    ) -> Result<Self, Vec<RenderError>> {
        let defaults = defaults::of(target.alertmanager).map(|text| ("", text));
        Self::of(defaults, files, target)
    }

    /// The templates of the files alone, for a program without Alertmanager's own such as Debian's amtool.
    pub fn without_defaults<'f>(
        files: impl IntoIterator<Item = (&'f str, &'f str)>,
        target: &Target,
    ) -> Result<Self, Vec<RenderError>> {
        Self::of([], files, target)
    }

    fn of<'f>(
        defaults: impl IntoIterator<Item = (&'f str, &'f str)>,
        files: impl IntoIterator<Item = (&'f str, &'f str)>,
        target: &Target,
    ) -> Result<Self, Vec<RenderError>> {
        let mut templates = Self {
            set: syntax::Templates::default(),
            sources: Vec::new(),
            target: *target,
            now: 0.0,
        };
        let mut errors = Vec::new();
        for (name, text) in defaults.into_iter().chain(files) {
            let number = templates.sources.len();
            templates.sources.push(Source {
                name: name.into(),
                text: text.into(),
            });
            match templates.parsed(name, text, number) {
                Ok(defined) => templates.add(defined),
                Err(error) => errors.push(templates.syntax_error(name, number, error)),
            }
        }
        if errors.is_empty() {
            Ok(templates)
        } else {
            Err(errors)
        }
    }

    /// With the time, in Unix seconds, that `now` and `since` go by.
    #[must_use]
    pub fn at(mut self, now: f64) -> Self {
        self.now = now;
        self
    }

    /// Whether there is a template of that name.
    #[must_use]
    pub fn defines(&self, name: &str) -> bool {
        self.set.contains_key(name)
    }

    /// The names of all templates, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.set.keys().map(|name| &**name)
    }

    /// The templates with something in them that the files define, each with the number of its file and the bytes of its
    /// name there; in the order in which they are read.
    #[must_use]
    pub fn definitions(&self) -> Vec<(Arc<str>, usize, Span)> {
        let mut found = Vec::new();
        for (number, source) in self.sources.iter().enumerate() {
            let (Some(file), Ok(defined)) = (
                self.file(number),
                self.parsed(&source.name, &source.text, number),
            ) else {
                continue;
            };
            let filled = defined
                .into_iter()
                .filter(|(name, definition)| **name != *source.name && !definition.list.is_blank());
            let mut filled: Vec<_> = filled
                .map(|(name, definition)| (name, file, definition.name))
                .collect();
            filled.sort_by_key(|(_, _, place)| place.start);
            found.extend(filled);
        }
        found
    }

    /// Whether `text` is a template.
    pub fn check(&self, text: &str) -> Result<(), RenderError> {
        self.with(text).map(drop)
    }

    /// Runs a text on the data of a notification.
    pub fn text(&self, text: &str, data: &Data) -> Result<String, RenderError> {
        self.render(Engine::Text, text, data)
    }

    /// Runs a text that becomes a page of HTML.
    pub fn html(&self, text: &str, data: &Data) -> Result<String, RenderError> {
        self.render(Engine::Html, text, data)
    }

    /// Runs a text with one engine or the other.
    pub fn render(&self, engine: Engine, text: &str, data: &Data) -> Result<String, RenderError> {
        // Most texts of a configuration are plain; there is nothing in them to run.
        if text.is_empty() || (engine == Engine::Text && !text.contains("{{")) {
            return Ok(text.to_owned());
        }
        let mut set = self.with(text)?;
        let name: Arc<str> = "".into();
        if engine == Engine::Html {
            set = html::escape(&set, &name).map_err(|refusal| self.refusal(text, refusal))?;
        }
        let world = Clock(self.now);
        let context = Context {
            world: &world,
            target: &self.target,
            host: Host::Alertmanager,
        };
        let dot = Value::Object(Object::root(data, &self.target));
        eval::run(&set, &name, dot, &context).map_err(|failure| self.failure(text, failure))
    }

    /// The set with the templates of a text in it.
    fn with(&self, text: &str) -> Result<syntax::Templates, RenderError> {
        let defined = self
            .parsed("", text, INLINE)
            .map_err(|error| self.syntax_error("", INLINE, error))?;
        let mut set = self.clone();
        let root = defined.get("").cloned();
        set.add(defined);
        // What is run is the text, blank or not.
        set.set.extend(root.map(|root| ("".into(), root)));
        Ok(set.set)
    }

    fn parsed(
        &self,
        name: &str,
        text: &str,
        source: usize,
    ) -> Result<syntax::Templates, SyntaxError> {
        let dialect = Dialect {
            has_function: &|name| {
                !name.starts_with('_')
                    && functions::find(name, Host::Alertmanager, &self.target).is_some()
            },
            else_with: Host::Alertmanager.go(&self.target) >= 23,
        };
        syntax::parse(name, text, source, &dialect)
    }

    fn add(&mut self, defined: syntax::Templates) {
        for (name, definition) in defined {
            if !definition.list.is_blank() || !self.set.contains_key(&name) {
                self.set.insert(name, definition);
            }
        }
    }

    /// The file of a source, as they were given, if it is one.
    fn file(&self, source: usize) -> Option<usize> {
        let defaults = self.sources.len() - self.files();
        source
            .checked_sub(defaults)
            .filter(|file| *file < self.files())
    }

    fn files(&self) -> usize {
        self.sources
            .iter()
            .filter(|source| !source.name.is_empty())
            .count()
    }

    /// What Go calls a source, its text, and a span in it as it is told.
    fn place<'s>(&'s self, inline: &'s str, source: usize, span: Span) -> (&'s str, &'s str, Span) {
        match self.sources.get(source) {
            Some(found) if self.file(source).is_none() => {
                (&found.name, &found.text, Span::empty(0))
            }
            Some(found) => (&found.name, &found.text, span),
            None => ("", inline, span),
        }
    }

    fn syntax_error(&self, name: &str, source: usize, error: SyntaxError) -> RenderError {
        RenderError {
            kind: ErrorKind::Syntax,
            file: self.file(source),
            span: error.span,
            since: missing_function(&error.message)
                .and_then(|name| functions::since(name, Host::Alertmanager)),
            message: format!("template: {name}:{}: {}", error.line, error.message),
        }
    }

    fn failure(&self, inline: &str, failure: eval::Failure) -> RenderError {
        let (name, text, span) = self.place(inline, failure.source, Span::empty(failure.at));
        let (line, column) = line_and_column(text, failure.at);
        let is_ours = failure.message.contains(NOT_SIMULATED);
        RenderError {
            kind: if is_ours {
                ErrorKind::NotSimulated
            } else {
                ErrorKind::Execution
            },
            file: self.file(failure.source),
            span,
            since: None,
            message: format!(
                "template: {name}:{line}:{column}: executing {} at <{}>: {}",
                crate::labels::quote(&failure.template),
                failure.node,
                failure.message
            ),
        }
    }

    fn refusal(&self, inline: &str, refusal: html::Refusal) -> RenderError {
        let (source, at) = refusal.place.unwrap_or((INLINE, 0));
        let (name, text, span) = self.place(inline, source, Span::empty(at));
        let place = match refusal.place {
            Some(_) => {
                let (line, column) = line_and_column(text, at);
                format!("{name}:{line}:{column}: ")
            }
            None => " ".to_owned(),
        };
        let (kind, message) = match refusal.trouble {
            html::Trouble::Refused(message) => (
                ErrorKind::Escaping,
                format!("html/template:{place}{message}"),
            ),
            html::Trouble::NotSimulated(what) => (
                ErrorKind::NotSimulated,
                format!("html/template:{place}{NOT_SIMULATED}{what}"),
            ),
        };
        RenderError {
            kind,
            file: self.file(source),
            span,
            since: None,
            message,
        }
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RenderError {}

/// All that a notification knows of the world is the time.
struct Clock(f64);

impl World for Clock {
    fn query(&self, _: &str) -> Result<Vec<QuerySample>, String> {
        Err("a notification has no queries".to_owned())
    }

    fn now(&self) -> f64 {
        self.0
    }

    fn external_url(&self) -> &str {
        ""
    }
}
