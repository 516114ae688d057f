//! Zero buckets of different widths: the narrower one grows, and swallows the buckets it then covers.

use super::Histogram;
use super::kahan::kahan_add;

/// What the zero bucket of a histogram would be at a larger threshold.
pub(super) struct Widened {
    /// Half the width: the threshold asked for, or the end of the populated bucket it lies in.
    pub threshold: f64,
    /// The number of observations and its compensation.
    pub count: (f64, f64),
}

impl Histogram {
    /// The zero bucket at `threshold`, which may not be smaller than the present one. The counts of a compensation
    /// histogram with the same buckets are added in, if there is one.
    pub(super) fn widened_zero_bucket(
        &self,
        threshold: f64,
        compensation: Option<&Self>,
    ) -> Widened {
        let mut widened = Widened {
            threshold,
            count: (
                self.zero_count,
                compensation.map_or(0.0, |it| it.zero_count),
            ),
        };
        if threshold == self.zero_threshold {
            return widened;
        }
        let positive = compensation.map(|it| it.positive.as_slice());
        let negative = compensation.map(|it| it.negative.as_slice());
        loop {
            // As in Prometheus a second try starts with the compensation of the first.
            widened.count.0 = self.zero_count;
            let ends = self
                .positive_buckets()
                .map(|bucket| (bucket.lower, bucket.upper, bucket.count));
            widened.swallow(ends, positive);
            let ends = self
                .negative_buckets()
                .map(|bucket| (-bucket.upper, -bucket.lower, bucket.count));
            if !widened.swallow(ends, negative) {
                return widened;
            }
            // A negative bucket moved the threshold, so that the positive ones have to be looked at again.
        }
    }

    /// Makes both zero buckets equally wide, so wide that neither ends within a populated bucket. Changes this histogram
    /// and its compensation, but not the other one: gives the count, with compensation, that the other one would have.
    pub(super) fn reconcile_zero_buckets(
        &mut self,
        other: &Self,
        mut compensation: Option<&mut Self>,
    ) -> (f64, f64) {
        let mut theirs = Widened {
            threshold: other.zero_threshold,
            count: (other.zero_count, 0.0),
        };
        loop {
            if self.zero_threshold > theirs.threshold {
                theirs = other.widened_zero_bucket(self.zero_threshold, None);
            }
            if theirs.threshold > self.zero_threshold {
                let ours = self.widened_zero_bucket(theirs.threshold, compensation.as_deref());
                self.zero_threshold = ours.threshold;
                self.zero_count = ours.count.0;
                if let Some(compensation) = compensation.as_deref_mut() {
                    compensation.zero_count = ours.count.1;
                }
                self.drop_swallowed_buckets(compensation.as_deref_mut());
            } else {
                // Equal, or NaN, which Prometheus would ponder forever.
                return theirs.count;
            }
        }
    }

    /// Drops the buckets within the zero bucket, and all empty ones.
    fn drop_swallowed_buckets(&mut self, compensation: Option<&mut Self>) {
        let threshold = self.zero_threshold;
        let positive = self
            .positive_buckets()
            .take_while(|bucket| bucket.lower < threshold)
            .count();
        let negative = self
            .negative_buckets()
            .take_while(|bucket| bucket.upper > -threshold)
            .count();
        self.positive.drain(..positive);
        self.negative.drain(..negative);
        match compensation {
            None => self.compact(),
            Some(compensation) => {
                compensation.positive.drain(..positive);
                compensation.negative.drain(..negative);
                drop_empty(&mut self.positive, &mut compensation.positive);
                drop_empty(&mut self.negative, &mut compensation.negative);
            }
        }
    }
}

/// Drops the buckets that are empty and have no compensation.
fn drop_empty(buckets: &mut super::BucketCounts, compensation: &mut super::BucketCounts) {
    let keep: Vec<bool> = buckets
        .iter()
        .zip(compensation.iter())
        .map(|(bucket, compensation)| bucket.1 != 0.0 || compensation.1 != 0.0)
        .collect();
    for side in [buckets, compensation] {
        let mut keep = keep.iter();
        side.retain(|_| keep.next().copied().unwrap_or(true));
    }
}

