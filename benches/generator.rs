//! Rule files and fixtures of any size: the same numbers give the same bytes on every machine.
//!
//! What is generated is valid for promtool from 2.42 on, has no finding above info, and every fixture passes. The
//! expected alerts are worked out here, not copied from a run.

use std::fmt::Write as _;

/// A rule file with `count` rules in groups of 25, about 480 bytes each: seven alerts to three recording rules.
pub fn rule_file(count: usize) -> String {
    rule_file_from(0, count)
}

/// `files` rule files with `each` rules, no two of which have the same name.
pub fn rule_files(files: usize, each: usize) -> Vec<(String, String)> {
    (0..files)
        .map(|file| {
            (
                format!("rules-{file:04}.yml"),
                rule_file_from(file * each, each),
            )
        })
        .collect()
}

/// The rules numbered from `first` on.
fn rule_file_from(first: usize, count: usize) -> String {
    let mut dice = Dice(first as u64);
    let mut out = String::from("# Generated for benchmarks.\ngroups:\n");
    for number in first..first + count {
        if (number - first).is_multiple_of(25) {
            let interval = dice.pick(&["15s", "30s", "1m"]);
            let _ = write!(
                out,
                "\n  - name: group-{number:06}\n    interval: {interval}\n    rules:\n"
            );
        }
        if dice.below(10) < 3 {
            recording_rule(&mut out, number, &mut dice);
        } else {
            alerting_rule(&mut out, number, &mut dice);
        }
    }
    out
}

const SERVICES: [&str; 8] = [
    "basket",
    "billing",
    "catalogue",
    "checkout",
    "delivery",
    "identity",
    "mail",
    "search",
];
const WINDOWS: [&str; 4] = ["2m", "5m", "10m", "1h"];
const TEAMS: [&str; 5] = ["data", "network", "payments", "platform", "storefront"];

fn recording_rule(out: &mut String, number: usize, dice: &mut Dice) {
    let (service, window) = (dice.pick(&SERVICES), dice.pick(&WINDOWS));
    let expr = match dice.below(4) {
        0 => format!(
            "sum by (job, instance) (rate({service}_requests_total{{job=~\"{service}(-canary)?\"}}[{window}]))"
        ),
        1 => format!(
            "histogram_quantile(0.9, sum by (le, job) (rate({service}_request_seconds_bucket[{window}])))"
        ),
        2 => format!(
            "avg without (cpu, mode) (rate(node_cpu_seconds_total{{mode!~\"idle|iowait\"}}[{window}]))"
        ),
        _ => format!(
            "count by (job, version) ({service}_build_info{{version=~\"v[0-9]+[.].+\"}}) unless on (job) {service}_frozen"
        ),
    };
    let _ = write!(
        out,
        "      # Read by the board of {service}.\n      \
         - record: job:{service}_{number:06}:window{window}\n        expr: >-\n          {expr}\n        labels:\n          \
         team: {team}\n          shard: \"{shard}\"\n",
        team = dice.pick(&TEAMS),
        shard = number % 16,
    );
}

fn alerting_rule(out: &mut String, number: usize, dice: &mut Dice) {
    let (service, window, team) = (dice.pick(&SERVICES), dice.pick(&WINDOWS), dice.pick(&TEAMS));
    if dice.below(3) == 0 {
        let _ = writeln!(
            out,
            "      # Agreed with team {team}; the limit was {} before.",
            dice.below(90)
        );
    }
    let _ = writeln!(out, "      - alert: Bench{number:06}");
    let (kind, limit) = (dice.below(8), 1 + dice.below(99));
    condition(out, (service, window), kind, limit);
    if kind == ABSENT || dice.below(8) > 0 {
        let _ = writeln!(
            out,
            "        for: {}",
            dice.pick(&["1m", "5m", "10m", "1h30m"])
        );
    }
    // The worse severity has the stricter limit, if there is one.
    let rank = match kind {
        ABSENT | FULL => 68,
        BELOW => 99 - limit,
        _ => limit,
    };
    let severity = ["info", "warning", "critical"][rank / 34];
    let _ = write!(
        out,
        "        labels:\n          severity: {severity}\n          team: {team}\n          service: '{service}'\n        annotations:\n"
    );
    annotations(out, number, service, dice);
}

