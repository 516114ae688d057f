//! Findings in the XML of Checkstyle, which many tools for reviews read.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::finding::{explanation, slashed};
use super::xml::escaped;
use crate::diagnostic::{Diagnostic, Level};

/// The whole document: every file that was checked, in order, with its findings.
#[must_use]
pub fn findings_checkstyle(diagnostics: &[Diagnostic], files: &[PathBuf]) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
    for (path, found) in super::by_file(diagnostics, files) {
        file(&mut out, path, &found);
    }
    out.push_str("</checkstyle>\n");
    out
}

fn file(out: &mut String, path: &Path, found: &[&Diagnostic]) {
    let name = escaped(&slashed(path));
    if found.is_empty() {
        let _ = writeln!(out, "  <file name=\"{name}\"/>");
        return;
    }
    let _ = writeln!(out, "  <file name=\"{name}\">");
    for found in found {
        let location = &found.location;
        let at = location.file.line_column(location.span.start as usize);
        let severity = match found.level {
            Level::Off => Level::Info.name(),
            level => level.name(),
        };
        let _ = writeln!(
            out,
            "    <error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"rulecheck.{}\"/>",
            at.line,
            at.column,
            escaped(&explanation(found)),
            escaped(found.lint),
        );
    }
    out.push_str("  </file>\n");
}
