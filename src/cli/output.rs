use std::io::{IsTerminal, Write};

use super::arguments::Color;
use crate::report::Style;

/// The two streams, and how to lay out text on them.
pub(super) struct Output {
    style: Style,
}

/// Columns of `error:`, and of the lines that follow.
const INDENT: usize = 6;
/// Width of text where the terminal does not tell.
const DEFAULT_WIDTH: usize = 80;

impl Output {
    pub fn new(color: Color) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
                let able = std::env::var_os("TERM").is_none_or(|term| term != "dumb");
                terminal && wanted && able
            }
        };
        let width = terminal_size::terminal_size()
            .filter(|_| terminal)
            .map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
        Self {
            style: Style {
                color,
                width: width.clamp(40, 120),
            },
        }
    }

    pub fn style(&self) -> Style {
        self.style
    }

    /// Writes results. A reader that has gone away, as `head` does, is no error.
    pub fn print(&self, text: &str) {
        let mut stdout = std::io::stdout().lock();
        let _ = stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush());
    }

    /// Says why the run cannot be, in lines that fit the terminal.
    pub fn error(&self, message: &str) {
        let mut text = String::from("error:");
        let mut column = text.len();
        for word in message.split(' ') {
            let width = word.chars().count();
            if column + 1 + width > self.style.width && column > INDENT {
                text.push_str("\n      ");
                column = INDENT;
            }
            text.push(' ');
            text.push_str(word);
            column += 1 + width;
        }
        text.push('\n');
        self.complain(&text);
    }

    /// Writes about the run itself.
    pub fn complain(&self, text: &str) {
        let mut stderr = std::io::stderr().lock();
        let _ = stderr
            .write_all(text.as_bytes())
            .and_then(|()| stderr.flush());
    }
}
