//! Assertions of a test group against what came out.

use std::sync::Arc;

use super::clockwork::Setting;
use super::outcome::{Failure, FailureKind, Item, Remark};
use crate::alerting::GroupRun;
use crate::diagnostic::Location;
use crate::engine::{Evaluator, Query, Sample, Value};
use crate::labels::{ALERT_NAME, Labels};
use crate::model::{AlertTest, ExpectedSample, ExprTest, Pair, Text};
use crate::promql::{self, SeriesItem};
use crate::source::{SourceFile, Span};
use crate::storage::{Histogram, SampleValue, Storage};

/// Compares the firing alerts of a name, over all groups, with those expected: exactly, as a multiset.
pub(super) fn alerts(
    file: &Arc<SourceFile>,
    assertion: &AlertTest,
    groups: &[GroupRun<'_>],
) -> Option<Failure> {
    let name = assertion.alertname.as_ref()?;
    let mut got: Vec<(Labels, Labels)> = groups
        .iter()
        .flat_map(GroupRun::alerts)
        .filter(|(rule, alert)| &*rule.name == name.as_str() && alert.fires())
        .map(|(_, alert)| (alert.labels.clone(), alert.annotations.clone()))
        .collect();
    let mut expected: Vec<(Labels, Labels)> = assertion
        .exp_alerts
        .iter()
        .map(|alert| {
            let named = [(ALERT_NAME, name.as_str())];
            let labels = pairs(&alert.labels).chain(named);
            (
                Labels::from_pairs(labels),
                Labels::from_pairs(pairs(&alert.annotations)),
            )
        })
        .collect();
    got.sort();
    expected.sort();
    if got == expected {
        return None;
    }
    let items = |alerts: Vec<(Labels, Labels)>| -> Vec<Item> {
        let alerts = alerts.into_iter();
        alerts
            .map(|(labels, annotations)| Item::Alert {
                labels,
                annotations,
            })
            .collect()
    };
    Some(Failure {
        kind: FailureKind::Alert(name.as_str().to_owned()),
        eval_time: assertion.time(),
        location: Location::new(file, name.span()),
        message: alert_message(expected.len(), got.len()),
        expected: items(expected),
        got: items(got),
    })
}

fn pairs(pairs: &[Pair]) -> impl Iterator<Item = (&str, &str)> {
    pairs
        .iter()
        .map(|pair| (pair.key.as_str(), pair.value.as_str()))
}

fn alert_message(expected: usize, got: usize) -> String {
    let alerts = |count: usize| match count {
        1 => "1 firing alert".to_owned(),
        count => format!("{count} firing alerts"),
    };
    match (expected, got) {
        (0, got) => format!("nothing should fire, but there is {}", alerts(got)),
        (expected, 0) => format!("expected {}, but nothing fires", alerts(expected)),
        (expected, got) if expected == got => {
            format!(
                "expected {} and got {got}, but they differ",
                alerts(expected)
            )
        }
        (expected, got) => format!("expected {}, got {got}", alerts(expected)),
    }
}

/// An expression of a fixture with what it should yield, ready to be asked.
pub(super) struct Question<'f> {
    assertion: &'f ExprTest,
    query: Result<Query, Wrong>,
}

impl<'f> Question<'f> {
    pub fn new(setting: &Setting<'_>, assertion: &'f ExprTest) -> Self {
        let query = compile(setting, assertion.expr.as_ref());
        Self { assertion, query }
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
    let same = got.len() == expected.len()
        && got.iter().zip(&expected).all(|(got, expected)| {
            got.0 == expected.0 && equal(&got.1, &expected.1, setting.fuzzy)
        });
    if same {
        return (None, remarks);
    }
    failure.message = sample_message(&expected, &got);
    let items = |samples: Samples| -> Vec<Item> {
        let samples = samples.into_iter();
        samples
            .map(|(labels, value)| Item::Sample { labels, value })
            .collect()
    };
    failure.expected = items(expected);
    failure.got = items(got);
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

fn sample_message(expected: &Samples, got: &Samples) -> String {
    let samples = |count: usize| match count {
        1 => "1 sample".to_owned(),
        count => format!("{count} samples"),
    };
    match (expected.len(), got.len()) {
        (expected, 0) => format!("expected {}, got none", samples(expected)),
        (0, got) => format!("expected no sample, got {got}"),
        (expected, got) if expected == got => {
            format!(
                "expected {} and got {got}, but they differ",
                samples(expected)
            )
        }
        (expected, got) => format!("expected {}, got {got}", samples(expected)),
    }
}
