//! Input series of a test group: from the texts of a fixture to series in notation.

use rustc_hash::FxHashMap;

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::labels::Labels;
use crate::model::{InputSeries, TestGroup, Text};
use crate::promql::{SeriesPart, SeriesSpec, parse_series_description};
use crate::source::Span;
use crate::target::Target;

/// An input series as read, with the item it stands in.
#[derive(Debug)]
pub struct Series<'f> {
    /// The item of the fixture.
    pub item: &'f InputSeries,
    /// Its labels and values, not expanded.
    pub spec: SeriesSpec,
    /// The text that the spans of the items count in.
    values: Piece<'f>,
}

/// All that promtool reads from the input series of a test group, and what it does not.
#[derive(Debug, Default)]
pub struct Input<'f> {
    /// The series in order, each with its own labels.
    pub series: Vec<Series<'f>>,
    /// The series that a later one with the same labels replaced: what was replaced, and by which of `series`.
    pub replaced: Vec<(Series<'f>, usize)>,
    /// Lines after the first of an item's `values`, in the file: each is read as a series of its own.
    pub further_lines: Vec<Location>,
    /// Where loading ends.
    pub end: Option<InputEnd<'f>>,
    /// What cannot be read.
    pub problems: Vec<Diagnostic>,
}

/// What ends the loading of input series.
#[derive(Clone, Copy, Debug)]
pub struct InputEnd<'f> {
    /// The item that does.
    pub item: &'f InputSeries,
    /// What it has there.
    pub kind: EndKind,
    /// The items after it, which are not loaded.
    pub dropped: &'f [InputSeries],
}

/// What ends the loading of input series.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndKind {
    /// Neither a series nor values.
    Empty,
    /// A text that begins with `#`.
    Comment,
    /// An empty line in the values, such as the one at the end of a literal block.
    EmptyLine,
}

/// A part of one of the texts of a fixture.
#[derive(Clone, Copy, Debug, Default)]
struct Piece<'f> {
    text: &'f str,
    source: Option<&'f Text>,
    /// Where in the source the text begins.
    start: usize,
}

/// What promtool reads as one series: what it is called, and its values.
struct Line<'f> {
    series: Piece<'f>,
    values: Piece<'f>,
}

impl<'f> Piece<'f> {
    fn of(source: Option<&'f Text>) -> Self {
        let text = source.map_or("", Text::as_str);
        Self {
            text,
            source,
            start: 0,
        }
    }

    fn trim(self) -> Self {
        let left = self.text.trim_start();
        Self {
            text: left.trim_end(),
            start: self.start + self.text.len() - left.len(),
            ..self
        }
    }

    fn lines(self) -> impl Iterator<Item = Self> {
        let mut start = self.start;
        self.text.split('\n').map(move |text| {
            let line = Self {
                text,
                start,
                ..self
            };
            start += text.len() + 1;
            line.trim()
        })
    }

    /// The bytes of the file that the bytes `span` of the piece were read from.
    fn location(self, span: Span) -> Option<Location> {
        let source = self.source?;
        Some(Location::new(
            source.file(),
            source.map(span.shift(self.start)),
        ))
    }
}

impl<'f> Line<'f> {
    /// Of an item without a name the values are all there is on the line.
    fn new(series: Piece<'f>, values: Piece<'f>) -> Self {
        if series.text.is_empty() {
            Self {
                series: values,
                values: Piece::default(),
            }
        } else {
            Self { series, values }
        }
    }

    fn end(&self, is_first: bool) -> Option<EndKind> {
        let text = self.series.text;
        match () {
            () if text.starts_with('#') => Some(EndKind::Comment),
            () if text.is_empty() && is_first => Some(EndKind::Empty),
            () if text.is_empty() => Some(EndKind::EmptyLine),
            () => None,
        }
    }
}

