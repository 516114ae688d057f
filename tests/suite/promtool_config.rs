//! `promtool check config` 2.42 and `rulecheck promtool check config` over the same files.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic and says what it measures"
)]

use crate::common;

/// Configurations without service discovery and the like, which are not judged here.
const CONFIGS: &[&str] = &[
    "",
    "[1, 2]\n",
    "global:\nalerting:\nscrape_configs:\n",
    "global: {scrape_interval: 10s, scrape_timeout: 20s}\n",
    "global: {scrape_timeout: 2m}\n",
    "global: {evaluation_interval: 5, foo: 1}\n",
    "global: {evaluation_interval: 30s, foo: 1}\nbar: {}\n",
    "global: {external_labels: {a-b: c}}\n",
    "global: {external_labels: {region: $REGION, cost: '5$$'}}\n",
    "rule_files: [rules/*.yml, rules/good.yml]\n",
    "rule_files: [rules/*/good.yml]\n",
    "rule_files: [rules/good.yml, missing.yml]\n",
    "rule_files: [rules/missing*.yml]\n",
    "rule_files: ['rules/goo[c-e].yml']\n",
    "rule_files: rules/good.yml\n",
    "scrape_configs:\n-\n",
    "scrape_configs: [{job_name: a}, {job_name: b}, {job_name: a}]\n",
    "scrape_configs: [{metrics_path: /m}]\n",
    "scrape_configs: [{job_name: a, scrape_interval: 5s, scrape_timeout: 6s}]\n",
    "scrape_configs: [{job_name: a, scrape_timeout: 61s}]\n",
    "scrape_configs: [{job_name: a, sample_limit: -1, honor_labels: x, job: b}]\n",
    "scrape_configs: [{job_name: a, static_configs: [{targets: ['h:1', 'http://h']}]}]\n",
    "scrape_configs: [{job_name: a, static_configs: [{targets: ['h:1'], labels: {a: b}}, null]}]\n",
    "scrape_configs: [{job_name: a, static_configs: [{targets: ['h:1'], labels: {a-b: b}}]}]\n",
    "scrape_configs: [{job_name: a, static_configs: [{targets: ['h:1'], label: {}}]}]\n",
    "alerting: {alertmanagers: [{api_version: v3}]}\n",
    "alerting: {alertmanagers: [{api_version: v1, scheme: https, timeout: 1x}]}\n",
    "alerting: {alertmanagers: [{static_configs: [{targets: ['am:9093']}], path: /}]}\n",
    "alerting: {alertmanagers: [{relabel_configs: [null]}]}\n",
    "alerting: {alert_relabel_configs: [null]}\n",
    "alerting: {alert_relabel_config: []}\n",
    "alerting: {alertmanagers: {}}\n",
];

/// What stands in the only relabel config of a job.
const RELABELS: &[&str] = &[
    "target_label: a",
    "source_labels: [a-b], target_label: a",
    "source_labels: a, target_label: x, foo: b, modulus: x",
    "action: Replace, target_label: a",
    "action: nothing, target_label: a",
    "action: , target_label: a",
    "regex: '(', target_label: a",
    "regex: 'a)(b', target_label: a",
    "replacement: x",
    "target_label: 'a-b'",
    "target_label: '${1}_x'",
    "target_label: '${1}-x'",
    "target_label: '$1_x$'",
    "action: keep, source_labels: [a], regex: b",
    "action: hashmod, source_labels: [a], target_label: b",
    "action: hashmod, source_labels: [a], target_label: b, modulus: 4",
    "action: hashmod, source_labels: [a], target_label: b-c, modulus: 4",
    "action: labelmap, regex: '(.*)'",
    "action: labelmap, regex: '(.*)', replacement: 'x-$1'",
    "action: labeldrop, regex: a",
    "action: labeldrop, regex: a, source_labels: []",
    "action: labelkeep, regex: a, target_label: b",
    "action: labelkeep, regex: a, separator: ';'",
    "action: labelkeep, regex: a, separator: ','",
    "action: lowercase, source_labels: [a], target_label: b",
    "action: uppercase, source_labels: [a]",
    "action: uppercase, source_labels: [a], target_label: b, replacement: c",
    "action: keepequal, source_labels: [a], target_label: b",
    "action: dropequal, source_labels: [a], target_label: b, regex: '(.*)'",
    "action: dropequal, source_labels: [a], target_label: b, modulus: 1",
];

const GOOD: &str = "groups: [{name: g, rules: [{record: a, expr: up}, {record: a, expr: up}]}]\n";
const BAD: &str = "groups: [{name: g, rules: [{record: a, expr: up(}]}]\n";

fn folder(name: &str, config: &str) -> common::Folder {
    let files = [
        ("c.yml", config),
        ("rules/good.yml", GOOD),
        ("rules/bad.yml", BAD),
    ];
    common::Folder::with(name, &files)
}

