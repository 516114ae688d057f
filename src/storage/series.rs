use std::fmt;

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
    times: Vec<i64>,
    values: Vec<f64>,
}

/// Why a sample was refused; the words are those of Prometheus's head block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AppendError {
    /// There is a sample with another value at that time.
    Duplicate,
    /// There is a later sample.
    OutOfOrder,
}

impl Series {
    pub(super) fn new(labels: Labels) -> Self {
        Self {
            labels,
            times: Vec::new(),
            values: Vec::new(),
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

    /// The value at each time.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Index of the first sample later than `time`, looked for from `near` outwards: a window that moves on with
    /// time finds its edge in a step or two.
    #[must_use]
    pub fn first_after(&self, time: i64, near: usize) -> usize {
        let times = &self.times;
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

    pub(super) fn append(&mut self, time: i64, value: f64) -> Result<(), AppendError> {
        if let (Some(&last), Some(&there)) = (self.times.last(), self.values.last()) {
            if time == last && there.to_bits() == value.to_bits() {
                return Ok(());
            }
            if time == last {
                return Err(AppendError::Duplicate);
            }
            if time < last {
                return Err(AppendError::OutOfOrder);
            }
        }
        self.times.push(time);
        self.values.push(value);
        Ok(())
    }
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Duplicate => "duplicate sample for timestamp",
            Self::OutOfOrder => "out of order sample",
        })
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
            series.append(time, 1.0).unwrap();
        }
        series
    }

    #[test]
    fn the_same_sample_twice_is_fine_another_value_is_not() {
        let mut series = series(&[0, 10]);
        assert_eq!(series.append(10, 1.0), Ok(()));
        assert_eq!(series.append(10, 2.0), Err(AppendError::Duplicate));
        assert_eq!(series.append(5, 1.0), Err(AppendError::OutOfOrder));
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
