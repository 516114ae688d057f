//! What the formats for machines have in common: everything about a finding as plain text, and where it is.

use std::fmt::Write as _;
use std::path::Path;

use crate::diagnostic::{Diagnostic, Location};

/// The message, and below it all that explains it: why it is so, the way out, what mends it, what shows it, and further
/// places.
pub(super) fn explanation(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    let below = details(diagnostic);
    if !below.is_empty() {
        text.push('\n');
        text.push_str(&below);
    }
    text
}

/// What stands below the message; nothing where the message says it all.
pub(super) fn details(diagnostic: &Diagnostic) -> String {
    let mut out = String::new();
    for reason in &diagnostic.proof {
        let _ = writeln!(out, "why: {reason}");
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "help: {help}");
    }
    if let Some(fix) = &diagnostic.fix {
        let _ = writeln!(out, "fix: `rulecheck check --fix` can {}", fix.title);
    }
    if let Some(witness) = &diagnostic.witness {
        out.push_str("these series show it:\n");
        for line in witness.lines() {
            let _ = writeln!(out, "  {line}");
        }
    }
    for related in &diagnostic.related {
        let _ = writeln!(out, "{}: {}", place(&related.location), related.text);
    }
    out.truncate(out.trim_end().len());
    out
}

/// `path:line`.
pub(super) fn place(location: &Location) -> String {
    let at = location.file.line_column(location.span.start as usize);
    format!("{}:{}", location.file.path().display(), at.line)
}

/// The path with forward slashes and without `./` before it, as build servers know it.
pub(super) fn slashed(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}
