//! What a lint found, as plain data. How it is printed is the business of `report`.

mod fingerprint;
mod fix;
mod suggestion;

use std::sync::Arc;

pub use fingerprint::{fingerprints, stable_message};
pub use fix::{Mended, mend};
pub use suggestion::{nearest, nearest_within};

use crate::source::{SourceFile, Span};

/// How sure and how bad a finding is. The order is from harmless to bad.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Not reported.
    Off,
    /// A guess, or a matter of taste: something to look at.
    Info,
    /// A fact that is bad, though the rules still do something.
    Warning,
    /// A fact: it cannot work as written.
    Error,
}

impl Level {
    /// The word used in settings, on the command line and in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The level of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Off, Self::Info, Self::Warning, Self::Error]
            .into_iter()
            .find(|level| level.name() == name)
    }
}

/// A place in a file.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes in it.
    pub span: Span,
}

impl Location {
    /// The bytes `span` of `file`.
    #[must_use]
    pub fn new(file: &Arc<SourceFile>, span: Span) -> Self {
        Self {
            file: Arc::clone(file),
            span,
        }
    }

    /// The key by which findings are ordered: path, then place.
    #[must_use]
    pub fn sort_key(&self) -> (&std::path::Path, Span) {
        (self.file.path(), self.span)
    }
}

/// A second place that explains the first.
#[derive(Clone, Debug)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What is to be seen there.
    pub text: String,
}

/// A change to a file that mends a finding and nothing else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as the end of "rulecheck can …": `write \`matchers\` instead of \`match\``.
    pub title: String,
    /// The changes, all of them in the file of the finding and none overlapping another.
    pub edits: Vec<Edit>,
}

/// A piece of text and what takes its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The bytes that go.
    pub span: Span,
    /// What comes instead.
    pub text: String,
}

/// Why a finding is not told.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The directive that says so.
    pub location: Location,
    /// Its reason.
    pub reason: Option<String>,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Name of the lint, such as `promql-syntax`.
    pub lint: &'static str,
    /// How bad it is, after the settings have had their say.
    pub level: Level,
    /// One sentence that states the fact.
    pub message: String,
    /// Name of the alert or of the recorded series whose rule it is in.
    pub rule: Option<String>,
    /// Why it is so: the steps of the proof, each a sentence that follows from the ones after it. Empty where the message
    /// says it all.
    pub proof: Vec<String>,
    /// Input series in the notation of fixtures, one `series:` and `values:` pair each, that show the finding.
    pub witness: Option<String>,
    /// A change that mends it for certain.
    pub fix: Option<Fix>,
    /// Where the caret goes.
    pub location: Location,
    /// The bytes of the whole rule, where the caret is at its name because the finding is about the rule as a whole.
    pub extent: Option<Span>,
    /// Words under the caret; the message serves where this is empty.
    pub label: Option<String>,
    /// Further places.
    pub related: Vec<Related>,
    /// A way out.
    pub help: Option<String>,
    /// Where the lint is documented.
    pub url: Option<String>,
    /// The directive by which it is not told.
    pub suppression: Option<Suppression>,
}

impl Diagnostic {
    /// A finding without related places and help.
    pub fn new(
        lint: &'static str,
        level: Level,
        location: Location,
        message: impl Into<String>,
    ) -> Self {
        Self {
            lint,
            level,
            message: message.into(),
            rule: None,
            proof: Vec::new(),
            witness: None,
            fix: None,
            location,
            extent: None,
            label: None,
            related: Vec::new(),
            help: None,
            url: None,
            suppression: None,
        }
    }

    /// With words under the caret.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds the next step of the proof.
    pub fn because(&mut self, reason: impl Into<String>) -> &mut Self {
        self.proof.push(reason.into());
        self
    }

    /// With a way out.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a further place.
    #[must_use]
    pub fn with_related(mut self, location: Location, text: impl Into<String>) -> Self {
        self.related.push(Related {
            location,
            text: text.into(),
        });
        self
    }
}
