//! What templates of rules can see: the sample, the external labels, and queries at the time of evaluation.

use std::sync::Arc;

use crate::engine::{Evaluator, Options, Query, Value};
use crate::labels::Labels;
use crate::promql;
use crate::storage::Storage;
use crate::template::{QuerySample, World};

/// What is around the rules of a test group or server.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// `external_labels`.
    pub external_labels: Labels,
    /// `external_url`.
    pub external_url: Arc<str>,
}

/// The world as a template sees it during one evaluation.
pub(super) struct AtTime<'a> {
    pub storage: &'a Storage,
    pub options: Options,
    pub now: i64,
    pub surroundings: &'a Surroundings,
}

impl World for AtTime<'_> {
    fn query(&self, text: &str) -> Result<Vec<QuerySample>, String> {
        let expr = promql::parse(text, &self.options.target).map_err(|errors| {
            errors
                .first()
                .map_or_else(String::new, |error| error.to_string())
        })?;
        let query = Query::new(&expr, self.options).map_err(|error| error.to_string())?;
        let value = Evaluator::new(&query)
            .instant(self.storage, self.now)
            .map_err(|error| error.to_string())?;
        match value {
            Value::Vector(samples) => Ok(samples
                .into_iter()
                .map(|sample| QuerySample {
                    labels: sample.labels,
                    value: sample.value.float().unwrap_or(0.0),
                })
                .collect()),
            Value::Scalar(value) => Ok(vec![QuerySample {
                labels: Labels::empty(),
                value,
            }]),
            Value::String(_) | Value::Matrix(_) => {
                Err("query result is not a vector or scalar".to_owned())
            }
        }
    }

    fn now(&self) -> f64 {
        self.now as f64 / 1000.0
    }

    fn external_url(&self) -> &str {
        &self.surroundings.external_url
    }
}
