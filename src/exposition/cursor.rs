//! Where the reader is in the text, and the small steps from there.

use super::family::ReadError;
use crate::labels::quote;

/// The rest of the text and the line that it begins in.
pub(super) struct Cursor<'t> {
    pub rest: &'t str,
    pub line: usize,
}

impl<'t> Cursor<'t> {
    /// The text in quotes that begins here.
    pub fn quoted(&mut self, what: &str) -> Result<String, ReadError> {
        let text = &self.rest[1..];
        let mut escaped = false;
        for (at, c) in text.char_indices() {
            match c {
                _ if escaped => {
                    if !matches!(c, '\\' | 'n' | '"') {
                        return Err(self.error(format!("invalid escape sequence '\\{c}'")));
                    }
                    escaped = false;
                }
                '\\' => escaped = true,
                '\n' => {
                    let read = self.unescape(&text[..at], "\"")?;
                    return Err(self.error(format!(
                        "{what} {} contains unescaped new-line",
                        quote(&read)
                    )));
                }
                '"' => {
                    self.rest = &text[at + 1..];
                    return self.unescape(&text[..at], "\"");
                }
                _ => {}
            }
        }
        Err(self.end_of_input())
    }

    /// `\\` and `\n`, and escaped characters of `others`.
    pub fn unescape(&self, text: &str, others: &str) -> Result<String, ReadError> {
        let mut out = String::with_capacity(text.len());
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            if c != '\\' {
                out.push(c);
                continue;
            }
            match chars.next() {
                Some('\\') => out.push('\\'),
                Some('n') => out.push('\n'),
                Some(other) if others.contains(other) => out.push(other),
                other => {
                    let other = other.unwrap_or('\n');
                    return Err(self.error(format!("invalid escape sequence '\\{other}'")));
                }
            }
        }
        Ok(out)
    }

    pub fn metric_name(&mut self) -> &'t str {
        self.name(|c| c.is_ascii_alphabetic() || matches!(c, '_' | ':'))
    }

    pub fn label_name(&mut self) -> &'t str {
        self.name(|c| c.is_ascii_alphabetic() || c == '_')
    }

    pub fn name(&mut self, starts: impl Fn(char) -> bool) -> &'t str {
        if !self.rest.starts_with(&starts) {
            return "";
        }
        self.take(|c| starts(c) || c.is_ascii_digit())
    }

    pub fn token(&mut self) -> &'t str {
        self.take(|c| !matches!(c, ' ' | '\t' | '\n'))
    }

    pub fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !wanted(c));
        let (taken, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        taken
    }

    pub fn until_line_end(&mut self) -> Result<&'t str, ReadError> {
        let text = self.take(|c| c != '\n');
        self.peek()?;
        Ok(text)
    }

    pub fn blanks(&mut self) {
        self.take(|c| matches!(c, ' ' | '\t'));
    }

    /// The next character, which must be there: a text ends with a line.
    pub fn peek(&self) -> Result<char, ReadError> {
        self.rest.chars().next().ok_or_else(|| self.end_of_input())
    }

    pub fn at_line_end(&self) -> Result<bool, ReadError> {
        Ok(self.peek()? == '\n')
    }

    pub fn step(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }

    pub fn end_of_input(&self) -> ReadError {
        self.error("unexpected end of input stream")
    }

    pub fn error(&self, message: impl Into<String>) -> ReadError {
        ReadError {
            line: self.line,
            message: message.into(),
        }
    }
}

/// A character as Go's `%q` shows it.
pub(super) fn rune(c: char) -> String {
    match c {
        '\'' => "'\\''".to_owned(),
        '\n' => "'\\n'".to_owned(),
        '\t' => "'\\t'".to_owned(),
        '\r' => "'\\r'".to_owned(),
        c => format!("'{c}'"),
    }
}

/// Whether Go reads it as a float that is in range. Hexadecimal ones need a `p`, which the format does not allow.
pub(super) fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_named = unsigned.starts_with(|c: char| c.is_ascii_alphabetic());
    match text.parse::<f64>() {
        Ok(value) if value.is_nan() => text.len() == unsigned.len(),
        Ok(value) => is_named || value.is_finite(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_gos() {
        for good in ["1", "-1e-5", ".5", "+Inf", "infinity", "nan", "NaN"] {
            assert!(is_float(good), "{good}");
        }
        for bad in ["", "0x10", "1_0", "1e400", "+nan", "1\r", "e"] {
            assert!(!is_float(bad), "{bad}");
        }
    }
}
