//! Floating point numbers as Go prints and calculates them, to the last digit and bit.

mod math;
mod print;

pub use math::{exp, exp2, ldexp, ln, log2, log10, pow};
pub use print::{Precision, format_float, format_plain, format_value, rough};
