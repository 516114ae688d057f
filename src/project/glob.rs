//! Patterns of paths as Go's `filepath.Glob` reads them: `*`, `?` and `[…]` inside a part of the path, no `**`.

use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;

/// The files that `pattern` means relative to `folder`, in order of their names. A pattern without wildcards means the
/// file of that name, if there is one.
#[must_use]
pub fn expand(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for part in Path::new(pattern).components() {
        found = match part {
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
    found
        .into_iter()
        .map(|path| join(folder, &path))
        .filter(|path| path.is_file())
        .collect()
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
    let here = join(folder, path);
    let here = if here.as_os_str().is_empty() {
        Path::new(".")
    } else {
        &here
    };
    let (Ok(glob), Ok(entries)) = (glob, std::fs::read_dir(here)) else {
        return Vec::new();
    };
    let matcher = glob.compile_matcher();
    let mut names: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.file_name())
        .filter(|name| matcher.is_match(name))
        .collect();
    names.sort();
    names.into_iter().map(|name| path.join(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_matched_one_by_one() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let names = |pattern| -> Vec<String> {
            let found = expand(root, pattern).into_iter();
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
}
