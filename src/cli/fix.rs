//! `rulecheck check --fix` and `--diff`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Verdict;
use super::arguments::CheckArguments;
use super::check::{Asked, Checked, look, unusable};
use super::output::Output;
use crate::diagnostic::{Diagnostic, Fix, Mended, mend};
use crate::lint::Levels;
use crate::project::{self, IssueKind, Project, ProjectFile, Texts};
use crate::report;
use crate::source::{SourceFile, read_file, write_file};
use crate::target::Target;

/// How often the findings of a text that was mended are mended again. Fixes that collide need two rounds; more than a few
/// are needed by fixes only that undo each other.
const ROUNDS: usize = 10;

/// What fixes make of the files, before anything is written.
pub(super) struct Mending {
    files: BTreeMap<PathBuf, File>,
    /// What standard input has become.
    stdin: Option<Arc<SourceFile>>,
    /// How many findings are mended.
    pub count: usize,
}

struct File {
    /// As shown to people.
    path: PathBuf,
    old: Arc<SourceFile>,
    new: Arc<SourceFile>,
}

impl Mending {
    /// Looks at the files and mends them, in memory, until there is nothing left that can be mended.
    pub fn new(
        arguments: &CheckArguments,
        levels: &Levels,
        asked: &Asked,
        output: &Output,
    ) -> Result<Self, Verdict> {
        let mut mending = Self {
            files: BTreeMap::new(),
            stdin: asked.stdin.clone(),
            count: 0,
        };
        // What a revision of git says of lines holds for the files as they are.
        let rounds = match arguments.known.changed_since {
            Some(_) => 1,
            None => ROUNDS,
        };
        for _ in 0..rounds {
            let asked = Asked {
                paths: asked.paths.clone(),
                stdin: mending.stdin.clone(),
            };
            let texts = mending.texts();
            let (projects, checked) = look(arguments, levels, &asked, &texts, true, output)?;
            if !mending.round(&projects, &checked) {
                break;
            }
        }
        Ok(mending)
    }

    fn texts(&self) -> Texts {
        let files = self.files.iter();
        files
            .map(|(identity, file)| (identity.clone(), Arc::clone(&file.new)))
            .collect()
    }

    /// Whether anything was mended.
    fn round(&mut self, projects: &[Project], checked: &Checked) -> bool {
        let mut fixes: FxHashMap<&Path, Vec<&Fix>> = FxHashMap::default();
        for found in &checked.diagnostics {
            if let Diagnostic {
                fix: Some(fix),
                location,
                ..
            } = found
            {
                fixes.entry(location.file.path()).or_default().push(fix);
            }
        }
        let before = self.count;
        for project in projects {
            let files = project.environments.iter().flat_map(|e| &e.files);
            for file in files.filter(|file| !file.is_decoded) {
                // A file of several environments is mended once.
                let Some(fixes) = fixes.remove(file.file.path()) else {
                    continue;
                };
                let mended = mend_file(file, &fixes, &project.target);
                if mended.count > 0 {
                    self.count += mended.count;
                    self.keep(file, mended.text);
                }
            }
        }
        self.count > before
    }

    fn keep(&mut self, file: &ProjectFile, text: String) {
        let path = file.file.path();
        let new = SourceFile::new(path, text);
        if let Some(stdin) = self.stdin.as_mut().filter(|stdin| stdin.path() == path) {
            *stdin = Arc::clone(&new);
        }
        let known = self.files.entry(file.identity.clone());
        let known = known.or_insert_with(|| File {
            path: path.to_owned(),
            old: Arc::clone(&file.file),
            new: Arc::clone(&file.file),
        });
        known.new = new;
    }

    fn changed(&self) -> impl Iterator<Item = (&Path, &File)> {
        let files = self.files.iter();
        files
            .filter(|(_, file)| file.old.text() != file.new.text())
            .map(|(identity, file)| (identity.as_path(), file))
    }

