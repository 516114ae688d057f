//! `promtool test rules`.

use std::path::Path;
use std::sync::Arc;

use super::{FAILURE, all_exist};
use crate::cli::output::Output;
use crate::cli::promtool_arguments::TestRules;
use crate::harness::{self, Run};
use crate::model::Kind;
use crate::project::{self, ProjectFile};
use crate::regex::{Anchoring, Pattern};
use crate::report::promtool;
use crate::source::read_file;
use crate::target::Target;

pub(super) fn run(
    arguments: &TestRules,
    junit: Option<&Path>,
    target: Target,
    output: &Output,
) -> u8 {
    let _ = junit;
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
                let file = project::load_as(Kind::Fixture, &source, path.clone(), &target);
                test_file(&Arc::new(file), target, &only, output)
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
    let refusals = promtool::refusals(file);
    if promtool::is_decoded(file) {
        for pattern in promtool::unmatched(file) {
            output.complain(&format!("  WARNING: no file match pattern {pattern}\n"));
        }
    }
    if !refusals.is_empty() {
        return refusals;
    }
    let report = harness::run(&Run {
        only: only.to_vec(),
        ..Run::new(vec![(file, target)])
    });
    let mut errors = Vec::new();
    for report in &report.files {
        errors.extend(promtool::test_errors(report, file, &target, only));
    }
    errors
}
