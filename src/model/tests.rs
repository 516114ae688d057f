use std::sync::Arc;

use super::*;
use crate::source::{SourceFile, Span};
use crate::target::{Target, Version};
use crate::yaml::Tree;

fn tree(text: &str) -> Arc<Tree> {
    Arc::new(Tree::parse(&SourceFile::new("test.yml", text)))
}

fn target(major: u16, minor: u16) -> Target {
    Target {
        prometheus: Version::new(major, minor),
        ..Target::default()
    }
}

/// `place: message` of each problem.
fn told(tree: &Tree, problems: &[Problem]) -> Vec<String> {
    let line = |p: &Problem| format!("{}: {}", tree.file().slice(p.span), p.message);
    problems.iter().map(line).collect()
}

fn rules(text: &str, target: &Target) -> Vec<String> {
    let tree = tree(text);
    told(&tree, &decode_rules(&tree, 0, target).1)
}

/// One group with one rule that has these further lines.
fn rule(lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!("groups:\n- name: g\n  rules:\n  - expr: up\n{lines}")
}

#[test]
fn a_rule_file_is_read_with_all_its_keys() {
    let tree = tree(
        "groups:\n- name: g\n  interval: 30s\n  query_offset: 1m\n  limit: 1.5\n  labels: {team: a}\n  rules:\n  \
         - alert: yes\n    expr: 1\n    for: 5m\n    keep_firing_for: 1h\n    labels: {v: 1.50, n: }\n    annotations: {s: x}\n  \
         - record: a:b\n    expr: up\n    for: 0s\n",
    );
    let (file, problems) = decode_rules(&tree, 0, &Target::default());
    assert_eq!(told(&tree, &problems), Vec::<String>::new());
    let group = &file.groups[0];
    assert_eq!(group.limit.map(|limit| limit.value), Some(1));
    let [alert, record] = &group.rules[..] else {
        panic!("{group:?}")
    };
    assert_eq!((alert.kind, alert.name.as_str()), (RuleKind::Alert, "yes"));
    assert_eq!(alert.expr.as_ref().map(Text::as_str), Some("1"));
    assert_eq!(alert.hold.map(|hold| hold.value.ms), Some(300_000));
    let labels: Vec<_> = alert
        .labels
        .iter()
        .map(|pair| pair.value.as_str())
        .collect();
    assert_eq!(labels, ["1.50", ""]);
    assert_eq!((record.kind, record.number), (RuleKind::Record, 2));
}

#[test]
fn empty_rule_files_have_no_problems() {
    for text in [
        "",
        "# nothing",
        "groups:",
        "groups: []",
        "groups: null",
        "---",
        "groups:\n- name: a",
        "groups:\n- name: a\n  rules:",
    ] {
        assert_eq!(
            rules(text, &Target::default()),
            Vec::<String>::new(),
            "{text}"
        );
    }
}

#[test]
fn unknown_keys_get_advice() {
    let text = "groups:\n- name: g\n  concurrency: 2\n  rules:\n  - alert: A\n    exprs: up\n    Annotation: {}\n";
    let tree = tree(text);
    let (_, problems) = decode_rules(&tree, 0, &Target::default());
    let help = |at: &str| {
        let found = problems.iter().find(|p| tree.file().slice(p.span) == at);
        found.and_then(|p| p.help.as_deref()).unwrap_or_default()
    };
    assert_eq!(help("exprs"), "did you mean `expr`?");
    assert_eq!(help("Annotation"), "did you mean `annotations`?");
    assert_eq!(
        help("concurrency"),
        "`concurrency` belongs to vmalert; Prometheus refuses the file"
    );
}

#[test]
fn every_problem_of_a_file_is_told() {
    let text = "groups:\n- name: g\n  limit: \"5\"\n  rules:\n  - record: a\n    alert: b\n    expr: up\n  - expr: up\n  \
                - alert: c\n  - record: r\n    expr: up\n    for: 5m\n    annotations: {a: b}\n    record: s\n- name: g\n- rules: 5\n";
    assert_eq!(
        rules(text, &Target::default()),
        [
            "\"5\": `limit` must be a whole number, not text",
            "b: a rule has either `alert` or `record`, not both",
            "expr: a rule needs `alert` or `record`",
            "alert: a rule needs an `expr`",
            "for: a recording rule cannot have `for`",
            "annotations: a recording rule cannot have `annotations`",
            "record: the key `record` is set twice",
            "g: the group name `g` is used twice in this file",
            "rules: a rule group needs a `name`",
            "5: `rules` must be a list, not a number",
        ]
    );
}

