//! The configuration that this project started from: exactly what is wrong with it is found, under the exact text.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod sent;

use crate::common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::Folder;
use rulecheck::analysis::{EnvironmentFacts, Latency};
use rulecheck::diagnostic::{Diagnostic, Level};
use rulecheck::lint::{self, Levels};
use rulecheck::project::{self, Choice};
use rulecheck::report::{Style, diagnostics_text};

/// The seed: `RULECHECK_SEED`, or the folder `seed` beside the package. `None`, and a word about it, where there is none.
fn monitoring() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seed");
    let seed = std::env::var_os("RULECHECK_SEED").map_or_else(default, PathBuf::from);
    let monitoring = seed.join("monitoring");
    if !monitoring.is_dir() {
        eprintln!("skipped: no seed");
        return None;
    }
    Some(monitoring)
}

fn check(path: PathBuf) -> Vec<Diagnostic> {
    let choice = Choice {
        isolated: true,
        ..Choice::default()
    };
    let projects = project::open(&[path], None, &choice).unwrap();
    let levels = Levels::default();
    let found = projects
        .iter()
        .flat_map(|project| lint::run(project, &levels));
    found.collect()
}

/// A finding as `lint level file:line text-under-the-caret`.
fn in_short(found: &Diagnostic) -> String {
    let location = &found.location;
    let line = location.file.line_column(location.span.start as usize).line;
    let file = location.file.path().file_name().unwrap().to_string_lossy();
    let text = location.file.slice(location.span);
    format!("{} {} {file}:{line} {text}", found.lint, found.level.name())
}

#[test]
fn exactly_what_is_wrong_is_found() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let found = check(monitoring);
    let facts = found.iter().filter(|found| found.level > Level::Info);
    let facts: Vec<String> = facts.map(in_short).collect();
    let expected = [
        "env-placeholder error alertmanager.yml:3 ${SLACK_WEBHOOK_URL}",
        "notify-resolved-same error alertmanager.yml:29 '[{{ .GroupLabels.severity }}] {{ .GroupLabels.alertname }}'",
        "notify-group-label error alertmanager.yml:29 .GroupLabels.severity",
        "notify-resolved-empty error alertmanager.yml:31 .Alerts.Firing",
        // Bullets, a siren and a link that were read in a wrong encoding.
        "am-mojibake warning alertmanager.yml:32 â€¢",
        "notify-resolved-same error alertmanager.yml:41 'ðŸš¨ [CRITICAL] {{ .GroupLabels.alertname }}'",
        "am-mojibake warning alertmanager.yml:41 ðŸš¨",
        "notify-resolved-empty error alertmanager.yml:43 .Alerts.Firing",
        "am-mojibake warning alertmanager.yml:44 â€¢",
        "am-mojibake warning alertmanager.yml:46 ðŸ”—",
        "inhibit-never-matches error alertmanager.yml:59 'alertname'",
        "stale-timestamp error alert-rules.yml:118 time() - timestamp(max(up) by (job)) > 300",
        // The number of chunks in the head is a gauge.
        "rate-on-gauge warning alert-rules.yml:129 rate(prometheus_tsdb_head_chunks[5m])",
    ];
    assert_eq!(facts, expected);
}

/// The setup of the guide in a folder, with settings that the team would have: what runs together, what is demanded, what the
/// programs expose and where the runbooks are.
fn with_settings(name: &str, monitoring: &Path) -> Folder {
    let folder = Folder::new(name);
    let read = |path: &str| std::fs::read_to_string(monitoring.join(path)).unwrap();
    for file in [
        "prometheus/alert-rules.yml",
        "alertmanager/alertmanager.yml",
    ] {
        folder.write(file, &read(file));
    }
    folder.write(
        "runbooks/disaster-recovery.md",
        &read("../docs/operations/disaster-recovery.md"),
    );
    // The guide leaves out what was configured before; its fragment of a rule belongs to no group.
    let jobs = "  - job_name: prometheus\n  - job_name: loki\n  - job_name: cadvisor\n";
    folder.write(
        "prometheus/prometheus.yml",
        &(read("prometheus/prometheus.yml") + jobs),
    );
    let fragment = read("prometheus/container-limits.fragment.yml");
    let fragment: String = fragment
        .lines()
        .map(|line| format!("      {line}\n"))
        .collect();
    folder.write(
        "prometheus/container.yml",
        &format!("groups:\n  - name: containers\n    rules:\n{fragment}"),
    );
    folder.write("docker-compose.monitoring.yml", &composed(monitoring));
    folder.write("runbooks/commands.md", &commands(monitoring));
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seed_settings");
    for entry in std::fs::read_dir(settings).unwrap() {
        let entry = entry.unwrap();
        let text = std::fs::read_to_string(entry.path()).unwrap();
        // Under its own name it would be taken for settings of this repository.
        let name = entry
            .file_name()
            .to_string_lossy()
            .replace("settings.in", "rulecheck.yaml");
        folder.write(&name, &text);
    }
    folder
}

