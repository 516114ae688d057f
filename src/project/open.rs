use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::environment::Environment;
use super::files::{self, Asked, Files, Texts};
use super::walk::WalkError;
use super::{members, settings, walk};
use crate::diagnostic::Diagnostic;
use crate::model::Settings;
use crate::source::{ReadError, SourceFile};
use crate::target::{Target, Version};

/// What the caller says about settings.
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
    /// The lints that settings may name; without any, every name is taken.
    pub lints: Vec<&'static str>,
    /// Whether pipes that fixtures name as rule files, such as `/dev/stdin`, are read.
    pub reads_pipes: bool,
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
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, error } => write!(f, "cannot read {}: {error}", path.display()),
            Self::Settings(diagnostic) => f.write_str(&diagnostic.message),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<WalkError> for OpenError {
    fn from(failed: WalkError) -> Self {
        Self::Read {
            path: failed.folder,
            error: ReadError::Io(failed.error),
        }
    }
}

/// Opens everything that the paths need: each file asked for, the settings above it, and all that the settings say runs
/// together with it. `stdin` is a file that was read already.
pub fn open(
    paths: &[PathBuf],
    stdin: Option<Arc<SourceFile>>,
    choice: &Choice,
) -> Result<Vec<Project>, Vec<OpenError>> {
    open_with(paths, stdin, &Texts::default(), choice)
}

/// The same, where some files are taken to have other texts than they have.
pub fn open_with(
    paths: &[PathBuf],
    stdin: Option<Arc<SourceFile>>,
    texts: &Texts,
    choice: &Choice,
) -> Result<Vec<Project>, Vec<OpenError>> {
    let asked = asked_for(paths, stdin.as_ref())?;
    let mut errors = Vec::new();
    let mut opened = Vec::new();
    for (settings, asked) in by_settings(asked, choice) {
        match open_project(settings, &asked, (stdin.as_ref(), texts), choice) {
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

/// The files that were asked for, each once, however often and by whatever name it was asked for.
fn asked_for(
    paths: &[PathBuf],
    stdin: Option<&Arc<SourceFile>>,
) -> Result<Vec<Asked>, Vec<OpenError>> {
    let mut errors = Vec::new();
    let mut asked: Vec<Asked> = Vec::new();
    let mut places: FxHashMap<PathBuf, usize> = FxHashMap::default();
    let inputs = walk::inputs(paths).map_err(|error| vec![error.into()])?;
    let inputs = inputs.into_iter().map(|input| (input.path, input.named));
    let stdin_path = stdin.map(|file| (file.path().to_owned(), true));
    for (path, named) in inputs.chain(stdin_path) {
        let is_stdin = stdin.is_some_and(|file| file.path() == path);
        let identity = match files::identity(&path) {
            Ok(identity) => identity,
            Err(_) if is_stdin => files::absolute(&path),
            Err(error) => {
                let error = ReadError::Io(error);
                errors.push(OpenError::Read { path, error });
                continue;
            }
        };
        let place = *places.entry(identity.clone()).or_insert(asked.len());
        match asked.get_mut(place) {
            Some(known) => known.named |= named,
            None => asked.push(Asked {
                path,
                identity,
                named,
            }),
        }
    }
    if errors.is_empty() {
        Ok(asked)
    } else {
        Err(errors)
    }
}

/// The files by the settings that hold for them, in the order of the first file of each.
fn by_settings(asked: Vec<Asked>, choice: &Choice) -> Vec<(Option<PathBuf>, Vec<Asked>)> {
    let mut of_folder: FxHashMap<PathBuf, Option<PathBuf>> = FxHashMap::default();
    let mut settings_of = |file: &Path| match &choice.config {
        _ if choice.isolated => None,
        Some(config) => Some(config.clone()),
        None => {
            let folder = file.parent()?;
            of_folder
                .entry(folder.to_owned())
                .or_insert_with(|| settings::settings_for(folder))
                .clone()
        }
    };
    let mut sorted: Vec<(Option<PathBuf>, Vec<Asked>)> = Vec::new();
    let mut places: FxHashMap<Option<PathBuf>, usize> = FxHashMap::default();
    for file in asked {
        let settings = settings_of(&file.identity);
        let place = *places.entry(settings.clone()).or_insert(sorted.len());
        match sorted.get_mut(place) {
            Some((_, files)) => files.push(file),
            None => sorted.push((settings, vec![file])),
        }
    }
    sorted
}

fn open_project(
    settings_path: Option<PathBuf>,
    asked: &[Asked],
    (stdin, texts): (Option<&Arc<SourceFile>>, &Texts),
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
        let shown = files::shown(&path);
        let (file, settings) = settings::read(&path, &shown, &choice.lints)?;
        project.settings = settings;
        project.settings_file = Some(file);
        let folder = shown
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        project.root = folder.unwrap_or(Path::new(".")).to_owned();
    }
    project.target = target(&project.settings, choice);
    let mut files = Files::new(project.target, stdin.cloned(), texts, asked);
    files.load(asked.iter().map(|file| file.path.clone()).collect());
    project.environments = members::environments(&project, asked, choice.reads_pipes, &mut files);
    if !files.errors.is_empty() {
        return Err(files.errors);
    }
    let is_unknown = |file: &&Asked| {
        let loaded = files.get(&file.identity);
        !file.named && loaded.is_some_and(|loaded| loaded.is_passed_over())
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
    target.is_declared = prometheus.is_some() || !wanted.flags.is_empty();
    target.prometheus = prometheus.unwrap_or(target.prometheus);
    target.alertmanager = alertmanager.unwrap_or(target.alertmanager);
    if let Some(dialect) = wanted.dialect {
        target.dialect = dialect.0;
    }
    if let Some(most) = wanted.max_samples {
        target.max_samples = most.get();
    }
    // Prometheus takes 0 for the default.
    if let Some(lookback) = wanted.lookback.filter(|lookback| lookback.0.ms > 0) {
        target.lookback_ms = lookback.0.ms;
    }
    for flag in &wanted.flags {
        target.features.enable(flag.0.0);
    }
    target
}
