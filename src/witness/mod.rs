//! Input series that make an expression hold, worked out backwards from its comparison.
//!
//! What comes out is a proposal: whoever uses it evaluates the expression over it and sees whether it holds.

mod draft;
mod holding;
mod leaves;
mod names;
mod pace;
mod shown;
mod solve;
mod turn;
mod values;

pub use draft::{Draft, DraftSeries};
pub use holding::series_holding;
pub use pace::Pace;
pub use shown::{series_read, series_with};
pub use solve::{Cannot, Case, Recorded, Task, work_out};
pub use turn::{compares, reads};
