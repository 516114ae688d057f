//! The formats of findings, read back by readers that know nothing of how they were written.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use common::Folder;
use rulecheck::diagnostic::{Diagnostic, Edit, Fix, Level, Location, fingerprints};
use rulecheck::lint::{self, Levels};
use rulecheck::project::{self, Choice};
use rulecheck::report;
use rulecheck::report::json::LeftOut;
use rulecheck::source::{SourceFile, Span};
use serde_json::{Value, json};

const RULES: &str = "groups:\n  - name: a\n    rules:\n      - alert: Äh\n        expr: >\n          up\n          == 0\n        for: 5m\n";

fn place(file: &Arc<SourceFile>, text: &str) -> Location {
    let at = file.text().find(text).unwrap();
    Location::new(file, Span::new(at, at + text.len()))
}

/// Findings that have everything that a finding can have, and text to which formats give a meaning.
fn findings() -> Vec<Diagnostic> {
    let rules = SourceFile::new("./my rules/a, b:c%.yml", RULES);
    let other = SourceFile::new("/etc/alertmanager.yml", "route: {receiver: x}\n");
    let mut first = Diagnostic::new(
        "stale-timestamp",
        Level::Error,
        place(&rules, "up\n          == 0"),
        "100%, \"never\": <true> & {{ $x }}\r\n::error::no \u{1}]]>",
    )
    .with_help("write\tit, so: `a`")
    .with_related(place(&other, "x}"), "the receiver");
    first.because("since it is so");
    first.because("and so on");
    first.witness = Some("- series: up\n  values: 0 1".to_owned());
    first.rule = Some("Äh".to_owned());
    first.fix = Some(Fix {
        title: "take `for` out".to_owned(),
        edits: vec![Edit {
            span: place(&rules, "        for: 5m\n").span,
            text: String::new(),
        }],
    });
    let name = place(&rules, "Äh");
    let second = Diagnostic::new("required-metadata", Level::Warning, name.clone(), "no team");
    let third = Diagnostic::new("paging-unrouted", Level::Info, name, "no route");
    let end = Location::new(&other, Span::empty(other.text().len()));
    let fourth = Diagnostic::new("yaml-schema", Level::Error, end, "too short");
    vec![first, second.clone(), second, third, fourth]
}

fn sarif(findings: &[Diagnostic]) -> Value {
    let log: Value = serde_json::from_str(&report::findings_sarif(findings, &[])).unwrap();
    let schema = include_str!("../schemas/sarif-2.1.0.schema.json");
    // The pattern of languages has a bracket too many to be a regular expression, and no language is told here.
    let schema = schema.replace("-[a-zA-Z]{2}]?$\"", "-[a-zA-Z]{2}$\"");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(&log)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    log
}

#[test]
fn sarif_fits_its_schema_and_says_all() {
    assert_eq!(sarif(&[])["runs"][0]["results"], json!([]));
    let log = sarif(&findings());
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), lint::all().len());
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 5);
    for (result, found) in results.iter().zip(findings()) {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], found.lint);
        assert_eq!(result["ruleId"], found.lint);
        let lint = lint::find(found.lint).unwrap();
        assert_eq!(rule["shortDescription"]["text"], lint.summary);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("### "));
        let description = rule["fullDescription"]["text"].as_str().unwrap();
        let does = format!("### What it does\n{description}\n");
        assert!(lint.documentation.starts_with(&does), "{does}");
        assert!(!description.contains("### "));
    }
    let levels: Vec<&Value> = results.iter().map(|result| &result["level"]).collect();
    assert_eq!(levels, ["error", "warning", "warning", "note", "error"]);

    let first = &results[0];
    let text = first["message"]["text"].as_str().unwrap();
    assert!(text.starts_with(&findings()[0].message), "{text}");
    assert!(
        text.contains("\nwhy: since it is so\nwhy: and so on\n"),
        "{text}"
    );
    let markdown = first["message"]["markdown"].as_str().unwrap();
    assert!(
        markdown.contains("\n- since it is so\n- and so on\n"),
        "{markdown}"
    );
    assert!(
        markdown.contains("```yaml\n- series: up\n  values: 0 1\n```"),
        "{markdown}"
    );
    let place = &first["locations"][0];
    let artifact = json!({ "uri": "my%20rules/a%2C%20b%3Ac%25.yml", "uriBaseId": "%SRCROOT%" });
    assert_eq!(place["physicalLocation"]["artifactLocation"], artifact);
    assert_eq!(place["logicalLocations"][0]["name"], "Äh");
    let region = &place["physicalLocation"]["region"];
    let corners = ["startLine", "startColumn", "endLine", "endColumn"].map(|key| &region[key]);
    assert_eq!(corners, [6, 11, 7, 15]);
    let start = RULES.find("up\n").unwrap();
    assert_eq!(region["byteOffset"], start);
    assert_eq!(region["byteLength"], "up\n          == 0".len());
    let related = &first["relatedLocations"][0];
    assert_eq!(related["message"]["text"], "the receiver");
    let artifact = &related["physicalLocation"]["artifactLocation"];
    assert_eq!(artifact, &json!({ "uri": "file:///etc/alertmanager.yml" }));
    let fix = &first["fixes"][0];
    assert_eq!(fix["description"]["text"], "take `for` out");
    let replacement = &fix["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "");
    assert_eq!(replacement["deletedRegion"]["startLine"], 8);
    assert_eq!(replacement["deletedRegion"]["endLine"], 9);
    // Columns count characters: `Äh` is three bytes long.
    let name = &results[1]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(
        (&name["startColumn"], &name["endColumn"]),
        (&json!(16), &json!(18))
    );
    let prints: BTreeSet<String> = results
        .iter()
        .map(|result| result["partialFingerprints"].to_string())
        .collect();
    assert_eq!(prints.len(), results.len());
}

