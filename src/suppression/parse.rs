//! The grammar: `rulecheck: ignore[LINT, …] until YYYY-MM-DD -- reason`.

use super::{ANNOTATION, Malformed, Scope};
use crate::calendar::Date;
use crate::source::{Span, Spanned};

/// How every directive begins.
const PREFIX: &str = "rulecheck:";
/// What people write who know other linters, behind the name and without the colon or with another one.
const ALIKE: [&str; 9] = [
    "ignore",
    "ignore-rule",
    "ignore-group",
    "ignore-file",
    "ignore-next-line",
    "disable",
    "disable-next-line",
    "noqa",
    "snooze",
];
const FORM: &str = "write `# rulecheck: ignore[LINT] -- reason`";

/// What a directive says. Places count from the start of the text that it was read from.
#[derive(Debug)]
pub(super) struct Said {
    pub scope: Scope,
    pub lints: Vec<Spanned<String>>,
    pub until: Option<Spanned<Date>>,
    pub reason: Option<String>,
}

/// The directives in a comment, which begins with `#`: where each begins, and what it says.
pub(super) fn comment(text: &str) -> Vec<(usize, Result<Said, Malformed>)> {
    let begins = |&at: &usize| is_directive(&text[at + 1..]);
    let signs = text.match_indices('#').map(|(at, _)| at);
    let mut starts: Vec<usize> = signs.filter(begins).collect();
    if starts.is_empty() && is_alike(text) {
        let span = Span::new(0, text.trim_end().len());
        let message = "this comment is no directive: one begins with `rulecheck:`";
        return vec![(0, Err(wrong(span, message, FORM)))];
    }
    starts.push(text.len());
    let pieces = starts.windows(2).map(|pair| (pair[0], pair[1]));
    pieces
        .map(|(start, end)| (start, directive(&text[..end], start)))
        .collect()
}

fn is_directive(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '#'])
        .starts_with(PREFIX)
}

fn is_alike(text: &str) -> bool {
    let text = text.trim_start_matches(['#', ' ', '\t']);
    let Some((name, rest)) = text.split_at_checked("rulecheck".len()) else {
        return false;
    };
    let rest = rest.trim_start_matches([' ', '\t', '/', ':', '-']);
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let word = &rest[..end.unwrap_or(rest.len())];
    name.eq_ignore_ascii_case("rulecheck") && ALIKE.contains(&word)
}

