//! From series in notation to samples in the storage.
//!
//! Most series are plain numbers that nothing else writes to: loading them cannot fail, so they are stored at once, behind
//! the horizon of the storage, if anything reads them at all. The others are loaded as time goes on, and a sample that is
//! refused ends the test at its time, as in promtool.

use std::iter::Peekable;

use rustc_hash::FxHashSet;

use super::series::Series;
use crate::alerting::{RuleGroup, RuleKind};
use crate::engine::Query;
use crate::promql::SeriesSpec;
use crate::storage::{
    AppendError, ExpandError, Grid, SampleValue, SeriesId, Storage, expand, numbers, slots,
};

/// Longer series are loaded bit by bit, so that a test that fails early costs no more than what it has seen.
const MOST_AT_ONCE: usize = 10_000_000;

/// When the samples of input series are, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    /// The first sample.
    pub start: i64,
    /// From one to the next.
    pub interval: i64,
    /// The end of the test: later samples are never seen.
    pub end: i64,
}

impl Timing {
    /// How many samples a series has at most.
    fn slots(self) -> usize {
        let length = self.end.saturating_sub(self.start).max(0);
        usize::try_from(length / self.interval.max(1))
            .map_or(usize::MAX, |gaps| gaps.saturating_add(1))
    }
}

/// The input series that are loaded bit by bit.
pub(super) struct Loading<'s> {
    pending: Vec<Pending<'s>>,
}

/// What rules and queries read and write.
pub(super) struct Traffic<'a> {
    queries: Vec<&'a Query>,
    /// The names of the series that rules write.
    written: FxHashSet<&'a str>,
    /// Some template asks queries of its own.
    reads_all: bool,
}

impl<'a> Traffic<'a> {
    /// What these rule groups and further queries do.
    pub fn new(groups: &'a [RuleGroup], further: impl Iterator<Item = &'a Query>) -> Self {
        let rules = || groups.iter().flat_map(|group| &group.rules);
        let texts = rules().flat_map(|rule| match &rule.kind {
            RuleKind::Alerting { annotations, .. } => rule.labels.iter().chain(annotations),
            RuleKind::Recording => [].iter().chain(&[]),
        });
        let reads_all = texts
            .filter(|text| text.template.is_some())
            .any(|text| text.text.contains("query"));
        let recorded = rules().filter(|rule| matches!(rule.kind, RuleKind::Recording));
        Self {
            queries: rules().map(|rule| &rule.query).chain(further).collect(),
            written: recorded
                .map(|rule| &*rule.name)
                .chain(["ALERTS", "ALERTS_FOR_STATE"])
                .collect(),
            reads_all,
        }
    }

    fn writes(&self, spec: &SeriesSpec) -> bool {
        let name = spec.labels.metric_name().unwrap_or("");
        self.written.contains(name)
    }

    /// The series that something reads.
    fn read(&self, storage: &Storage) -> FxHashSet<SeriesId> {
        if self.reads_all {
            return (0..storage.series().len()).collect();
        }
        self.queries
            .iter()
            .flat_map(|query| query.selections())
            .flat_map(|matchers| storage.select(matchers, 0))
            .collect()
    }
}

struct Pending<'s> {
    series: &'s Series<'s>,
    id: SeriesId,
    samples: Peekable<Samples<'s>>,
}

type Samples<'s> = Box<dyn Iterator<Item = Result<(i64, SampleValue), ExpandError>> + 's>;

/// Why a sample could not be loaded.
#[derive(Debug)]
pub(super) enum LoadError {
    Expand(ExpandError),
    Append(AppendError),
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Expand(error) => error.fmt(f),
            Self::Append(error) => error.fmt(f),
        }
    }
}

impl<'s> Loading<'s> {
    /// Makes the series, and stores those that can be stored at once. Series that never have a sample do not come into
    /// being.
    pub fn new(
        series: &'s [Series<'s>],
        timing: Timing,
        traffic: &Traffic<'_>,
        storage: &mut Storage,
    ) -> Self {
        let samples = |series: &'s Series<'s>| expand(&series.spec, timing.start, timing.interval);
        let found: Vec<(&Series<'s>, SeriesId)> = series
            .iter()
            .filter(|series| samples(series).next().is_some())
            .map(|series| (series, storage.series_id(&series.spec.labels)))
            .collect();
        let read = traffic.read(storage);
        let longest = found.iter().map(|(series, _)| slots(&series.spec)).max();
        let room = timing.slots().min(longest.unwrap_or(0));
        let at_once = timing.interval > 0 && room <= MOST_AT_ONCE;
        let grid = Grid::new(
            timing.start,
            timing.interval,
            if at_once { room } else { 0 },
        );
        let mut pending = Vec::new();
        for (series, id) in found {
            if at_once
                && !traffic.writes(&series.spec)
                && let Some(numbers) = numbers(&series.spec, room)
            {
                if read.contains(&id) {
                    storage.fill(id, &grid, numbers);
                }
                continue;
            }
            // Before 2.49 all samples of a series may be at one time. promtool stores them at once, and of several at the
            // same time the first stays, without a word.
            let at_most = if timing.interval == 0 { 1 } else { usize::MAX };
            let samples: Samples<'s> = Box::new(samples(series).take(at_most));
            let samples = samples.peekable();
            pending.push(Pending {
                series,
                id,
                samples,
            });
        }
        Self { pending }
    }

    /// Loads every sample up to and including `time`.
    pub fn advance(
        &mut self,
        time: i64,
        storage: &mut Storage,
    ) -> Result<(), (&'s Series<'s>, LoadError)> {
        storage.set_horizon(time);
        for pending in &mut self.pending {
            let is_due = |sample: &Result<(i64, SampleValue), ExpandError>| match sample {
                Ok((at, _)) => *at <= time,
                Err(_) => true,
            };
            while let Some(sample) = pending.samples.next_if(is_due) {
                let (at, value) =
                    sample.map_err(|error| (pending.series, LoadError::Expand(error)))?;
                storage
                    .append(pending.id, at, value)
                    .map_err(|error| (pending.series, LoadError::Append(error)))?;
            }
        }
        Ok(())
    }
}
