//! Escapes and classes in brackets.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange, Look};

use super::super::class;
use super::super::error::{ErrorCode, RegexError};
use super::{Parser, Result};

impl Parser<'_> {
    pub(super) fn escape(&mut self) -> Result<()> {
        let start = self.at;
        let letter = self.rest().chars().nth(1);
        let look = match letter {
            Some('A') => Some(Look::Start),
            Some('z') => Some(Look::End),
            Some('b') => Some(Look::WordAscii),
            Some('B') => Some(Look::WordAsciiNegate),
            _ => None,
        };
        if let Some(look) = look {
            self.at += 1;
            return self.look(look);
        }
        if letter == Some('Q') {
            return self.quoted();
        }
        if let Some(class) = self.class_escape()? {
            return self.class(class);
        }
        match self.char_escape(start)? {
            Char::Scalar(c) => self.literal(c),
            Char::Surrogate(_) => self.class(ClassUnicode::empty()),
        }
    }

    /// `\Q…\E`; without `\E` up to the end.
    fn quoted(&mut self) -> Result<()> {
        self.at += 2;
        let text = self.rest();
        let (text, skip) = match text.find(r"\E") {
            Some(end) => (&text[..end], end + 2),
            None => (text, text.len()),
        };
        for c in text.chars() {
            self.literal(c)?;
        }
        self.at += skip;
        Ok(())
    }

    /// `\d`, `\pL`, `\p{Greek}` and their like; nothing is read where it is none of them.
    fn class_escape(&mut self) -> Result<Option<ClassUnicode>> {
        let start = self.at;
        let mut rest = self.rest().chars();
        let (Some('\\'), Some(letter)) = (rest.next(), rest.next()) else {
            return Ok(None);
        };
        if let Some(class) = class::perl(letter, self.flags.fold_case) {
            self.at += 2;
            return Ok(Some(class));
        }
        if !matches!(letter, 'p' | 'P') {
            return Ok(None);
        }
        self.at += 2;
        let name = match self.bump() {
            Some('{') => {
                let Some(end) = self.rest().find('}') else {
                    self.at = self.pattern.len();
                    return Err(self.error(ErrorCode::InvalidCharRange, start));
                };
                let name = &self.rest()[..end];
                self.at += end + 1;
                name
            }
            _ => &self.pattern[start + 2..self.at],
        };
        let (name, negated) = match name.strip_prefix('^') {
            Some(name) => (name, letter == 'p'),
            None => (name, letter == 'P'),
        };
        let mut class = class::unicode(name, self.flags.fold_case)
            .ok_or_else(|| self.error(ErrorCode::InvalidCharRange, start))?;
        if negated {
            class.negate();
        }
        Ok(Some(class))
    }

    /// An escape of one character; `start` is its backslash.
    fn char_escape(&mut self, start: usize) -> Result<Char> {
        self.bump();
        let invalid = |this: &Self| this.error(ErrorCode::InvalidEscape, start);
        let Some(c) = self.bump() else {
            return Err(RegexError::new(ErrorCode::TrailingBackslash, ""));
        };
        let is_octal = |c: Option<char>| c.filter(|c| ('0'..='7').contains(c));
        Ok(Char::Scalar(match c {
            // One digit alone is a reference to a group elsewhere, and nothing in Go.
            '1'..='7' if is_octal(self.peek()).is_none() => return Err(invalid(self)),
            '0'..='7' => {
                let mut value = c as u32 - '0' as u32;
                for _ in 0..2 {
                    let Some(digit) = is_octal(self.peek()) else {
                        break;
                    };
                    self.bump();
                    value = value * 8 + (digit as u32 - '0' as u32);
                }
                return Ok(Char::from(value));
            }
            'x' => return self.hex_escape().ok_or_else(|| invalid(self)),
            'a' => '\u{7}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
            _ => return Err(invalid(self)),
        }))
    }

    /// What follows `\x`: two digits, or any number in braces.
    fn hex_escape(&mut self) -> Option<Char> {
        let first = self.bump()?;
        if first != '{' {
            // Go reads both characters before it looks at either.
            let second = self.bump();
            return Some(Char::from(first.to_digit(16)? * 16 + second?.to_digit(16)?));
        }
        let mut value = 0;
        let mut digits = 0;
        loop {
            match self.bump()? {
                '}' if digits > 0 => return Some(Char::from(value)),
                c => {
                    value = value * 16 + c.to_digit(16)?;
                    digits += 1;
                }
            }
            if value > char::MAX as u32 {
                return None;
            }
        }
    }

    /// `[…]`
    pub(super) fn bracket_class(&mut self) -> Result<()> {
        let start = self.at;
        self.bump();
        let negated = self.eat("^");
        let mut set = RangeSet::default();
        let mut first = true;
        // A `]` right at the start stands for itself.
        while first || !self.rest().starts_with(']') {
            first = false;
            let part = if let Some(named) = self.posix_class()? {
                named
            } else if let Some(escaped) = self.class_escape()? {
                escaped
            } else {
                self.class_range(start)?
            };
            self.count_ranges(&part)?;
            set.add(&part);
        }
        self.bump();
        let mut class = set.finish();
        if negated {
            class.negate();
        }
        self.class(class)
    }

    /// `[:name:]` inside brackets.
    fn posix_class(&mut self) -> Result<Option<ClassUnicode>> {
        let start = self.at;
        let Some(rest) = self.rest().strip_prefix("[:") else {
            return Ok(None);
        };
        if self.no_more_posix {
            return Ok(None);
        }
        let Some(end) = rest.find(":]") else {
            self.no_more_posix = true;
            return Ok(None);
        };
        let name = &self.rest()[2..2 + end];
        self.at += end + 4;
        class::posix(name, self.flags.fold_case)
            .map(Some)
            .ok_or_else(|| self.error(ErrorCode::InvalidCharRange, start))
    }

    /// One character or a range of them, in the brackets opened at `bracket`.
    fn class_range(&mut self, bracket: usize) -> Result<ClassUnicode> {
        let start = self.at;
        let from = self.class_char(bracket)?.code();
        let rest = self.rest();
        let is_range = rest.len() >= 2 && rest.starts_with('-') && !rest.starts_with("-]");
        let to = if is_range {
            self.bump();
            self.class_char(bracket)?.code()
        } else {
            from
        };
        if to < from {
            return Err(self.error(ErrorCode::InvalidCharRange, start));
        }
        let mut range = ClassUnicode::empty();
        class::push_range(&mut range, from, to);
        if self.flags.fold_case {
            class::fold_case(&mut range);
        }
        Ok(range)
    }

    fn class_char(&mut self, bracket: usize) -> Result<Char> {
        let start = self.at;
        match self.peek() {
            Some('\\') => self.char_escape(start),
            Some(c) => {
                self.bump();
                Ok(Char::Scalar(c))
            }
            None => Err(RegexError::new(
                ErrorCode::MissingBracket,
                &self.pattern[bracket..],
            )),
        }
    }
}

/// Ranges that become a class. Adding to a class directly would sort it anew each time.
#[derive(Default)]
struct RangeSet {
    ranges: Vec<ClassUnicodeRange>,
    /// How many were left when they were last put in order.
    distinct: usize,
}

impl RangeSet {
    fn add(&mut self, class: &ClassUnicode) {
        self.ranges.extend(class.iter());
        if self.ranges.len() > 2 * self.distinct + 4096 {
            let ranges = std::mem::take(&mut self.ranges);
            self.ranges = ClassUnicode::new(ranges).ranges().to_vec();
            self.distinct = self.ranges.len();
        }
    }

    fn finish(self) -> ClassUnicode {
        ClassUnicode::new(self.ranges)
    }
}

/// A code point from an escape. Go lets a pattern name surrogates, which no text can hold.
enum Char {
    Scalar(char),
    Surrogate(u32),
}

impl Char {
    fn code(&self) -> u32 {
        match *self {
            Self::Scalar(c) => c as u32,
            Self::Surrogate(code) => code,
        }
    }
}

impl From<u32> for Char {
    fn from(code: u32) -> Self {
        char::from_u32(code).map_or(Self::Surrogate(code), Self::Scalar)
    }
}
