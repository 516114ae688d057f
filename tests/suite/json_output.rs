//! What is printed for machines fits the JSON Schemas that are shipped, and the settings of the examples fit theirs.
#![allow(clippy::unwrap_used)]

use crate::common;

use std::path::Path;
use std::process::Command;

use common::Folder;
use rulecheck::lint;
use serde_json::Value;

fn schema(name: &str) -> Value {
    let path = format!("{}/schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What does not fit, by as much of JSON Schema as the schemas here use; a keyword that is not known is an error itself.
fn misfits(value: &Value, schema: &Value, root: &Value, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Value::Object(keywords) = schema else {
        return vec![format!("{place}: the schema is no object")];
    };
    for (keyword, wanted) in keywords {
        match keyword.as_str() {
            "$schema" | "title" | "description" | "default" | "definitions" | "$defs" => {}
            // Widths of numbers, which JSON does not have.
            "format" => {}
            "type" if !types(wanted).any(|name| has_type(value, name)) => {
                found.push(format!("{place}: {value} is not of type {wanted}"));
            }
            "type" => {}
            "$ref" => {
                let pointer = wanted.as_str().unwrap().trim_start_matches('#');
                found.extend(misfits(value, root.pointer(pointer).unwrap(), root, place));
            }
            "enum" if !wanted.as_array().unwrap().contains(value) => {
                found.push(format!("{place}: {value} is none of {wanted}"));
            }
            "enum" => {}
            "minimum" => assert_eq!(wanted, 0),
            "required" => {
                let missing = wanted.as_array().unwrap().iter();
                let missing = missing.filter(|key| value.get(key.as_str().unwrap()).is_none());
                found.extend(missing.map(|key| format!("{place}: {key} is missing")));
            }
            "properties" => {
                for (key, schema) in wanted.as_object().unwrap() {
                    if let Some(value) = value.get(key) {
                        found.extend(misfits(value, schema, root, &format!("{place}.{key}")));
                    }
                }
            }
            "additionalProperties" => {
                let known = keywords.get("properties").and_then(Value::as_object);
                for (key, value) in value.as_object().into_iter().flatten() {
                    if known.is_some_and(|known| known.contains_key(key)) {
                        continue;
                    }
                    let place = format!("{place}.{key}");
                    match wanted {
                        Value::Bool(false) => found.push(format!("{place} is not known")),
                        schema => found.extend(misfits(value, schema, root, &place)),
                    }
                }
            }
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(misfits(item, wanted, root, &format!("{place}[{at}]")));
                }
            }
            "allOf" => {
                let schemas = wanted.as_array().unwrap().iter();
                found.extend(schemas.flat_map(|schema| misfits(value, schema, root, place)));
            }
            "anyOf" => {
                let mut schemas = wanted.as_array().unwrap().iter();
                if !schemas.any(|schema| misfits(value, schema, root, place).is_empty()) {
                    found.push(format!("{place}: {value} fits nothing of {wanted}"));
                }
            }
            _ => found.push(format!("{place}: the keyword {keyword} is not known here")),
        }
    }
    found
}

