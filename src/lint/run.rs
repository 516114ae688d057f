use std::path::Path;

use globset::{GlobBuilder, GlobSetBuilder};
use rayon::prelude::*;

use super::context::{Context, Findings};
use super::levels::Levels;
use super::registry::{self, Lint};
use crate::analysis::EnvironmentFacts;
use crate::diagnostic::{Diagnostic, Level};
use crate::project::Project;

/// Where the lints are documented.
const DOCUMENTATION: &str = "https://github.com/rulecheck/rulecheck/blob/main/docs/lints.md";

/// The findings in the files that were asked for, ordered by file and place. A lint that is off reports nothing.
#[must_use]
pub fn run(project: &Project, levels: &Levels) -> Vec<Diagnostic> {
    let lints: Vec<&Lint> = registry::all()
        .iter()
        .copied()
        .filter(|lint| levels.runs(lint))
        .collect();
    let mut found = Vec::new();
    for environment in &project.environments {
        let facts = EnvironmentFacts::new(environment, project.target);
        let context = Context {
            environment,
            settings: &project.settings,
            is_declared: project.settings_file.is_some(),
            facts: &facts,
        };
        let by_lint: Vec<Vec<Diagnostic>> = lints
            .par_iter()
            .map(|lint| {
                let mut findings = Findings::new(lint);
                (lint.check)(&context, &mut findings);
                findings.into_found()
            })
            .collect();
        let asked = by_lint.into_iter().flatten().filter(|diagnostic| {
            let path = diagnostic.location.file.path();
            is_asked_for(project, environment, path)
        });
        found.extend(asked);
    }
    for diagnostic in &mut found {
        finish(diagnostic, project, levels);
    }
    found.retain(|diagnostic| diagnostic.level > Level::Off);
    found.sort_by(|a, b| {
        (a.location.sort_key(), a.lint, &a.message).cmp(&(
            b.location.sort_key(),
            b.lint,
            &b.message,
        ))
    });
    // A file of several environments tells the same things several times.
    found.dedup_by(|a, b| {
        (a.location.sort_key(), a.lint, &a.message) == (b.location.sort_key(), b.lint, &b.message)
    });
    found
}

fn is_asked_for(project: &Project, environment: &crate::project::Environment, path: &Path) -> bool {
    environment
        .files
        .iter()
        .find(|file| file.file.path() == path)
        .is_some_and(|file| project.asked.contains(&file.identity))
}

/// Gives a finding the level that the settings and the command line want, and the address of its documentation.
fn finish(diagnostic: &mut Diagnostic, project: &Project, levels: &Levels) {
    let path = diagnostic.location.file.path();
    let relative = path.strip_prefix(&project.root).unwrap_or(path);
    let level = levels.level(
        diagnostic.lint,
        diagnostic.level,
        &project.settings,
        |globs| matches_any(globs, relative),
    );
    diagnostic.level = level;
    diagnostic.url = Some(format!("{DOCUMENTATION}#{}", diagnostic.lint));
}

/// Whether a path matches one of the globs; a folder stands for everything below it.
fn matches_any(globs: &[String], path: &Path) -> bool {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        for pattern in [glob.clone(), format!("{}/**", glob.trim_end_matches('/'))] {
            if let Ok(glob) = GlobBuilder::new(&pattern).literal_separator(true).build() {
                set.add(glob);
            }
        }
    }
    set.build().is_ok_and(|set| set.is_match(path))
}
