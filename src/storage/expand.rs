use std::fmt;

use super::histogram::{Histogram, StepError};
use super::sample::SampleValue;
use super::series::STALE_NAN;
use crate::promql::{HistogramSpec, HistogramStep, SeriesItem, SeriesSpec};

/// Why a series cannot be expanded.
#[derive(Clone, PartialEq, Debug)]
pub enum ExpandError {
    /// The step of a run of histograms cannot be added to them.
    Step(StepError),
}

impl fmt::Display for ExpandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExpandError {}

/// The samples of a series, one after another: times in milliseconds from `start`, `interval_ms` apart. A gap takes up
/// its time and yields nothing. Nothing is made before it is asked for, so that a billion repetitions cost nothing.
pub fn expand(
    spec: &SeriesSpec,
    start: i64,
    interval_ms: i64,
) -> impl Iterator<Item = Result<(i64, SampleValue), ExpandError>> + use<'_> {
    Expansion {
        items: &spec.items,
        done: 0,
        value: 0.0,
        histogram: None,
        time: start,
        interval_ms,
    }
    .flatten()
}

/// The first `most` numbers of a series that has one in every slot; nothing for a series with gaps or histograms.
#[must_use]
pub fn numbers(spec: &SeriesSpec, most: usize) -> Option<Vec<f64>> {
    let mut numbers = Vec::with_capacity(slots(spec).min(most));
    for item in &spec.items {
        let room = most - numbers.len();
        let times = usize::try_from(item_slots(&item.value))
            .unwrap_or(usize::MAX)
            .min(room);
        match &item.value {
            SeriesItem::Gap { .. } | SeriesItem::Histogram { .. } => return None,
            SeriesItem::Value { value, .. } => numbers.extend(std::iter::repeat_n(*value, times)),
            SeriesItem::Ramp { start, step, .. } => {
                let ramp = std::iter::successors(Some(*start), |value| Some(value + step));
                numbers.extend(ramp.take(times));
            }
            SeriesItem::Stale | SeriesItem::StaleRun { .. } => {
                numbers.extend(std::iter::repeat_n(STALE_NAN, times));
            }
            SeriesItem::StaleThenNan { .. } => {
                let first = std::iter::once(STALE_NAN);
                numbers.extend(first.chain(std::iter::repeat(f64::NAN)).take(times));
            }
        }
    }
    Some(numbers)
}

/// How many time slots a series takes up, gaps included.
#[must_use]
pub fn slots(spec: &SeriesSpec) -> usize {
    let slots = spec.items.iter().map(|item| item_slots(&item.value));
    let total = slots.fold(0, u64::saturating_add);
    usize::try_from(total).unwrap_or(usize::MAX)
}

/// Yields a time slot at a time; an empty slot is a gap.
struct Expansion<'s> {
    items: &'s [crate::source::Spanned<SeriesItem>],
    /// How many slots of the first item are done.
    done: u64,
    /// The value of a ramp, which adds up step by step as Prometheus does.
    value: f64,
    /// The histogram of a run, which adds up too.
    histogram: Option<Histogram>,
    time: i64,
    interval_ms: i64,
}

type Slot = Option<Result<(i64, SampleValue), ExpandError>>;

impl Iterator for Expansion<'_> {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        loop {
            let item = &self.items.first()?.value;
            let times = item_slots(item);
            if self.done == times {
                self.items = &self.items[1..];
                self.done = 0;
                continue;
            }
            // A run of gaps is passed over at once.
            let step = if matches!(item, SeriesItem::Gap { .. }) {
                times - self.done
            } else {
                1
            };
            let slot = self.slot(item);
            self.done += step;
            let passed = i64::try_from(step).unwrap_or(i64::MAX);
            self.time = self
                .time
                .saturating_add(self.interval_ms.saturating_mul(passed));
            return Some(slot);
        }
    }
}

