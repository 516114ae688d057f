//! File text and places in it. This room knows bytes and lines, nothing of YAML or PromQL.

mod file;
mod line_index;
mod span;
mod write;

pub use file::{ReadError, SourceFile, read_file, read_stdin};
pub use line_index::{LineColumn, LineIndex};
pub use span::{Span, Spanned};
pub use write::write_file;
