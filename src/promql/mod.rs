//! The query language: text to a tree with spans. Nothing here knows of storage.

mod ast;
mod calls;
mod check;
mod cursor;
mod duration;
mod error;
pub mod functions;
mod go;
mod histogram;
mod lexer;
mod literal_lexer;
mod modifiers;
mod one_line;
mod parser;
mod print;
mod selector;
mod series;
mod series_lexer;
mod spanless;
mod token;
mod walk;

pub use ast::*;
pub use error::ParseError;
pub use histogram::{CounterResetHint, HistogramSpec};
pub use one_line::one_line;
pub use parser::parse;
pub use series::{
    HistogramStep, SeriesError, SeriesItem, SeriesPart, SeriesSpec, parse_metric,
    parse_series_description,
};
