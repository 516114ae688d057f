//! Lints of the group `rules`.

pub mod for_bounds;
pub mod required_metadata;
pub mod severity_label;
