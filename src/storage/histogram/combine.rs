//! Addition and subtraction.

use std::fmt;

use super::bounds::{exponential_bound, shared_bounds};
use super::kahan::kahan_add;
use super::{BucketCounts, Histogram, coarsened};
use crate::promql::CounterResetHint;

/// What else happened when two histograms were combined; each is worth an annotation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Combined {
    /// One of the histograms was marked as reset and the other one as not reset.
    pub hint_collision: bool,
    /// The custom bounds were not the same, so that only those of both are left.
    pub bounds_reconciled: bool,
}

/// One histogram has exponential buckets and the other one custom ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IncompatibleSchemas;

/// Why series notation such as `{{…}}+{{…}}x3` cannot be expanded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepError {
    /// The step has a lower resolution than what it is added to.
    LosesResolution {
        /// The schema of the histogram so far.
        from: i32,
        /// The schema of the step.
        to: i32,
    },
    /// Exponential and custom buckets are mixed.
    Incompatible(IncompatibleSchemas),
}

/// A number with the rounding error of its summation so far.
type Compensated = (f64, f64);

impl Histogram {
    /// Adds another histogram (`Add`).
    ///
    /// The result has the lower of the two resolutions, the wider zero bucket and, of custom bounds, those that both
    /// have. Empty buckets stay; PromQL compacts the result. On an error nothing has changed.
    ///
    /// The hint: gauge if one is a gauge, else unknown unless both have the same.
    pub fn add(&mut self, other: &Self) -> Result<Combined, IncompatibleSchemas> {
        self.combine(other, 1.0)
    }

    /// Subtracts another histogram (`Sub`); all else as in [`Histogram::add`]. The operator `-` makes a gauge of the
    /// result, which this does not do.
    pub fn sub(&mut self, other: &Self) -> Result<Combined, IncompatibleSchemas> {
        self.combine(other, -1.0)
    }

    fn combine(&mut self, other: &Self, sign: f64) -> Result<Combined, IncompatibleSchemas> {
        let mut combined = self.start_combining(other)?;
        self.count += sign * other.count;
        self.sum += sign * other.sum;
        if self.has_custom_buckets() {
            combined.bounds_reconciled = !self.has_same_bounds(other);
            if combined.bounds_reconciled {
                self.combine_over_shared_bounds(other, sign, None);
            } else {
                add_side(&mut self.positive, &other.positive, sign);
            }
            return Ok(combined);
        }
        let (zero_count, _) = self.reconcile_zero_buckets(other, None);
        self.zero_count += sign * zero_count;
        let steps = self.schema.abs_diff(other.schema);
        let plain = |sum, count| sum + count;
        if other.schema < self.schema {
            self.schema = other.schema;
            self.positive = coarsened(&self.positive, steps, plain);
            self.negative = coarsened(&self.negative, steps, plain);
        }
        let finer = other.schema > self.schema;
        for (ours, theirs) in [
            (&mut self.positive, &other.positive),
            (&mut self.negative, &other.negative),
        ] {
            let coarse = finer.then(|| coarsened(theirs, steps, plain));
            let theirs = coarse.as_ref().unwrap_or(theirs);
            let outside = outside_zero_bucket(theirs, self.schema, self.zero_threshold);
            add_side(ours, outside, sign);
        }
        Ok(combined)
    }

