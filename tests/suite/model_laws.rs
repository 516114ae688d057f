//! No text makes a decoder panic, and every problem has a place in the file.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use std::sync::Arc;

use proptest::prelude::*;
use rulecheck::model::{
    Problem, decode_alertmanager, decode_fixture, decode_prometheus, decode_prometheus_rules,
    decode_rules, detect, unwrapped_list_problem,
};
use rulecheck::source::SourceFile;
use rulecheck::target::Target;
use rulecheck::yaml::Tree;

const KEYS: &[&str] = &[
    "groups",
    "name",
    "rules",
    "alert",
    "record",
    "expr",
    "for",
    "labels",
    "annotations",
    "limit",
    "interval",
    "tests",
    "rule_files",
    "input_series",
    "series",
    "values",
    "alert_rule_test",
    "exp_alerts",
    "exp_labels",
    "promql_expr_test",
    "exp_samples",
    "value",
    "eval_time",
    "alertname",
    "start_timestamp",
    "route",
    "receiver",
    "receivers",
    "routes",
    "match",
    "match_re",
    "matchers",
    "group_by",
    "continue",
    "inhibit_rules",
    "equal",
    "source_matchers",
    "slack_configs",
    "global",
    "scrape_configs",
    "external_labels",
    "kind",
    "apiVersion",
    "spec",
    "items",
    "<<",
    "alrt",
    "__name__",
];

const VALUES: &[&str] = &[
    "",
    "~",
    "5m",
    "5",
    "1.5",
    "'x'",
    "\"\\t\"",
    "[]",
    "[~, a, {b: c}]",
    "{}",
    "{a: b, a: c}",
    "*a",
    "&a x",
    "yes",
    "PrometheusRule",
    "List",
    "[...]",
    ".nan",
    "-9223372036854775808",
    "1e400",
    "2024-05-01T12:00:00Z",
];

/// A document of nested keys; the numbers say how deep each line stands and whether it starts an item.
fn document() -> impl Strategy<Value = String> {
    let line = (
        0..5_usize,
        any::<bool>(),
        prop::sample::select(KEYS),
        prop::sample::select(VALUES),
    );
    prop::collection::vec(line, 0..25).prop_map(|lines| {
        let mut text = String::new();
        let mut allowed = 0;
        for (depth, item, key, value) in lines {
            let depth = depth.min(allowed);
            let dash = if item && depth > 0 { "- " } else { "" };
            text.push_str(&format!("{}{dash}{key}: {value}\n", "  ".repeat(depth)));
            allowed = depth + usize::from(value.is_empty()) + usize::from(!dash.is_empty());
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn problems_have_places(text in document()) {
        let tree = Arc::new(Tree::parse(&SourceFile::new("generated.yml", text.clone())));
        let target = Target::default();
        let mut problems: Vec<Vec<Problem>> = Vec::new();
        for (document, kind) in detect(&tree).into_iter().enumerate() {
            problems.push(decode_rules(&tree, document, &target).1);
            problems.push(decode_prometheus_rules(&tree, document, &target).1);
            problems.push(decode_fixture(&tree, document, &target).1);
            problems.push(decode_alertmanager(&tree, document, &target).1);
            problems.push(decode_prometheus(&tree, document, &target).1);
            problems.extend(unwrapped_list_problem(&tree, document, kind).map(|problem| vec![problem]));
        }
        for problems in problems {
            prop_assert!(problems.is_sorted_by_key(|problem| problem.span));
            for problem in problems {
                prop_assert!(text.get(problem.span.range()).is_some(), "{:?}", problem);
            }
        }
    }
}
