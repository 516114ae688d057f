//! YAML as a tree in which every node knows its bytes in the file.
//!
//! A file is read once into a [`Tree`]: an arena of nodes with spans, aliases that point at their targets (they are never
//! copied), the comments, and every syntax error that could be found. What the keys mean is the business of `model`.
//! A [`ScalarMap`] leads from a byte of a scalar's value back to the bytes of the file.

mod build;
mod events;
mod limits;
mod merge;
mod pieces;
mod scalar_map;
mod tabs;
mod tree;
mod write;

pub use limits::{MAX_ALIASED_NODES, MAX_DEPTH};
pub use merge::Pairs;
pub use scalar_map::ScalarMap;
pub use tree::{Comment, Content, Document, Node, NodeId, Style, SyntaxError, TextPlace, Tree};
pub use write::{block_scalar, scalar};

#[cfg(test)]
mod tests;
