//! The models over the corpus: what promtool 2.42 and amtool 0.25 accepted must decode without errors, and what they refused
//! for its shape must not.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use crate::common;

use std::path::Path;
use std::sync::Arc;

use common::Row;
use rulecheck::model::{
    Kind, Problem, decode_alertmanager, decode_fixture, decode_prometheus, decode_prometheus_rules,
    decode_rules, detect,
};
use rulecheck::source::SourceFile;
use rulecheck::target::{Target, Version};
use rulecheck::yaml::Tree;

/// The versions with which the corpus was judged.
fn judged() -> Target {
    Target {
        prometheus: Version::new(2, 42),
        alertmanager: Version::new(0, 25),
        ..Target::default()
    }
}

fn read(path: &Path) -> Option<Arc<Tree>> {
    let text = String::from_utf8(std::fs::read(path).ok()?).ok()?;
    Some(Arc::new(Tree::parse(&SourceFile::new(path, text))))
}

/// The errors of a file that is of the given kind by the table, and whether we take it for the same.
fn errors(tree: &Arc<Tree>, kind: &str, target: &Target) -> (Vec<Problem>, bool) {
    let kinds = detect(tree);
    let (problems, expected) = match kind {
        "rules" | "unit-rules" => (decode_rules(tree, 0, target).1, Kind::Rules),
        "unit" => (decode_fixture(tree, 0, target).1, Kind::Fixture),
        "alertmanager" => (decode_alertmanager(tree, 0, target).1, Kind::Alertmanager),
        "prometheus-config" => (decode_prometheus(tree, 0, target).1, Kind::Prometheus),
        _ => {
            let documents = (0..kinds.len()).filter(|&at| kinds[at] == Kind::PrometheusRules);
            let decode = |at| decode_prometheus_rules(tree, at, target).1;
            (documents.flat_map(decode).collect(), Kind::PrometheusRules)
        }
    };
    let known = kinds.is_empty() || kinds.contains(&expected);
    (
        problems.into_iter().filter(Problem::is_error).collect(),
        known,
    )
}

/// Whether the file was refused for its shape, and not for an expression or a template.
fn is_refused_for_shape(row: &Row) -> bool {
    let reasons = [
        "unknown field",
        "vmalert-only field",
        "YAML error",
        "name not valid",
        "needs 3.x",
    ];
    // The unknown key of this fixture stands in its rule file.
    let elsewhere = row.path.ends_with("rules_run_extrafields.yml");
    row.exit == "1" && !elsewhere && reasons.iter().any(|reason| row.notes.contains(reason))
}

#[test]
fn the_shape_of_every_file_is_judged_as_the_tools_judged_it() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let kinds = [
        "rules",
        "unit-rules",
        "rules-crd",
        "unit",
        "alertmanager",
        "prometheus-config",
    ];
    let (mut accepted, mut refused, mut wrong) = (0, 0, Vec::new());
    for row in common::rows(&corpus) {
        if !kinds.contains(&row.kind.as_str()) {
            continue;
        }
        let Some(tree) = read(&corpus.join(&row.path)) else {
            eprintln!("not read: {}", row.path);
            continue;
        };
        let (errors, known) = errors(&tree, &row.kind, &judged());
        let Row { path, notes, .. } = &row;
        if row.exit == "0" {
            accepted += 1;
            if let [error, ..] = &errors[..] {
                let place = tree.file().line_column(error.span.start as usize);
                wrong.push(format!(
                    "false alarm: {path}:{}: {}",
                    place.line, error.message
                ));
            }
            if !known {
                wrong.push(format!("taken for {:?}: {path}", detect(&tree)));
            }
        } else if row.kind != "prometheus-config" && is_refused_for_shape(&row) {
            refused += 1;
            if errors.is_empty() {
                wrong.push(format!("missed: {path}: {notes}"));
            }
        }
    }
    eprintln!("{accepted} accepted and {refused} refused alike");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(accepted > 900 && refused > 20);
}

#[test]
fn what_the_newest_versions_accept_is_accepted() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let kinds = [
        "rules",
        "rules-crd",
        "unit",
        "alertmanager",
        "prometheus-config",
    ];
    let mut wrong = Vec::new();
    for row in common::rows(&corpus) {
        // One of the configurations is a rule file, with which `check config` has nothing to do.
        let is_rule_file = row.notes.contains("field groups not found");
        if row.upstream != "pass" || is_rule_file || !kinds.contains(&row.kind.as_str()) {
            continue;
        }
        let Some(tree) = read(&corpus.join(&row.path)) else {
            continue;
        };
        let (errors, _) = errors(&tree, &row.kind, &Target::default());
        if let [error, ..] = &errors[..] {
            wrong.push(format!("{}: {} ({})", row.path, error.message, row.notes));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Defects that show in the shape of routes, receivers and rules; the others lie inside integrations, matchers, templates
/// or intervals, or in names that are not defined.
const SHAPE_DEFECTS: &[&str] = &[
    "dup-key-nested",
    "dup-recv",
    "dup-ti",
    "empty",
    "g-rt-bad",
    "g-unknown",
    "gi-empty",
    "gi-int",
    "gi-neg",
    "gi-zero",
    "groupby-bad",
    "groupby-dots-other",
    "groupby-scalar",
    "i-equal-bad",
    "i-equal-scalar",
    "i-name",
    "matchers-colonform",
    "matchers-map",
    "no-receiver-root",
    "no-route",
    "null-doc",
    "r-slack-scalar",
    "r-teams",
    "r-unknown-integration",
    "ri-zero",
    "root-continue",
    "root-matchers",
    "root-mti",
    "route-label",
    "routes-null",
    "tabs",
    "ti-noname",
    "tpl-scalar",
    "tracing",
];

#[test]
fn one_defect_in_a_configuration_of_alertmanager_is_one_error() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let folder = corpus.join("alertmanager/one-defect");
    let verdicts = std::fs::read_to_string(folder.join("VERDICTS.tsv")).unwrap();
    for line in verdicts.lines().skip(1) {
        let mut cells = line.split('\t');
        let (name, exit) = (cells.next().unwrap(), cells.next().unwrap());
        let tree = read(&folder.join(name)).unwrap();
        let problems = decode_alertmanager(&tree, 0, &judged()).1;
        let mut errors: Vec<_> = problems
            .iter()
            .filter(|p| p.is_error())
            .map(|p| &p.message)
            .collect();
        if exit == "0" {
            assert!(errors.is_empty(), "{name}: {errors:?}");
        } else if SHAPE_DEFECTS.contains(&name.trim_end_matches(".yml")) {
            errors.dedup();
            assert_eq!(errors.len(), 1, "{name}: {errors:?} {line}");
        }
    }
}