    /// Adds another histogram and keeps the rounding errors apart (`KahanAdd`), as aggregations do: in the end they add
    /// the compensation with [`Histogram::add`].
    ///
    /// `compensation` is empty before the first addition. It then has the same buckets as this histogram, and whatever
    /// multiplies or divides the one has to do so with the other.
    pub fn kahan_add(
        &mut self,
        other: &Self,
        compensation: &mut Option<Self>,
    ) -> Result<Combined, IncompatibleSchemas> {
        let mut combined = self.start_combining(other)?;
        let errors = compensation.get_or_insert_with(|| self.without_counts());
        (self.count, errors.count) = kahan_add(other.count, (self.count, errors.count));
        (self.sum, errors.sum) = kahan_add(other.sum, (self.sum, errors.sum));
        if self.has_custom_buckets() {
            combined.bounds_reconciled = !self.has_same_bounds(other);
            if combined.bounds_reconciled {
                self.combine_over_shared_bounds(other, 1.0, Some(errors));
            } else {
                let theirs = compensated(&other.positive);
                kahan_add_side(&mut self.positive, &mut errors.positive, &theirs);
            }
            return Ok(combined);
        }
        let theirs = self.reconcile_zero_buckets(other, Some(errors));
        let zero = kahan_sum((self.zero_count, errors.zero_count), theirs);
        (self.zero_count, errors.zero_count) = zero;
        errors.zero_threshold = self.zero_threshold;

        let steps = self.schema.abs_diff(other.schema);
        let coarser = other.schema < self.schema;
        let finer = other.schema > self.schema;
        if coarser {
            self.schema = other.schema;
            errors.schema = other.schema;
        }
        for (ours, errors, theirs) in [
            (&mut self.positive, &mut errors.positive, &other.positive),
            (&mut self.negative, &mut errors.negative, &other.negative),
        ] {
            if coarser {
                let both = coarsened(&zipped(ours, errors), steps, kahan_sum);
                (*ours, *errors) = unzipped(&both);
            }
            let mut theirs = compensated(theirs);
            if finer {
                theirs = coarsened(&theirs, steps, kahan_sum);
            }
            let outside = outside_zero_bucket(&theirs, self.schema, self.zero_threshold);
            kahan_add_side(ours, errors, outside);
        }
        Ok(combined)
    }

    /// The next histogram of a run in series notation: this one and a step, or this one less a step.
    pub fn step(&self, step: &Self, subtract: bool) -> Result<Self, StepError> {
        if self.schema > step.schema {
            return Err(StepError::LosesResolution {
                from: self.schema,
                to: step.schema,
            });
        }
        let mut next = self.clone();
        if next.has_custom_buckets() {
            // Prometheus does not copy what custom buckets do not have.
            next.zero_threshold = 0.0;
            next.zero_count = 0.0;
            next.negative.clear();
        }
        let sign = if subtract { -1.0 } else { 1.0 };
        next.combine(step, sign).map_err(StepError::Incompatible)?;
        Ok(next)
    }

    /// Checks that both can be combined and settles the hint.
    fn start_combining(&mut self, other: &Self) -> Result<Combined, IncompatibleSchemas> {
        if self.has_custom_buckets() != other.has_custom_buckets() {
            return Err(IncompatibleSchemas);
        }
        let (hint, hint_collision) = combined_hint(self.hint, other.hint);
        self.hint = hint;
        Ok(Combined {
            hint_collision,
            bounds_reconciled: false,
        })
    }

    /// The same buckets, all empty.
    fn without_counts(&self) -> Self {
        let mut empty = self.clone();
        empty.each_number(|number| *number = 0.0);
        empty
    }

    /// Whether the custom bounds are equal.
    pub(super) fn has_same_bounds(&self, other: &Self) -> bool {
        self.custom_bounds == other.custom_bounds
    }

    /// Adds up the buckets of both between the custom bounds that both have. Buckets left empty go.
    fn combine_over_shared_bounds(
        &mut self,
        other: &Self,
        sign: f64,
        compensation: Option<&mut Self>,
    ) {
        let shared = shared_bounds(&self.custom_bounds, &other.custom_bounds);
        let mut sums: Vec<Compensated> = vec![(0.0, 0.0); shared.len() + 1];
        let errors = compensation.as_ref().map(|it| it.positive.as_slice());
        for (position, &(index, count)) in self.positive.iter().enumerate() {
            let sum = &mut sums[self.bucket_among(&shared, index)];
            *sum = kahan_add(count, *sum);
            if let Some(&(_, error)) = errors.and_then(|errors| errors.get(position)) {
                *sum = kahan_add(error, *sum);
            }
        }
        for &(index, count) in &other.positive {
            let sum = &mut sums[other.bucket_among(&shared, index)];
            *sum = kahan_add(sign * count, *sum);
        }
        let sums: Vec<(i32, Compensated)> = (0..)
            .zip(sums)
            .filter(|&(_, (sum, error))| sum != 0.0 || error != 0.0)
            .collect();
        let (buckets, errors) = unzipped(&sums);
        self.positive = buckets;
        self.custom_bounds = shared.into();
        if let Some(compensation) = compensation {
            compensation.positive = errors;
            compensation.custom_bounds = self.custom_bounds.clone();
        }
    }

