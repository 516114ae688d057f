//! The formats of test results, read back by readers that know nothing of how they were written.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use std::collections::BTreeSet;
use std::process::Command;

use common::Folder;
use serde_json::Value;

const RULES: &str = "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        annotations:\n          summary: \"100%, at: {{ $labels.job }}\\n<now> & \\\"then\\\"\"\n";

/// Names and texts with what formats give a meaning to; one test passes, two fail.
const FIXTURE: &str = "rule_files: [rules.yml]
tests:
  - name: 'fine # TODO, 100%: <a> & \"b\"'
    interval: 1m
    input_series: [{series: up, values: 1 1}]
    alert_rule_test: [{eval_time: 1m, alertname: Down}]
  - name: \"two\\nlines \\\\ and: a, b\"
    interval: 1m
    input_series: [{series: 'up{job=\"x,y::z\"}', values: 1 0}]
    alert_rule_test: [{eval_time: 1m, alertname: Down}]
  - name: ''
    interval: 1m
    input_series: [{series: up, values: 1 010}]
    promql_expr_test: [{expr: \"up\\n  + 1\", eval_time: 1m, exp_samples: []}]
";

const BROKEN: &str = "rule_files: [rules.yml]\ntests:\n  - nmae: ']]> ::error::'\n";

fn folder(name: &str) -> Folder {
    Folder::with(
        name,
        &[
            ("rules.yml", RULES),
            ("a, b_test.yml", FIXTURE),
            ("broken_test.yml", BROKEN),
        ],
    )
}

fn printed(folder: &Folder, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    command
        .arg("test")
        .args(arguments)
        .current_dir(folder.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stdout).unwrap()
}

/// A point of a TAP stream: whether it is ok, its description and its YAML block.
type Point = (bool, String, Option<Value>);

/// Reads TAP 14 by its specification: version, plan, points numbered from 1, YAML blocks indented by two, comments.
fn read_tap(text: &str) -> (Vec<Point>, Vec<String>) {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("TAP version 14"));
    let plan = lines.next().unwrap().strip_prefix("1..").unwrap();
    let mut points: Vec<Point> = Vec::new();
    let mut comments = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(comment) = line.strip_prefix("# ") {
            comments.push(comment.to_owned());
            continue;
        }
        if line == "  ---" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "  ...").collect();
            assert!(
                block
                    .iter()
                    .all(|line| line.is_empty() || line.starts_with("  "))
            );
            points.last_mut().unwrap().2 = Some(serde_yaml::from_str(&block.join("\n")).unwrap());
            continue;
        }
        let (is_ok, rest) = match line.strip_prefix("not ok ") {
            Some(rest) => (false, rest),
            None => (true, line.strip_prefix("ok ").unwrap()),
        };
        let (number, description) = rest.split_once(" - ").unwrap();
        assert_eq!(number.parse(), Ok(points.len() + 1));
        // An unescaped ` #` begins a directive such as TODO, and there is none here.
        assert!(!description.contains(" #"), "{description}");
        let description = description.replace("\\#", "#").replace("\\\\", "\\");
        points.push((is_ok, description, None));
    }
    assert_eq!(plan.parse(), Ok(points.len()));
    (points, comments)
}

#[test]
fn tap_is_read_back() {
    let folder = folder("formats-tap");
    let (points, comments) = read_tap(&printed(&folder, &["--format", "tap"]));
    let described: Vec<(bool, &str)> = points
        .iter()
        .map(|(is_ok, description, _)| (*is_ok, description.as_str()))
        .collect();
    assert_eq!(
        described,
        [
            (true, "a, b_test.yml: fine # TODO, 100%: <a> & \"b\""),
            (false, "a, b_test.yml: two lines \\ and: a, b"),
            (false, "a, b_test.yml:"),
            (false, "broken_test.yml: could not be run"),
        ]
    );
    assert!(points[0].2.is_none());
    let alert = &points[1].2.as_ref().unwrap()["failures"][0];
    assert_eq!(alert["subject"], "alert Down at 1m");
    assert_eq!(alert["at"]["file"], "a, b_test.yml");
    assert_eq!(alert["at"]["line"], 10);
    let text = alert["text"].as_str().unwrap();
    assert!(
        text.starts_with("expected no firing alert, got 1\n"),
        "{text}"
    );
    assert!(text.contains("+   job=\"x,y::z\"\n"), "{text}");
    assert!(text.contains("+     <now> & \"then\"\n"), "{text}");
    assert!(text.contains("\nwhy: "), "{text}");
    let problem = &points[3].2.as_ref().unwrap()["failures"][0];
    assert_eq!(problem["subject"], "yaml-schema");
    assert_eq!(problem["at"]["line"], 3);
    assert!(
        comments
            .iter()
            .any(|comment| comment.contains("fixture-octal"))
    );
}

