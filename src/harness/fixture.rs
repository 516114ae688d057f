use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::clockwork::{Setting, Watch, run_test};
use super::outcome::{FileReport, TestReport};
use super::rules::{RuleFiles, compile};
use super::trace::TraceRequest;
use crate::engine::Options;
use crate::model::{Fixture, TestGroup};
use crate::project::{ProjectFile, expand};
use crate::regex::Pattern;
use crate::source::SourceFile;
use crate::target::{Duration, Target};

/// Which fixtures to run, and how.
#[derive(Debug)]
pub struct Run<'a> {
    /// The fixtures, loaded; files without a fixture in them are passed over.
    pub fixtures: Vec<(&'a Arc<ProjectFile>, Target)>,
    /// Only test groups whose name matches one of these; all if there are none.
    pub only: Vec<Pattern>,
    /// The alert to trace.
    pub trace: Option<TraceRequest>,
    /// Whether to note what the assertions see of the rules.
    pub coverage: bool,
    /// Whether to keep all samples of each test.
    pub dump: bool,
}

impl<'a> Run<'a> {
    /// All test groups of the fixtures, nothing traced.
    #[must_use]
    pub fn new(fixtures: Vec<(&'a Arc<ProjectFile>, Target)>) -> Self {
        Self {
            fixtures,
            only: Vec::new(),
            trace: None,
            coverage: false,
            dump: false,
        }
    }
}

/// promtool's step where a fixture does not say.
const DEFAULT_INTERVAL: Duration = Duration::from_ms(60_000);

/// Runs every fixture, fixtures and test groups in parallel; the report is in their order.
#[must_use]
pub fn run(run: &Run<'_>) -> TestReport {
    let rule_files = RuleFiles::default();
    let files = run
        .fixtures
        .par_iter()
        .filter_map(|(file, target)| {
            let fixture = file.fixture.as_ref()?;
            Some(run_fixture(file, fixture, *target, run, &rule_files))
        })
        .collect();
    TestReport { files }
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
    let loaded = load_rule_files(&file.file, fixture, &target, rule_files, &mut report);
    if !report.problems.is_empty() {
        report.rule_files = loaded;
        return report;
    }
    let step = fixture
        .evaluation_interval
        .map(|interval| interval.value)
        .filter(|interval| interval.ms > 0)
        .unwrap_or(DEFAULT_INTERVAL);
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
    };
    let results: Vec<_> = chosen
        .into_par_iter()
        .map(|(number, test)| run_test(&setting, number, test, watch))
        .collect();
    for result in results {
        match result {
            Ok(test) => report.tests.push(test),
            Err(problems) => report.problems.extend(problems),
        }
    }
    report.rule_files = loaded;
    report
}

fn is_chosen(test: &TestGroup, only: &[Pattern]) -> bool {
    let name = test.name.as_ref().map_or("", |name| name.as_str());
    only.is_empty() || only.iter().any(|pattern| pattern.is_match(name))
}

/// Loads what `rule_files` mean; what Prometheus would refuse becomes a problem of the fixture.
fn load_rule_files(
    file: &SourceFile,
    fixture: &Fixture,
    target: &Target,
    rule_files: &RuleFiles,
    report: &mut FileReport,
) -> Vec<Arc<ProjectFile>> {
    let folder = file.path().parent().unwrap_or(Path::new(""));
    let mut loaded: Vec<Arc<ProjectFile>> = Vec::new();
    for pattern in &fixture.rule_files {
        let paths = expand(folder, pattern.as_str());
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
