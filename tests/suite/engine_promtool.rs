//! Random expressions over random series, evaluated by the real promtool 2.42 and by us at target 2.42.
//!
//! Ordinarily 300 cases with a fixed seed; 6,000 with `RULECHECK_FULL=1`. `RULECHECK_RANDOM=n` takes other cases.
//!
//! Numbers must be equal to the last bit, with these exceptions:
//!
//! 1. promtool keeps input series in a Go map, so the order in which it adds up series changes from run to run. A result
//!    of an aggregation that adds may differ by rounding.
//! 2. Go calculates the trigonometric functions in its own way; the last digits may differ.
//! 3. Which of several equal values `topk` and `bottomk` take is chance in promtool. Their values are compared.
//! 4. promtool 2.42 moves the window of `predict_linear(x[5m] @ t, 60)` along inside a subquery; Prometheus has mended
//!    that since. No such expression is made.
//! 5. Where several errors are there at once, or an error lists series, promtool's choice is chance. That there is an
//!    error is compared, and its words where they name no series.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use crate::common;
pub mod generator;

use std::collections::BTreeMap;

use generator::Dice;
use rulecheck::harness::{FailureKind, Item};

/// What an expression yields: samples by labels, or why it fails.
type Outcome = Result<Vec<(String, f64)>, String>;
/// The outcomes that are not empty, by expression and time.
type Outcomes = BTreeMap<(String, String), Outcome>;

const IN_A_FIXTURE: usize = 60;

#[test]
fn random_expressions_yield_what_promtool_says() {
    if !common::has_promtool() {
        return;
    }
    let fixtures = if std::env::var_os("RULECHECK_FULL").is_some() {
        100
    } else {
        5
    };
    let seed = std::env::var("RULECHECK_RANDOM").map_or(42, |seed| seed.parse().unwrap());
    let mut dice = Dice(seed);
    let folder = common::Folder::new("engine-promtool");
    let mut tally = Tally::default();
    for number in 0..fixtures {
        let name = format!("random-{number}.yml");
        folder.write(&name, &generator::fixture(&mut dice, IN_A_FIXTURE));
        let path = folder.path().join(&name);
        let (theirs, ours) = (theirs(&path), ours(&path));
        tally.silent += IN_A_FIXTURE;
        let questions: std::collections::BTreeSet<_> = theirs.keys().chain(ours.keys()).collect();
        for question in questions {
            tally.silent -= 1;
            let nothing = Ok(Vec::new());
            let (a, b) = (
                theirs.get(question).unwrap_or(&nothing),
                ours.get(question).unwrap_or(&nothing),
            );
            tally.count(question, a, b, &name);
        }
    }
    eprintln!("{tally}");
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
    assert!(
        tally.equal > tally.silent / 2,
        "too few cases have a result"
    );
}

/// How the cases came out.
#[derive(Default)]
struct Tally {
    equal: usize,
    /// Equal but for rounding, where that is to be expected.
    rounded: usize,
    /// Both fail.
    failed: usize,
    /// Both yield nothing.
    silent: usize,
    wrong: Vec<String>,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "promtool 2.42: {} results equal, {} equal but for rounding, {} fail in both, {} empty in both, {} differ",
            self.equal,
            self.rounded,
            self.failed,
            self.silent,
            self.wrong.len()
        )
    }
}

impl Tally {
    fn count(&mut self, question: &(String, String), theirs: &Outcome, ours: &Outcome, file: &str) {
        let (expr, time) = question;
        match (theirs, ours) {
            (Err(theirs), Err(ours)) if same_error(theirs, ours) => self.failed += 1,
            (Ok(theirs), Ok(ours)) => match compare(expr, theirs, ours) {
                Verdict::Equal => self.equal += 1,
                Verdict::Rounded => self.rounded += 1,
                Verdict::Different => self.wrong.push(format!(
                    "{file}: {expr} at {time}\n  promtool  {theirs:?}\n  rulecheck {ours:?}"
                )),
            },
            _ => self.wrong.push(format!(
                "{file}: {expr} at {time}\n  promtool  {theirs:?}\n  rulecheck {ours:?}"
            )),
        }
    }
}