#[test]
fn configurations_are_told_alike() {
    if !common::has_promtool() {
        return;
    }
    for config in CONFIGS {
        let folder = folder("config", config);
        for flags in [&[][..], &["--syntax-only"], &["--agent"]] {
            let arguments = [&["check", "config"], flags, &["c.yml"]].concat();
            common::assert_alike(folder.path(), &arguments, "");
        }
    }
}

#[test]
fn relabel_configs_are_told_alike() {
    if !common::has_promtool() {
        return;
    }
    for relabel in RELABELS {
        for key in ["relabel_configs", "metric_relabel_configs"] {
            let config = format!("scrape_configs: [{{job_name: a, {key}: [{{{relabel}}}]}}]\n");
            let folder = folder("relabel", &config);
            common::assert_alike(folder.path(), &["check", "config", "c.yml"], "");
        }
    }
}

#[test]
fn lints_of_rule_files_and_several_files_are_told_alike() {
    if !common::has_promtool() {
        return;
    }
    let folder = folder("config-lints", "rule_files: [rules/good.yml]\n");
    folder.write("d.yml", "global: {foo: 1}\n");
    let cases: &[&[&str]] = &[
        &["c.yml"],
        &["--lint-fatal", "c.yml"],
        &["--lint=none", "--lint-fatal", "c.yml"],
        &["--lint=foo", "c.yml"],
        &["--lint-fatal", "c.yml", "d.yml"],
        &["c.yml", "missing.yml"],
    ];
    for case in cases {
        let arguments = [&["check", "config"], *case].concat();
        common::assert_alike(folder.path(), &arguments, "");
    }
}

#[test]
fn what_is_not_judged_is_said_once_on_standard_error() {
    let config = "scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}]}]\n";
    let folder = folder("config-unjudged", config);
    folder.write("d.yml", config);
    let output = common::as_promtool(folder.path(), &["check", "config", "c.yml", "d.yml"], "");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with("note: ") && said.lines().count() == 1,
        "{said}"
    );
    assert_eq!(output.status.code(), Some(0));
}

/// Some things that only newer versions know.
#[test]
fn keys_are_judged_by_the_version() {
    let config = "global: {rule_query_offset: 1m}\nscrape_configs: [{job_name: a, scrape_protocols: [PrometheusProto]}]\n";
    let folder = folder("config-version", config);
    let code = |version: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_rulecheck"))
            .args(["promtool", "--target-prometheus", version])
            .args(["check", "config", "c.yml"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        output.status.code().unwrap()
    };
    assert_eq!((code("2.42"), code("2.49"), code("2.53")), (1, 1, 0));
}

/// Nothing that promtool takes is refused here. What is refused there and taken here has to do with what is not judged.
#[test]
fn configurations_of_the_corpus() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let (mut count, mut alike) = (0, 0);
    for row in common::rows(&corpus) {
        if row.kind != "prometheus-config" {
            continue;
        }
        let output = common::as_promtool(&corpus, &["check", "config", &row.path], "");
        let code = output.status.code().unwrap().to_string();
        count += 1;
        alike += usize::from(code == row.exit);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(row.exit != "0" || code == "0", "{}: {said}", row.path);
    }
    eprintln!("{alike} of {count}: promtool's exit code");
    assert!(count > 150 && alike * 10 > count * 7);
}

/// The lint came with 3.2, so that the words are those of promtool's source. Intervals as long as the lookback are too long.
#[test]
fn scrape_intervals_may_be_too_long() {
    let text = "global: {scrape_interval: 1m}\nscrape_configs: [{job_name: a}, {job_name: b, scrape_interval: 10m}]\n";
    let folder = common::Folder::with("long", &[("p.yml", text)]);
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_rulecheck"))
            .args(["promtool", "check", "config"])
            .args(arguments)
            .arg("p.yml")
            .current_dir(folder.path())
            .output()
            .unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let told = "  FAILED: too long scrape interval found, data point will be marked as stale - job: b, interval: 10m\n";
    let lint = "--lint=too-long-scrape-interval";
    assert_eq!(run(&[]), (0, String::new()));
    assert_eq!(run(&[lint]), (0, told.to_owned()));
    assert_eq!(run(&[lint, "--lint-fatal"]), (3, told.to_owned()));
    assert_eq!(run(&["--lint=all", "--lint-fatal"]).0, 3);
    let at_ten = ["--query.lookback-delta=10m", lint, "--lint-fatal"];
    assert_eq!(run(&at_ten).0, 3);
    let at_eleven = ["--query.lookback-delta=11m", lint, "--lint-fatal"];
    assert_eq!(run(&at_eleven), (0, String::new()));
    assert_eq!(run(&[lint, "--lint-fatal", "--syntax-only"]).0, 0);
    assert_eq!(
        run(&["--lint=none,too-long-scrape-interval", "--lint-fatal"]).0,
        0
    );
}
