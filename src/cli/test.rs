use super::Verdict;
use super::arguments::{TestArguments, TestFormat};
use super::coverage;
use super::fixtures::{Fixtures, Opened, environments, rules_of_fixtures};
use super::output::Output;
use super::progress::Progress;
use super::today;
use super::traps;
use super::update;
use super::watch;
use crate::harness::{self, Coverage, FileReport, Listener, Run, TestReport, TraceRequest};
use crate::lint::Levels;
use crate::regex::{Anchoring, Pattern};
use crate::report;

/// `rulecheck test`
pub(super) fn run(arguments: &TestArguments, output: &Output) -> Verdict {
    let only = match chosen(&arguments.run) {
        Ok(only) => only,
        Err(error) => {
            output.error(&error);
            return Verdict::Unusable;
        }
    };
    if arguments.watch {
        return watch::run(arguments, &only, output);
    }
    if let Err(error) = today::apply(Levels::default()) {
        output.error(&error);
        return Verdict::Unusable;
    }
    let opened = match Opened::new(arguments, output) {
        Ok(opened) => opened,
        Err(verdict) => return verdict,
    };
    let fixtures = opened.fixtures(arguments.shard);
    let (verdict, _) = once(arguments, &only, &opened, fixtures, output);
    verdict
}

/// The patterns of `--run`.
pub(super) fn chosen(texts: &[String]) -> Result<Vec<Pattern>, String> {
    let patterns = texts
        .iter()
        .map(|text| Pattern::parse(text, Anchoring::None));
    let patterns: Result<Vec<Pattern>, _> = patterns.collect();
    patterns.map_err(|error| format!("--run: {error}"))
}

/// Runs fixtures and shows what comes of it.
pub(super) fn once(
    arguments: &TestArguments,
    only: &[Pattern],
    opened: &Opened,
    fixtures: Fixtures<'_>,
    output: &Output,
) -> (Verdict, TestReport) {
    let progress = Progress::new(&fixtures, only, output);
    let step = || progress.step();
    let run = Run {
        only: only.to_vec(),
        rules: rules_of_fixtures(&opened.projects),
        environments: environments(&opened.projects),
        trace: arguments.trace.as_ref().map(|alert| TraceRequest {
            alert: alert.clone(),
            at: arguments.at,
        }),
        coverage: arguments.coverage.is_wanted(),
        listener: Listener(Some(&step)),
        ..Run::new(fixtures)
    };
    let mut report = harness::run(&run);
    progress.finish();
    if arguments.update {
        let verdict = update::run(&run, &report, arguments.yes, output);
        return (verdict, report);
    }
    if let Some(nothing) = nothing_ran(arguments, &report) {
        output.error(&nothing);
        return (Verdict::Unusable, report);
    }
    report.is_strict = arguments.strict;
    // A day that is none was refused before anything ran.
    let levels = today::apply(Levels::default()).unwrap_or_default();
    report.traps = traps::of_run(&opened.projects, &run, &report, &levels);
    let whole = opened.is_whole.then_some(opened.projects.as_slice());
    let coverage = coverage::measure(&arguments.coverage, &report, whole);
    output.print(&shown(&report, coverage.as_ref(), arguments, output));
    let covered = coverage.map_or(Verdict::Clean, |coverage| {
        coverage::judge(&arguments.coverage, &coverage, output)
    });
    (verdict(&report).max(covered), report)
}

/// Why nothing ran of what was asked for.
fn nothing_ran(arguments: &TestArguments, report: &TestReport) -> Option<String> {
    // Another shard may have them.
    let chooses = !arguments.run.is_empty() && arguments.shard.is_none();
    if chooses && report.files.iter().all(FileReport::is_empty) {
        return Some("no test has a name that matches --run".to_owned());
    }
    let alert = arguments.trace.as_ref().filter(|_| has_no_trace(report))?;
    Some(format!("no rule of these fixtures has the alert `{alert}`"))
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
