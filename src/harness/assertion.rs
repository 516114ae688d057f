//! Assertions about expressions against their results.

use super::clockwork::Setting;
use super::expectation::{WantedLabels, assign};
use super::near_miss;
use super::outcome::{Failure, FailureKind, Item, Remark};
use crate::diagnostic::{Level, Location};
use crate::engine::{Evaluator, Query, Sample, Value};
use crate::labels::Labels;
use crate::model::{ExpectedSample, ExprTest, Extension, TestGroup, Text, Tolerance};
use crate::promql::{self, SeriesItem};
use crate::source::Span;
use crate::storage::{Histogram, SampleValue, Storage};
use crate::target::Duration;

/// An expression of a fixture with what it should yield, ready to be asked.
pub(super) struct Question<'f> {
    assertion: &'f ExprTest,
    query: Result<Query, Wrong>,
    /// What its own key `rulecheck` says, and those around it.
    pub extension: Extension,
}

impl<'f> Question<'f> {
    pub fn new(setting: &Setting<'_>, test: &TestGroup, assertion: &'f ExprTest) -> Self {
        let general = test.extension.within(setting.extension);
        Self {
            assertion,
            query: compile(setting, assertion.expr.as_ref()),
            extension: assertion.extension.within(&general),
        }
    }

    /// Whether the assertion itself says which warnings or infos must come up.
    pub fn expects_remarks(&self) -> bool {
        let own = &self.assertion.extension;
        own.warnings.is_some() || own.infos.is_some()
    }

    /// The warnings and infos of the result against those that the assertion itself expects.
    pub fn judge(&self, setting: &Setting<'_>, got: &[Remark]) -> Vec<Failure> {
        let text = self.assertion.expr.as_ref();
        let kind = FailureKind::Expr(text.map_or_else(String::new, ToString::to_string));
        remarks(setting, &self.extension, &kind, self.assertion.time(), got)
    }

    /// The expression, if it can be evaluated.
    pub fn query(&self) -> Option<&Query> {
        self.query.as_ref().ok()
    }
}

/// Compares the result of an expression, over the storage as it is at the end of the test, with the samples expected. Says
/// too what Prometheus would remark about the result.
pub(super) fn expression(
    setting: &Setting<'_>,
    question: &Question<'_>,
    storage: &Storage,
    start: i64,
) -> (Option<Failure>, Vec<Remark>) {
    let mut remarks = Vec::new();
    let assertion = question.assertion;
    let time = assertion.time();
    let text = assertion.expr.as_ref();
    let mut failure = Failure {
        kind: FailureKind::Expr(text.map_or_else(String::new, ToString::to_string)),
        eval_time: time,
        location: Location::new(setting.file, text.map_or(assertion.span, Text::span)),
        message: String::new(),
        expected: Vec::new(),
        got: Vec::new(),
        why: Vec::new(),
    };
    let outcome = question.query.as_ref().map_err(Clone::clone);
    let outcome = outcome
        .and_then(|query| {
            let mut evaluator = Evaluator::new(query);
            let value = evaluator.instant(storage, start.saturating_add(time.ms));
            remarks.extend(evaluator.annotations().iter().map(|annotation| Remark {
                kind: failure.kind.clone(),
                eval_time: time,
                location: Location {
                    span: place(text, Some(annotation.span)).unwrap_or(failure.location.span),
                    ..failure.location.clone()
                },
                level: annotation.level.into(),
                message: annotation.to_string(),
            }));
            samples(value.map_err(|error| (error.message.clone(), place(text, error.span)))?)
        })
        .and_then(|got| Ok((got, expected_samples(setting, &assertion.exp_samples)?)));
    let (mut got, mut expected) = match outcome {
        Ok(both) => both,
        Err((message, span)) => {
            failure.message = message;
            if let Some(span) = span {
                failure.location.span = span;
            }
            return (Some(failure), remarks);
        }
    };
    got.sort_by(|a, b| a.0.cmp(&b.0));
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    let extension = &question.extension;
    let equal = |got: &SampleValue, expected: &SampleValue| {
        equal(got, expected, setting.fuzzy) || is_near(got, expected, extension)
    };
    let same = if extension.is_subset() {
        match beside(&got, expected, equal) {
            Some(shown) => {
                expected = shown;
                false
            }
            None => return (None, remarks),
        }
    } else {
        got.len() == expected.len()
            && got
                .iter()
                .zip(&expected)
                .all(|(got, expected)| got.0 == expected.0 && equal(&got.1, &expected.1))
    };
    if same {
        return (None, remarks);
    }
    let items = |samples: Samples| -> Vec<Item> {
        let samples = samples.into_iter();
        samples
            .map(|(labels, value)| Item::Sample { labels, value })
            .collect()
    };
    failure.expected = items(expected);
    failure.got = items(got);
    failure.message = near_miss::message("sample", &failure.expected, &failure.got);
    (Some(failure), remarks)
}

