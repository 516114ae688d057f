//! The query language: text to a tree with spans. Nothing here knows of storage.

mod ast;
pub mod functions;

pub use ast::*;
