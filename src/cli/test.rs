use std::path::PathBuf;
use std::sync::Arc;

use super::Verdict;
use super::arguments::{Format, TestArguments};
use super::check::{choice, refuse};
use super::coverage;
use super::output::Output;
use super::update;
use crate::harness::{self, FileReport, Run, TestReport, TraceRequest};
use crate::project::{self, Project, ProjectFile};
use crate::regex::{Anchoring, Pattern};
use crate::report;
use crate::target::Target;

/// `rulecheck test`
pub(super) fn run(arguments: &TestArguments, output: &Output) -> Verdict {
    let only: Result<Vec<Pattern>, _> = arguments
        .run
        .iter()
        .map(|text| Pattern::parse(text, Anchoring::None))
        .collect();
    let only = match only {
        Ok(only) => only,
        Err(error) => {
            output.error(&format!("--run: {error}"));
            return Verdict::Unusable;
        }
    };
    // Without a name all fixtures of the project are meant.
    let whole = arguments.fixtures.is_empty();
    let paths = if whole {
        vec![PathBuf::from(".")]
    } else {
        arguments.fixtures.clone()
    };
    let projects = match project::open(&paths, None, &choice(&arguments.settings)) {
        Ok(projects) => projects,
        Err(errors) => return refuse(&errors, output),
    };
    let fixtures = if whole {
        all_fixtures(&projects)
    } else {
        asked_fixtures(&projects)
    };
    let unfit = unfit(&projects, &paths);
    if !unfit.is_empty() {
        for path in unfit {
            output.error(&format!(
                "{path} is no fixture: a fixture has the key `tests`"
            ));
        }
        return Verdict::Unusable;
    }
    if fixtures.is_empty() {
        output.error("no fixtures found");
        return Verdict::Unusable;
    }
    let chooses = !only.is_empty();
    let trace = arguments.trace.as_ref().map(|alert| TraceRequest {
        alert: alert.clone(),
        at: arguments.at,
    });
    let report = harness::run(&Run {
        only,
        trace,
        coverage: arguments.coverage.is_wanted(),
        ..Run::new(fixtures.clone())
    });
    if arguments.update {
        return update::run(&fixtures, &report, arguments.yes, output);
    }
    if chooses && report.files.iter().all(FileReport::is_empty) {
        output.error("no test has a name that matches --run");
        return Verdict::Unusable;
    }
    if let Some(alert) = &arguments.trace
        && has_no_trace(&report)
    {
        output.error(&format!("no rule of these fixtures has the alert {alert}"));
        return Verdict::Unusable;
    }
    let coverage = coverage::measure(
        &arguments.coverage,
        &report,
        whole.then_some(projects.as_slice()),
    );
    match arguments.output.format {
        Format::Json => {
            let run = report::json::test_run(&report, coverage.as_ref());
            output.print(&report::json::print(&run));
        }
        Format::Text => {
            output.print(&report::traces_text(&report, output.style()));
            output.print(&report::tests_text(
                &report,
                output.style(),
                arguments.output.quiet,
            ));
            if !arguments.output.quiet {
                output.print(&format!("{}\n", report::test_summary(&report)));
            }
            if let Some(coverage) = &coverage
                && arguments.coverage.coverage
            {
                output.print(&format!(
                    "\n{}",
                    report::coverage_text(coverage, output.style())
                ));
            }
        }
    }
    let covered = coverage.map_or(Verdict::Clean, |coverage| {
        coverage::judge(&arguments.coverage, &coverage, output)
    });
    verdict(&report).max(covered)
}

/// Whether every test ran and none has the rule that was to be traced.
fn has_no_trace(report: &TestReport) -> bool {
    let mut files = report.files.iter();
    files.all(|file| file.problems.is_empty() && file.tests.iter().all(|t| t.traces.is_empty()))
}

pub(super) fn verdict(report: &TestReport) -> Verdict {
    if report.passed() {
        Verdict::Clean
    } else {
        Verdict::Findings
    }
}

type Fixtures<'p> = Vec<(&'p Arc<ProjectFile>, Target)>;

/// Every fixture of every environment, each once.
pub(super) fn all_fixtures(projects: &[Project]) -> Fixtures<'_> {
    let mut seen = rustc_hash::FxHashSet::default();
    projects
        .iter()
        .flat_map(|project| {
            let files = project
                .environments
                .iter()
                .flat_map(|environment| &environment.files);
            files.map(|file| (file, project.target))
        })
        .filter(|(file, _)| file.fixture.is_some() && seen.insert(&file.identity))
        .collect()
}

/// The fixtures among the files that were asked for.
fn asked_fixtures(projects: &[Project]) -> Fixtures<'_> {
    let is_asked = |file: &ProjectFile| {
        projects
            .iter()
            .any(|project| project.asked.contains(&file.identity))
    };
    let mut fixtures = all_fixtures(projects);
    fixtures.retain(|(file, _)| is_asked(file));
    fixtures
}

/// The named files that are no fixtures, as named.
fn unfit(projects: &[Project], paths: &[PathBuf]) -> Vec<String> {
    let files = projects
        .iter()
        .flat_map(|project| &project.environments)
        .flat_map(|environment| &environment.files);
    let mut unfit: Vec<String> = files
        .filter(|file| file.fixture.is_none() && paths.iter().any(|path| path == file.file.path()))
        .map(|file| file.file.path().display().to_string())
        .collect();
    unfit.sort();
    unfit.dedup();
    unfit
}
