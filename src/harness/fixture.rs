use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::clockwork::{Setting, Watch, run_test};
use super::delivery::Behind;
use super::notifications::routes;
use super::outcome::{FileReport, TestReport};
use super::rules::{RuleFiles, compile};
use super::trace::TraceRequest;
use crate::diagnostic::{Diagnostic, Level};
use crate::engine::Options;
use crate::model::{self, Fixture, Kind, TestGroup};
use crate::project::{Environment, Globs, IssueKind, ProjectFile, expand, folder_of};
use crate::regex::Pattern;
use crate::source::SourceFile;
use crate::target::{Duration, Target};

/// Which fixtures to run, and how.
#[derive(Debug, Default)]
pub struct Run<'a> {
    /// The fixtures, loaded; files without a fixture in them are passed over.
    pub fixtures: Vec<(&'a Arc<ProjectFile>, Target)>,
    /// Only test groups whose name matches one of these; all if there are none.
    pub only: Vec<Pattern>,
    /// Rule files that are loaded already, each with what it was loaded for.
    pub rules: Vec<(&'a Arc<ProjectFile>, Target)>,
    /// Whether rule files are found and read as promtool does: `**` is one folder, and Kubernetes objects are refused.
    pub as_promtool: bool,
    /// The alert to trace.
    pub trace: Option<TraceRequest>,
    /// Whether to note what the assertions see of the rules.
    pub coverage: bool,
    /// Who hears of each test group that has run.
    pub listener: Listener<'a>,
    /// Whether to keep all samples of each test.
    pub dump: bool,
    /// The environments in which the fixtures are, from which they have their Alertmanager.
    pub environments: Vec<&'a Environment>,
    /// Whether to keep what Alertmanager makes of the alerts of each test.
    pub simulate: bool,
    /// With `simulate`: how far to go on at least.
    pub until: Option<Duration>,
}

/// What is called after each test group, from whichever thread ran it.
#[derive(Clone, Copy, Default)]
pub struct Listener<'a>(pub Option<&'a (dyn Fn() + Sync)>);

impl std::fmt::Debug for Listener<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Listener").field(&self.0.is_some()).finish()
    }
}

