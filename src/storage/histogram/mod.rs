//! placeholder
/// x
#[derive(Clone, PartialEq, Debug)]
pub struct Histogram;