/// The services of the guide, which gives them without the key `services`, and with other folders.
fn composed(monitoring: &Path) -> String {
    let mut text = "services:\n".to_owned();
    for file in ["prometheus.yml", "alertmanager.yml"] {
        let part = std::fs::read_to_string(monitoring.join("../compose").join(file)).unwrap();
        let lines = part
            .lines()
            .take_while(|line| !line.starts_with("volumes:"));
        text.extend(lines.map(|line| format!("  {line}\n")));
    }
    text.replace("./dev/monitoring/", "./")
}

/// What the guide has people type that needs a flag of Prometheus.
fn commands(monitoring: &Path) -> String {
    let guide = std::fs::read_to_string(monitoring.join("../implementation-guide.txt")).unwrap();
    let needs = ["/-/reload", "/api/v1/admin/"];
    let lines = guide
        .lines()
        .filter(|line| needs.iter().any(|path| line.contains(path)));
    let lines: String = lines.map(|line| format!("    {line}\n")).collect();
    format!("# Commands\n\n{lines}")
}

fn found_in(folder: &Folder) -> Vec<String> {
    let projects = project::open(&[folder.path().to_owned()], None, &Choice::default()).unwrap();
    let levels = Levels::default();
    projects
        .iter()
        .flat_map(|project| lint::run(project, &levels))
        .map(|found| in_short(&found))
        .collect()
}

fn assert_all_found(expected: &[(usize, &str)], found: &[String]) {
    let is_missing = |line: &str| !found.iter().any(|found| found == line);
    let missing: Vec<_> = expected
        .iter()
        .filter(|(_, line)| is_missing(line))
        .collect();
    assert!(
        missing.is_empty(),
        "{missing:#?}\nare not among\n{found:#?}"
    );
}