/// All that the lints find in their own examples.
fn found_in_examples() -> Vec<Diagnostic> {
    let examples = lint::all().iter().flat_map(|lint| lint.bad);
    let found = examples.enumerate().flat_map(|(number, example)| {
        let folder = Folder::with(&format!("formats-example-{number}"), example.files);
        let choice = Choice {
            lints: lint::names().collect(),
            ..Choice::default()
        };
        let projects = project::open(&[folder.path().to_owned()], None, &choice).unwrap();
        lint::run(&projects[0], &Levels::default())
    });
    found.collect()
}

#[test]
fn findings_of_all_lints_fit() {
    let found = found_in_examples();
    assert!(found.len() > 20);
    let log = sarif(&found);
    assert_eq!(
        log["runs"][0]["results"].as_array().unwrap().len(),
        found.len()
    );
    let names: BTreeSet<String> = fingerprints(&found).into_iter().collect();
    assert_eq!(names.len(), found.len());
    for text in [
        report::findings_checkstyle(&found, &[]),
        report::findings_junit(&found, &[], &|_| true, None),
    ] {
        roxmltree::Document::parse(&text).unwrap();
    }
}

#[test]
fn gitlab_has_what_code_quality_asks_for() {
    let text = report::findings_gitlab(&findings());
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let prints: BTreeSet<&str> = entries
        .iter()
        .map(|entry| entry["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!(prints.len(), entries.len());
    let severities: Vec<&Value> = entries.iter().map(|entry| &entry["severity"]).collect();
    assert_eq!(severities, ["major", "minor", "minor", "info", "major"]);
    let first = &entries[0];
    assert_eq!(first["check_name"], "stale-timestamp");
    assert_eq!(first["description"], findings()[0].message);
    assert_eq!(first["location"]["path"], "my rules/a, b:c%.yml");
    assert_eq!(first["location"]["lines"], json!({ "begin": 6, "end": 7 }));
    assert!(
        first["content"]["body"]
            .as_str()
            .unwrap()
            .contains("since it is so")
    );
    assert_eq!(
        serde_json::from_str::<Value>(&report::findings_gitlab(&[])).unwrap(),
        json!([])
    );
}

/// A workflow command as GitHub's runner reads it: name, properties, message.
fn read_command(line: &str) -> (String, Vec<(String, String)>, String) {
    let rest = line.strip_prefix("::").unwrap();
    let (head, data) = rest.split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let unescaped = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n");
        text.replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    };
    let properties = properties.split(',').map(|property| {
        let (key, value) = property.split_once('=').unwrap();
        (key.to_owned(), unescaped(value))
    });
    let data = data
        .replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%25", "%");
    (name.to_owned(), properties.collect(), data)
}

#[test]
fn github_reads_what_was_meant() {
    let text = report::findings_github(&findings());
    assert!(!text.contains('\r'));
    let commands: Vec<_> = text.lines().map(read_command).collect();
    let names: Vec<&str> = commands.iter().map(|command| command.0.as_str()).collect();
    assert_eq!(names, ["error", "warning", "warning", "notice", "error"]);
    let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    };
    let file = ("file", "my rules/a, b:c%.yml");
    assert_eq!(
        commands[0].1,
        owned(&[
            file,
            ("line", "6"),
            ("endLine", "7"),
            ("title", "stale-timestamp")
        ])
    );
    assert_eq!(
        commands[1].1,
        owned(&[
            file,
            ("line", "4"),
            ("col", "16"),
            ("endColumn", "18"),
            ("title", "required-metadata")
        ])
    );
    let message = &commands[0].2;
    assert!(message.starts_with(&findings()[0].message), "{message}");
    assert!(
        message.contains("\nwhy: and so on\nhelp: write\tit, so: `a`\n"),
        "{message}"
    );
    assert!(
        message.contains("\n  - series: up\n    values: 0 1\n"),
        "{message}"
    );
    assert!(
        message.ends_with("\n/etc/alertmanager.yml:1: the receiver"),
        "{message}"
    );
}

