use std::sync::Arc;

use crate::engine::Query;
use crate::model::Text;
use crate::template::Template;

/// A rule group ready to run.
#[derive(Debug)]
pub struct RuleGroup {
    /// Name.
    pub name: Arc<str>,
    /// Most alerts or series of one rule; zero or less means no limit.
    pub limit: i64,
    /// How far back the rules look, in milliseconds.
    pub query_offset_ms: i64,
    /// The rules in order.
    pub rules: Vec<Rule>,
}

/// A rule ready to run.
#[derive(Debug)]
pub struct Rule {
    /// Name of the alert or of the recorded series.
    pub name: Arc<str>,
    /// The expression as written, with its place in the file.
    pub expr: Text,
    /// The compiled expression.
    pub query: Query,
    /// The labels of group and rule, those of the rule over those of the group.
    pub labels: Vec<RuleText>,
    /// What becomes of the result.
    pub kind: RuleKind,
}

/// A label or annotation that a rule sets. Recording rules take the text as it is, alerting rules expand it.
#[derive(Debug)]
pub struct RuleText {
    /// Label or annotation name.
    pub name: Arc<str>,
    /// The text as written.
    pub text: Arc<str>,
    /// The same text with its place in the file.
    pub source: Text,
    /// The parsed template, of alerting rules; nothing for a plain text.
    pub template: Option<Template>,
}

/// What becomes of a rule's result.
#[derive(Debug)]
pub enum RuleKind {
    /// It is stored under the rule's name.
    Recording,
    /// Each sample is an alert.
    Alerting {
        /// How long a sample must be there before the alert fires, in milliseconds.
        for_ms: i64,
        /// How long the alert fires on after the sample went away, in milliseconds.
        keep_firing_for_ms: i64,
        /// Annotations in the order written.
        annotations: Vec<RuleText>,
    },
}
