//! How findings and test results are shown: one file per format. How they came to be is not known here.

mod github;
pub mod json;
mod junit;
pub mod promtool;
mod tap;
mod test_text;
mod text;

use crate::storage::SampleValue;

pub use github::tests_github;
pub use junit::tests_junit;
pub use tap::tests_tap;
pub use test_text::{test_summary, tests_text, traps_text};
pub use text::{Style, count_line, diagnostics_text};

/// A sample as people read it: a number, or a histogram in the notation of tests.
fn sample_value(value: &SampleValue) -> String {
    match value {
        SampleValue::Float(value) => number(*value),
        SampleValue::Histogram(histogram) => histogram.test_expression(),
    }
}

/// A number as Prometheus prints it: the shortest decimal that reads back the same, `+Inf`, `-Inf` or `NaN`.
fn number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else if value != 0.0 && !(1e-6..1e21).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(5.0), "5");
        assert_eq!(number(0.1), "0.1");
        assert_eq!(number(-0.0), "-0");
        assert_eq!(number(1e300), "1e300");
        assert_eq!(number(f64::NEG_INFINITY), "-Inf");
    }
}