    /// Prints what would change. As with other linters that is a failure, so that a build server can ask for it.
    pub fn show(&self, output: &Output) -> Verdict {
        let mut verdict = Verdict::Clean;
        for (_, file) in self.changed() {
            let (old, new) = (file.old.text(), file.new.text());
            output.print(&report::unified_diff(&file.path, old, new, output.style()));
            verdict = Verdict::Findings;
        }
        if verdict == Verdict::Findings {
            output.complain(&format!(
                "{} can be fixed\n",
                report::findings_count(self.count)
            ));
        }
        verdict
    }

    /// Writes the files, each whole or not at all. A symbolic link stays one.
    pub fn write(&self) -> Result<(), String> {
        let stdin = self.stdin.as_ref().map(|stdin| stdin.path());
        for (identity, file) in self.changed().filter(|(_, file)| stdin != Some(&file.path)) {
            let path = file.path.display();
            let now =
                read_file(identity).map_err(|error| format!("cannot write {path}: {error}"))?;
            if now.text() != file.old.text() {
                return Err(format!(
                    "{path} has changed while it was looked at: nothing written to it"
                ));
            }
            write_file(identity, file.new.text())
                .map_err(|error| format!("cannot write {path}: {error}"))?;
        }
        Ok(())
    }

    /// Prints what standard input has become.
    pub fn print_stdin(&self, output: &Output) {
        if let Some(stdin) = &self.stdin {
            output.print(stdin.text());
        }
    }

    /// The files as they are after writing.
    pub fn asked(&self, asked: &Asked) -> Asked {
        Asked {
            paths: asked.paths.clone(),
            stdin: self.stdin.clone(),
        }
    }
}

/// `--diff`
pub(super) fn diff(
    arguments: &CheckArguments,
    levels: &Levels,
    asked: &Asked,
    output: &Output,
) -> Verdict {
    match Mending::new(arguments, levels, asked, output) {
        Ok(mending) => mending.show(output),
        Err(verdict) => verdict,
    }
}

/// `--fix`, up to telling what is left: what is to be looked at then, and how many findings are mended.
pub(super) fn fix(
    arguments: &CheckArguments,
    levels: &Levels,
    asked: &Asked,
    output: &Output,
) -> Result<(Asked, usize), Verdict> {
    let mending = Mending::new(arguments, levels, asked, output)?;
    mending.write().map_err(|error| unusable(&error, output))?;
    mending.print_stdin(output);
    Ok((mending.asked(asked), mending.count))
}

/// All fixes at once where the file can be loaded as well as before then, else those of them with which it can.
fn mend_file(file: &ProjectFile, fixes: &[&Fix], target: &Target) -> Mended {
    let text = file.file.text();
    let all = mend(text, fixes);
    if loads_as_well(file, &all.text, target) {
        return all;
    }
    let mut kept: Vec<&Fix> = Vec::new();
    let mut best = mend(text, &kept);
    for fix in fixes {
        kept.push(fix);
        let with = mend(text, &kept);
        if with.count > best.count && loads_as_well(file, &with.text, target) {
            best = with;
        } else {
            kept.pop();
        }
    }
    best
}

/// Whether nothing is wrong with the text that is not wrong with the file.
fn loads_as_well(file: &ProjectFile, text: &str, target: &Target) -> bool {
    let source = SourceFile::new(file.file.path(), text);
    let loaded = project::load(&source, file.identity.clone(), target, false);
    let mut known: FxHashMap<&str, usize> = FxHashMap::default();
    let wrong = |file: &'_ ProjectFile| -> Vec<String> {
        let issues = file.issues.iter();
        let issues = issues.filter(|issue| issue.kind != IssueKind::Notice);
        issues.map(|issue| issue.message.clone()).collect()
    };
    let before = wrong(file);
    for message in &before {
        *known.entry(message).or_default() += 1;
    }
    let is_new = |message: String| match known.get_mut(message.as_str()) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    };
    loaded.is_known == file.is_known && !wrong(&loaded).into_iter().any(is_new)
}
