//! Series notation: the input of promtool's unit tests and of `load` in Prometheus's own tests.

use super::ast::BinaryOp;
use super::cursor::Again;
use super::error::ParseError;
use super::go;
use super::histogram::HistogramSpec;
use super::lexer::Lexer;
use super::parser::{Parsed, Parser, Stop};
use super::token::{Token, TokenKind};
use crate::labels::{Labels, METRIC_NAME};
use crate::source::{Span, Spanned};
use crate::target::Target;

/// A series as written: its labels and its values, not expanded.
#[derive(Clone, PartialEq, Debug)]
pub struct SeriesSpec {
    /// The labels, the metric name among them.
    pub labels: Labels,
    /// The items with their bytes in the text of the values.
    pub items: Vec<Spanned<SeriesItem>>,
}

/// One item of the values. Of items that repeat, `times` counts the samples, the first one included.
#[derive(Clone, PartialEq, Debug)]
pub enum SeriesItem {
    /// `_xn`: no sample, `times` times.
    Gap {
        /// Number of gaps; `_` alone is one.
        times: u64,
    },
    /// `axn`: the same number.
    Value {
        /// The number.
        value: f64,
        /// Number of samples: n + 1, or 1 for a number alone.
        times: u64,
    },
    /// `a+bxn`: numbers of which each is the one before plus `step`.
    Ramp {
        /// The first number.
        start: f64,
        /// What is added each time; negative for `a-bxn`.
        step: f64,
        /// Number of samples: n + 1.
        times: u64,
    },
    /// `stale`: a staleness marker.
    Stale,
    /// `stalexn`: staleness markers.
    StaleRun {
        /// Number of markers.
        times: u64,
    },
    /// `stale+bxn`: one staleness marker, then numbers that are NaN.
    StaleThenNan {
        /// Number of samples, the marker included.
        times: u64,
    },
    /// `{{…}}` in any of its forms.
    Histogram {
        /// The first histogram.
        start: Box<HistogramSpec>,
        /// What is added or subtracted each time.
        step: Option<HistogramStep>,
        /// Number of samples: n + 1, or 1 for a histogram alone.
        times: u64,
    },
}

/// How each histogram of a run differs from the one before.
#[derive(Clone, PartialEq, Debug)]
pub struct HistogramStep {
    /// What is added.
    pub histogram: Box<HistogramSpec>,
    /// Whether it is subtracted instead.
    pub subtract: bool,
}

/// A problem in a series.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeriesError {
    /// Which of the two texts the span counts in.
    pub part: SeriesPart,
    /// The bytes at fault.
    pub span: Span,
    /// The message, in Prometheus's words.
    pub message: String,
}

/// The two texts that make a series.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeriesPart {
    /// The metric with its labels.
    Series,
    /// The values.
    Values,
}

/// Reads a series from the two texts of a unit test, which Prometheus reads as one line: `series`, a blank, `values`.
///
/// The result is as large as the text is long, whatever the numbers of repetitions.
pub fn parse_series_description(
    series: &str,
    values: &str,
    target: &Target,
) -> Result<SeriesSpec, Vec<SeriesError>> {
    let text = format!("{series} {values}");
    let mut parser = Parser::new(Lexer::of_series(&text, target), target);
    let parsed = parser.series_description();
    let spec = parser.until_end(parsed);
    let place = Place {
        series_length: series.len(),
        values_length: values.len(),
    };
    match spec {
        Some(mut spec) if parser.errors.is_empty() => {
            for item in &mut spec.items {
                item.span = place.of(item.span).1;
            }
            Ok(spec)
        }
        _ => Err(parser
            .errors
            .into_iter()
            .map(|error| place.error(error))
            .collect()),
    }
}

/// Reads a metric, such as `m{a="b"}`, `{a="b"}` or nothing at all.
pub fn parse_metric(text: &str, target: &Target) -> Result<Labels, Vec<ParseError>> {
    let mut parser = Parser::new(Lexer::new(text, target), target);
    let parsed = parser.metric();
    match parser.until_end(parsed) {
        Some(labels) if parser.errors.is_empty() => Ok(labels),
        _ => Err(parser.errors),
    }
}

/// Tells which of the two texts a byte of the joined text is in.
struct Place {
    series_length: usize,
    values_length: usize,
}

impl Place {
    fn of(&self, span: Span) -> (SeriesPart, Span) {
        let range = span.range();
        let (start, end) = (range.start, range.end);
        if start < self.series_length {
            let span = Span::new(start, end.min(self.series_length));
            return (SeriesPart::Series, span);
        }
        // One for the blank between the two.
        let in_values = |at: usize| {
            at.saturating_sub(self.series_length + 1)
                .min(self.values_length)
        };
        (
            SeriesPart::Values,
            Span::new(in_values(start), in_values(end)),
        )
    }

    fn error(&self, error: ParseError) -> SeriesError {
        let (part, span) = self.of(error.span);
        SeriesError {
            part,
            span,
            message: error.message,
        }
    }
}

/// Whether an item can start with the token.
const fn starts_item(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Blank
            | TokenKind::Identifier
            | TokenKind::Number
            | TokenKind::Duration
            | TokenKind::OpenHistogram
            | TokenKind::Operator(BinaryOp::Add | BinaryOp::Sub)
    )
}

/// A value at the start of an item.
#[derive(Clone, Copy)]
enum Start {
    Number(f64),
    Stale,
}

