//! Which files are meant: those named, and those found in folders.

use std::path::{Path, PathBuf};

/// A file to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Input {
    pub path: PathBuf,
    /// Whether it was named itself, so that it must be of a known kind.
    pub named: bool,
}

/// Endings of files that a folder is searched for. JSON is YAML too, but a folder holds too much JSON of other kinds.
const ENDINGS: [&str; 4] = ["yml", "yaml", "rules", "rule"];

/// The files that the paths stand for, each once, folders walked in order of their names. What `.gitignore` excludes and
/// hidden files are left out; symbolic links are not followed, so that a walk never leaves its folder.
pub(super) fn inputs(paths: &[PathBuf]) -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    let mut add = |path: PathBuf, named: bool| {
        if !inputs.iter().any(|input| input.path == path) {
            inputs.push(Input { path, named });
        }
    };
    for path in paths {
        if path.is_dir() {
            for found in files_below(path) {
                add(found, false);
            }
        } else {
            add(path.clone(), true);
        }
    }
    inputs
}

/// The files below a folder that may be of use.
pub(super) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let walk = ignore::WalkBuilder::new(folder)
        .sort_by_file_name(Ord::cmp)
        .require_git(false)
        .build();
    walk.filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(|entry| tidy(entry.into_path()))
        .filter(|path| has_known_ending(path))
        .collect()
}

fn has_known_ending(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// `./a/b` is shown as `a/b`.
pub(super) fn tidy(path: PathBuf) -> PathBuf {
    match path.strip_prefix("./") {
        Ok(rest) if !rest.as_os_str().is_empty() => rest.to_owned(),
        _ => path,
    }
}

/// The files that a pattern of the settings means, relative to `root`: a file, a folder, or a glob with `*`, `?`, `[…]`
/// and `**`. In order of their names.
pub(super) fn matching(root: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let path = root.join(pattern);
    if path.is_dir() {
        return Ok(files_below(&path));
    }
    if !pattern.contains(['*', '?', '[', '{']) {
        return if path.is_file() {
            Ok(vec![tidy(path)])
        } else {
            Err(format!("`{pattern}` does not exist"))
        };
    }
    let glob = globset::GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| error.to_string())?
        .compile_matcher();
    let found: Vec<PathBuf> = files_below(root)
        .into_iter()
        .filter(|file| {
            let relative = file.strip_prefix(tidy(root.to_owned())).unwrap_or(file);
            glob.is_match(relative)
        })
        .collect();
    Ok(found)
}
