//! `rulecheck explain` tells of each lint what the registry says of it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

use rulecheck::lint;
use serde_json::Value;

/// Exit code and both streams.
fn explain(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    let output = command.arg("explain").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

/// The words of a text, whatever its lines.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn contains_words(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (words(text), words(wanted));
    wanted.is_empty() || text.windows(wanted.len()).any(|window| window == wanted)
}

#[test]
fn each_lint_tells_everything_in_80_columns() {
    for lint in lint::all() {
        let (code, out, err) = explain(&[lint.name]);
        assert_eq!((code, err.as_str()), (0, ""));
        let first = out.lines().next().unwrap();
        assert!(first.starts_with(lint.name) && first.contains(lint.level.name()));
        assert!(contains_words(&out, lint.summary), "{out}");
        for line in lint.documentation.lines() {
            let text = line.trim_start_matches('#').trim_start();
            let text = text.strip_prefix("- ").unwrap_or(text);
            assert!(contains_words(&out, text), "{text} in {out}");
        }
        let mut examples = Vec::new();
        for (heading, own) in [("Found: ", lint.bad), ("Not found: ", lint.good)] {
            for example in own {
                assert!(contains_words(&out, &format!("{heading}{}", example.title)));
                examples.extend(example.files.iter().flat_map(|(_, text)| text.lines()));
            }
        }
        for line in &examples {
            assert!(out.contains(line.trim_end()), "{line} in {out}");
        }
        for line in out.lines() {
            let is_example = examples.iter().any(|code| line.trim_start() == code.trim());
            let is_url = line.starts_with("https://");
            let is_narrow = line.chars().count() <= 80;
            assert!(is_narrow || is_example || is_url, "{line}");
        }
    }
}

#[test]
fn the_list_has_every_lint_under_its_group() {
    let (code, out, _) = explain(&[]);
    assert_eq!(code, 0);
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    let sections: Vec<&str> = out.split("\n\n").collect();
    assert_eq!(sections.len(), lint::groups().len());
    for (section, group) in sections.iter().zip(lint::groups()) {
        assert!(section.starts_with(&format!("{}: ", group.name)));
        for lint in group.lints {
            let start = format!("{} {} {}", lint.level.name(), lint.name, lint.summary);
            assert!(contains_words(section, &start), "{start} in {section}");
        }
    }
}

#[test]
fn json_is_what_the_registry_holds() {
    let (_, out, _) = explain(&["--format", "json"]);
    let all: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(all["version"], 1);
    let listed = all["lints"].as_array().unwrap();
    assert_eq!(listed.len(), lint::all().len());
    for (json, lint) in listed.iter().zip(lint::all()) {
        let (_, out, _) = explain(&[lint.name, "--format", "json"]);
        let one: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(one["lints"], serde_json::json!([json]));
        assert_eq!(json["name"], lint.name);
        assert_eq!(json["level"], lint.level.name());
        assert_eq!(json["summary"], lint.summary);
        assert_eq!(json["documentation"], lint.documentation);
        assert_eq!(json["bad"].as_array().unwrap().len(), lint.bad.len());
        let (file, text) = lint.good[0].files[0];
        assert_eq!(
            json["good"][0]["files"][0],
            serde_json::json!({ "path": file, "text": text })
        );
    }
}

#[test]
fn slips_are_told_with_what_was_meant() {
    let (code, out, err) = explain(&["stale-timestmap"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "error: there is no lint `stale-timestmap`, did you mean `stale-timestamp`?\n"
    );
}

#[test]
fn colours_are_only_colours() {
    let (_, plain, _) = explain(&["stale-timestamp"]);
    let (_, coloured, _) = explain(&["stale-timestamp", "--color", "always"]);
    let mut stripped = String::new();
    for piece in coloured.split('\u{1b}') {
        let text = piece
            .strip_prefix('[')
            .and_then(|rest| rest.split_once('m'));
        stripped.push_str(text.map_or(piece, |(_, text)| text));
    }
    assert_ne!(plain, coloured);
    assert_eq!(plain, stripped);
}