impl Expansion<'_> {
    fn slot(&mut self, item: &SeriesItem) -> Slot {
        let value = match item {
            SeriesItem::Gap { .. } => return None,
            SeriesItem::Value { value, .. } => *value,
            SeriesItem::Ramp { start, step, .. } => {
                self.value = if self.done == 0 {
                    *start
                } else {
                    self.value + step
                };
                self.value
            }
            SeriesItem::Stale | SeriesItem::StaleRun { .. } => STALE_NAN,
            SeriesItem::StaleThenNan { .. } if self.done == 0 => STALE_NAN,
            SeriesItem::StaleThenNan { .. } => f64::NAN,
            SeriesItem::Histogram { start, step, .. } => {
                return Some(
                    self.next_histogram(start, step.as_ref())
                        .map(|histogram| (self.time, histogram.into())),
                );
            }
        };
        Some(Ok((self.time, SampleValue::Float(value))))
    }

    fn next_histogram(
        &mut self,
        start: &HistogramSpec,
        step: Option<&HistogramStep>,
    ) -> Result<Histogram, ExpandError> {
        let next = match (self.histogram.take(), step) {
            (Some(before), Some(step)) if self.done > 0 => before
                .step(&Histogram::from(&*step.histogram), step.subtract)
                .map_err(ExpandError::Step)?,
            (Some(before), None) if self.done > 0 => before,
            _ => Histogram::from(start),
        };
        self.histogram = Some(next.clone());
        Ok(next)
    }
}

fn item_slots(item: &SeriesItem) -> u64 {
    match item {
        SeriesItem::Stale => 1,
        SeriesItem::Gap { times }
        | SeriesItem::Value { times, .. }
        | SeriesItem::Ramp { times, .. }
        | SeriesItem::StaleRun { times }
        | SeriesItem::StaleThenNan { times }
        | SeriesItem::Histogram { times, .. } => *times,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::parse_series_description;
    use crate::target::Target;

    fn samples(values: &str) -> Vec<(i64, f64)> {
        let spec = parse_series_description("m", values, &Target::default()).unwrap();
        expand(&spec, 0, 10)
            .take(20)
            .map(|sample| sample.map(|(time, value)| (time, value.float().unwrap())))
            .collect::<Result<_, _>>()
            .unwrap()
    }

    #[test]
    fn notation_becomes_samples() {
        assert_eq!(samples("1 2"), [(0, 1.0), (10, 2.0)]);
        assert_eq!(samples("1x2"), [(0, 1.0), (10, 1.0), (20, 1.0)]);
        assert_eq!(samples("1+2x2"), [(0, 1.0), (10, 3.0), (20, 5.0)]);
        assert_eq!(samples("1-2x1 _ 7"), [(0, 1.0), (10, -1.0), (30, 7.0)]);
        assert_eq!(samples("_x3 5"), [(30, 5.0)]);
        assert!(samples("").is_empty());
        assert!(super::super::is_stale(samples("stale")[0].1));
        assert_eq!(samples("_x1000000000 5"), [(10_000_000_000, 5.0)]);
        assert_eq!(samples("1x1000000000").len(), 20);
    }

    #[test]
    fn numbers_are_those_of_the_expansion() {
        for values in [
            "1 2x2 3-0.1x7",
            "0+0.1x30 stale 5",
            "7 stale NaN stale+1x2 -Inf",
            "_ 1",
            "{{count:1}} 2",
            "",
        ] {
            let spec = parse_series_description("m", values, &Target::default()).unwrap();
            let slow: Option<Vec<u64>> = Expansion {
                items: &spec.items,
                done: 0,
                value: 0.0,
                histogram: None,
                time: 0,
                interval_ms: 10,
            }
            .take(20)
            .map(|slot| Some(slot?.ok()?.1.float()?.to_bits()))
            .collect();
            let fast = numbers(&spec, 20);
            let fast = fast.map(|numbers| numbers.iter().map(|value| value.to_bits()).collect());
            assert_eq!(fast, slow, "{values}");
        }
    }

    #[test]
    fn a_ramp_adds_up_so_that_errors_accumulate() {
        let last = samples("0+0.1x10").last().unwrap().1;
        assert_eq!(last, (0..10).fold(0.0, |sum, _| sum + 0.1));
        assert_ne!(last, 1.0);
    }
}
