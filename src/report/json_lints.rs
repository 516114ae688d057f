//! What the lints say of themselves, for machines.

use serde::Serialize;

use super::json::VERSION;
use crate::lint::{self, Example, Lint};

/// What `explain --format json` prints.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LintsReport {
    /// Version of this shape.
    version: u32,
    /// The lint that was asked for, or all.
    lints: Vec<JsonLint>,
}

/// A lint.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonLint {
    /// Its name.
    name: &'static str,
    /// The subject that it belongs to.
    group: &'static str,
    /// The level of its findings where nobody says otherwise: `error`, `warning` or `info`.
    level: &'static str,
    /// One sentence.
    summary: &'static str,
    /// Markdown.
    documentation: &'static str,
    /// The same on the web.
    url: String,
    /// What it finds.
    bad: Vec<JsonExample>,
    /// What it leaves alone.
    good: Vec<JsonExample>,
}

/// A small project that shows what a lint does.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonExample {
    /// What is to be seen.
    title: &'static str,
    /// Its files.
    files: Vec<JsonExampleFile>,
}

/// A file of an example.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonExampleFile {
    /// Its name.
    path: &'static str,
    /// What is in it.
    text: &'static str,
}

/// What these lints say of themselves, in the order of the groups.
#[must_use]
pub fn report(lints: &[&'static Lint]) -> LintsReport {
    let groups = lint::groups().iter();
    let wanted = groups.flat_map(|group| {
        let own = group.lints.iter();
        let own = own.filter(|lint| lints.iter().any(|wanted| wanted.name == lint.name));
        own.map(|lint| json_lint(lint, group.name))
    });
    LintsReport {
        version: VERSION,
        lints: wanted.collect(),
    }
}

fn json_lint(lint: &'static Lint, group: &'static str) -> JsonLint {
    JsonLint {
        name: lint.name,
        group,
        level: lint.level.name(),
        summary: lint.summary,
        documentation: lint.documentation,
        url: lint::documentation_url(lint.name),
        bad: lint.bad.iter().map(example).collect(),
        good: lint.good.iter().map(example).collect(),
    }
}

fn example(example: &'static Example) -> JsonExample {
    let files = example.files.iter();
    JsonExample {
        title: example.title,
        files: files
            .map(|&(path, text)| JsonExampleFile { path, text })
            .collect(),
    }
}
