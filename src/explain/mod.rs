//! What an expression consists of at one time: the value of every part, and why a part is empty.
//!
//! A [`Probe`] evaluates the parts of an expression each by itself. That is slower than evaluating the whole, and costs
//! nothing where nobody asks.

mod cause;
mod missing;
mod probe;

pub use cause::{Cause, Compared, Scene, causes, pairs};
pub use probe::{Part, Probe};
