use std::fmt;
use std::sync::Arc;

use super::histogram::{Histogram, InvalidHistogram};
use super::sample::SampleValue;
use super::times::{Grid, Times};
use crate::labels::Labels;

/// The NaN whose bits mean "this series has ended here" (`value.StaleNaN`).
pub const STALE_NAN: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Whether `value` is the staleness marker; an ordinary NaN is not.
#[must_use]
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_NAN.to_bits()
}

/// One series: its labels and its samples in columns, ordered by time.
#[derive(Clone, Debug)]
pub struct Series {
    labels: Labels,
    times: Times,
    values: Vec<f64>,
    /// The histogram at each time, where there is one; empty while the series has none at all.
    histograms: Vec<Option<Arc<Histogram>>>,
    /// The start timestamp of each sample, 0 for none; empty while the series has none at all.
    starts: Vec<i64>,
    has_stale: bool,
}

/// Why a sample was refused; the words are those of Prometheus's head block.
#[derive(Clone, PartialEq, Debug)]
pub enum AppendError {
    /// There is a sample with another value at that time.
    Duplicate,
    /// There is a later sample.
    OutOfOrder,
    /// The histogram contradicts itself.
    Histogram(InvalidHistogram),
}

impl Series {
    pub(super) fn new(labels: Labels) -> Self {
        Self {
            labels,
            times: Times::default(),
            values: Vec::new(),
            histograms: Vec::new(),
            starts: Vec::new(),
            has_stale: false,
        }
    }

    /// The labels, metric name included.
    #[must_use]
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// Times in milliseconds, strictly ascending.
    #[must_use]
    pub fn times(&self) -> &[i64] {
        &self.times
    }

    /// The number at each time; 0 where there is a histogram.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// What is there at `index`.
    ///
    /// # Panics
    /// When there is no sample of that number.
    #[must_use]
    pub fn sample(&self, index: usize) -> SampleValue {
        match self.histogram(index) {
            Some(histogram) => SampleValue::Histogram(Arc::clone(histogram)),
            None => SampleValue::Float(self.values[index]),
        }
    }

    /// The histogram at `index`, if there is one.
    #[must_use]
    pub fn histogram(&self, index: usize) -> Option<&Arc<Histogram>> {
        self.histograms.get(index).and_then(Option::as_ref)
    }

    /// Whether any sample is a histogram.
    #[must_use]
    pub fn has_histograms(&self) -> bool {
        !self.histograms.is_empty()
    }

    /// Whether any sample is a staleness marker.
    #[must_use]
    pub fn has_stale(&self) -> bool {
        self.has_stale
    }

    /// The start timestamps of the samples in milliseconds, 0 for none; nothing where no sample has one.
    #[must_use]
    pub fn starts(&self) -> &[i64] {
        &self.starts
    }

    /// Index of the first sample later than `time`, looked for from `near` outwards: a window that moves on with
    /// time finds its edge in a step or two.
    #[must_use]
    pub fn first_after(&self, time: i64, near: usize) -> usize {
        let times = &*self.times;
        let near = near.min(times.len());
        let is_before = |&sample: &i64| sample <= time;
        if near < times.len() && is_before(&times[near]) {
            let mut width = 1;
            while near + width < times.len() && is_before(&times[near + width]) {
                width *= 2;
            }
            let from = near + width / 2;
            let to = (near + width).min(times.len());
            return from + times[from..to].partition_point(is_before);
        }
        let mut width = 1;
        while width <= near && !is_before(&times[near - width]) {
            width *= 2;
        }
        let from = near.saturating_sub(width);
        from + times[from..near].partition_point(is_before)
    }

    pub(super) fn append(&mut self, time: i64, sample: SampleValue) -> Result<(), AppendError> {
        if let Some(&last) = self.times.last() {
            if time == last && self.sample(self.times.len() - 1).is_same(&sample) {
                return Ok(());
            }
            if time == last {
                return Err(AppendError::Duplicate);
            }
            if time < last {
                return Err(AppendError::OutOfOrder);
            }
        }
        self.has_stale |= sample.is_stale();
        match sample {
            SampleValue::Float(value) => {
                self.values.push(value);
                if self.has_histograms() {
                    self.histograms.push(None);
                }
            }
            SampleValue::Histogram(mut histogram) => {
                histogram.validate().map_err(AppendError::Histogram)?;
                self.mark(&mut histogram);
                self.histograms.resize(self.times.len(), None);
                self.histograms.push(Some(histogram));
                self.values.push(0.0);
            }
        }
        self.times.push(time);
        if !self.starts.is_empty() {
            self.starts.push(0);
        }
        Ok(())
    }

    /// Gives a series without samples these numbers, at the times of the grid.
    pub(super) fn fill(&mut self, grid: &Grid, values: Vec<f64>) {
        self.times = Times::on(grid, values.len());
        self.has_stale = values.iter().any(|&value| is_stale(value));
        self.values = values;
        self.values.truncate(self.times.len());
    }

    /// Gives a histogram the hint with which Prometheus would read it back.
    fn mark(&self, histogram: &mut Arc<Histogram>) {
        let last = self.times.len().checked_sub(1);
        let before = last.and_then(|last| self.histogram(last));
        let hint = histogram.hint_when_read(before.map(|before| &**before));
        if histogram.hint != hint {
            Arc::make_mut(histogram).hint = hint;
        }
    }

    /// Gives the last sample a start timestamp.
    pub(super) fn set_start(&mut self, start: i64) {
        self.starts.resize(self.times.len(), 0);
        if let Some(last) = self.starts.last_mut() {
            *last = start;
        }
    }
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate => f.write_str("duplicate sample for timestamp"),
            Self::OutOfOrder => f.write_str("out of order sample"),
            Self::Histogram(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AppendError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn series(times: &[i64]) -> Series {
        let mut series = Series::new(Labels::empty());
        for &time in times {
            series.append(time, 1.0.into()).unwrap();
        }
        series
    }

    #[test]
    fn the_same_sample_twice_is_fine_another_value_is_not() {
        let mut series = series(&[0, 10]);
        assert_eq!(series.append(10, 1.0.into()), Ok(()));
        assert_eq!(series.append(10, 2.0.into()), Err(AppendError::Duplicate));
        assert_eq!(series.append(5, 1.0.into()), Err(AppendError::OutOfOrder));
        assert_eq!(series.times(), [0, 10]);
    }

    #[test]
    fn a_nan_is_not_the_staleness_marker() {
        assert!(is_stale(STALE_NAN));
        assert!(!is_stale(f64::NAN));
    }

    proptest! {
        #[test]
        fn the_search_finds_the_same_from_everywhere(
            gaps in proptest::collection::vec(1i64..9, 0..40), time in -5i64..300, near in 0usize..60
        ) {
            let times: Vec<i64> = gaps.iter().scan(0, |t, gap| { *t += gap; Some(*t) }).collect();
            let expected = times.iter().filter(|&&t| t <= time).count();
            prop_assert_eq!(series(&times).first_after(time, near), expected);
        }
    }
}
