//! Texts as YAML scalars.

/// Words that YAML 1.1 or 1.2 reads as something else than text.
const RESERVED: [&str; 12] = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "~",
];

/// The text as a scalar on one line that is read back as that text, in a block or flow: as it is where it can be, in
/// single quotes where there is nothing to escape, else in double quotes.
#[must_use]
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let needs_escape =
        |c: char| c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    if !text.chars().any(needs_escape) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if needs_escape(c) => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The text as a scalar of a block mapping whose lines stand behind `indent`: several lines as a block, if they can be one,
/// else as [`scalar`] writes it.
#[must_use]
pub fn block_scalar(text: &str, indent: &str) -> String {
    let body = text.trim_end_matches('\n');
    let can_be_block = body.contains('\n')
        && !body.starts_with([' ', '\n'])
        && body
            .chars()
            .all(|c| c == '\n' || (!c.is_control() && c != '\u{feff}'))
        && body.lines().all(|line| !line.ends_with(' '));
    if !can_be_block {
        return scalar(text);
    }
    let chomping = match text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    let mut out = format!("|{chomping}");
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(indent);
            out.push_str(line);
        }
    }
    for _ in 1..text.len() - body.len() {
        out.push('\n');
    }
    out
}

fn is_plain(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ' ');
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && text.chars().all(allowed)
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::{block_scalar, scalar};
    use crate::source::SourceFile;
    use crate::yaml::Tree;
    use proptest::prelude::*;

    #[test]
    fn texts_are_as_short_as_can_be() {
        assert_eq!(scalar("up and down"), "up and down");
        assert_eq!(scalar("Yes"), "'Yes'");
        assert_eq!(scalar("it's 5"), "'it''s 5'");
        assert_eq!(scalar("5"), "'5'");
        assert_eq!(scalar(""), "''");
        assert_eq!(scalar("a\n\"b\""), "\"a\\n\\\"b\\\"\"");
    }

    #[test]
    fn lines_become_a_block() {
        assert_eq!(block_scalar("a\n\nb\n", "  "), "|\n  a\n\n  b");
        assert_eq!(block_scalar("a\nb", " "), "|-\n a\n b");
        assert_eq!(block_scalar(" a\nb", " "), "\" a\\nb\"");
        assert_eq!(block_scalar("a", " "), "a");
    }

    proptest! {
        #[test]
        fn blocks_are_read_back(text in "[ab :#'\"\n-]{0,14}") {
            let document = format!("a: {}\nb: c\n", block_scalar(&text, "  "));
            let file = SourceFile::new("a.yml", document.as_str());
            let tree = Tree::parse(&file);
            prop_assert!(tree.errors().is_empty(), "{document}");
            let root = tree.root(0).unwrap();
            prop_assert_eq!(root.get("a").unwrap().scalar(), Some(text.as_str()), "{}", document);
            prop_assert_eq!(root.get("b").unwrap().scalar(), Some("c"), "{}", document);
        }

        #[test]
        fn what_is_written_is_read_back(text in "[ -~\\n\\t\u{e4}\u{85}\u{1f600}]{0,12}") {
            for document in [format!("a: {}\n", scalar(&text)), format!("{{a: {}}}\n", scalar(&text))] {
                let file = SourceFile::new("a.yml", document.as_str());
                let tree = Tree::parse(&file);
                prop_assert!(tree.errors().is_empty(), "{document}");
                let value = tree.root(0).and_then(|root| root.get("a")).unwrap();
                prop_assert_eq!(value.scalar(), Some(text.as_str()), "{}", document);
            }
        }
    }
}