fn types(wanted: &Value) -> impl Iterator<Item = &str> {
    let list = wanted
        .as_array()
        .map_or(std::slice::from_ref(wanted), Vec::as_slice);
    list.iter().filter_map(Value::as_str)
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

fn assert_fits(value: &Value, name: &str) {
    let schema = schema(name);
    let found = misfits(value, &schema, &schema, "");
    assert!(found.is_empty(), "{}\n{value:#}", found.join("\n"));
}

/// Runs the command in `folder` and reads what it prints.
fn json(folder: &Path, arguments: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    let run = command
        .args(arguments)
        .args(["--format", "json"])
        .current_dir(folder);
    let output = run.output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

const RULES: &str = "groups:\n  - name: a\n    rules:\n      - alert: Äh\n        expr: 'sum(up'\n      - alert: B\n        expr: up == 0\n        expr: up\n";

#[test]
fn checks_fit() {
    let folder = Folder::with(
        "checks-fit",
        &[("rules.yml", RULES), ("other.yml", "a: 1\n")],
    );
    let report = json(folder.path(), &["check"]);
    assert_fits(&report, "check");
    // The caret stands behind `sum(up`: as columns after 20 characters, as bytes after the two of `Ä`.
    let syntax = &report["diagnostics"].as_array().unwrap();
    let syntax = syntax
        .iter()
        .find(|found| found["lint"] == "promql-syntax")
        .unwrap();
    let offset = RULES.find("sum(up").unwrap() + "sum(up".len();
    assert_eq!(
        syntax["start"],
        serde_json::json!({ "line": 5, "column": 22, "offset": offset })
    );
    assert_eq!(report["summary"]["files"], 1);
    assert_eq!(report["summary"]["skipped"], 1);
    assert!(report["diagnostics"].to_string().contains("\"related\":[{"));
}

#[test]
fn tests_and_verify_fit() {
    let fixture = "rule_files: [rules.yml]\ntests:\n  - input_series: [{series: up, values: '1 0'}]\n    promql_expr_test:\n      - {expr: up, eval_time: 1m, exp_samples: [{labels: up, value: 1}]}\n    alert_rule_test:\n      - {eval_time: 0m, alertname: B, exp_alerts: [{exp_labels: {a: b}}]}\n";
    let rules = "groups:\n  - name: a\n    rules:\n      - alert: B\n        expr: up == 1\n";
    let files = [("rules.yml", rules), ("a_test.yml", fixture)];
    let folder = Folder::with("tests-fit", &files);
    let report = json(folder.path(), &["test", "a_test.yml"]);
    assert_fits(&report, "test");
    let failures = report["files"][0]["tests"][0]["failures"]
        .as_array()
        .unwrap();
    let kinds: Vec<&str> = failures
        .iter()
        .map(|failure| failure["kind"].as_str().unwrap())
        .collect();
    assert!(
        kinds.contains(&"alert") && kinds.contains(&"expr"),
        "{report:#}"
    );
    assert_fits(&json(folder.path(), &["verify"]), "verify");
}

#[test]
fn traps_fit() {
    let fixture = "tests:\n  - input_series: [{series: up, values: 010}]\n    promql_expr_test:\n      - {expr: up, eval_time: 0m, exp_samples: [{labels: up, value: 8}]}\n";
    let folder = Folder::with("traps-fit", &[("a_test.yml", fixture)]);
    for (arguments, level) in [
        (&["test", "a_test.yml"][..], "warning"),
        (&["test", "a_test.yml", "--strict"], "error"),
    ] {
        let report = json(folder.path(), arguments);
        assert_fits(&report, "test");
        let traps = report["traps"].as_array().unwrap();
        assert_eq!(traps.len(), 1, "{report:#}");
        assert_eq!(traps[0]["lint"], "fixture-octal");
        assert_eq!(traps[0]["level"], level);
    }
    // `verify` has them among the findings of the check, and only there.
    let report = json(folder.path(), &["verify"]);
    assert_fits(&report, "verify");
    assert_eq!(report["check"]["diagnostics"][0]["lint"], "fixture-octal");
    assert!(report["test"].get("traps").is_none(), "{report:#}");
}

#[test]
fn routes_fit() {
    let rules = "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels: {severity: page}\n";
    let config = "route:\n  receiver: a\n  group_by: [alertname]\n  routes:\n    - matchers: [severity=page]\n      receiver: b\nreceivers: [{name: a}, {name: b}]\ninhibit_rules:\n  - {source_matchers: [x=y], target_matchers: [severity=page]}\n";
    let files = [("rules.yml", rules), ("alertmanager.yml", config)];
    let folder = Folder::with("routes-fit", &files);
    let report = json(folder.path(), &["route", "severity=page", "alertname=A"]);
    assert_fits(&report, "route");
    let to = &report["answers"][0]["destinations"];
    assert_eq!(to.as_array().unwrap().len(), 1);
    assert_eq!(to[0]["receiver"], "b");
    // As Alertmanager puts it together: the matchers of the route, then the labels of the group.
    let key = "{}/{severity=\"page\"}:{alertname=\"A\"}";
    assert_eq!(to[0]["group_key"], key);
    assert_eq!(to[0]["muted_by"][0]["source"][0], "x=\"y\"");
    let report = json(folder.path(), &["route"]);
    assert_fits(&report, "route");
    assert_eq!(report["alerts"][0]["receiver"], "b");
    // `for` is 0, and no interval is known; the group waits for 30 s.
    let first = serde_json::json!({ "best": 30.0, "worst": null });
    assert_eq!(report["alerts"][0]["first"], first);
    let report = json(folder.path(), &["route", "--alert", "Down"]);
    assert_fits(&report, "route");
    assert_eq!(report["answers"][0]["rule"]["alert"], "Down");
}

#[test]
fn explanations_fit() {
    let folder = Folder::new("explanations-fit");
    assert_fits(&json(folder.path(), &["explain"]), "explain");
}

#[test]
fn simulations_fit() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/testing.in");
    let shown = json(&folder, &["simulate", "sent_test.yaml"]);
    assert_fits(&shown, "simulate");
    let events = shown["tests"][0]["events"].as_array().unwrap();
    let said: Vec<[&str; 3]> = events
        .iter()
        .map(|event| ["at", "what", "receiver"].map(|key| event[key].as_str().unwrap()))
        .collect();
    // The group of the door looks every five minutes, and is kept back while the room is too warm.
    assert_eq!(
        said,
        [
            ["12m10s", "sent", "duty"],
            ["14m30s", "withheld", "board"],
            ["19m30s", "withheld", "board"],
            ["24m30s", "sent", "board"],
            ["27m10s", "sent", "duty"],
        ]
    );
    assert_eq!(events[1]["inhibited_by"]["alertname"], "RoomTooWarm");
    assert_eq!(events[3]["message"]["channel"], "#cold-store");
}

#[test]
fn settings_of_the_examples_fit() {
    let mut count = 0;
    let examples = lint::all()
        .iter()
        .flat_map(|lint| lint.bad.iter().chain(lint.good));
    for (_, text) in examples
        .flat_map(|example| example.files)
        .filter(|(file, _)| *file == "rulecheck.yaml")
    {
        let settings: Value = serde_yaml::from_str(text).unwrap();
        assert_fits(&settings, "settings");
        count += 1;
    }
    assert!(count > 3);
    let own = format!("{}/rulecheck.yaml", env!("CARGO_MANIFEST_DIR"));
    let own: Value = serde_yaml::from_str(&std::fs::read_to_string(own).unwrap()).unwrap();
    assert_fits(&own, "settings");
}

#[test]
fn the_schema_of_the_settings_refuses_slips() {
    let schema = schema("settings");
    for text in [
        "lint: {}",
        "lints: {a: loud}",
        "target: {flags: [x]}",
        "severities: critical",
    ] {
        let settings: Value = serde_yaml::from_str(text).unwrap();
        assert!(
            !misfits(&settings, &schema, &schema, "").is_empty(),
            "{text}"
        );
    }
}
