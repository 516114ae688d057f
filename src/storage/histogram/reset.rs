//! Counter resets.

use std::cmp::Ordering;

use super::bounds::{exponential_bound, shared_bounds};
use super::{BucketCounts, Histogram, coarsened};
use crate::promql::CounterResetHint;

impl Histogram {
    /// Whether a counter was reset between `previous` and this histogram (`DetectReset`).
    ///
    /// The hints reset and not reset are believed. Otherwise there was a reset if the resolution rose, the zero bucket
    /// shrank or came to end within a populated bucket, or any count fell, the sum aside. Custom buckets are compared
    /// between the bounds that both have.
    #[must_use]
    pub fn detect_reset(&self, previous: &Self) -> bool {
        match self.hint {
            CounterResetHint::Reset => return true,
            CounterResetHint::NotReset => return false,
            // Gauges end up here only if someone treats them as counters.
            CounterResetHint::Unknown | CounterResetHint::Gauge => {}
        }
        if self.count < previous.count {
            return true;
        }
        if self.has_custom_buckets() {
            if !previous.has_custom_buckets() {
                return true;
            }
            if !self.has_same_bounds(previous) {
                return self.any_fell_between_shared_bounds(previous);
            }
        }
        if self.schema > previous.schema || self.zero_threshold < previous.zero_threshold {
            return true;
        }
        let widened = previous.widened_zero_bucket(self.zero_threshold, None);
        if widened.threshold != self.zero_threshold || self.zero_count < widened.count.0 {
            return true;
        }
        self.any_fell(&self.positive, &previous.positive, previous.schema)
            || self.any_fell(&self.negative, &previous.negative, previous.schema)
    }

    /// The hint that this histogram has when it is read back, given what was appended to the series just before it
    /// (`AppendFloatHistogram`, `counterResetHint`).
    ///
    /// Storage keeps runs of counters without a reset and trusts a run from its second histogram on; the first one, and
    /// the staleness marker, is unknown whatever the hint was. That a run also ends when its chunk is full, which takes
    /// ten samples at least, is not part of this.
    #[must_use]
    pub fn hint_when_read(&self, previous: Option<&Self>) -> CounterResetHint {
        if self.is_stale() {
            CounterResetHint::Unknown
        } else if self.hint == CounterResetHint::Gauge {
            CounterResetHint::Gauge
        } else if previous.is_some_and(|previous| self.continues(previous)) {
            CounterResetHint::NotReset
        } else {
            CounterResetHint::Unknown
        }
    }

    /// Whether a counter can be stored in one chunk with the histogram before it.
    fn continues(&self, previous: &Self) -> bool {
        let side_continues = |now: &[(i32, f64)], before: &[(i32, f64)]| {
            let mut now = now.iter().peekable();
            before.iter().all(|&(index, count)| {
                while now.next_if(|&&(other, _)| other < index).is_some() {}
                match now.peek() {
                    Some(&&(other, now)) if other == index => {
                        count.partial_cmp(&now) != Some(Ordering::Greater)
                    }
                    _ => count == 0.0,
                }
            })
        };
        let fell = self.count < previous.count || self.zero_count < previous.zero_count;
        self.hint != CounterResetHint::Reset
            && previous.hint != CounterResetHint::Gauge
            && !previous.is_stale()
            && !fell
            && self.schema == previous.schema
            && self.zero_threshold == previous.zero_threshold
            && self.has_same_bounds(previous)
            && side_continues(&self.positive, &previous.positive)
            && side_continues(&self.negative, &previous.negative)
    }

    /// Whether a bucket outside the zero bucket has less than before, at this histogram's resolution.
    fn any_fell(&self, now: &[(i32, f64)], before: &[(i32, f64)], schema: i32) -> bool {
        let steps = schema.abs_diff(self.schema);
        let coarse: BucketCounts;
        let before = if steps == 0 {
            before
        } else {
            coarse = coarsened(before, steps, |sum, count| sum + count);
            &coarse
        };
        let is_outside = |index: i32| {
            self.has_custom_buckets()
                || self.zero_threshold == 0.0
                || exponential_bound(i64::from(index), self.schema) > self.zero_threshold
        };
        let mut now = now.iter().peekable();
        for &(index, count) in before.iter().filter(|&&(index, _)| is_outside(index)) {
            while now.next_if(|&&(other, _)| other < index).is_some() {}
            let fell = match now.peek() {
                Some(&&(other, now)) if other == index => now < count,
                Some(_) => count != 0.0,
                // Here Prometheus asks of all that is left only for the first bucket.
                None => return count != 0.0,
            };
            if fell {
                return true;
            }
        }
        false
    }

