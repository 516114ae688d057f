//! The lexer of Go's `text/template/parse`, which cuts a template into words.

use std::borrow::Cow;

use super::token::{Kind, Token};
use crate::labels::quote;

const LEFT: &str = "{{";
const RIGHT: &str = "}}";
const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Cuts a template into tokens, one at a time.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// The token that is being read starts here.
    start: usize,
    /// Lines up to `counted`.
    line: usize,
    counted: usize,
    inside_action: bool,
    open_parens: usize,
    /// After an error nothing more comes.
    failed: bool,
}

impl<'t> Lexer<'t> {
    /// A lexer of `text` from byte `start` on, before which there is no line end.
    pub fn new(text: &'t str, start: usize) -> Self {
        Self {
            text,
            at: start,
            start,
            line: 1,
            counted: start,
            inside_action: false,
            open_parens: 0,
            failed: false,
        }
    }

    /// The next token; `Eof` for ever at the end.
    pub fn next_token(&mut self) -> Token<'t> {
        if self.failed {
            return self.token(Kind::Eof);
        }
        if self.inside_action {
            return self.action();
        }
        loop {
            if let Some(token) = self.text_or_delim() {
                return token;
            }
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn accept(&mut self, valid: &str) -> bool {
        let found = self.peek().is_some_and(|c| valid.contains(c));
        if found {
            self.bump();
        }
        found
    }

    fn accept_run(&mut self, valid: &str) {
        while self.accept(valid) {}
    }

    fn line_of_start(&mut self) -> usize {
        let newlines = self.text[self.counted..self.start].matches('\n').count();
        self.line += newlines;
        self.counted = self.start;
        self.line
    }

    fn token(&mut self, kind: Kind) -> Token<'t> {
        let token = Token {
            kind,
            at: self.start,
            text: Cow::Borrowed(&self.text[self.start..self.at]),
            line: self.line_of_start(),
        };
        self.start = self.at;
        token
    }

    fn error(&mut self, text: impl Into<Cow<'t, str>>) -> Token<'t> {
        self.failed = true;
        let token = Token {
            kind: Kind::Error,
            at: self.start,
            text: text.into(),
            line: self.line_of_start(),
        };
        self.start = self.text.len();
        self.at = self.text.len();
        token
    }

    fn skip_to(&mut self, at: usize) {
        self.at = at;
        self.start = at;
    }

    /// Text up to `{{`, or the delimiter itself; `None` where a comment was passed over.
    fn text_or_delim(&mut self) -> Option<Token<'t>> {
        let rest = self.rest();
        let Some(length) = rest.find(LEFT) else {
            self.at = self.text.len();
            let kind = if self.at > self.start {
                Kind::Text
            } else {
                Kind::Eof
            };
            return Some(self.token(kind));
        };
        if length > 0 {
            let delim = self.at + length;
            let mut before = &rest[..length];
            if has_left_trim(&rest[length + LEFT.len()..]) {
                before = before.trim_end_matches(SPACE);
            }
            self.at += before.len();
            let token = (!before.is_empty()).then(|| self.token(Kind::Text));
            self.skip_to(delim);
            if token.is_some() {
                return token;
            }
        }
        self.left_delim()
    }

