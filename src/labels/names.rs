use std::fmt::Write as _;

/// Whether `name` is a metric name of the classic form `[a-zA-Z_:][a-zA-Z0-9_:]*`.
#[must_use]
pub fn is_classic_metric_name(name: &str) -> bool {
    is_name(name, |byte| byte == b':')
}

/// Whether `name` is a label name of the classic form `[a-zA-Z_][a-zA-Z0-9_]*`.
#[must_use]
pub fn is_classic_label_name(name: &str) -> bool {
    is_name(name, |_| false)
}

fn is_name(name: &str, also: impl Fn(u8) -> bool) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_' || also(byte))
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || also(byte))
}

/// Where bytes that are no UTF-8 are kept: a byte `b` of a string such as `"\xff"` becomes the character U+10FF00 + `b`,
/// of the private use planes, so that it is not lost.
const BYTES: u32 = 0x10_FF00;

/// A text of bytes that may be no UTF-8, as a string literal of Go can hold.
#[must_use]
pub fn from_bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let invalid = chunk.invalid().iter();
        text.extend(invalid.filter_map(|&byte| char::from_u32(BYTES + u32::from(byte))));
    }
    text
}

/// The byte that the character stands for, if it is one that is no UTF-8.
fn stray_byte(c: char) -> Option<u32> {
    (c as u32)
        .checked_sub(BYTES)
        .filter(|byte| (0x80..=0xff).contains(byte))
}

/// Whether the text is UTF-8 and not a text with other bytes in it.
#[must_use]
pub fn is_utf8(text: &str) -> bool {
    !text.chars().any(|c| stray_byte(c).is_some())
}

/// `text` in double quotes with Go's escapes (`strconv.Quote`), as Prometheus prints label values.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            c if stray_byte(c).is_some() => {
                let _ = write!(out, "\\x{:02x}", stray_byte(c).unwrap_or_default());
            }
            c if (c as u32) < 0x20 || c == '\u{7f}' => {
                // Writing into a string cannot fail.
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c if c.is_control() || is_go_unprintable(c) => {
                let _ = if (c as u32) < 0x1_0000 {
                    write!(out, "\\u{:04x}", c as u32)
                } else {
                    write!(out, "\\U{:08x}", c as u32)
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The characters that Go's `strconv.IsPrint` refuses and that turn up in practice: spaces other than U+0020,
/// invisible format characters, private use and non-characters.
fn is_go_unprintable(c: char) -> bool {
    matches!(c as u32,
        0xa0 | 0xad | 0x61c | 0x1680 | 0x180e | 0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x206f | 0x3000
        | 0xe000..=0xf8ff | 0xfeff | 0xfff9..=0xfffb | 0xfffe..=0xffff | 0xe0000..=0x10_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_classic_grammar() {
        assert!(is_classic_metric_name("job:up:sum"));
        assert!(!is_classic_label_name("job:up"));
        assert!(is_classic_label_name("_a9"));
        for bad in ["", "9a", "a-b", "ä"] {
            assert!(!is_classic_metric_name(bad), "{bad}");
        }
    }

    #[test]
    fn quotes_like_go() {
        assert_eq!(quote("a\"b\\c\nd\u{1}"), r#""a\"b\\c\nd\x01""#);
        assert_eq!(quote("ä€\u{a0}\u{85}"), "\"ä€\\u00a0\\u0085\"");
        assert_eq!(quote(&from_bytes(b"a\xc5z\xc3\xa4")), "\"a\\xc5zä\"");
        assert!(is_utf8("ä") && !is_utf8(&from_bytes(b"\xff")));
    }
}
