//! What is wrong with a settings file, in words for people: the reader's own speak of Rust's types.

use std::sync::Arc;

use crate::diagnostic::nearest;
use crate::source::{SourceFile, Span};
use crate::yaml::Tree;

/// What is wrong with a settings file, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingsError {
    /// What is wrong.
    pub message: String,
    /// A way out.
    pub help: Option<String>,
    /// The place; the beginning of the file where none is known.
    pub span: Span,
}

impl SettingsError {
    pub(super) fn new(source: &SourceFile, error: &serde_yaml::Error) -> Self {
        let mark = source.text().len() - source.text().trim_start_matches('\u{feff}').len();
        let at = error.location().map_or(0, |place| place.index()) + mark;
        let message = error.to_string();
        // The reader says the place in words too; the caret says it better.
        let message = message.split(" at line ").next().unwrap_or(&message);
        let (message, help) = in_words(message);
        Self {
            message,
            help,
            span: scalar_at(source, at),
        }
    }
}

/// The scalar that starts at `at`, quotes included, or the word where there is none.
fn scalar_at(source: &SourceFile, at: usize) -> Span {
    let file: Arc<SourceFile> = SourceFile::new(source.path(), source.text());
    let tree = Tree::parse(&file);
    let scalar = tree
        .nodes()
        .find(|node| node.span().start as usize == at && node.scalar().is_some());
    scalar.map_or_else(|| word_at(source.text(), at), |node| node.span())
}

fn word_at(text: &str, at: usize) -> Span {
    let at = text.floor_char_boundary(at);
    let length = text[at..]
        .find(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | ']' | '}'))
        .unwrap_or(text.len() - at);
    Span::new(at, at + length)
}

/// The message of the reader and a way out, in the words of the documentation. What is not known stays as it is.
fn in_words(message: &str) -> (String, Option<String>) {
    // `target.flags[0]: …`
    let (place, fact) = match message.split_once(": ") {
        Some((place, fact)) if !place.contains([' ', '`']) => (Some(place), fact),
        _ => (None, message),
    };
    let (fact, help) = if let Some(rest) = fact.strip_prefix("unknown field ") {
        unknown_key(rest)
    } else if let Some(rest) = fact.strip_prefix("invalid type: ") {
        (wrong_type(rest), None)
    } else {
        (fact.to_owned(), None)
    };
    let message = match place {
        Some(place) => format!("`{place}`: {fact}"),
        None => fact,
    };
    (message, help)
}

/// The rest of ``unknown field `a`, expected one of `b`, `c` ``.
fn unknown_key(rest: &str) -> (String, Option<String>) {
    let mut quoted = rest.split('`').skip(1).step_by(2);
    let unknown = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.collect();
    let help = match nearest(unknown, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the keys are: {}", known.join(", ")),
    };
    (format!("unknown key `{unknown}`"), Some(help))
}

/// The rest of `invalid type: string "a", expected a sequence`.
fn wrong_type(rest: &str) -> String {
    let (found, expected) = rest
        .rsplit_once(", expected ")
        .unwrap_or((rest, "something else"));
    let name = |what: &str| match what {
        "sequence" | "a sequence" => "a list".to_owned(),
        "map" | "a map" => "a mapping".to_owned(),
        "unit" | "unit value" => "nothing".to_owned(),
        "a string" => "text".to_owned(),
        _ if what.starts_with("struct ") => "a mapping".to_owned(),
        _ => what.to_owned(),
    };
    let found = match found.split_once([' ', '`']) {
        Some(("string" | "integer" | "boolean" | "floating", value)) => {
            let value = value.trim_start_matches("point ").trim_matches(['"', '`']);
            format!("`{value}`")
        }
        _ => name(found),
    };
    format!("expected {}, found {found}", name(expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::read_settings;

    /// The message, the text under the caret, and the help.
    fn wrong(text: &str) -> (String, String, Option<String>) {
        let error = read_settings(&SourceFile::new("rulecheck.yaml", text)).unwrap_err();
        (
            error.message,
            text[error.span.range()].to_owned(),
            error.help,
        )
    }

    fn same(text: &str, message: &str, caret: &str, help: Option<&str>) {
        let expected = (
            message.to_owned(),
            caret.to_owned(),
            help.map(str::to_owned),
        );
        assert_eq!(wrong(text), expected, "{text}");
    }

    #[test]
    fn errors_say_where_and_what_to_do() {
        same(
            "lint: {}\n",
            "unknown key `lint`",
            "lint",
            Some("did you mean `lints`?"),
        );
        same(
            "overrides:\n  - path: a\n",
            "`overrides[0]`: unknown key `path`",
            "path",
            Some("did you mean `paths`?"),
        );
        let (message, caret, help) = wrong("colour: red\n");
        assert_eq!(
            (message.as_str(), caret.as_str()),
            ("unknown key `colour`", "colour")
        );
        assert!(
            help.unwrap()
                .starts_with("the keys are: environments, paths, ")
        );
    }

    #[test]
    fn types_have_their_yaml_names() {
        same(
            "severities: critical\n",
            "`severities`: expected a list, found `critical`",
            "critical",
            None,
        );
        same(
            "lints: [a]\n",
            "`lints`: expected a mapping, found a list",
            "[a",
            None,
        );
        same("- a\n", "expected a mapping, found a list", "-", None);
        same(
            "just words\n",
            "expected a mapping, found `just words`",
            "just words",
            None,
        );
        same(
            "severities: 5\n",
            "`severities`: expected a list, found `5`",
            "5",
            None,
        );
    }

    #[test]
    fn values_are_marked_whole() {
        same(
            "\u{feff}lints:\r\n  promql-syntax: \"loud\"\r\n",
            "`lints.promql-syntax`: unknown level `loud`: expected off, info, warning or error",
            "\"loud\"",
            None,
        );
        let (message, caret, _) = wrong("require: {for: {min: 5 minutes}}\n");
        assert_eq!(
            message,
            "`require.for.min`: not a valid duration string: \"5 minutes\""
        );
        assert_eq!(caret, "5 minutes");
    }
}