/// What went wrong and, where it is known better than the whole expression, at which place.
type Wrong = (String, Option<Span>);

type Samples = Vec<(Labels, SampleValue)>;

fn compile(setting: &Setting<'_>, text: Option<&Text>) -> Result<Query, Wrong> {
    let source = text.map_or("", Text::as_str);
    let expr = promql::parse(source, &setting.options.target).map_err(|errors| {
        let first = errors.first();
        let message = first.map_or_else(String::new, ToString::to_string);
        (
            format!("the expression does not parse: {message}"),
            place(text, first.map(|error| error.span)),
        )
    })?;
    Query::new(&expr, setting.options)
        .map_err(|error| (error.message.clone(), place(text, Some(error.span))))
}

fn place(text: Option<&Text>, span: Option<Span>) -> Option<Span> {
    Some(text?.map(span?))
}

fn samples(value: Value) -> Result<Samples, Wrong> {
    match value {
        Value::Vector(samples) => Ok(samples.into_iter().map(labelled).collect()),
        Value::Scalar(value) => Ok(vec![(Labels::empty(), value.into())]),
        Value::String(_) | Value::Matrix(_) => {
            Err(("rule result is not a vector or scalar".to_owned(), None))
        }
    }
}

fn labelled(sample: Sample) -> (Labels, SampleValue) {
    (sample.labels, sample.value)
}

fn expected_samples(setting: &Setting<'_>, samples: &[ExpectedSample]) -> Result<Samples, Wrong> {
    samples
        .iter()
        .map(|sample| {
            let text = sample.labels.as_ref().map_or("", Text::as_str);
            let labels = promql::parse_metric(text, &setting.options.target).map_err(|errors| {
                let message = errors.first().map_or_else(String::new, ToString::to_string);
                let span = sample.labels.as_ref().map(Text::span);
                (format!("the labels `{text}` do not parse: {message}"), span)
            })?;
            let value = sample.value.map_or(0.0, |value| value.value);
            let value = match &sample.histogram {
                Some(text) if !text.is_empty() => histogram(text, setting)?.into(),
                _ => SampleValue::Float(value),
            };
            Ok((labels, value))
        })
        .collect()
}

/// An expected histogram: exactly one value in series notation.
fn histogram(text: &Text, setting: &Setting<'_>) -> Result<Histogram, Wrong> {
    let parsed =
        promql::parse_series_description("expected", text.as_str(), &setting.options.target);
    let spec = parsed.map_err(|errors| {
        let message = errors
            .first()
            .map_or_else(String::new, |error| error.message.clone());
        (
            format!("the histogram does not parse: {message}"),
            Some(text.span()),
        )
    })?;
    match spec.items.as_slice() {
        [item] => match &item.value {
            SeriesItem::Histogram {
                start, times: 1, ..
            } => Ok(Histogram::from(&**start)),
            _ => Err((
                "expected exactly one histogram".to_owned(),
                Some(text.span()),
            )),
        },
        _ => Err((
            "expected exactly one histogram".to_owned(),
            Some(text.span()),
        )),
    }
}

