//! How many samples a query may hold: the largest input that each expression takes, and that promtool 2.42, whose limit is
//! 10,000 samples, takes as much and no more.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and says what it skips"
)]

use crate::common;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rulecheck::harness::Failure;
use rulecheck::target::Target;

/// Each expression with the largest number of series that it takes. A query holds the samples of its arguments; a function
/// or operator holds them once more, and its result; a window is held while its function runs.
const CASES: &[(&str, usize)] = &[
    ("x_total", 10_000),
    ("-x_total", 10_000),
    // n read, n listed, 1 result.
    ("sum(x_total)", 4_999),
    ("scalar(x_total)", 4_999),
    ("absent(x_total)", 5_000),
    // n read, n listed, 3 results; the parameter is read and listed too.
    ("topk(3, x_total)", 4_997),
    // n read, n times read, n results.
    ("timestamp(x_total)", 5_000),
    // n read, n listed, n results.
    ("abs(x_total)", 3_333),
    ("sum by (i) (x_total)", 3_333),
    ("abs(abs(x_total))", 3_333),
    // The same and the number, read and listed.
    ("x_total + 1", 3_332),
    ("x_total > bool 5", 3_332),
    ("clamp_max(x_total, 3)", 3_332),
    // Two sides of n, and the result.
    ("x_total * on (i) x_total", 2_000),
    ("x_total and x_total", 2_000),
    ("(x_total + 1) * (x_total + 2)", 2_000),
    // One window at a time beside the results; then as `sum` above.
    ("sum(rate(x_total[5m]))", 4_999),
    // Six points of each series, then six of one and the results.
    ("max_over_time(x_total[5m:1m])", 1_427),
];

#[test]
fn a_query_takes_what_promtool_takes_and_no_more() {
    // The numbers are checked without it, too.
    let has_promtool = common::has_promtool();
    let folder = common::Folder::new("engine-limits");
    let path = folder.path().join("limits.yml");
    for &(expr, most) in CASES {
        for (count, fits) in [(most, true), (most + 1, false)] {
            folder.write("limits.yml", &fixture(expr, count));
            assert_eq!(ours(&path), fits, "{expr} over {count} series");
            if has_promtool {
                assert_eq!(theirs(&path), fits, "promtool: {expr} over {count} series");
            }
        }
    }
}

/// Work and series are counted, so that a query without end ends on every machine. The watchdog is far above what it takes.
#[test]
fn a_test_without_end_is_refused() {
    let cases = [
        (
            "max_over_time(x[1000d:1ms])",
            "0s",
            "looks at too many samples and steps",
        ),
        (
            "count_values without () (\"v\", x + time())",
            "3000s",
            "more than 1000000 series",
        ),
    ];
    for (expr, time, message) in cases {
        let folder = common::Folder::new("engine-limits-work");
        folder.write(
            "rules.yml",
            &format!("groups:\n- name: g\n  rules:\n  - record: r\n    expr: {expr}\n"),
        );
        let mut text =
            "rule_files: [rules.yml]\nevaluation_interval: 1s\ntests:\n- interval: 1s\n  input_series:\n"
                .to_owned();
        for number in 0..1000 {
            let _ = writeln!(
                text,
                "  - {{series: 'x{{i=\"{number}\"}}', values: 0+1x3000}}"
            );
        }
        let _ = writeln!(
            text,
            "  promql_expr_test: [{{expr: count(r), eval_time: {time}, exp_samples: []}}]"
        );
        folder.write("limits.yml", &text);
        let begin = Instant::now();
        let failures = failures(&folder.path().join("limits.yml"), Target::default());
        assert!(begin.elapsed() < Duration::from_secs(10), "{expr} hangs");
        let [failure] = failures.as_slice() else {
            panic!("{failures:?}");
        };
        assert!(failure.message.contains(message), "{}", failure.message);
        let place = &failure.location;
        assert_eq!(
            place.file.slice(place.span),
            expr,
            "the expression is named"
        );
    }
}

fn fixture(expr: &str, series: usize) -> String {
    let mut text = "evaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n".to_owned();
    for number in 0..series {
        let _ = writeln!(
            text,
            "  - {{series: 'x_total{{i=\"{number}\"}}', values: 0+1x5}}"
        );
    }
    let _ = writeln!(
        text,
        "  promql_expr_test:\n  - {{expr: '{expr}', eval_time: 5m, exp_samples: []}}"
    );
    text
}

fn theirs(fixture: &Path) -> bool {
    !common::promtool_test(fixture).contains("too many samples")
}

fn ours(fixture: &Path) -> bool {
    let target = Target {
        max_samples: 10_000,
        ..common::promtool_target()
    };
    !failures(fixture, target)
        .iter()
        .any(|failure| failure.message.contains("too many samples"))
}

fn failures(fixture: &Path, target: Target) -> Vec<Failure> {
    let mut report = common::run_fixture(fixture, target);
    let mut file = report.files.remove(0);
    assert!(file.problems.is_empty(), "{:?}", file.problems);
    file.tests.remove(0).failures
}
