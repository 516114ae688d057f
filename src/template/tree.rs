//! A parsed template. Every node knows its place and prints as Go prints it in error messages.

use std::fmt;
use std::sync::Arc;

use crate::labels::quote;
use crate::source::Span;

/// Nodes one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct List(pub Vec<Node>);

/// Text or an action.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// What every template of an alert begins with; parsed once for all of them.
    Preamble(&'static List),
    Text(Arc<str>),
    Action {
        at: usize,
        pipe: Pipe,
    },
    Branch(Box<Branch>),
    Break,
    Continue,
    Template(Call),
}

/// `if`, `with` or `range`.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub kind: BranchKind,
    pub at: usize,
    pub pipe: Pipe,
    pub list: List,
    pub otherwise: Option<List>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BranchKind {
    If,
    With,
    Range,
}

/// `{{template "name" pipeline}}`
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub at: usize,
    pub name: Arc<str>,
    pub pipe: Option<Pipe>,
}

/// `$x := command | command`
#[derive(Clone, Debug)]
pub(super) struct Pipe {
    pub at: usize,
    pub variables: Vec<Arc<str>>,
    /// `=` instead of `:=`.
    pub is_assignment: bool,
    pub commands: Vec<Command>,
}

/// A function or value and its arguments.
#[derive(Clone, Debug)]
pub(super) struct Command {
    /// Where it starts.
    pub at: usize,
    /// Never empty.
    pub args: Vec<Arg>,
}

/// One word of a command.
#[derive(Clone, Debug)]
pub(super) struct Arg {
    pub kind: ArgKind,
    /// Where Go reports errors: for a chain of fields that is the first of them that is a token of its own.
    pub at: usize,
    /// All of its text.
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum ArgKind {
    Function(Arc<str>),
    Dot,
    Nil,
    Bool(bool),
    Number(Box<Number>),
    String {
        /// As written, with quotes.
        quoted: Arc<str>,
        text: Arc<str>,
    },
    /// `.a.b`
    Field(Vec<Arc<str>>),
    /// `$x.a.b`; the name comes with its dollar.
    Variable(Arc<str>, Vec<Arc<str>>),
    /// `(pipeline).a.b`
    Chain(Box<Arg>, Vec<Arc<str>>),
    Pipe(Box<Pipe>),
}

/// A constant, with all readings that fit it. None fits an integer above 2⁶³, which fails when it is run.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub text: Arc<str>,
    pub int: Option<i64>,
    pub float: Option<f64>,
    pub complex: Option<(f64, f64)>,
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|node| node.fmt(f))
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Preamble(list) => list.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Action { pipe, .. } => write!(f, "{{{{{pipe}}}}}"),
            Self::Branch(branch) => branch.fmt(f),
            Self::Break => f.write_str("{{break}}"),
            Self::Continue => f.write_str("{{continue}}"),
            Self::Template(call) => call.fmt(f),
        }
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.kind {
            BranchKind::If => "if",
            BranchKind::With => "with",
            BranchKind::Range => "range",
        };
        write!(f, "{{{{{word} {}}}}}{}", self.pipe, self.list)?;
        if let Some(otherwise) = &self.otherwise {
            write!(f, "{{{{else}}}}{otherwise}")?;
        }
        f.write_str("{{end}}")
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{template {}", quote(&self.name))?;
        if let Some(pipe) = &self.pipe {
            write!(f, " {pipe}")?;
        }
        f.write_str("}}")
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            let sign = if self.is_assignment { "=" } else { ":=" };
            write!(f, "{} {sign} ", self.variables.join(", "))?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            if index > 0 {
                f.write_str(" | ")?;
            }
            command.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, arg) in self.args.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            match &arg.kind {
                ArgKind::Pipe(pipe) => write!(f, "({pipe})")?,
                _ => arg.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = |f: &mut fmt::Formatter<'_>, fields: &[Arc<str>]| {
            fields.iter().try_for_each(|field| write!(f, ".{field}"))
        };
        match &self.kind {
            ArgKind::Function(name) => f.write_str(name),
            ArgKind::Dot => f.write_str("."),
            ArgKind::Nil => f.write_str("nil"),
            ArgKind::Bool(value) => value.fmt(f),
            ArgKind::Number(number) => f.write_str(&number.text),
            ArgKind::String { quoted, .. } => f.write_str(quoted),
            ArgKind::Field(names) => fields(f, names),
            ArgKind::Variable(name, names) => {
                f.write_str(name)?;
                fields(f, names)
            }
            ArgKind::Chain(inner, names) => {
                match &inner.kind {
                    ArgKind::Pipe(pipe) => write!(f, "({pipe})")?,
                    _ => inner.fmt(f)?,
                }
                fields(f, names)
            }
            ArgKind::Pipe(pipe) => pipe.fmt(f),
        }
    }
}
