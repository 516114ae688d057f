//! What Prometheus leaves to Go's `strconv` and `fmt`: quoting, unquoting and reading numbers.

use crate::labels::from_bytes;
pub(super) use crate::labels::quote;

/// `c` as `%q` prints a rune; `None` stands for the end of the text.
pub(super) fn quote_char(c: Option<char>) -> String {
    let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
    match c {
        '\'' => r"'\''".to_owned(),
        '"' => "'\"'".to_owned(),
        c => {
            let quoted = quote(c.encode_utf8(&mut [0; 4]));
            format!("'{}'", quoted.trim_matches('"'))
        }
    }
}

/// `c` as `%#U` prints it: `U+002E '.'`.
pub(super) fn code_point(c: char) -> String {
    let code = u32::from(c);
    let printable =
        quote(c.encode_utf8(&mut [0; 4])).len() == c.len_utf8() + 2 || "\"\\".contains(c);
    if printable {
        format!("U+{code:04X} '{c}'")
    } else {
        format!("U+{code:04X}")
    }
}

/// Why a text is no number, and the value with which Go goes on nevertheless.
#[derive(PartialEq, Debug)]
pub(super) struct NumberError {
    pub message: String,
    pub value: f64,
}

/// A number as Prometheus reads it: first as `strconv.ParseInt(text, 0, 64)`, where a leading 0 means octal,
/// then as `strconv.ParseFloat(text, 64)`.
pub(super) fn number(text: &str) -> Result<f64, NumberError> {
    if let Some(integer) = integer(text) {
        return Ok(integer as f64);
    }
    let failure = |reason: &str, value| {
        let text = quote(text);
        Err(NumberError {
            message: format!("error parsing number: strconv.ParseFloat: parsing {text}: {reason}"),
            value,
        })
    };
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_word && (!underscores_separate_digits(text) || is_hexadecimal(text)) {
        return failure("invalid syntax", 0.0);
    }
    match text.replace('_', "").parse::<f64>() {
        Ok(value) if value.is_infinite() && !is_word => failure("value out of range", value),
        Ok(value) => Ok(value),
        Err(_) => failure("invalid syntax", 0.0),
    }
}

/// `strconv.ParseInt(text, 0, 64)` of a text without sign.
fn integer(text: &str) -> Option<i64> {
    if !underscores_separate_digits(text) {
        return None;
    }
    let (digits, radix) = if is_hexadecimal(text) {
        (&text[2..], 16)
    } else if text.len() > 1 && text.starts_with('0') {
        (&text[1..], 8)
    } else {
        (text, 10)
    };
    let digits = digits.replace('_', "");
    if digits.starts_with(['+', '-']) {
        return None;
    }
    i64::from_str_radix(&digits, radix).ok()
}

fn is_hexadecimal(text: &str) -> bool {
    text.starts_with("0x") || text.starts_with("0X")
}

/// Go's rule for underscores in numbers: each stands between two digits or between the base prefix and a digit.
fn underscores_separate_digits(text: &str) -> bool {
    let hexadecimal = is_hexadecimal(text);
    let is_digit = |c: char| c.is_ascii_digit() || (hexadecimal && c.is_ascii_hexdigit());
    // The prefix counts as a digit.
    let mut previous = if hexadecimal { '0' } else { '\0' };
    let digits = if hexadecimal { &text[2..] } else { text };
    for c in digits.chars() {
        let joins_digits = if c == '_' {
            is_digit(previous)
        } else {
            previous != '_' || is_digit(c)
        };
        if !joins_digits {
            return false;
        }
        previous = c;
    }
    previous != '_'
}

/// `strconv.ParseUint(text, 10, 64)`; the error is Go's.
pub(super) fn unsigned(text: &str) -> Result<u64, String> {
    let digits_only = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let reason = if digits_only {
        "value out of range"
    } else {
        "invalid syntax"
    };
    text.parse()
        .ok()
        .filter(|_| digits_only)
        .ok_or_else(|| format!("strconv.ParseUint: parsing {}: {reason}", quote(text)))
}