    fn any_fell_between_shared_bounds(&self, previous: &Self) -> bool {
        let shared = shared_bounds(&self.custom_bounds, &previous.custom_bounds);
        let sums = |histogram: &Self| {
            let mut sums = vec![0.0; shared.len() + 1];
            for &(index, count) in &histogram.positive {
                sums[histogram.bucket_among(&shared, index)] += count;
            }
            sums
        };
        let (now, before) = (sums(self), sums(previous));
        now.iter().zip(before).any(|(now, before)| *now < before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::histogram::CUSTOM_BUCKETS_SCHEMA;

    fn histogram(schema: i32, positive: &[(i32, f64)]) -> Histogram {
        Histogram {
            schema,
            count: 100.0,
            positive: positive.to_vec(),
            ..Histogram::default()
        }
    }

    #[test]
    fn a_falling_or_vanished_bucket_is_a_reset() {
        let before = histogram(0, &[(0, 1.0), (1, 2.0), (2, 0.0)]);
        let is_reset = |now: &[(i32, f64)]| histogram(0, now).detect_reset(&before);
        assert!(!is_reset(&[(0, 1.0), (1, 2.0)]));
        assert!(!is_reset(&[(-1, 5.0), (0, 1.0), (1, 3.0), (7, 1.0)]));
        assert!(is_reset(&[(0, 1.0), (1, 1.0)]));
        assert!(is_reset(&[(1, 2.0)]));
        assert!(is_reset(&[]));
        let fewer = Histogram {
            count: 99.0,
            ..before.clone()
        };
        assert!(fewer.detect_reset(&before));
        assert!(!before.detect_reset(&fewer));
    }

    #[test]
    fn only_a_counter_that_goes_on_is_read_back_as_not_reset() {
        use CounterResetHint::{Gauge, NotReset, Reset, Unknown};
        let before = histogram(0, &[(0, 1.0), (1, 0.0)]);
        let with = |hint, now: Histogram| Histogram { hint, ..now };
        let read = |now: Histogram| now.hint_when_read(Some(&before));
        assert_eq!(before.hint_when_read(None), Unknown);
        assert_eq!(with(NotReset, before.clone()).hint_when_read(None), Unknown);
        assert_eq!(read(before.clone()), NotReset);
        assert_eq!(read(histogram(0, &[(-1, 1.0), (0, 2.0)])), NotReset);
        assert_eq!(read(histogram(0, &[(0, 0.5)])), Unknown);
        assert_eq!(read(histogram(0, &[(1, 1.0)])), Unknown);
        assert_eq!(read(histogram(-1, &[(0, 2.0)])), Unknown);
        assert_eq!(read(with(Reset, before.clone())), Unknown);
        assert_eq!(read(with(Gauge, before.clone())), Gauge);
        assert_eq!(
            before.hint_when_read(Some(&with(Gauge, before.clone()))),
            Unknown
        );
        assert_eq!(before.hint_when_read(Some(&Histogram::stale())), Unknown);
        assert_eq!(read(Histogram::stale()), Unknown);
    }

    #[test]
    fn the_hint_is_believed() {
        let before = histogram(0, &[(0, 1.0)]);
        let with = |hint| Histogram {
            hint,
            ..histogram(0, &[])
        };
        assert!(!with(CounterResetHint::NotReset).detect_reset(&before));
        assert!(with(CounterResetHint::Gauge).detect_reset(&before));
        let same = Histogram {
            hint: CounterResetHint::Reset,
            ..before.clone()
        };
        assert!(same.detect_reset(&before));
    }

    #[test]
    fn resolution_may_only_fall_and_the_zero_bucket_only_grow() {
        let fine = histogram(1, &[(1, 1.0), (2, 1.0)]);
        let coarse = histogram(0, &[(1, 2.0)]);
        assert!(!coarse.detect_reset(&fine));
        assert!(fine.detect_reset(&coarse));
        let wide = Histogram {
            zero_threshold: 2.0,
            zero_count: 2.0,
            ..histogram(0, &[])
        };
        assert!(!wide.detect_reset(&coarse));
        assert!(coarse.detect_reset(&wide));
        let halfway = Histogram {
            zero_threshold: 1.5,
            ..wide
        };
        assert!(halfway.detect_reset(&coarse));
    }

    #[test]
    fn custom_buckets_are_compared_between_shared_bounds() {
        let custom = |bounds: &[f64], positive: &[(i32, f64)]| Histogram {
            custom_bounds: bounds.into(),
            ..histogram(CUSTOM_BUCKETS_SCHEMA, positive)
        };
        let before = custom(&[1.0, 2.0, 3.0], &[(0, 1.0), (1, 2.0), (3, 1.0)]);
        assert!(!custom(&[2.0], &[(0, 3.0), (1, 1.0)]).detect_reset(&before));
        assert!(custom(&[2.0], &[(0, 2.0), (1, 9.0)]).detect_reset(&before));
        assert!(before.detect_reset(&histogram(0, &[])));
        assert!(histogram(0, &[]).detect_reset(&before));
    }
}