/// The kind of condition that asks whether a series is there, which must wait for the first scrape.
const ABSENT: usize = 2;
/// The kind of condition that looks into the future.
const FULL: usize = 3;
/// The kind of condition that holds below a limit.
const BELOW: usize = 5;

/// `expr:` in the styles that people write.
fn condition(out: &mut String, (service, window): (&str, &str), kind: usize, limit: usize) {
    let _ = match kind {
        0 => writeln!(
            out,
            "        expr: |\n          sum by (job, instance) (rate({service}_requests_total{{job=\"{service}\", code=~\"5..\"}}[{window}]))\n            \
             /\n          sum by (job, instance) (rate({service}_requests_total{{job=\"{service}\"}}[{window}]))\n            > 0.{limit:02}"
        ),
        1 => writeln!(
            out,
            "        expr: 'histogram_quantile(0.99, sum by (le, job) (rate({service}_request_seconds_bucket{{job=\"{service}\"}}[{window}]))) > {limit}'"
        ),
        ABSENT => writeln!(
            out,
            "        expr: up{{job=\"{service}\", instance!~\"test-.*\"}} == 0 or absent(up{{job=\"{service}\"}})"
        ),
        FULL => writeln!(
            out,
            "        expr: |\n          # The disk is full within four hours if it goes on like this.\n          \
             predict_linear({service}_free_bytes{{mountpoint=~\"/srv/.+\"}}[{window}], 4 * 3600) < 0\n            \
             unless on (instance) {service}_readonly == 1"
        ),
        4 => writeln!(
            out,
            "        expr: \"max_over_time({service}_queue_length{{queue=~\\\"in|out\\\"}}[{window}:30s]) > {limit}\""
        ),
        BELOW => writeln!(
            out,
            "        expr: >-\n          ({service}_limit - {service}_used) / ({service}_limit > 0) < 0.{limit:02}\n          \
             and on (instance) {service}_ready == 1"
        ),
        6 => writeln!(
            out,
            "        expr: topk by (job) (3, avg_over_time({service}_cpu_ratio[{window}])) * on (instance) group_left (version) {service}_build_info > {limit}"
        ),
        _ => writeln!(
            out,
            "        expr: label_replace({service}_temperature_celsius offset {window}, \"rack\", \"$1\", \"instance\", \"(r[0-9]+)-.*\") > {limit}"
        ),
    };
}

fn annotations(out: &mut String, number: usize, service: &str, dice: &mut Dice) {
    let unit = dice.pick(&[
        "humanize",
        "humanizePercentage",
        "humanizeDuration",
        "printf \"%.2f\"",
    ]);
    let _ = write!(
        out,
        "          summary: '{service} needs a look in {{{{ $labels.job }}}}'\n          \
         runbook_url: https://runbooks.example.org/{service}/bench-{number:06}\n"
    );
    let _ = if dice.below(2) == 0 {
        writeln!(
            out,
            "          description: |\n            The value is {{{{ $value | {unit} }}}} for job {{{{ $labels.job }}}}.\n            \
             {{{{ if eq $labels.job \"{service}\" }}}}Customers notice.{{{{ else }}}}Only {{{{ $labels.job | toUpper }}}} notices.{{{{ end }}}}"
        )
    } else {
        writeln!(
            out,
            "          description: \"{{{{ with $labels.version }}}}Version {{{{ . }}}}: {{{{ end }}}}{{{{ $value | {} }}}}, see the board of {service}\"",
            unit.replace('"', "\\\"")
        )
    };
}

