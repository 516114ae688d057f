//! Native histograms as series notation writes them.

use super::ast::BinaryOp;
use super::go;
use super::parser::{Parsed, Parser, Stop};
use super::token::{HintWord, HistogramKey, TokenKind};

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
        if self.take_if(TokenKind::Space).is_some() {
            self.expect(TokenKind::CloseHistogram)?;
            return Ok(spec);
        }
        if self.take_if(TokenKind::CloseHistogram).is_some() {
            return Ok(spec);
        }
        self.histogram_entry(&mut spec, &mut seen)?;
        while self.take_if(TokenKind::CloseHistogram).is_none() {
            match self.next_entry(&mut spec, &mut seen) {
                Err(Stop::Unwind) => self.unexpected(
                    "histogram description",
                    "histogram description key, e.g. buckets:[5 10 7]",
                ),
                parsed => parsed?,
            }
        }
        Ok(spec)
    }

    /// A blank and either another entry or nothing more.
    fn next_entry(&mut self, spec: &mut HistogramSpec, seen: &mut Vec<HistogramKey>) -> Parsed<()> {
        if self.take_if(TokenKind::Space).is_none() {
            return self.misfit();
        }
        if self.peek() == TokenKind::CloseHistogram {
            return Ok(());
        }
        self.histogram_entry(spec, seen)
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
        let name = self.take();
        self.expect(TokenKind::Colon)?;
        let value = self.histogram_value(key)?;
        if seen.contains(&key) {
            let message = format!("duplicate key {} in histogram", go::quote(key.as_str()));
            self.error(name.span, message);
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
        while self.take_if(TokenKind::RightBracket).is_none() {
            match self.next_bucket(&mut buckets) {
                // Prometheus passes over this in silence.
                Err(Stop::Unwind) => {}
                parsed => parsed?,
            }
        }
        Ok(buckets)
    }

    /// A blank and either another number or nothing more.
    fn next_bucket(&mut self, buckets: &mut Vec<f64>) -> Parsed<()> {
        if self.take_if(TokenKind::Space).is_none() {
            return self.misfit();
        }
        if self.peek() != TokenKind::RightBracket {
            buckets.push(self.signed_number()?);
        }
        Ok(())
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
