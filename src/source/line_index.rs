/// Where a line starts, so that a byte offset becomes a line and a column.
///
/// Lines end at `\n`; a `\r` before it belongs to the line.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

/// A place as people count: both numbers from 1, the column in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl LineIndex {
    /// Scans `text` once.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let after_newlines = text.match_indices('\n').map(|(at, _)| at as u32 + 1);
        Self {
            starts: std::iter::once(0).chain(after_newlines).collect(),
        }
    }

    /// Number of lines; a text that ends with a newline has an empty last line.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The line (from 0) that holds the byte `offset`.
    #[must_use]
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|&start| start as usize <= offset)
            - 1
    }

    /// First byte of `line` (from 0); the end of the text for lines past the last.
    #[must_use]
    pub fn line_start(&self, line: usize, text: &str) -> usize {
        self.starts
            .get(line)
            .map_or(text.len(), |&start| start as usize)
    }

    /// The bytes of `line` (from 0) without its line end.
    #[must_use]
    pub fn line_text<'t>(&self, line: usize, text: &'t str) -> &'t str {
        let start = self.line_start(line, text);
        let end = self.line_start(line + 1, text);
        text[start..end].trim_end_matches(['\n', '\r'])
    }

    /// The place of byte `offset` of `text`. Offsets past the end, or inside a character, are moved back.
    #[must_use]
    pub fn line_column(&self, offset: usize, text: &str) -> LineColumn {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let line = self.line_of(offset);
        let start = self.line_start(line, text);
        LineColumn {
            line: line + 1,
            column: text[start..offset].chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_newlines() {
        let text = "a\r\nä€x\n";
        let index = LineIndex::new(text);
        assert_eq!(index.lines(), 3);
        assert_eq!(index.line_text(0, text), "a");
        let place = |offset| {
            let at = index.line_column(offset, text);
            (at.line, at.column)
        };
        assert_eq!(place(0), (1, 1));
        assert_eq!(place(3), (2, 1));
        assert_eq!(place(5), (2, 2), "after the two bytes of ä");
        assert_eq!(place(6), (2, 2), "inside € moves back to its start");
        assert_eq!(place(8), (2, 3));
        assert_eq!(place(99), (3, 1));
    }
}
