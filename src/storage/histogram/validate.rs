//! What storage refuses.

use std::fmt;

use super::bounds::EXPONENTIAL_SCHEMAS;
use super::{CUSTOM_BUCKETS_SCHEMA, Histogram};
use crate::number::{Precision, format_float, format_value};

/// Why storage refuses a histogram; the text is Prometheus's.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum InvalidHistogram {
    /// The schema is neither exponential nor that of custom buckets.
    Schema(i32),
    /// The number of observations is negative.
    NegativeCount(f64),
    /// The number of observations in the zero bucket is negative.
    NegativeZeroCount(f64),
    /// A bucket has a negative number of observations.
    NegativeBucket {
        /// Whether it is one of the negative buckets.
        negative_side: bool,
        /// Its place among the buckets of its side, from 1.
        number: usize,
        /// Its number of observations.
        count: f64,
    },
    /// Exponential buckets with custom bounds.
    BoundsOfExponential,
    /// Custom buckets with a zero count.
    CustomZeroCount,
    /// Custom buckets with a zero threshold.
    CustomZeroThreshold,
    /// Custom buckets with negative buckets.
    CustomNegativeBuckets,
    /// A custom bound is NaN.
    NanBound,
    /// Custom bounds do not ascend.
    BoundOrder {
        /// The bound before.
        previous: f64,
        /// The bound that is not larger.
        current: f64,
    },
    /// The last custom bound is +∞, which goes without saying.
    InfiniteBound,
    /// A custom bucket with a negative index.
    NegativeOffset(i32),
    /// There are more custom buckets than bounds for them.
    TooFewBounds {
        /// The number of bounds.
        bounds: usize,
        /// The number of buckets, counted from bucket 0 to the last one.
        length: i64,
    },
}

impl Histogram {
    /// Checks what storage checks on append (`FloatHistogram.Validate`). That the buckets add up to the count is not
    /// checked there either, as sums of floats seldom do.
    pub fn validate(&self) -> Result<(), InvalidHistogram> {
        if self.has_custom_buckets() {
            self.validate_custom()?;
        } else if EXPONENTIAL_SCHEMAS.contains(&self.schema) {
            no_negative_count(&self.negative, true)?;
            if self.zero_count < 0.0 {
                return Err(InvalidHistogram::NegativeZeroCount(self.zero_count));
            }
            if !self.custom_bounds.is_empty() {
                return Err(InvalidHistogram::BoundsOfExponential);
            }
        } else {
            return Err(InvalidHistogram::Schema(self.schema));
        }
        if self.count < 0.0 {
            return Err(InvalidHistogram::NegativeCount(self.count));
        }
        no_negative_count(&self.positive, false)
    }

    fn validate_custom(&self) -> Result<(), InvalidHistogram> {
        let bounds = &self.custom_bounds;
        for (position, &current) in bounds.iter().enumerate() {
            if current.is_nan() {
                return Err(InvalidHistogram::NanBound);
            }
            if position > 0 && current <= bounds[position - 1] {
                let previous = bounds[position - 1];
                return Err(InvalidHistogram::BoundOrder { previous, current });
            }
        }
        if bounds.last() == Some(&f64::INFINITY) {
            return Err(InvalidHistogram::InfiniteBound);
        }
        if let (Some(&(first, _)), Some(&(last, _))) = (self.positive.first(), self.positive.last())
        {
            if first < 0 {
                return Err(InvalidHistogram::NegativeOffset(first));
            }
            let length = i64::from(last) + 1;
            if (bounds.len() as i64) + 1 < length {
                return Err(InvalidHistogram::TooFewBounds {
                    bounds: bounds.len(),
                    length,
                });
            }
        }
        if self.zero_count != 0.0 {
            return Err(InvalidHistogram::CustomZeroCount);
        }
        if self.zero_threshold != 0.0 {
            return Err(InvalidHistogram::CustomZeroThreshold);
        }
        if !self.negative.is_empty() {
            return Err(InvalidHistogram::CustomNegativeBuckets);
        }
        Ok(())
    }
}

fn no_negative_count(buckets: &[(i32, f64)], negative_side: bool) -> Result<(), InvalidHistogram> {
    match buckets.iter().zip(1..).find(|((_, count), _)| *count < 0.0) {
        None => Ok(()),
        Some((&(_, count), number)) => Err(InvalidHistogram::NegativeBucket {
            negative_side,
            number,
            count,
        }),
    }
}

