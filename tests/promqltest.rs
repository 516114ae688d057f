//! Prometheus's own engine suite, as far as the engine goes: instant queries over float series.
//!
//! `PROMQLTEST_DIR=<folder> cargo test --release --test promqltest -- --nocapture` runs every `.test` file under that
//! folder and prints `FILE: P of N` a file and `promqltest: P of N` last. Evaluations that need native histograms,
//! range queries or experimental semantics count among the N and not among the P.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use std::fs;
use std::path::{Path, PathBuf};

use rulecheck::engine::{Evaluator, Options, Query, Sample, Value};
use rulecheck::labels::Labels;
use rulecheck::promql::{self, SeriesSpec};
use rulecheck::storage::{Storage, expand};
use rulecheck::target::{Duration, Features, Target};

/// How many of the evaluations in the corpus must pass.
const FLOOR: usize = 400;

fn folder() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("PROMQLTEST_DIR") {
        return Some(folder.into());
    }
    let corpus = std::env::var_os("RULECHECK_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        PathBuf::from,
    );
    let folder = corpus.join("given/promqltest");
    folder.is_dir().then_some(folder)
}

fn target() -> Target {
    Target {
        features: Features::all(),
        ..Target::default()
    }
}

#[test]
fn the_engine_suite() {
    let Some(folder) = folder() else {
        println!("skipped: no corpus");
        return;
    };
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "test")
        })
        .collect();
    files.sort();
    let (mut passed, mut total) = (0, 0);
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let results = run(&text);
        let good = results.iter().filter(|(_, result)| result.is_ok()).count();
        println!("{name}: {good} of {}", results.len());
        if std::env::var_os("PROMQLTEST_SHOW").is_some() {
            for (line, result) in &results {
                if let Err(reason) = result {
                    println!("  {name}:{line}: {reason}");
                }
            }
        }
        passed += good;
        total += results.len();
    }
    println!("promqltest: {passed} of {total}");
    assert!(passed >= FLOOR, "{passed} of {total} pass, {FLOOR} must");
}

type Outcome = Result<(), String>;

/// Runs a file; one outcome an evaluation, with its line.
fn run(text: &str) -> Vec<(usize, Outcome)> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut storage = Ok(Storage::new());
    let mut results = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let start = at;
        at += 1;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut body = Vec::new();
        while at < lines.len() && !lines[at].is_empty() {
            if !lines[at].starts_with('#') {
                body.push(lines[at]);
            }
            at += 1;
            if line == "clear" {
                at -= 1;
                body.pop();
                break;
            }
        }
        if line == "clear" {
            storage = Ok(Storage::new());
        } else if let Some(step) = line.strip_prefix("load ") {
            storage = storage.and_then(|storage| load(storage, step, &body));
        } else if line.starts_with("load_with_nhcb") {
            storage = Err("load_with_nhcb".to_owned());
        } else if line.starts_with("eval") {
            results.push((start + 1, eval(&storage, line, &body)));
        }
    }
    results
}

fn load(mut storage: Storage, step: &str, body: &[&str]) -> Result<Storage, String> {
    let step = Duration::parse(step.trim()).map_err(|error| error.to_string())?;
    // Of two lines with one series the later stands.
    let mut specs: Vec<SeriesSpec> = Vec::new();
    for line in body {
        let (metric, values) = split_series(line);
        if metric.contains("@st") {
            return Err("start timestamps".to_owned());
        }
        let spec = promql::parse_series_description(metric, values, &target())
            .map_err(|errors| format!("{line}: {}", errors[0].message))?;
        specs.retain(|earlier| earlier.labels != spec.labels);
        specs.push(spec);
    }
    for spec in &specs {
        let id = storage.series_id(&spec.labels);
        for sample in expand(spec, 0, step.ms) {
            let (time, value) = sample.map_err(|error| error.to_string())?;
            storage.append(id, time, value).map_err(|e| e.to_string())?;
        }
    }
    Ok(storage)
}

/// The series and its values: they part at the first blank outside braces and quotes.
fn split_series(line: &str) -> (&str, &str) {
    let mut quoted = false;
    let mut depth = 0;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => depth -= 1,
            ' ' | '\t' if !quoted && depth == 0 => {
                let rest = line[at..].trim_start();
                // `name {a="b"} 1` has a blank before the braces.
                if !rest.starts_with('{') || rest.starts_with("{{") {
                    return (&line[..at], rest);
                }
            }
            _ => {}
        }
    }
    (line, "")
}

