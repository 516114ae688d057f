//! Alerts of widely copied rules that can never fire: each is shown silent under the real promtool on series by which its
//! condition holds, beside an expression of the same meaning that fires on them, and each is found without any series.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::common;

use std::path::Path;

use common::Folder;
use rulecheck::diagnostic::Level;
use rulecheck::lint::{self, Levels};
use rulecheck::project::{self, Choice};

/// The folder of the rules in the corpus.
const RULES: &str = "rules/samber+awesome-prometheus-alerts/dist/rules";

struct Never {
    file: &'static str,
    alert: &'static str,
    /// The lint that proves it.
    lint: &'static str,
    /// Series by which the thing that the alert is named after is the case.
    series: &'static [(&'static str, &'static str)],
    /// What tells it and can fire.
    instead: &'static str,
}

const MIMIR: &str = "grafana-mimir/embedded-exporter.yml";
const SERIES: (&str, &str) = ("cortex_ingester_memory_series{instance=\"a\"}", "99x300");
const SERIES_LIMIT: (&str, &str) = (
    "cortex_ingester_instance_limits{instance=\"a\",limit=\"max_series\"}",
    "100x300",
);
const USERS: (&str, &str) = ("cortex_ingester_memory_users{instance=\"a\"}", "99x300");
const USERS_LIMIT: (&str, &str) = (
    "cortex_ingester_instance_limits{instance=\"a\",limit=\"max_tenants\"}",
    "100x300",
);

const NEVER: &[Never] = &[
    Never {
        file: MIMIR,
        alert: "MimirBadRuntimeConfig",
        lint: "comparison-impossible",
        series: &[(
            "cortex_runtime_config_last_reload_successful{job=\"a\"}",
            "0x300",
        )],
        instead: "count by (job) (cortex_runtime_config_last_reload_successful == 0) > 0",
    },
    Never {
        file: MIMIR,
        alert: "MimirIngesterReachingSeriesLimitWarning",
        lint: "never-matches",
        series: &[SERIES, SERIES_LIMIT],
        instead: "cortex_ingester_memory_series / ignoring (limit) (cortex_ingester_instance_limits{limit=\"max_series\"} > 0) > 0.8",
    },
    Never {
        file: MIMIR,
        alert: "MimirIngesterReachingSeriesLimitCritical",
        lint: "never-matches",
        series: &[SERIES, SERIES_LIMIT],
        instead: "cortex_ingester_memory_series / ignoring (limit) (cortex_ingester_instance_limits{limit=\"max_series\"} > 0) > 0.9",
    },
    Never {
        file: MIMIR,
        alert: "MimirIngesterReachingTenantsLimitWarning",
        lint: "never-matches",
        series: &[USERS, USERS_LIMIT],
        instead: "cortex_ingester_memory_users / ignoring (limit) (cortex_ingester_instance_limits{limit=\"max_tenants\"} > 0) > 0.7",
    },
    Never {
        file: MIMIR,
        alert: "MimirIngesterReachingTenantsLimitCritical",
        lint: "never-matches",
        series: &[USERS, USERS_LIMIT],
        instead: "cortex_ingester_memory_users / ignoring (limit) (cortex_ingester_instance_limits{limit=\"max_tenants\"} > 0) > 0.8",
    },
    Never {
        file: MIMIR,
        alert: "MimirDistributorInflightRequestsHigh",
        lint: "never-matches",
        series: &[
            (
                "cortex_distributor_inflight_push_requests{instance=\"a\"}",
                "99x300",
            ),
            (
                "cortex_distributor_instance_limits{instance=\"a\",limit=\"max_inflight_push_requests\"}",
                "100x300",
            ),
        ],
        instead: "cortex_distributor_inflight_push_requests / ignoring (limit) (cortex_distributor_instance_limits{limit=\"max_inflight_push_requests\"} > 0) > 0.8",
    },
    Never {
        file: "grafana-tempo/embedded-exporter.yml",
        alert: "TempoBadOverrides",
        lint: "comparison-impossible",
        series: &[(
            "tempo_runtime_config_last_reload_successful{job=\"a\"}",
            "0x300",
        )],
        instead: "count by (job) (tempo_runtime_config_last_reload_successful == 0) > 0",
    },
    Never {
        file: "traefik/embedded-exporter-v1.yml",
        alert: "TraefikBackendDown",
        lint: "comparison-impossible",
        // The last server of the backend goes away.
        series: &[(
            "traefik_backend_server_up{backend=\"a\"}",
            "1x60 stale _x240",
        )],
        instead: "traefik_backend_server_up offset 10m unless traefik_backend_server_up or absent(traefik_backend_server_up)",
    },
    Never {
        file: "traefik/embedded-exporter-v2.yml",
        alert: "TraefikServiceDown",
        lint: "comparison-impossible",
        series: &[(
            "traefik_service_server_up{service=\"a\"}",
            "1x60 stale _x240",
        )],
        instead: "traefik_service_server_up offset 10m unless traefik_service_server_up or absent(traefik_service_server_up)",
    },
    Never {
        file: "memcached/memcached-exporter.yml",
        alert: "MemcachedLowCacheHitRate(<80%)",
        lint: "never-matches",
        series: &[
            (
                "memcached_commands_total{command=\"get\",status=\"hit\"}",
                "0+60x300",
            ),
            (
                "memcached_commands_total{command=\"get\",status=\"miss\"}",
                "0+600x300",
            ),
        ],
        instead: "rate(memcached_commands_total{command=\"get\",status=\"hit\"}[5m]) / ignoring (status) (rate(memcached_commands_total{command=\"get\",status=\"hit\"}[5m]) + ignoring (status) rate(memcached_commands_total{command=\"get\",status=\"miss\"}[5m])) < 0.8",
    },
];