/// What is wrong with the rules of the guide, told the way the team would run the tool. Numbers are those of the guide's
/// review.
#[test]
fn with_settings_every_defect_of_the_rules_is_found() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let found = found_in(&with_settings("seed-settings", &monitoring));
    let expected = [
        // I3: metrics and jobs that do not exist.
        (
            15,
            "unknown-metric error alert-rules.yml:24 prometheus_tsdb_retention_limit_bytes_total",
        ),
        (
            17,
            "unknown-metric error alert-rules.yml:33 loki_chunk_store_index_entries_added_total",
        ),
        (
            18,
            "unknown-metric error alert-rules.yml:44 loki_chunk_flush_failed_total",
        ),
        (
            19,
            "unknown-metric error alert-rules.yml:10 node_filesystem_avail_bytes",
        ),
        (
            19,
            "unknown-metric error alert-rules.yml:95 node_filesystem_avail_bytes",
        ),
        (23, "unknown-job info alert-rules.yml:53 \"otel-collector\""),
        (23, "unknown-job info alert-rules.yml:64 \"promtail\""),
        (23, "unknown-job info alert-rules.yml:108 \"grafana\""),
        (
            24,
            "up-without-absent info alert-rules.yml:53 up{job=\"otel-collector\"} == 0",
        ),
        (
            22,
            "unseen-value info alert-rules.yml:79 \"sva-studio-prometheus\"",
        ),
        // I4: the logic of expressions.
        (
            25,
            "stale-timestamp error alert-rules.yml:118 time() - timestamp(max(up) by (job)) > 300",
        ),
        (
            27,
            "rate-on-gauge error alert-rules.yml:129 rate(prometheus_tsdb_head_chunks[5m])",
        ),
        (
            29,
            "quantile-shape info alert-rules.yml:138 rate(loki_request_duration_seconds_bucket{route=\"loki_api_v1_query\"}[5m])",
        ),
        (
            32,
            "for-bounds error alert-rules.yml:149 PrometheusRetentionCleanup",
        ),
        (
            33,
            "division-by-zero warning container.yml:9 container_spec_memory_limit_bytes",
        ),
        (
            34,
            "template-label-never info container.yml:15 $labels.container",
        ),
        (38, "burst-with-for info alert-rules.yml:25 5m"),
        (38, "burst-with-for info alert-rules.yml:34 5m"),
        (38, "burst-with-for info alert-rules.yml:45 5m"),
        (
            39,
            "first-event-missed info alert-rules.yml:33 loki_chunk_store_index_entries_added_total{status=\"error\"}[5m]",
        ),
        (31, "capacity-literal info alert-rules.yml:81 2000000000"),
        (
            35,
            "container-unselected info container.yml:7 container_memory_working_set_bytes",
        ),
        (
            36,
            "overlapping-alerts info container.yml:4 ContainerMemoryLimitApproaching",
        ),
        (40, "template-raw-value info alert-rules.yml:50 $value"),
        (40, "template-raw-value info alert-rules.yml:155 $value"),
        (41, "severity-gap info alert-rules.yml:92 LokiDiskUsageHigh"),
        // I5: what nobody watches.
        (42, "unwatched-job info prometheus.yml:19 \"alertmanager\""),
        (43, "unwatched-job info prometheus.yml:26 loki"),
        // I6: labels and annotations that the routes and the people need.
        (
            47,
            "required-metadata error alert-rules.yml:43 LokiChunkFlushErrors",
        ),
        (
            48,
            "required-metadata error alert-rules.yml:107 GrafanaUnhealthy",
        ),
        // No page that is linked is there, and the one that is there is linked by nobody.
        (
            49,
            "runbook-target warning alert-rules.yml:21 https://internal.docs/runbooks/prometheus-disk-full",
        ),
        (
            50,
            "runbook-target warning alert-rules.yml:72 https://internal.docs/runbooks/promtail-down",
        ),
        (
            50,
            "runbook-orphan info disaster-recovery.md:1 # Disaster Recovery Runbook",
        ),
        (44, "route-to-default info alertmanager.yml:6 'ops-default'"),
        (45, "route-redundant info alertmanager.yml:21 high"),
        (
            46,
            "route-group-by-never warning alertmanager.yml:10 'cluster'",
        ),
        // I7: what is sent.
        (
            58,
            "notify-group-label error alertmanager.yml:29 .GroupLabels.severity",
        ),
        (
            59,
            "notify-label-missing warning alertmanager.yml:32 .Labels.component",
        ),
        (
            60,
            "notify-label-missing warning alertmanager.yml:34 .Annotations.runbook_url",
        ),
        (
            60,
            "notify-label-missing warning alertmanager.yml:46 .Annotations.runbook_url",
        ),
        (
            61,
            "notify-resolved-empty error alertmanager.yml:31 .Alerts.Firing",
        ),
        (
            61,
            "notify-resolved-empty error alertmanager.yml:43 .Alerts.Firing",
        ),
        (
            62,
            "notify-resolved-same error alertmanager.yml:41 'ðŸš¨ [CRITICAL] {{ .GroupLabels.alertname }}'",
        ),
        // I2: how the programs are started.
        (
            1,
            "compose-unknown-flag error docker-compose.monitoring.yml:14 --rules.file",
        ),
        (
            3,
            "compose-env-unread warning docker-compose.monitoring.yml:29 SLACK_WEBHOOK_URL",
        ),
        (
            8,
            "compose-flag-needed warning commands.md:3 localhost:9090/-/reload",
        ),
        (
            10,
            "compose-flag-needed warning commands.md:4 localhost:9090/api/v1/admin/tsdb/",
        ),
        (
            11,
            "compose-no-external-url warning docker-compose.monitoring.yml:8 command",
        ),
        (
            11,
            "compose-no-external-url warning docker-compose.monitoring.yml:25 command",
        ),
        // I2 and I8: times.
        (7, "am-resolve-timeout info alertmanager.yml:2 5m"),
        // `for: 5m` and `for: 2m` against two minutes.
        (66, "notify-too-late error alert-rules.yml:14 5m"),
        (66, "notify-too-late error alert-rules.yml:54 2m"),
        (51, "deprecated-match info alertmanager.yml:14 match"),
        (51, "deprecated-match info alertmanager.yml:55 source_match"),
        (
            51,
            "deprecated-match info alertmanager.yml:57 target_match_re",
        ),
        (
            55,
            "inhibit-never-matches error alertmanager.yml:59 'alertname'",
        ),
    ];
    assert_all_found(&expected, &found);
}

