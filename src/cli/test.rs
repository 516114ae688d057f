use std::path::PathBuf;
use std::sync::Arc;

use super::Verdict;
use super::arguments::{TestArguments, TestFormat};
use super::check::{choice, inputs, refuse};
use super::coverage;
use super::output::Output;
use super::traps;
use super::update;
use crate::harness::{self, Coverage, FileReport, Run, Shard, TestReport, TraceRequest};
use crate::project::{self, Choice, Project, ProjectFile};
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
    let named = if whole {
        vec![PathBuf::from(".")]
    } else {
        arguments.fixtures.clone()
    };
    let (mut paths, stdin) = match inputs(&named, arguments.stdin_filename.as_deref()) {
        Ok(inputs) => inputs,
        Err(error) => return refuse(&[error], output),
    };
    let choice = Choice {
        reads_pipes: true,
        ..choice(&arguments.settings)
    };
    let projects = match project::open(&paths, stdin.clone(), &choice) {
        Ok(projects) => projects,
        Err(errors) => return refuse(&errors, output),
    };
    let fixtures = if whole {
        all_fixtures(&projects)
    } else {
        asked_fixtures(&projects)
    };
    paths.extend(stdin.iter().map(|file| file.path().to_owned()));
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
    let trace = arguments.trace.as_ref().map(|alert| TraceRequest {
        alert: alert.clone(),
        at: arguments.at,
    });
    let run = Run {
        only,
        rules: rules_of_fixtures(&projects),
        trace,
        coverage: arguments.coverage.is_wanted(),
        ..Run::new(share(fixtures, arguments.shard))
    };
    let mut report = harness::run(&run);
    if arguments.update {
        return update::run(&run.fixtures, &report, arguments.yes, output);
    }
    // Another shard may have them.
    let chooses = !run.only.is_empty() && arguments.shard.is_none();
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
    report.is_strict = arguments.strict;
    report.traps = traps::of_run(&projects, &run, &report);
    let coverage = coverage::measure(
        &arguments.coverage,
        &report,
        whole.then_some(projects.as_slice()),
    );
    output.print(&shown(&report, coverage.as_ref(), arguments, output));
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

fn shown(
    report: &TestReport,
    coverage: Option<&Coverage>,
    arguments: &TestArguments,
    output: &Output,
) -> String {
    let (style, quiet) = (output.style(), arguments.output.quiet);
    match arguments.output.format {
        TestFormat::Json => report::json::print(&report::json::test_run(report, coverage)),
        TestFormat::Junit => report::tests_junit(report),
        TestFormat::Tap => report::tests_tap(report),
        TestFormat::Github => report::tests_github(report, quiet),
        TestFormat::Text => {
            let mut text = report::traces_text(report, style);
            text.push_str(&report::tests_text(report, style, quiet));
            let traps = report::traps_text(report, style, quiet);
            if !traps.is_empty() && !text.is_empty() && !text.ends_with("\n\n") {
                text.push('\n');
            }
            text.push_str(&traps);
            if !quiet {
                text.push_str(&report::test_summary(report));
                text.push('\n');
            }
            if let Some(coverage) = coverage.filter(|_| arguments.coverage.coverage) {
                text.push('\n');
                text.push_str(&report::coverage_text(coverage, style));
            }
            text
        }
    }
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

/// The fixtures of a shard, by their sizes.
fn share(fixtures: Fixtures<'_>, shard: Option<Shard>) -> Fixtures<'_> {
    let Some(shard) = shard else {
        return fixtures;
    };
    let sizes: Vec<usize> = fixtures
        .iter()
        .map(|(file, _)| file.file.text().len())
        .collect();
    let share = shard.share(&sizes).into_iter();
    share.map(|place| fixtures[place]).collect()
}

/// The rule files that fixtures name, as they were loaded with them.
pub(super) fn rules_of_fixtures(projects: &[Project]) -> Fixtures<'_> {
    projects
        .iter()
        .flat_map(|project| {
            let environments = project.environments.iter();
            let files = environments.flat_map(|environment| {
                let fixtures = environment.files.iter();
                fixtures.flat_map(|fixture| environment.rules_of(fixture))
            });
            let files = files.flat_map(|named| &named.files);
            files.map(|file| (file, project.target))
        })
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
