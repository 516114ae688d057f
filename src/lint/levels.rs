use std::fmt;

use super::registry::{self, Lint};
use crate::calendar;
use crate::diagnostic::{Level, nearest};
use crate::model::Settings;

/// What the command line says about lints; it goes over the settings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Levels {
    select: Vec<&'static str>,
    ignore: Vec<&'static str>,
    levels: Vec<(&'static str, Level)>,
    today: Option<i64>,
    tells_all: bool,
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
            ..Self::default()
        })
    }

    /// With another day than that of the clock, counted from 1970-01-01: directives run out by it.
    #[must_use]
    pub const fn on_day(mut self, day: i64) -> Self {
        self.today = Some(day);
        self
    }

    /// Without regard for directives: what they keep from being told is told.
    #[must_use]
    pub const fn without_suppression(mut self) -> Self {
        self.tells_all = true;
        self
    }

    /// The day by which directives run out.
    #[must_use]
    pub fn today(&self) -> i64 {
        self.today.unwrap_or_else(calendar::today)
    }

    pub(super) const fn tells_all(&self) -> bool {
        self.tells_all
    }

    /// Whether the lint runs at all.
    #[must_use]
    pub fn runs(&self, lint: &Lint) -> bool {
        let selected = self.select.is_empty() || self.select.contains(&lint.name);
        selected && !self.ignore.contains(&lint.name)
    }

    /// The level that a finding gets: what the command line says, or the settings for its path, or the settings, or
    /// what the lint itself says. `is_overridden` tells whether the override of that number is about its path.
    #[must_use]
    pub fn level(
        &self,
        lint: &str,
        own: Level,
        settings: &Settings,
        is_overridden: impl Fn(usize) -> bool,
    ) -> Level {
        let by_command = self.levels.iter().rev().find(|(name, _)| *name == lint);
        if let Some(&(_, level)) = by_command {
            return level;
        }
        let by_path = settings
            .overrides
            .iter()
            .enumerate()
            .rev()
            .filter_map(|(place, entry)| Some((place, entry.lints.get(lint)?)))
            .find(|&(place, _)| is_overridden(place));
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
        nearest(&self.name, registry::names())
    }
}

impl fmt::Display for UnknownLint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no lint `{}`", self.name)?;
        match self.suggestion() {
            Some(name) => write!(f, ", did you mean `{name}`?"),
            None => f.write_str("; `rulecheck explain` lists them all"),
        }
    }
}
