//! The fixtures that a command is about.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Verdict;
use super::arguments::{SettingsArguments, TestArguments};
use super::check::{choice, inputs, refuse};
use super::output::Output;
use crate::harness::Shard;
use crate::project::{self, Choice, Environment, Project, ProjectFile};
use crate::target::Target;

/// The projects that the arguments lead to, and whether all of their fixtures are meant.
pub(super) struct Opened {
    pub projects: Vec<Project>,
    /// Without a name all fixtures of the project are meant.
    pub is_whole: bool,
}

pub(super) type Fixtures<'p> = Vec<(&'p Arc<ProjectFile>, Target)>;

impl Opened {
    /// Opens what the arguments name; what cannot be used is told.
    pub fn new(arguments: &TestArguments, output: &Output) -> Result<Self, Verdict> {
        let stdin = arguments.stdin_filename.as_deref();
        Self::named(&arguments.fixtures, stdin, &arguments.settings, output)
    }

    /// Opens the fixtures, or all those of the project where there are none.
    pub fn named(
        fixtures: &[PathBuf],
        stdin: Option<&Path>,
        settings: &SettingsArguments,
        output: &Output,
    ) -> Result<Self, Verdict> {
        let is_whole = fixtures.is_empty();
        let named = if is_whole {
            vec![PathBuf::from(".")]
        } else {
            fixtures.to_vec()
        };
        let (mut paths, stdin) = inputs(&named, stdin).map_err(|error| refuse(&[error], output))?;
        let choice = Choice {
            reads_pipes: true,
            ..choice(settings)
        };
        let projects = project::open(&paths, stdin.clone(), &choice)
            .map_err(|errors| refuse(&errors, output))?;
        paths.extend(stdin.iter().map(|file| file.path().to_owned()));
        let unfit = unfit(&projects, &paths);
        for path in &unfit {
            output.error(&format!(
                "{path} is no fixture: a fixture has the key `tests`"
            ));
        }
        let opened = Self { projects, is_whole };
        if !unfit.is_empty() {
            return Err(Verdict::Unusable);
        }
        if opened.fixtures(None).is_empty() {
            output.error("no fixtures found");
            return Err(Verdict::Unusable);
        }
        Ok(opened)
    }

    /// The fixtures that are meant, or a share of them.
    pub fn fixtures(&self, shard: Option<Shard>) -> Fixtures<'_> {
        let fixtures = if self.is_whole {
            all_fixtures(&self.projects)
        } else {
            asked_fixtures(&self.projects)
        };
        share(fixtures, shard)
    }
}

/// Every fixture of every environment, each once.
pub(super) fn all_fixtures(projects: &[Project]) -> Fixtures<'_> {
    let mut seen = rustc_hash::FxHashSet::default();
    projects
        .iter()
        .flat_map(|project| {
            let files = project
                .environments
                .iter()
                .flat_map(|environment| &environment.files);
            files.map(|file| (file, project.target))
        })
        .filter(|(file, _)| file.fixture.is_some() && seen.insert(&file.identity))
        .collect()
}

/// The fixtures of a shard, by their sizes.
fn share(fixtures: Fixtures<'_>, shard: Option<Shard>) -> Fixtures<'_> {
    let Some(shard) = shard else {
        return fixtures;
    };
    let sizes: Vec<usize> = fixtures
        .iter()
        .map(|(file, _)| file.file.text().len())
        .collect();
    let share = shard.share(&sizes).into_iter();
    share.map(|place| fixtures[place]).collect()
}

/// The environments of the projects.
pub(super) fn environments(projects: &[Project]) -> Vec<&Environment> {
    let projects = projects.iter();
    projects.flat_map(|project| &project.environments).collect()
}

/// The rule files that fixtures name, as they were loaded with them.
pub(super) fn rules_of_fixtures(projects: &[Project]) -> Fixtures<'_> {
    projects
        .iter()
        .flat_map(|project| {
            let environments = project.environments.iter();
            let files = environments.flat_map(|environment| {
                let fixtures = environment.files.iter();
                fixtures.flat_map(|fixture| environment.rules_of(fixture))
            });
            let files = files.flat_map(|named| &named.files);
            files.map(|file| (file, project.target))
        })
        .collect()
}

/// The fixtures among the files that were asked for.
fn asked_fixtures(projects: &[Project]) -> Fixtures<'_> {
    let is_asked = |file: &ProjectFile| {
        projects
            .iter()
            .any(|project| project.asked.contains(&file.identity))
    };
    let mut fixtures = all_fixtures(projects);
    fixtures.retain(|(file, _)| is_asked(file));
    fixtures
}

/// The named files that are no fixtures, as named.
fn unfit(projects: &[Project], paths: &[PathBuf]) -> Vec<String> {
    let files = projects
        .iter()
        .flat_map(|project| &project.environments)
        .flat_map(|environment| &environment.files);
    let mut unfit: Vec<String> = files
        .filter(|file| file.fixture.is_none() && paths.iter().any(|path| path == file.file.path()))
        .map(|file| file.file.path().display().to_string())
        .collect();
    unfit.sort();
    unfit.dedup();
    unfit
}
