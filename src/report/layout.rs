//! What the reports for people have in common: colours, lines that fit the terminal, plurals.

use super::text::Style;

pub(super) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

pub(super) fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// The words of a text in lines that fit the terminal, indented.
pub(super) fn wrapped(out: &mut String, indent: usize, text: &str, style: Style) {
    out.push_str(&" ".repeat(indent));
    hanging(out, indent, text, style);
}

/// The same, where so many columns are written already.
pub(super) fn hanging(out: &mut String, indent: usize, text: &str, style: Style) {
    let mut column = indent;
    for (number, word) in text.split(' ').enumerate() {
        let width = word.chars().count();
        if number > 0 && column + 1 + width > style.width {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if number > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out.push('\n');
}

/// The few colours in use; none off a terminal.
#[derive(Clone, Copy)]
pub(super) struct Paint {
    on: bool,
}

impl Paint {
    pub fn new(style: Style) -> Self {
        Self { on: style.color }
    }

    /// Without colours, wherever it is shown.
    pub fn off() -> Self {
        Self { on: false }
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.on {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    pub fn red(self, text: &str) -> String {
        self.with("31", text)
    }

    pub fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    pub fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }

    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
}