/// Numbers are equal as numbers; with `fuzzy_compare` the neighbours count as equal too, and NaN equals nothing.
/// Histograms are equal when they print alike, hint included. All as in promtool.
fn equal(a: &SampleValue, b: &SampleValue, fuzzy: bool) -> bool {
    match (a, b) {
        (SampleValue::Float(a), SampleValue::Float(b)) => {
            a == b || (fuzzy && (*a == b.next_up() || *a == b.next_down()))
        }
        (SampleValue::Histogram(a), SampleValue::Histogram(b)) => {
            a.test_expression() == b.test_expression()
        }
        _ => false,
    }
}

/// Whether the key `rulecheck` lets two different numbers pass as equal.
fn is_near(a: &SampleValue, b: &SampleValue, extension: &Extension) -> bool {
    let (SampleValue::Float(a), SampleValue::Float(b)) = (a, b) else {
        return false;
    };
    let nan = extension.nan_equals_nan.is_some_and(|nan| nan.value) && a.is_nan() && b.is_nan();
    let near = extension.tolerance.is_some_and(|tolerance| {
        let Tolerance { relative, absolute } = tolerance.value;
        let allowed = absolute.max(relative * a.abs().max(b.abs()));
        // Infinities are near nothing but themselves, which are equal already.
        (a - b).abs() <= allowed && allowed.is_finite()
    });
    nan || near
}

/// The expected samples beside those that came, where labels that are not listed may be there; nothing where all is as
/// expected.
fn beside(
    got: &Samples,
    expected: Samples,
    equal: impl Fn(&SampleValue, &SampleValue) -> bool,
) -> Option<Samples> {
    let wanted: Vec<(WantedLabels<'_>, SampleValue)> = expected
        .into_iter()
        .map(|(labels, value)| (WantedLabels::new(labels, std::iter::empty(), true), value))
        .collect();
    let distance = |wanted: &(WantedLabels<'_>, SampleValue), got: &(Labels, SampleValue)| {
        wanted.0.distance(&got.0) + usize::from(!equal(&got.1, &wanted.1))
    };
    let pairs = assign(&wanted, got, distance);
    let fits = |pair: &(Option<usize>, Option<usize>)| match *pair {
        (Some(number), Some(at)) => distance(&wanted[number], &got[at]) == 0,
        _ => false,
    };
    if pairs.iter().all(fits) {
        return None;
    }
    let shown = pairs.iter().filter_map(|&(number, at)| {
        let (labels, value) = &wanted[number?];
        Some((labels.beside(at.map(|at| &got[at].0)), value.clone()))
    });
    Some(shown.collect())
}

/// The warnings and infos that came up against those that must.
pub(super) fn remarks(
    setting: &Setting<'_>,
    extension: &Extension,
    kind: &FailureKind,
    eval_time: Duration,
    got: &[Remark],
) -> Vec<Failure> {
    let levels = [
        (&extension.warnings, Level::Warning, "warning"),
        (&extension.infos, Level::Info, "info"),
    ];
    let mut failures = Vec::new();
    let mut fail = |location: Location, message: String| {
        failures.push(Failure {
            kind: kind.clone(),
            eval_time,
            location,
            message,
            expected: Vec::new(),
            got: Vec::new(),
            why: Vec::new(),
        });
    };
    for (wanted, level, noun) in levels {
        let Some(wanted) = wanted else {
            continue;
        };
        let came = || got.iter().filter(|remark| remark.level == level);
        for pattern in &wanted.value {
            if !came().any(|remark| pattern.value.is_match(&remark.message)) {
                let message = format!("no {noun} matches `{}`", pattern.value.as_str());
                fail(Location::new(setting.file, pattern.span), message);
            }
        }
        let is_wanted = |remark: &&Remark| {
            let mut patterns = wanted.value.iter();
            patterns.any(|pattern| pattern.value.is_match(&remark.message))
        };
        for remark in came().filter(|remark| !is_wanted(remark)) {
            let message = format!("unexpected {noun}: {}", remark.message);
            fail(Location::new(setting.file, wanted.span), message);
        }
    }
    failures
}
