use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::environment::Environment;
use super::file::ProjectFile;
use super::load::load;
use super::{settings, walk};
use crate::diagnostic::Diagnostic;
use crate::model::{EnvironmentSettings, PrometheusConfig, Settings};
use crate::source::{ReadError, SourceFile, read_file};
use crate::target::{Target, Version};

/// What the command line says about settings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// The settings file to use for everything.
    pub config: Option<PathBuf>,
    /// Whether to look for no settings.
    pub isolated: bool,
    /// Goes over the settings' version of Prometheus.
    pub target_prometheus: Option<Version>,
    /// Goes over the settings' version of Alertmanager.
    pub target_alertmanager: Option<Version>,
}

/// All that one settings file is about, or all files without settings.
#[derive(Debug)]
pub struct Project {
    /// The folder of the settings file; the current folder without one.
    pub root: PathBuf,
    /// The settings file.
    pub settings_file: Option<Arc<SourceFile>>,
    /// What it says.
    pub settings: Settings,
    /// What the files run on.
    pub target: Target,
    /// What runs together. A file may be in several.
    pub environments: Vec<Environment>,
    /// The identities of the files that were asked for.
    pub asked: FxHashSet<PathBuf>,
    /// How many of them, found by walking, are of no known kind.
    pub skipped: usize,
}

/// Why the files cannot be used at all.
#[derive(Debug)]
pub enum OpenError {
    /// A file cannot be read.
    Read {
        /// The file as named.
        path: PathBuf,
        /// Why.
        error: ReadError,
    },
    /// The settings are wrong.
    Settings(Box<Diagnostic>),
    /// A path in the settings leads nowhere.
    Pattern {
        /// The settings file as shown to people.
        settings: PathBuf,
        /// What is wrong.
        message: String,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, error } => write!(f, "cannot read {}: {error}", path.display()),
            Self::Settings(diagnostic) => f.write_str(&diagnostic.message),
            Self::Pattern { settings, message } => write!(f, "{}: {message}", settings.display()),
        }
    }
}

impl std::error::Error for OpenError {}

/// A file that was asked for.
struct Asked {
    path: PathBuf,
    identity: PathBuf,
    named: bool,
}