fn checked_files() -> Vec<PathBuf> {
    ["./my rules/a, b:c%.yml", "clean.yml"]
        .map(PathBuf::from)
        .to_vec()
}

/// What XML cannot hold is replaced.
fn as_xml(text: &str) -> String {
    text.replace('\u{1}', "\u{fffd}")
}

#[test]
fn checkstyle_is_read_back() {
    let text = report::findings_checkstyle(&findings(), &checked_files());
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "checkstyle");
    assert_eq!(root.attribute("version"), Some("4.3"));
    let files: Vec<_> = root
        .children()
        .filter(roxmltree::Node::is_element)
        .collect();
    let names: Vec<_> = files
        .iter()
        .map(|file| file.attribute("name").unwrap())
        .collect();
    assert_eq!(
        names,
        ["my rules/a, b:c%.yml", "clean.yml", "/etc/alertmanager.yml"]
    );
    let errors: Vec<Vec<_>> = files
        .iter()
        .map(|file| {
            file.children()
                .filter(roxmltree::Node::is_element)
                .collect()
        })
        .collect();
    let counts: Vec<usize> = errors.iter().map(Vec::len).collect();
    assert_eq!(counts, [4, 0, 1]);
    let attributes = |node: roxmltree::Node<'_, '_>| {
        ["line", "column", "severity", "source"].map(|key| node.attribute(key).unwrap().to_owned())
    };
    assert_eq!(
        attributes(errors[0][0]),
        ["6", "11", "error", "rulecheck.stale-timestamp"]
    );
    assert_eq!(
        attributes(errors[0][1]),
        ["4", "16", "warning", "rulecheck.required-metadata"]
    );
    assert_eq!(
        attributes(errors[0][3]),
        ["4", "16", "info", "rulecheck.paging-unrouted"]
    );
    let message = errors[0][0].attribute("message").unwrap();
    assert!(
        message.starts_with(&as_xml(&findings()[0].message)),
        "{message:?}"
    );
    assert!(message.contains("\nwhy: since it is so\n"), "{message}");
}

#[test]
fn junit_is_read_back() {
    let fails = |level| level >= Level::Warning;
    let text = report::findings_junit(&findings(), &checked_files(), &fails, None);
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    let suites: Vec<_> = root
        .children()
        .filter(roxmltree::Node::is_element)
        .collect();
    let count = |node: &roxmltree::Node<'_, '_>, key: &str| -> usize {
        node.attribute(key).unwrap().parse().unwrap()
    };
    let counts: Vec<_> = suites
        .iter()
        .map(|suite| {
            (
                suite.attribute("name").unwrap(),
                count(suite, "tests"),
                count(suite, "failures"),
            )
        })
        .collect();
    assert_eq!(
        counts,
        [
            ("my rules/a, b:c%.yml", 4, 3),
            ("clean.yml", 1, 0),
            ("/etc/alertmanager.yml", 1, 1)
        ]
    );
    assert_eq!(
        (
            count(&root, "tests"),
            count(&root, "failures"),
            count(&root, "errors")
        ),
        (6, 4, 0)
    );
    for suite in &suites {
        let cases: Vec<_> = suite
            .children()
            .filter(|node| node.has_tag_name("testcase"))
            .collect();
        assert_eq!(cases.len(), count(suite, "tests"));
        let failed = cases
            .iter()
            .filter(|case| case.first_element_child().is_some());
        assert_eq!(failed.count(), count(suite, "failures"));
        assert!(
            cases
                .iter()
                .all(|case| case.attribute("classname") == suite.attribute("name"))
        );
    }
    let case = suites[0].first_element_child().unwrap();
    assert_eq!(case.attribute("name"), Some("stale-timestamp at 6:11"));
    let failure = case.first_element_child().unwrap();
    assert_eq!(
        failure.attribute("message"),
        Some(as_xml(&findings()[0].message).as_str())
    );
    let text = failure.text().unwrap();
    assert!(
        text.contains("these series show it:\n  - series: up\n"),
        "{text}"
    );
    // What fails nothing is told all the same.
    let notes = suites[0]
        .children()
        .find(|node| node.has_tag_name("system-out"))
        .unwrap();
    assert!(
        notes
            .text()
            .unwrap()
            .contains("info: paging-unrouted: no route")
    );
}

#[test]
fn json_lines_are_the_findings_of_the_document() {
    let (told, suppressed) = (findings(), findings());
    let document = report::json::print(&report::json::check_report(
        &told,
        &suppressed[..1],
        2,
        LeftOut::default(),
    ));
    let document: Value = serde_json::from_str(&document).unwrap();
    let lines = report::findings_jsonl(&told, &suppressed[..1]);
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (of_told, of_suppressed) = lines.split_at(told.len());
    assert_eq!(document["diagnostics"], json!(of_told));
    assert_eq!(document["suppressed"], json!(of_suppressed));
    assert_eq!(lines[0]["fix"]["title"], "take `for` out");
    assert_eq!(lines[0]["rule"], "Äh");
}
