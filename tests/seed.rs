//! The configuration that this project started from: exactly what is wrong with it is found, under the exact text.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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
    let found: Vec<String> = check(monitoring).iter().map(in_short).collect();
    let expected = [
        "env-placeholder error alertmanager.yml:3 ${SLACK_WEBHOOK_URL}",
        "paging-unrouted info alertmanager.yml:6 'ops-default'",
        "paging-unrouted info alertmanager.yml:6 'ops-default'",
        "inhibit-never-matches error alertmanager.yml:59 'alertname'",
        "required-metadata info alert-rules.yml:23 PrometheusLocalStorageRetentionExceeded",
        "required-metadata info alert-rules.yml:43 LokiChunkFlushErrors",
        "required-metadata info alert-rules.yml:92 LokiDiskUsageHigh",
        "required-metadata info alert-rules.yml:107 GrafanaUnhealthy",
        "required-metadata info alert-rules.yml:117 MetricsNotFlowing",
        "stale-timestamp error alert-rules.yml:118 time() - timestamp(max(up) by (job)) > 300",
        "required-metadata info alert-rules.yml:128 PrometheusQueryErrors",
        // The number of chunks in the head is a gauge.
        "promql-annotation info alert-rules.yml:129 prometheus_tsdb_head_chunks[5m]",
        "required-metadata info alert-rules.yml:137 LokiQueryLatencyHigh",
        "required-metadata info alert-rules.yml:149 PrometheusRetentionCleanup",
    ];
    assert_eq!(found, expected);
}

/// The two severities that no route catches, each with its alerts.
#[test]
fn the_alerts_without_a_route_are_named() {
    let Some(monitoring) = monitoring() else {
        return;
    };
    let found = check(monitoring);
    let unrouted = found.iter().filter(|found| found.lint == "paging-unrouted");
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
