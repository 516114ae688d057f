//! Prometheus's own engine suite.
//!
//! `PROMQLTEST_DIR=<folder> cargo test --release --test suite promqltest:: -- --nocapture` runs every `.test` file under that
//! folder, prints `FILE: P of N` a file and `promqltest: P of N` last, and fails where P is less than N. With
//! `PROMQLTEST_SHOW=1` it also says what is wrong.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic and says what it skips"
)]

use crate::common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rulecheck::engine::{Evaluator, Options, Query, Sample, Value};
use rulecheck::labels::Labels;
use rulecheck::promql::{self, SeriesSpec};
use rulecheck::regex::{Anchoring, Pattern};
use rulecheck::storage::{Histogram, SampleValue, Storage, expand};
use rulecheck::target::{Duration, Features, Target};

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
    let (passed, total) = run_all(&folder, |line| println!("{line}"));
    println!("promqltest: {passed} of {total}");
    assert!(total > 0, "no evaluations in {}", folder.display());
    assert_eq!(passed, total);
}

/// Cases of our own in the same language.
#[test]
fn our_own_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promqltest");
    let mut lines = Vec::new();
    let (passed, total) = run_all(&folder, |line| lines.push(line));
    assert!(total > 0 && passed == total, "{lines:#?}");
}

/// Runs every file of a folder; how many evaluations are as expected, of how many.
fn run_all(folder: &Path, mut print: impl FnMut(String)) -> (usize, usize) {
    let files = common::files(folder, &["test"]);
    let (mut passed, mut total) = (0, 0);
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let results = run(&text);
        let good = results.iter().filter(|(_, result)| result.is_ok()).count();
        print(format!("{name}: {good} of {}", results.len()));
        if std::env::var_os("PROMQLTEST_SHOW").is_some() {
            for (line, result) in &results {
                if let Err(reason) = result {
                    print(format!("  {name}:{line}: {reason}"));
                }
            }
        }
        passed += good;
        total += results.len();
    }
    (passed, total)
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
        if line == "clear" {
            storage = Ok(Storage::new());
            continue;
        }
        let mut body = Vec::new();
        while at < lines.len() && !lines[at].is_empty() {
            if !lines[at].starts_with('#') {
                body.push(lines[at]);
            }
            at += 1;
        }
        if let Some(step) = line.strip_prefix("load ") {
            storage = storage.and_then(|storage| load(storage, step, &body, false));
        } else if let Some(step) = line.strip_prefix("load_with_nhcb ") {
            storage = storage.and_then(|storage| load(storage, step, &body, true));
        } else if line.starts_with("eval") {
            results.push((start + 1, eval(&storage, line, &body)));
        }
    }
    results
}

fn load(
    mut storage: Storage,
    step: &str,
    body: &[&str],
    with_custom_buckets: bool,
) -> Result<Storage, String> {
    let step = Duration::parse(step.trim()).map_err(|error| error.to_string())?;
    // Of two lines with one series the later stands.
    let mut specs: Vec<SeriesSpec> = Vec::new();
    let mut starts: Vec<(Labels, Vec<Option<i64>>)> = Vec::new();
    for line in body {
        let (metric, values) = split_series(line);
        if let Some(metric) = metric.strip_suffix("@st") {
            let spec = parse_series(metric, "")?;
            starts.push((spec.labels, start_offsets(values)?));
            continue;
        }
        let spec = parse_series(metric, values)?;
        specs.retain(|earlier| earlier.labels != spec.labels);
        specs.push(spec);
    }
    for spec in &specs {
        let id = storage.series_id(&spec.labels);
        let offsets = starts.iter().find(|(labels, _)| *labels == spec.labels);
        for sample in expand(spec, 0, step.ms) {
            let (time, value) = sample.map_err(|error| error.to_string())?;
            storage
                .append(id, time, value)
                .map_err(|error| error.to_string())?;
            let slot = usize::try_from(time / step.ms).unwrap();
            let offset = offsets.and_then(|(_, offsets)| offsets.get(slot).copied().flatten());
            if let Some(offset) = offset {
                storage.set_start(id, time + offset);
            }
        }
    }
    if with_custom_buckets {
        add_custom_buckets(&mut storage, &specs, step.ms)?;
    }
    Ok(storage)
}

fn parse_series(metric: &str, values: &str) -> Result<SeriesSpec, String> {
    promql::parse_series_description(metric, values, &target())
        .map_err(|errors| format!("{metric} {values}: {}", errors[0].message))
}

/// The values of a line `metric@st`: durations from the time of each sample, `a+bxn` and `a-bxn` as in series notation.
fn start_offsets(values: &str) -> Result<Vec<Option<i64>>, String> {
    let mut offsets = Vec::new();
    for item in values.split_whitespace() {
        if item == "_" {
            offsets.push(None);
            continue;
        }
        let (body, times) = match item.rsplit_once('x') {
            Some((body, times)) => (body, times.parse::<usize>().map_err(|e| e.to_string())?),
            None => (item, 0),
        };
        if body == "_" {
            offsets.extend(std::iter::repeat_n(None, times));
            continue;
        }
        let split = body[1..].find(['+', '-']).map(|at| at + 1);
        let (first, step) = match split {
            Some(at) => (signed(&body[..at])?, signed(&body[at..])?),
            None => (signed(body)?, 0),
        };
        offsets.extend((0..=times as i64).map(|n| Some(first + n * step)));
    }
    Ok(offsets)
}

