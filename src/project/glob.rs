//! Patterns of paths as Go's `filepath.Glob` reads them: `*`, `?` and `[…]` inside a part of the path; and, where that is
//! wanted, `**` for any number of folders.

use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;
use rustc_hash::FxHashSet;

/// How patterns of rule files are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Globs {
    /// As Prometheus and promtool do, to which a part `**` is the same as `*`.
    Go,
    /// A part `**` means any number of folders, none included. Folders whose names begin with a dot are not among them,
    /// and symbolic links are not followed.
    #[default]
    Deep,
}

/// Deeper folders are not looked into.
const MAX_DEPTH: usize = 64;

const ANY_DEPTH: &str = "**";

/// The files that `pattern` means relative to `folder`, in order of their names, each once. A pattern without wildcards
/// means the file of that name, if there is one.
#[must_use]
pub fn expand(folder: &Path, pattern: &str, globs: Globs) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    let mut parts = Path::new(pattern).components().peekable();
    while let Some(part) = parts.next() {
        found = match part {
            Component::Normal(name) if name == ANY_DEPTH && globs == Globs::Deep => {
                // One folder is reached in many ways where there are several `**`.
                let mut seen = FxHashSet::default();
                let deep = found.iter().flat_map(|path| deep(folder, path));
                let deep = deep.filter(|path| seen.insert(path.clone()));
                // `**` at the end means the files, not the folders.
                if parts.peek().is_none() {
                    deep.flat_map(|path| children(folder, &path, "*")).collect()
                } else {
                    deep.collect()
                }
            }
            Component::Normal(name) => {
                let name = name.to_string_lossy();
                found
                    .iter()
                    .flat_map(|path| children(folder, path, &name))
                    .collect()
            }
            other => found.iter().map(|path| path.join(other)).collect(),
        };
    }
    let mut seen = FxHashSet::default();
    found
        .into_iter()
        .map(|path| join(folder, &path))
        .filter(|path| path.is_file() || (is_pipe(path) && path.exists()))
        .filter(|path| seen.insert(path.clone()))
        .collect()
}

/// Whether Go's `filepath.Match` can read a pattern: what begins with `[` or a backslash must go on and end.
#[must_use]
pub fn is_pattern(pattern: &str) -> bool {
    let mut rest = pattern.chars().peekable();
    // A character, or one behind a backslash.
    fn one(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
        match rest.next() {
            None | Some('-' | ']') => false,
            Some('\\') => rest.next().is_some(),
            Some(_) => true,
        }
    }
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.next().is_none() => return false,
            '[' => {
                rest.next_if_eq(&'^');
                let mut is_empty = true;
                while is_empty || rest.next_if_eq(&']').is_none() {
                    if !one(&mut rest) {
                        return false;
                    }
                    if rest.next_if_eq(&'-').is_some() && !one(&mut rest) {
                        return false;
                    }
                    is_empty = false;
                }
            }
            _ => {}
        }
    }
    true
}

/// Whether a pattern has a part that promtool reads in another way than rulecheck.
#[must_use]
pub(super) fn is_deep(pattern: &str) -> bool {
    let mut parts = Path::new(pattern).components();
    parts.any(|part| part.as_os_str() == ANY_DEPTH)
}

/// Whether a path is what the shell's `<(…)` and `/dev/stdin` are, which can be read once only.
#[must_use]
pub(super) fn is_pipe(path: &Path) -> bool {
    ["/dev/stdin", "/dev/fd", "/proc/self/fd"]
        .iter()
        .any(|pipes| path.starts_with(pipes))
        && !path.is_dir()
}

/// The folder to which the `rule_files` of a fixture are relative: its own. What comes through a pipe is relative to the
/// current folder.
#[must_use]
pub fn folder_of(fixture: &Path) -> &Path {
    if is_pipe(fixture) {
        return Path::new("");
    }
    fixture.parent().unwrap_or(Path::new(""))
}

