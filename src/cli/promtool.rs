//! `rulecheck promtool …`: promtool's arguments, exit codes and streams, so that a pipeline can swap the binary.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use super::output::Output;
use super::promtool_arguments::{Check, CheckRules, Promtool, PromtoolArguments, Test, TestRules};
use crate::harness::{self, Run};
use crate::project::{self, ProjectFile};
use crate::regex::{Anchoring, Pattern};
use crate::report::promtool;
use crate::source::{SourceFile, read_file, read_stdin};
use crate::target::Target;

/// What promtool allows a query in a unit test.
const MAX_SAMPLES: u64 = 10_000;
const FAILURE: u8 = 1;
/// Only lints found something, and `--lint-fatal` was given.
const LINTS_ONLY: u8 = 3;

pub(super) fn run(arguments: &PromtoolArguments, output: &Output) -> ExitCode {
    let mut target = Target {
        max_samples: MAX_SAMPLES,
        extensions: false,
        ..Target::default()
    };
    target.prometheus = arguments.target_prometheus.unwrap_or(target.prometheus);
    for flag in &arguments.enable_feature {
        if !target.features.enable(flag) {
            output.print(&format!(
                "  WARNING: Unknown option for --enable-feature: \"{flag}\"\n"
            ));
        }
    }
    let code = match &arguments.command {
        Promtool::Check(Check::Rules(rules)) => check_rules(rules, &target, output),
        Promtool::Test(Test::Rules(rules)) => test_rules(rules, target, output),
    };
    ExitCode::from(code)
}

/// Whether all files are there; promtool looks before it does anything.
fn all_exist(paths: &[PathBuf], output: &Output) -> bool {
    let missing = paths.iter().find(|path| !path.exists());
    if let Some(path) = missing {
        let path = path.display();
        output.complain(&format!(
            "promtool: error: path '{path}' does not exist, try --help\n"
        ));
    }
    missing.is_none()
}

fn check_rules(arguments: &CheckRules, target: &Target, output: &Output) -> u8 {
    if !all_exist(&arguments.rule_files, output) {
        return FAILURE;
    }
    let mut finds_duplicates = false;
    for option in &arguments.lint {
        match option.as_str() {
            "all" | "duplicate-rules" => finds_duplicates = true,
            "none" => {}
            _ => output.print(&format!("WARNING: unknown lint option: \"{option}\"\n")),
        }
    }
    let mut code = 0;
    if arguments.rule_files.is_empty() {
        output.print("Checking standard input\n");
        let path = Path::new("<stdin>");
        let source = read_stdin(path).map_err(|error| error.to_string());
        code = code.max(check_file(
            source,
            path,
            arguments,
            finds_duplicates,
            target,
            output,
        ));
    }
    for path in &arguments.rule_files {
        output.print(&format!("Checking {}\n", path.display()));
        let source = read_file(path).map_err(|error| error.to_string());
        let found = check_file(source, path, arguments, finds_duplicates, target, output);
        // A failure outweighs the lints.
        code = if code == FAILURE || found == FAILURE {
            FAILURE
        } else {
            code.max(found)
        };
    }
    code
}

fn check_file(
    source: Result<Arc<SourceFile>, String>,
    path: &Path,
    arguments: &CheckRules,
    finds_duplicates: bool,
    target: &Target,
    output: &Output,
) -> u8 {
    let source = match source {
        Ok(source) => source,
        Err(error) => {
            output.complain(&format!("  FAILED:\n{}: {error}\n", path.display()));
            return FAILURE;
        }
    };
    let file = project::load(&source, path.to_owned(), target, true);
    let mut errors: Vec<String> = file
        .refusals()
        .map(|error| {
            let at = source.line_column(error.location.span.start as usize);
            let path = path.display();
            format!("{path}: {}:{}: {}\n", at.line, at.column, error.message)
        })
        .collect();
    if errors.is_empty() && !is_rule_file(&file) {
        errors.push(format!("{}: this is no rule file\n", path.display()));
    }
    if !errors.is_empty() {
        output.complain(&format!("  FAILED:\n{}", errors.concat()));
        return FAILURE;
    }
    match promtool::duplicate_rules(&file).filter(|_| finds_duplicates) {
        Some(text) => {
            output.complain(&format!("  FAILED:\n{text}"));
            output.print("\n");
            if arguments.lint_fatal { LINTS_ONLY } else { 0 }
        }
        None => {
            let rules: usize = file.groups.iter().map(|group| group.rules.len()).sum();
            output.print(&format!("  SUCCESS: {rules} rules found\n\n"));
            0
        }
    }
}

/// Files of other kinds, and Kubernetes objects, are nothing to promtool; an empty file has no rules.
fn is_rule_file(file: &ProjectFile) -> bool {
    let is_object = file
        .tree
        .root(0)
        .is_some_and(|root| root.get("apiVersion").is_some());
    !is_object && file.fixture.is_none() && file.alertmanager.is_none() && file.prometheus.is_none()
}

fn test_rules(arguments: &TestRules, target: Target, output: &Output) -> u8 {
    if !all_exist(&arguments.test_rule_files, output) {
        return FAILURE;
    }
    let mut only = Vec::new();
    for text in &arguments.run {
        match Pattern::parse(text, Anchoring::None) {
            Ok(pattern) => only.push(pattern),
            Err(error) => {
                output.complain(&format!("promtool: error: --run: {error}\n"));
                return FAILURE;
            }
        }
    }
    let mut code = 0;
    for path in &arguments.test_rule_files {
        output.print(&format!("Unit Testing:  {}\n", path.display()));
        let errors = match read_file(path) {
            Ok(source) => {
                let file = Arc::new(project::load(&source, path.clone(), &target, true));
                test_file(&file, target, &only, output)
            }
            Err(error) => vec![format!("  {}: {error}", path.display())],
        };
        if errors.is_empty() {
            output.print("  SUCCESS\n");
        } else {
            output.complain("  FAILED:\n");
            code = FAILURE;
        }
        for error in errors {
            output.complain(&format!("{error}\n"));
            output.print("\n");
        }
        output.print("\n");
    }
    code
}

fn test_file(
    file: &Arc<ProjectFile>,
    target: Target,
    only: &[Pattern],
    output: &Output,
) -> Vec<String> {
    let report = harness::run(&Run {
        only: only.to_vec(),
        as_promtool: true,
        ..Run::new(vec![(file, target)])
    });
    let mut errors = Vec::new();
    for file in &report.files {
        for warning in &file.warnings {
            output.complain(&format!("  WARNING: {warning}\n"));
        }
        errors.extend(promtool::test_errors(file));
    }
    if file.fixture.is_none() && file.tree.root(0).is_some() {
        errors.push(format!(
            "  {} is no unit-test file",
            file.file.path().display()
        ));
    }
    errors
}
