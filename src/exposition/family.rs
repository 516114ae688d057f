//! Metrics as they are read.

use std::fmt;

/// The metrics of one name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Family {
    /// The name; that of a histogram or summary is without `_bucket`, `_count` and `_sum`.
    pub name: String,
    /// The help text.
    pub help: Option<String>,
    /// The type; untyped where there are samples but nobody has said it.
    pub kind: Option<Kind>,
    /// Its metrics, in order of their first samples. A histogram or summary is one metric.
    pub metrics: Vec<Metric>,
}

/// One metric of a family.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Metric {
    /// Its labels, without `le` of a histogram and `quantile` of a summary.
    pub labels: Vec<(String, String)>,
    /// How many buckets or quantiles it has.
    pub parts: usize,
}

/// The types of metrics.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names of the format")]
pub enum Kind {
    Counter,
    Gauge,
    Summary,
    Untyped,
    Histogram,
    GaugeHistogram,
}

impl Kind {
    /// All types.
    pub const ALL: [Self; 6] = [
        Self::Counter,
        Self::Gauge,
        Self::Summary,
        Self::Untyped,
        Self::Histogram,
        Self::GaugeHistogram,
    ];

    /// The name of the type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Summary => "summary",
            Self::Untyped => "untyped",
            Self::Histogram => "histogram",
            Self::GaugeHistogram => "gauge_histogram",
        }
    }

    /// The label that tells the parts of one metric apart.
    pub(super) const fn part_label(self) -> Option<&'static str> {
        match self {
            Self::Summary => Some("quantile"),
            Self::Histogram => Some("le"),
            _ => None,
        }
    }
}

/// Why a text is no exposition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, message } = self;
        write!(f, "text format parsing error in line {line}: {message}")
    }
}

impl std::error::Error for ReadError {}
