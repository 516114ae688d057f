//! The rule files that fixtures name, which lints look at with them.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::environment::{Environment, NamedRules};
use super::file::ProjectFile;
use super::files::{self, Files};
use super::glob::{self, Globs};
use super::open::OpenError;
use crate::model::Text;

/// An entry of `rule_files`.
struct Entry {
    pattern: Text,
    /// The paths that it means.
    paths: Vec<PathBuf>,
    has_pipe: bool,
    only_deep: usize,
}

/// Resolves the `rule_files` of every fixture of the environments and loads what they mean, all at once and each file
/// once.
pub(super) fn resolve(environments: &mut [Environment], reads_pipes: bool, files: &mut Files<'_>) {
    let mut entries: FxHashMap<PathBuf, Vec<Entry>> = FxHashMap::default();
    for file in environments
        .iter()
        .flat_map(|environment| &environment.files)
    {
        if file.fixture.is_some() {
            entries
                .entry(file.identity.clone())
                .or_insert_with(|| entries_of(file, reads_pipes));
        }
    }
    let wanted = entries.values().flatten();
    let mut wanted: Vec<PathBuf> = wanted.flat_map(|entry| entry.paths.clone()).collect();
    wanted.sort();
    let reasons = reasons(files.load_rule_files(wanted));
    let rules: FxHashMap<PathBuf, Arc<[NamedRules]>> = entries
        .into_iter()
        .map(|(fixture, entries)| {
            let named = entries.into_iter();
            let named = named.map(|entry| named_rules(entry, files, &reasons));
            (fixture, named.collect())
        })
        .collect();
    for environment in environments {
        let own = environment.files.iter();
        let own = own.filter_map(|file| {
            let rules = rules.get(&file.identity)?;
            Some((file.identity.clone(), Arc::clone(rules)))
        });
        environment.rules_of_fixtures = own.collect();
    }
}

/// What each entry means, relative to the fixture.
fn entries_of(file: &ProjectFile, reads_pipes: bool) -> Vec<Entry> {
    let folder = glob::folder_of(file.file.path());
    let patterns = file.fixture.iter().flat_map(|fixture| &fixture.rule_files);
    let entries = patterns.map(|pattern| {
        let mut paths = glob::expand(folder, pattern.as_str(), Globs::Deep);
        let only_deep = if glob::is_deep(pattern.as_str()) {
            let by_go = glob::expand(folder, pattern.as_str(), Globs::Go);
            paths.iter().filter(|path| !by_go.contains(path)).count()
        } else {
            0
        };
        let before = paths.len();
        paths.retain(|path| reads_pipes || !glob::is_pipe(path));
        Entry {
            pattern: pattern.clone(),
            has_pipe: paths.len() < before,
            paths,
            only_deep,
        }
    });
    entries.collect()
}

/// Why files could not be read, by the path as shown.
fn reasons(errors: Vec<OpenError>) -> FxHashMap<PathBuf, String> {
    errors
        .into_iter()
        .filter_map(|error| match error {
            OpenError::Read { path, error } => Some((path, error.to_string())),
            OpenError::Settings(_) => None,
        })
        .collect()
}

fn named_rules(
    entry: Entry,
    files: &Files<'_>,
    reasons: &FxHashMap<PathBuf, String>,
) -> NamedRules {
    let mut named = NamedRules {
        pattern: entry.pattern,
        files: Vec::new(),
        unreadable: Vec::new(),
        has_pipe: entry.has_pipe,
        only_deep: entry.only_deep,
    };
    for path in entry.paths {
        let identity = files::identity(&path).unwrap_or_else(|_| files::absolute(&path));
        match files.get(&identity) {
            Some(file) => named.files.push(Arc::clone(file)),
            None => {
                let reason = reasons.get(&files::shown(&path)).cloned();
                let reason = reason.unwrap_or_else(|| "it cannot be read".to_owned());
                named.unreadable.push((path, reason));
            }
        }
    }
    named
}
