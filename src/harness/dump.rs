//! All samples that a test has loaded and recorded, as `promtool test rules --debug` shows them.

use crate::engine::{Evaluator, Options, Points, Query, Value};
use crate::promql;
use crate::storage::Storage;
use crate::target::Duration;

/// All samples of a test, and how long it took.
#[derive(Clone, Debug)]
pub struct Dump {
    /// The length of the test in whole seconds, so that the last sample is in it.
    pub at: Duration,
    /// The series with their samples, or why they could not be looked up.
    pub series: Result<Vec<Points>, String>,
    /// How long the test took on the clock.
    pub took: std::time::Duration,
}

/// What looks up all samples.
pub(super) struct Dumper {
    at: Duration,
    query: Result<Query, String>,
}

impl Dumper {
    /// For a test that ends at `last`.
    pub fn new(last: Duration, options: Options) -> Self {
        let at = Duration::from_ms((last.ms / 1000 + 1) * 1000);
        let text = format!("{{__name__=~\".+\"}}[{at}]");
        let parsed = promql::parse(&text, &options.target);
        let parsed =
            parsed.map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string));
        let query =
            parsed.and_then(|expr| Query::new(&expr, options).map_err(|error| error.message));
        Self { at, query }
    }

    /// The query, so that the series it reads are loaded.
    pub fn query(&self) -> Option<&Query> {
        self.query.as_ref().ok()
    }

    /// Looks the samples up; the test began at `start`, in milliseconds.
    pub fn dump(self, storage: &Storage, start: i64, took: std::time::Duration) -> Dump {
        let series = self.query.and_then(|query| {
            let value = Evaluator::new(&query).instant(storage, start.saturating_add(self.at.ms));
            match value.map_err(|error| error.message)? {
                Value::Matrix(mut series) => {
                    series.sort_by(|one, other| one.labels.cmp(&other.labels));
                    Ok(series)
                }
                _ => Ok(Vec::new()),
            }
        });
        Dump {
            at: self.at,
            series,
            took,
        }
    }
}
