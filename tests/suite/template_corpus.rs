//! The templates of real rule files parse where promtool accepts the file.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;

use rulecheck::target::Target;
use rulecheck::template::Template;
use serde_yaml::Value;

/// Every alerting rule below `value`, wherever the groups are.
fn alerts<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Mapping(map) => {
            if map.contains_key("alert") && map.contains_key("expr") {
                found.push(value);
            }
            map.values().for_each(|value| alerts(value, found));
        }
        Value::Sequence(items) => items.iter().for_each(|value| alerts(value, found)),
        _ => {}
    }
}

/// Templates of a file, and the errors of those that do not parse.
fn check(text: &str) -> (usize, Vec<String>) {
    let (mut count, mut errors) = (0, Vec::new());
    for document in serde_yaml::Deserializer::from_str(text) {
        let Ok(document) = <Value as serde::Deserialize>::deserialize(document) else {
            break;
        };
        let mut rules = Vec::new();
        alerts(&document, &mut rules);
        for rule in rules {
            let name = rule["alert"].as_str().unwrap_or_default();
            for part in ["labels", "annotations"] {
                let texts = rule[part]
                    .as_mapping()
                    .into_iter()
                    .flat_map(|map| map.values());
                for text in texts.filter_map(Value::as_str) {
                    count += 1;
                    if let Err(error) = Template::parse(text, name, &Target::default()) {
                        errors.push(format!("{error}"));
                    }
                }
            }
        }
    }
    (count, errors)
}

#[test]
fn templates_parse_where_promtool_accepts_them() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let (mut templates, mut files, mut bad_files) = (0, 0, 0);
    for row in common::rows(&corpus) {
        let (path, exit) = (&row.path, row.exit.as_str());
        let notes = &row.notes;
        if !matches!(row.kind.as_str(), "rules" | "rules-crd" | "unit-rules") {
            continue;
        }
        let is_bad = notes.contains("template error");
        if exit != "0" && !is_bad {
            continue;
        }
        let text = std::fs::read_to_string(corpus.join(path)).expect(path);
        let (count, errors) = check(&text);
        if is_bad {
            assert!(!errors.is_empty(), "{path} must have a template error");
            bad_files += 1;
        } else {
            assert_eq!(errors, Vec::<String>::new(), "{path}");
            templates += count;
            files += 1;
        }
    }
    assert!(
        files > 500 && templates > 5000,
        "{files} files, {templates} templates"
    );
    assert!(bad_files >= 3, "{bad_files} bad files");
}
