//! Words of a template, as Go's `text/template/parse` knows them.

use std::borrow::Cow;

use crate::labels::quote;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Something that is no token; the text says why.
    Error,
    Bool,
    /// A single printable character without meaning of its own, such as a comma.
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    Eof,
    Field,
    Identifier,
    LeftDelim,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelim,
    RightParen,
    Space,
    String,
    Text,
    Variable,
    Block,
    Break,
    Continue,
    Dot,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Kind {
    pub(super) fn keyword(word: &str) -> Option<Self> {
        Some(match word {
            "block" => Self::Block,
            "break" => Self::Break,
            "continue" => Self::Continue,
            "define" => Self::Define,
            "else" => Self::Else,
            "end" => Self::End,
            "if" => Self::If,
            "range" => Self::Range,
            "nil" => Self::Nil,
            "template" => Self::Template,
            "with" => Self::With,
            _ => return None,
        })
    }

    /// Keywords, and the dot, which Go counts among them.
    fn is_keyword(self) -> bool {
        self as u8 >= Self::Block as u8
    }
}

/// One token.
#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    pub kind: Kind,
    /// First byte.
    pub at: usize,
    /// Its text; for an error what is wrong.
    pub text: Cow<'t, str>,
    /// Line of the first byte, from 1.
    pub line: usize,
}

impl Token<'_> {
    /// One past the last byte.
    pub fn end(&self) -> usize {
        match self.kind {
            Kind::Error | Kind::Eof => self.at,
            _ => self.at + self.text.len(),
        }
    }

    /// As Go names the token in an error.
    pub fn describe(&self) -> String {
        match self.kind {
            Kind::Eof => "EOF".to_owned(),
            Kind::Error => self.text.to_string(),
            kind if kind.is_keyword() => format!("<{}>", self.text),
            _ if self.text.len() > 10 => {
                let start: String = self.text.chars().take(10).collect();
                format!("{}...", quote(&start))
            }
            _ => quote(&self.text),
        }
    }
}
