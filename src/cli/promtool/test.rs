//! `promtool test rules`.

use std::path::Path;
use std::sync::Arc;

use super::junit::JunitFile;
use super::{FAILURE, all_exist};
use crate::cli::output::Output;
use crate::cli::promtool_arguments::TestRules;
use crate::harness::{self, Run};
use crate::model::Kind;
use crate::project::{self, ProjectFile};
use crate::regex::{Anchoring, Pattern};
use crate::report::promtool;
use crate::report::promtool::junit::{Case, Suite};
use crate::source::read_file;
use crate::target::Target;

pub(super) fn run(
    arguments: &TestRules,
    junit: Option<&Path>,
    target: Target,
    output: &Output,
) -> u8 {
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
    let junit = match junit.map(JunitFile::open).transpose() {
        Ok(junit) => junit,
        Err(error) => {
            output.complain(&format!("promtool: error: --junit: {error}\n"));
            return FAILURE;
        }
    };
    let tests = Tests {
        arguments,
        only,
        target,
        output,
    };
    let mut code = 0;
    let mut suites = Vec::new();
    for path in &arguments.test_rule_files {
        output.print(&format!("Unit Testing:  {}\n", path.display()));
        let suite = tests.file(path);
        let failures = suite.cases.iter().flat_map(|case| &case.failures);
        let errors: Vec<&String> = suite.error.iter().chain(failures).collect();
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
        suites.push(suite);
    }
    if let Some(error) = junit.and_then(|junit| junit.write(&suites).err()) {
        output.complain(&format!("failed to write JUnit XML: {error}\n"));
        code = FAILURE;
    }
    code
}

struct Tests<'a> {
    arguments: &'a TestRules,
    only: Vec<Pattern>,
    target: Target,
    output: &'a Output,
}

impl Tests<'_> {
    fn file(&self, path: &Path) -> Suite {
        let mut suite = Suite {
            name: path.display().to_string(),
            cases: Vec::new(),
            error: None,
        };
        let source = match read_file(path) {
            Ok(source) => source,
            Err(error) => {
                suite.error = Some(format!("  {}: {error}", path.display()));
                return suite;
            }
        };
        let file = project::load_as(Kind::Fixture, &source, path.to_owned(), &self.target);
        let file = Arc::new(file);
        if promtool::is_decoded(&file) {
            for pattern in promtool::unmatched(&file) {
                self.output
                    .complain(&format!("  WARNING: no file match pattern {pattern}\n"));
            }
        }
        let refusals = promtool::refusals(&file);
        if refusals.is_empty() {
            self.run(&file, &mut suite);
        } else {
            suite.error = Some(refusals.join("\n"));
        }
        suite
    }

    fn run(&self, file: &Arc<ProjectFile>, suite: &mut Suite) {
        let report = harness::run(&Run {
            only: self.only.clone(),
            as_promtool: true,
            dump: self.arguments.debug,
            ..Run::new(vec![(file, self.target)])
        });
        for report in &report.files {
            let (only, diff) = (&self.only, self.arguments.diff);
            let tests = promtool::test_errors(report, file, &self.target, only, diff);
            for test in tests {
                let result = test.result;
                if let Some(dump) = result.and_then(|result| result.dump.as_ref()) {
                    self.output.complain(&promtool::debug(&test.name, dump));
                }
                suite.cases.push(Case {
                    name: test.name,
                    failures: test.errors,
                });
            }
            let problems = promtool::problems(report);
            if suite.cases.iter().all(|case| case.failures.is_empty()) && !problems.is_empty() {
                suite.error = Some(problems.join("\n"));
            }
        }
    }
}
