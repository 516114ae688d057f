//! Text to tokens, with the states and the messages of Prometheus's lexer.

use super::go;
use super::token::{Keyword, Token, TokenKind, Word};
use super::{AggregateOp, BinaryOp};
use crate::source::Span;
use crate::target::{Target, Version};

/// A lexer over one text. Which characters may come next depends on the braces and brackets that are open.
pub(super) struct Lexer<'t> {
    pub(super) input: &'t str,
    pub(super) version: Version,
    /// Where the next character is read.
    pub(super) position: usize,
    /// Where the current token starts.
    pub(super) start: usize,
    pub(super) state: State,
    paren_depth: u32,
    brace_open: bool,
    pub(super) bracket_open: bool,
    colon_seen: bool,
    duration_seen: bool,
    /// Whether the text is series notation, not an expression.
    pub(super) series: bool,
    /// What went wrong, once something has.
    error: Option<LexError>,
}

/// Why the text cannot be read on.
#[derive(Clone, Debug)]
pub(super) struct LexError {
    pub span: Span,
    pub message: String,
}

/// What is read next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// Anything but what has a state of its own.
    Statements,
    /// Directly in `[ ]`, before and between durations.
    Duration,
    /// The values of a series.
    Values,
    /// Inside `{{ }}`.
    Histogram,
    /// What directly follows a histogram: `x`, `+` or `-`.
    AfterHistogram,
    /// After a minus in the buckets of a histogram.
    BucketNumber,
}

/// Nothing more can be read: the error is in the lexer.
pub(super) struct Failed;

pub(super) type Lexed = Result<TokenKind, Failed>;

impl<'t> Lexer<'t> {
    pub(super) fn new(input: &'t str, target: &Target) -> Self {
        Self {
            input,
            version: target.prometheus,
            position: 0,
            start: 0,
            state: State::Statements,
            paren_depth: 0,
            brace_open: false,
            bracket_open: false,
            colon_seen: false,
            duration_seen: false,
            series: false,
            error: None,
        }
    }

    pub(super) fn of_series(input: &'t str, target: &Target) -> Self {
        Self {
            series: true,
            ..Self::new(input, target)
        }
    }

    /// The error that ended the tokens.
    pub(super) fn error(&self) -> Option<&LexError> {
        self.error.as_ref()
    }

    /// The next token; after `Eof` and `Error` comes the same again.
    pub(super) fn next_token(&mut self) -> Token {
        let kind = if self.error.is_some() {
            TokenKind::Error
        } else {
            self.start = self.position;
            let lexed = match self.state {
                State::Histogram => self.histogram(),
                State::AfterHistogram => self.after_histogram(),
                State::BucketNumber => self.bucket_number(),
                State::Values => self.value(),
                State::Duration => self.duration_expression(),
                State::Statements if self.brace_open => self.in_braces(),
                State::Statements => self.statement(),
            };
            lexed.unwrap_or(TokenKind::Error)
        };
        // Of a run of blanks Prometheus counts the first.
        let end = match kind {
            TokenKind::Space => self.start + 1,
            _ => self.position,
        };
        Token {
            kind,
            span: Span::new(self.start, end),
        }
    }

