//! Which files form an environment.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::environment::Environment;
use super::file::ProjectFile;
use super::files::{Asked, Files};
use super::glob::{self, Globs};
use super::open::{OpenError, Project};
use super::walk::{self, PatternError};
use super::{dumps, fixture_rules, runbooks, settings};
use crate::model::{EnvironmentSettings, PrometheusConfig};

/// The environments of a project. Files that were asked for and belong to none of those in the settings form one of
/// their own.
pub(super) fn environments(
    project: &Project,
    asked: &[Asked],
    reads_pipes: bool,
    files: &mut Files<'_>,
) -> Vec<Environment> {
    let mut environments = Vec::new();
    if project.settings_file.is_some() {
        if project.settings.environments.is_empty() {
            environments.push(whole_folder(project, files));
        }
        for (place, wanted) in project.settings.environments.iter().enumerate() {
            environments.push(environment(project, place, wanted, files));
        }
    }
    let runbooks = runbooks::read(project, &environments, files);
    for environment in &mut environments {
        environment.runbooks = Arc::clone(&runbooks);
    }
    let covered: FxHashSet<&Path> = environments
        .iter()
        .flat_map(|environment| &environment.files)
        .map(|file| file.identity.as_path())
        .collect();
    let loose: Vec<PathBuf> = asked
        .iter()
        .filter(|asked| !covered.contains(asked.identity.as_path()))
        .map(|asked| asked.path.clone())
        .collect();
    if !loose.is_empty() {
        environments.push(Environment::new(None, false, files.load(loose)));
    }
    fixture_rules::resolve(&mut environments, reads_pipes, files);
    environments
}

/// The environment of settings that name none: everything below them.
fn whole_folder(project: &Project, files: &mut Files<'_>) -> Environment {
    let all = walk::files_below(&project.root).unwrap_or_else(|error| {
        files.errors.push(error.into());
        Vec::new()
    });
    let mut environment = Environment::new(None, true, files.load(all));
    let wanted = project.settings.metrics.dumps.iter();
    environment.dumps = dumps::read(project, wanted, files);
    environment
}

/// The environment that stands at `place` in the settings.
fn environment(
    project: &Project,
    place: usize,
    wanted: &EnvironmentSettings,
    files: &mut Files<'_>,
) -> Environment {
    let lists = [
        ("prometheus", &wanted.prometheus),
        ("alertmanager", &wanted.alertmanager),
        ("rules", &wanted.rules),
        ("fixtures", &wanted.fixtures),
        ("compose", &wanted.compose),
    ];
    let mut paths = match wanted.compose.is_empty() {
        true => composes_beside(&project.root),
        false => Vec::new(),
    };
    for (key, pattern) in lists
        .into_iter()
        .flat_map(|(key, list)| list.iter().map(move |pattern| (key, pattern)))
    {
        match walk::matching(&project.root, pattern) {
            Ok(found) => {
                // A file by itself, no pattern and no folder.
                if key == "rules" && project.root.join(pattern).is_file() {
                    files.load_named(found.clone());
                }
                paths.extend(found);
            }
            Err(PatternError::Walk(error)) => files.errors.push(error.into()),
            Err(PatternError::Pattern(message)) => {
                let Some(file) = &project.settings_file else {
                    continue;
                };
                let wrong = settings::wrong_pattern(file, (place, key, pattern), message);
                files.errors.push(OpenError::Settings(Box::new(wrong)));
            }
        }
    }
    let loaded = files.load(paths.clone());
    let named = loaded
        .iter()
        .filter_map(|file| Some((file, file.prometheus.as_ref()?)))
        .flat_map(|(file, config)| rule_files(project, file, config));
    for (pattern, found) in named {
        // Of a pattern it is not known whether all that it finds here is there, too, where Prometheus runs.
        if !pattern.contains(walk::WILDCARDS) {
            files.load_named(found.clone());
        }
        paths.extend(found);
    }
    let mut environment = Environment::new(wanted.name.clone(), true, files.load(paths));
    environment.is_listed = true;
    let wanted = project
        .settings
        .metrics
        .dumps
        .iter()
        .chain(wanted.metrics.iter());
    environment.dumps = dumps::read(project, wanted, files);
    environment
}

/// The Compose files in a folder, by their names.
fn composes_beside(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let is_compose = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or_default();
        let begins = name.starts_with("docker-compose") || name.starts_with("compose");
        begins && (name.ends_with(".yml") || name.ends_with(".yaml"))
    };
    let paths = entries.flatten().map(|entry| walk::tidy(entry.path()));
    let mut paths: Vec<PathBuf> = paths.filter(is_compose).collect();
    paths.sort();
    paths
}

/// The `rule_files` of a `prometheus.yml`, each with the files that it means here: relative to it, or through the path
/// mapping.
fn rule_files<'c>(
    project: &Project,
    file: &ProjectFile,
    config: &'c PrometheusConfig,
) -> Vec<(&'c str, Vec<PathBuf>)> {
    let folder = file.file.path().parent().unwrap_or(Path::new("."));
    let meant = config.rule_files.iter().filter_map(|pattern| {
        let pattern = pattern.as_str();
        let (root, below) = if Path::new(pattern).is_absolute() {
            mapped(project, pattern)?
        } else {
            (folder.to_owned(), pattern.to_owned())
        };
        Some((pattern, glob::expand(&root, &below, Globs::Go)))
    });
    meant.collect()
}

/// The folder and the rest of an absolute path under the longest prefix of the settings' `paths`.
fn mapped(project: &Project, path: &str) -> Option<(PathBuf, String)> {
    let rest_below = |prefix: &str| {
        let rest = path.strip_prefix(prefix.trim_end_matches('/'))?;
        rest.strip_prefix('/').map(str::to_owned)
    };
    project
        .settings
        .paths
        .iter()
        .filter_map(|(prefix, folder)| Some((prefix.len(), folder, rest_below(prefix)?)))
        .max_by_key(|&(length, _, _)| length)
        .map(|(_, folder, rest)| (project.root.join(folder), rest))
}
