use std::borrow::Cow;

use super::plan::SelectorPlan;
use crate::labels::Labels;
use crate::promql::At;
use crate::storage::{Series, SeriesId, Storage, is_stale};

/// The samples of one series in one window, staleness markers left out.
#[derive(Clone, Debug)]
pub(super) struct Window<'a> {
    /// Times in milliseconds.
    pub times: Cow<'a, [i64]>,
    /// The value at each time.
    pub values: Cow<'a, [f64]>,
    /// Start of the window in milliseconds; whether a sample there is inside depends on the target.
    pub start: i64,
    /// End of the window in milliseconds, inside.
    pub end: i64,
    /// The time of the evaluation, before `offset` and `@`.
    pub now: i64,
}

/// Times and values of the samples in a window.
pub(super) type Columns<'s> = (Cow<'s, [i64]>, Cow<'s, [f64]>);

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
}

impl SelectorCache {
    /// Looks at the series that are new since the last call.
    pub fn refresh(&mut self, plan: &SelectorPlan, storage: &Storage) {
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
    pub fn nameless(&mut self, index: usize, series: &Series) -> Labels {
        self.nameless[index]
            .get_or_insert_with(|| series.labels().without_name())
            .clone()
    }

    /// The newest sample at or before `at` and inside the lookback, unless the series has ended.
    pub fn latest(
        &mut self,
        index: usize,
        series: &Series,
        at: i64,
        oldest: i64,
    ) -> Option<(i64, f64)> {
        let cursor = &mut self.cursors[index].1;
        *cursor = series.first_after(at, *cursor);
        let last = cursor.checked_sub(1)?;
        let (time, value) = (series.times()[last], series.values()[last]);
        (time >= oldest && !is_stale(value)).then_some((time, value))
    }

    /// The samples from `oldest` to `end`, both inside; nothing where there are none.
    pub fn window<'s>(
        &mut self,
        index: usize,
        series: &'s Series,
        oldest: i64,
        end: i64,
    ) -> Option<Columns<'s>> {
        let (from, to) = &mut self.cursors[index];
        *to = series.first_after(end, *to);
        *from = series.first_after(oldest.saturating_sub(1), *from).min(*to);
        let times = &series.times()[*from..*to];
        let values = &series.values()[*from..*to];
        if times.is_empty() {
            return None;
        }
        if !values.iter().any(|&value| is_stale(value)) {
            return Some((Cow::Borrowed(times), Cow::Borrowed(values)));
        }
        let (times, values): (Vec<i64>, Vec<f64>) = times
            .iter()
            .zip(values)
            .filter(|&(_, &value)| !is_stale(value))
            .unzip();
        (!times.is_empty()).then_some((Cow::Owned(times), Cow::Owned(values)))
    }
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