/// A fixture that wants no alert of that name after four hours.
fn fixture(rules: &Path, never: &Never) -> String {
    let mut text = format!(
        "rule_files: [{}]\ntests:\n  - interval: 1m\n    input_series:\n",
        rules.display()
    );
    for (series, values) in never.series {
        text.push_str(&format!(
            "      - series: '{series}'\n        values: {values}\n"
        ));
    }
    text.push_str(&format!(
        "    alert_rule_test:\n      - eval_time: 4h\n        alertname: '{}'\n        exp_alerts: []\n",
        never.alert
    ));
    text
}

#[test]
fn promtool_sees_them_silent_where_their_condition_holds() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    if !common::has_promtool() {
        return;
    }
    let folder = Folder::new("never-firing");
    for never in NEVER {
        let shipped = corpus.join(RULES).join(never.file).canonicalize().unwrap();
        folder.write("shipped_test.yml", &fixture(&shipped, never));
        let said = common::promtool_test(&folder.path().join("shipped_test.yml"));
        assert!(
            said.contains("SUCCESS"),
            "{} is not silent: {said}",
            never.alert
        );

        let repaired = format!(
            "groups:\n  - name: repaired\n    rules:\n      - alert: '{}'\n        expr: '{}'\n",
            never.alert, never.instead
        );
        folder.write("repaired.yml", &repaired);
        let text = fixture(&folder.path().join("repaired.yml"), never);
        folder.write("repaired_test.yml", &text);
        let said = common::promtool_test(&folder.path().join("repaired_test.yml"));
        assert!(
            said.contains("FAILED") && said.contains("got:["),
            "{}: what takes its place is silent too: {said}",
            never.alert
        );
    }
}

#[test]
fn they_are_found_without_any_series() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let rules = corpus.join(RULES);
    let choice = Choice {
        isolated: true,
        ..Choice::default()
    };
    let projects = project::open(&[rules], None, &choice).unwrap();
    let levels = Levels::default();
    let mut errors: Vec<(String, String)> = Vec::new();
    for project in &projects {
        for found in lint::run(project, &levels) {
            if found.level != Level::Error {
                continue;
            }
            assert!(!found.proof.is_empty(), "{}: no proof", found.message);
            let at = found.location.span;
            let file = &found.location.file;
            let rule = project.environments[0]
                .rules()
                .find(|(of, _, rule)| {
                    of.file.path() == file.path()
                        && rule.model.span.range().contains(&(at.start as usize))
                })
                .map(|(_, _, rule)| rule.name().to_owned());
            errors.push((rule.unwrap_or_default(), found.lint.to_owned()));
        }
    }
    errors.dedup();
    let mut expected: Vec<(String, String)> = NEVER
        .iter()
        .map(|never| (never.alert.to_owned(), never.lint.to_owned()))
        .collect();
    expected.sort();
    errors.sort();
    errors.dedup();
    assert_eq!(
        errors, expected,
        "all that can never fire, and nothing else at level error"
    );
}