#[test]
fn junit_is_read_back() {
    let folder = folder("formats-junit");
    let text = printed(&folder, &["--format", "junit"]);
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let number = |node: roxmltree::Node<'_, '_>, key: &str| -> usize {
        node.attribute(key).unwrap().parse().unwrap()
    };
    let mut cases = Vec::new();
    for suite in root.children().filter(roxmltree::Node::is_element) {
        assert_eq!(suite.tag_name().name(), "testsuite");
        let own: Vec<_> = suite
            .children()
            .filter(|node| node.has_tag_name("testcase"))
            .collect();
        let with = |element: &str| {
            let own = own.iter();
            own.filter(|case| case.children().any(|node| node.has_tag_name(element)))
                .count()
        };
        assert_eq!(number(suite, "tests"), own.len());
        assert_eq!(number(suite, "failures"), with("failure"));
        assert_eq!(number(suite, "errors"), with("error"));
        cases.extend(own);
    }
    assert_eq!(number(root, "tests"), cases.len());
    let named: Vec<_> = cases
        .iter()
        .map(|case| {
            let inner = case.first_element_child();
            (
                case.attribute("classname").unwrap(),
                case.attribute("name").unwrap(),
                inner.map(|inner| (inner.tag_name().name(), inner.attribute("message").unwrap())),
            )
        })
        .collect();
    let (file, broken) = ("a, b_test.yml", "broken_test.yml");
    assert_eq!(
        named,
        [
            (file, "fine # TODO, 100%: <a> & \"b\"", None),
            (
                file,
                "two\nlines \\ and: a, b",
                Some(("failure", "expected no firing alert, got 1"))
            ),
            (file, "", Some(("failure", "expected no sample, got 1"))),
            (
                broken,
                "could not be run",
                Some(("error", "unknown key `nmae` in a test group"))
            ),
        ]
    );
    let text = cases[1].first_element_child().unwrap().text().unwrap();
    assert!(
        text.starts_with("a, b_test.yml:10: alert Down at 1m\n"),
        "{text}"
    );
    assert!(
        text.contains("+   summary: 100%, at: x,y::z\n+     <now> & \"then\"\n"),
        "{text}"
    );
    let notes = root
        .descendants()
        .find(|node| node.has_tag_name("system-out"));
    assert!(
        notes
            .unwrap()
            .text()
            .unwrap()
            .contains("`010` is read as octal: 8")
    );
}

#[test]
fn what_no_xml_can_hold_is_replaced() {
    let fixture = "tests:\n  - name: \"bell \\a tab \\t end\"\n    promql_expr_test: [{expr: 1, exp_samples: []}]\n";
    let folder = Folder::with("formats-bell", &[("a_test.yml", fixture)]);
    let text = printed(&folder, &["--format", "junit"]);
    let document = roxmltree::Document::parse(&text).unwrap();
    let case = document
        .descendants()
        .find(|node| node.has_tag_name("testcase"));
    assert_eq!(
        case.unwrap().attribute("name"),
        Some("bell \u{fffd} tab \t end")
    );
    let (points, _) = read_tap(&printed(&folder, &["--format", "tap"]));
    assert_eq!(points.len(), 1);
}

