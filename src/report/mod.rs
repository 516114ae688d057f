//! How findings and test results are shown: one file per format. How they came to be is not known here.

pub mod amtool;
mod checkstyle;
mod coverage_text;
mod diff_text;
mod explain_text;
mod finding;
mod github;
mod gitlab;
pub mod json;
mod json_coverage;
mod json_finding;
pub mod json_lints;
pub mod json_route;
pub mod json_simulation;
mod json_trace;
mod jsonl;
mod junit;
mod layout;
mod lcov;
mod message_text;
pub mod promtool;
pub mod route;
pub mod route_text;
mod sarif;
mod simulation_text;
mod tap;
mod test_text;
mod text;
mod trace_text;
mod unified;
mod xml;

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::number::format_plain;
use crate::storage::SampleValue;

pub use checkstyle::findings_checkstyle;
pub use coverage_text::coverage_text;
pub use diff_text::diff_text;
pub use explain_text::{lint_text, lints_text};
pub use github::{findings_github, tests_github};
pub use gitlab::findings_gitlab;
pub use jsonl::findings_jsonl;
pub use junit::{findings_junit, tests_junit};
pub use lcov::lcov;
pub use sarif::findings_sarif;
pub use simulation_text::simulations_text;
pub use tap::tests_tap;
pub use test_text::{test_summary, tests_text, traps_text};
pub use text::{Style, count_line, diagnostics_text};
pub use trace_text::traces_text;
pub use unified::unified_diff;

/// `1 finding`, `2 findings`
#[must_use]
pub fn findings_count(count: usize) -> String {
    layout::plural(count, "finding")
}

/// A sample as people read it: a number, or a histogram in the notation of tests.
fn sample_value(value: &SampleValue) -> String {
    match value {
        SampleValue::Float(value) => format_plain(*value),
        SampleValue::Histogram(histogram) => histogram.test_expression(),
    }
}

/// The files that were checked, in order, each with its findings; files that have findings alone come last.
fn by_file<'f>(
    diagnostics: &'f [Diagnostic],
    files: &'f [PathBuf],
) -> Vec<(&'f Path, Vec<&'f Diagnostic>)> {
    let mut sorted: Vec<(&Path, Vec<&Diagnostic>)> = files
        .iter()
        .map(|file| (file.as_path(), Vec::new()))
        .collect();
    let mut places: FxHashMap<&Path, usize> = FxHashMap::default();
    places.extend(
        files
            .iter()
            .enumerate()
            .map(|(at, file)| (file.as_path(), at)),
    );
    for found in diagnostics {
        let path = found.location.file.path();
        let place = *places.entry(path).or_insert(sorted.len());
        match sorted.get_mut(place) {
            Some((_, of_file)) => of_file.push(found),
            None => sorted.push((path, vec![found])),
        }
    }
    sorted
}
