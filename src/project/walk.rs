//! Which files are meant: those named, and those found in folders.

use std::path::{Component, Path, PathBuf};

use rustc_hash::FxHashMap;

/// A file to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Input {
    pub path: PathBuf,
    /// Whether it was named itself, so that it must be of a known kind.
    pub named: bool,
}

/// Endings of files that a folder is searched for. JSON is YAML too, but a folder holds too much JSON of other kinds.
const ENDINGS: [&str; 4] = ["yml", "yaml", "rules", "rule"];

/// What makes a pattern of a path.
pub(super) const WILDCARDS: [char; 4] = ['*', '?', '[', '{'];

/// A folder that cannot be read.
#[derive(Debug)]
pub(super) struct WalkError {
    pub folder: PathBuf,
    pub error: std::io::Error,
}

/// The files that the paths stand for, each once, folders walked in order of their names. A path that leads nowhere and has
/// wildcards is a glob that no shell has expanded; what it matches is found, not named. What `.gitignore` excludes and
/// hidden files are left out; symbolic links are not followed, so that a walk never leaves its folder.
pub(super) fn inputs(paths: &[PathBuf]) -> Result<Vec<Input>, WalkError> {
    let mut inputs: Vec<Input> = Vec::new();
    let mut places: FxHashMap<PathBuf, usize> = FxHashMap::default();
    let mut add = |path: PathBuf, named: bool| {
        let place = *places.entry(path.clone()).or_insert(inputs.len());
        match inputs.get_mut(place) {
            Some(known) => known.named |= named,
            None => inputs.push(Input { path, named }),
        }
    };
    for path in paths {
        if path.is_dir() {
            for found in files_below(path)? {
                add(found, false);
            }
        } else if let Some(pattern) = unexpanded(path) {
            for found in matches(path, pattern)? {
                add(found, false);
            }
        } else {
            add(path.clone(), true);
        }
    }
    Ok(inputs)
}

/// The glob that a path is.
fn unexpanded(path: &Path) -> Option<&str> {
    let pattern = path.to_str()?;
    (pattern.contains(WILDCARDS) && !path.exists()).then_some(pattern)
}

fn matches(path: &Path, pattern: &str) -> Result<Vec<PathBuf>, WalkError> {
    let failed = |message: String| WalkError {
        folder: path.to_owned(),
        error: std::io::Error::other(message),
    };
    match matching(Path::new("."), pattern) {
        Ok(found) if found.is_empty() => Err(failed("no file matches".to_owned())),
        Ok(found) => Ok(found),
        Err(PatternError::Walk(error)) => Err(error),
        Err(PatternError::Pattern(message)) => Err(failed(message)),
    }
}

/// The files below a folder that may be of use.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, WalkError> {
    let mut files = all_files_below(folder)?;
    files.retain(|path| has_known_ending(path));
    Ok(files)
}

fn all_files_below(folder: &Path) -> Result<Vec<PathBuf>, WalkError> {
    let walk = ignore::WalkBuilder::new(folder)
        .sort_by_file_name(Ord::cmp)
        .require_git(false)
        .build();
    let mut files = Vec::new();
    for entry in walk {
        let entry = entry.map_err(|error| WalkError {
            folder: place_of(&error).unwrap_or(folder).to_owned(),
            error: error
                .into_io_error()
                .unwrap_or_else(|| std::io::Error::other("cannot be walked")),
        })?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            files.push(tidy(entry.into_path()));
        }
    }
    Ok(files)
}

/// The pages of Markdown below a folder, but for what git ignores. A folder that cannot be read has none.
#[must_use]
pub fn pages_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = all_files_below(folder).unwrap_or_default();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    files
}

/// Every file below a folder, whatever its ending and whatever git ignores, but for hidden ones.
pub(super) fn every_file_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let walk = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .hidden(true)
        .sort_by_file_name(Ord::cmp)
        .build();
    if !folder.is_dir() {
        return Err(std::io::Error::other("there is no such folder"));
    }
    let mut files = Vec::new();
    for entry in walk {
        let entry = entry.map_err(|error| {
            let error = error.into_io_error();
            error.unwrap_or_else(|| std::io::Error::other("it cannot be walked"))
        })?;
        if entry.path().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// The path that an error of the walk is about.
fn place_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place_of(err)
        }
        _ => None,
    }
}

