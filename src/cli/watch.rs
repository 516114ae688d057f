use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Verdict;
use super::arguments::TestArguments;
use super::fixtures::Opened;
use super::output::Output;
use super::test::once;
use crate::harness::TestReport;
use crate::regex::Pattern;

/// Time between two looks at the files.
const PAUSE: Duration = Duration::from_millis(200);

/// `rulecheck test --watch`: runs the fixtures, and again those of them that change or whose rule files change. Ends when
/// it is interrupted.
pub(super) fn run(arguments: &TestArguments, only: &[Pattern], output: &Output) -> Verdict {
    if arguments
        .fixtures
        .iter()
        .any(|path| path.as_path() == Path::new("-"))
    {
        output.error("standard input does not change: --watch wants files");
        return Verdict::Unusable;
    }
    let mut watched = Watched::default();
    let mut is_first = true;
    loop {
        let opened = match Opened::new(arguments, output) {
            Ok(opened) => opened,
            // What cannot be used at first will not be waited for.
            Err(verdict) if is_first => return verdict,
            Err(_) => {
                watched.wait();
                continue;
            }
        };
        let mut fixtures = opened.fixtures(None);
        fixtures.retain(|(file, _)| watched.has_changed(&file.identity));
        if !fixtures.is_empty() {
            let (_, report) = once(arguments, only, &opened, fixtures, output);
            watched.remember(&opened, &report);
            let count = watched.fixtures.len();
            let noun = if count == 1 { "fixture" } else { "fixtures" };
            output.print(&format!("watching {count} {noun} and their rule files\n\n"));
        }
        is_first = false;
        watched.wait();
    }
}

/// When a file was changed last, and its length; nothing where it is gone.
type Stamp = Option<(SystemTime, u64)>;

/// What each fixture was made of when it last ran.
#[derive(Default)]
struct Watched {
    /// By the fixture, the files that it read.
    fixtures: FxHashMap<PathBuf, Vec<(PathBuf, Stamp)>>,
    /// The folders of all these files, in which new ones may come up.
    folders: Vec<(PathBuf, Stamp)>,
}

impl Watched {
    /// Whether the fixture has not run yet, or something that it read is not what it was.
    fn has_changed(&self, fixture: &Path) -> bool {
        let files = self.fixtures.get(fixture);
        files.is_none_or(|files| files.iter().any(is_other))
    }

    fn remember(&mut self, opened: &Opened, report: &TestReport) {
        for file in &report.files {
            let path = file.file.path();
            let identity = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            let rules = file.rule_files.iter().map(|rules| rules.identity.clone());
            let read: Vec<(PathBuf, Stamp)> = std::iter::once(identity.clone())
                .chain(rules)
                .map(|path| (path.clone(), stamp(&path)))
                .collect();
            self.fixtures.insert(identity, read);
        }
        let all = opened.fixtures(None);
        let still_there: FxHashSet<&Path> = all.iter().map(|(f, _)| f.identity.as_path()).collect();
        self.fixtures
            .retain(|path, _| still_there.contains(path.as_path()));
        let files = self.fixtures.values().flatten();
        let folders: FxHashSet<&Path> = files.filter_map(|(path, _)| path.parent()).collect();
        let folders = folders.into_iter();
        self.folders = folders.map(|path| (path.to_owned(), stamp(path))).collect();
    }

    /// Waits until something is not what it was.
    fn wait(&self) {
        loop {
            std::thread::sleep(PAUSE);
            let mut all = self.fixtures.values().flatten().chain(&self.folders);
            if all.any(is_other) {
                return;
            }
        }
    }
}

fn is_other((path, before): &(PathBuf, Stamp)) -> bool {
    stamp(path) != *before
}

fn stamp(path: &Path) -> Stamp {
    let metadata = path.metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
