//! Findings as JSON Lines: one on each line, for tools that read a stream.

use super::json_finding::diagnostic;
use crate::diagnostic::Diagnostic;

/// Each finding in the shape that it has in the document of `--format json`; behind them, with their `suppression`, those that
/// directives keep from being told.
#[must_use]
pub fn findings_jsonl(diagnostics: &[Diagnostic], suppressed: &[Diagnostic]) -> String {
    let lines = diagnostics.iter().chain(suppressed).map(|found| {
        // The shape has text keys and no foreign types, so that printing it cannot fail.
        let line = serde_json::to_string(&diagnostic(found)).unwrap_or_default();
        format!("{line}\n")
    });
    lines.collect()
}
