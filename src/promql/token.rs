//! Tokens and how Prometheus names them in its messages.

use super::go;
use super::{AggregateOp, BinaryOp};
use crate::source::Span;

/// One token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

/// The kinds of token. Words keep the case in which they were written: their text is in the input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
    /// The end of the text.
    Eof,
    /// The text cannot be read on; the lexer holds the message.
    Error,
    Comma,
    Colon,
    /// `=`
    Assign,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    LeftParen,
    RightParen,
    Identifier,
    /// A name with a colon in it.
    MetricIdentifier,
    Number,
    Duration,
    String,
    Operator(BinaryOp),
    /// `=~`
    RegexMatch,
    /// `!~`
    RegexNoMatch,
    /// `@`
    At,
    Aggregate(AggregateOp),
    Keyword(Keyword),
    /// A word that is a function in some places.
    Function(Word),
    /// The blanks between values of a series.
    Space,
    /// `_`: no value.
    Blank,
    /// `x`: repetition.
    Times,
    OpenHistogram,
    CloseHistogram,
    HistogramKey(HistogramKey),
    Hint(HintWord),
}

/// Words that are printed as `<word>`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Keyword {
    Bool,
    By,
    Without,
    On,
    Ignoring,
    GroupLeft,
    GroupRight,
    Fill,
    FillLeft,
    FillRight,
    Offset,
    Anchored,
    Smoothed,
}

/// `start`, `end` and the functions of duration expressions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Word {
    Start,
    End,
    Step,
    Range,
    MaxOf,
    MinOf,
}

/// The keys of a histogram in series notation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum HistogramKey {
    Sum,
    Count,
    Schema,
    Offset,
    NegativeOffset,
    Buckets,
    NegativeBuckets,
    ZeroBucket,
    ZeroBucketWidth,
    CustomValues,
    CounterResetHint,
}

/// The values of `counter_reset_hint`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum HintWord {
    Unknown,
    Reset,
    NotReset,
    Gauge,
}

impl HistogramKey {
    pub(super) const ALL: [(Self, &'static str); 11] = [
        (Self::Sum, "sum"),
        (Self::Count, "count"),
        (Self::Schema, "schema"),
        (Self::Offset, "offset"),
        (Self::NegativeOffset, "n_offset"),
        (Self::Buckets, "buckets"),
        (Self::NegativeBuckets, "n_buckets"),
        (Self::ZeroBucket, "z_bucket"),
        (Self::ZeroBucketWidth, "z_bucket_w"),
        (Self::CustomValues, "custom_values"),
        (Self::CounterResetHint, "counter_reset_hint"),
    ];

    pub(super) fn as_str(self) -> &'static str {
        let row = Self::ALL.iter().find(|&&(key, _)| key == self);
        // Every key has a row.
        row.map_or("", |&(_, name)| name)
    }
}

impl HintWord {
    pub(super) const ALL: [(Self, &'static str); 4] = [
        (Self::Unknown, "unknown"),
        (Self::Reset, "reset"),
        (Self::NotReset, "not_reset"),
        (Self::Gauge, "gauge"),
    ];
}

impl TokenKind {
    /// Whether the token is a name, or a word that Prometheus also takes for a metric name.
    pub(super) const fn is_metric_name(self) -> bool {
        match self {
            Self::Identifier
            | Self::MetricIdentifier
            | Self::Aggregate(_)
            | Self::Function(_)
            | Self::Operator(BinaryOp::And | BinaryOp::Or | BinaryOp::Unless) => true,
            Self::Keyword(keyword) => !matches!(
                keyword,
                Keyword::Bool
                    | Keyword::On
                    | Keyword::Ignoring
                    | Keyword::GroupLeft
                    | Keyword::GroupRight
            ),
            _ => false,
        }
    }

    /// Whether the token may stand for a label in `by (…)` and its like.
    pub(super) const fn is_grouping_label(self) -> bool {
        match self {
            Self::Keyword(keyword) => !matches!(keyword, Keyword::Without),
            Self::Operator(BinaryOp::Atan2) => true,
            _ => self.is_metric_name(),
        }
    }
}

impl Token {
    /// The token's text.
    pub(super) fn text(self, input: &str) -> &str {
        input.get(self.span.range()).unwrap_or_default()
    }

    /// How Prometheus names the token after the word "unexpected".
    pub(super) fn describe(self, input: &str) -> String {
        let text = self.text(input);
        match self.kind {
            TokenKind::Eof => "end of input".to_owned(),
            TokenKind::Error => "error".to_owned(),
            TokenKind::Identifier => format!("identifier {}", go::quote(text)),
            TokenKind::MetricIdentifier => format!("metric identifier {}", go::quote(text)),
            TokenKind::Number => format!("number {}", shortened(text)),
            TokenKind::Duration => format!("duration {}", shortened(text)),
            TokenKind::String => format!("string {}", shortened(text)),
            TokenKind::Operator(_)
            | TokenKind::RegexMatch
            | TokenKind::RegexNoMatch
            | TokenKind::At => format!("<op:{text}>"),
            TokenKind::Aggregate(_) => format!("<aggr:{text}>"),
            TokenKind::Keyword(_) => format!("<{text}>"),
            // Prometheus prints the number of the token in its generated parser here, which means nothing to anyone.
            TokenKind::HistogramKey(_) => format!("histogram key {}", shortened(text)),
            TokenKind::Hint(_) => format!("counter reset hint {}", shortened(text)),
            _ => shortened(text),
        }
    }
}

/// Ten characters at most, in quotes.
fn shortened(text: &str) -> String {
    if text.len() <= 10 {
        return go::quote(text);
    }
    let head: String = text.chars().take(10).collect();
    format!("{}...", go::quote(&head))
}