#[test]
fn durations_are_judged_as_prometheus_judges_them() {
    let told = |duration: &str| {
        rules(
            &rule(&["alert: A", &format!("for: {duration}")]),
            &Target::default(),
        )
    };
    for fine in ["", "null", "0", "0s", "1d12h", "\"5m\""] {
        assert_eq!(told(fine), Vec::<String>::new(), "{fine}");
    }
    assert_eq!(told("\"\""), ["\"\": `for`: empty duration string"]);
    assert_eq!(told("5"), ["5: `for`: not a valid duration string: \"5\""]);
    assert_eq!(told("[5m]"), ["[5m]: `for` must be text, not a list"]);
}

#[test]
fn names_follow_the_version() {
    let old = target(2, 42);
    let label = rule(&[
        "alert: A",
        "labels: {a-b: c}",
        "annotations: {__name__: x, d-e: f}",
    ]);
    let refused = [
        "a-b: `a-b` is not a valid label name",
        "d-e: `d-e` is not a valid annotation name",
    ];
    assert_eq!(rules(&label, &old), refused);
    assert_eq!(rules(&label, &Target::default()), Vec::<String>::new());
    let name = rule(&["alert: A", "labels: {__name__: c}"]);
    assert_eq!(
        rules(&name, &Target::default()),
        ["__name__: the label `__name__` cannot be set here"]
    );

    let dotted = rule(&["record: a.b"]);
    assert_eq!(
        rules(&dotted, &old),
        ["a.b: `a.b` is not a valid name for a recorded metric"]
    );
    assert_eq!(rules(&dotted, &target(3, 0)), Vec::<String>::new());
    let braces = rule(&["record: up{a=\"b\"}"]);
    assert_eq!(
        rules(&braces, &target(3, 2)),
        ["up{a=\"b\"}: `up{a=\"b\"}` is not a valid name for a recorded metric"]
    );
}

#[test]
fn keys_newer_than_the_target_name_their_version() {
    let text = rule(&["alert: A", "keep_firing_for: 5m"]);
    let needs = "keep_firing_for: `keep_firing_for` needs Prometheus 2.42, the target is 2.40";
    assert_eq!(rules(&text, &target(2, 40)), [needs]);
    assert_eq!(rules(&text, &target(2, 42)), Vec::<String>::new());
}

#[test]
fn what_is_ignored_is_only_noticed() {
    let tree = tree("groups:\n- name: a\n  rules:\n  -\n---\nx: 1\n");
    let (_, problems) = decode_rules(&tree, 0, &Target::default());
    assert_eq!(problems.len(), 2);
    assert!(problems.iter().all(|problem| !problem.is_error()));
}

#[test]
fn a_broken_document_tells_only_its_syntax_error() {
    assert_eq!(
        rules("groups:\n- name: [\n", &Target::default()),
        ["[: unclosed bracket '['"]
    );
}

#[test]
fn a_text_knows_the_place_of_its_bytes() {
    let tree =
        tree("groups:\n- name: g\n  rules:\n  - record: a\n    expr: >\n      up\n      + foo\n");
    let (file, _) = decode_rules(&tree, 0, &Target::default());
    let expr = file.groups[0].rules[0].expr.clone().unwrap();
    assert_eq!(expr.as_str(), "up + foo\n");
    assert_eq!(expr.file().slice(expr.map(Span::new(5, 8))), "foo");
}