fn has_known_ending(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// `./a/b` is shown as `a/b`.
pub fn tidy(path: PathBuf) -> PathBuf {
    match path.strip_prefix("./") {
        Ok(rest) if !rest.as_os_str().is_empty() => rest.to_owned(),
        _ => path,
    }
}

/// Why a pattern of the settings cannot be used.
#[derive(Debug)]
pub(super) enum PatternError {
    /// What is wrong with the pattern itself.
    Pattern(String),
    /// A folder that it leads to cannot be read.
    Walk(WalkError),
}

/// The files that a pattern means, relative to `root`: a file, a folder, or a glob with `*`, `?`, `[…]` and `**`. In
/// order of their names.
pub(super) fn matching(root: &Path, pattern: &str) -> Result<Vec<PathBuf>, PatternError> {
    let path = root.join(pattern);
    if path.is_dir() {
        return files_below(&path).map_err(PatternError::Walk);
    }
    if !pattern.contains(WILDCARDS) {
        return if path.is_file() {
            Ok(vec![tidy(path)])
        } else {
            Err(PatternError::Pattern(format!("`{pattern}` does not exist")))
        };
    }
    let (folder, glob) = split(pattern);
    let matcher = globset::GlobBuilder::new(&glob)
        .literal_separator(true)
        .build()
        .map_err(|error| {
            PatternError::Pattern(format!("`{pattern}` is no glob: {}", error.kind()))
        })?
        .compile_matcher();
    let folder = tidy(root.join(folder));
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = all_files_below(&folder).map_err(PatternError::Walk)?;
    // `rules/*` does not mean the README beside the rules; `rules/*.alerts` says what it means.
    let says_ending = Path::new(&glob)
        .extension()
        .is_some_and(|ending| !ending.to_string_lossy().contains(WILDCARDS));
    files.retain(|file| {
        let relative = file.strip_prefix(&folder).unwrap_or(file);
        (says_ending || has_known_ending(file)) && matcher.is_match(relative)
    });
    Ok(files)
}

/// The folder at the beginning of a glob, which is walked, and the rest, which is matched. So `../rules/*.yml` works,
/// and nothing beside `rules` is walked.
fn split(pattern: &str) -> (PathBuf, String) {
    let has_wildcard =
        |part: &Component<'_>| part.as_os_str().to_string_lossy().contains(WILDCARDS);
    let parts: Vec<Component<'_>> = Path::new(pattern).components().collect();
    let plain = parts.iter().take_while(|part| !has_wildcard(part)).count();
    let join = |parts: &[Component<'_>]| parts.iter().collect::<PathBuf>();
    let glob = join(&parts[plain..]).to_string_lossy().into_owned();
    (join(&parts[..plain]), glob)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_walked_from_their_fixed_part() {
        let halves = |pattern| {
            let (folder, glob) = split(pattern);
            (folder.to_string_lossy().into_owned(), glob)
        };
        let pair = |folder: &str, glob: &str| (folder.to_owned(), glob.to_owned());
        assert_eq!(halves("../rules/*.yml"), pair("../rules", "*.yml"));
        assert_eq!(halves("**/a.yml"), pair("", "**/a.yml"));
        assert_eq!(halves("/etc/x[1]/b/*"), pair("/etc", "x[1]/b/*"));
    }

    #[test]
    fn a_file_that_is_named_and_found_counts_as_named() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let file = folder.join("alert-rules.yml");
        let found = inputs(&[folder, file.clone(), file.clone()]).unwrap();
        let same: Vec<&Input> = found.iter().filter(|input| input.path == file).collect();
        assert_eq!(same.len(), 1);
        assert!(same[0].named);
        assert!(found.len() > 1 && found.iter().any(|input| !input.named));
    }
}