    pub(super) fn statement(&mut self) -> Lexed {
        self.skip_blanks_and_comments();
        let Some(c) = self.bump() else {
            return self.end();
        };
        Ok(match c {
            ',' => TokenKind::Comma,
            '*' => TokenKind::Operator(BinaryOp::Mul),
            '/' => TokenKind::Operator(BinaryOp::Div),
            '%' => TokenKind::Operator(BinaryOp::Mod),
            '+' => TokenKind::Operator(BinaryOp::Add),
            '-' => TokenKind::Operator(BinaryOp::Sub),
            '^' => TokenKind::Operator(BinaryOp::Pow),
            '@' => TokenKind::At,
            '=' => match self.peek() {
                Some('=') => self.bump_to(TokenKind::Operator(BinaryOp::Eq)),
                Some('~') => return self.fail("unexpected character after '=': '~'"),
                _ => TokenKind::Assign,
            },
            '!' => match self.bump() {
                Some('=') => TokenKind::Operator(BinaryOp::Ne),
                other => {
                    let other = go::quote_char(other);
                    return self.fail(format!("unexpected character after '!': {other}"));
                }
            },
            '<' | '>' => self.angle(c),
            '"' | '\'' | '`' => return self.string(c),
            '(' => self.open_paren(),
            ')' => return self.close_paren(),
            '{' => {
                self.brace_open = true;
                TokenKind::LeftBrace
            }
            '[' => return self.open_bracket(),
            ']' if self.bracket_open => {
                self.bracket_open = false;
                TokenKind::RightBracket
            }
            ']' => return self.fail("unexpected right bracket ']'"),
            c if c.is_ascii_digit() => return self.number_or_duration(c),
            '.' if self.peek().is_some_and(|next| next.is_ascii_digit()) => {
                return self.number_or_duration(c);
            }
            c if (is_alpha(c) || c == ':') && self.bracket_open => return self.word_in_brackets(c),
            c if is_alpha(c) || c == ':' => self.word(),
            c => {
                let c = go::quote_char(Some(c));
                return self.fail(format!("unexpected character: {c}"));
            }
        })
    }

    fn end(&mut self) -> Lexed {
        if self.paren_depth != 0 {
            return self.fail("unclosed left parenthesis");
        }
        if self.bracket_open {
            return self.fail("unclosed left bracket");
        }
        Ok(TokenKind::Eof)
    }

    /// An operator that starts with `<` or `>`.
    fn angle(&mut self, c: char) -> TokenKind {
        let has_trim = self.version >= Version::new(3, 11);
        let (plain, or_equal, trim) = if c == '<' {
            (BinaryOp::Lt, BinaryOp::Le, BinaryOp::TrimUpper)
        } else {
            (BinaryOp::Gt, BinaryOp::Ge, BinaryOp::TrimLower)
        };
        match self.peek() {
            Some('=') => self.bump_to(TokenKind::Operator(or_equal)),
            Some('/') if has_trim => self.bump_to(TokenKind::Operator(trim)),
            _ => TokenKind::Operator(plain),
        }
    }

    fn open_paren(&mut self) -> TokenKind {
        self.paren_depth += 1;
        TokenKind::LeftParen
    }

    fn close_paren(&mut self) -> Lexed {
        match self.paren_depth.checked_sub(1) {
            Some(depth) => {
                self.paren_depth = depth;
                Ok(TokenKind::RightParen)
            }
            None => self.fail_after("unexpected right parenthesis ')'"),
        }
    }

    fn open_bracket(&mut self) -> Lexed {
        if self.bracket_open {
            return self.fail("unexpected left bracket '['");
        }
        self.bracket_open = true;
        self.colon_seen = false;
        self.duration_seen = false;
        self.state = State::Duration;
        Ok(TokenKind::LeftBracket)
    }

    /// In brackets, where a duration is expected or goes on.
    fn duration_expression(&mut self) -> Lexed {
        self.skip_while(is_space);
        self.start = self.position;
        if self.version < Version::new(3, 0) {
            return self.only_duration();
        }
        let Some(c) = self.bump() else {
            return self.fail("unexpected end of input in duration expression");
        };
        Ok(match c {
            ']' => {
                self.bracket_open = false;
                self.colon_seen = false;
                self.state = State::Statements;
                TokenKind::RightBracket
            }
            ':' if !self.duration_seen => {
                return self.fail_after("unexpected colon before duration in duration expression");
            }
            ':' if self.colon_seen => {
                return self.fail_after("unexpected repeated colon in duration expression");
            }
            ':' => {
                self.colon_seen = true;
                TokenKind::Colon
            }
            '(' => self.open_paren(),
            ')' => return self.close_paren(),
            '+' => TokenKind::Operator(BinaryOp::Add),
            '-' => TokenKind::Operator(BinaryOp::Sub),
            '*' => TokenKind::Operator(BinaryOp::Mul),
            '/' => TokenKind::Operator(BinaryOp::Div),
            '%' => TokenKind::Operator(BinaryOp::Mod),
            '^' => TokenKind::Operator(BinaryOp::Pow),
            ',' => TokenKind::Comma,
            c if c.is_ascii_digit()
                || (c == '.' && self.peek().is_some_and(|next| next.is_ascii_digit())) =>
            {
                self.duration_seen = true;
                self.state = State::Statements;
                return self.number_or_duration(c);
            }
            c => match self.duration_word(c) {
                Some(word) => {
                    self.duration_seen = true;
                    TokenKind::Function(word)
                }
                None => {
                    let c = go::quote_char(Some(c));
                    return self.fail(format!("unexpected character in duration expression: {c}"));
                }
            },
        })
    }

