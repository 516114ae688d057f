//! Shapes of documents.
mod settings;
pub use settings::*;
