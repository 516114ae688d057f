use std::fmt;
use std::sync::Arc;

/// What is wrong with a pattern; the codes and their words are those of Go's `regexp/syntax`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ErrorCode {
    /// A class, range or class name that does not exist: `[z-a]`, `[[:foo:]]`, `\p{Foo}`.
    InvalidCharRange,
    /// A backslash before something that Go gives no meaning: `\y`, `\Z`, `\1`.
    InvalidEscape,
    /// `(?P<na-me>…)`
    InvalidNamedCapture,
    /// `(?…` followed by something Go does not know, lookaround above all.
    InvalidPerlOp,
    /// A repetition of a repetition: `a**`, `a{2}{3}`.
    InvalidRepeatOp,
    /// A count above 1000, counts that multiply to more than 1000, or a maximum below the minimum.
    InvalidRepeatSize,
    /// `[` without `]`.
    MissingBracket,
    /// `(` without `)`.
    MissingParen,
    /// `*` with nothing before it.
    MissingRepeatArgument,
    /// A backslash at the very end.
    TrailingBackslash,
    /// `)` without `(`.
    UnexpectedParen,
    /// More than 1000 levels.
    NestingDepth,
    /// A pattern whose automaton would be too large.
    Large,
}

impl ErrorCode {
    /// The words of Go's `regexp/syntax`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidCharRange => "invalid character class range",
            Self::InvalidEscape => "invalid escape sequence",
            Self::InvalidNamedCapture => "invalid named capture",
            Self::InvalidPerlOp => "invalid or unsupported Perl syntax",
            Self::InvalidRepeatOp => "invalid nested repetition operator",
            Self::InvalidRepeatSize => "invalid repeat count",
            Self::MissingBracket => "missing closing ]",
            Self::MissingParen => "missing closing )",
            Self::MissingRepeatArgument => "missing argument to repetition operator",
            Self::TrailingBackslash => "trailing backslash at end of expression",
            Self::UnexpectedParen => "unexpected )",
            Self::NestingDepth => "expression nests too deeply",
            Self::Large => "expression too large",
        }
    }
}

/// Why a pattern does not parse. Prints as Go's `regexp.Compile` reports it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegexError {
    /// What is wrong.
    pub code: ErrorCode,
    /// The part of the pattern at fault, as Go cuts it out; for what concerns the whole, everything that was compiled.
    pub fragment: Arc<str>,
}

impl RegexError {
    pub(super) fn new(code: ErrorCode, fragment: &str) -> Self {
        Self {
            code,
            fragment: fragment.into(),
        }
    }
}

impl fmt::Display for RegexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "error parsing regexp: {}: `{}`",
            self.code.as_str(),
            self.fragment
        )
    }
}

impl std::error::Error for RegexError {}