/// Reads the input series of a test group.
///
/// promtool writes them into one text, a line each, and reads that text back. Two things follow, which are kept: a line
/// that is empty or begins with `#` ends the loading, and a text of several lines makes several series. Of two series
/// with the same labels the later one stands.
#[must_use]
pub fn read_input<'f>(test: &'f TestGroup, target: &Target) -> Input<'f> {
    let mut input = Input::default();
    let mut found: Vec<Series<'f>> = Vec::new();
    let mut numbers: FxHashMap<Labels, usize> = FxHashMap::default();
    let mut replaced: Vec<(usize, usize)> = Vec::new();
    'items: for (place, item) in test.input_series.iter().enumerate() {
        for (number, line) in lines(item).into_iter().enumerate() {
            if let Some(kind) = line.end(number == 0) {
                input.end = Some(InputEnd {
                    item,
                    kind,
                    dropped: &test.input_series[place + 1..],
                });
                break 'items;
            }
            if number > 0 {
                let whole = Span::new(0, line.series.text.len());
                input.further_lines.extend(line.series.location(whole));
            }
            match parse_series_description(line.series.text, line.values.text, target) {
                Ok(spec) => {
                    if let Some(before) = numbers.insert(spec.labels.clone(), found.len()) {
                        replaced.push((before, found.len()));
                    }
                    found.push(Series {
                        item,
                        spec,
                        values: line.values,
                    });
                }
                Err(errors) => {
                    for error in errors {
                        let piece = match error.part {
                            SeriesPart::Series => line.series,
                            SeriesPart::Values => line.values,
                        };
                        let place = piece
                            .location(error.span)
                            .or(line.series.location(error.span));
                        input.problems.extend(place.map(|place| {
                            Diagnostic::new("promql-syntax", Level::Error, place, error.message)
                        }));
                    }
                }
            }
        }
    }
    input.keep(found, &replaced);
    input
}

impl<'f> Input<'f> {
    /// Takes the series apart into those that stand and those that were replaced.
    fn keep(&mut self, found: Vec<Series<'f>>, replaced: &[(usize, usize)]) {
        // What replaced may have been replaced itself; then the last one stands.
        let mut last: Vec<usize> = (0..found.len()).collect();
        for &(earlier, later) in replaced.iter().rev() {
            last[earlier] = last[later];
        }
        let mut kept_at = vec![0; found.len()];
        let mut gone = Vec::new();
        for (number, series) in found.into_iter().enumerate() {
            if last[number] == number {
                kept_at[number] = self.series.len();
                self.series.push(series);
            } else {
                gone.push((series, last[number]));
            }
        }
        let gone = gone.into_iter();
        self.replaced = gone.map(|(series, last)| (series, kept_at[last])).collect();
    }
}

impl Series<'_> {
    /// Where its name stands.
    #[must_use]
    pub fn location(&self) -> Option<Location> {
        let text = self.item.series.as_ref().or(self.item.values.as_ref())?;
        Some(Location::new(text.file(), text.span()))
    }

    /// The bytes of the file that a span of the values was read from.
    #[must_use]
    pub fn values_location(&self, span: Span) -> Option<Location> {
        self.values.location(span)
    }

    /// The text of the values that the spans of its items count in.
    #[must_use]
    pub fn values(&self) -> &str {
        self.values.text
    }
}

impl InputEnd<'_> {
    /// Where it stands.
    #[must_use]
    pub fn location(&self) -> Option<Location> {
        let texts = [self.item.series.as_ref(), self.item.values.as_ref()];
        let text = match self.kind {
            EndKind::EmptyLine => texts[1],
            _ => texts[0].or(texts[1]),
        };
        text.map(|text| Location::new(text.file(), text.span()))
    }
}

/// The lines that promtool would read: the first has the two texts, each further line of the values is a series of its
/// own.
fn lines(item: &InputSeries) -> Vec<Line<'_>> {
    let series = Piece::of(item.series.as_ref()).trim();
    let mut pieces = Piece::of(item.values.as_ref()).lines();
    let first = Line::new(series, pieces.next().unwrap_or_default());
    let further = pieces.map(|line| Line::new(line, Piece::default()));
    std::iter::once(first).chain(further).collect()
}
