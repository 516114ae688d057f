use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::context::{Context, Findings};
use super::levels::Levels;
use super::lints::directives::directive_problem::LINT as DIRECTIVES;
use super::registry::{self, Check, Lint};
use super::suppress::{Directed, Used};
use crate::analysis::{EnvironmentFacts, RuleFacts};
use crate::diagnostic::{Diagnostic, Level};
use crate::model::OneOrMany;
use crate::project::{Environment, Project, ProjectFile, Rule};
use crate::source::{SourceFile, Span};

/// What the lints found, ordered by file and place.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is to be told.
    pub told: Vec<Diagnostic>,
    /// What a directive keeps from being told.
    pub suppressed: Vec<Diagnostic>,
}

/// The findings in the files that were asked for, ordered by file and place, without those that a directive keeps from being
/// told. A lint that is off reports nothing.
#[must_use]
pub fn run(project: &Project, levels: &Levels) -> Vec<Diagnostic> {
    run_all(project, levels).told
}

/// The findings in the files that were asked for, with those that a directive keeps from being told.
#[must_use]
pub fn run_all(project: &Project, levels: &Levels) -> Outcome {
    let lints: Vec<&Lint> = registry::all()
        .iter()
        .copied()
        .filter(|lint| levels.runs(lint))
        .collect();
    let is_asked = |file: &ProjectFile| project.asked.contains(&file.identity);
    run_lints(project, &lints, levels, is_asked)
}

/// The findings of the lints of one group in some files, at the levels of the settings, ordered by file and place.
#[must_use]
pub fn run_group(
    project: &Project,
    group: &str,
    levels: &Levels,
    is_asked: impl Fn(&ProjectFile) -> bool,
) -> Vec<Diagnostic> {
    let groups = registry::groups().iter();
    let lints: Vec<&Lint> = groups
        .filter(|known| known.name == group)
        .flat_map(|group| group.lints.iter().copied())
        .collect();
    run_lints(project, &lints, levels, is_asked).told
}

/// Gives a finding that came up elsewhere the level that command line and settings give it in its file. Nothing where they
/// turn it off. Where a directive keeps it from being told, the finding says so.
#[must_use]
pub fn settled(project: &Project, levels: &Levels, found: Diagnostic) -> Option<Diagnostic> {
    let path = found.location.file.path();
    let identity = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut found = settle(project, levels, &Overrides::new(project), &identity, found)?;
    if !levels.tells_all() {
        let directed = Directed::new(files(project), levels);
        directed.suppress(std::iter::once(&mut found), &mut Used::default());
    }
    Some(found)
}

fn files(project: &Project) -> impl Iterator<Item = &ProjectFile> {
    let files = project.environments.iter().flat_map(|e| &e.files);
    files.map(|file| &**file)
}

fn run_lints(
    project: &Project,
    lints: &[&Lint],
    levels: &Levels,
    is_asked: impl Fn(&ProjectFile) -> bool,
) -> Outcome {
    let overrides = Overrides::new(project);
    let mut found = Vec::new();
    for environment in &project.environments {
        let asked: FxHashMap<&Path, &ProjectFile> = environment
            .files
            .iter()
            .filter(|file| is_asked(file))
            .map(|file| (file.file.path(), &**file))
            .collect();
        if asked.is_empty() {
            continue;
        }
        // Pages are no files that anybody asks for: they are looked at where everything is.
        let mut pages: FxHashSet<&Path> = match asked.len() == environment.files.len() {
            true => pages(environment).map(|file| file.path()).collect(),
            false => FxHashSet::default(),
        };
        pages.extend(asked.values().flat_map(|file| templates(file)));
        let is_asked = |file: &ProjectFile| asked.contains_key(file.file.path());
        for diagnostic in look_at(environment, project, lints, is_asked) {
            let path = diagnostic.location.file.path();
            if pages.contains(path) {
                let identity = path.canonicalize().unwrap_or_else(|_| path.to_owned());
                found.extend(settle(project, levels, &overrides, &identity, diagnostic));
            } else if let Some(file) = asked.get(path) {
                let diagnostic = placed(file, diagnostic);
                let identity = &file.identity;
                found.extend(settle(project, levels, &overrides, identity, diagnostic));
            }
        }
    }
    found.sort_by(|a, b| key(a).cmp(&key(b)));
    // A file of several environments tells the same things several times.
    found.dedup_by(|a, b| key(a) == key(b));
    let directed = Directed::new(files(project).filter(|file| is_asked(file)), levels);
    let mut used = Used::default();
    directed.suppress(found.iter_mut(), &mut used);
    if lints.iter().any(|lint| lint.name == DIRECTIVES.name) {
        let is_on = |file: &ProjectFile, lint: &Lint| {
            let is_about = |place| overrides.is_about(place, &file.identity);
            levels.level(lint.name, lint.level, &project.settings, is_about) > Level::Off
        };
        let problems = directed.problems(lints, &used, is_on).into_iter();
        let mut problems: Vec<Diagnostic> = problems
            .filter_map(|problem| {
                let file = directed.file(&problem)?;
                let problem = placed(file, problem);
                settle(project, levels, &overrides, &file.identity, problem)
            })
            .collect();
        directed.suppress(problems.iter_mut(), &mut used);
        found.extend(problems);
        found.sort_by(|a, b| key(a).cmp(&key(b)));
    }
    if levels.tells_all() {
        for diagnostic in &mut found {
            diagnostic.suppression = None;
        }
    }
    let (suppressed, told) = found
        .into_iter()
        .partition(|found| found.suppression.is_some());
    Outcome { told, suppressed }
}

