use std::borrow::Cow;
use std::sync::Arc;

use super::plan::SelectorPlan;
use crate::labels::Labels;
use crate::promql::{At, RangeExtension};
use crate::storage::{Histogram, SampleValue, Series, SeriesId, Storage, is_stale};
use crate::target::Target;

/// The samples of one series in one window, staleness markers left out, numbers and histograms apart.
#[derive(Clone, Debug)]
pub(super) struct Window<'a> {
    /// The labels of the series, its name included.
    pub labels: &'a Labels,
    /// Whether the name has been dropped by something inside a subquery.
    pub is_nameless: bool,
    /// Whether the selector asks for the name of a counter.
    pub is_counter: bool,
    /// Times of the numbers, in milliseconds.
    pub times: Cow<'a, [i64]>,
    /// The number at each time.
    pub values: Cow<'a, [f64]>,
    /// The histograms with their times.
    pub histograms: Vec<(i64, Arc<Histogram>)>,
    /// The start timestamp of each number, then of each histogram; empty where none has one.
    pub starts: Vec<i64>,
    /// What `anchored` and `smoothed` look at besides.
    pub extension: Option<Extension>,
    /// Start of the window in milliseconds; whether a sample there is inside depends on the target.
    pub start: i64,
    /// End of the window in milliseconds, inside.
    pub end: i64,
    /// The time of the evaluation, before `offset` and `@`.
    pub now: i64,
}

/// The samples next to the window, within the lookback.
#[derive(Clone, Debug)]
pub(super) struct Extension {
    pub kind: RangeExtension,
    /// The last sample at or before the start.
    pub before: Option<(i64, SampleValue)>,
    /// The first sample behind the end; only for `smoothed`.
    pub after: Option<(i64, SampleValue)>,
}

#[cfg(test)]
static UNLABELLED: std::sync::LazyLock<Labels> = std::sync::LazyLock::new(Labels::empty);

impl Window<'_> {
    /// A window of numbers alone, for tests: times in seconds.
    #[cfg(test)]
    pub fn of_numbers(samples: &[(i64, f64)], start: i64, end: i64) -> Self {
        Self {
            labels: &UNLABELLED,
            is_nameless: true,
            is_counter: false,
            times: Cow::Owned(samples.iter().map(|sample| sample.0 * 1000).collect()),
            values: Cow::Owned(samples.iter().map(|sample| sample.1).collect()),
            histograms: Vec::new(),
            starts: Vec::new(),
            extension: None,
            start: start * 1000,
            end: end * 1000,
            now: end * 1000,
        }
    }

    /// The metric name, empty where there is none.
    pub fn name(&self) -> &str {
        let name = self.labels.metric_name();
        name.filter(|_| !self.is_nameless).unwrap_or("")
    }

    /// The label `__type__`.
    pub fn kind(&self) -> Option<&str> {
        self.labels.get("__type__")
    }

    /// The start timestamp of the `index`-th number; 0 for none.
    pub fn start_of_float(&self, index: usize) -> i64 {
        self.starts.get(index).copied().unwrap_or(0)
    }

    /// The start timestamp of the `index`-th histogram; 0 for none.
    pub fn start_of_histogram(&self, index: usize) -> i64 {
        self.starts
            .get(self.times.len() + index)
            .copied()
            .unwrap_or(0)
    }
}

/// What a selector remembers between evaluations over one growing storage.
#[derive(Debug, Default)]
pub(super) struct SelectorCache {
    /// The series found so far.
    pub ids: Vec<SeriesId>,
    /// How many series of the storage have been looked at.
    seen: usize,
    /// Where each series' window started and ended last time.
    cursors: Vec<(usize, usize)>,
    /// Each series' labels without the name, once needed.
    nameless: Vec<Option<Labels>>,
    /// The horizon of the storage.
    horizon: i64,
}

impl SelectorCache {
    /// Looks at the series that are new since the last call.
    pub fn refresh(&mut self, plan: &SelectorPlan, storage: &Storage) {
        self.horizon = storage.horizon();
        let total = storage.series().len();
        if self.seen == total {
            return;
        }
        self.ids.extend(storage.select(&plan.matchers, self.seen));
        self.seen = total;
        self.cursors.resize(self.ids.len(), (0, 0));
        self.nameless.resize(self.ids.len(), None);
    }

