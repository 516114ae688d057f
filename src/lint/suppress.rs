//! Which findings the directives of their file keep from being told, and which directives keep none.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::levels::Levels;
use super::lints::directives::directive_problem;
use super::registry::Lint;
use crate::diagnostic::{Diagnostic, Suppression};
use crate::project::ProjectFile;
use crate::suppression::Directive;

/// The lint that comes up in tests only, so that a check cannot tell whether there was something to ignore.
const BY_TESTS: &str = "fixture-template-error";

/// The files that have directives, by path.
pub(super) struct Directed<'p> {
    files: FxHashMap<&'p Path, &'p ProjectFile>,
    today: i64,
}

impl<'p> Directed<'p> {
    pub fn new(files: impl Iterator<Item = &'p ProjectFile>, levels: &Levels) -> Self {
        let directed = files.filter(|file| !file.directives.is_empty());
        Self {
            files: directed.map(|file| (file.file.path(), file)).collect(),
            today: levels.today(),
        }
    }

    /// Notes the directive by which each finding is not told. `used` gathers which lints of which directives did so.
    pub fn suppress<'f>(
        &self,
        found: impl Iterator<Item = &'f mut Diagnostic>,
        used: &mut Used<'p>,
    ) {
        if self.files.is_empty() {
            return;
        }
        for diagnostic in found {
            let place = &diagnostic.location;
            let Some((&path, file)) = self.files.get_key_value(place.file.path()) else {
                continue;
            };
            let list = file.directives.list.iter().enumerate();
            let about = list.filter(|(_, directive)| {
                directive.covers(place.span)
                    && directive.names(diagnostic.lint)
                    && !self.is_over(directive)
            });
            let mut nearest: Option<&Directive> = None;
            for (number, directive) in about {
                used.insert((path, number, diagnostic.lint));
                nearest = nearest
                    .filter(|nearest| nearest.scope <= directive.scope)
                    .or(Some(directive));
            }
            diagnostic.suppression = nearest.map(|directive| Suppression {
                location: file.location(directive.span),
                reason: directive.reason.clone(),
            });
        }
    }

    /// What only shows when the lints have run: directives that are over, and those that had nothing to do.
    pub fn problems(
        &self,
        lints: &[&Lint],
        used: &Used<'p>,
        is_on: impl Fn(&ProjectFile, &Lint) -> bool,
    ) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (path, file) in &self.files {
            for (number, directive) in file.directives.list.iter().enumerate() {
                if self.is_over(directive) {
                    found.extend(directive_problem::expired(file, directive));
                } else if directive.covers.is_some() && !file.is_refused() {
                    let is_idle = |name: &str| {
                        let lint = lints.iter().find(|lint| lint.name == name);
                        lint.is_some_and(|lint| {
                            lint.name != directive_problem::LINT.name
                                && lint.name != BY_TESTS
                                && !used.contains(&(*path, number, lint.name))
                                && is_on(file, lint)
                        })
                    };
                    let names = directive.lints.iter().enumerate();
                    let idle: Vec<usize> = names
                        .filter(|(_, name)| is_idle(&name.value))
                        .map(|(at, _)| at)
                        .collect();
                    found.extend(directive_problem::unused(file, directive, &idle));
                }
            }
        }
        found
    }

    /// The file of a finding.
    pub fn file(&self, found: &Diagnostic) -> Option<&'p ProjectFile> {
        self.files.get(found.location.file.path()).copied()
    }

    fn is_over(&self, directive: &Directive) -> bool {
        let until = directive.until;
        until.is_some_and(|until| crate::calendar::day_of(until.value) <= self.today)
    }
}

/// File, number of the directive in it, and lint.
pub(super) type Used<'p> = FxHashSet<(&'p Path, usize, &'static str)>;
