//! A finding for machines: part of what every command prints with `--format json`.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Fix, Location, Related, Suppression};

/// One finding.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JsonDiagnostic {
    /// Name of the lint.
    lint: &'static str,
    /// `error`, `warning` or `info`.
    level: &'static str,
    /// The fact.
    message: String,
    /// Name of the alert or of the recorded series whose rule it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// Why it is so, step by step, each following from the ones after it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    proof: Vec<String>,
    /// Input series that show it, to be pasted under `input_series` of a fixture.
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<String>,
    /// A change that mends it for certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix>,
    /// File, as shown to people.
    path: String,
    /// First character.
    start: Position,
    /// One past the last character.
    end: Position,
    /// Further places.
    related: Vec<JsonRelated>,
    /// A way out.
    help: Option<String>,
    /// Where the lint is documented.
    url: Option<String>,
    /// The directive that keeps it from being told.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppression: Option<JsonSuppression>,
}

/// A directive that keeps a finding from being told.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonSuppression {
    /// Its reason.
    reason: Option<String>,
    /// File, as shown to people.
    path: String,
    /// First character.
    start: Position,
    /// One past the last character.
    end: Position,
}

/// A change that mends a finding.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonFix {
    /// What it does.
    title: String,
    /// The changes, none overlapping another.
    edits: Vec<JsonEdit>,
}

/// A piece of text and what takes its place.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonEdit {
    /// First character that goes.
    start: Position,
    /// One past the last one.
    end: Position,
    /// What comes instead.
    text: String,
}

/// A further place.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonRelated {
    /// File, as shown to people.
    path: String,
    /// First character.
    start: Position,
    /// One past the last character.
    end: Position,
    /// What is to be seen there.
    text: String,
}

/// A place in a file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Position {
    /// Line, from 1.
    pub(super) line: usize,
    /// Column in characters, from 1.
    column: usize,
    /// Bytes from the beginning of the file, from 0.
    offset: usize,
}

pub(super) fn diagnostic(diagnostic: &Diagnostic) -> JsonDiagnostic {
    let (start, end) = positions(&diagnostic.location);
    JsonDiagnostic {
        lint: diagnostic.lint,
        level: diagnostic.level.name(),
        message: diagnostic.message.clone(),
        rule: diagnostic.rule.clone(),
        proof: diagnostic.proof.clone(),
        witness: diagnostic.witness.clone(),
        fix: diagnostic
            .fix
            .as_ref()
            .map(|found| fix(found, &diagnostic.location)),
        path: path(&diagnostic.location),
        start,
        end,
        related: diagnostic.related.iter().map(related).collect(),
        help: diagnostic.help.clone(),
        url: diagnostic.url.clone(),
        suppression: diagnostic.suppression.as_ref().map(suppression),
    }
}

fn suppression(suppression: &Suppression) -> JsonSuppression {
    let (start, end) = positions(&suppression.location);
    JsonSuppression {
        reason: suppression.reason.clone(),
        path: path(&suppression.location),
        start,
        end,
    }
}

fn fix(fix: &Fix, at: &Location) -> JsonFix {
    let edits = fix.edits.iter().map(|edit| {
        let (start, end) = positions(&Location::new(&at.file, edit.span));
        JsonEdit {
            start,
            end,
            text: edit.text.clone(),
        }
    });
    JsonFix {
        title: fix.title.clone(),
        edits: edits.collect(),
    }
}

fn related(related: &Related) -> JsonRelated {
    let (start, end) = positions(&related.location);
    JsonRelated {
        path: path(&related.location),
        start,
        end,
        text: related.text.clone(),
    }
}

pub(super) fn path(location: &Location) -> String {
    location.file.path().display().to_string()
}

pub(super) fn positions(location: &Location) -> (Position, Position) {
    let position = |offset: u32| {
        let at = location.file.line_column(offset as usize);
        Position {
            line: at.line,
            column: at.column,
            offset: offset as usize,
        }
    };
    (position(location.span.start), position(location.span.end))
}