#[test]
fn prometheus_rules_are_found_in_lists_and_templates() {
    let object = "{apiVersion: v1, kind: PrometheusRule, metadata: {name: n}, spec: {groups: [{name: g, partial_response_strategy: warn}]}}";
    for text in [
        object.to_owned(),
        format!("{{apiVersion: v1, kind: List, items: [{{kind: Pod}}, {object}]}}"),
        format!("{{apiVersion: v1, kind: Template, objects: [{object}]}}"),
    ] {
        let tree = tree(&text);
        assert_eq!(detect(&tree), [Kind::PrometheusRules], "{text}");
        let (objects, problems) = decode_prometheus_rules(&tree, 0, &Target::default());
        assert_eq!(told(&tree, &problems), Vec::<String>::new());
        assert_eq!(objects[0].name.as_ref().map(Text::as_str), Some("n"));
        assert_eq!(objects[0].rules.groups.len(), 1);
    }
}

#[test]
fn a_fixture_is_read_with_all_its_keys() {
    let tree = tree(
        "rule_files: [a.yml]\nevaluation_interval: 1m\ngroup_eval_order: [g]\nfuzzy_compare: true\ntests:\n\
         - name: t\n  interval: 30s\n  external_labels: {a: b}\n  external_url: http://x\n  start_timestamp: 2024-05-01T12:00:00Z\n  \
         input_series: [{series: up, values: 1}]\n  \
         alert_rule_test:\n  - {eval_time: 5m, alertname: A, exp_alerts: [{exp_labels: {n: 1}, exp_annotations: {s: x}}]}\n  \
         promql_expr_test:\n  - {expr: up, eval_time: 1m, exp_samples: [{labels: 'up', value: .nan}, {histogram: '{{}}'}]}\n",
    );
    let (fixture, problems) = decode_fixture(&tree, 0, &Target::default());
    assert_eq!(told(&tree, &problems), Vec::<String>::new());
    let test = &fixture.tests[0];
    // 19,844 days and twelve hours after 1970.
    assert_eq!(
        test.start_timestamp.map(|start| start.value),
        Some(1_714_564_800_000)
    );
    assert_eq!(
        test.alert_rule_tests[0].exp_alerts[0].labels[0]
            .value
            .as_str(),
        "1"
    );
    let samples = &test.promql_expr_tests[0].exp_samples;
    assert!(samples[0].value.is_some_and(|value| value.value.is_nan()));

    let (_, problems) = decode_fixture(&tree, 0, &target(2, 42));
    let versions: Vec<String> = problems.into_iter().map(|p| p.message).collect();
    assert_eq!(
        versions,
        [
            "`fuzzy_compare` needs Prometheus 3.5, the target is 2.42",
            "`start_timestamp` needs Prometheus 3.9, the target is 2.42",
            "`histogram` needs Prometheus 2.48, the target is 2.42"
        ]
    );
}

#[test]
fn a_fixture_is_always_strict() {
    let text = "group_eval_order: [a, a]\ntests:\n- alert_rule_test:\n  - eval_time: 5\n    exp_alert: []\n  promql_expr_test:\n  - exp_samples: [{value: \"1\"}]\n";
    let tree = tree(text);
    let (_, problems) = decode_fixture(&tree, 0, &Target::default());
    assert_eq!(
        told(&tree, &problems),
        [
            "a: the group `a` is listed twice in `group_eval_order`",
            "eval_time: an alert test needs an `alertname`",
            "5: `eval_time`: not a valid duration string: \"5\"",
            "exp_alert: unknown key `exp_alert` in an alert test",
            "\"1\": `value` must be a number, not text"
        ]
    );
}