/// The value of a quoted string whose escapes the lexer has checked. `\xff` and its like name bytes; where these are
/// no UTF-8 the replacement character stands for them, as a Rust string cannot hold them.
pub(super) fn unquote(text: &str) -> String {
    match String::from_utf8(unquote_bytes(text)) {
        Ok(value) => value,
        Err(bytes) => from_bytes(bytes.as_bytes()),
    }
}

/// `bytes` in double quotes as `%q` prints them: those that are no UTF-8 as `\xff`.
pub(super) fn quote_bytes(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        let quoted = quote(chunk.valid());
        out.push_str(quoted.get(1..quoted.len() - 1).unwrap_or_default());
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out.push('"');
    out
}

/// The bytes that a quoted string stands for.
pub(super) fn unquote_bytes(text: &str) -> Vec<u8> {
    let inner = text
        .get(1..text.len().saturating_sub(1))
        .unwrap_or_default();
    if text.starts_with('`') || !inner.contains('\\') {
        return inner.as_bytes().to_vec();
    }
    let mut out: Vec<u8> = Vec::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.extend(c.encode_utf8(&mut [0; 4]).bytes());
            continue;
        }
        let escape = rest.next().unwrap_or('\\');
        let (digits, radix, is_byte) = match escape {
            'x' => (2, 16, true),
            'u' => (4, 16, false),
            'U' => (8, 16, false),
            '0'..='7' => (2, 8, true),
            _ => {
                out.push(simple_escape(escape));
                continue;
            }
        };
        let mut code = if radix == 8 {
            escape.to_digit(8).unwrap_or(0)
        } else {
            0
        };
        for _ in 0..digits {
            let digit = rest.next().and_then(|c| c.to_digit(radix)).unwrap_or(0);
            code = code.wrapping_mul(radix).wrapping_add(digit);
        }
        if is_byte {
            out.push(code as u8);
        } else {
            let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend(c.encode_utf8(&mut [0; 4]).bytes());
        }
    }
    out
}

/// The byte that a one-letter escape stands for; quotes and the backslash stand for themselves.
const fn simple_escape(letter: char) -> u8 {
    match letter {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        other => other as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_go_reads_them() {
        assert_eq!(number("017"), Ok(15.0));
        assert_eq!(number("089"), Ok(89.0));
        assert_eq!(number("0755.5"), Ok(755.5));
        assert_eq!(number("1_000"), Ok(1000.0));
        assert_eq!(number("0xC"), Ok(12.0));
        assert_eq!(
            number("9223372036854775808"),
            Ok(9_223_372_036_854_775_808.0)
        );
        assert_eq!(number("3."), Ok(3.0));
        assert!(number("nAn").unwrap().is_nan());
        assert_eq!(number("INF"), Ok(f64::INFINITY));
        assert_eq!(
            number("1e400").unwrap_err().message,
            r#"error parsing number: strconv.ParseFloat: parsing "1e400": value out of range"#
        );
        assert!(
            number("0x")
                .unwrap_err()
                .message
                .ends_with("invalid syntax")
        );
    }

    #[test]
    fn strings_lose_their_quotes_and_escapes() {
        assert_eq!(
            unquote(r#""a\tb\"\x41\u00e9\U0001F600\101""#),
            "a\tb\"Aé😀A"
        );
        assert_eq!(unquote(r"`a\n`"), r"a\n");
        assert_eq!(unquote(r#""\xc3\xa9\xff""#), "é\u{10ffff}");
    }

    #[test]
    fn characters_print_as_go_prints_them() {
        assert_eq!(quote_char(Some('\'')), r"'\''");
        assert_eq!(quote_char(Some('\n')), r"'\n'");
        assert_eq!(quote_char(Some('"')), "'\"'");
        assert_eq!(quote_char(None), "'\u{fffd}'");
        assert_eq!(code_point('.'), "U+002E '.'");
        assert_eq!(code_point('\n'), "U+000A");
    }
}
