//! Findings as a Code Quality report of GitLab, which shows them in merge requests.

use serde_json::json;

use super::finding::{details, slashed};
use super::json::print;
use crate::diagnostic::{Diagnostic, Level, fingerprints};

/// The whole report.
#[must_use]
pub fn findings_gitlab(diagnostics: &[Diagnostic]) -> String {
    let names = fingerprints(diagnostics);
    let entries = diagnostics.iter().zip(names).map(|(found, fingerprint)| {
        let file = &found.location.file;
        let span = found.location.span;
        json!({
            "description": found.message,
            "check_name": found.lint,
            "fingerprint": fingerprint,
            "severity": severity(found.level),
            "location": {
                "path": slashed(file.path()),
                "lines": {
                    "begin": file.line_column(span.start as usize).line,
                    "end": file.line_column(span.end as usize).line,
                },
            },
            "content": { "body": details(found) },
        })
    });
    print(&entries.collect::<Vec<_>>())
}

/// GitLab's words from worst to mildest are blocker, critical, major, minor and info.
fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Info | Level::Off => "info",
    }
}
