use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::dumps::Dump;
use super::file::{Alertmanager, ProjectFile};
use super::rules::{Group, Rule};
use super::runbooks::Runbooks;
use crate::model::{Compose, Fixture, PrometheusConfig, Text};

/// Files that run together.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The name that the settings give it.
    pub name: Option<String>,
    /// Whether the settings say that these files run together, so that nothing is missing.
    pub is_declared: bool,
    /// Whether the settings list its files, rather than leave everything below them to be one environment: then no copies
    /// lie about that nobody loads.
    pub is_listed: bool,
    /// Its files, in a fixed order.
    pub files: Vec<Arc<ProjectFile>>,
    /// What its programs expose.
    pub dumps: Vec<Dump>,
    /// The pages that annotations link to: those of the project.
    pub runbooks: Arc<[Runbooks]>,
    /// What the `rule_files` of its fixtures mean, by the identity of the fixture. These files need not be its own.
    pub(super) rules_of_fixtures: FxHashMap<PathBuf, Arc<[NamedRules]>>,
}

/// What an entry of a fixture's `rule_files` means.
#[derive(Clone, Debug)]
pub struct NamedRules {
    /// The path or pattern.
    pub pattern: Text,
    /// The files that are there and can be read, in order.
    pub files: Vec<Arc<ProjectFile>>,
    /// Those that are there and cannot be read, and why.
    pub unreadable: Vec<(PathBuf, String)>,
    /// Whether a pipe is among them that was left alone.
    pub has_pipe: bool,
    /// How many of the files promtool would not find, to which `**` is one folder.
    pub only_deep: usize,
}

/// Something of a file, with the file.
#[derive(Debug)]
pub struct Located<'e, T> {
    /// The file.
    pub file: &'e ProjectFile,
    /// What stands in it.
    pub item: &'e T,
}

/// More configurations of Alertmanager than that do not run together by chance.
const MOST_UNDECLARED: usize = 8;

impl<T> Clone for Located<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Located<'_, T> {}

impl Environment {
    /// Files that run together.
    pub(super) fn new(
        name: Option<String>,
        is_declared: bool,
        files: Vec<Arc<ProjectFile>>,
    ) -> Self {
        Self {
            name,
            is_declared,
            files,
            is_listed: false,
            dumps: Vec::new(),
            runbooks: Arc::new([]),
            rules_of_fixtures: FxHashMap::default(),
        }
    }

    /// What the entries of a fixture's `rule_files` mean, in order; nothing for a file that is no fixture of this
    /// environment.
    #[must_use]
    pub fn rules_of(&self, fixture: &ProjectFile) -> &[NamedRules] {
        self.rules_of_fixtures
            .get(&fixture.identity)
            .map_or(&[], |named| &**named)
    }

    /// Every rule with its file and group, in order.
    pub fn rules(&self) -> impl Iterator<Item = (&ProjectFile, &Group, &Rule)> {
        self.files.iter().flat_map(|file| {
            file.groups
                .iter()
                .flat_map(move |group| group.rules.iter().map(move |rule| (&**file, group, rule)))
        })
    }

    /// Every alerting rule with its file.
    pub fn alerts(&self) -> impl Iterator<Item = Located<'_, Rule>> {
        self.rules()
            .filter(|(_, _, rule)| rule.is_alert())
            .map(|(file, _, item)| Located { file, item })
    }

    /// Every configuration of Alertmanager.
    pub fn alertmanagers(&self) -> impl Iterator<Item = Located<'_, Alertmanager>> {
        self.each(|file| file.alertmanager.as_ref())
    }

    /// Those of which every matcher parses, so that something can be proved of their routes and inhibit rules. Where nothing
    /// says what runs together, and many lie about, nobody knows which rules are meant for which: none is followed.
    pub fn routed(&self) -> impl Iterator<Item = Located<'_, Alertmanager>> {
        let is_collection =
            !self.is_declared && self.alertmanagers().nth(MOST_UNDECLARED).is_some();
        self.alertmanagers()
            .filter(move |alertmanager| alertmanager.item.has_all_matchers && !is_collection)
    }

    /// Every `prometheus.yml`.
    pub fn prometheuses(&self) -> impl Iterator<Item = Located<'_, PrometheusConfig>> {
        self.each(|file| file.prometheus.as_ref())
    }

    /// Every fixture.
    pub fn fixtures(&self) -> impl Iterator<Item = Located<'_, Fixture>> {
        self.each(|file| file.fixture.as_ref())
    }

    /// Every Compose file that starts one of the two programs.
    pub fn composes(&self) -> impl Iterator<Item = Located<'_, Compose>> {
        self.each(|file| file.compose.as_ref())
    }

    fn each<'e, T: 'e>(
        &'e self,
        pick: impl Fn(&'e ProjectFile) -> Option<&'e T>,
    ) -> impl Iterator<Item = Located<'e, T>> {
        self.files.iter().filter_map(move |file| {
            Some(Located {
                file,
                item: pick(file)?,
            })
        })
    }
}
