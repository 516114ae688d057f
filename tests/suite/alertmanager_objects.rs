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

#[test]
fn names_and_routes_of_alertmanager_configs_are_judged() {
    let file = load(
        "apiVersion: monitoring.coreos.com/v1beta1\nkind: AlertmanagerConfig\nmetadata: {name: a}\nspec:\n  route:\n    receiver: web\n    groupBy: [job, job]\n    groupWait: 5\n    routes:\n      - receiver: dbb\n        matchers: [{name: team, value: db, matchType: '=='}, {value: x}]\n        muteTimeIntervals: [night]\n  receivers:\n    - name: web\n      slackConfigs: [{channel: '#web'}]\n    - name: db\n    - name: db\n",
    );
    assert_eq!(
        issues(&file),
        [
            "object.yaml:7:20 job: the label `job` is twice in `groupBy`",
            "object.yaml:8:16 5: `groupWait`: not a valid duration string: \"5\"",
            "object.yaml:10:19 dbb: there is no receiver `dbb`",
            "object.yaml:11:55 '==': `==` is no `matchType`",
            "object.yaml:11:62 {value: x}: a matcher needs a `name`",
            "object.yaml:12:29 night: there is no time interval `night`",
            "object.yaml:17:13 db: the receiver `db` is defined twice",
        ]
    );
}

#[test]
fn a_good_alertmanager_config_is_taken() {
    let file = load(
        "apiVersion: monitoring.coreos.com/v1alpha1\nkind: AlertmanagerConfig\nmetadata: {name: a}\nspec:\n  route:\n    receiver: web\n    groupBy: ['...']\n    matchers: [{name: team, value: 'a|b', regex: true}]\n    routes: [{muteTimeIntervals: [night]}]\n  receivers: [{name: web, webhookConfigs: [{urlSecret: {name: x, key: y}}]}]\n  muteTimeIntervals: [{name: night, timeIntervals: []}]\n  inhibitRules: [{sourceMatch: [{name: a, value: b}], targetMatch: []}]\n",
    );
    assert_eq!(issues(&file), Vec::<String>::new());
    assert!(file.is_known);
}
