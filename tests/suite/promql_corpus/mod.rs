//! The expressions of the corpus.
#![allow(dead_code, reason = "each test crate uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and tell what it skips"
)]

use std::path::{Path, PathBuf};

use rulecheck::target::{Features, Target};

/// The corpus's folder, or nothing and a word about it.
pub fn corpus() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let path = std::env::var_os("RULECHECK_CORPUS").map_or(default, PathBuf::from);
    if path.join("given").is_dir() {
        return Some(path);
    }
    println!("skipped: no corpus");
    None
}

pub fn every_feature() -> Target {
    Target {
        features: Features::all(),
        ..Target::default()
    }
}

/// The expressions of all rule and unit-test files that promtool accepts.
pub fn expressions(corpus: &Path) -> Vec<String> {
    let given = corpus.join("given");
    let table = std::fs::read_to_string(given.join("EXPECTED.tsv")).unwrap();
    let mut all = Vec::new();
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let accepted = columns[4] == "0";
        if !accepted || !matches!(columns[1], "rules" | "rules-crd" | "unit" | "unit-rules") {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(given.join(columns[0])) else {
            continue;
        };
        for document in serde_yaml::Deserializer::from_str(&text) {
            if let Ok(value) = serde::Deserialize::deserialize(document) {
                collect(&value, &mut all);
            }
        }
    }
    all
}

/// The values of all keys `expr` that are texts or numbers.
fn collect(value: &serde_yaml::Value, all: &mut Vec<String>) {
    match value {
        serde_yaml::Value::Mapping(mapping) => {
            for (key, value) in mapping {
                match value {
                    serde_yaml::Value::String(text) if key.as_str() == Some("expr") => {
                        all.push(text.clone());
                    }
                    value => collect(value, all),
                }
            }
        }
        serde_yaml::Value::Sequence(values) => values.iter().for_each(|value| collect(value, all)),
        _ => {}
    }
}

/// The queries of all `eval` lines of Prometheus's engine tests.
pub fn queries(corpus: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(corpus.join("given/promqltest")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        all.extend(text.lines().filter_map(query).map(str::to_owned));
    }
    all
}

/// The query of `eval instant at T Q` and `eval range from A to B step S Q`, in all their kinds.
fn query(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix("eval")?;
    let (_, rest) = rest.split_once(' ')?;
    let (kind, rest) = rest.split_once(' ')?;
    let words = match kind {
        "instant" if rest.starts_with("at ") => 2,
        "instant" => 0,
        "range" => 6,
        _ => return None,
    };
    let mut rest = rest.trim_start();
    for _ in 0..words {
        rest = rest.split_once(char::is_whitespace)?.1.trim_start();
    }
    Some(rest)
}