impl Widened {
    /// Adds the buckets of one side that begin below the threshold, nearest to zero first: lower end, upper end, count.
    /// Tells whether the threshold had to move to the end of a populated bucket.
    fn swallow(
        &mut self,
        buckets: impl Iterator<Item = (f64, f64, f64)>,
        compensation: Option<&[(i32, f64)]>,
    ) -> bool {
        for (position, (near, far, count)) in buckets.enumerate() {
            if near >= self.threshold {
                break;
            }
            self.count = kahan_add(count, self.count);
            if let Some(&(_, compensation)) = compensation.and_then(|it| it.get(position)) {
                self.count = kahan_add(compensation, self.count);
            }
            if far > self.threshold {
                if count != 0.0 {
                    self.threshold = far;
                    return true;
                }
                break;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(zero_threshold: f64, zero_count: f64, positive: &[(i32, f64)]) -> Histogram {
        Histogram {
            zero_threshold,
            zero_count,
            positive: positive.to_vec(),
            ..Histogram::default()
        }
    }

    #[test]
    fn a_threshold_within_a_populated_bucket_moves_to_its_end() {
        // Buckets (1, 2], (2, 4], (4, 8].
        let all = histogram(0.5, 1.0, &[(1, 2.0), (2, 3.0), (3, 4.0)]);
        let widened = all.widened_zero_bucket(3.0, None);
        assert_eq!((widened.threshold, widened.count.0), (4.0, 6.0));
        let widened = all.widened_zero_bucket(2.0, None);
        assert_eq!((widened.threshold, widened.count.0), (2.0, 3.0));
        let empty = histogram(0.5, 1.0, &[(1, 2.0), (2, 0.0)]);
        let widened = empty.widened_zero_bucket(3.0, None);
        assert_eq!((widened.threshold, widened.count.0), (3.0, 3.0));
    }

    #[test]
    fn a_negative_bucket_moves_it_for_the_positive_ones_too() {
        let mut both = histogram(0.0, 1.0, &[(1, 2.0), (2, 3.0)]);
        both.negative = vec![(2, 10.0)];
        let widened = both.widened_zero_bucket(2.5, None);
        assert_eq!((widened.threshold, widened.count.0), (4.0, 16.0));
    }

    #[test]
    fn the_wider_one_decides_unless_it_ends_within_a_bucket() {
        let mut narrow = histogram(0.5, 1.0, &[(1, 2.0), (2, 3.0)]);
        let wide = histogram(3.0, 7.0, &[(3, 1.0)]);
        // 3 lies in (2, 4] of the narrow one, so that both become 4 wide.
        assert_eq!(narrow.reconcile_zero_buckets(&wide, None).0, 7.0);
        assert_eq!(narrow, histogram(4.0, 6.0, &[]));
        let mut wide = histogram(3.0, 7.0, &[(3, 1.0)]);
        let narrow = histogram(0.5, 1.0, &[(1, 2.0), (2, 3.0)]);
        assert_eq!(wide.reconcile_zero_buckets(&narrow, None).0, 6.0);
        assert_eq!(wide, histogram(4.0, 7.0, &[(3, 1.0)]));
    }

    #[test]
    fn nan_widths_come_to_an_end() {
        let mut strange = histogram(f64::NAN, 1.0, &[(1, 2.0)]);
        let _ = strange.reconcile_zero_buckets(&histogram(1.0, 1.0, &[]), None);
        let mut fine = histogram(1.0, 1.0, &[(1, 2.0)]);
        let _ = fine.reconcile_zero_buckets(&strange, None);
        assert_eq!(fine, histogram(1.0, 1.0, &[(1, 2.0)]));
    }
}
