//! The tokens that are values: strings, numbers and durations.

use super::go;
use super::lexer::{Failed, Lexed, Lexer, State, is_alphanumeric};
use super::token::TokenKind;
use crate::target::Version;

impl Lexer<'_> {
    /// A string whose opening quote has been read.
    pub(super) fn string(&mut self, open: char) -> Lexed {
        let raw = open == '`';
        loop {
            match self.bump() {
                Some(c) if c == open => return Ok(TokenKind::String),
                Some(char::REPLACEMENT_CHARACTER) => return self.fail("invalid UTF-8 rune"),
                Some('\\') if !raw => self.escape(open)?,
                Some('\n') if !raw => return self.fail("unterminated quoted string"),
                None if raw => return self.fail("unterminated raw string"),
                None => return self.fail("unterminated quoted string"),
                Some(_) => {}
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self, open: char) -> Result<(), Failed> {
        let Some(c) = self.bump() else {
            return self.fail("escape sequence not terminated");
        };
        let (mut digits, radix, max) = match c {
            'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\' => return Ok(()),
            c if c == open => return Ok(()),
            '0'..='7' => (3, 8, 255),
            'x' => (2, 16, 255),
            'u' => (4, 16, 0x10_ffff),
            'U' => (8, 16, 0x10_ffff),
            c => {
                let c = go::code_point(c);
                return self.fail(format!("unknown escape sequence {c}"));
            }
        };
        let mut code: u32 = 0;
        let mut next = if radix == 8 { Some(c) } else { self.bump() };
        loop {
            let Some(c) = next else {
                return self.fail("escape sequence not terminated");
            };
            let Some(digit) = c.to_digit(radix) else {
                let c = go::code_point(c);
                return self.fail(format!("illegal character {c} in escape sequence"));
            };
            code = code.wrapping_mul(radix).wrapping_add(digit);
            digits -= 1;
            if digits == 0 {
                break;
            }
            next = self.bump();
        }
        if code > max || (0xd800..0xe000).contains(&code) {
            return self.fail("escape sequence is an invalid Unicode code point");
        }
        Ok(())
    }

    /// A number or duration whose first character has been read.
    pub(super) fn number_or_duration(&mut self, first: char) -> Lexed {
        self.position -= first.len_utf8();
        if self.scan_number() {
            return Ok(TokenKind::Number);
        }
        if self.scan_rest_of_duration() {
            return Ok(TokenKind::Duration);
        }
        let text = go::quote(self.text());
        self.fail(format!("bad number or duration syntax: {text}"))
    }

    /// The duration that before Prometheus 3.0 must follow a bracket.
    pub(super) fn only_duration(&mut self) -> Lexed {
        self.state = State::Statements;
        if self.scan_number() {
            return self.fail("missing unit character in duration");
        }
        if self.scan_rest_of_duration() {
            return Ok(TokenKind::Duration);
        }
        let text = go::quote(self.text());
        self.fail(format!("bad duration syntax: {text}"))
    }

    /// The units of a duration, whose first digits have been read, and further numbers with units. Units in the wrong
    /// order and units such as `hs` pass here.
    fn scan_rest_of_duration(&mut self) -> bool {
        if !self.accept("smhdwy") {
            return false;
        }
        self.accept("s");
        while self.accept_digit() {
            while self.accept_digit() {}
            if !self.accept("smhdw") {
                return false;
            }
            self.accept("s");
        }
        let ends = !self.peek().is_some_and(is_alphanumeric);
        if !ends {
            // The character that is wrong belongs to the message.
            self.bump();
        }
        ends
    }

    fn accept_digit(&mut self) -> bool {
        self.accept("0123456789")
    }

    /// A number in any of Go's forms. What passes here may still be no number.
    pub(super) fn scan_number(&mut self) -> bool {
        if self.version < Version::new(2, 54) {
            return self.scan_old_number();
        }
        let initial = self.position;
        let mut digits = "0123456789";
        // In series notation `0x10` is a 0, repeated.
        if !self.series && self.accept("0") && self.accept("xX") {
            self.accept("_");
            digits = "0123456789abcdefABCDEF";
        }
        let hexadecimal = digits.len() > 10;
        self.accept(".");
        self.accept(digits);
        let (mut dot, mut exponent) = (false, false);
        while let Some(c) = self.peek() {
            match c {
                '.' => {
                    self.bump();
                    if dot || self.accept("_.") || hexadecimal {
                        return false;
                    }
                    dot = true;
                }
                'e' | 'E' => {
                    self.bump();
                    if exponent {
                        return false;
                    }
                    exponent = true;
                    self.accept("+-");
                    if self.accept("._eE") || self.peek().is_none() {
                        return false;
                    }
                }
                '_' => {
                    self.bump();
                    if self.accept("._eE") || self.peek().is_none() {
                        return false;
                    }
                }
                c if digits.contains(c) => while self.accept(digits) {},
                _ => break,
            }
        }
        self.position != initial && self.number_ends()
    }

    /// The same before Prometheus 2.54, which had no underscores in numbers.
    fn scan_old_number(&mut self) -> bool {
        let hexadecimal = !self.series && self.accept("0") && self.accept("xX");
        let is_digit = |c: char| c.is_ascii_digit() || (hexadecimal && c.is_ascii_hexdigit());
        self.skip_while(is_digit);
        if self.accept(".") {
            self.skip_while(is_digit);
        }
        if self.accept("eE") {
            self.accept("+-");
            self.skip_while(|c| c.is_ascii_digit());
        }
        self.number_ends()
    }

    /// Whether what follows is no part of a number; in series notation `x` starts a repetition.
    fn number_ends(&self) -> bool {
        let next = self.peek();
        (self.series && next == Some('x')) || !next.is_some_and(is_alphanumeric)
    }
}
