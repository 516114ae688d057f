//! Fixtures of the corpus that pass, each with one change to what it loads or expects, judged by the real promtool 2.42
//! and by `rulecheck promtool` in its place: most changes must fail, and those that change nothing must pass, in both.
//!
//! Ordinarily 20 small fixtures, all of them with `RULECHECK_FULL=1`. `RULECHECK_RANDOM=n` takes other changes.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic and says what it measures"
)]

use crate::common;
use crate::engine_promtool::generator;
mod mutation;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use generator::Dice;
use mutation::{Matter, Mutation, mutations};
use rulecheck::project::{self, Globs};
use rulecheck::source::read_file;
use rulecheck::yaml::Tree;

/// How many fixtures an ordinary run changes.
const FEW: usize = 20;
/// A fixture whose rules and tests are longer, in bytes, is none of them: promtool needs seconds for some.
const SMALL: u64 = 20_000;
/// What promtool says may depend on the order in which it walks its maps; it is asked so often before a difference counts.
const QUESTIONS: usize = 8;

/// A fixture, and the rule files that it names, with their places in the corpus.
struct Fixture {
    path: PathBuf,
    rules: Vec<PathBuf>,
}

#[test]
fn a_changed_fixture_is_judged_as_by_promtool() {
    let Some(corpus) = common::corpus().filter(|_| common::has_promtool()) else {
        return;
    };
    let seed = std::env::var("RULECHECK_RANDOM").map_or(7, |seed| seed.parse().unwrap());
    let mut dice = Dice(seed);
    let mut fixtures = passing(&corpus);
    assert!(fixtures.len() > 150, "{} fixtures", fixtures.len());
    if std::env::var_os("RULECHECK_FULL").is_none() {
        fixtures.retain(|fixture| fixture.size(&corpus) < SMALL);
        while fixtures.len() > FEW {
            fixtures.remove(dice.below(fixtures.len()));
        }
    }
    let folder = common::Folder::new("fixture-mutations");
    let mut tally = Tally::default();
    for fixture in &fixtures {
        let source = read_file(&corpus.join(&fixture.path)).unwrap();
        let tree = Tree::parse(&source);
        let Some(change) = choose(mutations(&tree), &mut dice) else {
            continue;
        };
        for rules in &fixture.rules {
            let text = std::fs::read_to_string(corpus.join(rules)).unwrap();
            folder.write(&rules.to_string_lossy(), &text);
        }
        let name = fixture.path.to_string_lossy();
        folder.write(&name, &change.apply(source.text()));
        tally.compare(folder.path(), &name, &change);
    }
    tally.report(fixtures.len());
}

/// The fixtures that promtool passes.
fn passing(corpus: &Path) -> Vec<Fixture> {
    let rows = common::rows(corpus).into_iter();
    let rows = rows.filter(|row| row.kind == "unit" && row.exit == "0");
    rows.map(|row| {
        let path = PathBuf::from(&row.path);
        let text = read_file(&corpus.join(&path)).unwrap();
        let tree = Tree::parse(&text);
        let folder = corpus.join(&path).parent().unwrap().to_owned();
        let patterns = tree.root(0).and_then(|root| root.get("rule_files"));
        let mut rules = BTreeSet::new();
        for pattern in patterns.into_iter().flat_map(|list| list.items()) {
            for found in project::expand(&folder, pattern.scalar().unwrap(), Globs::Go) {
                let found = found.canonicalize().unwrap();
                let root = corpus.canonicalize().unwrap();
                rules.insert(found.strip_prefix(root).unwrap().to_owned());
            }
        }
        let rules = rules.into_iter().collect();
        Fixture { path, rules }
    })
    .collect()
}

impl Fixture {
    /// The bytes of the fixture and of its rules.
    fn size(&self, corpus: &Path) -> u64 {
        let files = self.rules.iter().chain([&self.path]);
        files
            .map(|path| std::fs::metadata(corpus.join(path)).unwrap().len())
            .sum()
    }
}

/// One of the changes: first what is to be changed, so that long lists of series do not outweigh all else.
fn choose(mutations: Vec<Mutation>, dice: &mut Dice) -> Option<Mutation> {
    let mut by_matter: BTreeMap<Matter, Vec<Mutation>> = BTreeMap::new();
    for mutation in mutations {
        by_matter.entry(mutation.matter).or_default().push(mutation);
    }
    let mut groups: Vec<Vec<Mutation>> = by_matter.into_values().collect();
    if groups.is_empty() {
        return None;
    }
    let mut group = groups.swap_remove(dice.below(groups.len()));
    Some(group.swap_remove(dice.below(group.len())))
}

#[derive(Default)]
struct Tally {
    changed: usize,
    failing: usize,
    same_words: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn compare(&mut self, folder: &Path, name: &str, change: &Mutation) {
        let mut ours = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
        ours.args(["promtool", "--target-prometheus", "2.42"]);
        let ours = test(ours, folder, name);
        let mut theirs = test(Command::new("promtool"), folder, name);
        for _ in 1..QUESTIONS {
            if ours.status.code() == theirs.status.code() {
                break;
            }
            theirs = test(Command::new("promtool"), folder, name);
        }
        self.changed += 1;
        self.failing += usize::from(!theirs.status.success());
        self.same_words += usize::from(ours.stderr == theirs.stderr);
        if ours.status.code() != theirs.status.code() {
            let Mutation { matter, span, text } = change;
            let said = String::from_utf8_lossy(&theirs.stderr).into_owned();
            self.wrong.push(format!(
                "{name}: {matter:?} at byte {}: {text:?}: promtool {:?}, rulecheck {:?}\n{said}",
                span.start,
                theirs.status.code(),
                ours.status.code()
            ));
        }
    }

    fn report(&self, fixtures: usize) {
        let equal = self.changed - self.wrong.len();
        eprintln!(
            "{equal} of {} equal; {} fail, {} in the same words; {} fixtures",
            self.changed, self.failing, self.same_words, fixtures
        );
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        assert!(self.changed * 10 > fixtures * 9, "most can be changed");
        assert!(self.failing * 2 > self.changed, "most changes matter");
    }
}

fn test(mut command: Command, folder: &Path, name: &str) -> Output {
    let command = command.args(["test", "rules", name]).current_dir(folder);
    command.output().unwrap()
}
