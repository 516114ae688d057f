use super::wording::{Stage, Wording};
use crate::diagnostic::Fix;
use crate::source::Span;
use crate::yaml::{SyntaxError, Tree};

/// What sort of problem a document has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// The file is no YAML.
    Syntax,
    /// A key or a value does not fit: Prometheus or Alertmanager refuses the file.
    Schema,
    /// A duration that cannot be read: the file is refused too.
    Duration,
    /// A place for a variable that nothing fills in, for which Alertmanager refuses the file.
    Placeholder,
    /// A route names a receiver that does not exist.
    UndefinedReceiver,
    /// A route names a time interval that does not exist.
    UndefinedInterval,
    /// Accepted, but surely not meant: something is silently ignored.
    Notice,
}

/// Something wrong with a document, as plain data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// What sort.
    pub kind: ProblemKind,
    /// Where, in the file of the tree.
    pub span: Span,
    /// One sentence that states the fact.
    pub message: String,
    /// A way out.
    pub help: Option<String>,
    /// Further places in the same file, with what is to be seen there.
    pub related: Vec<(Span, String)>,
    /// How Prometheus words it, where that is known.
    pub wording: Option<Wording>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

impl Problem {
    /// A problem without help and related places.
    pub fn new(kind: ProblemKind, span: Span, message: impl Into<String>) -> Self {
        Self {
            kind,
            span,
            message: message.into(),
            help: None,
            related: Vec::new(),
            wording: None,
            fix: None,
        }
    }

    /// A syntax error of a document.
    #[must_use]
    pub fn syntax(tree: &Tree, error: &SyntaxError) -> Self {
        let line = tree.file().line_column(error.span.start as usize).line;
        let mut problem = Self::new(ProblemKind::Syntax, error.span, &error.message);
        problem.help.clone_from(&error.help);
        problem.worded(Stage::Syntax { line }, &error.message);
        problem
    }

    /// With a way out.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a further place.
    #[must_use]
    pub fn with_related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push((span, text.into()));
        self
    }

    /// Sets Prometheus's words.
    pub fn worded(&mut self, stage: Stage, text: impl Into<String>) -> &mut Self {
        let text = text.into();
        self.wording = Some(Wording { stage, text });
        self
    }

    /// Whether the file is refused because of it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.kind != ProblemKind::Notice
    }
}