fn signed(text: &str) -> Result<i64, String> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let duration = Duration::parse(text).map_err(|error| error.to_string())?;
    Ok(sign * duration.ms)
}

#[derive(Default)]
struct ClassicAt {
    buckets: Vec<(f64, f64)>,
    count: Option<f64>,
    sum: Option<f64>,
}

/// Classic histograms become native ones with custom buckets besides.
fn add_custom_buckets(
    storage: &mut Storage,
    specs: &[SeriesSpec],
    step: i64,
) -> Result<(), String> {
    let mut histograms: BTreeMap<Labels, BTreeMap<i64, ClassicAt>> = BTreeMap::new();
    for spec in specs {
        let name = spec.labels.metric_name().unwrap_or("");
        let Some((base, suffix)) = name.rsplit_once('_') else {
            continue;
        };
        let mut labels = spec.labels.edit();
        labels.set("__name__", base).remove("le");
        let labels = labels.build();
        let le: f64 = spec
            .labels
            .get("le")
            .map_or(Ok(0.0), str::parse)
            .unwrap_or(0.0);
        if !matches!(suffix, "bucket" | "count" | "sum") {
            continue;
        }
        for sample in expand(spec, 0, step) {
            let (time, value) = sample.map_err(|error| error.to_string())?;
            let Some(value) = value.float() else { continue };
            let at = histograms
                .entry(labels.clone())
                .or_default()
                .entry(time)
                .or_default();
            match suffix {
                "bucket" => at.buckets.push((le, value)),
                "count" => at.count = Some(value),
                _ => at.sum = Some(value),
            }
        }
    }
    for (labels, by_time) in histograms {
        let id = storage.series_id(&labels);
        for (time, classic) in by_time {
            let histogram = Histogram::from_classic(&classic.buckets, classic.count, classic.sum)
                .map_err(|error| error.to_string())?;
            storage
                .append(id, time, histogram)
                .map_err(|error| error.to_string())?;
        }
    }
    Ok(())
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

/// Instant at a time, or range from, to and step.
enum When {
    Instant(i64),
    Range(i64, i64, i64),
}

fn eval(storage: &Result<Storage, String>, line: &str, body: &[&str]) -> Outcome {
    let storage = storage
        .as_ref()
        .map_err(|reason| format!("not loaded: {reason}"))?;
    let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (when, text) = parse_when(rest.trim())?;
    let expects = |word: &str| {
        let directive = format!("expect {word}");
        body.iter().any(|line| line.starts_with(&directive))
    };
    let must_fail = command == "eval_fail" || expects("fail");
    let (result, annotations) = evaluate(storage, text, &when);
    match (result, must_fail) {
        (Err(message), true) => return fails_as_expected(&message, body),
        (Ok(_), true) => return Err("should fail".to_owned()),
        (Err(message), false) => return Err(message),
        (Ok(value), false) => {
            let ordered = command == "eval_ordered" || expects("ordered");
            let expected: Vec<&str> = body
                .iter()
                .copied()
                .filter(|line| !line.starts_with("expect "))
                .collect();
            let range = body
                .iter()
                .find_map(|line| line.strip_prefix("expect range vector "));
            match (&when, range) {
                (_, Some(range)) => {
                    let (range, _) = parse_when(&format!("range {range} x"))?;
                    compare_matrix(value, &expected, &range)?;
                }
                (When::Range(..), None) => compare_matrix(value, &expected, &when)?,
                (When::Instant(_), None) => compare(value, &expected, ordered)?,
            }
        }
    }
    check_annotations(command, body, &annotations)
}

fn parse_when(text: &str) -> Result<(When, &str), String> {
    if let Some(rest) = text.strip_prefix("instant at ") {
        let (time, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        return Ok((When::Instant(time_of(time)?), text));
    }
    let words: Vec<&str> = text.splitn(8, ' ').collect();
    match words.as_slice() {
        ["range", "from", from, "to", to, "step", step, text] => {
            let when = When::Range(time_of(from)?, time_of(to)?, time_of(step)?);
            Ok((when, text))
        }
        _ => Err(format!("cannot read {text}")),
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

fn check_annotations(command: &str, body: &[&str], annotations: &[String]) -> Outcome {
    for (word, prefix) in [("warn", "PromQL warning: "), ("info", "PromQL info: ")] {
        let of_level: Vec<&String> = annotations
            .iter()
            .filter(|text| text.starts_with(prefix))
            .collect();
        if command == format!("eval_{word}") && of_level.is_empty() {
            return Err(format!("no {word}"));
        }
        for line in body {
            if *line == format!("expect no_{word}") && !of_level.is_empty() {
                return Err(format!("unexpected {of_level:?}"));
            }
            let Some(wanted) = line.strip_prefix(&format!("expect {word}")) else {
                continue;
            };
            let wanted = wanted.trim();
            let found = match (wanted.strip_prefix("msg:"), wanted.strip_prefix("regex:")) {
                (Some(message), _) => of_level.iter().any(|text| *text == message.trim()),
                (_, Some(regex)) => {
                    let pattern = Pattern::parse(regex.trim(), Anchoring::None).unwrap();
                    of_level.iter().any(|text| pattern.is_match(text))
                }
                _ => !of_level.is_empty(),
            };
            if !found {
                return Err(format!("wanted {line}, got {annotations:?}"));
            }
        }
    }
    Ok(())
}

fn evaluate(storage: &Storage, text: &str, when: &When) -> (Result<Value, String>, Vec<String>) {
    let mut options = Options::new(target());
    if let When::Range(from, to, step) = when {
        options.step_ms = *step;
        options.range_ms = to - from;
    }
    let query = promql::parse(text, &target())
        .map_err(|errors| format!("parse error: {}", errors[0].message))
        .and_then(|expr| Query::new(&expr, options).map_err(|error| error.to_string()));
    let query = match query {
        Ok(query) => query,
        Err(message) => return (Err(message), Vec::new()),
    };
    let mut evaluator = Evaluator::new(&query);
    let value = match when {
        When::Instant(time) => evaluator.instant(storage, *time),
        When::Range(from, to, step) => evaluator.range(storage, *from, *to, *step),
    };
    let annotations = evaluator.annotations().iter();
    let annotations = annotations
        .map(|annotation| annotation.describe(text))
        .collect();
    (value.map_err(|error| error.to_string()), annotations)
}

/// What a line expects: a lone number, or a series with its values.
fn expected_series(line: &str) -> Result<SeriesSpec, String> {
    let (metric, values) = split_series(line);
    if values.is_empty() && metric.parse::<f64>().is_ok() {
        return parse_series("{}", metric);
    }
    parse_series(metric, values)
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
        Value::Matrix(_) => return Err("got a range vector".to_owned()),
    };
    let mut wanted: Vec<(Labels, SampleValue)> = Vec::new();
    for line in expected {
        let spec = expected_series(line)?;
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
            .all(|(got, wanted)| got.labels == wanted.0 && same_value(&got.value, &wanted.1));
    if same {
        return Ok(());
    }
    let got: Vec<String> = got
        .iter()
        .map(|sample| format!("{} {}", sample.labels, shown(&sample.value)))
        .collect();
    let wanted: Vec<String> = wanted
        .iter()
        .map(|(labels, value)| format!("{labels} {}", shown(value)))
        .collect();
    Err(format!("wanted {wanted:?}, got {got:?}"))
}

fn compare_matrix(value: Value, expected: &[&str], when: &When) -> Outcome {
    let When::Range(from, _, step) = when else {
        return Err("no range".to_owned());
    };
    let Value::Matrix(series) = value else {
        return Err("not a matrix".to_owned());
    };
    let mut got: BTreeMap<Labels, Vec<(i64, SampleValue)>> = BTreeMap::new();
    for points in series {
        got.insert(points.labels, points.points);
    }
    let mut wanted: BTreeMap<Labels, Vec<(i64, SampleValue)>> = BTreeMap::new();
    for line in expected {
        let spec = expected_series(line)?;
        let points: Result<Vec<_>, _> = expand(&spec, *from, *step).collect();
        wanted.insert(spec.labels, points.map_err(|error| error.to_string())?);
    }
    let same = got.len() == wanted.len()
        && got.iter().zip(&wanted).all(|(got, wanted)| {
            got.0 == wanted.0
                && got.1.len() == wanted.1.len()
                && got
                    .1
                    .iter()
                    .zip(wanted.1)
                    .all(|(got, wanted)| got.0 == wanted.0 && same_value(&got.1, &wanted.1))
        });
    if same {
        return Ok(());
    }
    let text = |matrix: &BTreeMap<Labels, Vec<(i64, SampleValue)>>| {
        let series = matrix.iter().map(|(labels, points)| {
            let points: Vec<String> = points
                .iter()
                .map(|(time, value)| format!("{}@{time}", shown(value)))
                .collect();
            format!("{labels} {}", points.join(" "))
        });
        series.collect::<Vec<_>>().join("; ")
    };
    Err(format!("wanted {}, got {}", text(&wanted), text(&got)))
}

fn shown(value: &SampleValue) -> String {
    match value {
        SampleValue::Float(value) => value.to_string(),
        SampleValue::Histogram(histogram) => histogram.test_expression(),
    }
}

/// The suite's own tolerance. A hint is compared only where the expectation has one.
fn same_value(got: &SampleValue, wanted: &SampleValue) -> bool {
    match (got, wanted) {
        (SampleValue::Float(got), SampleValue::Float(wanted)) => almost_equal(*got, *wanted),
        (SampleValue::Histogram(got), SampleValue::Histogram(wanted)) => got.almost_equals(wanted),
        _ => false,
    }
}

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
