//! Input series: from the texts of a fixture to samples that are loaded as time goes on.

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::model::{InputSeries, TestGroup, Text};
use crate::promql::{SeriesPart, SeriesSpec, parse_series_description};
use crate::source::Span;
use crate::storage::{AppendError, ExpandError, SampleValue, SeriesId, Storage, expand};
use crate::target::Target;

/// An input series as read, with the item it stands in.
#[derive(Debug)]
pub(super) struct Series<'f> {
    pub item: &'f InputSeries,
    pub spec: SeriesSpec,
}

/// Reads the input series of a test group.
///
/// promtool writes them into one text, a line each, and reads that text back. Two things follow, which are kept: a line
/// that is empty or begins with `#` ends the loading, and a text of several lines makes several series. Of two series
/// with the same labels the later one stands.
pub(super) fn read<'f>(
    test: &'f TestGroup,
    target: &Target,
) -> Result<Vec<Series<'f>>, Vec<Diagnostic>> {
    let mut found: Vec<Series<'f>> = Vec::new();
    let mut problems = Vec::new();
    'items: for item in &test.input_series {
        for (series, values) in lines(item) {
            if series.is_empty() || series.starts_with('#') {
                break 'items;
            }
            match parse_series_description(series, values, target) {
                Ok(spec) => {
                    found.retain(|earlier| earlier.spec.labels != spec.labels);
                    found.push(Series { item, spec });
                }
                Err(errors) => {
                    for error in errors {
                        let text = match error.part {
                            SeriesPart::Series => item.series.as_ref(),
                            SeriesPart::Values => item.values.as_ref(),
                        };
                        problems.extend(problem(item, text, error.span, error.message));
                    }
                }
            }
        }
    }
    if problems.is_empty() {
        Ok(found)
    } else {
        Err(problems)
    }
}

/// The lines that promtool would read: the first has the two texts, each further line of the values is a series of its
/// own.
fn lines(item: &InputSeries) -> Vec<(&str, &str)> {
    let series = item.series.as_ref().map_or("", Text::as_str);
    let values = item.values.as_ref().map_or("", Text::as_str);
    let mut further = values.split('\n');
    let first = further.next().unwrap_or("");
    let rest = further.map(|line| (line.trim(), ""));
    std::iter::once((series.trim(), first.trim()))
        .chain(rest)
        .collect()
}

/// The samples of the input series, loaded bit by bit.
pub(super) struct Loading<'s> {
    pending: Vec<Pending<'s>>,
}

struct Pending<'s> {
    series: &'s Series<'s>,
    id: SeriesId,
    samples: std::iter::Peekable<Samples<'s>>,
}

type Samples<'s> = Box<dyn Iterator<Item = Result<(i64, SampleValue), ExpandError>> + 's>;

/// Why a sample could not be loaded.
#[derive(Debug)]
pub(super) enum LoadError {
    Expand(ExpandError),
    Append(AppendError),
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Expand(error) => error.fmt(f),
            Self::Append(error) => error.fmt(f),
        }
    }
}

impl<'s> Loading<'s> {
    /// Nothing is loaded yet; series that never have a sample do not come into being.
    pub fn new(
        series: &'s [Series<'s>],
        start: i64,
        interval_ms: i64,
        storage: &mut Storage,
    ) -> Self {
        let pending = series
            .iter()
            .filter_map(|series| {
                let samples: Samples<'s> = Box::new(expand(&series.spec, start, interval_ms));
                let mut samples = samples.peekable();
                samples.peek()?;
                Some(Pending {
                    series,
                    id: storage.series_id(&series.spec.labels),
                    samples,
                })
            })
            .collect();
        Self { pending }
    }

    /// Loads every sample up to and including `time`.
    pub fn advance(
        &mut self,
        time: i64,
        storage: &mut Storage,
    ) -> Result<(), (&'s Series<'s>, LoadError)> {
        for pending in &mut self.pending {
            let is_due = |sample: &Result<(i64, SampleValue), ExpandError>| match sample {
                Ok((at, _)) => *at <= time,
                Err(_) => true,
            };
            while let Some(sample) = pending.samples.next_if(is_due) {
                let (at, value) =
                    sample.map_err(|error| (pending.series, LoadError::Expand(error)))?;
                storage
                    .append(pending.id, at, value)
                    .map_err(|error| (pending.series, LoadError::Append(error)))?;
            }
        }
        Ok(())
    }
}

fn problem(
    item: &InputSeries,
    text: Option<&Text>,
    span: Span,
    message: String,
) -> Option<Diagnostic> {
    let named = text.or(item.series.as_ref()).or(item.values.as_ref())?;
    let span = text.map_or(item.span, |text| text.map(span));
    let location = Location::new(named.file(), span);
    Some(Diagnostic::new(
        "promql-syntax",
        Level::Error,
        location,
        message,
    ))
}
