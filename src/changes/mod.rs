//! The lines that differ from a revision, as the program `git` tells it.

mod diff;
mod git;

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::source::{SourceFile, Span};

pub use git::since;

/// The lines of the files in a working tree that are not as they were at a revision.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The changed lines of each file, by its path without symbolic links.
    lines: FxHashMap<std::path::PathBuf, Vec<Lines>>,
    /// The lines of each file, from 1, below which some were taken out; 0 is above the first.
    gaps: FxHashMap<std::path::PathBuf, Vec<usize>>,
    /// The files that git knows; every line of the others is new.
    tracked: FxHashSet<std::path::PathBuf>,
}

/// Lines of a file, from 1, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Lines {
    first: usize,
    last: usize,
}

impl Changes {
    /// Whether something in these bytes of a file is new. `identity` is its path without symbolic links.
    #[must_use]
    pub fn touch(&self, identity: &Path, file: &SourceFile, span: Span) -> bool {
        if !self.tracked.contains(identity) {
            return true;
        }
        let place = lines_of(file, span);
        let mut changed = self.lines.get(identity).into_iter().flatten();
        changed.any(|lines| lines.first <= place.last && place.first <= lines.last)
    }

    /// The same, or whether lines were taken out of these bytes, or from their end.
    #[must_use]
    pub fn touch_whole(&self, identity: &Path, file: &SourceFile, span: Span) -> bool {
        let place = lines_of(file, span);
        let mut gaps = self.gaps.get(identity).into_iter().flatten();
        self.touch(identity, file, span) || gaps.any(|&gap| place.first <= gap && gap <= place.last)
    }
}

/// The lines that have something of these bytes.
fn lines_of(file: &SourceFile, span: Span) -> Lines {
    // A span that ends at the beginning of a line has nothing of it.
    let end = span.end.saturating_sub(1).max(span.start);
    Lines {
        first: file.line_column(span.start as usize).line,
        last: file.line_column(end as usize).line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_compared_by_lines() {
        let file = SourceFile::new("a.yml", "one\ntwo\nthree\nfour\n");
        let path = Path::new("/a.yml");
        let mut changes = Changes::default();
        let at = |word: &str| {
            let start = file.text().find(word).unwrap();
            Span::new(start, start + word.len())
        };
        assert!(
            changes.touch(path, &file, at("one")),
            "a file that git does not know"
        );
        changes.tracked.insert(path.to_owned());
        assert!(!changes.touch(path, &file, at("one")));
        changes
            .lines
            .insert(path.to_owned(), vec![Lines { first: 2, last: 3 }]);
        assert!(!changes.touch(path, &file, at("one\n")));
        assert!(changes.touch(path, &file, at("one\nt")));
        assert!(changes.touch(path, &file, at("three")));
        assert!(!changes.touch(path, &file, at("four")));
        assert!(changes.touch(path, &file, Span::empty(at("two").start as usize)));
        changes.lines.clear();
        changes.gaps.insert(path.to_owned(), vec![0, 3]);
        assert!(!changes.touch(path, &file, at("three")));
        assert!(changes.touch_whole(path, &file, at("two\nthree")));
        assert!(changes.touch_whole(path, &file, at("three\nfour")));
        assert!(!changes.touch_whole(path, &file, at("one\ntwo")));
        assert!(!changes.touch_whole(path, &file, at("four")));
    }
}
