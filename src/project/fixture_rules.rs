//! The rule files that fixtures name, which lints look at with them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::environment::{Environment, NamedRules};
use super::file::ProjectFile;
use super::files::{self, Files};
use super::glob;
use super::open::OpenError;
use crate::model::Text;

/// An entry of `rule_files` and the paths that it means.
type Entry = (Text, Vec<PathBuf>);

/// Resolves the `rule_files` of every fixture of the environments and loads what they mean, all at once and each file
/// once.
pub(super) fn resolve(environments: &mut [Environment], files: &mut Files<'_>) {
    let mut entries: FxHashMap<PathBuf, Vec<Entry>> = FxHashMap::default();
    for file in environments
        .iter()
        .flat_map(|environment| &environment.files)
    {
        if file.fixture.is_some() {
            entries
                .entry(file.identity.clone())
                .or_insert_with(|| entries_of(file));
        }
    }
    let wanted = entries.values().flatten();
    let mut wanted: Vec<PathBuf> = wanted.flat_map(|(_, paths)| paths.clone()).collect();
    wanted.sort();
    let reasons = reasons(files.load_if_readable(wanted));
    let rules: FxHashMap<PathBuf, Arc<[NamedRules]>> = entries
        .into_iter()
        .map(|(fixture, entries)| {
            let named = entries.into_iter();
            let named = named.map(|(pattern, paths)| named_rules(pattern, paths, files, &reasons));
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

/// The paths that each entry means, relative to the fixture.
fn entries_of(file: &ProjectFile) -> Vec<Entry> {
    let folder = file.file.path().parent().unwrap_or(Path::new(""));
    let patterns = file.fixture.iter().flat_map(|fixture| &fixture.rule_files);
    patterns
        .map(|pattern| (pattern.clone(), glob::expand(folder, pattern.as_str())))
        .collect()
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
    pattern: Text,
    paths: Vec<PathBuf>,
    files: &Files<'_>,
    reasons: &FxHashMap<PathBuf, String>,
) -> NamedRules {
    let mut named = NamedRules {
        pattern,
        files: Vec::new(),
        unreadable: Vec::new(),
    };
    for path in paths {
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
