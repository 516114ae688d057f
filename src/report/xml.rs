//! Text in XML.

/// The value of an attribute, in which line ends and tabs would else become blanks.
pub(super) fn escaped(text: &str) -> String {
    escaped_text(text)
        .replace('"', "&quot;")
        .replace('\n', "&#10;")
        .replace('\t', "&#9;")
}

/// Text between tags. What XML 1.0 cannot hold at all becomes the replacement character.
pub(super) fn escaped_text(text: &str) -> String {
    let is_foreign = |c: char| {
        let is_control = c < ' ' && !matches!(c, '\n' | '\r' | '\t');
        is_control || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            c if is_foreign(c) => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}
