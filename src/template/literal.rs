//! Constants: quoted strings and numbers, by the rules of Go's `strconv`.

use super::token::Kind;
use super::tree::Number;
use crate::labels::quote;

/// The text of a Go string in double quotes or backquotes; `None` where it is malformed. Bytes that are not UTF-8
/// (`"\xff"`) become U+FFFD.
pub(super) fn unquote(quoted: &str) -> Option<String> {
    if let Some(raw) = quoted.strip_prefix('`') {
        return raw.strip_suffix('`').map(|raw| raw.replace('\r', ""));
    }
    let mut rest = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let mut bytes = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let (code, tail) = unquote_char(rest, '"')?;
        rest = tail;
        match code {
            Code::Byte(byte) => bytes.push(byte),
            Code::Char(c) => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// What one escape or character of a string stands for.
enum Code {
    Byte(u8),
    Char(char),
}

/// The first character of `text` inside quotes `quote`, and the rest.
fn unquote_char(text: &str, quote: char) -> Option<(Code, &str)> {
    let mut chars = text.chars();
    let c = chars.next()?;
    if c != '\\' {
        return (c != quote).then_some((Code::Char(c), chars.as_str()));
    }
    let letter = chars.next()?;
    let rest = chars.as_str();
    let digits = |rest: &'_ str, count: usize, radix: u32| {
        let digits = rest.get(..count)?;
        let valid = digits.chars().all(|c| c.is_digit(radix));
        valid
            .then(|| u32::from_str_radix(digits, radix).ok())
            .flatten()
    };
    let simple = match letter {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' => '\\',
        c if c == quote => c,
        'x' => {
            let byte = u8::try_from(digits(rest, 2, 16)?).ok()?;
            return Some((Code::Byte(byte), &rest[2..]));
        }
        'u' | 'U' => {
            let count = if letter == 'u' { 4 } else { 8 };
            let c = char::from_u32(digits(rest, count, 16)?)?;
            return Some((Code::Char(c), &rest[count..]));
        }
        '0'..='7' => {
            let octal = &text[1..];
            let byte = u8::try_from(digits(octal, 3, 8)?).ok()?;
            return Some((Code::Byte(byte), &octal[3..]));
        }
        _ => return None,
    };
    Some((Code::Char(simple), rest))
}

/// Reads a constant; the error is in Go's words.
pub(super) fn number(text: &str, kind: Kind) -> Result<Number, String> {
    let number = |int, float, complex| Number {
        text: text.into(),
        int,
        float,
        complex,
    };
    match kind {
        Kind::CharConstant => {
            let (code, tail) =
                unquote_char(&text[1..], '\'').ok_or_else(|| "invalid syntax".to_owned())?;
            if tail != "'" {
                return Err(format!("malformed character constant: {text}"));
            }
            let code = match code {
                Code::Byte(byte) => u32::from(byte),
                Code::Char(c) => c as u32,
            };
            return Ok(number(Some(i64::from(code)), Some(f64::from(code)), None));
        }
        Kind::Complex => {
            let (re, im) = complex(text).ok_or_else(|| illegal(text))?;
            return Ok(number(None, None, Some((re, im))));
        }
        _ => {}
    }
    if let Some(im) = text.strip_suffix('i').and_then(float) {
        return Ok(number(None, None, Some((0.0, im))));
    }
    if let Some(value) = integer(text) {
        let int = i64::try_from(value).ok();
        if int.is_some() || u64::try_from(value).is_ok() {
            return Ok(number(int, Some(value as f64), None));
        }
    }
    let value = float(text).ok_or_else(|| illegal(text))?;
    if !text.contains(['.', 'e', 'E', 'p', 'P']) {
        return Err(format!("integer overflow: {}", quote(text)));
    }
    let is_whole = value.fract() == 0.0 && value.abs() < 9.2e18;
    Ok(number(is_whole.then_some(value as i64), Some(value), None))
}

fn illegal(text: &str) -> String {
    format!("illegal number syntax: {}", quote(text))
}

fn complex(text: &str) -> Option<(f64, f64)> {
    let inside = text.strip_suffix('i')?;
    let is_sign = |&(at, c): &(usize, char)| {
        at > 0 && matches!(c, '+' | '-') && !inside[..at].ends_with(['e', 'E', 'p', 'P'])
    };
    let (split, _) = inside.char_indices().find(is_sign)?;
    Some((float(&inside[..split])?, float(&inside[split..])?))
}

/// `ParseInt` with base 0: `0x`, `0o`, `0b`, a leading zero for octal, single underscores between digits.
fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, body) = [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find_map(|(prefix, radix)| lower.strip_prefix(prefix).map(|body| (radix, body)))
        .unwrap_or_else(|| match lower.strip_prefix('0') {
            Some(body) if !body.is_empty() => (8, body),
            _ => (10, &*lower),
        });
    // After a prefix an underscore may come first.
    let prefixed = radix != 10;
    if body.contains("__") || body.ends_with('_') || !prefixed && body.starts_with('_') {
        return None;
    }
    let plain = body.replace('_', "");
    if !plain.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let value = i128::from_str_radix(&plain, radix).ok()?;
    Some(if negative { -value } else { value })
}

/// `ParseFloat`, hexadecimal floats included; `None` for what is out of range.
fn float(text: &str) -> Option<f64> {
    let (sign, body) = match text.strip_prefix(['+', '-']) {
        Some(body) if text.starts_with('-') => (-1.0, body),
        Some(body) => (1.0, body),
        None => (1.0, text),
    };
    if let Some(hex) = body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")) {
        return hex_float(hex).map(|value| sign * value);
    }
    let value = decimal(body)?;
    value.is_finite().then_some(sign * value)
}

/// A number without sign, infinite where it is out of range. Single underscores may stand between digits.
fn decimal(text: &str) -> Option<f64> {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let misplaced = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        bytes[at] == b'_' && !(is_digit(before) && is_digit(bytes.get(at + 1)))
    };
    let starts_as_number = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !starts_as_number || (0..bytes.len()).any(misplaced) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

fn hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}").replace('_', "");
    if digits.is_empty() || digits.len() > 13 {
        return None;
    }
    let value = u64::from_str_radix(&digits, 16).ok()? as f64;
    let exponent: i32 = exponent.parse().ok()?;
    let scaled = value * 2f64.powi(exponent - 4 * fraction.len() as i32);
    scaled.is_finite().then_some(scaled)
}

/// `ParseFloat` for texts of all kinds, as template functions take them: with `Inf` and `NaN`.
pub(super) fn parse_float(text: &str) -> Result<f64, String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let special = match unsigned.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => Some(f64::INFINITY),
        "nan" if unsigned.len() == text.len() => Some(f64::NAN),
        _ => None,
    };
    if let Some(value) = special {
        return Ok(if text.starts_with('-') { -value } else { value });
    }
    if let Some(value) = float(text) {
        return Ok(value);
    }
    let reason = if decimal(unsigned).is_some() {
        "value out of range"
    } else {
        "invalid syntax"
    };
    Err(format!(
        "strconv.ParseFloat: parsing {}: {reason}",
        quote(text)
    ))
}
