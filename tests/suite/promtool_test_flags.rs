//! Flags of `promtool test rules` that came after 2.42: no promtool here has them, so their shapes are those of its source.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use common::{Folder, as_promtool};

const RULES: &str = "groups:
- name: g
  rules:
  - {record: twice, expr: up * 2}
  - {alert: Down, expr: up == 0, labels: {severity: page}, annotations: {s: '<b>'}}
";

const FIXTURE: &str = "rule_files: [r.yml]
tests:
- name: good
  interval: 1m
  input_series: [{series: 'up{job=\"a\"}', values: '1 0'}]
  alert_rule_test: [{eval_time: 0m, alertname: Down, exp_alerts: []}]
- interval: 1m
  input_series: [{series: 'up{job=\"a\"}', values: '1 0'}]
  alert_rule_test:
  - eval_time: 1m
    alertname: Down
    exp_alerts: [{exp_labels: {job: b, severity: page}, exp_annotations: {s: '<b>'}}]
";

fn folder(name: &str) -> Folder {
    let broken = "tests: [{nope: 1}]\n";
    let files = [("r.yml", RULES), ("t.yml", FIXTURE), ("broken.yml", broken)];
    Folder::with(name, &files)
}

#[test]
fn junit_is_written_whole() {
    let folder = folder("flags-junit");
    let places: [&[&str]; 2] = [
        &["test", "--junit=out.xml", "rules", "t.yml", "broken.yml"],
        &["test", "rules", "--junit", "out.xml", "t.yml", "broken.yml"],
    ];
    for arguments in places {
        folder.write("out.xml", "old");
        let output = as_promtool(folder.path(), arguments, "");
        assert_eq!(output.status.code(), Some(1));
        let text = std::fs::read_to_string(folder.path().join("out.xml")).unwrap();
        assert!(text.starts_with("<testsuites>") && text.ends_with("</testsuites>\n"));
        for part in [
            "<testsuite name=\"t.yml\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" timestamp=\"2",
            "<testcase name=\"good\"></testcase>",
            "<testcase name=\"unnamed#1\">",
            "<failure>    alertname: Down, time: 1m, &#xA;        exp:[",
            "Annotations:{s=&#34;&lt;b&gt;&#34;}",
            "<testsuite name=\"broken.yml\" tests=\"1\" failures=\"0\" errors=\"1\"",
            "<testcase name=\"unknown\">",
            "<error>yaml: unmarshal errors:&#xA;  line 1: field nope not found in type main.testGroup</error>",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 4, "no draft stays");
}

#[test]
fn a_path_where_nothing_can_be_written_is_told_before_the_tests() {
    let folder = folder("flags-nowhere");
    let arguments = ["test", "rules", "--junit=no/such/out.xml", "t.yml"];
    let output = as_promtool(folder.path(), &arguments, "");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("open no/such/out.xml"), "{said}");
}

#[test]
fn a_diff_takes_the_place_of_both_lists() {
    let folder = folder("flags-diff");
    let output = as_promtool(folder.path(), &["test", "rules", "--diff", "t.yml"], "");
    let said = String::from_utf8(output.stderr).unwrap();
    let expected = "  FAILED:
    alertname: Down, time: 1m, 
        diff: [
                {
                    \"Annotations\": {
                        \"s\": \"<b>\"
                    },
                    \"Labels\": {
                        \"alertname\": \"Down\",
                        \"job\": \u{1b}[0;33m\"b\" => \"a\"\u{1b}[0m,
                        \"severity\": \"page\"
                    }
                }
            ]
";
    assert_eq!(said, expected);
}

#[test]
fn debugging_shows_every_sample() {
    let folder = folder("flags-debug");
    let output = as_promtool(folder.path(), &["test", "rules", "--debug", "t.yml"], "");
    let said = String::from_utf8(output.stderr).unwrap();
    let (first, second) = said.split_once("DEBUG: Starting test unnamed#1\n").unwrap();
    let start = "DEBUG: Starting test good
DEBUG: Dump of all data (input_series and rules) at 1s:
{__name__=\"twice\", job=\"a\"} =>
2 @[0]
{__name__=\"up\", job=\"a\"} =>
1 @[0]
DEBUG: Test good finished, took ";
    assert!(first.starts_with(start), "{first}");
    let alerts = "{__name__=\"ALERTS\", alertname=\"Down\", alertstate=\"firing\", job=\"a\", severity=\"page\"} =>\n1 @[60000]\n";
    assert!(second.contains(alerts), "{second}");
    assert!(second.contains("{__name__=\"up\", job=\"a\"} =>\n1 @[0]\n0 @[60000]\n"));
    assert!(second.contains("at 1m1s:"));
}
