//! Sums and means of histograms, as aggregations over series and over time make them.

use crate::promql::CounterResetHint;
use crate::storage::Histogram;

/// A sum or mean, and what is to be said about it.
pub(super) struct Joined {
    pub histogram: Histogram,
    /// Some are marked as reset and others as not reset.
    pub hint_collision: bool,
    /// Custom bounds differed, so that only the common ones are left.
    pub bounds_reconciled: bool,
}

/// The running, compensated sum.
struct Total {
    sum: Histogram,
    compensation: Option<Histogram>,
    reset_seen: bool,
    not_reset_seen: bool,
    bounds_reconciled: bool,
}

impl Total {
    fn new(first: &Histogram) -> Self {
        let mut total = Self {
            sum: first.clone(),
            compensation: None,
            reset_seen: false,
            not_reset_seen: false,
            bounds_reconciled: false,
        };
        total.track(first);
        total
    }

    fn track(&mut self, histogram: &Histogram) {
        self.reset_seen |= histogram.hint == CounterResetHint::Reset;
        self.not_reset_seen |= histogram.hint == CounterResetHint::NotReset;
    }

    /// Nothing where exponential and custom buckets meet.
    fn add(&mut self, histogram: &Histogram) -> Option<()> {
        self.track(histogram);
        let added = self.sum.kahan_add(histogram, &mut self.compensation);
        self.bounds_reconciled |= added.ok()?.bounds_reconciled;
        Some(())
    }

    fn scale(&mut self, factor: f64) {
        self.sum.mul(factor);
        if let Some(compensation) = &mut self.compensation {
            compensation.mul(factor);
        }
    }

    fn divide(&mut self, divisor: f64) {
        self.sum.div(divisor);
        if let Some(compensation) = &mut self.compensation {
            compensation.div(divisor);
        }
    }

    fn finish(mut self) -> Option<Joined> {
        if let Some(compensation) = &self.compensation {
            self.sum.add(compensation).ok()?;
        }
        self.sum.compact();
        Some(Joined {
            histogram: self.sum,
            hint_collision: self.reset_seen && self.not_reset_seen,
            bounds_reconciled: self.bounds_reconciled,
        })
    }
}

/// The sum; nothing where exponential and custom buckets meet, or for no histogram at all.
pub(super) fn sum(histograms: &[&Histogram]) -> Option<Joined> {
    let (first, rest) = histograms.split_first()?;
    let mut total = Total::new(first);
    for histogram in rest {
        total.add(histogram)?;
    }
    total.finish()
}

/// The mean: the sum divided by the count, or, from where the sum would overflow, a mean that moves on.
pub(super) fn avg(histograms: &[&Histogram]) -> Option<Joined> {
    let (first, rest) = histograms.split_first()?;
    let mut total = Total::new(first);
    let mut incremental = false;
    let mut count = 1.0;
    for histogram in rest {
        count += 1.0;
        if !incremental {
            let (sum, compensation) = (total.sum.clone(), total.compensation.clone());
            total.add(histogram)?;
            if !total.sum.has_overflow() {
                continue;
            }
            (total.sum, total.compensation) = (sum, compensation);
            total.divide(count - 1.0);
            incremental = true;
        }
        total.scale((count - 1.0) / count);
        let mut part = Histogram::clone(histogram);
        part.div(count);
        total.add(&part)?;
    }
    if !incremental {
        total.divide(count);
    }
    total.finish()
}