/// As soon as a node_exporter runs its metrics are there, and it shows that their mountpoints are those of the host.
/// Item 21: as the guide has it, nothing exposes the metrics of containers.
#[test]
fn without_cadvisor_its_metrics_are_unknown() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let folder = with_settings("seed-no-cadvisor", &monitoring);
    for file in ["rulecheck.yaml", "prometheus/prometheus.yml"] {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        let lines = text.lines().filter(|line| !line.contains("cadvisor"));
        let text: String = lines.map(|line| format!("{line}\n")).collect();
        folder.write(file, &text);
    }
    let expected = [
        (
            21,
            "unknown-metric error alert-rules.yml:79 container_memory_working_set_bytes",
        ),
        (
            21,
            "unknown-metric error container.yml:9 container_spec_memory_limit_bytes",
        ),
    ];
    assert_all_found(&expected, &found_in(&folder));
}

#[test]
fn with_a_node_exporter_the_mountpoints_are_found() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let folder = with_settings("seed-node", &monitoring);
    let add = |file: &str, to: &str, what: &str| {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(text.contains(to), "{file}");
        folder.write(file, &text.replacen(to, &format!("{what}{to}"), 1));
    };
    add(
        "prometheus/prometheus.yml",
        "  - job_name: loki\n",
        "  - job_name: node\n",
    );
    add(
        "rulecheck.yaml",
        "    - {file: loki.prom",
        "    - {file: node.prom, job: node, complete: true}\n",
    );
    let found = found_in(&folder);
    let expected = [
        (20, "unseen-value info alert-rules.yml:10 \"/prometheus\""),
        (20, "unseen-value info alert-rules.yml:12 \"/prometheus\""),
        (20, "unseen-value info alert-rules.yml:95 \"/loki\""),
    ];
    assert_all_found(&expected, &found);
    let unknown = found.iter().filter(|found| found.contains("node_"));
    assert_eq!(unknown.count(), 0, "{found:#?}");
}

/// The repair that comes to mind first is no better: a sample older than the lookback is not seen.
#[test]
fn the_obvious_repair_is_found_too() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let folder = with_settings("seed-repair", &monitoring);
    let rules = std::fs::read_to_string(folder.path().join("prometheus/alert-rules.yml")).unwrap();
    let repaired = rules.replace("timestamp(max(up) by (job))", "timestamp(up)");
    assert_ne!(repaired, rules);
    folder.write("prometheus/alert-rules.yml", &repaired);
    let expected = [(
        26,
        "stale-timestamp error alert-rules.yml:118 time() - timestamp(up) > 300",
    )];
    assert_all_found(&expected, &found_in(&folder));
}

