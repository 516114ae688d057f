//! What an evaluation may use. Both are counted, so that the same query meets its limit on every machine.

use super::value::{EvalError, Sample, Value};

/// How much one evaluation may look at: a sample counts one, a step of a subquery [`STEP`]. Some seconds of work.
const MAX_WORK: u64 = 500_000_000;
/// What a step of a subquery counts, however little there is to see.
const STEP: u64 = 16;
/// Series that the rules of one test may bring into being.
pub const MAX_SERIES: usize = 1_000_000;

/// Counts samples in memory as Prometheus's engine does, and the work done.
///
/// Prometheus holds the samples of all arguments of a node at once, mostly lists them once more while the node is
/// calculated, and then holds the result alone. A window is held while its function runs. What happens inside a subquery
/// is counted step by step here, where Prometheus holds all steps of each inner node at once.
#[derive(Debug)]
pub(super) struct Meter {
    held: u64,
    /// The most that was held at once.
    peak: u64,
    most: u64,
    work: u64,
}

/// What a node holds beside its arguments while it is calculated.
#[derive(Clone, Copy, Debug)]
pub(super) enum Listing {
    /// The arguments once more, and the result.
    Arguments,
    /// The result.
    Nothing,
    /// Nothing: the result takes the place of the argument.
    InPlace,
    /// The result twice.
    Result,
}

impl Meter {
    pub const fn new(most: u64) -> Self {
        Self {
            held: 0,
            peak: 0,
            most,
            work: 0,
        }
    }

    /// How many samples are held.
    pub const fn held(&self) -> u64 {
        self.held
    }

    /// The most that was held at once, which is counted anew from `peak`.
    pub const fn swap_peak(&mut self, peak: u64) -> u64 {
        std::mem::replace(&mut self.peak, peak)
    }

    /// Does again what was measured before: so many samples more at the most, and so many in the end. Says whether that
    /// is allowed.
    pub fn repeat(&mut self, peak: u64, held: u64) -> bool {
        if self.held.saturating_add(peak) > self.most {
            return false;
        }
        self.peak = self.peak.max(self.held.saturating_add(peak));
        self.held = self.held.saturating_add(held);
        true
    }

    /// Fails if so many samples more would be too many.
    pub fn check(&mut self, more: u64) -> Result<(), EvalError> {
        let all = self.held.saturating_add(more);
        if all <= self.most {
            self.peak = self.peak.max(all);
            return Ok(());
        }
        Err(EvalError::new(format!(
            "query processing would load too many samples into memory in query execution \
             (more than {}; `max_samples` below `target` in the settings says how many may be)",
            self.most
        )))
    }

    /// Ends a node that began when `before` samples were held: its arguments go, its value stays.
    pub fn settle(
        &mut self,
        before: u64,
        value: &Value,
        listing: Listing,
    ) -> Result<(), EvalError> {
        let arguments = self.held - before;
        let result = size(value);
        let more = match listing {
            Listing::Arguments => arguments.saturating_add(result),
            Listing::Nothing => result,
            Listing::InPlace => 0,
            Listing::Result => result.saturating_mul(2),
        };
        self.check(more)?;
        self.held = before.saturating_add(result);
        Ok(())
    }

    /// Lets go what came after `before` samples were held.
    pub const fn release(&mut self, before: u64) {
        self.held = before;
    }

    /// Counts samples that were looked at.
    pub fn visit(&mut self, samples: usize) -> Result<(), EvalError> {
        self.work = self.work.saturating_add(samples as u64);
        if self.work <= MAX_WORK {
            return Ok(());
        }
        Err(EvalError::new(format!(
            "the query looks at too many samples and steps (more than {MAX_WORK}): \
             take shorter ranges, or longer steps of subqueries"
        )))
    }

    /// Counts a step of a subquery.
    pub fn step(&mut self) -> Result<(), EvalError> {
        self.visit(STEP as usize)
    }
}

/// How many samples a value counts. A histogram counts as many as have its size.
fn size(value: &Value) -> u64 {
    match value {
        Value::Scalar(_) => 1,
        Value::String(_) => 0,
        Value::Vector(vector) => vector.iter().map(sample_size).sum(),
        Value::Matrix(series) => series.iter().map(|series| series.points.len() as u64).sum(),
    }
}

fn sample_size(sample: &Sample) -> u64 {
    sample.value.histogram().map_or(1, |histogram| {
        // Prometheus counts sixteen bytes as a sample: its fixed fields and time, a span a side, the buckets and bounds.
        let numbers =
            histogram.positive.len() + histogram.negative.len() + histogram.custom_bounds.len();
        (176 + 16 + 8 * numbers as u64) / 16
    })
}
