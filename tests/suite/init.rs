//! `rulecheck init` writes settings that hold for what lies in a folder.
#![allow(clippy::unwrap_used)]

use crate::common;

use common::{Folder, rulecheck};

fn alert(name: &str, severity: &str) -> String {
    format!(
        "      - alert: {name}\n        expr: up == 0\n        labels: {{severity: {severity}}}\n        annotations:\n          summary: down\n          runbook_url: https://git.example.org/team/repo/blob/main/docs/runbooks/{name}.md#what-to-do\n"
    )
}

fn rules(alerts: &[(&str, &str)]) -> String {
    let alerts: String = alerts
        .iter()
        .map(|(name, severity)| alert(name, severity))
        .collect();
    format!("groups:\n  - name: a\n    rules:\n{alerts}")
}

const PROMETHEUS: &str =
    "rule_files: [/etc/prometheus/rules/*.yml]\nscrape_configs:\n  - job_name: api\n";
const ALERTMANAGER: &str = "route: {receiver: team}\nreceivers:\n  - name: team\n";
const FIXTURE: &str = "rule_files: [../monitoring/rules/a.yml]\ntests:\n  - input_series: []\n    alert_rule_test: []\n";
const COMPOSE: &str = "services:\n  prometheus:\n    image: prom/prometheus:v2.53.1\n    command:\n      - --enable-feature=promql-experimental-functions,other\n      - --storage.tsdb.retention.time=30d\n  alertmanager:\n    image: prom/alertmanager:${TAG:-v0.27.0}\n";

fn project(name: &str) -> Folder {
    let rules = rules(&[
        ("One", "warning"),
        ("Two", "critical"),
        ("Three", "info"),
        ("Four", "warning"),
    ]);
    let folder = Folder::with(
        name,
        &[
            ("monitoring/prometheus.yml", PROMETHEUS),
            ("monitoring/rules/a.yml", &rules),
            ("monitoring/alertmanager.yml", ALERTMANAGER),
            ("tests/a_test.yml", FIXTURE),
            ("docker-compose.yml", COMPOSE),
        ],
    );
    for name in ["One", "Two", "Three", "Four"] {
        folder.write(&format!("docs/runbooks/{name}.md"), "# What to do\n");
    }
    folder
}

fn written(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path().join("rulecheck.yaml")).unwrap()
}

