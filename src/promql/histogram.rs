//! Native histograms as series notation writes them.

use super::ast::BinaryOp;
use super::go;
use super::parser::{Parsed, Parser};
use super::token::{HintWord, HistogramKey, TokenKind};
use crate::source::Span;

/// A native histogram as written: nothing of it is checked against the rest.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct HistogramSpec {
    /// The resolution: −4 to 8 for exponential buckets, −53 for custom ones.
    pub schema: i32,
    /// The sum of the observations.
    pub sum: f64,
    /// The number of observations.
    pub count: f64,
    /// The number of observations in the zero bucket.
    pub zero_count: f64,
    /// The half width of the zero bucket.
    pub zero_threshold: f64,
    /// The positive buckets, the first of which is number `offset`.
    pub buckets: Vec<f64>,
    /// The number of the first positive bucket.
    pub offset: i32,
    /// The negative buckets, the first of which is number `negative_offset`.
    pub negative_buckets: Vec<f64>,
    /// The number of the first negative bucket.
    pub negative_offset: i32,
    /// The upper bounds of custom buckets.
    pub custom_values: Vec<f64>,
    /// `counter_reset_hint`, if written.
    pub hint: Option<CounterResetHint>,
}

/// Whether a counter was reset before a histogram.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum CounterResetHint {
    /// `unknown`
    #[default]
    Unknown,
    /// `reset`
    Reset,
    /// `not_reset`
    NotReset,
    /// `gauge`: the histogram is no counter.
    Gauge,
}

/// The value of a key, of which some histograms have several.
enum Value {
    Integer(i64),
    Number(f64),
    Numbers(Vec<f64>),
    Hint(CounterResetHint),
}

impl Parser<'_> {
    /// `{{ … }}`.
    pub(super) fn histogram_literal(&mut self) -> Parsed<HistogramSpec> {
        let mut spec = HistogramSpec::default();
        let mut seen = Vec::new();
        self.take();
        self.take_if(TokenKind::Space);
        if self.take_if(TokenKind::CloseHistogram).is_some() {
            return Ok(spec);
        }
        self.histogram_entry(&mut spec, &mut seen)?;
        loop {
            if self.take_if(TokenKind::CloseHistogram).is_some() {
                return Ok(spec);
            }
            if self.take_if(TokenKind::Space).is_some() {
                if self.take_if(TokenKind::CloseHistogram).is_some() {
                    return Ok(spec);
                }
                if let TokenKind::HistogramKey(_) = self.peek() {
                    self.histogram_entry(&mut spec, &mut seen)?;
                    continue;
                }
            }
            let expected = "histogram description key, e.g. buckets:[5 10 7]";
            self.misfit_here("histogram description", expected)?;
        }
    }

    fn histogram_entry(
        &mut self,
        spec: &mut HistogramSpec,
        seen: &mut Vec<HistogramKey>,
    ) -> Parsed<()> {
        let key = loop {
            match self.peek() {
                TokenKind::HistogramKey(key) => break key,
                _ => self.misfit()?,
            }
        };
        self.take();
        self.expect(TokenKind::Colon)?;
        let value = self.histogram_value(key)?;
        if seen.contains(&key) {
            let message = format!("duplicate key {} in histogram", go::quote(key.as_str()));
            self.errors.push(super::ParseError {
                span: Span::empty(0),
                message,
            });
            return Ok(());
        }
        seen.push(key);
        spec.set(key, value);
        Ok(())
    }

    fn histogram_value(&mut self, key: HistogramKey) -> Parsed<Value> {
        Ok(match key {
            HistogramKey::Schema | HistogramKey::Offset | HistogramKey::NegativeOffset => {
                Value::Integer(self.integer()?)
            }
            HistogramKey::Sum | HistogramKey::Count | HistogramKey::ZeroBucket => {
                Value::Number(self.signed_number()?)
            }
            HistogramKey::ZeroBucketWidth => {
                let token = loop {
                    if let TokenKind::Number | TokenKind::Duration = self.peek() {
                        break self.take();
                    }
                    self.misfit()?;
                };
                Value::Number(self.number_or_duration(token))
            }
            HistogramKey::Buckets | HistogramKey::NegativeBuckets | HistogramKey::CustomValues => {
                Value::Numbers(self.bucket_list()?)
            }
            HistogramKey::CounterResetHint => Value::Hint(self.hint()?),
        })
    }

    fn integer(&mut self) -> Parsed<i64> {
        let minus = TokenKind::Operator(BinaryOp::Sub);
        let negative = self.take_if(minus).is_some();
        let token = self.expect(TokenKind::Number)?;
        // Go wraps what is too large, which no histogram has.
        let magnitude = self.unsigned(token).cast_signed();
        Ok(if negative {
            magnitude.wrapping_neg()
        } else {
            magnitude
        })
    }

    /// `[1 2 3]`; a blank before the first number is an error, one after the last is none.
    fn bucket_list(&mut self) -> Parsed<Vec<f64>> {
        self.expect(TokenKind::LeftBracket)?;
        let mut buckets = vec![self.signed_number()?];
        loop {
            if self.take_if(TokenKind::RightBracket).is_some() {
                return Ok(buckets);
            }
            if self.take_if(TokenKind::Space).is_some() {
                match self.peek() {
                    TokenKind::RightBracket => continue,
                    TokenKind::Number
                    | TokenKind::Duration
                    | TokenKind::Operator(BinaryOp::Add | BinaryOp::Sub) => {
                        buckets.push(self.signed_number()?);
                        continue;
                    }
                    _ => {}
                }
            }
            self.misfit_here("histogram description", "number or \"]\"")?;
        }
    }

    fn hint(&mut self) -> Parsed<CounterResetHint> {
        loop {
            if let TokenKind::Hint(hint) = self.peek() {
                self.take();
                return Ok(match hint {
                    HintWord::Unknown => CounterResetHint::Unknown,
                    HintWord::Reset => CounterResetHint::Reset,
                    HintWord::NotReset => CounterResetHint::NotReset,
                    HintWord::Gauge => CounterResetHint::Gauge,
                });
            }
            self.misfit()?;
        }
    }
}

impl HistogramSpec {
    fn set(&mut self, key: HistogramKey, value: Value) {
        match (key, value) {
            // As Go does, the low 32 bits are kept.
            (HistogramKey::Schema, Value::Integer(value)) => self.schema = value as i32,
            (HistogramKey::Offset, Value::Integer(value)) => self.offset = value as i32,
            (HistogramKey::NegativeOffset, Value::Integer(value)) => {
                self.negative_offset = value as i32;
            }
            (HistogramKey::Sum, Value::Number(value)) => self.sum = value,
            (HistogramKey::Count, Value::Number(value)) => self.count = value,
            (HistogramKey::ZeroBucket, Value::Number(value)) => self.zero_count = value,
            (HistogramKey::ZeroBucketWidth, Value::Number(value)) => self.zero_threshold = value,
            (HistogramKey::Buckets, Value::Numbers(values)) => self.buckets = values,
            (HistogramKey::NegativeBuckets, Value::Numbers(values)) => {
                self.negative_buckets = values;
            }
            (HistogramKey::CustomValues, Value::Numbers(values)) => self.custom_values = values,
            (HistogramKey::CounterResetHint, Value::Hint(hint)) => self.hint = Some(hint),
            // The key decides on the kind of value.
            _ => {}
        }
    }
}
