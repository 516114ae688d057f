//! What the verbs of a format make of texts and numbers.

use crate::labels::quote;
use crate::number::{Precision, format_float};

/// What stands between `%` and the verb.
#[derive(Clone, Copy, Default)]
pub(super) struct Flags {
    pub plus: bool,
    pub minus: bool,
    pub sharp: bool,
    /// `%#v`
    pub go_syntax: bool,
    pub space: bool,
    pub zero: bool,
    pub width: Option<usize>,
    pub precision: Option<usize>,
}

/// A text by the verb `s`, `q`, `x` or `X`.
pub(super) fn print_text(verb: char, text: &str, flags: Flags) -> String {
    let text = match flags.precision {
        Some(precision) if verb != 'x' && verb != 'X' => match text.char_indices().nth(precision) {
            Some((end, _)) => &text[..end],
            None => text,
        },
        _ => text,
    };
    match verb {
        'q' if flags.sharp && !text.contains('`') && !text.contains(|c: char| c.is_control()) => {
            pad(&format!("`{text}`"), flags)
        }
        'q' if flags.plus => pad(&ascii(&quote(text)), flags),
        'q' => pad(&quote(text), flags),
        'x' | 'X' => {
            let bytes = text.as_bytes();
            let bytes = &bytes[..flags.precision.unwrap_or(bytes.len()).min(bytes.len())];
            let separator = match (flags.space, flags.sharp) {
                (true, true) => " 0x",
                (true, false) => " ",
                _ => "",
            };
            let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let mut text = hex.join(separator);
            if flags.sharp && !bytes.is_empty() {
                text.insert_str(0, "0x");
            }
            pad(
                &if verb == 'X' {
                    text.to_uppercase()
                } else {
                    text
                },
                flags,
            )
        }
        _ => pad(text, flags),
    }
}

/// A whole number by the verb `d`, `b`, `o`, `O`, `x`, `X`, `c`, `q` or `U`.
pub(super) fn print_int(verb: char, value: i64, flags: Flags) -> String {
    let magnitude = value.unsigned_abs();
    let mut digits = match verb {
        'b' => format!("{magnitude:b}"),
        'o' | 'O' => format!("{magnitude:o}"),
        'x' => format!("{magnitude:x}"),
        'X' => format!("{magnitude:X}"),
        'c' | 'q' | 'U' => {
            let c = u32::try_from(value).ok().and_then(char::from_u32);
            let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
            return match verb {
                'c' => pad(c.encode_utf8(&mut [0; 4]), flags),
                'q' if c == '\'' => pad("'\\''", flags),
                'q' if c == '"' => pad("'\"'", flags),
                'q' => {
                    let mut quoted = quote(c.encode_utf8(&mut [0; 4]));
                    if flags.plus {
                        quoted = ascii(&quoted);
                    }
                    pad(&format!("'{}'", quoted.trim_matches('"')), flags)
                }
                _ if flags.sharp => pad(&format!("U+{magnitude:04X} '{c}'"), flags),
                _ => pad(&format!("U+{magnitude:04X}"), flags),
            };
        }
        _ => magnitude.to_string(),
    };
    let sign = match (value < 0, flags.plus, flags.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    let least = match (flags.precision, flags.width) {
        // A precision of zero prints zero as nothing.
        (Some(0), _) if value == 0 => {
            return pad(
                "",
                Flags {
                    zero: false,
                    ..flags
                },
            );
        }
        (Some(precision), _) => precision,
        (None, Some(width)) if flags.zero && !flags.minus => width.saturating_sub(sign.len()),
        _ => 0,
    };
    if digits.len() < least {
        digits.insert_str(0, &"0".repeat(least - digits.len()));
    }
    let prefix = match verb {
        'O' => "0o",
        'b' if flags.sharp => "0b",
        'o' if flags.sharp && !digits.starts_with('0') => "0",
        'x' if flags.sharp => "0x",
        'X' if flags.sharp => "0X",
        _ => "",
    };
    pad(
        &format!("{sign}{prefix}{digits}"),
        Flags {
            zero: false,
            ..flags
        },
    )
}

/// A floating point number by the verb `e`, `f`, `g` or `x`, in either case.
pub(super) fn print_float(verb: char, value: f64, flags: Flags) -> String {
    let lower = verb.to_ascii_lowercase();
    let precision = match (flags.precision, lower) {
        (Some(digits), _) => Precision::Digits(digits),
        (None, 'g' | 'x') => Precision::Shortest,
        (None, _) => Precision::Digits(6),
    };
    let mut text = format_float(value, lower, precision);
    if flags.sharp && value.is_finite() {
        text = with_point(&text, lower, flags.precision);
    }
    if verb.is_ascii_uppercase() && value.is_finite() {
        text = text.to_ascii_uppercase();
    }
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) => (&text[..1], digits),
        None => ("", &*text),
    };
    let sign = match sign {
        "-" => "-",
        _ if flags.plus => "+",
        _ if flags.space => " ",
        // Infinity keeps its plus unless a blank was asked for.
        other => other,
    };
    let fill = flags
        .width
        .unwrap_or(0)
        .saturating_sub(sign.len() + digits.chars().count());
    if flags.zero && !flags.minus && value.is_finite() {
        return format!("{sign}{}{digits}", "0".repeat(fill));
    }
    pad(
        &format!("{sign}{digits}"),
        Flags {
            zero: false,
            ..flags
        },
    )
}

/// What `#` does: always a point, and for `g` no zeros cut off.
fn with_point(text: &str, layout: char, precision: Option<usize>) -> String {
    let (mantissa, exponent) = match text.find('e') {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let mut mantissa = mantissa.to_owned();
    if !mantissa.contains('.') {
        mantissa.push('.');
    }
    if layout == 'g' {
        let significant = mantissa.trim_start_matches(['-', '0', '.']);
        let have = significant.chars().filter(char::is_ascii_digit).count();
        let wanted = precision.unwrap_or(6).max(1);
        mantissa.push_str(&"0".repeat(wanted.saturating_sub(have)));
    }
    mantissa + exponent
}

/// A quoted text with what is not ASCII escaped.
fn ascii(quoted: &str) -> String {
    let escape = |c: char| match c as u32 {
        code if c.is_ascii() => char::from(code as u8).to_string(),
        code @ 0..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    };
    quoted.chars().map(escape).collect()
}

/// Fills up to the width, in characters.
pub(super) fn pad(text: &str, flags: Flags) -> String {
    let fill = flags
        .width
        .unwrap_or(0)
        .saturating_sub(text.chars().count());
    if flags.minus {
        return format!("{text}{}", " ".repeat(fill));
    }
    let filler = if flags.zero { "0" } else { " " };
    format!("{}{text}", filler.repeat(fill))
}
