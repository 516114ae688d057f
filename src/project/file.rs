use std::path::PathBuf;
use std::sync::Arc;

use super::rules::Group;
use super::templates::Templates;
use crate::diagnostic::{Diagnostic, Fix, Level, Location};
use crate::model::{AlertmanagerConfig, Compose, Fixture, PrometheusConfig, Wording};
use crate::notify::{InhibitRule, Route};
use crate::source::{SourceFile, Span};
use crate::suppression::Directives;
use crate::yaml::Tree;

/// A file with all that could be read from it.
#[derive(Debug)]
pub struct ProjectFile {
    /// The text.
    pub file: Arc<SourceFile>,
    /// The nodes of the text.
    pub tree: Arc<Tree>,
    /// The path by which the same file is recognised, however it was named.
    pub identity: PathBuf,
    /// Rule groups, of a rule file or of Kubernetes objects.
    pub groups: Vec<Group>,
    /// Configuration of Alertmanager.
    pub alertmanager: Option<Alertmanager>,
    /// `prometheus.yml`.
    pub prometheus: Option<PrometheusConfig>,
    /// A unit-test file.
    pub fixture: Option<Fixture>,
    /// A Compose file that starts Prometheus or Alertmanager.
    pub compose: Option<Compose>,
    /// Whether it is of a known kind.
    pub is_known: bool,
    /// Whether its text stands in the file in another form, such as base64, so that nothing in it can be changed by its places.
    pub is_decoded: bool,
    /// What it says is not to be told.
    pub directives: Directives,
    /// Everything that is wrong with it, in the order of the places.
    pub issues: Vec<Issue>,
}

/// Configuration of Alertmanager with its matchers parsed.
#[derive(Debug)]
pub struct Alertmanager {
    /// The configuration as read.
    pub config: AlertmanagerConfig,
    /// The template files that it names.
    pub templates: Templates,
    /// The route tree; nothing where the file has none.
    pub route: Option<Route>,
    /// The inhibit rules.
    pub inhibit_rules: Vec<InhibitRule>,
    /// Whether every matcher of routes and inhibit rules parses. One that does not is left out, and nothing can be proved.
    pub has_all_matchers: bool,
}

/// Why a file, or a part of it, is refused by Prometheus or Alertmanager.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issue {
    /// Of what sort.
    pub kind: IssueKind,
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// A way out.
    pub help: Option<String>,
    /// Further places in the same file.
    pub related: Vec<(Span, String)>,
    /// How Prometheus words it, where that is known.
    pub wording: Option<Wording>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

/// The sorts of issues; each is reported by the lint of that name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IssueKind {
    /// No YAML, or keys and values that do not fit.
    Schema,
    /// A duration that cannot be read.
    Duration,
    /// An expression that does not parse.
    Promql,
    /// An expression that would parse if feature flags were on.
    Feature,
    /// A template that does not parse.
    Template,
    /// A place for a variable that nothing fills in.
    Placeholder,
    /// A receiver that does not exist.
    UndefinedReceiver,
    /// A time interval that does not exist.
    UndefinedInterval,
    /// Accepted, but something is silently ignored.
    Notice,
    /// An expression or template that another program than Prometheus reads, in a language that is not known here.
    Other,
}

impl IssueKind {
    /// The lint that reports issues of this kind.
    #[must_use]
    pub const fn lint(self) -> &'static str {
        match self {
            Self::Schema | Self::Notice => "yaml-schema",
            Self::Duration => "duration-invalid",
            Self::Promql | Self::Other => "promql-syntax",
            Self::Feature => "feature-not-enabled",
            Self::Template => "template-invalid",
            Self::Placeholder => "env-placeholder",
            Self::UndefinedReceiver => "undefined-receiver",
            Self::UndefinedInterval => "undefined-time-interval",
        }
    }

    /// Whether a file that has one is refused.
    #[must_use]
    pub fn is_refusal(self) -> bool {
        self.level() == Level::Error
    }

    /// How bad they are.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Notice | Self::Other => Level::Info,
            _ => Level::Error,
        }
    }
}

impl ProjectFile {
    /// An issue of the file as a finding.
    #[must_use]
    pub fn diagnostic(&self, issue: &Issue) -> Diagnostic {
        let location = self.location(issue.span);
        let kind = issue.kind;
        let mut found = Diagnostic::new(kind.lint(), kind.level(), location, &issue.message);
        found.help.clone_from(&issue.help);
        found.fix.clone_from(&issue.fix);
        for (span, text) in &issue.related {
            found = found.with_related(self.location(*span), text);
        }
        found
    }

    /// Why Prometheus or Alertmanager refuses the file.
    pub fn refusals(&self) -> impl Iterator<Item = Diagnostic> {
        self.issues
            .iter()
            .filter(|issue| issue.kind.is_refusal())
            .map(|issue| self.diagnostic(issue))
    }

    /// A place in the file.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        Location::new(&self.file, span)
    }

    /// Whether the file is of another kind than a rule file.
    #[must_use]
    pub fn is_of_other_kind(&self) -> bool {
        self.fixture.is_some()
            || self.alertmanager.is_some()
            || self.prometheus.is_some()
            || self.compose.is_some()
    }

    /// Whether it is of no known kind, and nobody said that it should be.
    #[must_use]
    pub fn is_passed_over(&self) -> bool {
        !self.is_known && self.issues.is_empty()
    }

    /// Whether Prometheus or Alertmanager refuses the file.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.issues.iter().any(|issue| issue.kind.is_refusal())
    }
}
