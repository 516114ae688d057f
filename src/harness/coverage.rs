//! How well the tests of a run look at the rules: which were asserted, which fired, and which parts of them ever mattered.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::outcome::TestReport;
use super::parts::{RulePart, parts};
use super::seen::RuleSeen;
use crate::diagnostic::Location;
use crate::project::{self, ProjectFile};

/// The coverage of every rule.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// The rules, ordered by file and place.
    pub rules: Vec<RuleCoverage>,
}

/// The coverage of one rule.
#[derive(Clone, Debug)]
pub struct RuleCoverage {
    /// Name of the alert or of the recorded series.
    pub name: String,
    /// Whether it is an alerting rule.
    pub is_alert: bool,
    /// Its name in the rule file.
    pub location: Location,
    /// How many assertions look at it, be it through a rule that reads what it records.
    pub asserted: usize,
    /// How many of these find it firing or, if it records, with a result.
    pub fired: usize,
    /// Its comparisons, branches, matchers and waiting time.
    pub parts: Vec<RulePart>,
}

/// How far a rule is covered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CoverageStatus {
    /// No assertion looks at it.
    NeverAsserted,
    /// Assertions find it silent, and nothing else.
    SilentOnly,
    /// An assertion finds it firing or, if it records, with a result.
    Fired,
}

impl RuleCoverage {
    /// How far it is covered.
    #[must_use]
    pub fn status(&self) -> CoverageStatus {
        match (self.asserted, self.fired) {
            (0, _) => CoverageStatus::NeverAsserted,
            (_, 0) => CoverageStatus::SilentOnly,
            _ => CoverageStatus::Fired,
        }
    }
}

impl Coverage {
    /// How many rules are covered so far.
    #[must_use]
    pub fn count(&self, status: CoverageStatus) -> usize {
        let rules = self.rules.iter();
        rules.filter(|rule| rule.status() == status).count()
    }

    /// The share of rules that fired, in percent; all where there is no rule.
    #[must_use]
    pub fn percent(&self) -> f64 {
        if self.rules.is_empty() {
            return 100.0;
        }
        self.count(CoverageStatus::Fired) as f64 * 100.0 / self.rules.len() as f64
    }
}

/// Puts together what the tests have seen: of the rules in the rule files that they load, and of those in `further`.
#[must_use]
pub fn coverage(report: &TestReport, further: &[Arc<ProjectFile>]) -> Coverage {
    let mut rules = Vec::new();
    let mut places: FxHashMap<Key, usize> = FxHashMap::default();
    let loaded = report.files.iter().flat_map(|file| &file.rule_files);
    let mut files: Vec<&Arc<ProjectFile>> = loaded.chain(further).collect();
    files.sort_by(|a, b| a.identity.cmp(&b.identity));
    files.dedup_by(|a, b| a.identity == b.identity);
    for file in files {
        for rule in file.groups.iter().flat_map(|group| &group.rules) {
            let Some(text) = &rule.model.expr else {
                continue;
            };
            places.insert((file.identity.clone(), text.span().start), rules.len());
            rules.push(unseen(file, rule));
        }
    }
    let mut identities = Identities::default();
    let tests = report.files.iter().flat_map(|file| &file.tests);
    for seen in tests.flat_map(|test| &test.seen) {
        let key = (
            identities.of(seen.expr.file().path()),
            seen.expr.span().start,
        );
        if let Some(&place) = places.get(&key) {
            add(&mut rules[place], seen);
        }
    }
    Coverage { rules }
}

/// A rule is known by its file and the place of its expression.
type Key = (PathBuf, u32);

/// The paths under which files are known, however they are named.
#[derive(Default)]
struct Identities(FxHashMap<PathBuf, PathBuf>);

impl Identities {
    fn of(&mut self, path: &Path) -> PathBuf {
        if let Some(known) = self.0.get(path) {
            return known.clone();
        }
        let identity = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.0.insert(path.to_owned(), identity.clone());
        identity
    }
}

fn unseen(file: &ProjectFile, rule: &project::Rule) -> RuleCoverage {
    let hold = rule.model.hold.as_ref();
    RuleCoverage {
        name: rule.name().to_owned(),
        is_alert: rule.is_alert(),
        location: file.location(rule.model.name.span()),
        asserted: 0,
        fired: 0,
        parts: match (&rule.expr, &rule.model.expr) {
            (Some(expr), Some(text)) => parts(expr, text, hold.filter(|_| rule.is_alert())),
            _ => Vec::new(),
        },
    }
}

fn add(rule: &mut RuleCoverage, seen: &RuleSeen) {
    rule.asserted += seen.asserted;
    rule.fired += seen.fired;
    for (part, sides) in rule.parts.iter_mut().zip(&seen.sides) {
        for (all, now) in part.sides.iter_mut().zip(sides) {
            *all |= now;
        }
    }
}
