#![allow(clippy::unwrap_used, reason = "a test may panic")]

use super::{Directives, read};
use crate::source::SourceFile;
use crate::yaml::Tree;

fn directives(text: &str) -> Directives {
    read(&Tree::parse(&SourceFile::new("rules.yml", text)))
}

/// The texts that the directives of a file cover.
fn covered(text: &str) -> Vec<Option<String>> {
    let found = directives(text);
    assert_eq!(found.malformed, [], "{text}");
    let covers = found.list.iter().map(|directive| directive.covers);
    covers
        .map(|covers| covers.map(|span| text[span.range()].to_owned()))
        .collect()
}

fn one(text: &str) -> String {
    let mut found = covered(text);
    assert_eq!(found.len(), 1, "{text}");
    found.remove(0).unwrap()
}

#[test]
fn everything_that_a_directive_can_say_is_read() {
    let text =
        "a: 1 # rulecheck: ignore-rule[one, two-2] until 2030-02-28 -- see #12, it's known\n";
    let found = directives(text);
    let [directive] = found.list.as_slice() else {
        panic!("{found:?}");
    };
    let names: Vec<&str> = directive
        .lints
        .iter()
        .map(|name| name.value.as_str())
        .collect();
    assert_eq!(names, ["one", "two-2"]);
    let placed: Vec<&str> = directive
        .lints
        .iter()
        .map(|name| &text[name.span.range()])
        .collect();
    assert_eq!(placed, names);
    let until = directive.until.unwrap();
    assert_eq!(until.value.to_string(), "2030-02-28");
    assert_eq!(&text[until.span.range()], "2030-02-28");
    assert_eq!(directive.reason.as_deref(), Some("see #12, it's known"));
    assert_eq!(&text[directive.span.range()], text[5..].trim_end());
}

#[test]
fn a_line_is_that_of_the_comment_or_the_next_one() {
    assert_eq!(
        one("a: 1 # rulecheck: ignore[x]\nb: 2\n"),
        "a: 1 # rulecheck: ignore[x]"
    );
    assert_eq!(one("# rulecheck:ignore[x]\n\n# more\n  b: 2\n"), "  b: 2");
    assert_eq!(covered("b: 2\n# rulecheck: ignore[x]\n"), [None]);
    // Two in one comment, or behind other words.
    assert_eq!(
        covered("a: 1 # why # rulecheck: ignore[x] -- y # rulecheck: ignore[z]\n").len(),
        2
    );
    let block = "# rulecheck: ignore[x]\nexpr: |\n  up\n  == 0\nfor: 5m\n";
    assert_eq!(one(block), "expr: |\n  up\n  == 0");
    let behind = "expr: | # rulecheck: ignore[x]\n  up\n  == 0\nfor: 5m\n";
    assert_eq!(one(behind), "expr: | # rulecheck: ignore[x]\n  up\n  == 0");
}

const RULES: &str = "\
# 0
groups:
  # 1
  - name: a # 2
    # 3
    rules:
      # 4
      - alert: A
        # 5
        expr: up # 6
        # 7
      # 8
      - alert: B
        expr: up # 9
        # 10
    # 11
  # 12
  - name: b
    rules: []
# 13
";

/// The first line of what a directive covers that stands in the place of a numbered comment.
fn at(number: usize, word: &str) -> Option<String> {
    let directive = format!("# rulecheck: {word}[x]\n");
    let text = RULES.replace(&format!("# {number}\n"), &directive);
    let mut found = covered(&text);
    assert_eq!(found.len(), 1, "{text}");
    let covered = found.remove(0)?;
    covered
        .lines()
        .next()
        .map(|line| line.split(" #").next().unwrap().to_owned())
}

#[test]
fn a_rule_is_that_around_or_below_the_comment() {
    let expected = [
        None,
        None,
        None,
        None,
        Some("A"),
        Some("A"),
        Some("A"),
        Some("A"),
        Some("B"),
        Some("B"),
        Some("B"),
        None,
        None,
        None,
    ];
    for (number, name) in expected.into_iter().enumerate() {
        let name = name.map(|name| format!("alert: {name}"));
        assert_eq!(at(number, "ignore-rule"), name, "{number}");
    }
}

