//! How findings and test results are shown: one file per format. How they came to be is not known here.

mod json;
mod text;

pub use text::{Style, count_line, diagnostics_text};
