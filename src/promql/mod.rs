//! The query language: text to a tree with spans. Nothing here knows of storage.

mod ast;
mod check;
mod duration;
mod error;
pub mod functions;
mod go;
mod lexer;
mod parser;
mod selector;
mod series_lexer;
mod token;

pub use ast::*;
pub use error::ParseError;
pub use parser::parse;