impl<'a> Run<'a> {
    /// All test groups of the fixtures, nothing traced.
    #[must_use]
    pub fn new(fixtures: Vec<(&'a Arc<ProjectFile>, Target)>) -> Self {
        Self {
            fixtures,
            ..Self::default()
        }
    }
}

/// Runs every fixture, fixtures and test groups in parallel; the report is in their order.
#[must_use]
pub fn run(run: &Run<'_>) -> TestReport {
    let rule_files = RuleFiles::new(&run.rules);
    let files = run
        .fixtures
        .par_iter()
        .filter_map(|(file, target)| {
            let fixture = file.fixture.as_ref()?;
            Some(run_fixture(file, fixture, *target, run, &rule_files))
        })
        .collect();
    TestReport {
        files,
        ..TestReport::default()
    }
}

fn run_fixture(
    file: &ProjectFile,
    fixture: &Fixture,
    target: Target,
    run: &Run<'_>,
    rule_files: &RuleFiles,
) -> FileReport {
    let mut report = FileReport {
        file: Arc::clone(&file.file),
        problems: file.refusals().collect(),
        warnings: Vec::new(),
        rule_files: Vec::new(),
        tests: Vec::new(),
    };
    let loaded = load_rule_files(
        &file.file,
        fixture,
        (&target, run.as_promtool),
        rule_files,
        &mut report,
    );
    if !report.problems.is_empty() {
        report.rule_files = loaded;
        return report;
    }
    let behind = Behind::of(file, fixture, &run.environments, &target, run.simulate);
    let behind = match behind {
        Ok(behind) => behind,
        Err(problems) => {
            report.problems.extend(problems);
            report.rule_files = loaded;
            return report;
        }
    };
    let step = fixture.step();
    let options = Options {
        default_step_ms: step.ms,
        ..Options::new(target)
    };
    let (mut groups, uncompiled) = compile(&loaded, options);
    // Groups that are not listed count as the first, as in promtool; within one place they keep their order.
    groups.sort_by_key(|group| {
        let listed = &fixture.group_eval_order;
        let place = listed.iter().position(|name| name.as_str() == &*group.name);
        place.unwrap_or(0)
    });
    let setting = Setting {
        file: &file.file,
        groups: &groups,
        uncompiled: &uncompiled,
        options,
        step,
        fuzzy: fixture.fuzzy_compare.is_some_and(|fuzzy| fuzzy.value),
        extension: &fixture.extension,
        behind: behind.as_ref(),
    };
    let chosen: Vec<(usize, &TestGroup)> = fixture
        .tests
        .iter()
        .enumerate()
        .filter(|(_, test)| is_chosen(test, &run.only))
        .collect();
    let watch = Watch {
        trace: run.trace.as_ref(),
        coverage: run.coverage,
        dump: run.dump,
        simulate: run.simulate,
        until: run.until,
    };
    let results: Vec<_> = chosen
        .into_par_iter()
        .map(|(number, test)| {
            let result = run_test(&setting, number, test, watch);
            if let Listener(Some(listener)) = run.listener {
                listener();
            }
            result
        })
        .collect();
    let of_routes = behind
        .as_ref()
        .map(|behind| routes(&file.file, fixture, behind));
    report
        .tests
        .extend(of_routes.flatten().filter(|_| run.only.is_empty()));
    for result in results {
        match result {
            Ok(test) => report.tests.push(test),
            Err(problems) => report.problems.extend(problems),
        }
    }
    report.rule_files = loaded;
    report
}

/// Whether a test group runs: its name matches one of the patterns, or there are none.
#[must_use]
pub fn is_chosen(test: &TestGroup, only: &[Pattern]) -> bool {
    let name = test.name.as_ref().map_or("", |name| name.as_str());
    only.is_empty() || only.iter().any(|pattern| pattern.is_match(name))
}

/// Loads what `rule_files` mean; what Prometheus would refuse becomes a problem of the fixture.
fn load_rule_files(
    file: &SourceFile,
    fixture: &Fixture,
    (target, as_promtool): (&Target, bool),
    rule_files: &RuleFiles,
    report: &mut FileReport,
) -> Vec<Arc<ProjectFile>> {
    let (folder, globs) = if as_promtool {
        (file.path().parent().unwrap_or(Path::new("")), Globs::Go)
    } else {
        (folder_of(file.path()), Globs::Deep)
    };
    let mut loaded: Vec<Arc<ProjectFile>> = Vec::new();
    for pattern in &fixture.rule_files {
        let paths = expand(folder, pattern.as_str(), globs);
        if paths.is_empty() {
            let at = file.line_column(pattern.span().start as usize);
            report.warnings.push(format!(
                "no rule file matches `{pattern}` ({}:{}:{})",
                file.path().display(),
                at.line,
                at.column
            ));
        }
        for path in paths {
            match rule_files.load(&path, target) {
                Ok(rules) => {
                    report.problems.extend(rules.refusals());
                    report.problems.extend(misfit(&rules, as_promtool));
                    if !loaded.iter().any(|file| Arc::ptr_eq(file, &rules)) {
                        loaded.push(rules);
                    }
                }
                Err(error) => report
                    .warnings
                    .push(format!("cannot read {}: {error}", path.display())),
            }
        }
    }
    loaded
}

/// Why a file can be no rule file here, though it may be a good file of another kind.
fn misfit(file: &ProjectFile, as_promtool: bool) -> Option<Diagnostic> {
    let is_object = || model::detect(&file.tree).contains(&Kind::PrometheusRules);
    let is_misfit = file.is_of_other_kind() || (as_promtool && is_object());
    let (key, _) = file.tree.root(0)?.pairs().next().filter(|_| is_misfit)?;
    let message = format!(
        "this is no rule file: a rule file has the key `groups`, this has `{}`",
        key.scalar()?
    );
    Some(Diagnostic::new(
        IssueKind::Schema.lint(),
        Level::Error,
        file.location(key.span()),
        message,
    ))
}