/// The folder `path` below `folder` and all folders in it, outer ones first, relative to `folder`.
fn deep(folder: &Path, path: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![(path.to_owned(), 0)];
    while let Some((path, depth)) = open.pop() {
        if depth < MAX_DEPTH {
            let inner = entries(&join(folder, &path), |entry| {
                entry.file_type().is_ok_and(|kind| kind.is_dir())
            });
            let inner = inner
                .iter()
                .filter(|name| !name.as_encoded_bytes().starts_with(b"."));
            // The last one is taken first.
            open.extend(inner.rev().map(|name| (path.join(name), depth + 1)));
        }
        found.push(path);
    }
    found
}

/// The names in a folder, in order; none where it cannot be read.
fn entries(
    folder: &Path,
    is_wanted: impl Fn(&std::fs::DirEntry) -> bool,
) -> Vec<std::ffi::OsString> {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let entries = std::fs::read_dir(here).into_iter().flatten();
    let entries = entries.filter_map(Result::ok).filter(is_wanted);
    let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    names.sort();
    names
}

/// `a/../b` stays as written: with symbolic links it is not the same as `b`. Only an empty folder is left out.
fn join(folder: &Path, path: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() {
        path.to_owned()
    } else {
        folder.join(path)
    }
}

/// What matches `name` in the folder `path` below `folder`, relative to `folder`.
fn children(folder: &Path, path: &Path, name: &str) -> Vec<PathBuf> {
    if !name.contains(['*', '?', '[', '\\']) {
        return vec![path.join(name)];
    }
    // `{` is an ordinary letter to Go.
    let escaped = name.replace('{', "[{]").replace('}', "[}]");
    let glob = GlobBuilder::new(&escaped).backslash_escape(true).build();
    let Ok(glob) = glob else {
        return Vec::new();
    };
    let matcher = glob.compile_matcher();
    let names = entries(&join(folder, path), |entry| {
        matcher.is_match(entry.file_name())
    });
    names.into_iter().map(|name| path.join(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_matched_one_by_one() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let names = |pattern| -> Vec<String> {
            let found = expand(root, pattern, Globs::Go).into_iter();
            found
                .map(|path| path.strip_prefix(root).unwrap().display().to_string())
                .collect()
        };
        assert_eq!(names("Cargo.tom?"), ["Cargo.toml"]);
        assert_eq!(names("src/../[C]argo.toml"), ["src/../Cargo.toml"]);
        assert_eq!(names("s*c/lib.rs"), ["src/lib.rs"]);
        assert!(names("src").is_empty(), "a folder is no file");
        assert!(names("nothing/*.yml").is_empty());
    }

    #[test]
    fn two_stars_are_any_depth_or_one_folder() {
        let root = std::env::temp_dir().join(format!("rulecheck-globs-{}", std::process::id()));
        for file in ["a.yml", "x/a.yml", "x/y/a.yml", "x/y/b.yml", ".git/a.yml"] {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let names = |pattern: &str, globs| -> Vec<String> {
            let found = expand(&root, pattern, globs).into_iter();
            found
                .map(|path| path.strip_prefix(&root).unwrap().display().to_string())
                .collect()
        };
        let deep = |pattern: &str| names(pattern, Globs::Deep);
        assert_eq!(deep("**/a.yml"), ["a.yml", "x/a.yml", "x/y/a.yml"]);
        assert_eq!(deep("x/**/?.yml"), ["x/a.yml", "x/y/a.yml", "x/y/b.yml"]);
        assert_eq!(deep("**/y/**/b.yml"), ["x/y/b.yml"]);
        assert_eq!(deep("x/**"), ["x/a.yml", "x/y/a.yml", "x/y/b.yml"]);
        assert_eq!(deep("**/**/b.yml"), ["x/y/b.yml"], "each file once");
        // Many of them mean no more than one, and take no longer.
        assert_eq!(deep(&"**/".repeat(200)), deep("**"));
        assert_eq!(deep("**").len(), 4, "all but the hidden one");
        assert_eq!(deep(&format!("{}b.yml", "**/".repeat(200))), ["x/y/b.yml"]);
        assert_eq!(deep("*/a.yml"), names("*/a.yml", Globs::Go));
        // Go's `filepath.Glob` takes `**` for `*`, hidden folders included.
        assert_eq!(names("**/a.yml", Globs::Go), [".git/a.yml", "x/a.yml"]);
        assert!(names("**", Globs::Go).contains(&"a.yml".to_owned()));
        std::fs::remove_dir_all(&root).unwrap();
    }
}