    /// The number of the bucket that holds custom bucket `index` if only some of the bounds are left.
    pub(super) fn bucket_among(&self, fewer: &[f64], index: i32) -> usize {
        let upper = self.bound(i64::from(index));
        fewer.partition_point(|&bound| bound < upper)
    }
}

/// The hint of a sum, and whether one says reset and the other one not reset.
fn combined_hint(ours: CounterResetHint, theirs: CounterResetHint) -> (CounterResetHint, bool) {
    use CounterResetHint::{Gauge, Unknown};
    match (ours, theirs) {
        _ if ours == theirs => (ours, false),
        (Gauge, _) | (_, Gauge) => (Gauge, false),
        (Unknown, _) | (_, Unknown) => (Unknown, false),
        _ => (Unknown, true),
    }
}

/// The buckets that end outside the zero bucket.
fn outside_zero_bucket<T>(buckets: &[(i32, T)], schema: i32, threshold: f64) -> &[(i32, T)] {
    let inside = |&(index, _): &(i32, T)| exponential_bound(i64::from(index), schema) <= threshold;
    &buckets[buckets.partition_point(inside)..]
}

fn add_side(ours: &mut BucketCounts, theirs: &[(i32, f64)], sign: f64) {
    if has_same_indexes(ours, theirs) {
        for (our, their) in ours.iter_mut().zip(theirs) {
            our.1 += sign * their.1;
        }
        return;
    }
    let signed: BucketCounts = theirs
        .iter()
        .map(|&(index, count)| (index, sign * count))
        .collect();
    *ours = union(ours, &signed, |our, their| our + their);
}

fn kahan_add_side(
    ours: &mut BucketCounts,
    errors: &mut BucketCounts,
    theirs: &[(i32, Compensated)],
) {
    if has_same_indexes(ours, theirs) {
        for ((our, error), their) in ours.iter_mut().zip(errors).zip(theirs) {
            (our.1, error.1) = kahan_sum((our.1, error.1), their.1);
        }
        return;
    }
    (*ours, *errors) = unzipped(&union(&zipped(ours, errors), theirs, kahan_sum));
}

fn kahan_sum(ours: Compensated, theirs: Compensated) -> Compensated {
    kahan_add(theirs.1, kahan_add(theirs.0, ours))
}

fn has_same_indexes<A, B>(a: &[(i32, A)], b: &[(i32, B)]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0)
}

/// The buckets of both, merged by index.
fn union<T: Copy>(a: &[(i32, T)], b: &[(i32, T)], sum: impl Fn(T, T) -> T) -> Vec<(i32, T)> {
    let mut result = Vec::with_capacity(a.len().max(b.len()));
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    loop {
        result.push(match (a.peek(), b.peek()) {
            (Some(left), Some(right)) if left.0 == right.0 => {
                let both = (left.0, sum(left.1, right.1));
                a.next();
                b.next();
                both
            }
            (Some(&&left), Some(right)) if left.0 < right.0 => {
                a.next();
                left
            }
            (_, Some(&&right)) => {
                b.next();
                right
            }
            (Some(&&left), None) => {
                a.next();
                left
            }
            (None, None) => return result,
        });
    }
}

fn compensated(buckets: &[(i32, f64)]) -> Vec<(i32, Compensated)> {
    buckets
        .iter()
        .map(|&(index, count)| (index, (count, 0.0)))
        .collect()
}

fn zipped(buckets: &[(i32, f64)], errors: &[(i32, f64)]) -> Vec<(i32, Compensated)> {
    buckets
        .iter()
        .zip(errors)
        .map(|(&(index, count), &(_, error))| (index, (count, error)))
        .collect()
}

fn unzipped(buckets: &[(i32, Compensated)]) -> (BucketCounts, BucketCounts) {
    buckets
        .iter()
        .map(|&(index, (count, error))| ((index, count), (index, error)))
        .unzip()
}

impl fmt::Display for IncompatibleSchemas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "cannot apply this operation on histograms with a mix of exponential and custom bucket schemas",
        )
    }
}

