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
        let Some(changed) = self.lines.get(identity) else {
            return false;
        };
        let first = file.line_column(span.start as usize).line;
        // A span that ends at the beginning of a line has nothing of it.
        let last = (span.end as usize)
            .saturating_sub(1)
            .max(span.start as usize);
        let last = file.line_column(last).line;
        let mut changed = changed.iter();
        changed.any(|lines| lines.first <= last && first <= lines.last)
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
    }
}
