//! The tables of `promtool check metrics`.

use std::fmt::Write as _;

use crate::exposition::{Cardinality, Finding};

/// A line a finding.
#[must_use]
pub fn findings(findings: &[Finding]) -> String {
    let lines = findings.iter();
    let lines = lines.map(|finding| format!("{} {}\n", finding.metric, finding.text));
    lines.collect()
}

/// The table of `--extended`.
#[must_use]
pub fn cardinalities(found: &[Cardinality]) -> String {
    let total: usize = found.iter().map(|metric| metric.series).sum();
    let mut rows = vec![["Metric", "Cardinality", "Percentage"].map(str::to_owned)];
    for Cardinality { name, series } in found {
        let percentage = *series as f64 / total as f64 * 100.0;
        rows.push([
            name.clone(),
            series.to_string(),
            format!("{percentage:.2}%"),
        ]);
    }
    rows.push(["Total".to_owned(), total.to_string(), "100%".to_owned()]);
    let mut text = String::new();
    for row in &rows {
        for (column, cell) in row.iter().enumerate() {
            let widths = rows.iter().map(|row| row[column].chars().count());
            let width = widths.max().unwrap_or(0) + 4;
            // Writing into a string cannot fail.
            let _ = write!(text, "{cell:<width$}");
        }
        text.push('\n');
    }
    text
}