#[test]
fn a_group_is_that_around_or_below_the_comment() {
    let expected = [
        None,
        Some("a"),
        Some("a"),
        Some("a"),
        Some("a"),
        Some("a"),
        Some("a"),
        Some("a"),
        Some("a"),
        Some("a"),
        Some("a"),
        Some("a"),
        Some("b"),
        None,
    ];
    for (number, name) in expected.into_iter().enumerate() {
        let name = name.map(|name| format!("name: {name}"));
        assert_eq!(at(number, "ignore-group"), name, "{number}");
    }
}

#[test]
fn a_comment_of_promql_is_about_its_expression() {
    let text = "groups:\n- rules:\n  - alert: A\n    expr: |\n      # rulecheck: ignore[x]\n      up{a=\"# rulecheck: ignore[y]\"}\n      == 0 # rulecheck: ignore-rule[z] -- w\n    for: 1m\n";
    let found = directives(text);
    let texts: Vec<&str> = found
        .list
        .iter()
        .map(|d| &text[d.covers.unwrap().range()])
        .collect();
    assert_eq!(texts.len(), 2, "{found:?}");
    assert!(texts[0].starts_with("# rulecheck: ignore[x]") && texts[0].ends_with("[z] -- w"));
    assert!(texts[1].starts_with("alert: A") && texts[1].ends_with("for: 1m"));
    let lints: Vec<&str> = found
        .list
        .iter()
        .map(|d| &text[d.lints[0].span.range()])
        .collect();
    assert_eq!(lints, ["x", "z"]);
}

#[test]
fn an_annotation_is_about_its_rule() {
    let rule = "groups:\n- rules:\n  - alert: A\n    annotations:\n      rulecheck_ignore: ";
    let text = format!("{rule}\"a-b, c until 2030-01-01 -- why not\"\n");
    let found = directives(&text);
    let directive = &found.list[0];
    assert!(text[directive.covers.unwrap().range()].starts_with("alert: A"));
    assert_eq!(&text[directive.lints[0].span.range()], "a-b");
    assert_eq!(&text[directive.lints[1].span.range()], "c");
    assert_eq!(directive.reason.as_deref(), Some("why not"));
    assert!(directive.until.is_some());
    assert_eq!(directives(&format!("{rule}\"\"\n")).malformed.len(), 1);
    assert_eq!(directives(&format!("{rule}a because\n")).malformed.len(), 1);
}

#[test]
fn what_is_wrong_is_said() {
    for (comment, part) in [
        ("# rulecheck: disable[x]", "disable"),
        ("# rulecheck:", "# rulecheck:"),
        ("# rulecheck: ignore", "ignore"),
        ("# rulecheck: ignore x", "ignore"),
        ("# rulecheck: ignore[x", "[x"),
        ("# rulecheck: ignore[]", ""),
        ("# rulecheck: ignore[x y]", "x y"),
        ("# rulecheck: ignore[x] because", "because"),
        ("# rulecheck: ignore[x] until tomorrow -- y", "tomorrow"),
        ("# rulecheck: ignore[x] until 2030-02-30", "2030-02-30"),
        ("# rulecheck ignore[x]", "# rulecheck ignore[x]"),
        ("# rulecheck disable x", "# rulecheck disable x"),
    ] {
        let text = format!("a: 1 {comment}\n");
        let found = directives(&text);
        let [wrong] = found.malformed.as_slice() else {
            panic!("{comment}: {found:?}");
        };
        assert_eq!(found.list, [], "{comment}");
        let told = &text[wrong.span.range()];
        assert!(
            told == part || comment == "# rulecheck:",
            "{comment}: {told}"
        );
    }
    for prose in [
        "# rulecheck ignores this",
        "# see rulecheck: x",
        "# ignore[x]",
        "# rulecheck is run by make",
    ] {
        assert!(directives(&format!("a: 1 {prose}\n")).is_empty(), "{prose}");
    }
}
