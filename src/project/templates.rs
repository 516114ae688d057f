//! The template files that a configuration of Alertmanager names.

use std::sync::Arc;

use super::glob::{Globs, expand, is_pattern};
use crate::model::{AlertmanagerConfig, Problem, ProblemKind, Stage, Text};
use crate::source::{SourceFile, read_file};
use crate::target::Target;
use crate::template::alertmanager::{self, RenderError};
use crate::template::{TemplateError, check_alertmanager, check_go};
use crate::yaml::{Node, Tree};

/// The types of Opsgenie's responders that are templates and do not parse, which Alertmanager refuses. It does not look at
/// any other template in the configuration.
pub(super) fn responder_problems(
    config: &AlertmanagerConfig,
    tree: &Tree,
    target: &Target,
) -> Vec<Problem> {
    let integrations = config
        .receivers
        .iter()
        .flat_map(|receiver| &receiver.integrations);
    let opsgenie =
        integrations.filter(|integration| integration.key.as_str() == "opsgenie_configs");
    let mut problems = Vec::new();
    for node in opsgenie.map(|integration| tree.node(integration.node)) {
        for responder in node.get("responders").into_iter().flat_map(Node::items) {
            let text = |name: &str| {
                let value = responder.get(name).filter(|value| !value.is_null());
                value.and_then(Node::scalar).unwrap_or_default()
            };
            let kind = text("type");
            let Some(Err(error)) = kind.contains("{{").then(|| check_go(kind, target)) else {
                continue;
            };
            let place = responder.get("type").map_or(node.span(), Node::span);
            let message = format!(
                "the type of the responder is no template: {}",
                error.message
            );
            let help = "Go's own functions are the only ones here";
            let [id, name, user] = ["id", "name", "username"].map(text);
            let said = format!(
                "opsGenieConfig responder {{{id} {name} {user} {kind}}} type is not a valid template: {error}"
            );
            let mut problem = Problem::new(ProblemKind::Schema, place, message).with_help(help);
            let part = node.span();
            problem.worded(
                Stage::Hook {
                    part,
                    order: usize::MAX,
                },
                said,
            );
            problems.push(problem);
        }
    }
    problems
}

/// What `templates` of a configuration means.
#[derive(Debug, Default)]
pub struct Templates {
    /// Patterns that cannot be read.
    pub bad_patterns: Vec<Text>,
    /// Patterns that no file here matches: what they mean lies elsewhere.
    pub elsewhere: Vec<Text>,
    /// The files that are there, in the order in which Alertmanager reads them.
    pub files: Vec<TemplateFile>,
}

/// A template file.
#[derive(Debug)]
pub struct TemplateFile {
    /// The text.
    pub source: Arc<SourceFile>,
    /// Why it does not parse.
    pub error: Option<TemplateError>,
}

impl Templates {
    /// Reads the files; those that are not there are no fault to Alertmanager. `config` is the file that names them, to whose
    /// folder paths are relative.
    pub(super) fn read(patterns: &[Text], config: &SourceFile, target: &Target) -> Self {
        let folder = config.path().parent().unwrap_or(config.path());
        let mut found = Self::default();
        for pattern in patterns {
            if !is_pattern(pattern.as_str()) {
                found.bad_patterns.push(pattern.clone());
                continue;
            }
            let paths = expand(folder, pattern.as_str(), Globs::Go).into_iter();
            let known = found.files.len();
            // A pipe would be waited for.
            for path in paths.filter(|path| path.is_file()) {
                let Ok(source) = read_file(&path) else {
                    continue;
                };
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let error = check_alertmanager(&name, source.text(), target).err();
                found.files.push(TemplateFile { source, error });
            }
            if found.files.len() == known {
                found.elsewhere.push(pattern.clone());
            }
        }
        found
    }

    /// Alertmanager's own templates and those of the files, ready to be run; the errors are those of all files.
    pub fn set(&self, target: &Target) -> Result<alertmanager::Templates, Vec<RenderError>> {
        let name = |file: &TemplateFile| {
            let name = file.source.path().file_name().unwrap_or_default();
            name.to_string_lossy().into_owned()
        };
        let names: Vec<String> = self.files.iter().map(name).collect();
        let texts = self.files.iter().map(|file| file.source.text());
        alertmanager::Templates::new(names.iter().map(String::as_str).zip(texts), target)
    }

    /// Whether Alertmanager can read all of them.
    #[must_use]
    pub fn are_readable(&self) -> bool {
        self.bad_patterns.is_empty() && self.files.iter().all(|file| file.error.is_none())
    }

    /// What Alertmanager says of the first that it cannot read.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        // A pattern is read before its files, and those of later patterns after them: with both, the order of the file.
        match self.bad_patterns.is_empty() {
            false => Some("syntax error in pattern".to_owned()),
            true => {
                let mut errors = self.files.iter().filter_map(|file| file.error.as_ref());
                errors.next().map(ToString::to_string)
            }
        }
    }
}