    /// The labels of the `index`-th series without its name, made once.
    pub fn nameless(
        &mut self,
        index: usize,
        series: &Series,
        strip: impl Fn(&Labels) -> Labels,
    ) -> Labels {
        self.nameless[index]
            .get_or_insert_with(|| strip(series.labels()))
            .clone()
    }

    /// The number of the newest sample at or before `at` and not before `oldest`, unless the series has ended.
    pub fn latest(&mut self, index: usize, series: &Series, at: i64, oldest: i64) -> Option<usize> {
        let cursor = &mut self.cursors[index].1;
        *cursor = series.first_after(at.min(self.horizon), *cursor);
        let last = cursor.checked_sub(1)?;
        let stale = is_stale(series.values()[last]) && series.histogram(last).is_none();
        (series.times()[last] >= oldest && !stale).then_some(last)
    }

    /// The numbers of the samples from `oldest` to `end`, both inside.
    pub fn range(
        &mut self,
        index: usize,
        series: &Series,
        oldest: i64,
        end: i64,
    ) -> std::ops::Range<usize> {
        let (from, to) = &mut self.cursors[index];
        *to = series.first_after(end.min(self.horizon), *to);
        *from = series.first_after(oldest.saturating_sub(1), *from).min(*to);
        *from..*to
    }

    /// The first sample from `index` on and not behind `latest` that marks no end.
    pub fn sample_after(
        &self,
        series: &Series,
        index: usize,
        latest: i64,
    ) -> Option<(i64, SampleValue)> {
        let latest = latest.min(self.horizon);
        (index..series.times().len())
            .take_while(|&at| series.times()[at] <= latest)
            .map(|at| (series.times()[at], series.sample(at)))
            .find(|(_, sample)| !sample.is_stale())
    }
}

/// Numbers and histograms of a piece of a series, staleness markers left out.
pub(super) struct Columns<'s> {
    pub times: Cow<'s, [i64]>,
    pub values: Cow<'s, [f64]>,
    pub histograms: Vec<(i64, Arc<Histogram>)>,
    pub starts: Vec<i64>,
}

impl<'s> Columns<'s> {
    /// Borrows where there are only numbers, which is nearly always.
    pub fn of(series: &'s Series, range: std::ops::Range<usize>, target: &Target) -> Self {
        let times = &series.times()[range.clone()];
        let values = &series.values()[range.clone()];
        let starts = match series.starts().get(range.clone()) {
            Some(starts) if target.features.use_start_timestamps => starts,
            _ => &[],
        };
        let has_stale = series.has_stale() && values.iter().any(|&value| is_stale(value));
        if !series.has_histograms() && !has_stale {
            return Self {
                times: Cow::Borrowed(times),
                values: Cow::Borrowed(values),
                histograms: Vec::new(),
                starts: starts.to_vec(),
            };
        }
        let mut numbers: (Vec<i64>, Vec<f64>) = Default::default();
        let mut histograms = Vec::new();
        let (mut number_starts, mut histogram_starts) = (Vec::new(), Vec::new());
        for (place, index) in range.enumerate() {
            let start = starts.get(place).copied();
            if let Some(histogram) = series.histogram(index) {
                histograms.push((times[place], Arc::clone(histogram)));
                histogram_starts.extend(start);
            } else if !is_stale(values[place]) {
                numbers.0.push(times[place]);
                numbers.1.push(values[place]);
                number_starts.extend(start);
            }
        }
        number_starts.extend(histogram_starts);
        Self {
            times: Cow::Owned(numbers.0),
            values: Cow::Owned(numbers.1),
            histograms,
            starts: number_starts,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.times.is_empty() && self.histograms.is_empty()
    }
}

/// The last sample before `index` and not before `oldest` that marks no end; looking back it passes over markers.
pub(super) fn sample_before(
    series: &Series,
    index: usize,
    oldest: i64,
) -> Option<(i64, SampleValue)> {
    (0..index)
        .rev()
        .take_while(|&at| series.times()[at] >= oldest)
        .map(|at| (series.times()[at], series.sample(at)))
        .find(|(_, sample)| !sample.is_stale())
}

/// The time that a selector or subquery refers to: `@` replaces the time of evaluation, then `offset` goes back.
pub(super) fn reference_time(
    now: i64,
    at: Option<At>,
    offset_ms: i64,
    start: i64,
    end: i64,
) -> i64 {
    let base = match at {
        None => now,
        Some(At::Timestamp(time)) => time,
        Some(At::Start) => start,
        Some(At::End) => end,
    };
    base.saturating_sub(offset_ms)
}
