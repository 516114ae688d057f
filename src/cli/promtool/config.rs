//! `promtool check config`.

use std::path::{Path, PathBuf};

use super::rules::{Checking, worse};
use super::{FAILURE, all_exist, beside};
use crate::cli::output::Output;
use crate::cli::promtool_arguments::CheckConfig;
use crate::labels::quote;
use crate::model::{Kind, PrometheusConfig};
use crate::project::{self, Globs};
use crate::report::promtool;
use crate::source::read_file;
use crate::target::{Target, Version};

/// Told once, and not on the stream that promtool's words are on.
const UNJUDGED: &str = "note: what is inside service discovery, remote write, storage, tracing and HTTP client settings is not judged here\n";

pub(super) fn check(arguments: &CheckConfig, target: &Target, output: &Output) -> u8 {
    if !all_exist(&arguments.config_files, output) {
        return FAILURE;
    }
    let mut checking = Checking::new(&arguments.lints, target, output);
    // promtool before 3.0 sets errors of rules in here, and there it does not.
    if target.prometheus < Version::new(3, 0) {
        checking.indent = "     ";
    }
    // Here `none` wins over all else.
    checking.finds_duplicates &= !arguments.lints.lint.iter().any(|lint| lint == "none");
    let mut code = 0;
    let mut has_unjudged = false;
    for path in &arguments.config_files {
        output.print(&format!("Checking {}\n", path.display()));
        let rule_files = match load(arguments, path, target, &mut has_unjudged) {
            Ok(rule_files) => {
                let path = path.display();
                if !rule_files.is_empty() {
                    let count = rule_files.len();
                    output.print(&format!("  SUCCESS: {count} rule files found\n"));
                }
                output.print(&format!(
                    " SUCCESS: {path} is valid prometheus config file syntax\n"
                ));
                rule_files
            }
            Err(error) => {
                output.complain(&format!("  FAILED: {error}\n"));
                code = FAILURE;
                Vec::new()
            }
        };
        output.print("\n");
        code = worse(code, checking.files(&rule_files));
    }
    if has_unjudged {
        output.complain(UNJUDGED);
    }
    code
}

/// The rule files of a configuration, or why it is refused.
fn load(
    arguments: &CheckConfig,
    path: &Path,
    target: &Target,
    has_unjudged: &mut bool,
) -> Result<Vec<PathBuf>, String> {
    let source = read_file(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file = project::load_as(Kind::Prometheus, &source, path.to_owned(), target);
    let errors = promtool::refusals(&file);
    if let Some(error) = errors.first() {
        // Prometheus stops at the first.
        return Err(format!("parsing YAML file {}: {error}", path.display()));
    }
    let config = file.prometheus.unwrap_or_default();
    *has_unjudged |= config.has_unjudged;
    if let Some(field) = config.forbidden_to_agents.filter(|_| arguments.agent) {
        return Err(format!("field {field} is not allowed in agent mode"));
    }
    if arguments.syntax_only {
        return Ok(Vec::new());
    }
    rule_files(&config, path)
}

fn rule_files(config: &PrometheusConfig, path: &Path) -> Result<Vec<PathBuf>, String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    for pattern in &config.rule_files {
        let matching = project::expand(folder, pattern.as_str(), Globs::Go);
        if matching.is_empty() && !pattern.as_str().contains('*') {
            let path = beside(path, pattern.as_str());
            let path = quote(&path.to_string_lossy());
            return Err(format!("{path} does not point to an existing file"));
        }
        found.extend(matching);
    }
    Ok(found)
}
