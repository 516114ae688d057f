//! `promtool check metrics` 2.42 and `rulecheck promtool check metrics` over the same expositions.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::common;
use crate::engine_promtool::generator;

use std::fmt::Write as _;

use generator::Dice;

const CASES: &[&str] = &[
    "",
    "# HELP a_total x\n# TYPE a_total counter\na_total 1\n",
    "# HELP a x\n# HELP a y\na 1\n",
    "a{b=\"c} 1\n",
    "a 1",
    "a",
    "a{",
    "a{b=\"c\"} xx\n",
    "a 1 2 3\n",
    "a 1 x\n",
    "a 1 5 \n",
    "a\t{ b = \"c\" , } 1 5\n",
    "1a 1\n",
    "# TYPE a foo\na 1\n",
    "# TYPE a counter \na 1\n",
    "# TYPE a counter\n# TYPE a counter\na 1\n",
    "a 1\n# TYPE a counter\n",
    "# HELP a b\\c\na 1\n",
    "# HELP a b\\\\c\\n\na{x=\"a\\q\"} 1\n",
    "# HELP a x\n# HELP b y\n# TYPE b gauge\n",
    "{b=\"c\"} 1\n",
    "# TYPE b summary\nb{quantile=\"x\"} 1\n",
    "# TYPE b histogram\nb_bucket{le=\"x\"} 1\n",
    "a{b=c} 1\n",
    "a{b} 1\n",
    "a{=\"\"} 1\n",
    "a{b=\"c\" d=\"e\"} 1\n",
    "a{b=\"c\",b=\"d\"} 1\n",
    "a{__name__=\"c\"} 1\n",
    "# HELP a-b x\n",
    "# TYPE a\n# HELP a\n#\n# other words\n#TYPE a gauge\n\na 1\n",
    "a 0x10\n",
    "a 1e400\n",
    "a 1_0\n",
    "a{b=\"\u{e4}\\\"q\"} 1\r\n",
    "# HELP a\u{e4} x\n",
    "# TYPE a summary\na_sum 1\na_bucket 3\na_count{b=\"x\"} 2\na 5\n",
    "# HELP a x\n# HELP a_bucket x\n# TYPE a_bucket gauge\n# TYPE a histogram\na_bucket{le=\"1\"} 1\n",
];

const NAMES: &[&str] = &[
    "up",
    "http_requests_total",
    "http_requests",
    "rpcDuration_seconds",
    "x_milliseconds",
    "x_kb",
    "x_ms_b",
    "disk_bits_total",
    "level:job",
    "a_gauge",
    "counter_of_histogram_things",
    "a_count",
    "a_sum",
    "a_bucket",
    "a",
    "weight_pounds",
    "thermometers",
    "kilometers",
    "x_gauge_histogram",
];
const KINDS: &[&str] = &[
    "counter",
    "gauge",
    "Summary",
    "untyped",
    "histogram",
    "gauge_histogram",
];
const LABELS: &[&str] = &[
    "",
    "{}",
    "{job=\"a\"}",
    "{le=\"1\"}",
    "{le=\"+Inf\",job=\"a\"}",
    "{quantile=\"0.5\"}",
    "{camelCase=\"x\",job=\"b\"}",
    "{job=\"a\\nb\",}",
];
const VALUES: &[&str] = &[
    "1",
    "-2.5e3",
    "NaN",
    "+Inf",
    ".5",
    "1 1700000000000",
    "x",
    "1 2 3",
];

/// Metrics with and without types and help texts, now and then with something broken in them.
fn exposition(dice: &mut Dice) -> String {
    let pick = |dice: &mut Dice, choices: &[&'static str]| choices[dice.below(choices.len())];
    let mut text = String::new();
    let mut names: Vec<&str> = NAMES.to_vec();
    for _ in 0..1 + dice.below(6) {
        let name = names.swap_remove(dice.below(names.len()));
        if dice.below(3) > 0 {
            let _ = writeln!(text, "# HELP {name} what it is");
        }
        if dice.below(4) > 0 {
            let _ = writeln!(text, "# TYPE {name} {}", pick(dice, KINDS));
        }
        for _ in 0..dice.below(4) {
            let endings: &[&'static str] = &["", "", "", "_bucket", "_sum", "_count"];
            let ending = pick(dice, endings);
            let labels = pick(dice, LABELS);
            // The last two values are broken.
            let broken = if dice.below(30) == 0 { 0 } else { 2 };
            let value = pick(dice, &VALUES[..VALUES.len() - broken]);
            let _ = writeln!(text, "{name}{ending}{labels} {value}");
        }
    }
    text
}

#[test]
fn expositions_are_told_alike() {
    if !common::has_promtool() {
        return;
    }
    let folder = common::Folder::new("metrics");
    for case in CASES {
        common::assert_alike(folder.path(), &["check", "metrics"], case);
    }
}

#[test]
fn random_expositions_are_told_alike() {
    if !common::has_promtool() {
        return;
    }
    let seed = std::env::var("RULECHECK_RANDOM").map_or(1, |seed| seed.parse().unwrap());
    let full = std::env::var_os("RULECHECK_FULL").is_some();
    let mut dice = Dice(seed);
    let folder = common::Folder::new("metrics-random");
    for _ in 0..if full { 2000 } else { 60 } {
        let text = exposition(&mut dice);
        common::assert_alike(folder.path(), &["check", "metrics"], &text);
    }
}

#[test]
fn the_table_of_series_is_promtools() {
    if !common::has_promtool() {
        return;
    }
    // No two have the same number of series: their order is chance in promtool.
    let text = "# HELP a x
# TYPE a histogram
a_bucket{le=\"1\"} 1
a_bucket{le=\"+Inf\"} 3
a_sum 5
a_count 3
# TYPE b summary
# HELP b x
b{quantile=\"0.5\"} 1
b_sum 1
b_count 1
# HELP c_long_name x
c_long_name 1
c_long_name{a=\"b\"} 1
";
    let folder = common::Folder::new("metrics-table");
    for text in [text, ""] {
        common::assert_alike(folder.path(), &["check", "metrics", "--extended"], text);
        common::assert_alike(folder.path(), &["check", "--extended", "metrics"], text);
    }
}

#[test]
fn exit_codes_need_no_promtool() {
    let folder = common::Folder::new("metrics-codes");
    let code = |text: &str| {
        let output = common::as_promtool(folder.path(), &["check", "metrics"], text);
        output.status.code().unwrap()
    };
    assert_eq!(code("# HELP up x\nup 1\n"), 0);
    assert_eq!(code("up 1\n"), 3, "no help text");
    assert_eq!(code("up one\n"), 1);
}