/// Until the first message about each alert, at best and at worst, in seconds: the figures of the guide's review. Every
/// group is evaluated once a minute, targets are scraped every 15 s, and a scrape of a target that hangs lasts 10 s.
#[test]
fn the_time_until_somebody_is_told() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let folder = with_settings("seed-latency", &monitoring);
    let projects = project::open(&[folder.path().to_owned()], None, &Choice::default()).unwrap();
    let project = &projects[0];
    let facts = EnvironmentFacts::new(&project.environments[0], &project.settings, project.target);
    let [routing] = facts.routings() else {
        panic!("one configuration of Alertmanager");
    };
    let told: Vec<(&str, i64, i64)> = routing
        .arrivals
        .iter()
        .map(|arrival| {
            let first = Latency::new(arrival.rule, &facts.times, arrival.route.timing).first;
            let worst = first.worst.unwrap();
            (
                arrival.rule.at.rule.name(),
                first.best.ms / 1000,
                worst.ms / 1000,
            )
        })
        .collect();
    let expected = [
        ("PrometheusHighDiskUsage", 310, 385),
        ("PrometheusLocalStorageRetentionExceeded", 310, 385),
        ("LokiLogIngestionErrors", 310, 385),
        ("LokiChunkFlushErrors", 310, 385),
        ("OTELCollectorHealthDown", 130, 215),
        ("PromtailHealthDown", 130, 215),
        ("PrometheusMemoryUsageHigh", 630, 705),
        ("LokiDiskUsageHigh", 630, 705),
        ("GrafanaUnhealthy", 150, 235),
        ("MetricsNotFlowing", 330, 415),
        ("PrometheusQueryErrors", 630, 705),
        ("LokiQueryLatencyHigh", 630, 705),
        ("PrometheusRetentionCleanup", 30, 105),
        // A fragment without a group: here its group has no interval, so that it is evaluated every 15 s.
        ("ContainerMemoryLimitApproaching", 630, 660),
    ];
    assert_eq!(told, expected);
}

/// The obvious repair of the inhibit rule lets alerts mute others that have nothing to do with them: both lack a component.
#[test]
fn the_obvious_repair_of_the_inhibit_rule_mutes_too_much() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let folder = with_settings("seed-inhibit", &monitoring);
    let file = folder.path().join("alertmanager/alertmanager.yml");
    let text = std::fs::read_to_string(file).unwrap();
    let repaired = text.replace("['alertname', 'component']", "['component']");
    assert_ne!(repaired, text);
    folder.write("alertmanager/alertmanager.yml", &repaired);
    // The counter that there is, in place of the one that there is not.
    let file = folder.path().join("prometheus/alert-rules.yml");
    let rules = std::fs::read_to_string(file).unwrap();
    let rules = rules.replace("retention_limit_bytes_total", "size_retentions_total");
    folder.write("prometheus/alert-rules.yml", &rules);
    let projects = project::open(&[folder.path().to_owned()], None, &Choice::default()).unwrap();
    let found = lint::run(&projects[0], &Levels::default());
    let found: Vec<_> = found
        .iter()
        .filter(|found| found.lint == "inhibit-missing-equal")
        .collect();
    let [found] = found.as_slice() else {
        panic!("{found:#?}");
    };
    assert_eq!(found.level, Level::Warning);
    let help = found.help.as_deref().unwrap();
    let source = "PrometheusLocalStorageRetentionExceeded";
    for target in [
        "MetricsNotFlowing",
        "PrometheusQueryErrors",
        "PrometheusRetentionCleanup",
    ] {
        assert!(help.contains(&format!("{source} mutes {target}")), "{help}");
    }
}

/// The two severities that no route catches, each with its alerts.
#[test]
fn the_alerts_without_a_route_are_named() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let found = check(monitoring);
    let unrouted = found
        .iter()
        .filter(|found| found.lint == "route-to-default");
    let told: BTreeSet<(bool, &str)> = unrouted
        .map(|found| {
            let names = found.help.as_deref().unwrap().rsplit(": ").next().unwrap();
            (found.message.contains("`medium`"), names)
        })
        .collect();
    let expected = [
        (false, "PrometheusRetentionCleanup"),
        (true, "PrometheusQueryErrors, LokiQueryLatencyHigh"),
    ];
    assert_eq!(told, BTreeSet::from(expected));
}

/// A bare rule is an error where it is named, with the wrapping that makes a file of it.
#[test]
fn the_fragment_is_refused_with_its_wrapping() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let found = check(monitoring.join("prometheus/container-limits.fragment.yml"));
    let short: Vec<String> = found.iter().map(in_short).collect();
    assert_eq!(
        short,
        ["yaml-schema error container-limits.fragment.yml:1 alert"]
    );
    let text = diagnostics_text(
        &found,
        Style {
            color: false,
            width: 80,
        },
    );
    let wrapping =
        "\n        groups:\n          - name: example\n            rules:\n              - …\n";
    assert!(text.contains(wrapping), "{text}");
    assert_eq!(found[0].level, Level::Error);
}
