//! `promtool check rules`, and the rule files of `promtool check config`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{FAILURE, LINTS_ONLY, all_exist};
use crate::cli::output::Output;
use crate::cli::promtool_arguments::{CheckRules, Lints};
use crate::model::Kind;
use crate::project;
use crate::report::promtool;
use crate::source::{SourceFile, read_file, read_stdin};
use crate::target::{Target, Version};

/// What is looked for in rule files, and how it is told.
pub(super) struct Checking<'a> {
    pub finds_duplicates: bool,
    pub lint_fatal: bool,
    pub target: &'a Target,
    /// What stands before each error.
    pub indent: &'static str,
    pub output: &'a Output,
}

impl<'a> Checking<'a> {
    /// Tells of lints that promtool does not know, besides those that the command has of its own.
    pub fn new(lints: &Lints, own: &[&str], target: &'a Target, output: &'a Output) -> Self {
        let mut finds_duplicates = false;
        for option in &lints.lint {
            match option.as_str() {
                "all" | "duplicate-rules" => finds_duplicates = true,
                "none" => {}
                option if own.contains(&option) => {}
                // The quotes came with 3.0.
                _ if target.prometheus < Version::new(3, 0) => {
                    output.print(&format!("WARNING: unknown lint option {option}\n"));
                }
                _ => output.print(&format!("WARNING: unknown lint option: \"{option}\"\n")),
            }
        }
        Self {
            finds_duplicates,
            lint_fatal: lints.lint_fatal,
            target,
            indent: "",
            output,
        }
    }

    /// Checks rule files one after the other.
    pub fn files(&self, paths: &[PathBuf]) -> u8 {
        let mut code = 0;
        for path in paths {
            self.output.print(&format!("Checking {}\n", path.display()));
            let source = read_file(path).map_err(|error| error.to_string());
            code = worse(
                code,
                self.file(source, path, &format!("{}: ", path.display())),
            );
        }
        code
    }

    fn file(&self, source: Result<Arc<SourceFile>, String>, path: &Path, prefix: &str) -> u8 {
        let errors = match source {
            Err(error) => vec![error],
            Ok(source) => {
                let file = project::load_as(Kind::Rules, &source, path.to_owned(), self.target);
                let errors = promtool::refusals(&file);
                if errors.is_empty() {
                    return self.lint(&file);
                }
                match promtool::is_told_twice(&file) {
                    true => [errors.clone(), errors].concat(),
                    false => errors,
                }
            }
        };
        let indent = self.indent;
        let errors = errors
            .iter()
            .map(|error| format!("{indent}{prefix}{error}\n"));
        let errors: String = errors.collect();
        self.output.complain(&format!("  FAILED:\n{errors}"));
        // 3.0 leaves the blank line out.
        if self.target.prometheus < Version::new(3, 0) {
            self.output.print("\n");
        }
        FAILURE
    }

    fn lint(&self, file: &project::ProjectFile) -> u8 {
        let indent = self.indent;
        match promtool::duplicate_rules(file).filter(|_| self.finds_duplicates) {
            Some(text) => {
                self.output.complain(&format!("  FAILED:\n{indent}{text}"));
                self.output.print("\n");
                if self.lint_fatal { LINTS_ONLY } else { 0 }
            }
            None => {
                let rules: usize = file.groups.iter().map(|group| group.rules.len()).sum();
                self.output
                    .print(&format!("  SUCCESS: {rules} rules found\n\n"));
                0
            }
        }
    }
}

/// A failure outweighs the lints.
pub(super) fn worse(one: u8, other: u8) -> u8 {
    if one == FAILURE || other == FAILURE {
        FAILURE
    } else {
        one.max(other)
    }
}

pub(super) fn check(arguments: &CheckRules, target: &Target, output: &Output) -> u8 {
    if !all_exist(&arguments.rule_files, output) {
        return FAILURE;
    }
    let checking = Checking::new(&arguments.lints, &[], target, output);
    if arguments.rule_files.is_empty() {
        output.print("Checking standard input\n");
        let path = Path::new("<stdin>");
        let source = read_stdin(path).map_err(|error| error.to_string());
        return checking.file(source, path, "");
    }
    checking.files(&arguments.rule_files)
}
