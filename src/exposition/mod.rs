//! Metrics as a program exposes them: Prometheus's text format, and what is wrong with names, types and help texts.

mod cardinality;
mod cursor;
mod family;
mod lint;
mod reader;

pub use cardinality::{Cardinality, cardinality};
pub use family::{Family, Kind, Metric, ReadError};
pub use lint::{Finding, lint};
pub use reader::read;
