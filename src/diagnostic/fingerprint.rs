use rustc_hash::FxHashMap;
use xxhash_rust::xxh64::xxh64;

use super::Diagnostic;

/// A name for each finding that is unique among them and stays the same while lines are added or taken away elsewhere:
/// 16 hexadecimal digits made of the lint, the file, the rule (or the text of the line, where there is no rule) and the
/// message. Findings that are alike in all of this are counted.
#[must_use]
pub fn fingerprints(diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut seen: FxHashMap<u64, u64> = FxHashMap::default();
    diagnostics
        .iter()
        .map(|diagnostic| {
            let hash = hash(diagnostic);
            let count = seen.entry(hash).or_default();
            let unique = xxh64(&hash.to_le_bytes(), *count);
            *count += 1;
            format!("{unique:016x}")
        })
        .collect()
}

/// The message without numbers of lines and columns, which change when something else in the file does.
#[must_use]
pub fn stable_message(message: &str) -> String {
    let mut is_place = false;
    let words = message.split(' ').map(|word| {
        let digits = word.chars().take_while(char::is_ascii_digit).count();
        let rest = &word[digits..];
        let is_number = digits > 0 && !rest.starts_with(char::is_alphanumeric);
        let shown = if is_place && is_number {
            format!("…{rest}")
        } else {
            word.to_owned()
        };
        is_place = matches!(word, "line" | "column");
        shown
    });
    words.collect::<Vec<_>>().join(" ")
}

fn hash(diagnostic: &Diagnostic) -> u64 {
    let file = &diagnostic.location.file;
    let line = file
        .lines()
        .line_of(diagnostic.location.span.start as usize);
    let context = match &diagnostic.rule {
        Some(rule) => rule.as_str(),
        None => file.lines().line_text(line, file.text()).trim(),
    };
    let path = file.path().to_string_lossy().replace('\\', "/");
    let message = stable_message(&diagnostic.message);
    // No part holds a NUL, so that two different lists of parts never run together into the same text.
    let parts = [diagnostic.lint, &path, context, &message];
    xxh64(parts.join("\0").as_bytes(), 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Level, Location};
    use crate::source::{SourceFile, Span};

    fn found(text: &str, places: &[&str]) -> Vec<Diagnostic> {
        let file = SourceFile::new("a.yml", text);
        let mut from = 0;
        let found = places.iter().map(|place| {
            let at = from + text[from..].find(place).unwrap();
            from = at + place.len();
            let location = Location::new(&file, Span::new(at, from));
            Diagnostic::new("some-lint", Level::Error, location, "wrong")
        });
        found.collect()
    }

    #[test]
    fn lines_elsewhere_do_not_count_and_equal_findings_do() {
        let one = fingerprints(&found("a: b\nc: d\n", &["b", "d"]));
        let moved = fingerprints(&found("# new\n\na: b\nx: y\n  c: d\n", &["b", "d"]));
        assert_eq!(one, moved);
        assert_ne!(one[0], one[1]);
        let twice = fingerprints(&found("a: b\na: b\n", &["b", "b"]));
        assert_eq!(twice[0], one[0]);
        assert_ne!(twice[1], twice[0]);
    }

    #[test]
    fn a_rule_stands_for_its_lines() {
        let mut findings = found("expr: up\n", &["up"]);
        findings[0].rule = Some("Down".to_owned());
        let before = fingerprints(&findings);
        let mut findings = found("expr: sum(up)\n", &["up"]);
        findings[0].rule = Some("Down".to_owned());
        assert_eq!(fingerprints(&findings), before);
        findings[0].rule = Some("Other".to_owned());
        assert_ne!(fingerprints(&findings), before);
    }

    #[test]
    fn messages_lose_places_only() {
        let stable = |text: &str| stable_message(text);
        assert_eq!(
            stable("mapping key \"a\" already defined at line 12"),
            "mapping key \"a\" already defined at line …"
        );
        assert_eq!(
            stable("at line 3, column 14: 5 of 7"),
            "at line …, column …: 5 of 7"
        );
        assert_eq!(stable("in line 5m wait"), "in line 5m wait");
    }
}