    /// A letter or colon in brackets, after a duration.
    fn word_in_brackets(&mut self, c: char) -> Lexed {
        if c == ':' {
            if self.colon_seen {
                return self.fail("unexpected colon ':'");
            }
            self.colon_seen = true;
            return Ok(TokenKind::Colon);
        }
        if let Some(word) = self.duration_word(c) {
            return Ok(TokenKind::Function(word));
        }
        let c = go::quote_char(Some(c));
        self.fail(format!("unexpected character: {c}, expected ':'"))
    }

    /// `step`, `range`, `max_of` or `min_of`, whose first letter `c` has been read.
    fn duration_word(&mut self, c: char) -> Option<Word> {
        if !matches!(c.to_ascii_lowercase(), 's' | 'r' | 'm') {
            return None;
        }
        self.skip_while(is_alpha);
        match keyword(&self.lowercase_text(), self.version)? {
            TokenKind::Function(Word::Start | Word::End) => None,
            TokenKind::Function(word) => Some(word),
            _ => None,
        }
    }

    /// Inside the braces of a selector, where keywords are names like any other.
    fn in_braces(&mut self) -> Lexed {
        self.skip_blanks_and_comments();
        let Some(c) = self.bump() else {
            return self.fail("unexpected end of input inside braces");
        };
        Ok(match c {
            c if is_alpha(c) => {
                self.skip_while(is_alphanumeric);
                TokenKind::Identifier
            }
            ',' => TokenKind::Comma,
            '"' | '\'' | '`' => return self.string(c),
            '=' => match self.peek() {
                Some('~') => self.bump_to(TokenKind::RegexMatch),
                _ => TokenKind::Assign,
            },
            '!' => match self.bump() {
                Some('~') => TokenKind::RegexNoMatch,
                Some('=') => TokenKind::Operator(BinaryOp::Ne),
                other => {
                    let other = go::quote_char(other);
                    return self.fail(format!(
                        "unexpected character after '!' inside braces: {other}"
                    ));
                }
            },
            '{' => return self.fail("unexpected left brace '{'"),
            '}' => {
                self.brace_open = false;
                if self.series {
                    self.state = State::Values;
                }
                TokenKind::RightBrace
            }
            c => {
                let c = go::quote_char(Some(c));
                return self.fail(format!("unexpected character inside braces: {c}"));
            }
        })
    }

    /// A word whose first character has been read: keyword, name or one of the number words.
    pub(super) fn word(&mut self) -> TokenKind {
        self.skip_while(|c| is_alphanumeric(c) || c == ':');
        if self.series && self.peek() != Some('{') {
            self.state = State::Values;
        } else {
            self.state = State::Statements;
        }
        if let Some(kind) = keyword(&self.lowercase_text(), self.version) {
            // So that `fill` stays free as a metric name.
            let is_fill = matches!(
                kind,
                TokenKind::Keyword(Keyword::Fill | Keyword::FillLeft | Keyword::FillRight)
            );
            return if is_fill && !self.paren_follows() {
                TokenKind::Identifier
            } else {
                kind
            };
        }
        if self.text().contains(':') {
            TokenKind::MetricIdentifier
        } else {
            TokenKind::Identifier
        }
    }