    fn left_delim(&mut self) -> Option<Token<'t>> {
        self.at += LEFT.len();
        let marker = if has_left_trim(self.rest()) { 2 } else { 0 };
        if self.rest()[marker..].starts_with("/*") {
            self.skip_to(self.at + marker);
            return self.comment();
        }
        let token = self.token(Kind::LeftDelim);
        self.skip_to(self.at + marker);
        self.inside_action = true;
        self.open_parens = 0;
        Some(token)
    }

    fn comment(&mut self) -> Option<Token<'t>> {
        let Some(end) = self.rest()[2..].find("*/") else {
            return Some(self.error("unclosed comment"));
        };
        self.at += end + 4;
        let Some(trim) = self.at_right_delim() else {
            return Some(self.error("comment ends before closing delimiter"));
        };
        self.skip_right_delim(trim);
        None
    }

    /// Whether `}}` is next, and whether with a trim marker.
    fn at_right_delim(&self) -> Option<bool> {
        let rest = self.rest();
        if has_right_trim(rest) && rest[2..].starts_with(RIGHT) {
            return Some(true);
        }
        rest.starts_with(RIGHT).then_some(false)
    }

    fn skip_right_delim(&mut self, trim: bool) {
        self.at += if trim { 4 } else { 2 };
        if trim {
            self.at = self.text.len() - self.rest().trim_start_matches(SPACE).len();
        }
        self.start = self.at;
    }

    fn right_delim(&mut self, trim: bool) -> Token<'t> {
        if trim {
            self.skip_to(self.at + 2);
        }
        self.at += RIGHT.len();
        let token = self.token(Kind::RightDelim);
        if trim {
            self.skip_to(self.text.len() - self.rest().trim_start_matches(SPACE).len());
        }
        self.inside_action = false;
        token
    }

    fn action(&mut self) -> Token<'t> {
        if let Some(trim) = self.at_right_delim() {
            if self.open_parens == 0 {
                return self.right_delim(trim);
            }
            return self.error("unclosed left paren");
        }
        let Some(c) = self.bump() else {
            return self.error("unclosed action");
        };
        match c {
            c if SPACE.contains(&c) => self.space(),
            '=' => self.token(Kind::Assign),
            ':' => {
                if self.bump() == Some('=') {
                    self.token(Kind::Declare)
                } else {
                    self.error("expected :=")
                }
            }
            '|' => self.token(Kind::Pipe),
            '"' => self.quoted('"', Kind::String, "unterminated quoted string"),
            '\'' => self.quoted('\'', Kind::CharConstant, "unterminated character constant"),
            '`' => match self.rest().find('`') {
                Some(end) => {
                    self.at += end + 1;
                    self.token(Kind::RawString)
                }
                None => self.error("unterminated raw quoted string"),
            },
            '$' => self.name(Kind::Variable, Kind::Variable),
            '.' if self.peek().is_some_and(|c| !c.is_ascii_digit()) => {
                self.name(Kind::Field, Kind::Dot)
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.at = self.start;
                self.number()
            }
            c if is_word(c) => self.identifier(),
            '(' => {
                self.open_parens += 1;
                self.token(Kind::LeftParen)
            }
            ')' => match self.open_parens.checked_sub(1) {
                Some(open) => {
                    self.open_parens = open;
                    self.token(Kind::RightParen)
                }
                None => self.error("unexpected right paren"),
            },
            c if c.is_ascii_graphic() => self.token(Kind::Char),
            c => self.error(format!("unrecognized character in action: {}", unicode(c))),
        }
    }

    /// A run of blanks, the first of them read. One that belongs to ` -}}` is left alone.
    fn space(&mut self) -> Token<'t> {
        self.at = self.text.len() - self.rest().trim_start_matches(SPACE).len();
        let last = self.at - 1;
        let tail = &self.text[last..];
        if has_right_trim(tail) && tail[2..].starts_with(RIGHT) {
            self.at = last;
            if last == self.start {
                return self.right_delim(true);
            }
        }
        self.token(Kind::Space)
    }

    fn identifier(&mut self) -> Token<'t> {
        self.word();
        if let Some(error) = self.bad_end() {
            return error;
        }
        let word = &self.text[self.start..self.at];
        let kind = match word {
            "true" | "false" => Kind::Bool,
            _ => Kind::keyword(word).unwrap_or(Kind::Identifier),
        };
        self.token(kind)
    }

    /// A field or variable, its first character read; `alone` where no name follows.
    fn name(&mut self, kind: Kind, alone: Kind) -> Token<'t> {
        if self.at_terminator() {
            return self.token(alone);
        }
        self.word();
        match self.bad_end() {
            Some(error) => error,
            None => self.token(kind),
        }
    }

    fn word(&mut self) {
        while self.peek().is_some_and(is_word) {
            self.bump();
        }
    }

    fn bad_end(&mut self) -> Option<Token<'t>> {
        if self.at_terminator() {
            return None;
        }
        let bad = self.peek().map(unicode).unwrap_or_default();
        Some(self.error(format!("bad character {bad}")))
    }

    /// Whether a name may end here.
    fn at_terminator(&self) -> bool {
        match self.peek() {
            None => true,
            Some(c) if SPACE.contains(&c) => true,
            Some('.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(_) => self.rest().starts_with(RIGHT),
        }
    }

    fn quoted(&mut self, close: char, kind: Kind, unterminated: &'static str) -> Token<'t> {
        loop {
            match self.bump() {
                Some('\\') => {
                    if matches!(self.bump(), None | Some('\n')) {
                        return self.error(unterminated);
                    }
                }
                None | Some('\n') => return self.error(unterminated),
                Some(c) if c == close => return self.token(kind),
                Some(_) => {}
            }
        }
    }

    fn number(&mut self) -> Token<'t> {
        let well_formed = self.scan_number();
        let mut kind = Kind::Number;
        let mut well_formed = well_formed;
        if well_formed && matches!(self.peek(), Some('+' | '-')) {
            kind = Kind::Complex;
            well_formed = self.scan_number() && self.text[..self.at].ends_with('i');
        }
        if well_formed {
            self.token(kind)
        } else {
            let text = quote(&self.text[self.start..self.at]);
            self.error(format!("bad number syntax: {text}"))
        }
    }

    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let mut digits = "0123456789_";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_run(digits);
        if self.accept(".") {
            self.accept_run(digits);
        }
        let exponent = match digits.len() {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        if self.accept(exponent) {
            self.accept("+-");
            self.accept_run("0123456789_");
        }
        self.accept("i");
        if self.peek().is_some_and(is_word) {
            self.bump();
            return false;
        }
        true
    }
}

/// Letters, digits and the underscore.
fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn has_left_trim(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(SPACE))
}

fn has_right_trim(text: &str) -> bool {
    text.strip_prefix(SPACE)
        .is_some_and(|rest| rest.starts_with('-'))
}

/// Go's `%#U`: `U+002D '-'`.
fn unicode(c: char) -> String {
    format!("U+{:04X} '{c}'", c as u32)
}