impl fmt::Display for InvalidHistogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NEGATIVE_BUCKET: &str = "histogram has a bucket whose observation count is negative";
        match *self {
            Self::Schema(schema) => write!(
                f,
                "histogram has an invalid schema, which must be between {} and {} for exponential buckets, \
                 or {CUSTOM_BUCKETS_SCHEMA} for custom buckets, got schema {schema}",
                EXPONENTIAL_SCHEMAS.start(),
                EXPONENTIAL_SCHEMAS.end(),
            ),
            Self::NegativeCount(count) => write!(
                f,
                // Two blanks, as in Prometheus.
                "observation count is  {}: histogram's observation count is negative",
                format_value(count)
            ),
            Self::NegativeZeroCount(count) => write!(
                f,
                "zero bucket has observation count of {}: {NEGATIVE_BUCKET}",
                format_value(count)
            ),
            Self::NegativeBucket {
                negative_side,
                number,
                count,
            } => write!(
                f,
                "{} side: bucket number {number} has observation count of {}: {NEGATIVE_BUCKET}",
                if negative_side {
                    "negative"
                } else {
                    "positive"
                },
                format_value(count)
            ),
            Self::BoundsOfExponential => {
                f.write_str("histogram with exponential schema must not have custom bounds")
            }
            Self::CustomZeroCount => f.write_str("custom buckets: must have zero count of 0"),
            Self::CustomZeroThreshold => {
                f.write_str("custom buckets: must have zero threshold of 0")
            }
            // The check of the spans, which come with the buckets, is first.
            Self::CustomNegativeBuckets => {
                f.write_str("custom buckets: must not have negative spans")
            }
            Self::NanBound => {
                f.write_str("custom buckets: histogram custom bounds must not be NaN")
            }
            Self::BoundOrder { previous, current } => write!(
                f,
                "custom buckets: previous bound is {} and current is {}: \
                 histogram custom bounds must be in strictly increasing order",
                format_float(previous, 'f', Precision::Digits(6)),
                format_float(current, 'f', Precision::Digits(6))
            ),
            Self::InfiniteBound => f.write_str(
                "custom buckets: last +Inf bound must not be explicitly defined: \
                 histogram custom bounds must be finite",
            ),
            Self::NegativeOffset(offset) => write!(
                f,
                "custom buckets: span number 1 with offset {offset}: histogram has a span whose offset is negative"
            ),
            Self::TooFewBounds { bounds, length } => write!(
                f,
                "custom buckets: only {bounds} custom bounds defined which is insufficient to cover total span \
                 length of {length}: histogram custom bounds are too few"
            ),
        }
    }
}

impl std::error::Error for InvalidHistogram {}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(bounds: &[f64], positive: &[(i32, f64)]) -> Histogram {
        Histogram {
            schema: CUSTOM_BUCKETS_SCHEMA,
            custom_bounds: bounds.into(),
            positive: positive.to_vec(),
            ..Histogram::default()
        }
    }

    #[test]
    fn sound_histograms_pass() {
        assert_eq!(Histogram::default().validate(), Ok(()));
        assert_eq!(custom(&[], &[(0, 1.0)]).validate(), Ok(()));
        assert_eq!(
            custom(&[f64::NEG_INFINITY, 1.0], &[(2, 1.0)]).validate(),
            Ok(())
        );
        // The count is not held against the buckets.
        let sparse = Histogram {
            positive: vec![(-9, 3.0)],
            ..Histogram::default()
        };
        assert_eq!(sparse.validate(), Ok(()));
    }

    #[test]
    fn unsound_ones_are_told_why() {
        let base = Histogram::default();
        let cases = [
            (
                Histogram {
                    schema: 9,
                    ..base.clone()
                },
                "got schema 9",
            ),
            (
                Histogram {
                    schema: -5,
                    ..base.clone()
                },
                "invalid schema",
            ),
            (
                Histogram {
                    count: -1.5,
                    ..base.clone()
                },
                "observation count is  -1.5: ",
            ),
            (
                Histogram {
                    zero_count: -1.0,
                    ..base.clone()
                },
                "zero bucket has observation count of -1: ",
            ),
            (
                Histogram {
                    positive: vec![(3, 1.0), (4, -2.0)],
                    ..base.clone()
                },
                "positive side: bucket number 2",
            ),
            (
                Histogram {
                    negative: vec![(3, -1.0)],
                    ..base.clone()
                },
                "negative side: bucket number 1",
            ),
            (
                Histogram {
                    custom_bounds: [1.0].into(),
                    ..base.clone()
                },
                "must not have custom bounds",
            ),
            (
                Histogram {
                    zero_count: 1.0,
                    ..custom(&[], &[])
                },
                "zero count of 0",
            ),
            (
                Histogram {
                    zero_threshold: 1.0,
                    ..custom(&[], &[])
                },
                "zero threshold of 0",
            ),
            (
                Histogram {
                    negative: vec![(0, 1.0)],
                    ..custom(&[], &[])
                },
                "negative spans",
            ),
            (custom(&[f64::NAN], &[]), "must not be NaN"),
            (
                custom(&[2.0, 1.5], &[]),
                "previous bound is 2.000000 and current is 1.500000",
            ),
            (custom(&[2.0, f64::INFINITY], &[]), "must be finite"),
            (custom(&[2.0], &[(-1, 1.0)]), "span number 1 with offset -1"),
            (custom(&[2.0], &[(2, 1.0)]), "only 1 custom bounds defined"),
        ];
        for (histogram, expected) in cases {
            let message = histogram.validate().unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