    fn paren_follows(&self) -> bool {
        let rest = self.input.get(self.position..).unwrap_or_default();
        rest.trim_start_matches(is_space).starts_with('(')
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            self.skip_while(is_space);
            if self.peek() != Some('#') {
                break;
            }
            self.skip_while(|c| c != '\n' && c != '\r');
        }
        self.start = self.position;
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.input.get(self.position..)?.chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.position += c.len_utf8();
        Some(c)
    }

    fn bump_to(&mut self, kind: TokenKind) -> TokenKind {
        self.bump();
        kind
    }

    /// Reads the next character if it is in `set`.
    pub(super) fn accept(&mut self, set: &str) -> bool {
        let accepted = self.peek().is_some_and(|c| set.contains(c));
        if accepted {
            self.bump();
        }
        accepted
    }

    pub(super) fn skip_while(&mut self, keep: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&keep) {
            self.bump();
        }
    }

    /// The text of the token so far.
    pub(super) fn text(&self) -> &'t str {
        self.input
            .get(self.start..self.position)
            .unwrap_or_default()
    }

    pub(super) fn lowercase_text(&self) -> String {
        self.text().to_ascii_lowercase()
    }

    /// Ends the tokens with an error; as in Prometheus it reaches from the start of the token to the end of the text.
    pub(super) fn fail<T>(&mut self, message: impl Into<String>) -> Result<T, Failed> {
        self.error = Some(LexError {
            span: Span::new(self.start, self.input.len()),
            message: message.into(),
        });
        Err(Failed)
    }

    /// The same, but from the end of the token.
    fn fail_after<T>(&mut self, message: &str) -> Result<T, Failed> {
        self.start = self.position;
        self.fail(message)
    }
}

/// The keyword that `word` is in `version`; `inf` and `nan` are numbers.
pub(super) fn keyword(word: &str, version: Version) -> Option<TokenKind> {
    if let Some(&(op, _)) = AggregateOp::ALL.iter().find(|&&(_, name)| name == word) {
        let is_new = matches!(op, AggregateOp::Limitk | AggregateOp::LimitRatio);
        return (!is_new || version >= Version::new(2, 54)).then_some(TokenKind::Aggregate(op));
    }
    let (kind, since) = match word {
        "and" => (TokenKind::Operator(BinaryOp::And), (0, 0)),
        "or" => (TokenKind::Operator(BinaryOp::Or), (0, 0)),
        "unless" => (TokenKind::Operator(BinaryOp::Unless), (0, 0)),
        "atan2" => (TokenKind::Operator(BinaryOp::Atan2), (0, 0)),
        "offset" => (TokenKind::Keyword(Keyword::Offset), (0, 0)),
        "by" => (TokenKind::Keyword(Keyword::By), (0, 0)),
        "without" => (TokenKind::Keyword(Keyword::Without), (0, 0)),
        "on" => (TokenKind::Keyword(Keyword::On), (0, 0)),
        "ignoring" => (TokenKind::Keyword(Keyword::Ignoring), (0, 0)),
        "group_left" => (TokenKind::Keyword(Keyword::GroupLeft), (0, 0)),
        "group_right" => (TokenKind::Keyword(Keyword::GroupRight), (0, 0)),
        "bool" => (TokenKind::Keyword(Keyword::Bool), (0, 0)),
        "inf" | "nan" => (TokenKind::Number, (0, 0)),
        "start" => (TokenKind::Function(Word::Start), (0, 0)),
        "end" => (TokenKind::Function(Word::End), (0, 0)),
        "step" => (TokenKind::Function(Word::Step), (3, 6)),
        "range" => (TokenKind::Function(Word::Range), (3, 10)),
        "max_of" => (TokenKind::Function(Word::MaxOf), (3, 13)),
        "min_of" => (TokenKind::Function(Word::MinOf), (3, 13)),
        "anchored" => (TokenKind::Keyword(Keyword::Anchored), (3, 7)),
        "smoothed" => (TokenKind::Keyword(Keyword::Smoothed), (3, 7)),
        "fill" => (TokenKind::Keyword(Keyword::Fill), (3, 10)),
        "fill_left" => (TokenKind::Keyword(Keyword::FillLeft), (3, 10)),
        "fill_right" => (TokenKind::Keyword(Keyword::FillRight), (3, 10)),
        _ => return None,
    };
    (version >= Version::new(since.0, since.1)).then_some(kind)
}

pub(super) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

pub(super) const fn is_alpha(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic()
}

pub(super) const fn is_alphanumeric(c: char) -> bool {
    is_alpha(c) || c.is_ascii_digit()
}
