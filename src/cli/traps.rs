//! The traps of the fixtures that a test run is about.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Diagnostic, Level};
use crate::harness::{self, Run, TemplateError, TestReport};
use crate::lint::{self, Levels};
use crate::project::{Project, ProjectFile};
use crate::source::Span;
use crate::template::ERROR_TEXT;

/// The lint that is about templates that fail.
pub(super) const TEMPLATE_ERROR: &str = "fixture-template-error";

/// What the lints of the group `fixture` say of the fixtures that ran, and the templates that failed while they ran, at the
/// levels of the settings, without what directives keep from being told. With `is_strict` each of them is an error.
pub(super) fn of_run(
    projects: &[Project],
    run: &Run<'_>,
    report: &TestReport,
    levels: &Levels,
) -> Vec<Diagnostic> {
    let left_out = left_out(run);
    let ran: FxHashSet<&Path> = run
        .fixtures
        .iter()
        .map(|(file, _)| file.identity.as_path())
        .collect();
    let mut traps: Vec<Diagnostic> = projects
        .iter()
        .flat_map(|project| {
            let has_run = |file: &ProjectFile| ran.contains(file.identity.as_path());
            lint::run_group(project, lint::FIXTURE, levels, has_run)
        })
        .filter(|trap| !is_left_out(trap, &left_out))
        .collect();
    let templates = of_templates(projects, report, levels).into_iter();
    traps.extend(templates.filter(|found| found.suppression.is_none()));
    if report.is_strict {
        for trap in &mut traps {
            trap.level = Level::Error;
        }
    }
    traps
}

/// The templates that failed in tests, each once: the first test that ran into it tells.
pub(super) fn of_templates(
    projects: &[Project],
    report: &TestReport,
    levels: &Levels,
) -> Vec<Diagnostic> {
    if lint::find(TEMPLATE_ERROR).is_none_or(|lint| !levels.runs(lint)) {
        return Vec::new();
    }
    let mut seen = FxHashSet::default();
    let mut found = Vec::new();
    for file in &report.files {
        let Some(project) = project_of(projects, file.file.path()) else {
            continue;
        };
        for error in file.tests.iter().flat_map(|test| &test.template_errors) {
            if seen.insert(error.location.sort_key()) {
                found.extend(lint::settled(project, levels, template_error(error)));
            }
        }
    }
    found
}

/// The bytes of the test groups that `--run` leaves out, by the path of their fixture.
fn left_out<'r>(run: &'r Run<'_>) -> FxHashMap<&'r Path, Vec<Span>> {
    let fixtures = run.fixtures.iter().filter_map(|(file, _)| {
        let tests = file.fixture.as_ref()?.tests.iter();
        let others = tests.filter(|test| !harness::is_chosen(test, &run.only));
        Some((file.file.path(), others.map(|test| test.span).collect()))
    });
    fixtures.collect()
}

fn is_left_out(trap: &Diagnostic, left_out: &FxHashMap<&Path, Vec<Span>>) -> bool {
    let span = trap.location.span;
    let others = left_out.get(trap.location.file.path());
    others.is_some_and(|others| {
        let mut others = others.iter();
        others.any(|other| other.start <= span.start && span.end <= other.end)
    })
}

/// The project that has the fixture.
fn project_of<'p>(projects: &'p [Project], fixture: &Path) -> Option<&'p Project> {
    projects.iter().find(|project| {
        let files = project.environments.iter();
        let mut files = files.flat_map(|environment| &environment.files);
        files.any(|file| file.file.path() == fixture && file.fixture.is_some())
    })
}

fn template_error(error: &TemplateError) -> Diagnostic {
    let reason = error.text.strip_prefix(ERROR_TEXT).unwrap_or(&error.text);
    let reason = reason.trim_start_matches([':', ' ']).trim_end_matches('>');
    let message = format!(
        "the template of `{}` fails for the alert {} that fires at {}: {reason}",
        error.name, error.alert, error.eval_time
    );
    let found = Diagnostic::new(
        TEMPLATE_ERROR,
        Level::Warning,
        error.location.clone(),
        message,
    );
    found.with_help("Prometheus sends the alert all the same, with this error as the text")
}