/// A fixture and its rule file, with names: `rules` alerts on one queue each, and `tests` test groups that assert each
/// alert twice, just before and just when it fires.
pub fn fixture(number: usize, rules: usize, tests: usize) -> [(String, String); 2] {
    let rule_file = format!("queues-{number:04}.yml");
    let mut rule_text = format!("groups:\n  - name: queues-{number:04}\n    rules:\n");
    for queue in 0..rules {
        let _ = write!(
            rule_text,
            "      - alert: Queue{queue:03}\n        expr: max by (queue) (queue_length{{queue=\"q{queue:03}\"}}) > 100\n        \
             for: 5m\n        labels: {{severity: warning}}\n        annotations:\n          \
             summary: '{{{{ $labels.queue }}}} holds {{{{ $value }}}}'\n"
        );
    }
    let mut dice = Dice(number as u64);
    let mut text = format!("rule_files: [{rule_file}]\nevaluation_interval: 1m\ntests:\n");
    for test in 0..tests {
        test_group(&mut text, test, rules, &mut dice);
    }
    [
        (rule_file, rule_text),
        (format!("queues-{number:04}_test.yaml"), text),
    ]
}

/// Every queue starts at 0 and grows by `step` a minute: it is over 100 from minute `100 / step + 1` on, and its alert
/// fires five minutes later.
fn test_group(out: &mut String, test: usize, rules: usize, dice: &mut Dice) {
    let _ = write!(
        out,
        "  - name: growth {test}\n    interval: 1m\n    input_series:\n"
    );
    let steps: Vec<usize> = (0..rules).map(|_| 5 + dice.below(46)).collect();
    for (queue, step) in steps.iter().enumerate() {
        for (instance, share) in [("a", *step), ("b", step / 2)] {
            let _ = writeln!(
                out,
                "      - {{series: 'queue_length{{queue=\"q{queue:03}\", instance=\"{instance}\"}}', values: '0+{share}x60'}}"
            );
        }
    }
    let _ = writeln!(out, "    alert_rule_test:");
    for (queue, step) in steps.iter().enumerate() {
        let fires = 100 / step + 1 + 5;
        let _ = write!(
            out,
            "      - {{eval_time: {}m, alertname: Queue{queue:03}, exp_alerts: []}}\n      \
             - eval_time: {fires}m\n        alertname: Queue{queue:03}\n        exp_alerts:\n          \
             - exp_labels: {{severity: warning, queue: q{queue:03}}}\n            \
             exp_annotations: {{summary: q{queue:03} holds {}}}\n",
            fires - 1,
            fires * step,
        );
    }
}

/// Samples of each series of [`many_series`].
const SAMPLES: usize = 1_000;

/// A fixture of `jobs` times 100 counters with 1,000 samples each, a minute apart, and its rule file. Twenty rules and
/// twenty queries look at a hundred series each, which stays below promtool's 10,000 samples a query; the rules run every
/// minute. There must be at least 20 jobs.
pub fn many_series(jobs: usize) -> [(String, String); 2] {
    const INSTANCES: usize = 100;
    let mut rules = String::from("groups:\n  - name: wide\n    rules:\n");
    for job in 0..10 {
        let _ = write!(
            rules,
            "      - record: job:requests:rate5m\n        expr: sum by (job) (rate(requests_total{{job=\"j{job:03}\"}}[5m]))\n      \
             - alert: Busy{job:02}\n        expr: max by (job) (rate(requests_total{{job=\"j{:03}\"}}[5m])) > 1e6\n        for: 5m\n",
            job + 10,
        );
    }
    let mut text = String::from(
        "rule_files: [wide.yml]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n",
    );
    for job in 0..jobs {
        for instance in 0..INSTANCES {
            let _ = writeln!(
                text,
                "      - {{series: 'requests_total{{job=\"j{job:03}\", instance=\"i{instance:02}\"}}', values: '0+{}x{}'}}",
                60 * (instance + 1),
                SAMPLES - 1
            );
        }
    }
    // Instance i grows by 60 (i + 1) a minute, so by i + 1 a second, and 1 + 2 + … + 100 is 5050.
    let _ = writeln!(text, "    promql_expr_test:");
    for job in 0..20 {
        let expr = match job {
            0..10 => format!("job:requests:rate5m{{job=\"j{job:03}\"}}"),
            _ => format!("sum by (job) (rate(requests_total{{job=\"j{job:03}\"}}[5m]))"),
        };
        let _ = write!(
            text,
            "      - expr: 'round({expr}, 0.001)'\n        eval_time: {}m\n        exp_samples: [{{labels: '{{job=\"j{job:03}\"}}', value: 5050}}]\n",
            SAMPLES - 1 - job,
        );
    }
    [
        ("wide.yml".to_owned(), rules),
        ("wide_test.yaml".to_owned(), text),
    ]
}

