//! Series and samples in memory, and the index that finds them.

mod expand;
pub mod histogram;
mod sample;
mod series;
mod store;
mod times;

pub use expand::{ExpandError, expand, numbers, slots};
pub use histogram::Histogram;
pub use sample::SampleValue;
pub use series::{AppendError, STALE_NAN, Series, is_stale};
pub use store::{SeriesId, Storage};
pub use times::Grid;