/// With the rule that it is in.
fn placed(file: &ProjectFile, mut diagnostic: Diagnostic) -> Diagnostic {
    if let Some(rule) = rule_at(file, diagnostic.location.span) {
        diagnostic.rule = Some(rule.name().to_owned());
        let is_at_name = rule.model.name.span() == diagnostic.location.span;
        diagnostic.extent = is_at_name.then_some(rule.model.span);
    }
    diagnostic
}

/// The pages of runbooks.
fn pages(environment: &Environment) -> impl Iterator<Item = &SourceFile> {
    let files = environment.runbooks.iter().flat_map(|books| &books.files);
    files.filter_map(|file| Some(&*file.page.as_ref()?.file))
}

/// The template files that a configuration names, which are told with it.
fn templates(file: &ProjectFile) -> impl Iterator<Item = &Path> {
    let templates = file
        .alertmanager
        .iter()
        .flat_map(|alertmanager| &alertmanager.templates.files);
    templates.map(|template| template.source.path())
}

/// The rule in which the place lies.
fn rule_at(file: &ProjectFile, place: Span) -> Option<&Rule> {
    // What is missing at the end of a rule is told of the place behind its last byte.
    let holds = |span: Span| span.start <= place.start && place.start <= span.end;
    let group = file.groups.iter().rev().find(|group| holds(group.span))?;
    let mut rules = group.rules.iter().rev();
    rules.find(|rule| holds(rule.model.span))
}

fn settle(
    project: &Project,
    levels: &Levels,
    overrides: &Overrides,
    identity: &Path,
    mut found: Diagnostic,
) -> Option<Diagnostic> {
    found.level = levels.level(found.lint, found.level, &project.settings, |place| {
        overrides.is_about(place, identity)
    });
    found.url = Some(registry::documentation_url(found.lint));
    (found.level > Level::Off).then_some(found)
}

/// What makes a finding the same as another one.
fn key(diagnostic: &Diagnostic) -> impl Ord {
    let (path, span) = diagnostic.location.sort_key();
    (path, span, diagnostic.lint, diagnostic.message.as_str())
}

/// What the lints say of an environment, at their own levels. Lints that look at one rule see those of the files asked for.
fn look_at(
    environment: &Environment,
    project: &Project,
    lints: &[&Lint],
    is_asked: impl Fn(&ProjectFile) -> bool + Sync,
) -> Vec<Diagnostic> {
    let facts = EnvironmentFacts::new(environment, &project.settings, project.target);
    let context = |shown| Context::new(environment, &project.settings, &facts, shown);
    let of_rules = || -> Vec<Vec<Diagnostic>> {
        let pieces = facts.rules_in_pieces(PIECE);
        pieces
            .enumerate()
            .flat_map_iter(|(number, piece)| {
                let asked: Vec<_> = piece.filter(|rule| is_asked(rule.at.file)).collect();
                // Which findings come with series must not hang on which thread is faster.
                let is_early = number < SHOWN_RULES / PIECE;
                let context = context(if is_early { usize::MAX } else { 0 });
                let lints = lints.iter();
                lints.filter_map(move |lint| look_at_rules(&context, lint, &asked))
            })
            .collect()
    };
    let of_all = || -> Vec<Vec<Diagnostic>> {
        let lints = lints.par_iter();
        lints
            .filter_map(|lint| {
                let Check::Environment(check) = lint.check else {
                    return None;
                };
                let mut findings = Findings::new(lint);
                check(&context(SHOWN_FINDINGS), &mut findings);
                Some(findings.into_found())
            })
            .collect()
    };
    let (of_rules, of_all) = rayon::join(of_rules, of_all);
    of_rules.into_iter().chain(of_all).flatten().collect()
}

/// Rules that one thread looks at with all lints, so that they stay in its cache.
const PIECE: usize = 32;
/// Findings about so many rules of an environment come with series that were worked out: that takes longer than all else, and
/// where there are more nobody reads them.
const SHOWN_RULES: usize = 1024;
/// The same of a lint that looks at everything.
const SHOWN_FINDINGS: usize = 100;

/// What a lint says of some rules, if it is one that looks at rules.
fn look_at_rules(
    context: &Context<'_>,
    lint: &Lint,
    rules: &[RuleFacts<'_>],
) -> Option<Vec<Diagnostic>> {
    let (check, only_alerts) = match lint.check {
        Check::Rule(check) => (check, false),
        Check::Alert(check) => (check, true),
        Check::Environment(_) => return None,
    };
    let mut findings = Findings::new(lint);
    for rule in rules {
        if rule.at.rule.is_alert() || !only_alerts {
            check(context, *rule, &mut findings);
        }
    }
    Some(findings.into_found())
}

/// The paths that the settings' overrides are about.
struct Overrides {
    root: PathBuf,
    globs: Vec<GlobSet>,
}

impl Overrides {
    fn new(project: &Project) -> Self {
        let root = project.root.canonicalize();
        Self {
            root: root.unwrap_or_else(|_| project.root.clone()),
            globs: project
                .settings
                .overrides
                .iter()
                .map(|entry| glob_set(&entry.paths))
                .collect(),
        }
    }

    /// Whether the override of that number is about the file.
    fn is_about(&self, place: usize, identity: &Path) -> bool {
        let relative = identity.strip_prefix(&self.root).unwrap_or(identity);
        self.globs
            .get(place)
            .is_some_and(|globs| globs.is_match(relative))
    }
}

/// Globs of paths; a folder stands for everything below it. Globs that are none were refused with the settings.
fn glob_set(globs: &OneOrMany<String>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in globs.iter() {
        for pattern in [glob.clone(), format!("{}/**", glob.trim_end_matches('/'))] {
            if let Ok(glob) = GlobBuilder::new(&pattern).literal_separator(true).build() {
                set.add(glob);
            }
        }
    }
    set.build().unwrap_or_default()
}