/// The series of [`many_series`], and ten rules that each look at all of them every ten minutes.
pub fn all_series(jobs: usize) -> [(String, String); 2] {
    let [_, (_, text)] = many_series(jobs);
    let mut rules = String::from("groups:\n  - name: all\n    rules:\n");
    for window in 1..=10 {
        let _ = write!(
            rules,
            "      - record: all:requests:rate{0}m\n        expr: sum by (instance) (rate(requests_total[{0}m]))\n",
            window * 5
        );
    }
    // Instance 00 of each job grows by one a second.
    let text = format!(
        "{}    promql_expr_test:\n      - expr: 'round(all:requests:rate5m{{instance=\"i00\"}}, 0.001)'\n        eval_time: {}m\n        \
         exp_samples: [{{labels: '{{instance=\"i00\"}}', value: {jobs}}}]\n",
        text.split("    promql_expr_test:")
            .next()
            .unwrap_or_default(),
        SAMPLES - 10,
    );
    let text = text
        .replace("wide.yml", "all.yml")
        .replace("evaluation_interval: 1m", "evaluation_interval: 10m");
    [
        ("all.yml".to_owned(), rules),
        ("all_test.yaml".to_owned(), text),
    ]
}

/// A fixture of `days` days with a sample of each bucket every 15 seconds, evaluated as often.
pub fn long_time(days: usize) -> [(String, String); 2] {
    const BUCKETS: [&str; 8] = ["0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"];
    let rules = "groups:\n  - name: long\n    rules:\n      - record: le:latency:rate5m\n        \
                 expr: sum by (le) (rate(latency_bucket[5m]))\n"
        .to_owned();
    let steps = days * 24 * 60 * 4;
    let mut text = String::from(
        "rule_files: [long.yml]\nevaluation_interval: 15s\ntests:\n  - interval: 15s\n    input_series:\n",
    );
    for instance in ["a", "b"] {
        for (number, bucket) in BUCKETS.iter().enumerate() {
            let _ = writeln!(
                text,
                "      - {{series: 'latency_bucket{{instance=\"{instance}\", le=\"{bucket}\"}}', values: '0+{}x{steps}'}}",
                15 << number
            );
        }
    }
    // Bucket n, from 0, of each of the two instances grows by 2^n a second: factors of two keep every step exact.
    let _ = write!(
        text,
        "    promql_expr_test:\n      - expr: round(le:latency:rate5m, 0.001)\n        eval_time: {days}d\n        exp_samples:\n"
    );
    for (number, bucket) in BUCKETS.iter().enumerate() {
        let _ = writeln!(
            text,
            "          - {{labels: '{{le=\"{bucket}\"}}', value: {}}}",
            2 << number
        );
    }
    [
        ("long.yml".to_owned(), rules),
        ("long_test.yaml".to_owned(), text),
    ]
}

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn pick<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.below(choices.len())]
    }
}
