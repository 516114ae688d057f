//! The two notations of Alertmanager matchers: classic, and UTF-8 (since 0.27).

use crate::labels::{Labels, MatchOp, Matcher};
use crate::model::{Matching, Problem, ProblemKind, Stage, Text};
use crate::regex::Anchoring;
use crate::source::Span;
use crate::target::{MatcherMode, Target};

/// Parses one entry of `matchers:`, which may hold several matchers. The message of the error is Alertmanager's.
///
/// In the default mode of 0.27 and newer the UTF-8 notation is tried too: where only one of the two succeeds, its result
/// stands; where both do and differ, the classic one.
pub fn parse_matchers(text: &str, target: &Target) -> Result<Vec<Matcher>, String> {
    if target.classic_matchers() {
        return parse_classic(text);
    }
    match target.matchers {
        MatcherMode::Utf8 => parse_utf8(text),
        _ => parse_classic(text).or_else(|error| parse_utf8(text).map_err(|_| error)),
    }
}

/// Parses exactly one matcher, as amtool reads a label of an alert: without braces and commas around it.
pub fn parse_matcher(text: &str, target: &Target) -> Result<Matcher, String> {
    if target.classic_matchers() {
        return parse_classic_matcher(text);
    }
    if text.starts_with('{') || text.ends_with('}') {
        return Err(format!("unexpected open or close brace: {text}"));
    }
    let utf8 = parse_utf8(text).and_then(|mut matchers| match (matchers.pop(), matchers.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err("no matchers".to_owned()),
        (Some(_), more) => Err(format!("expected 1 matcher, found {}", more + 1)),
    });
    match target.matchers {
        MatcherMode::Utf8 => utf8,
        _ => parse_classic_matcher(text).or_else(|error| utf8.map_err(|_| error)),
    }
}

/// How the UTF-8 notation alone reads a text, as Alertmanager does in its strict mode.
pub fn parse_utf8_matchers(text: &str) -> Result<Vec<Matcher>, String> {
    parse_utf8(text)
}

/// A matcher and where it stands.
#[derive(Clone, Debug)]
pub struct PlacedMatcher {
    /// The matcher.
    pub matcher: Matcher,
    /// The bytes of the text it was read from, or of the value in the old notation.
    pub span: Span,
    /// Whether it comes from `match_re`, whose expressions Alertmanager shows with their anchors.
    pub is_anchored: bool,
}

impl PlacedMatcher {
    /// Whether it holds for these labels; one that is absent counts as empty.
    #[must_use]
    pub fn holds(&self, labels: &Labels) -> bool {
        let matcher = &self.matcher;
        matcher.matches(labels.get(&matcher.name).unwrap_or_default())
    }
}

/// All matchers of the three notations; those that do not parse are added to `problems`.
#[must_use]
pub fn matchers_of(
    matching: &Matching,
    target: &Target,
    problems: &mut Vec<Problem>,
) -> Vec<PlacedMatcher> {
    let mut found = Vec::new();
    let mut add =
        |text: &Text, is_anchored: bool, parsed: Result<Vec<Matcher>, String>| match parsed {
            Ok(matchers) => found.extend(matchers.into_iter().map(|matcher| PlacedMatcher {
                matcher,
                span: text.span(),
                is_anchored,
            })),
            Err(message) => {
                let mut problem = Problem::new(ProblemKind::Schema, text.span(), message.clone())
                    .with_help("a matcher looks like `severity=\"critical\"` or `team=~\"a|b\"`");
                let part = text.span();
                problem.worded(Stage::Hook { part, order: 0 }, message);
                problems.push(problem);
            }
        };
    let old_styles = [
        (&matching.equal, MatchOp::Equal),
        (&matching.regex, MatchOp::Regex),
    ];
    for (pairs, op) in old_styles {
        for pair in pairs {
            let matcher = new_matcher(pair.key.as_str(), op, pair.value.as_str());
            let is_regex = op == MatchOp::Regex;
            add(&pair.value, is_regex, matcher.map(|matcher| vec![matcher]));
        }
    }
    for text in &matching.matchers {
        add(text, false, parse_matchers(text.as_str(), target));
    }
    found
}

fn new_matcher(name: &str, op: MatchOp, value: &str) -> Result<Matcher, String> {
    Matcher::new(name, op, value, Anchoring::Alertmanager).map_err(|error| error.to_string())
}

fn parse_classic(text: &str) -> Result<Vec<Matcher>, String> {
    let text = text.strip_prefix('{').unwrap_or(text);
    let text = text.strip_suffix('}').unwrap_or(text);
    split_at_commas(text)
        .into_iter()
        .map(parse_classic_matcher)
        .collect()
}

