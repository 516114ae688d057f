use std::sync::Arc;

use super::Verdict;
use super::arguments::CoverageArguments;
use super::output::Output;
use crate::harness::{Coverage, TestReport, coverage};
use crate::project::{Project, ProjectFile};
use crate::report;
use crate::source::write_file;

/// The coverage of a run, if it is wanted. Where the whole project was tested, rules that no fixture loads count too.
pub(super) fn measure(
    arguments: &CoverageArguments,
    report: &TestReport,
    whole: Option<&[Project]>,
) -> Option<Coverage> {
    arguments.is_wanted().then(|| {
        let environments = whole.into_iter().flatten().flat_map(|p| &p.environments);
        let files = environments.flat_map(|environment| &environment.files);
        let further: Vec<Arc<ProjectFile>> = files.cloned().collect();
        coverage(report, &further)
    })
}

/// Writes the file that was asked for, and says whether enough rules are covered.
pub(super) fn judge(
    arguments: &CoverageArguments,
    coverage: &Coverage,
    output: &Output,
) -> Verdict {
    if let Some(path) = &arguments.lcov
        && let Err(error) = write_file(path, &report::lcov(coverage))
    {
        output.error(&format!("cannot write {}: {error}", path.display()));
        return Verdict::Unusable;
    }
    let percent = coverage.percent();
    match arguments.fail_under {
        Some(least) if percent < least => {
            output.complain(&format!(
                "error: {percent:.1} % of the rules fire in a test, less than the {least} % of --fail-under\n"
            ));
            Verdict::Findings
        }
        _ => Verdict::Clean,
    }
}
