//! Input series: from the texts of a fixture to series in notation.

use rustc_hash::FxHashMap;

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::labels::Labels;
use crate::model::{InputSeries, TestGroup, Text};
use crate::promql::{SeriesPart, SeriesSpec, parse_series_description};
use crate::source::Span;
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
    let mut numbers: FxHashMap<Labels, usize> = FxHashMap::default();
    let mut replaced = Vec::new();
    let mut problems = Vec::new();
    'items: for item in &test.input_series {
        for (series, values) in lines(item) {
            if series.is_empty() || series.starts_with('#') {
                break 'items;
            }
            match parse_series_description(series, values, target) {
                Ok(spec) => {
                    replaced.extend(numbers.insert(spec.labels.clone(), found.len()));
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
    // Equal labels are rare, and few.
    replaced.sort_unstable();
    for number in replaced.into_iter().rev() {
        found.remove(number);
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
