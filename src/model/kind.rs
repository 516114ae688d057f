//! What a document is, told from its content and not from its name.

use super::alertmanager::alertmanager_configs;
use super::crd;
use super::problem::{Problem, ProblemKind};
use crate::yaml::{Node, Tree};

/// The kinds of documents.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// A rule file, of Prometheus or of a relative.
    Rules,
    /// A Kubernetes object that is or holds `PrometheusRule`s.
    PrometheusRules,
    /// A Kubernetes object that is or holds `AlertmanagerConfig`s.
    AlertmanagerConfigs,
    /// The configuration of Alertmanager.
    Alertmanager,
    /// The configuration of Prometheus.
    Prometheus,
    /// A unit-test file of promtool.
    Fixture,
    /// Settings of rulecheck.
    Settings,
    /// Rules without the `groups` around them.
    RuleList,
    /// Groups without the key `groups` above them.
    GroupList,
    /// None of these.
    Unknown,
}

/// The kind of each document of a file, in order. Broken documents are judged by what could be read.
#[must_use]
pub fn detect(tree: &Tree) -> Vec<Kind> {
    let stem = tree
        .file()
        .path()
        .file_stem()
        .and_then(|stem| stem.to_str());
    let is_settings = matches!(stem, Some("rulecheck" | ".rulecheck"));
    (0..tree.documents().len())
        .map(|document| match tree.root(document) {
            Some(root) if is_settings && root.is_mapping() => Kind::Settings,
            Some(root) => kind_of(root),
            None => Kind::Unknown,
        })
        .collect()
}

/// The error for a list of rules or groups that lacks what belongs around it; `None` for other kinds.
#[must_use]
pub fn unwrapped_list_problem(tree: &Tree, document: usize, kind: Kind) -> Option<Problem> {
    let (message, help) = match kind {
        Kind::RuleList => (
            "a list of rules is no rule file",
            "put the rules into a group:\n\ngroups:\n  - name: example\n    rules:\n      - …",
        ),
        Kind::GroupList => (
            "a list of groups is no rule file",
            "put the list below `groups`:\n\ngroups:\n  - name: example\n    rules:\n      - …",
        ),
        _ => return None,
    };
    let place = super::decode::head(tree.root(document)?);
    Some(Problem::new(ProblemKind::Schema, place, message).with_help(help))
}

fn kind_of(root: Node<'_>) -> Kind {
    if root.is_sequence() {
        return list_kind(root);
    }
    if !root.is_mapping() {
        return Kind::Unknown;
    }
    let has = |key: &str| root.get(key).is_some();
    if has("kind") && has("apiVersion") {
        if !crd::objects(root).is_empty() {
            return Kind::PrometheusRules;
        }
        return match alertmanager_configs(root).is_empty() {
            true => Kind::Unknown,
            false => Kind::AlertmanagerConfigs,
        };
    }
    if is_fixture(root) {
        Kind::Fixture
    } else if is_alertmanager(root) {
        Kind::Alertmanager
    } else if is_prometheus(root) {
        Kind::Prometheus
    } else if is_rules(root) {
        Kind::Rules
    } else if is_settings(root) {
        Kind::Settings
    } else {
        Kind::Unknown
    }
}

fn list_kind(root: Node<'_>) -> Kind {
    let any_has = |keys: &[&str]| root.items().any(|item| has_any(item, keys));
    if any_has(&["alert", "record"]) {
        Kind::RuleList
    } else if any_has(&["rules"]) && any_has(&["name"]) {
        Kind::GroupList
    } else {
        Kind::Unknown
    }
}

fn is_fixture(root: Node<'_>) -> bool {
    let tests = root.get("tests");
    let looks_tested = |tests: Node<'_>| {
        let keys = [
            "input_series",
            "alert_rule_test",
            "promql_expr_test",
            "metricsql_expr_test",
        ];
        tests.items().any(|test| has_any(test, &keys))
    };
    tests.is_some_and(looks_tested)
        || (has_any(root, &["rule_files"]) && has_any(root, &["evaluation_interval", "tests"]))
        || (tests.is_some() && has_any(root, &["evaluation_interval"]))
}

fn is_alertmanager(root: Node<'_>) -> bool {
    let route_fits = root.get("route").is_some_and(|route| {
        let keys = [
            "receiver",
            "routes",
            "group_by",
            "group_wait",
            "matchers",
            "match",
        ];
        has_any(route, &keys)
    });
    let receivers_fit = root.get("receivers").is_some_and(|receivers| {
        receivers.is_sequence() && receivers.items().all(|item| has_any(item, &["name"]))
    });
    // OpenTelemetry collectors have `receivers` too, but as a mapping.
    route_fits || receivers_fit || has_any(root, &["inhibit_rules", "mute_time_intervals"])
}

fn is_prometheus(root: Node<'_>) -> bool {
    let global_keys = [
        "scrape_interval",
        "scrape_timeout",
        "evaluation_interval",
        "external_labels",
    ];
    let global_fits = root
        .get("global")
        .is_some_and(|global| has_any(global, &global_keys));
    let lists = [
        "scrape_configs",
        "rule_files",
        "remote_write",
        "remote_read",
    ];
    let list_fits = lists.iter().any(|&key| {
        root.get(key)
            .is_some_and(|value| value.is_sequence() || value.is_null())
    });
    global_fits
        || list_fits
        || root
            .get("alerting")
            .is_some_and(|alerting| has_any(alerting, &["alertmanagers"]))
}

fn is_rules(root: Node<'_>) -> bool {
    let Some(groups) = root.get("groups") else {
        return false;
    };
    // Other tools have files with `groups` too: theirs hold no rules.
    let is_alone = root
        .pairs()
        .all(|(key, _)| matches!(key.scalar(), Some("groups" | "namespace")));
    let holds_rules = groups.items().any(|group| has_any(group, &["rules"]));
    let is_empty = groups.is_null() || (groups.is_sequence() && groups.items().len() == 0);
    let holds_names = groups.items().any(|group| has_any(group, &["name"]));
    holds_rules || (is_alone && (is_empty || holds_names))
}

fn is_settings(root: Node<'_>) -> bool {
    let known = ["environments", "severities", "require", "lints"];
    let mut keys = root
        .pairs()
        .map(|(key, _)| key.scalar().unwrap_or_default());
    root.entries().len() > 0 && keys.all(|key| known.contains(&key))
}

fn has_any(node: Node<'_>, keys: &[&str]) -> bool {
    node.pairs()
        .any(|(key, _)| key.scalar().is_some_and(|name| keys.contains(&name)))
}