#[test]
fn what_lies_there_is_written_and_holds() {
    let folder = project("init-all");
    let (code, out, error) = rulecheck(folder.path(), &["init"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("wrote rulecheck.yaml: 1 prometheus.yml, 1 Alertmanager configuration, 1 rule file, 1 fixture found"), "{out}");
    let text = written(&folder);
    for part in [
        "environments:\n  - prometheus: monitoring/prometheus.yml\n    alertmanager: monitoring/alertmanager.yml\n    fixtures: tests/a_test.yml\n",
        "paths:\n  /etc/prometheus: monitoring\n",
        "target:\n  prometheus: \"2.53\"\n  alertmanager: \"0.27\"\n  flags: [promql-experimental-functions]\n  retention: \"30d\"\n",
        "severities: [critical, warning, info]\n",
        "require:\n  - annotations: [summary, runbook_url]\n",
        "runbooks:\n  - prefix: https://git.example.org/team/repo/blob/main/docs/runbooks/\n    folder: docs/runbooks\n",
    ] {
        assert!(text.contains(part), "{part}\n---\n{text}");
    }
    let (code, out, error) = rulecheck(folder.path(), &["check"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(!out.contains("runbook-"), "{out}");
}

/// A page that happens to be named like one of many addresses makes no folder of runbooks.
#[test]
fn pages_that_few_annotations_name_are_no_runbooks() {
    let alerts = ["One", "Two", "Three", "Four"].map(|name| (name, "info"));
    let folder = Folder::with(
        "init-books",
        &[("rules.yml", &rules(&alerts)), ("notes/One.md", "# One\n")],
    );
    let (_, text, _) = rulecheck(folder.path(), &["init", "--stdout"]);
    let hint =
        "# runbooks:\n#   - prefix: https://git.example.org/team/repo/blob/main/docs/runbooks/\n";
    assert!(text.contains(hint), "{text}");
}

#[test]
fn settings_that_are_there_stay() {
    let folder = project("init-again");
    folder.write("rulecheck.yaml", "severities: [mine]\n");
    let (code, _, error) = rulecheck(folder.path(), &["init"]);
    assert_eq!(code, 2);
    assert!(error.contains("rulecheck.yaml is there already"), "{error}");
    let (code, out, _) = rulecheck(folder.path(), &["init", "--stdout"]);
    assert_eq!(code, 0);
    assert_eq!(written(&folder), "severities: [mine]\n");
    let (code, _, _) = rulecheck(folder.path(), &["init", "--force"]);
    assert_eq!(code, 0);
    assert_eq!(written(&folder), out);
}

#[test]
fn an_empty_folder_gets_settings_that_set_nothing() {
    let folder = Folder::new("init-empty");
    let (code, out, error) = rulecheck(folder.path(), &["init"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(out.contains("no files of a known kind"), "{out}");
    let text = written(&folder);
    assert!(
        text.lines()
            .all(|line| line.is_empty() || line.starts_with('#')),
        "{text}"
    );
    folder.write("rules.yml", &rules(&[("One", "info")]));
    let (code, out, error) = rulecheck(folder.path(), &["check"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
}

/// What stands as a comment is right when the mark is taken away.
#[test]
fn the_examples_in_comments_can_be_used() {
    let folder = Folder::new("init-comments");
    let (_, text, _) = rulecheck(folder.path(), &["init", "--stdout"]);
    let is_setting = |line: &&str| {
        let bare = line
            .strip_prefix("# ")
            .or_else(|| line.strip_prefix("#   "));
        bare.is_some_and(|bare| {
            bare.starts_with(' ')
                || bare.ends_with(':')
                || bare.contains(": [")
                || bare.starts_with("baseline: ")
        })
    };
    let settings: Vec<&str> = text
        .lines()
        .filter(is_setting)
        .filter_map(|line| line.strip_prefix("# "))
        .collect();
    let settings = settings.join("\n");
    assert!(settings.lines().count() > 15, "{settings}");
    folder.write("rulecheck.yaml", &settings);
    folder.write("prometheus.yml", "scrape_configs: []\n");
    folder.write("alertmanager.yml", ALERTMANAGER);
    folder.write("runbooks/a.md", "# A\n");
    folder.write("rulecheck-baseline.yaml", "version: 1\nfindings: []\n");
    let (code, out, error) = rulecheck(folder.path(), &["check"]);
    assert!(code != 2, "{settings}\n{out}\n{error}");
}

#[test]
fn each_server_has_its_environment() {
    let folder = Folder::with(
        "init-several",
        &[
            ("east/prometheus.yml", "rule_files: [rules/*.yml]\n"),
            ("east/rules/a.yml", &rules(&[("One", "info")])),
            ("west/prometheus.yml", "rule_files: []\n"),
            ("west/b.yml", &rules(&[("Two", "info")])),
            ("alertmanager.yml", ALERTMANAGER),
            (
                "other/c.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Bare\n        expr: up == 0\n",
            ),
        ],
    );
    let (code, _, error) = rulecheck(folder.path(), &["init"]);
    assert_eq!((code, error.as_str()), (0, ""));
    let text = written(&folder);
    for part in [
        "  - name: east\n    prometheus: east/prometheus.yml\n    alertmanager: alertmanager.yml\n  - name: west\n    prometheus: west/prometheus.yml\n    alertmanager: alertmanager.yml\n    rules: west/b.yml\n",
        "#   other/c.yml\n",
        "# Not set yet, since 1 alert has none",
    ] {
        assert!(text.contains(part), "{part}\n---\n{text}");
    }
    let (code, out, error) = rulecheck(folder.path(), &["check"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
}