impl std::error::Error for IncompatibleSchemas {}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LosesResolution { from, to } => write!(
                f,
                "error combining histograms: cannot merge from schema {to} to {from}"
            ),
            Self::Incompatible(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StepError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::histogram::CUSTOM_BUCKETS_SCHEMA;

    fn exponential(schema: i32, positive: &[(i32, f64)]) -> Histogram {
        let count = positive.iter().map(|&(_, count)| count).sum();
        Histogram {
            schema,
            count,
            sum: count,
            positive: positive.to_vec(),
            ..Histogram::default()
        }
    }

    fn custom(bounds: &[f64], positive: &[(i32, f64)]) -> Histogram {
        Histogram {
            custom_bounds: bounds.into(),
            ..exponential(CUSTOM_BUCKETS_SCHEMA, positive)
        }
    }

    #[test]
    fn buckets_of_both_are_merged_and_empty_ones_stay() {
        let mut sum = exponential(0, &[(0, 1.0), (2, 2.0)]);
        let other = exponential(0, &[(1, 5.0), (2, 3.0), (4, 1.0)]);
        assert_eq!(sum.add(&other), Ok(Combined::default()));
        let expected = exponential(0, &[(0, 1.0), (1, 5.0), (2, 5.0), (4, 1.0)]);
        assert_eq!(sum, expected);
        sum.sub(&other).unwrap();
        assert_eq!(sum.positive, [(0, 1.0), (1, 0.0), (2, 2.0), (4, 0.0)]);
    }

    #[test]
    fn the_lower_resolution_wins() {
        // Buckets 1 and 2 of schema 1 make up bucket 1 of schema 0.
        let fine = exponential(1, &[(1, 1.0), (2, 2.0), (3, 4.0)]);
        let coarse = exponential(0, &[(1, 10.0)]);
        let expected = exponential(0, &[(1, 13.0), (2, 4.0)]);
        let mut sum = fine.clone();
        sum.add(&coarse).unwrap();
        assert_eq!(sum, expected);
        let mut sum = coarse.clone();
        sum.add(&fine).unwrap();
        assert_eq!(sum, expected);
        let mut errors = None;
        let mut sum = fine;
        sum.kahan_add(&coarse, &mut errors).unwrap();
        assert_eq!(sum, expected);
        assert_eq!(
            errors.map(|it| (it.schema, it.positive)),
            Some((0, vec![(1, 0.0), (2, 0.0)]))
        );
    }

    #[test]
    fn only_shared_custom_bounds_are_left() {
        let mut sum = custom(&[1.0, 2.0, 3.0], &[(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)]);
        let other = custom(&[2.0, 4.0], &[(0, 10.0), (1, 20.0), (2, 30.0)]);
        assert!(sum.add(&other).unwrap().bounds_reconciled);
        // Up to 2: 1 + 2 + 10; above: 3 + 4 + 20 + 30.
        assert_eq!(sum, custom(&[2.0], &[(0, 13.0), (1, 57.0)]));
        assert!(!sum.add(&custom(&[2.0], &[])).unwrap().bounds_reconciled);
    }

    #[test]
    fn kinds_do_not_mix() {
        let mut sum = exponential(0, &[(0, 1.0)]);
        let before = sum.clone();
        assert_eq!(sum.add(&custom(&[1.0], &[])), Err(IncompatibleSchemas));
        assert_eq!(sum, before);
        let error = before.step(&exponential(-1, &[]), false).unwrap_err();
        assert_eq!(
            error.to_string(),
            "error combining histograms: cannot merge from schema -1 to 0"
        );
    }

    #[test]
    fn compensation_saves_what_rounding_loses() {
        let mut sum = exponential(0, &[(0, 1e16)]);
        let mut errors = None;
        for _ in 0..10 {
            sum.kahan_add(&exponential(0, &[(0, 1.0), (1, 1.0)]), &mut errors)
                .unwrap();
        }
        sum.add(&errors.unwrap()).unwrap();
        assert_eq!(sum.positive, [(0, 1e16 + 10.0), (1, 10.0)]);
        assert_eq!(sum.count, 1e16 + 20.0);
    }

    #[test]
    fn reset_and_not_reset_collide() {
        use CounterResetHint::{Gauge, NotReset, Reset, Unknown};
        let cases = [
            (Reset, Reset, Reset, false),
            (Gauge, Reset, Gauge, false),
            (NotReset, Gauge, Gauge, false),
            (Unknown, Reset, Unknown, false),
            (NotReset, Unknown, Unknown, false),
            (Reset, NotReset, Unknown, true),
            (NotReset, Reset, Unknown, true),
        ];
        for (ours, theirs, expected, collides) in cases {
            assert_eq!(combined_hint(ours, theirs), (expected, collides));
        }
    }
}
