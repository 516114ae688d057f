//! What the lints say of themselves, for people.

use super::layout::{Paint, hanging, line, wrapped};
use super::text::Style;
use crate::diagnostic::Level;
use crate::lint::{self, Example, Lint};

/// Columns before what stands below a heading.
const INDENT: usize = 2;
/// Columns before the name of a lint in the list: the longest level, and room around it.
const LEVEL: usize = 2 + 7 + 2;

/// All lints in their groups, each with its level and its sentence.
#[must_use]
pub fn lints_text(style: Style) -> String {
    let paint = Paint::new(style);
    let mut out = String::new();
    for group in lint::groups() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&paint.bold(group.name));
        out.push_str(": ");
        hanging(&mut out, group.name.len() + 2, group.subject, style);
        for lint in group.lints {
            let level = lint.level.name();
            let gap = " ".repeat(LEVEL - INDENT - level.len());
            let level = leveled(paint, lint.level);
            line(
                &mut out,
                &format!("  {level}{gap}{}", paint.bold(lint.name)),
            );
            wrapped(&mut out, LEVEL, lint.summary, style);
        }
    }
    out
}

/// Everything about one lint.
#[must_use]
pub fn lint_text(lint: &Lint, style: Style) -> String {
    let paint = Paint::new(style);
    let group = lint::groups()
        .iter()
        .find(|group| group.lints.iter().any(|known| known.name == lint.name));
    let mut out = format!("{}  {}", paint.bold(lint.name), leveled(paint, lint.level));
    if let Some(group) = group {
        out.push_str(&format!("  group {}", group.name));
    }
    out.push_str("\n\n");
    wrapped(&mut out, 0, lint.summary, style);
    for block in blocks(lint.documentation) {
        block.print(&mut out, style);
    }
    examples(&mut out, "Found", lint.bad, style);
    examples(&mut out, "Not found", lint.good, style);
    line(
        &mut out,
        &format!("\n{}", lint::documentation_url(lint.name)),
    );
    out
}

fn leveled(paint: Paint, level: Level) -> String {
    match level {
        Level::Error => paint.red(level.name()),
        Level::Warning => paint.yellow(level.name()),
        Level::Info | Level::Off => paint.green(level.name()),
    }
}

fn examples(out: &mut String, heading: &str, examples: &[Example], style: Style) {
    let paint = Paint::new(style);
    for example in examples {
        out.push('\n');
        out.push_str(&paint.bold(heading));
        out.push_str(": ");
        hanging(out, heading.len() + 2, example.title, style);
        for (file, text) in example.files {
            line(out, &format!("\n  {}", paint.dim(&format!("# {file}"))));
            code(out, text);
        }
    }
}

/// Lines as they are, indented.
fn code(out: &mut String, text: &str) {
    for text in text.trim_end().lines() {
        line(out, format!("{:INDENT$}{text}", "").trim_end());
    }
}

/// A piece of a lint's documentation, which is Markdown of the simplest kind.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    Heading(String),
    Paragraph(String),
    /// An item of a list, with or without a blank line before it.
    Item(String, bool),
    Code(String),
}

impl Block {
    fn print(&self, out: &mut String, style: Style) {
        match self {
            Self::Heading(text) => line(out, &format!("\n{}\n", Paint::new(style).bold(text))),
            Self::Paragraph(text) => {
                separate(out);
                wrapped(out, INDENT, text, style);
            }
            Self::Item(text, is_first) => {
                if *is_first {
                    separate(out);
                }
                out.push_str("  - ");
                hanging(out, INDENT + 2, text, style);
            }
            Self::Code(text) => {
                separate(out);
                code(out, text);
            }
        }
    }
}

/// Puts one blank line between two blocks.
fn separate(out: &mut String) {
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
}

/// The blocks of a text whose lines may be torn anywhere.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    let mut lines = text.lines();
    while let Some(text) = lines.next() {
        let text = text.trim_end();
        let unmarked = text.trim_start();
        if unmarked.is_empty() {
            is_open = false;
        } else if unmarked.starts_with("```") {
            let code = lines
                .by_ref()
                .take_while(|line| !line.trim_start().starts_with("```"));
            let code: Vec<&str> = code.collect();
            blocks.push(Block::Code(code.join("\n")));
            is_open = false;
        } else if unmarked.starts_with('#') {
            let heading = unmarked.trim_start_matches('#').trim_start();
            blocks.push(Block::Heading(heading.to_owned()));
            is_open = false;
        } else if let Some(item) = unmarked.strip_prefix("- ") {
            let is_first = !matches!(blocks.last(), Some(Block::Item(..)));
            blocks.push(Block::Item(item.to_owned(), is_first));
            is_open = true;
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(text) | Block::Item(text, _)) if is_open => {
                    text.push(' ');
                    text.push_str(unmarked);
                }
                _ => blocks.push(Block::Paragraph(unmarked.to_owned())),
            }
            is_open = true;
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn torn_lines_are_joined_and_code_is_kept() {
        let text = "### What it does\nReads\nfiles:\n\n- one,\n  and more\n- two\n\nThe end.\n```\na:\n  b\n```\n";
        let words = |text: &str| text.to_owned();
        let expected = [
            Block::Heading(words("What it does")),
            Block::Paragraph(words("Reads files:")),
            Block::Item(words("one, and more"), true),
            Block::Item(words("two"), false),
            Block::Paragraph(words("The end.")),
            Block::Code(words("a:\n  b")),
        ];
        assert_eq!(blocks(text), expected);
    }
}
