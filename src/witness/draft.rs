//! Series under construction.

use crate::labels::Labels;

/// The series that an expression needs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Draft {
    /// In the order in which they came up.
    pub series: Vec<DraftSeries>,
}

/// A series, and what it must be.
#[derive(Clone, PartialEq, Debug)]
pub struct DraftSeries {
    /// Its labels, metric name included.
    pub labels: Labels,
    /// Its value at the time of the task.
    pub(super) level: Option<f64>,
    /// How it changes, per second.
    pub(super) slope: Option<f64>,
}

/// A line: the value at the start of the test, and the change per second.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Course {
    /// The value at the start.
    start: f64,
    /// The change per second.
    per_second: f64,
}

impl Draft {
    /// The series of those labels, made if need be.
    pub(super) fn series(&mut self, labels: &Labels) -> &mut DraftSeries {
        let known = self
            .series
            .iter()
            .position(|series| series.labels == *labels);
        let at = known.unwrap_or_else(|| {
            self.series.push(DraftSeries {
                labels: labels.clone(),
                level: None,
                slope: None,
            });
            self.series.len() - 1
        });
        &mut self.series[at]
    }
}

impl DraftSeries {
    /// The course of the series, where its level is that at `time` (seconds from the start). A counter begins at 0.
    fn course(&self, time: f64) -> Course {
        let per_second = self.slope.unwrap_or(0.0);
        let start = match self.level {
            Some(level) => level - per_second * time,
            None => 0.0,
        };
        Course { start, per_second }
    }

    /// The first number and what each of the next ones adds, to twelve digits: what floating point adds behind them nobody
    /// wants to read. `time` and `step` are in seconds.
    pub(super) fn numbers(&self, time: f64, step: f64) -> (f64, f64) {
        let course = self.course(time);
        (rounded(course.start), rounded(course.per_second * step))
    }

    /// Its values in the notation of fixtures: `samples` of them behind the first, `step` seconds apart, for a level at
    /// `time`.
    #[must_use]
    pub fn values(&self, time: f64, step: f64, samples: i64) -> String {
        let (start, each) = self.numbers(time, step);
        if each == 0.0 {
            return format!("{start}x{samples}");
        }
        let sign = if each < 0.0 { '-' } else { '+' };
        format!("{start}{sign}{}x{samples}", each.abs())
    }

    /// Demands a value; false where another one is demanded already.
    pub(super) fn set_level(&mut self, level: f64) -> bool {
        *self.level.get_or_insert(level) == level
    }

    /// Demands a change; false where another one is demanded already.
    pub(super) fn set_slope(&mut self, slope: f64) -> bool {
        *self.slope.get_or_insert(slope) == slope
    }
}

fn rounded(value: f64) -> f64 {
    let digits = format!("{value:.11e}");
    digits.parse().unwrap_or(value)
}
