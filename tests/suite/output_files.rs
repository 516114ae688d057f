//! `--format` and `--output`: several formats of one run, on standard output and in files.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use common::{Folder, rulecheck};
use serde_json::Value;

const BROKEN: &str =
    "groups:\n  - name: a\n    rules:\n      - record: a:b\n        expr: sum(up\n";
const CLEAN: &str =
    "groups:\n  - name: a\n    rules:\n      - record: a:b\n        expr: sum(up)\n";
const FIXTURE: &str = "rule_files: [clean.yml]\ntests:\n  - promql_expr_test: [{expr: 1, eval_time: 0, exp_samples: []}]\n";

fn folder(name: &str) -> Folder {
    Folder::with(name, &[("broken.yml", BROKEN), ("clean.yml", CLEAN)])
}

fn read(folder: &Folder, file: &str) -> String {
    std::fs::read_to_string(folder.path().join(file)).unwrap()
}

#[test]
fn one_run_writes_many_formats() {
    let folder = folder("output-many");
    folder.write("out/keep", "");
    let formats = [
        "json",
        "jsonl",
        "sarif",
        "github",
        "gitlab",
        "checkstyle",
        "junit",
        "text",
    ];
    let mut arguments = vec!["check".to_owned()];
    for format in formats {
        arguments.extend(["--output".to_owned(), format!("{format}=out/{format}")]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (code, out, err) = rulecheck(folder.path(), &arguments);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.ends_with("2 files checked: 1 error\n"), "{out}");
    assert_eq!(read(&folder, "out/text"), out);
    for format in formats {
        let (code, alone, _) = rulecheck(folder.path(), &["check", "--format", format]);
        assert_eq!(code, 1);
        assert_eq!(read(&folder, &format!("out/{format}")), alone, "{format}");
        assert!(alone.contains("unclosed left parenthesis"), "{alone}");
        let (_, dash, _) = rulecheck(
            folder.path(),
            &["check", "--output", &format!("{format}=-")],
        );
        assert_eq!(dash, alone);
    }
    // Nothing but the files is there.
    let left = std::fs::read_dir(folder.path().join("out"))
        .unwrap()
        .count();
    assert_eq!(left, formats.len() + 1);
}

#[test]
fn both_ways_at_once() {
    let folder = folder("output-both");
    let (code, out, _) = rulecheck(
        folder.path(),
        &["check", "--format", "json", "--output", "junit=j.xml"],
    );
    assert_eq!(code, 1);
    serde_json::from_str::<Value>(&out).unwrap();
    let junit = read(&folder, "j.xml");
    let document = roxmltree::Document::parse(&junit).unwrap();
    let cases: Vec<_> = document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
        .map(|case| {
            (
                case.attribute("classname").unwrap(),
                case.attribute("name").unwrap(),
            )
        })
        .collect();
    assert_eq!(
        cases,
        [
            ("broken.yml", "promql-syntax at 5:21"),
            ("clean.yml", "no findings")
        ]
    );
}

#[test]
fn what_cannot_be_written_is_told_and_nothing_is_printed() {
    let folder = folder("output-wrong");
    folder.write("held/a", "");
    for (arguments, expected) in [
        (
            &["--format", "json", "--output", "sarif=-"][..],
            "error: two formats for standard output: write one of them to a file\n",
        ),
        (
            &["--output", "json=a", "--output", "sarif=a"],
            "error: two formats for a\n",
        ),
        (
            &["--output", "sarif=none/a.sarif"],
            "error: cannot write none/a.sarif: there is no folder none\n",
        ),
        (
            &["--output", "sarif=held"],
            "error: cannot write held: it is a folder\n",
        ),
    ] {
        let mut all = vec!["check"];
        all.extend(arguments);
        let (code, out, err) = rulecheck(folder.path(), &all);
        assert_eq!((code, out.as_str(), err.as_str()), (2, "", expected));
    }
    for wrong in ["sarif", "sarif=", "yaml=a"] {
        let (code, out, err) = rulecheck(folder.path(), &["check", "--output", wrong]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(
            err.contains("FORMAT=FILE") || err.contains("expected one of text, json"),
            "{err}"
        );
    }
    assert!(!folder.path().join("a").exists());
}

#[test]
fn verify_tells_findings_and_tests() {
    let folder = folder("output-verify");
    folder.write("a_test.yml", FIXTURE);
    let arguments = [
        "verify",
        "--format",
        "github",
        "--output",
        "junit=j.xml",
        "--output",
        "sarif=s.json",
    ];
    let (code, out, err) = rulecheck(folder.path(), &arguments);
    assert_eq!((code, err.as_str()), (1, ""));
    let commands: Vec<&str> = out
        .lines()
        .filter(|line| line.starts_with("::error "))
        .collect();
    assert_eq!(commands.len(), 2, "{out}");
    assert!(commands[0].contains("file=broken.yml") && commands[1].contains("file=a_test.yml"));
    let junit = read(&folder, "j.xml");
    let document = roxmltree::Document::parse(&junit).unwrap();
    let failed: Vec<&str> = document
        .descendants()
        .filter(|node| node.has_tag_name("failure"))
        .map(|node| {
            node.parent_element()
                .unwrap()
                .attribute("classname")
                .unwrap()
        })
        .collect();
    assert_eq!(failed, ["broken.yml", "a_test.yml"]);
    let sarif: Value = serde_json::from_str(&read(&folder, "s.json")).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
}
