use std::fmt;

use super::go_math::shortest;
use crate::diagnostic::Level;
use crate::labels::quote;
use crate::number::{Precision, format_float, format_value};
use crate::source::Span;

/// A remark about a result that is there all the same, as Prometheus's `annotations`.
#[derive(Clone, PartialEq, Debug)]
pub struct Annotation {
    /// Whether the result is doubtful, or only remarkable.
    pub level: AnnotationLevel,
    /// What is to be known, in Prometheus's words, without prefix and place.
    pub message: String,
    /// The part of the expression that it is about.
    pub span: Span,
    /// For classic buckets whose counts fell: where, and how far.
    pub repair: Option<Repair>,
}

/// What was done to bucket counts that fell from one bucket to the next, over all histograms of one name.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Repair {
    /// The lowest upper bound of a bucket that was raised.
    pub lowest: f64,
    /// The highest.
    pub highest: f64,
    /// By how much at most a bucket was raised.
    pub most: f64,
    /// How many histograms had such buckets.
    pub histograms: usize,
    /// The times of the first and last of them in milliseconds.
    pub times: (i64, i64),
}

impl Repair {
    fn merge(&mut self, other: &Self) {
        self.lowest = self.lowest.min(other.lowest);
        self.highest = self.highest.max(other.highest);
        self.most = self.most.max(other.most);
        self.histograms += other.histograms;
        self.times.0 = self.times.0.min(other.times.0);
        self.times.1 = self.times.1.max(other.times.1);
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |ms: i64| {
            let time = jiff::Timestamp::from_second(ms / 1000);
            time.map_or_else(|_| ms.to_string(), |time| time.to_string())
        };
        write!(
            f,
            ", from buckets {} to {}, with a max diff of {}, over {} samples from {} to {}",
            format_value(self.lowest),
            format_value(self.highest),
            format_float(self.most, 'g', Precision::Digits(2)),
            self.histograms,
            time(self.times.0),
            time(self.times.1)
        )
    }
}

/// What Prometheus remarks about the rate of numbers with that metric name; nothing where it ends as that of a counter.
#[must_use]
pub fn counter_doubt(name: &str) -> Option<String> {
    let is_counter = ["_total", "_sum", "_count", "_bucket"]
        .iter()
        .any(|suffix| name.ends_with(suffix));
    (!is_counter).then(|| {
        format!(
            "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {}",
            quote(name)
        )
    })
}

/// What Prometheus remarks about that ratio of `limit_ratio`; nothing where it is from −1 to 1, or no number.
#[must_use]
pub fn ratio_doubt(ratio: f64) -> Option<String> {
    let capped = ratio.clamp(-1.0, 1.0);
    (!ratio.is_nan() && capped != ratio).then(|| {
        format!(
            "ratio value should be between -1 and 1, got {}, capping to {}",
            shortest(ratio),
            shortest(capped)
        )
    })
}

/// How grave an annotation is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AnnotationLevel {
    /// `PromQL warning:`
    Warning,
    /// `PromQL info:`
    Info,
}

impl Annotation {
    /// Whether both say the same of the same place, whatever they count.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        (self.level, &self.message, self.span) == (other.level, &other.message, other.span)
    }

    /// As Prometheus prints it: prefix, message and the place in `text`, the expression.
    #[must_use]
    pub fn describe(&self, text: &str) -> String {
        let before = text.get(..self.span.start as usize).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
        format!("{self} ({line}:{column})")
    }
}

impl From<AnnotationLevel> for Level {
    fn from(level: AnnotationLevel) -> Self {
        match level {
            AnnotationLevel::Warning => Self::Warning,
            AnnotationLevel::Info => Self::Info,
        }
    }
}

impl fmt::Display for Annotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.level {
            AnnotationLevel::Warning => "PromQL warning: ",
            AnnotationLevel::Info => "PromQL info: ",
        };
        write!(f, "{prefix}{}", self.message)?;
        self.repair.map_or(Ok(()), |repair| repair.fmt(f))
    }
}

/// The annotations of one evaluation, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Annotations {
    list: Vec<Annotation>,
}

impl Annotations {
    pub fn warn(&mut self, span: Span, message: impl Into<String>) {
        self.add(AnnotationLevel::Warning, span, message.into(), None);
    }

    pub fn info(&mut self, span: Span, message: impl Into<String>) {
        self.add(AnnotationLevel::Info, span, message.into(), None);
    }

    pub fn repaired(&mut self, span: Span, message: String, repair: Repair) {
        self.add(AnnotationLevel::Info, span, message, Some(repair));
    }

    fn add(&mut self, level: AnnotationLevel, span: Span, message: String, repair: Option<Repair>) {
        let annotation = Annotation {
            level,
            message,
            span,
            repair,
        };
        match self
            .list
            .iter_mut()
            .find(|known| known.is_like(&annotation))
        {
            Some(known) => {
                if let (Some(known), Some(repair)) = (&mut known.repair, &annotation.repair) {
                    known.merge(repair);
                }
            }
            None => self.list.push(annotation),
        }
    }

    pub fn clear(&mut self) {
        self.list.clear();
    }

    pub fn as_slice(&self) -> &[Annotation] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_counts_lines_and_columns_from_one() {
        let annotation = Annotation {
            level: AnnotationLevel::Info,
            message: "odd".to_owned(),
            span: Span::new(6, 8),
            repair: None,
        };
        assert_eq!(annotation.describe("sum(\n  up)"), "PromQL info: odd (2:2)");
    }
    /// The words and the layout of numbers are those of Prometheus's `HistogramQuantileForcedMonotonicityInfo`.
    #[test]
    fn repairs_of_one_name_are_told_together() {
        let mut annotations = Annotations::default();
        for (bound, most, time) in [(0.5, 1e6, 300_000), (f64::INFINITY, 1.0 / 3.0, 360_000)] {
            let repair = Repair {
                lowest: bound,
                highest: bound,
                most,
                histograms: 1,
                times: (time, time),
            };
            annotations.repaired(Span::new(0, 1), "fixed".to_owned(), repair);
        }
        let [one] = annotations.as_slice() else {
            panic!("{annotations:?}");
        };
        assert_eq!(
            one.to_string(),
            "PromQL info: fixed, from buckets 0.5 to +Inf, with a max diff of 1e+06, over 2 samples \
             from 1970-01-01T00:05:00Z to 1970-01-01T00:06:00Z"
        );
    }
}
