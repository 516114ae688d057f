use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{AppendError, Grid, SampleValue, Series};
use crate::labels::{Labels, MatchOp, Matcher};

/// The number of a series, in order of its first sample.
pub type SeriesId = usize;

/// All series of one test group.
#[derive(Clone, Debug, Default)]
pub struct Storage {
    series: Vec<Series>,
    by_labels: FxHashMap<Labels, SeriesId>,
    /// For each label name and value the series that carry it, ascending.
    postings: FxHashMap<Arc<str>, FxHashMap<Arc<str>, Vec<SeriesId>>>,
    horizon: Option<i64>,
    closed: Option<i64>,
}

impl Storage {
    /// A storage without series.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Every series in the order of its first sample.
    #[must_use]
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// One series.
    ///
    /// # Panics
    /// When the id is of another storage.
    #[must_use]
    pub fn get(&self, id: SeriesId) -> &Series {
        &self.series[id]
    }

    /// The series with exactly these labels, made if need be.
    pub fn series_id(&mut self, labels: &Labels) -> SeriesId {
        if let Some(&id) = self.by_labels.get(labels) {
            return id;
        }
        let id = self.series.len();
        self.series.push(Series::new(labels.clone()));
        self.by_labels.insert(labels.clone(), id);
        for label in labels {
            self.postings
                .entry(Arc::clone(&label.name))
                .or_default()
                .entry(Arc::clone(&label.value))
                .or_default()
                .push(id);
        }
        id
    }

    /// The time in milliseconds behind which samples do not count yet: they were stored ahead of time.
    #[must_use]
    pub fn horizon(&self) -> i64 {
        self.horizon.unwrap_or(i64::MAX)
    }

    /// Lets no sample behind `time` count. A horizon only moves on.
    pub fn set_horizon(&mut self, time: i64) {
        self.horizon = Some(time);
    }

    /// The time in milliseconds before which no sample will be added any more.
    #[must_use]
    pub fn closed(&self) -> i64 {
        self.closed.unwrap_or(i64::MIN)
    }

    /// Promises that no sample before `time` will be added, and none counts later that does not count now.
    pub fn close(&mut self, time: i64) {
        self.closed = Some(time);
    }

    /// Gives a series without samples these numbers, at the times of the grid; numbers beyond its end are dropped.
    pub fn fill(&mut self, id: SeriesId, grid: &Grid, values: Vec<f64>) {
        self.series[id].fill(grid, values);
    }

    /// Adds a sample at the end of a series; time in milliseconds.
    pub fn append(
        &mut self,
        id: SeriesId,
        time: i64,
        sample: impl Into<SampleValue>,
    ) -> Result<(), AppendError> {
        self.series[id].append(time, sample.into())
    }

    /// Gives the last sample of a series a start timestamp, in milliseconds.
    pub fn set_start(&mut self, id: SeriesId, start: i64) {
        self.series[id].set_start(start);
    }

    /// The series that satisfy all matchers, in the order of their first sample, among those numbered `from` and up.
    /// A caller that has seen the first `from` series need not look at them again.
    #[must_use]
    pub fn select(&self, matchers: &[Matcher], from: SeriesId) -> Vec<SeriesId> {
        let satisfies = |&id: &SeriesId| {
            let labels = self.series[id].labels();
            matchers
                .iter()
                .all(|matcher| matcher.matches(labels.get(&matcher.name).unwrap_or("")))
        };
        match self.shortest_posting(matchers) {
            Some(posting) => {
                let new = &posting[posting.partition_point(|&id| id < from)..];
                new.iter().copied().filter(satisfies).collect()
            }
            None => (from..self.series.len()).filter(satisfies).collect(),
        }
    }

    /// The shortest list that an equality matcher names; an empty list where its value never occurs.
    fn shortest_posting(&self, matchers: &[Matcher]) -> Option<&[SeriesId]> {
        matchers
            .iter()
            .filter(|matcher| matcher.op == MatchOp::Equal && !matcher.value.is_empty())
            .map(|matcher| {
                self.postings
                    .get(&matcher.name)
                    .and_then(|values| values.get(&matcher.value))
                    .map_or(&[] as &[SeriesId], Vec::as_slice)
            })
            .min_by_key(|posting| posting.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn storage() -> Storage {
        let mut storage = Storage::new();
        for (name, job) in [("up", "a"), ("up", "b"), ("down", "a")] {
            storage.series_id(&Labels::from_pairs([("__name__", name), ("job", job)]));
        }
        storage
    }

    #[test]
    fn selects_through_the_index() {
        let storage = storage();
        let up = Matcher::equal("__name__", "up");
        let job = Matcher::equal("job", "a");
        assert_eq!(storage.select(std::slice::from_ref(&up), 0), [0, 1]);
        assert_eq!(storage.select(&[up.clone(), job.clone()], 0), [0]);
        assert_eq!(storage.select(&[job], 1), [2], "only the new ones");
        assert_eq!(storage.select(&[Matcher::equal("x", "")], 0), [0, 1, 2]);
        assert!(storage.select(&[Matcher::equal("job", "c")], 0).is_empty());
    }

    #[test]
    fn equal_labels_are_one_series() {
        let mut storage = storage();
        let id = storage.series_id(&Labels::from_pairs([("job", "b"), ("__name__", "up")]));
        assert_eq!(id, 1);
    }
}
