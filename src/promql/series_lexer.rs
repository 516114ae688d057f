//! The tokens of series notation.

use super::BinaryOp;
use super::go;
use super::lexer::{Lexed, Lexer, State, is_alpha, is_space, keyword};
use super::token::{HintWord, HistogramKey, TokenKind};

impl Lexer<'_> {
    /// One token of the values of a series.
    pub(super) fn value(&mut self) -> Lexed {
        let Some(c) = self.bump() else {
            self.state = State::Statements;
            return self.statement();
        };
        Ok(match c {
            '{' if self.peek() == Some('{') => {
                self.bump();
                self.state = State::Histogram;
                TokenKind::OpenHistogram
            }
            c if is_space(c) => {
                self.skip_while(is_space);
                TokenKind::Space
            }
            '+' => TokenKind::Operator(BinaryOp::Add),
            '-' => TokenKind::Operator(BinaryOp::Sub),
            'x' => TokenKind::Times,
            '_' => TokenKind::Blank,
            c if c.is_ascii_digit()
                || (c == '.' && self.peek().is_some_and(|next| next.is_ascii_digit())) =>
            {
                self.position -= c.len_utf8();
                return self.plain_number();
            }
            c if is_alpha(c) => self.word(),
            c => {
                let c = go::quote_char(Some(c));
                return self.fail(format!("unexpected character in series sequence: {c}"));
            }
        })
    }

    fn plain_number(&mut self) -> Lexed {
        if self.scan_number() {
            return Ok(TokenKind::Number);
        }
        let text = go::quote(self.text());
        self.fail(format!("bad number syntax: {text}"))
    }

    /// One token between `{{` and `}}`.
    pub(super) fn histogram(&mut self) -> Lexed {
        if self.bracket_open {
            return self.buckets();
        }
        let c = self.bump();
        Ok(match c {
            Some(c) if is_space(c) => {
                self.skip_while(is_space);
                TokenKind::Space
            }
            Some(c) if is_alpha(c) => return self.histogram_word(),
            Some(':') => TokenKind::Colon,
            Some('-') => TokenKind::Operator(BinaryOp::Sub),
            Some('x') => TokenKind::Times,
            Some(c) if c.is_ascii_digit() => {
                self.position -= c.len_utf8();
                return self.plain_number();
            }
            Some('[') => {
                self.bracket_open = true;
                TokenKind::LeftBracket
            }
            Some('}') if self.peek() == Some('}') => {
                self.bump();
                self.state = match self.peek() {
                    Some('x' | '+' | '-') => State::AfterHistogram,
                    _ => State::Values,
                };
                TokenKind::CloseHistogram
            }
            c => {
                let c = go::quote_char(c);
                return self.fail(format!("histogram description incomplete unexpected: {c}"));
            }
        })
    }

    /// What directly follows `}}`.
    pub(super) fn after_histogram(&mut self) -> Lexed {
        self.state = State::Values;
        Ok(match self.bump() {
            Some('+') => TokenKind::Operator(BinaryOp::Add),
            Some('-') => TokenKind::Operator(BinaryOp::Sub),
            // Nothing else leads here.
            _ => TokenKind::Times,
        })
    }

    /// A key, a number word or a counter reset hint.
    fn histogram_word(&mut self) -> Lexed {
        self.skip_while(is_alpha);
        let word = self.lowercase_text();
        if let Some(&(key, _)) = HistogramKey::ALL.iter().find(|&&(_, name)| name == word) {
            if self.peek() != Some(':') {
                return self.fail("missing `:` for histogram descriptor");
            }
            return Ok(TokenKind::HistogramKey(key));
        }
        if keyword(&word, self.version) == Some(TokenKind::Number) {
            return Ok(TokenKind::Number);
        }
        if let Some(&(hint, _)) = HintWord::ALL.iter().find(|&&(_, name)| name == word) {
            return Ok(TokenKind::Hint(hint));
        }
        let word = go::quote(self.text());
        self.fail(format!("bad histogram descriptor found: {word}"))
    }

    /// One token between `[` and `]`. As in Prometheus letters that make no number word become part of the token
    /// after them.
    fn buckets(&mut self) -> Lexed {
        loop {
            let c = self.bump();
            return Ok(match c {
                Some(c) if is_space(c) => {
                    self.skip_while(is_space);
                    TokenKind::Space
                }
                Some('-') => {
                    self.state = State::BucketNumber;
                    TokenKind::Operator(BinaryOp::Sub)
                }
                Some(c) if c.is_ascii_digit() => {
                    self.position -= c.len_utf8();
                    return self.plain_number();
                }
                Some(']') => {
                    self.bracket_open = false;
                    TokenKind::RightBracket
                }
                Some(c) if is_alpha(c) => {
                    // No number word is longer; this keeps the loop linear.
                    let may_be_number = self.text().len() <= 3;
                    if may_be_number
                        && keyword(&self.lowercase_text(), self.version) == Some(TokenKind::Number)
                    {
                        return Ok(TokenKind::Number);
                    }
                    continue;
                }
                c => {
                    let c = go::quote_char(c);
                    return self.fail(format!("invalid character in buckets description: {c}"));
                }
            });
        }
    }

    /// The number after a minus between `[` and `]`.
    pub(super) fn bucket_number(&mut self) -> Lexed {
        self.state = State::Histogram;
        self.plain_number()
    }
}