impl Parser<'_> {
    fn series_description(&mut self) -> Parsed<SeriesSpec> {
        let labels = self.metric()?;
        let items = self.series_values()?;
        Ok(SeriesSpec { labels, items })
    }

    /// A metric name and labels, both of which may be missing.
    fn metric(&mut self) -> Parsed<Labels> {
        let name = if self.peek().is_metric_name() {
            Some(self.take())
        } else {
            None
        };
        let mut pairs = Vec::new();
        if self.peek() == TokenKind::LeftBrace {
            pairs = self.label_set()?;
        }
        if let Some(name) = name {
            // Setting the name goes through Prometheus's label builder, which drops labels without value.
            pairs.retain(|(_, value)| !value.is_empty());
            let name = name.text(self.input).to_owned();
            pairs.push((METRIC_NAME.into(), name));
        }
        Ok(Labels::from_pairs(pairs))
    }

    /// All values. As in Prometheus an error in an item drops the items so far, and the first token that can be no
    /// item ends the values: what is left over is reported without a word of series.
    fn series_values(&mut self) -> Parsed<Vec<Spanned<SeriesItem>>> {
        const CONTEXT: &str = "series values";
        let mut items = Vec::new();
        while !matches!(
            self.peek(),
            TokenKind::Space | TokenKind::Eof | TokenKind::Error
        ) {
            if self.misfit_here(CONTEXT, "")? == Again::No {
                break;
            }
        }
        while self.take_if(TokenKind::Space).is_some() {
            if !starts_item(self.peek()) {
                continue;
            }
            let start = self.peek_span().range().start;
            match self.series_item() {
                Ok(item) => items.push(Spanned::new(item, Span::new(start, self.taken_end()))),
                Err(Stop::Unwind) => {
                    self.unexpected(CONTEXT, "");
                    items.clear();
                }
                Err(Stop::Abort) => return Err(Stop::Abort),
            }
        }
        Ok(items)
    }

    fn series_item(&mut self) -> Parsed<SeriesItem> {
        loop {
            match self.peek() {
                TokenKind::Blank => {
                    self.take();
                    let times = self.repetition()?.unwrap_or(1);
                    return Ok(SeriesItem::Gap { times });
                }
                TokenKind::Identifier => {
                    let token = self.take();
                    if token.text(self.input) != "stale" {
                        self.unexpected("series values", "number or \"stale\"");
                    }
                    return self.ramp(Start::Stale);
                }
                TokenKind::Number
                | TokenKind::Duration
                | TokenKind::Operator(BinaryOp::Add | BinaryOp::Sub) => {
                    let value = self.signed_number()?;
                    return self.ramp(Start::Number(value));
                }
                TokenKind::OpenHistogram => return self.histogram_item(),
                _ => self.misfit()?,
            }
        }
    }

    /// What follows the first value: nothing, `xn` or a step and `xn`.
    fn ramp(&mut self, start: Start) -> Parsed<SeriesItem> {
        if let TokenKind::Operator(BinaryOp::Add | BinaryOp::Sub) = self.peek() {
            let step = self.signed_number()?;
            self.expect(TokenKind::Times)?;
            let times = self.count()?.saturating_add(1);
            return Ok(match start {
                Start::Number(start) => SeriesItem::Ramp { start, step, times },
                Start::Stale => SeriesItem::StaleThenNan { times },
            });
        }
        let repetition = self.repetition()?;
        let times = repetition.map_or(1, |n| n.saturating_add(1));
        Ok(match start {
            Start::Number(value) => SeriesItem::Value { value, times },
            Start::Stale if repetition.is_none() => SeriesItem::Stale,
            Start::Stale => SeriesItem::StaleRun { times },
        })
    }

    fn histogram_item(&mut self) -> Parsed<SeriesItem> {
        let start = Box::new(self.histogram_literal()?);
        let subtract = match self.peek() {
            TokenKind::Operator(BinaryOp::Add) => false,
            TokenKind::Operator(BinaryOp::Sub) => true,
            _ => {
                let times = self.repetition()?.map_or(1, |n| n.saturating_add(1));
                return Ok(SeriesItem::Histogram {
                    start,
                    step: None,
                    times,
                });
            }
        };
        self.take();
        while self.peek() != TokenKind::OpenHistogram {
            self.misfit()?;
        }
        let step = Box::new(self.histogram_literal()?);
        self.expect(TokenKind::Times)?;
        let token = self.expect(TokenKind::Number)?;
        let count = self.unsigned(token);
        // Prometheus adds each step to what it has, and refuses to lose resolution on the way.
        if count > 0 && start.schema > step.schema {
            let message = format!(
                "error combining histograms: cannot merge from schema {} to {}",
                step.schema, start.schema
            );
            self.error(token.span, message);
        }
        Ok(SeriesItem::Histogram {
            start,
            step: Some(HistogramStep {
                histogram: step,
                subtract,
            }),
            times: count.saturating_add(1),
        })
    }

    /// `xn`, or nothing.
    fn repetition(&mut self) -> Parsed<Option<u64>> {
        if self.take_if(TokenKind::Times).is_none() {
            return Ok(None);
        }
        self.count().map(Some)
    }

    /// A number of repetitions.
    fn count(&mut self) -> Parsed<u64> {
        let token = self.expect(TokenKind::Number)?;
        Ok(self.unsigned(token))
    }

    pub(super) fn unsigned(&mut self, token: Token) -> u64 {
        go::unsigned(token.text(self.input)).unwrap_or_else(|error| {
            let message = format!("invalid repetition in series values: {error}");
            self.error(token.span, message);
            0
        })
    }
}
