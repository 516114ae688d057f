use std::fmt;

use super::registry::{self, Lint};
use crate::diagnostic::Level;
use crate::model::Settings;

/// What the command line says about lints; it goes over the settings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Levels {
    select: Vec<&'static str>,
    ignore: Vec<&'static str>,
    levels: Vec<(&'static str, Level)>,
}

/// A name that no lint has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownLint {
    /// The name.
    pub name: String,
}

impl Levels {
    /// Checks the names.
    pub fn new(
        select: &[String],
        ignore: &[String],
        levels: &[(String, Level)],
    ) -> Result<Self, UnknownLint> {
        let known = |name: &String| {
            registry::find(name.trim())
                .map(|lint| lint.name)
                .ok_or_else(|| UnknownLint { name: name.clone() })
        };
        Ok(Self {
            select: select.iter().map(known).collect::<Result<_, _>>()?,
            ignore: ignore.iter().map(known).collect::<Result<_, _>>()?,
            levels: levels
                .iter()
                .map(|(name, level)| Ok((known(name)?, *level)))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Whether the lint runs at all.
    #[must_use]
    pub fn runs(&self, lint: &Lint) -> bool {
        let selected = self.select.is_empty() || self.select.contains(&lint.name);
        selected && !self.ignore.contains(&lint.name)
    }

    /// The level that a finding gets: what the command line says, or the settings for its path, or the settings, or
    /// what the lint itself says.
    #[must_use]
    pub fn level(
        &self,
        lint: &str,
        own: Level,
        settings: &Settings,
        is_overridden: impl Fn(&[String]) -> bool,
    ) -> Level {
        let by_command = self.levels.iter().rev().find(|(name, _)| *name == lint);
        if let Some(&(_, level)) = by_command {
            return level;
        }
        let by_path = settings
            .overrides
            .iter()
            .rev()
            .filter_map(|entry| Some((&entry.paths, entry.lints.get(lint)?)))
            .find(|(paths, _)| is_overridden(paths));
        if let Some((_, level)) = by_path {
            return level.0;
        }
        settings.lints.get(lint).map_or(own, |level| level.0)
    }
}

impl UnknownLint {
    /// The lint that was probably meant.
    #[must_use]
    pub fn suggestion(&self) -> Option<&'static str> {
        registry::all()
            .iter()
            .map(|lint| {
                (
                    strsim::damerau_levenshtein(&self.name, lint.name),
                    lint.name,
                )
            })
            .min()
            .filter(|(distance, _)| *distance <= 4)
            .map(|(_, name)| name)
    }
}

impl fmt::Display for UnknownLint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no lint `{}`", self.name)?;
        match self.suggestion() {
            Some(name) => write!(f, ", did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}