#[test]
fn routes_are_read_and_the_root_is_checked() {
    let text = "route:\n  receiver: a\n  group_by: [x, x]\n  routes:\n  - matchers: [a=\"b\"]\n    match: {c: 1}\n    continue: yes\n    group_interval: 0s\n  \
                - matchers: {severity: critical}\nreceivers:\n- name: a\n  slack_configs: [{api_url: \"${URL}\", fields: [{title: t}]}]\n- name: a\n  slackconfigs: []\n";
    let tree = tree(text);
    let (config, problems) = decode_alertmanager(&tree, 0, &Target::default());
    assert_eq!(
        told(&tree, &problems),
        [
            "x: the label `x` is twice in `group_by`",
            "0s: `group_interval` cannot be zero",
            "{severity: critical}: `matchers` must be a list of texts, not a mapping",
            "${URL}: nothing fills in `${URL}`: Alertmanager does not read the environment, and `api_url` is refused: unsupported scheme \"\" for URL",
            "{title: t}: a Slack field needs `value`",
            "a: the receiver `a` is defined twice",
            "slackconfigs: unknown key `slackconfigs` in a receiver"
        ]
    );
    assert_eq!(
        problems[2].help.as_deref(),
        Some("write it as `- severity=\"critical\"`")
    );
    assert_eq!(
        problems[6].help.as_deref(),
        Some("did you mean `slack_configs`?")
    );
    let root = config.route.unwrap();
    assert_eq!(
        root.routes[0].goes_on.map(|goes_on| goes_on.value),
        Some(true)
    );
    let fields = scalars(&tree, config.receivers[0].integrations[0].node);
    let paths: Vec<_> = fields
        .iter()
        .map(|f| (f.path.as_str(), f.value.as_str()))
        .collect();
    assert_eq!(paths, [("api_url", "${URL}"), ("fields[0].title", "t")]);

    let told_of = |text: &str| {
        let tree = super::tests::tree(text);
        told(&tree, &decode_alertmanager(&tree, 0, &Target::default()).1)
    };
    assert_eq!(
        told_of("route: {continue: true, matchers: [a=b]}"),
        [
            "{: the root route needs a `receiver`",
            "true: the root route cannot have `continue`",
            "a=b: the root route takes every alert and cannot have matchers"
        ]
    );
    assert_eq!(
        told_of("receivers: []"),
        ["receivers: Alertmanager needs a `route`"]
    );
}

#[test]
fn documents_are_known_by_their_content() {
    let cases = [
        ("groups:", Kind::Rules),
        ("groups: [{name: a, rules: []}]", Kind::Rules),
        ("namespace: x\ngroups: [{name: a}]", Kind::Rules),
        ("groups: [{gid: 5}]", Kind::Unknown),
        ("apiVersion: v1\nkind: ConfigMap", Kind::Unknown),
        ("route: {receiver: a}", Kind::Alertmanager),
        ("receivers: [{name: a}]", Kind::Alertmanager),
        ("receivers: {otlp: {}}", Kind::Unknown),
        ("scrape_configs: []", Kind::Prometheus),
        (
            "global: {external_labels: {a: b}}\nrule_files: [x]",
            Kind::Prometheus,
        ),
        ("rule_files: [x]\nevaluation_interval: 1m", Kind::Fixture),
        ("tests: [{input_series: []}]", Kind::Fixture),
        ("environments: {}", Kind::Settings),
        ("- alert: A\n  expr: up", Kind::RuleList),
        ("- name: a\n  rules: []", Kind::GroupList),
        ("- a\n- b", Kind::Unknown),
        ("5", Kind::Unknown),
    ];
    for (text, kind) in cases {
        assert_eq!(detect(&tree(text)), [kind], "{text}");
    }
    let list = tree("- alert: A\n  expr: up");
    let problem = unwrapped_list_problem(&list, 0, Kind::RuleList).unwrap();
    assert!(
        problem
            .help
            .is_some_and(|help| help.contains("groups:\n  - name: "))
    );
}

#[test]
fn the_configuration_of_prometheus_is_read() {
    let tree = tree(
        "global: {evaluation_interval: 30s, external_labels: {a: b}, other: 1}\nrule_files: [a/*.yml, '*/b.yml']\nscrape_configs: [{job_name: j, x: y}]\n",
    );
    let (config, problems) = decode_prometheus(&tree, 0, &Target::default());
    assert_eq!(
        told(&tree, &problems),
        [
            "other: unknown key `other` in `global`",
            "'*/b.yml': `*/b.yml` is no valid path of rule files",
            "x: unknown key `x` in a scrape job"
        ]
    );
    assert_eq!(config.evaluation_interval.map(|i| i.value.ms), Some(30_000));
    assert_eq!(
        config.scrape_configs[0].job_name.as_ref().map(Text::as_str),
        Some("j")
    );
}
