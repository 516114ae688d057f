//! What labels and annotations a rule sets.

pub mod reserved_label;
pub mod severity_ladder;
pub mod value_in_label;
pub mod vocabulary_typo;