/// Opens everything that the paths need: each file asked for, the settings above it, and all that the settings say runs
/// together with it. `stdin` is a file that was read already.
pub fn open(
    paths: &[PathBuf],
    stdin: Option<Arc<SourceFile>>,
    choice: &Choice,
) -> Result<Vec<Project>, Vec<OpenError>> {
    let mut errors = Vec::new();
    let mut by_settings: Vec<(Option<PathBuf>, Vec<Asked>)> = Vec::new();
    let inputs = walk::inputs(paths)
        .into_iter()
        .map(|input| (input.path, input.named));
    let stdin_path = stdin.as_ref().map(|file| (file.path().to_owned(), true));
    let mut found = SettingsCache::default();
    for (path, named) in inputs.chain(stdin_path) {
        let is_stdin = stdin.as_ref().is_some_and(|file| file.path() == path);
        let identity = match path.canonicalize() {
            Ok(identity) => identity,
            Err(_) if is_stdin => absolute(&path),
            Err(error) => {
                let error = ReadError::Io(error);
                errors.push(OpenError::Read { path, error });
                continue;
            }
        };
        let settings = found.settings_of(&identity, choice);
        let asked = Asked {
            path,
            identity,
            named,
        };
        match by_settings.iter_mut().find(|(known, _)| *known == settings) {
            Some((_, list)) => list.push(asked),
            None => by_settings.push((settings, vec![asked])),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let projects: Vec<Result<Project, Vec<OpenError>>> = by_settings
        .into_iter()
        .map(|(settings, asked)| open_project(settings, asked, stdin.as_ref(), choice))
        .collect();
    let mut opened = Vec::new();
    for project in projects {
        match project {
            Ok(project) => opened.push(project),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() {
        Ok(opened)
    } else {
        Err(errors)
    }
}

/// The settings of each folder, looked up once.
#[derive(Default)]
struct SettingsCache(FxHashMap<PathBuf, Option<PathBuf>>);

impl SettingsCache {
    fn settings_of(&mut self, file: &Path, choice: &Choice) -> Option<PathBuf> {
        if choice.isolated {
            return None;
        }
        if let Some(config) = &choice.config {
            return Some(config.clone());
        }
        let folder = file.parent()?;
        self.0
            .entry(folder.to_owned())
            .or_insert_with(|| settings::settings_for(folder))
            .clone()
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn open_project(
    settings_path: Option<PathBuf>,
    asked: Vec<Asked>,
    stdin: Option<&Arc<SourceFile>>,
    choice: &Choice,
) -> Result<Project, Vec<OpenError>> {
    let mut project = Project {
        root: PathBuf::from("."),
        settings_file: None,
        settings: Settings::default(),
        target: Target::default(),
        environments: Vec::new(),
        asked: asked.iter().map(|file| file.identity.clone()).collect(),
        skipped: 0,
    };
    if let Some(path) = settings_path {
        let shown = shown(&path);
        let (file, settings) = settings::read(&path, &shown).map_err(|error| vec![error])?;
        project.settings = settings;
        project.settings_file = Some(file);
        let folder = shown
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        project.root = folder.unwrap_or(Path::new(".")).to_owned();
    }
    project.target = target(&project.settings, choice);
    let mut files = Files {
        target: project.target,
        stdin: stdin.cloned(),
        asked: &asked,
        loaded: FxHashMap::default(),
        errors: Vec::new(),
    };
    files.load(asked.iter().map(|file| file.path.clone()).collect());
    project.environments = environments(&project, &mut files);
    if !files.errors.is_empty() {
        return Err(files.errors);
    }
    let is_unknown = |file: &&Asked| {
        let loaded = files.loaded.get(&file.identity);
        !file.named && loaded.is_some_and(|loaded| !loaded.is_known)
    };
    project.skipped = asked.iter().filter(is_unknown).count();
    Ok(project)
}

fn target(settings: &Settings, choice: &Choice) -> Target {
    let mut target = Target::default();
    let wanted = &settings.target;
    let prometheus = choice.target_prometheus.or(wanted.prometheus.map(|v| v.0));
    let alertmanager = choice
        .target_alertmanager
        .or(wanted.alertmanager.map(|v| v.0));
    target.prometheus = prometheus.unwrap_or(target.prometheus);
    target.alertmanager = alertmanager.unwrap_or(target.alertmanager);
    for flag in &wanted.flags {
        target.features.enable(flag.0.0);
    }
    target
}

/// How a path is shown: relative to the current folder where it lies below it.
fn shown(path: &Path) -> PathBuf {
    let relative = std::env::current_dir()
        .ok()
        .and_then(|current| path.strip_prefix(current).ok().map(Path::to_owned));
    walk::tidy(relative.unwrap_or_else(|| path.to_owned()))
}

/// The files of a project, each loaded once.
struct Files<'a> {
    target: Target,
    stdin: Option<Arc<SourceFile>>,
    asked: &'a [Asked],
    loaded: FxHashMap<PathBuf, Arc<ProjectFile>>,
    errors: Vec<OpenError>,
}

impl Files<'_> {
    /// Loads those of the paths that are not loaded yet, in parallel, and gives the files in the order of the paths.
    fn load(&mut self, paths: Vec<PathBuf>) -> Vec<Arc<ProjectFile>> {
        let identities: Vec<(PathBuf, PathBuf)> = paths
            .into_iter()
            .map(|path| {
                (
                    path.canonicalize().unwrap_or_else(|_| absolute(&path)),
                    path,
                )
            })
            .collect();
        let mut wanted = FxHashSet::default();
        let missing: Vec<&(PathBuf, PathBuf)> = identities
            .iter()
            .filter(|(identity, _)| !self.loaded.contains_key(identity) && wanted.insert(identity))
            .collect();
        let results: Vec<Result<Arc<ProjectFile>, OpenError>> = missing
            .into_par_iter()
            .map(|(identity, path)| self.load_one(identity, path))
            .collect();
        for result in results {
            match result {
                Ok(file) => {
                    self.loaded.insert(file.identity.clone(), file);
                }
                Err(error) => self.errors.push(error),
            }
        }
        identities
            .iter()
            .filter_map(|(identity, _)| self.loaded.get(identity).cloned())
            .collect()
    }

    fn load_one(&self, identity: &Path, path: &Path) -> Result<Arc<ProjectFile>, OpenError> {
        // A file that was asked for is shown as it was asked for.
        let asked = self.asked.iter().find(|asked| asked.identity == identity);
        let shown = asked.map_or_else(|| shown(path), |asked| asked.path.clone());
        let named = asked.is_some_and(|asked| asked.named);
        let stdin = self.stdin.iter().find(|file| file.path() == shown);
        let file = match stdin {
            Some(file) => Arc::clone(file),
            None => match read_file(&shown) {
                Ok(file) => file,
                Err(ReadError::NotUtf8 { valid, offset }) => {
                    return Ok(Arc::new(not_utf8(&valid, offset, identity)));
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

/// A file that no YAML reader takes.
fn not_utf8(valid: &Arc<SourceFile>, offset: usize, identity: &Path) -> ProjectFile {
    let mut file = load(valid, identity.to_owned(), &Target::default(), false);
    file.groups.clear();
    file.is_known = true;
    file.issues = vec![super::file::Issue {
        kind: super::file::IssueKind::Schema,
        span: crate::source::Span::empty(offset),
        message: "the byte after this is not UTF-8, which YAML demands".to_owned(),
        help: Some("save the file as UTF-8".to_owned()),
        related: Vec::new(),
    }];
    file
}

/// The environments of a project. Files that were asked for and belong to none of those in the settings form one of
/// their own.
fn environments(project: &Project, files: &mut Files<'_>) -> Vec<Environment> {
    let mut environments = Vec::new();
    if project.settings_file.is_some() {
        if project.settings.environments.is_empty() {
            let all = walk::files_below(&project.root);
            environments.push(Environment {
                name: None,
                files: files.load(all),
            });
        }
        for wanted in project.settings.environments.iter() {
            environments.push(environment(project, wanted, files));
        }
    }
    let covered: FxHashSet<PathBuf> = environments
        .iter()
        .flat_map(|environment| environment.files.iter().map(|file| file.identity.clone()))
        .collect();
    let loose: Vec<PathBuf> = files
        .asked
        .iter()
        .filter(|asked| !covered.contains(&asked.identity))
        .map(|asked| asked.path.clone())
        .collect();
    if !loose.is_empty() {
        environments.push(Environment {
            name: None,
            files: files.load(loose),
        });
    }
    environments
}

fn environment(
    project: &Project,
    wanted: &EnvironmentSettings,
    files: &mut Files<'_>,
) -> Environment {
    let mut paths = Vec::new();
    let lists = [
        &wanted.prometheus,
        &wanted.alertmanager,
        &wanted.rules,
        &wanted.fixtures,
    ];
    for pattern in lists.into_iter().flat_map(|list| list.iter()) {
        match walk::matching(&project.root, pattern) {
            Ok(found) => paths.extend(found),
            Err(message) => files.errors.push(OpenError::Pattern {
                settings: project
                    .settings_file
                    .as_ref()
                    .map_or_else(PathBuf::new, |file| file.path().to_owned()),
                message,
            }),
        }
    }
    let mut loaded = files.load(paths);
    let named: Vec<PathBuf> = loaded
        .iter()
        .filter_map(|file| Some((file, file.prometheus.as_ref()?)))
        .flat_map(|(file, config)| rule_files(project, file, config))
        .collect();
    loaded.extend(files.load(named));
    let mut seen = FxHashSet::default();
    loaded.retain(|file| seen.insert(file.identity.clone()));
    Environment {
        name: wanted.name.clone(),
        files: loaded,
    }
}

/// The files that the `rule_files` of a `prometheus.yml` mean here: relative to it, or through the path mapping.
fn rule_files(project: &Project, file: &ProjectFile, config: &PrometheusConfig) -> Vec<PathBuf> {
    let folder = file.file.path().parent().unwrap_or(Path::new("."));
    config
        .rule_files
        .iter()
        .filter_map(|pattern| {
            let pattern = pattern.as_str();
            if Path::new(pattern).is_absolute() {
                mapped(project, pattern)
            } else {
                Some((folder.to_owned(), pattern.to_owned()))
            }
        })
        .flat_map(|(root, pattern)| walk::matching(&root, &pattern).unwrap_or_default())
        .collect()
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
