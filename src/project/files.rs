//! The files of a project, each read once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::file::{Issue, IssueKind, ProjectFile};
use super::load::load;
use super::open::OpenError;
use super::walk;
use crate::source::{ReadError, SourceFile, Span, read_file};
use crate::target::Target;

/// Texts that files are taken to have, by identity.
pub type Texts = FxHashMap<PathBuf, Arc<SourceFile>>;

/// A file that was asked for.
pub(super) struct Asked {
    pub path: PathBuf,
    pub identity: PathBuf,
    /// Whether it was named itself, so that it must be of a known kind.
    pub named: bool,
}

/// The path by which a file is recognised, however it is named: without symbolic links. What has no such path, as a
/// pipe, has its absolute one.
pub fn identity(path: &Path) -> std::io::Result<PathBuf> {
    path.canonicalize().or_else(|error| {
        if path.exists() {
            Ok(absolute(path))
        } else {
            Err(error)
        }
    })
}

pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// How a path is shown: relative to the current folder where it lies below it.
pub(super) fn shown(path: &Path) -> PathBuf {
    let relative = std::env::current_dir()
        .ok()
        .and_then(|current| path.strip_prefix(current).ok().map(Path::to_owned));
    walk::tidy(relative.unwrap_or_else(|| path.to_owned()))
}

/// The files of a project.
pub(super) struct Files<'a> {
    target: Target,
    stdin: Option<Arc<SourceFile>>,
    texts: &'a Texts,
    asked: FxHashMap<&'a Path, &'a Asked>,
    loaded: FxHashMap<PathBuf, Arc<ProjectFile>>,
    pub errors: Vec<OpenError>,
}

impl<'a> Files<'a> {
    pub fn new(
        target: Target,
        stdin: Option<Arc<SourceFile>>,
        texts: &'a Texts,
        asked: &'a [Asked],
    ) -> Self {
        Self {
            target,
            stdin,
            texts,
            asked: asked
                .iter()
                .map(|asked| (asked.identity.as_path(), asked))
                .collect(),
            loaded: FxHashMap::default(),
            errors: Vec::new(),
        }
    }

    /// The file of that identity, if it is loaded.
    pub fn get(&self, identity: &Path) -> Option<&Arc<ProjectFile>> {
        self.loaded.get(identity)
    }

    /// Loads those of the paths that are not loaded yet, in parallel, and gives the files in the order of the paths,
    /// each once.
    pub fn load(&mut self, paths: Vec<PathBuf>) -> Vec<Arc<ProjectFile>> {
        self.load_as(paths, false)
    }

    /// With `must_be_known` a file of no known kind has an issue by that, however it was found.
    fn load_as(&mut self, paths: Vec<PathBuf>, must_be_known: bool) -> Vec<Arc<ProjectFile>> {
        let mut seen = FxHashSet::default();
        let wanted: Vec<(PathBuf, PathBuf)> = paths
            .into_iter()
            .map(|path| (identity(&path).unwrap_or_else(|_| absolute(&path)), path))
            .filter(|(identity, _)| seen.insert(identity.clone()))
            .collect();
        let missing: Vec<&(PathBuf, PathBuf)> = wanted
            .iter()
            .filter(|(identity, _)| match self.loaded.get(identity) {
                None => true,
                // Found among others first, and named now.
                Some(file) => must_be_known && file.is_passed_over(),
            })
            .collect();
        let results: Vec<Result<Arc<ProjectFile>, OpenError>> = missing
            .into_par_iter()
            .map(|(identity, path)| self.load_one(identity, path, must_be_known))
            .collect();
        for result in results {
            match result {
                Ok(file) => {
                    self.loaded.insert(file.identity.clone(), file);
                }
                Err(error) => self.errors.push(error),
            }
        }
        wanted
            .iter()
            .filter_map(|(identity, _)| self.loaded.get(identity).cloned())
            .collect()
    }

    /// Loads files that are named one by one, so that each must be of a known kind.
    pub fn load_named(&mut self, paths: Vec<PathBuf>) {
        self.load_as(paths, true);
    }

    /// Loads files that are named as rule files. One that cannot be read keeps nobody from going on: it is told with the
    /// reason.
    pub fn load_rule_files(&mut self, paths: Vec<PathBuf>) -> Vec<OpenError> {
        let before = self.errors.len();
        self.load_as(paths, true);
        self.errors.split_off(before)
    }

    fn load_one(
        &self,
        identity: &Path,
        path: &Path,
        must_be_known: bool,
    ) -> Result<Arc<ProjectFile>, OpenError> {
        // A file that was asked for is shown as it was asked for.
        let asked = self.asked.get(identity);
        let shown = asked.map_or_else(|| shown(path), |asked| asked.path.clone());
        let named = must_be_known || asked.is_some_and(|asked| asked.named);
        let mut stdin = self.stdin.iter().filter(|file| file.path() == shown);
        let file = match stdin.next().or_else(|| self.texts.get(identity)) {
            Some(file) => Arc::clone(file),
            None => match read_file(&shown) {
                Ok(file) => file,
                Err(ReadError::NotUtf8 { lossy, offset }) => {
                    return Ok(Arc::new(not_utf8(&lossy, offset, identity)));
                }
                Err(error) => return Err(OpenError::Read { path: shown, error }),
            },
        };
        Ok(Arc::new(load(
            &file,
            identity.to_owned(),
            &self.target,
            named,
        )))
    }
}

/// A file that no YAML reader takes: there is nothing in it but what is wrong with it.
fn not_utf8(lossy: &Arc<SourceFile>, offset: usize, identity: &Path) -> ProjectFile {
    let nothing = SourceFile::new(lossy.path(), "");
    ProjectFile {
        file: Arc::clone(lossy),
        is_known: true,
        issues: vec![Issue {
            kind: IssueKind::Schema,
            span: Span::empty(offset),
            message: "this byte is not UTF-8, which YAML demands".to_owned(),
            help: Some("save the file as UTF-8".to_owned()),
            related: Vec::new(),
            wording: None,
            fix: None,
        }],
        ..load(&nothing, identity.to_owned(), &Target::default(), false)
    }
}