fn eval(storage: &Result<Storage, String>, line: &str, body: &[&str]) -> Outcome {
    let storage = storage
        .as_ref()
        .map_err(|reason| format!("not loaded: {reason}"))?;
    let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
    let Some(rest) = rest.trim().strip_prefix("instant at ") else {
        return Err("range query".to_owned());
    };
    let (time, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let time = time_of(time)?;
    let expects = |word: &str| {
        body.iter()
            .any(|line| line.starts_with(&format!("expect {word}")))
    };
    let must_fail = command == "eval_fail" || expects("fail");
    for needs in ["warn", "info", "range"] {
        if expects(needs) || command == format!("eval_{needs}") {
            return Err(format!("expect {needs}"));
        }
    }
    let result = evaluate(storage, text, time);
    match (result, must_fail) {
        (Err(message), true) => fails_as_expected(&message, body),
        (Ok(_), true) => Err("should fail".to_owned()),
        (Err(message), false) => Err(message),
        (Ok(value), false) => {
            let ordered = command == "eval_ordered" || expects("ordered");
            let expected: Vec<&str> = body
                .iter()
                .copied()
                .filter(|line| !line.starts_with("expect "))
                .collect();
            compare(value, &expected, ordered)
        }
    }
}

fn time_of(text: &str) -> Result<i64, String> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    if let Ok(seconds) = text.parse::<f64>() {
        return Ok(sign * (seconds * 1000.0) as i64);
    }
    Duration::parse(text)
        .map(|duration| sign * duration.ms)
        .map_err(|error| error.to_string())
}

fn fails_as_expected(message: &str, body: &[&str]) -> Outcome {
    for line in body {
        let wanted = line
            .strip_prefix("expect fail msg:")
            .or_else(|| line.strip_prefix("expected_fail_message"));
        if let Some(wanted) = wanted
            && !message.contains(wanted.trim())
        {
            return Err(format!("fails with: {message}"));
        }
    }
    Ok(())
}

fn evaluate(storage: &Storage, text: &str, time: i64) -> Result<Value, String> {
    let expr = promql::parse(text, &target())
        .map_err(|errors| format!("parse error: {}", errors[0].message))?;
    let query = Query::new(&expr, Options::new(target())).map_err(|error| error.to_string())?;
    let mut evaluator = Evaluator::new(&query);
    evaluator
        .instant(storage, time)
        .map_err(|error| error.to_string())
}

fn compare(value: Value, expected: &[&str], ordered: bool) -> Outcome {
    let mut got = match value {
        Value::String(text) => {
            let wanted = expected.first().copied().unwrap_or("");
            return (wanted.contains(&*text))
                .then_some(())
                .ok_or_else(|| format!("got string {text}"));
        }
        Value::Scalar(value) => vec![Sample::unlabelled(value)],
        Value::Vector(samples) => samples,
    };
    let mut wanted: Vec<(Labels, f64)> = Vec::new();
    for line in expected {
        let (metric, value) = split_series(line);
        if let (Ok(number), "") = (metric.parse::<f64>(), value) {
            wanted.push((Labels::empty(), number));
            continue;
        }
        let spec = promql::parse_series_description(metric, value, &target())
            .map_err(|errors| format!("{line}: {}", errors[0].message))?;
        let value = match expand(&spec, 0, 1).next() {
            Some(Ok((_, value))) => value,
            Some(Err(error)) => return Err(error.to_string()),
            None => return Err(format!("no value in {line}")),
        };
        wanted.push((spec.labels, value));
    }
    if !ordered {
        got.sort_by(|a, b| a.labels.cmp(&b.labels));
        wanted.sort_by(|a, b| a.0.cmp(&b.0));
    }
    let same = got.len() == wanted.len()
        && got
            .iter()
            .zip(&wanted)
            .all(|(got, wanted)| got.labels == wanted.0 && almost_equal(got.value, wanted.1));
    if same {
        return Ok(());
    }
    let got: Vec<String> = got
        .iter()
        .map(|s| format!("{} {}", s.labels, s.value))
        .collect();
    Err(format!("wanted {wanted:?}, got {got:?}"))
}

/// The suite's own tolerance.
fn almost_equal(a: f64, b: f64) -> bool {
    if a.is_nan() || b.is_nan() {
        return a.is_nan() && b.is_nan();
    }
    if a == b {
        return true;
    }
    let sum = a.abs() + b.abs();
    let difference = (a - b).abs();
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < 1e-6 * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < 1e-6
}
