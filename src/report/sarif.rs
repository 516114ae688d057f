//! Findings as SARIF 2.1.0, which code scanning of GitHub and many editors read.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::finding::{explanation, slashed};
use super::json::print;
use crate::diagnostic::{Diagnostic, Fix, Level, Location, Suppression, fingerprints};
use crate::lint::{self, Lint};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const HOME: &str = "https://github.com/rulecheck/rulecheck";
/// The name of the fingerprints; its number changes when they are made in another way.
const FINGERPRINT: &str = "rulecheckFinding/v1";

/// The whole log: one run, all lints as its rules, the findings as its results, then those that a directive keeps from being
/// told, as suppressed ones.
#[must_use]
pub fn findings_sarif(diagnostics: &[Diagnostic], suppressed: &[Diagnostic]) -> String {
    // Fingerprints of equal findings differ by their order, in which suppressed ones come last.
    let diagnostics = [diagnostics, suppressed].concat();
    let names = fingerprints(&diagnostics);
    let results = diagnostics.iter().zip(names);
    let results: Vec<Value> = results.map(|(found, name)| result(found, &name)).collect();
    let rules: Vec<Value> = lint::groups()
        .iter()
        .flat_map(|group| group.lints.iter().map(|lint| rule(lint, group.name)))
        .collect();
    print(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "rulecheck",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "informationUri": HOME,
                    "rules": rules,
                },
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(lint: &Lint, group: &str) -> Value {
    let documentation = lint.documentation.trim_end();
    // The first section, which says what the lint does.
    let sections = documentation.split("### ").filter(|text| !text.is_empty());
    let first = sections.filter_map(|text| text.split_once('\n')).next();
    let description = first.map_or(lint.summary, |(_, text)| text.trim());
    json!({
        "id": lint.name,
        "shortDescription": { "text": lint.summary },
        "fullDescription": { "text": description, "markdown": description },
        "help": { "text": documentation, "markdown": documentation },
        "helpUri": lint::documentation_url(lint.name),
        "defaultConfiguration": { "level": level(lint.level) },
        "properties": { "tags": [group] },
    })
}

fn result(found: &Diagnostic, fingerprint: &str) -> Value {
    let mut place = located(&found.location);
    if let Some(rule) = &found.rule {
        place["logicalLocations"] = json!([{ "name": rule, "kind": "member" }]);
    }
    let related = found.related.iter().enumerate().map(|(number, related)| {
        let mut place = located(&related.location);
        place["id"] = json!(number + 1);
        place["message"] = json!({ "text": related.text });
        place
    });
    let mut result = json!({
        "ruleId": found.lint,
        "level": level(found.level),
        "message": { "text": text(found), "markdown": markdown(found) },
        "locations": [place],
        "relatedLocations": related.collect::<Vec<_>>(),
        "partialFingerprints": { FINGERPRINT: fingerprint },
    });
    if let Some(index) = lint::names().position(|name| name == found.lint) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(fix) = &found.fix {
        result["fixes"] = json!([mended(fix, &found.location)]);
    }
    if let Some(Suppression { location, reason }) = &found.suppression {
        let mut suppression = json!({ "kind": "inSource", "location": located(location) });
        if let Some(reason) = reason {
            suppression["justification"] = json!(reason);
        }
        result["suppressions"] = json!([suppression]);
    }
    result
}

fn mended(fix: &Fix, at: &Location) -> Value {
    let replacements = fix.edits.iter().map(|edit| {
        json!({
            "deletedRegion": region(&Location::new(&at.file, edit.span)),
            "insertedContent": { "text": edit.text },
        })
    });
    json!({
        "description": { "text": fix.title },
        "artifactChanges": [{
            "artifactLocation": artifact(at.file.path()),
            "replacements": replacements.collect::<Vec<_>>(),
        }],
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info | Level::Off => "note",
    }
}

/// Everything but what has a place of its own. Braces, which PromQL is full of, stay single: they would stand for arguments
/// of the message, and there are none.
fn text(found: &Diagnostic) -> String {
    let mut bare = found.clone();
    bare.related.clear();
    bare.fix = None;
    explanation(&bare)
}

fn markdown(found: &Diagnostic) -> String {
    let mut out = found.message.clone();
    if !found.proof.is_empty() {
        out.push_str("\n\nWhy:\n");
        for reason in &found.proof {
            let _ = write!(out, "\n- {reason}");
        }
    }
    if let Some(help) = &found.help {
        let _ = write!(out, "\n\nHelp: {help}");
    }
    if let Some(witness) = &found.witness {
        let _ = write!(out, "\n\nThese series show it:\n\n```yaml\n{witness}\n```");
    }
    out
}

fn located(location: &Location) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": artifact(location.file.path()),
            "region": region(location),
        },
    })
}

fn region(location: &Location) -> Value {
    let file = &location.file;
    let start = file.line_column(location.span.start as usize);
    let end = file.line_column(location.span.end as usize);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": location.span.start,
        "byteLength": location.span.len(),
    })
}

/// A relative path is relative to the root of the sources.
fn artifact(path: &Path) -> Value {
    let uri = encoded(&slashed(path));
    if path.is_absolute() {
        let root = if uri.starts_with('/') { "" } else { "/" };
        json!({ "uri": format!("file://{root}{uri}") })
    } else {
        json!({ "uri": uri, "uriBaseId": "%SRCROOT%" })
    }
}

/// The path as part of a URI: all but letters, digits and a few signs as `%` and two digits a byte.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