/// The pieces between the commas outside double quotes; a blank last piece is dropped.
fn split_at_commas(text: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            ',' if !quoted => {
                pieces.push(&text[start..at]);
                start = at + 1;
            }
            '"' if escaped => escaped = false,
            '"' => quoted = !quoted,
            '\\' => escaped = !escaped,
            // A comma inside quotes leaves the state as it is.
            ',' => {}
            _ => escaped = false,
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        pieces.push(last);
    }
    pieces
}

/// `\s` of Go's regular expressions.
const BLANK: [char; 5] = [' ', '\t', '\n', '\r', '\x0c'];

fn parse_classic_matcher(piece: &str) -> Result<Matcher, String> {
    let bad_format = || format!("bad matcher format: {piece}");
    let rest = piece.trim_start_matches(BLANK);
    let length = rest
        .bytes()
        .enumerate()
        .take_while(|&(at, byte)| {
            byte.is_ascii_alphabetic()
                || byte == b'_'
                || byte == b':'
                || (at > 0 && byte.is_ascii_digit())
        })
        .count();
    if length == 0 {
        return Err(bad_format());
    }
    let (name, rest) = rest.split_at(length);
    let rest = rest.trim_start_matches(BLANK);
    let (op, rest) = split_operator(rest).ok_or_else(bad_format)?;
    new_matcher(name, op, &unescape_classic(rest.trim_matches(BLANK))?)
}

fn split_operator(text: &str) -> Option<(MatchOp, &str)> {
    [
        ("=~", MatchOp::Regex),
        ("!~", MatchOp::NotRegex),
        ("!=", MatchOp::NotEqual),
        ("=", MatchOp::Equal),
    ]
    .into_iter()
    .find_map(|(sign, op)| Some((op, text.strip_prefix(sign)?)))
}

/// The value without its optional quotes; `\n`, `\"` and `\\` are escapes, every other backslash is itself.
fn unescape_classic(raw: &str) -> Result<String, String> {
    let unescaped_quote = || format!("matcher value contains unescaped double quote: {raw}");
    let (body, mut quote_open) = match raw.strip_prefix('"') {
        Some(body) => (body, true),
        None => (raw, false),
    };
    let mut value = String::with_capacity(body.len());
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        let is_last = at + c.len_utf8() == body.len();
        match c {
            '\\' if !is_last => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, c @ ('"' | '\\'))) => value.push(c),
                Some((_, other)) => value.extend(['\\', other]),
                None => {}
            },
            '"' if quote_open && is_last => quote_open = false,
            '"' => return Err(unescaped_quote()),
            c => value.push(c),
        }
    }
    if quote_open {
        return Err(unescaped_quote());
    }
    Ok(value)
}

/// The UTF-8 notation: names and values are quoted, or free of reserved characters; braces must pair; one trailing
/// comma is allowed.
fn parse_utf8(text: &str) -> Result<Vec<Matcher>, String> {
    let mut rest = text.trim_start();
    let braces = rest.starts_with('{');
    if braces {
        rest = rest[1..].trim_start();
    }
    let mut matchers = Vec::new();
    loop {
        if braces && let Some(after) = rest.strip_prefix('}') {
            return end_of_input(after).map(|()| matchers);
        }
        if rest.is_empty() {
            return if braces {
                Err("expected close brace".to_owned())
            } else {
                Ok(matchers)
            };
        }
        let (name, after) = utf8_word(rest)?;
        let (op, after) = split_operator(after.trim_start())
            .ok_or("expected an operator such as '=', '!=', '=~' or '!~'")?;
        let (value, after) = utf8_word(after.trim_start())?;
        matchers.push(new_matcher(&name, op, &value)?);
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None if rest.is_empty() || (braces && rest.starts_with('}')) => {}
            None => return Err("expected a comma or close brace".to_owned()),
        }
    }
}

fn end_of_input(rest: &str) -> Result<(), String> {
    if rest.trim().is_empty() {
        Ok(())
    } else {
        Err(format!("expected end of input: {rest}"))
    }
}

/// A quoted or bare word and what follows it.
fn utf8_word(text: &str) -> Result<(String, &str), String> {
    if text.starts_with('"') {
        return utf8_quoted(text);
    }
    let is_reserved = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '{' | '}' | '!' | '=' | '~' | ',' | '\\' | '"' | '\'' | '`'
            )
    };
    let end = text.find(is_reserved).unwrap_or(text.len());
    if end == 0 {
        return Err("expected a label name or value".to_owned());
    }
    Ok((text[..end].to_owned(), &text[end..]))
}

fn utf8_quoted(text: &str) -> Result<(String, &str), String> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => {
                let value = unquote_go(&text[1..at]).ok_or("invalid escape in quotes")?;
                return Ok((value, &text[at + 1..]));
            }
            _ => {}
        }
    }
    Err("missing end quote".to_owned())
}