/// Errors that list series do so in the order of promtool's map.
fn same_error(theirs: &str, ours: &str) -> bool {
    let head = |text: &str| text.split(['{', '[']).next().unwrap().to_owned();
    head(theirs) == head(ours)
}

enum Verdict {
    Equal,
    Rounded,
    Different,
}

fn compare(expr: &str, theirs: &[(String, f64)], ours: &[(String, f64)]) -> Verdict {
    let mentions = |names: &[&str]| names.iter().any(|name| expr.contains(name));
    let (mut theirs, mut ours) = (theirs.to_vec(), ours.to_vec());
    if expr.starts_with("topk") || expr.starts_with("bottomk") {
        for list in [&mut theirs, &mut ours] {
            for (labels, value) in list.iter_mut() {
                labels.clear();
                *value = if value.is_nan() { f64::NAN } else { *value };
            }
            list.sort_by(|a, b| a.1.total_cmp(&b.1));
        }
    }
    if theirs.len() != ours.len() || theirs.iter().zip(&ours).any(|(a, b)| a.0 != b.0) {
        return Verdict::Different;
    }
    let is_equal = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    let mut pairs = theirs.iter().zip(&ours).map(|(a, b)| (a.1, b.1));
    if pairs.clone().all(|(a, b)| is_equal(a, b)) {
        return Verdict::Equal;
    }
    let adds_up = mentions(&["sum", "avg", "stddev", "stdvar"]);
    let is_transcendent = mentions(&["sin", "cos", "tan"]);
    let is_near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3);
    if (adds_up || is_transcendent) && pairs.all(|(a, b)| is_equal(a, b) || is_near(a, b)) {
        return Verdict::Rounded;
    }
    Verdict::Different
}

/// Runs promtool and reads what it says it got.
fn theirs(fixture: &std::path::Path) -> Outcomes {
    let text = common::promtool_test(fixture);
    let mut found = Outcomes::new();
    let mut question = None;
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("expr: ") {
            let (expr, rest) = rest.split_once("\", time: ").unwrap();
            let expr = expr[1..].replace("\\\"", "\"").replace("\\\\", "\\");
            let (time, error) = rest.split_once(',').unwrap();
            let key = (expr, time.to_owned());
            match error.trim().strip_prefix("err: ") {
                Some(error) => {
                    found.insert(key, Err(error.to_owned()));
                }
                None => question = Some(key),
            }
        } else if let Some(rest) = line.strip_prefix("got: ") {
            found.insert(question.take().unwrap(), Ok(samples(rest)));
        }
    }
    assert!(!found.is_empty(), "promtool says nothing: {text}");
    found
}

/// Reads `{a="b"} 1E+00, {} NaN`. No label value in these tests has a brace.
fn samples(text: &str) -> Vec<(String, f64)> {
    let mut found: Vec<(String, f64)> = text
        .split("{")
        .skip(1)
        .map(|sample| {
            let (labels, value) = sample.split_once('}').unwrap();
            let value = value.trim().trim_end_matches(',');
            (format!("{{{labels}}}"), value.parse().unwrap())
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    found
}

/// Runs our harness over the same file.
fn ours(fixture: &std::path::Path) -> Outcomes {
    let report = common::run_fixture(fixture, common::promtool_target());
    let report = &report.files[0];
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let failures = report.tests.iter().flat_map(|test| &test.failures);
    failures
        .map(|failure| {
            let FailureKind::Expr(expr) = &failure.kind else {
                panic!("only expressions are asked for: {failure:?}");
            };
            let mut samples: Vec<(String, f64)> = failure
                .got
                .iter()
                .map(|item| match item {
                    Item::Sample { labels, value } => (labels.in_braces(), value.float().unwrap()),
                    Item::Alert { .. } | Item::Field { .. } => panic!("no alert is asked for"),
                })
                .collect();
            samples.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            let outcome = if failure.got.is_empty() {
                Err(failure.message.clone())
            } else {
                Ok(samples)
            };
            ((expr.clone(), failure.eval_time.to_string()), outcome)
        })
        .collect()
}
