use std::sync::Arc;

use super::file::{Alertmanager, ProjectFile};
use super::rules::{Group, Rule};
use crate::model::{Fixture, PrometheusConfig};

/// Files that run together.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The name that the settings give it.
    pub name: Option<String>,
    /// Whether the settings say that these files run together, so that nothing is missing.
    pub is_declared: bool,
    /// Its files, in a fixed order.
    pub files: Vec<Arc<ProjectFile>>,
}

/// Something of a file, with the file.
#[derive(Debug)]
pub struct Located<'e, T> {
    /// The file.
    pub file: &'e ProjectFile,
    /// What stands in it.
    pub item: &'e T,
}

impl<T> Clone for Located<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Located<'_, T> {}

impl Environment {
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

    /// Every `prometheus.yml`.
    pub fn prometheuses(&self) -> impl Iterator<Item = Located<'_, PrometheusConfig>> {
        self.each(|file| file.prometheus.as_ref())
    }

    /// Every fixture.
    pub fn fixtures(&self) -> impl Iterator<Item = Located<'_, Fixture>> {
        self.each(|file| file.fixture.as_ref())
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
