//! The YAML tree over every YAML file of the corpus.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use crate::common;

use rulecheck::source::SourceFile;
use rulecheck::yaml::{Content, Node, Style, Tree};
use serde::Deserialize as _;
use serde_yaml::Value;

/// The texts of the corpus that are UTF-8, each with a name, and once more with the line ends of Windows.
fn texts() -> Vec<(String, String)> {
    let Some(corpus) = common::corpus() else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    for path in common::files(&corpus, &["yml", "yaml"]) {
        let Ok(text) = String::from_utf8(std::fs::read(&path).unwrap()) else {
            continue;
        };
        let name = path.display().to_string();
        if !text.contains('\r') {
            texts.push((format!("{name} (CRLF)"), text.replace('\n', "\r\n")));
        }
        texts.push((name, text));
    }
    texts
}

#[test]
fn every_scalar_is_mapped_exactly() {
    let mut scalars = 0;
    for (name, text) in texts() {
        let tree = Tree::parse(&SourceFile::new(&name, text));
        for node in tree.nodes() {
            let is_scalar = matches!(node.content(), Content::Scalar(_));
            // Aliases, undefined ones too, and omitted values have no value of their own in the file.
            let written = tree.file().slice(node.span());
            let is_alias = node.style() == Some(Style::Plain) && written.starts_with('*');
            if !is_scalar || node.is_alias() || node.is_omitted() || is_alias {
                continue;
            }
            scalars += 1;
            if let Err(problem) = common::check_map(node) {
                panic!("{name}: {:?}: {problem}", node.span());
            }
        }
    }
    eprintln!("{scalars} scalars mapped");
    assert!(scalars == 0 || scalars > 100_000);
}

#[test]
fn the_tree_equals_what_serde_yaml_reads() {
    let (mut equal, mut refused_by_both, mut refused_by_one) = (0, 0, Vec::new());
    for (name, text) in texts() {
        let values: Result<Vec<Value>, _> = serde_yaml::Deserializer::from_str(&text)
            .map(Value::deserialize)
            .collect();
        let tree = Tree::parse(&SourceFile::new(&name, text));
        match (values, tree.errors()) {
            (Ok(values), []) => {
                let documents = tree.documents();
                // A stream without any document is one null for serde_yaml.
                let roots = documents.iter().filter_map(|document| document.root);
                let nodes: Vec<Node<'_>> = roots.map(|root| tree.node(root)).collect();
                if !nodes.is_empty() || values.iter().any(|value| !value.is_null()) {
                    assert_eq!(values.len(), nodes.len(), "{name}: documents");
                }
                for (value, node) in values.iter().zip(nodes) {
                    if let Err(problem) = same(value, node) {
                        panic!("{name}: {problem}");
                    }
                }
                equal += 1;
            }
            (Err(_), [_, ..]) => refused_by_both += 1,
            (Ok(_), [error, ..]) => refused_by_one.push(format!("{name}: ours: {error:?}")),
            (Err(error), []) => refused_by_one.push(format!("{name}: theirs: {error}")),
        }
    }
    eprintln!("{equal} equal, {refused_by_both} refused by both");
    // serde_yaml refuses duplicate keys while reading, our tree keeps them for the decoder.
    refused_by_one.retain(|line| !line.contains("duplicate entry"));
    assert!(refused_by_one.is_empty(), "{}", refused_by_one.join("\n"));
}

fn same(value: &Value, node: Node<'_>) -> Result<(), String> {
    let differ = || Err(format!("{value:?} is not {node:?} at {:?}", node.span()));
    match value {
        Value::Null if node.is_null() => Ok(()),
        Value::Bool(bool)
            if node
                .scalar()
                .is_some_and(|s| s.eq_ignore_ascii_case(&bool.to_string())) =>
        {
            Ok(())
        }
        Value::Number(number) => match node.scalar() {
            Some(text) if same_number(number, text) => Ok(()),
            _ => differ(),
        },
        Value::String(string) if node.scalar() == Some(string) => Ok(()),
        Value::Sequence(items) if node.is_sequence() && node.items().len() == items.len() => items
            .iter()
            .zip(node.items())
            .try_for_each(|(value, node)| same(value, node)),
        Value::Mapping(pairs) if node.is_mapping() && node.entries().len() == pairs.len() => pairs
            .iter()
            .zip(node.entries())
            .try_for_each(|((key, value), (key_node, value_node))| {
                same(key, key_node)?;
                same(value, value_node)
            }),
        Value::Tagged(tagged) => same(&tagged.value, node),
        _ => differ(),
    }
}

fn same_number(number: &serde_yaml::Number, text: &str) -> bool {
    let float = number.as_f64().unwrap();
    match text.trim_start_matches('+') {
        ".nan" | ".NaN" | ".NAN" => float.is_nan(),
        ".inf" | ".Inf" | ".INF" => float == f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => float == f64::NEG_INFINITY,
        text => {
            let radix = |prefix, radix| {
                let digits = text.strip_prefix(prefix)?;
                i64::from_str_radix(digits, radix).ok()
            };
            let based = radix("0x", 16).or(radix("0o", 8)).or(radix("0b", 2));
            based.map_or_else(|| text.parse().ok(), |n| Some(n as f64)) == Some(float)
        }
    }
}