/// Resolves Go's string escapes; nothing where one is wrong, a line ends, or the bytes are not UTF-8.
fn unquote_go(body: &str) -> Option<String> {
    if body.contains('\n') {
        return None;
    }
    let mut bytes = Vec::with_capacity(body.len());
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            '\\' => match chars.next()? {
                'a' => '\u{7}',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\u{b}',
                c @ ('\\' | '"') => c,
                'u' => char::from_u32(digits(&mut chars, 4, 16)?)?,
                'U' => char::from_u32(digits(&mut chars, 8, 16)?)?,
                'x' => {
                    bytes.push(u8::try_from(digits(&mut chars, 2, 16)?).ok()?);
                    continue;
                }
                octal @ '0'..='7' => {
                    let rest = digits(&mut chars, 2, 8)?;
                    let value = octal.to_digit(8)? * 64 + rest;
                    bytes.push(u8::try_from(value).ok()?);
                    continue;
                }
                _ => return None,
            },
            c => c,
        };
        bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
    }
    String::from_utf8(bytes).ok()
}

fn digits(chars: &mut std::str::Chars<'_>, count: usize, radix: u32) -> Option<u32> {
    (0..count).try_fold(0_u32, |value, _| {
        value
            .checked_mul(radix)?
            .checked_add(chars.next()?.to_digit(radix)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(parsed: Result<Vec<Matcher>, String>) -> Result<Vec<String>, String> {
        parsed.map(|matchers| matchers.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn classic_notation_takes_odd_values() {
        let one = |text| printed(parse_classic(text)).unwrap().join(" ");
        assert_eq!(one(r#"severity="critical""#), r#"severity="critical""#);
        assert_eq!(one("x=y z=w"), r#"x="y z=w""#);
        assert_eq!(one("x==y"), r#"x="=y""#);
        assert_eq!(one("x=!y"), r#"x="!y""#);
        assert_eq!(one("x='y'"), r#"x="'y'""#);
        assert_eq!(one("{x=y"), r#"x="y""#);
        assert_eq!(one("x="), r#"x="""#);
        assert_eq!(one(r#"{a="b,c", d=~"e|f"}"#), r#"a="b,c" d=~"e|f""#);
        assert_eq!(one(""), "");
        assert_eq!(one(r#"x="a\\b\"c\d""#), r#"x="a\\b\"c\\d""#);
    }

    #[test]
    fn classic_notation_refuses() {
        assert_eq!(
            printed(parse_classic("x=a,b")),
            Err("bad matcher format: b".to_owned())
        );
        for bad in [r#"x="a"b""#, r#"x="a"#, "9x=a", "x", "=a"] {
            assert!(parse_classic(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn utf8_notation() {
        let all = |text| printed(parse_utf8(text));
        assert_eq!(all(r#"{"foo bar"="b\u00e4z", c!~d,}"#).unwrap().len(), 2);
        // Alertmanager's own tests of its parser have these verdicts.
        let good = [
            ("", 0),
            ("{}", 0),
            ("{foo=~[a-z]+,}", 1),
            ("foo=🙂bar", 1),
            (r#""foo"="bar","#, 1),
            ("{foo=bar,bar!=baz}", 2),
        ];
        for (text, count) in good {
            assert_eq!(
                all(text).map(|matchers| matchers.len()),
                Ok(count),
                "{text}"
            );
        }
        let emoji = Ok(vec![r#"foo="🙂""#.to_owned()]);
        assert_eq!(all(r#"{"foo"="\xf0\x9f\x99\x82"}"#), emoji);
        assert_eq!(all(r#"{"foo"="\U0001f642"}"#), emoji);
        for bad in [
            "x=",
            "{x=y",
            "x=y}",
            "x=y z=w",
            "x=y,,",
            "x=='y'",
            ",",
            "{,}",
            "{",
            "}",
            r#"{foo=:"bar"}"#,
            r#"{foo="bar\w"}"#,
            r"{foo=bar\n}",
            r#"{"foo"="\xf0\x9f"}"#,
            "foo=\"a\nb\"",
        ] {
            assert!(all(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_mode_decides_on_the_notation() {
        let modes = [
            MatcherMode::Fallback,
            MatcherMode::Classic,
            MatcherMode::Utf8,
        ];
        let verdicts = |text: &str| {
            modes.map(|matchers| {
                let target = Target {
                    matchers,
                    ..Target::default()
                };
                parse_matchers(text, &target).is_ok()
            })
        };
        assert_eq!(verdicts("a=b"), [true, true, true]);
        assert_eq!(verdicts(r#""foo bar"="x""#), [true, false, true]);
        assert_eq!(verdicts("x=y z=w"), [true, true, false]);
        assert_eq!(verdicts("x="), [true, true, false]);
        assert_eq!(verdicts("=x"), [false, false, false]);
    }

    #[test]
    fn the_version_decides_on_the_notation() {
        let mut target = Target::default();
        assert!(parse_matchers(r#""foo bar"="x""#, &target).is_ok());
        target.alertmanager = crate::target::Version::new(0, 25);
        assert!(parse_matchers(r#""foo bar"="x""#, &target).is_err());
    }
}