/// The directive that begins with the `#` at `start`.
fn directive(text: &str, start: usize) -> Result<Said, Malformed> {
    let mut cursor = Cursor { text, at: start };
    cursor.pass(|c| matches!(c, '#' | ' ' | '\t'));
    cursor.at += PREFIX.len();
    cursor.blanks();
    let begin = cursor.at;
    cursor.pass(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let word = &text[begin..cursor.at];
    let Some(scope) = Scope::ALL.into_iter().find(|scope| scope.word() == word) else {
        let (end, message) = match word {
            "" => (
                text.trim_end().len(),
                "a directive says what to ignore".to_owned(),
            ),
            word => (cursor.at, format!("`{word}` is no directive")),
        };
        let help = "the directives are `ignore[LINT]`, `ignore-rule[LINT]`, `ignore-group[LINT]` and `ignore-file[LINT]`";
        return Err(wrong(Span::new(begin.min(end), end), message, help));
    };
    cursor.blanks();
    if !cursor.take("[") {
        let message = format!("`{word}` needs the lints that it is about, in brackets");
        let help = format!("write `# rulecheck: {word}[LINT] -- reason`");
        return Err(wrong(Span::new(begin, begin + word.len()), message, help));
    }
    let list = cursor.at;
    let Some(length) = text[list..].find(']') else {
        let span = Span::new(list - 1, text.trim_end().len());
        return Err(wrong(span, "this bracket is never closed", FORM));
    };
    let lints = names(text, list, list + length)?;
    cursor.at = list + length + 1;
    let (until, reason) = rest(&mut cursor)?;
    Ok(Said {
        scope,
        lints,
        until,
        reason,
    })
}

/// The value of the annotation: lints, and what may stand behind their bracket.
pub(super) fn annotation(text: &str) -> Result<Said, Malformed> {
    let reason_at = text.find("--").unwrap_or(text.len());
    let until_at = text[..reason_at].find(" until ");
    let end = until_at.unwrap_or(reason_at);
    let lints = names(text, 0, end).map_err(|mut wrong| {
        wrong.help = format!("write `{ANNOTATION}: LINT, LINT -- reason`");
        wrong
    })?;
    let mut cursor = Cursor { text, at: end };
    let (until, reason) = rest(&mut cursor)?;
    Ok(Said {
        scope: Scope::Rule,
        lints,
        until,
        reason,
    })
}

/// The names between commas.
fn names(text: &str, start: usize, end: usize) -> Result<Vec<Spanned<String>>, Malformed> {
    let mut names = Vec::new();
    let mut at = start;
    for piece in text[start..end].split(',') {
        let name = piece.trim();
        let begin = at + (piece.len() - piece.trim_start().len());
        at += piece.len() + 1;
        if name.is_empty() {
            continue;
        }
        let span = Span::new(begin, begin + name.len());
        if name.contains(char::is_whitespace) {
            let help = "a comma stands between two lints, `--` before the reason";
            return Err(wrong(span, format!("`{name}` is no name of a lint"), help));
        }
        names.push(Spanned::new(name.to_owned(), span));
    }
    if names.is_empty() {
        let message = "no lint is named, so nothing is ignored";
        return Err(wrong(Span::new(start, end), message, FORM));
    }
    Ok(names)
}

type Rest = (Option<Spanned<Date>>, Option<String>);

/// `until YYYY-MM-DD`, `-- reason`, both or neither.
fn rest(cursor: &mut Cursor<'_>) -> Result<Rest, Malformed> {
    let text = cursor.text;
    cursor.blanks();
    let mut until = None;
    if cursor.take_word("until") {
        cursor.blanks();
        let begin = cursor.at;
        cursor.pass(|c| !c.is_whitespace());
        let span = Span::new(begin, cursor.at);
        let word = &text[span.range()];
        let Some(date) = Date::parse(word) else {
            let message = match word {
                "" => "the day is missing".to_owned(),
                word => format!("`{word}` is no day"),
            };
            return Err(wrong(
                span,
                message,
                "write the day as in `until 2030-01-31`",
            ));
        };
        until = Some(Spanned::new(date, span));
        cursor.blanks();
    }
    let begin = cursor.at;
    let rest = text[begin..].trim_end();
    if rest.is_empty() {
        return Ok((until, None));
    }
    let Some(reason) = rest.strip_prefix("--") else {
        let span = Span::new(begin, begin + rest.len());
        let message = "this is neither `until` and a day nor `--` and a reason";
        return Err(wrong(span, message, "write `--` before the reason"));
    };
    let reason = reason.trim();
    Ok((until, (!reason.is_empty()).then(|| reason.to_owned())))
}

fn wrong(span: Span, message: impl Into<String>, help: impl Into<String>) -> Malformed {
    Malformed {
        span,
        message: message.into(),
        help: help.into(),
    }
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl Cursor<'_> {
    fn pass(&mut self, passes: impl Fn(char) -> bool) {
        let rest = &self.text[self.at..];
        self.at += rest.find(|c| !passes(c)).unwrap_or(rest.len());
    }

    fn blanks(&mut self) {
        self.pass(char::is_whitespace);
    }

    fn take(&mut self, wanted: &str) -> bool {
        let is_there = self.text[self.at..].starts_with(wanted);
        if is_there {
            self.at += wanted.len();
        }
        is_there
    }

    /// Takes the word where a blank or the end follows it.
    fn take_word(&mut self, wanted: &str) -> bool {
        let rest = self.text[self.at..].strip_prefix(wanted);
        let is_there = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
        if is_there {
            self.at += wanted.len();
        }
        is_there
    }
}
