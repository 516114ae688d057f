//! Configurations of Alertmanager inside of Kubernetes objects.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use rulecheck::project::{self, ProjectFile};
use rulecheck::source::SourceFile;
use rulecheck::target::Target;

fn load(text: &str) -> ProjectFile {
    let source = SourceFile::new("object.yaml", text);
    project::load(
        &source,
        PathBuf::from("object.yaml"),
        &Target::default(),
        true,
    )
}

/// Each issue: path, line, the text under the caret, the message.
fn issues(file: &ProjectFile) -> Vec<String> {
    let issues = file.issues.iter().map(|issue| {
        let at = file.file.line_column(issue.span.start as usize);
        let (path, text) = (file.file.path().display(), file.file.slice(issue.span));
        format!("{path}:{}:{} {text}: {}", at.line, at.column, issue.message)
    });
    issues.collect()
}

#[test]
fn a_literal_block_keeps_its_places() {
    let file = load(
        "apiVersion: v1\nkind: Secret\nstringData:\n  alertmanager.yaml: |\n    # ä\n    route:\n      receiver: a\n      routes:\n        - receiver: b\n    receivers:\n      - name: a\n  other: 'x'\n",
    );
    assert_eq!(
        issues(&file),
        ["object.yaml:9:21 b: there is no receiver `b`"]
    );
    assert!(file.alertmanager.is_some() && !file.is_decoded);
}

#[test]
fn base64_has_a_file_of_its_own() {
    // route: {receiver: a, foo: 1}
    // receivers: [{name: a}]
    let data = "cm91dGU6IHtyZWNlaXZlcjogYSwgZm9vOiAxfQpyZWNlaXZlcnM6IFt7bmFtZTogYX1dCg==";
    let file = load(&format!(
        "apiVersion: v1\nkind: Secret\ndata:\n  alertmanager.yaml: {data}\n"
    ));
    assert_eq!(
        issues(&file),
        ["object.yaml (alertmanager.yaml):1:22 foo: unknown key `foo` in a route"]
    );
    assert!(file.is_decoded);
}

#[test]
fn quotes_and_lists_of_objects_are_read_too() {
    let file = load(
        "apiVersion: v1\nkind: List\nitems:\n  - {kind: ConfigMap, data: {x.txt: y}}\n  - kind: ConfigMap\n    data:\n      config.yml: \"route: {receiver: a}\\nreceivers: [{name: b}]\\n\"\n",
    );
    assert_eq!(
        issues(&file),
        ["object.yaml (config.yml):1:19 a: there is no receiver `a`"]
    );
}

#[test]
fn other_objects_are_left_alone() {
    for text in [
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  app.yaml: |\n    a: b\n",
        "apiVersion: v1\nkind: Secret\ndata:\n  alertmanager.yaml: '%%%'\n",
        "apiVersion: v1\nkind: Secret\ntype: Opaque\n",
    ] {
        let source = SourceFile::new("object.yaml", text);
        let path = PathBuf::from("object.yaml");
        let file = project::load(&source, path, &Target::default(), false);
        assert!(!file.is_known && file.issues.is_empty(), "{text}");
    }
}
