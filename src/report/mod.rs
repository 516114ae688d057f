//! How findings and test results are shown: one file per format. How they came to be is not known here.

mod coverage_text;
mod diff_text;
mod explain_text;
mod github;
pub mod json;
mod json_coverage;
pub mod json_lints;
mod json_trace;
mod junit;
mod layout;
mod lcov;
pub mod promtool;
mod tap;
mod test_text;
mod text;
mod trace_text;

use crate::number::format_plain;
use crate::storage::SampleValue;

pub use coverage_text::coverage_text;
pub use diff_text::diff_text;
pub use explain_text::{lint_text, lints_text};
pub use github::tests_github;
pub use junit::tests_junit;
pub use lcov::lcov;
pub use tap::tests_tap;
pub use test_text::{test_summary, tests_text, traps_text};
pub use text::{Style, count_line, diagnostics_text};
pub use trace_text::traces_text;

/// A sample as people read it: a number, or a histogram in the notation of tests.
fn sample_value(value: &SampleValue) -> String {
    match value {
        SampleValue::Float(value) => format_plain(*value),
        SampleValue::Histogram(histogram) => histogram.test_expression(),
    }
}
