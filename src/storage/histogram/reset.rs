//! Counter resets.

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
        before
            .iter()
            .filter(|&&(index, _)| is_outside(index))
            .any(|&(index, count)| {
                while now.next_if(|&&(other, _)| other < index).is_some() {}
                match now.peek() {
                    Some(&&(other, now)) if other == index => now < count,
                    _ => count != 0.0,
                }
            })
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
