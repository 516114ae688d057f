use std::fmt;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::{LineColumn, LineIndex, Span};

/// The largest file that is read, in bytes. Rule files of real projects stay below 10 MB.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// A file as it was read: its name as shown to people, its text, and where its lines start.
///
/// The text is the file's bytes, a byte order mark included, so that every offset is an offset in the file.
#[derive(Debug)]
pub struct SourceFile {
    path: PathBuf,
    text: String,
    /// Made when somebody asks for a line: most files have nothing to tell.
    lines: OnceLock<LineIndex>,
}

/// Why a file could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// The operating system said no.
    Io(std::io::Error),
    /// Larger than the limit on reading.
    TooLarge {
        /// Size of the file in bytes.
        bytes: u64,
    },
    /// Not UTF-8, which YAML demands.
    NotUtf8 {
        /// The text with U+FFFD for what is not UTF-8, so that a place can be shown. Up to `offset` it is the file's.
        lossy: Arc<SourceFile>,
        /// Offset of the first bad byte.
        offset: usize,
    },
}

impl SourceFile {
    /// A file of the given name and text.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
        })
    }

    /// The name shown to people: as given on the command line, or as found below it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the lines start.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> LineColumn {
        self.lines().line_column(offset, &self.text)
    }

    /// The text of a span; cut to whole characters inside the file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        let start = self.text.floor_char_boundary(span.start as usize);
        let end = self.text.ceil_char_boundary(span.end as usize);
        &self.text[start..end.max(start)]
    }
}

/// Reads `path` and names it `path`.
pub fn read_file(path: &Path) -> Result<Arc<SourceFile>, ReadError> {
    let file = std::fs::File::open(path).map_err(ReadError::Io)?;
    let metadata = file.metadata().map_err(ReadError::Io)?;
    if metadata.is_dir() {
        return Err(ReadError::Io(std::io::Error::other("is a directory")));
    }
    read_from(file, metadata.len(), path)
}

/// Reads standard input to its end and names it `name`.
pub fn read_stdin(name: &Path) -> Result<Arc<SourceFile>, ReadError> {
    read_from(std::io::stdin().lock(), 0, name)
}

/// Reads to the end; `expected` is how many bytes there probably are.
fn read_from(reader: impl Read, expected: u64, name: &Path) -> Result<Arc<SourceFile>, ReadError> {
    // One byte more lets the reader see the end without growing.
    let capacity = expected.min(MAX_FILE_BYTES) as usize + 1;
    let mut bytes = Vec::with_capacity(capacity);
    reader
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(ReadError::Io)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge {
            bytes: bytes.len() as u64,
        });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile::new(name, text)),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let lossy = String::from_utf8_lossy(error.as_bytes()).into_owned();
            Err(ReadError::NotUtf8 {
                lossy: SourceFile::new(name, lossy),
                offset,
            })
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => match error.kind() {
                ErrorKind::NotFound => f.write_str("no such file or folder"),
                ErrorKind::PermissionDenied => f.write_str("permission denied"),
                _ => error.fmt(f),
            },
            Self::TooLarge { .. } => {
                write!(f, "larger than the limit of {} MiB", MAX_FILE_BYTES >> 20)
            }
            Self::NotUtf8 { offset, .. } => write!(f, "not UTF-8: invalid byte at offset {offset}"),
        }
    }
}

impl std::error::Error for ReadError {}
