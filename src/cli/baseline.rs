use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::arguments::KnownArguments;
use super::check::Checked;
use super::output::Output;
use super::traps::TEMPLATE_ERROR;
use crate::baseline::{Baseline, Key, Leftover, relative};
use crate::diagnostic::Diagnostic;
use crate::lint::{self, Levels};
use crate::project::{self, Project};
use crate::source::{ReadError, read_file, write_file};

/// The baselines that hold for the files of a run: that of the command line for all, or those of the settings.
pub(super) struct Baselines {
    list: Vec<File>,
    /// Which of them holds for a file, by its name as shown.
    of_file: FxHashMap<PathBuf, usize>,
}

struct File {
    /// As shown to people.
    path: PathBuf,
    /// Its folder, without symbolic links.
    folder: PathBuf,
    baseline: Baseline,
}

impl Baselines {
    /// Reads the baselines; with `--write-baseline` those that are not there yet are empty.
    pub fn read(arguments: &KnownArguments, projects: &[Project]) -> Result<Self, String> {
        let mut baselines = Self {
            list: Vec::new(),
            of_file: FxHashMap::default(),
        };
        if arguments.no_baseline {
            return Ok(baselines);
        }
        for project in projects {
            let by_settings = project.settings.baseline.as_ref();
            let by_settings = by_settings.map(|path| project::tidy(project.root.join(path)));
            let Some(path) = arguments.baseline.clone().or(by_settings) else {
                continue;
            };
            let place = match baselines.list.iter().position(|file| file.path == path) {
                Some(place) => place,
                None => {
                    baselines
                        .list
                        .push(File::read(path, arguments.write_baseline)?);
                    baselines.list.len() - 1
                }
            };
            let names = files(project).map(|(name, _)| (name, place));
            baselines.of_file.extend(names);
        }
        if arguments.write_baseline && baselines.list.is_empty() {
            return Err(
                "no file to write to: name it with --baseline FILE, or with `baseline` in the settings"
                    .to_owned(),
            );
        }
        Ok(baselines)
    }

    /// Takes out the findings that are known.
    pub fn apply(&mut self, checked: &mut Checked) {
        let before = checked.diagnostics.len();
        checked.diagnostics.retain(|found| {
            let Some(file) = self.of(found) else {
                return true;
            };
            let key = file.key(found);
            !file.baseline.hides(&key)
        });
        checked.hidden = before - checked.diagnostics.len();
    }

    /// How many of them were found while walking, and are counted as files of another kind.
    pub fn skipped(&self, projects: &[Project]) -> usize {
        let unknown = projects.iter().filter(|project| project.skipped > 0);
        let asked = unknown.flat_map(|project| &project.asked);
        let own: FxHashSet<PathBuf> = self.list.iter().map(|file| identity(&file.path)).collect();
        asked.filter(|identity| own.contains(*identity)).count()
    }

    /// Writes the present findings. What is known of files and lints that this run was not about stays.
    pub fn write(mut self, checked: &Checked, scope: &Scope<'_>) -> Result<String, String> {
        let mut fresh: Vec<Baseline> = self.list.iter().map(|_| Baseline::default()).collect();
        for found in &checked.diagnostics {
            if let Some(&place) = self.of_file.get(found.location.file.path()) {
                fresh[place].add(self.list[place].key(found), 1);
            }
        }
        let mut told = String::new();
        for (file, mut fresh) in self.list.iter_mut().zip(fresh) {
            fresh.keep(&file.baseline, |key| !scope.judges(file, key));
            let path = file.path.display();
            write_file(&file.path, &fresh.print())
                .map_err(|error| format!("cannot write {path}: {error}"))?;
            let count = fresh.len();
            let noun = if count == 1 { "finding" } else { "findings" };
            told.push_str(&format!("wrote {path}: {count} {noun}\n"));
        }
        Ok(told)
    }

    /// Tells which entries have nothing to hide any more.
    pub fn tell_leftovers(&self, scope: &Scope<'_>, output: &Output) {
        for file in &self.list {
            let left = file.baseline.leftovers();
            let left: Vec<Leftover<'_>> =
                left.filter(|left| scope.judges(file, left.key)).collect();
            if left.is_empty() {
                continue;
            }
            let (count, path) = (left.len(), file.path.display());
            let entries = if count == 1 {
                "1 entry hides"
            } else {
                &format!("{count} entries hide")
            };
            let mut text = format!(
                "note: {path}: {entries} more than there is; --write-baseline makes it anew\n"
            );
            for Leftover { key, known, seen } in left {
                let rule = key.rule.as_ref().map(|rule| format!(" in {rule}"));
                text.push_str(&format!(
                    "  {}: {}{}: {}",
                    key.path,
                    key.lint,
                    rule.unwrap_or_default(),
                    key.message
                ));
                if seen > 0 {
                    text.push_str(&format!(" ({seen} of {known} left)"));
                }
                text.push('\n');
            }
            output.complain(&text);
        }
    }

    fn of(&mut self, found: &Diagnostic) -> Option<&mut File> {
        let place = *self.of_file.get(found.location.file.path())?;
        self.list.get_mut(place)
    }
}

impl File {
    fn read(path: PathBuf, may_be_missing: bool) -> Result<Self, String> {
        let baseline = match read_file(&path) {
            Ok(file) => Baseline::read(&file)
                .map_err(|error| format!("{} is no baseline: {error}", path.display()))?,
            Err(ReadError::Io(error))
                if may_be_missing && error.kind() == std::io::ErrorKind::NotFound =>
            {
                Baseline::default()
            }
            Err(error) => {
                let hint = "; --write-baseline makes it";
                return Err(format!("cannot read {}: {error}{hint}", path.display()));
            }
        };
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = identity(folder.unwrap_or(Path::new(".")));
        Ok(Self {
            path,
            folder,
            baseline,
        })
    }

    fn key(&self, found: &Diagnostic) -> Key {
        let file = identity(found.location.file.path());
        Key::new(relative(&self.folder, &file), found)
    }
}

/// What a run was about, so that it can tell what is missing from what was not looked for.
pub(super) struct Scope<'s> {
    levels: &'s Levels,
    files: FxHashSet<PathBuf>,
    /// Whether tests ran, which have findings of their own.
    tests: bool,
}

impl<'s> Scope<'s> {
    pub fn new(projects: &[Project], levels: &'s Levels, tests: bool) -> Self {
        let files = projects.iter().flat_map(files);
        Self {
            levels,
            files: files.map(|(_, identity)| identity).collect(),
            tests,
        }
    }

    /// Whether the findings of an entry would have been found if they were still there.
    fn judges(&self, file: &File, key: &Key) -> bool {
        let path = file.folder.join(&key.path);
        let is_looked_at = match path.canonicalize() {
            Ok(path) => self.files.contains(&path),
            Err(_) => true,
        };
        let has_run = lint::find(&key.lint).is_none_or(|lint| self.levels.runs(lint));
        is_looked_at && has_run && (self.tests || key.lint != TEMPLATE_ERROR)
    }
}

/// The files that were asked for: name as shown, and path without symbolic links.
pub(super) fn files(project: &Project) -> impl Iterator<Item = (PathBuf, PathBuf)> {
    let files = project.environments.iter().flat_map(|e| &e.files);
    let files = files.filter(|file| project.asked.contains(&file.identity));
    files.map(|file| (file.file.path().to_owned(), file.identity.clone()))
}

fn identity(path: &Path) -> PathBuf {
    project::identity(path)
        .unwrap_or_else(|_| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}