/// A strict run fails by its traps in every format.
#[test]
fn strict_runs_fail_in_every_format() {
    let fixture = "tests:\n  - interval: 1m\n    input_series: [{series: up, values: 010}]\n    promql_expr_test: [{expr: up, exp_samples: [{labels: up, value: 8}]}]\n";
    let folder = Folder::with("formats-strict", &[("a_test.yml", fixture)]);
    let strict = |format| printed(&folder, &["--strict", "--format", format]);
    let (points, _) = read_tap(&strict("tap"));
    let verdicts: Vec<bool> = points.iter().map(|(is_ok, ..)| *is_ok).collect();
    assert_eq!(verdicts, [true, false]);
    let text = strict("junit");
    let document = roxmltree::Document::parse(&text).unwrap();
    assert_eq!(document.root_element().attribute("failures"), Some("1"));
    assert!(strict("github").starts_with("::error file=a_test.yml,line=3,"));
    assert!(strict("text").contains("error: fixture-octal"));
}

/// Undoes the escapes of a workflow command, as the runner of GitHub does.
fn unescaped(text: &str, is_property: bool) -> String {
    let mut text = text.replace("%0D", "\r").replace("%0A", "\n");
    if is_property {
        text = text.replace("%3A", ":").replace("%2C", ",");
    }
    text.replace("%25", "%")
}

#[test]
fn workflow_commands_are_read_back() {
    let folder = folder("formats-github");
    let text = printed(&folder, &["--format", "github"]);
    let mut lines: Vec<&str> = text.lines().collect();
    let summary = lines.pop().unwrap();
    assert_eq!(
        summary,
        "3 tests in 2 fixtures: 2 failed, 1 fixture could not be run; 1 trap"
    );
    let mut seen = BTreeSet::new();
    for line in lines {
        let command = line.strip_prefix("::").unwrap();
        let (head, message) = command.split_once("::").unwrap();
        let (name, properties) = head.split_once(' ').unwrap();
        let properties: Vec<(&str, String)> = properties
            .split(',')
            .map(|property| property.split_once('=').unwrap())
            .map(|(key, value)| (key, unescaped(value, true)))
            .collect();
        let get = |wanted: &str| {
            let property = properties.iter().find(|(key, _)| *key == wanted);
            property.map(|(_, value)| value.as_str()).unwrap()
        };
        let message = unescaped(message, false);
        assert!(folder.path().join(get("file")).is_file());
        let first = message.lines().next().unwrap();
        seen.insert(format!(
            "{name} {}:{} {}: {first}",
            get("file"),
            get("line"),
            get("title")
        ));
        if get("title").contains("two\nlines") {
            assert!(
                message.contains("+   summary: 100%, at: x,y::z\n"),
                "{message}"
            );
        }
    }
    let expected = [
        "error a, b_test.yml:10 two\nlines \\ and: a, b: alert Down at 1m: expected no firing alert, got 1",
        "error a, b_test.yml:14 : up + 1 at 1m: expected no sample, got 1",
        "error broken_test.yml:3 yaml-schema: unknown key `nmae` in a test group",
        "warning a, b_test.yml:13 fixture-octal: `010` is read as octal: 8",
    ];
    assert_eq!(seen, expected.map(str::to_owned).into_iter().collect());
}

#[test]
fn shards_run_every_fixture_once() {
    let folder = Folder::new("formats-shards");
    let fixture = "tests:\n  - promql_expr_test: [{expr: 1, exp_samples: [{value: 2}]}]\n";
    let mut all = BTreeSet::new();
    for number in 0..7 {
        let name = format!("{number}_test.yml");
        folder.write(
            &name,
            &format!("{fixture}{}", "# long\n".repeat(number * 20)),
        );
        all.insert(name);
    }
    let mut ran = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let text = printed(&folder, &["--format", "json", "--shard", shard]);
        let report: Value = serde_json::from_str(&text).unwrap();
        let files = report["files"].as_array().unwrap();
        ran.extend(
            files
                .iter()
                .map(|file| file["path"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(ran.len(), all.len());
    assert_eq!(ran.into_iter().collect::<BTreeSet<_>>(), all);
}
