use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Verdict;
use super::arguments::{CheckArguments, KnownArguments, LintArguments, SettingsArguments};
use super::baseline::{Baselines, Scope};
use super::changed;
use super::fix;
use super::formats::{Results, Sinks};
use super::output::Output;
use super::today;
use crate::diagnostic::Diagnostic;
use crate::lint::{self, Levels};
use crate::project::{self, Choice, OpenError, Project, Texts};
use crate::report;
use crate::source::{SourceFile, read_stdin};

/// `rulecheck check`
pub(super) fn run(arguments: &CheckArguments, output: &Output) -> Verdict {
    let sinks = match Sinks::new(&arguments.output) {
        Ok(sinks) => sinks,
        Err(error) => return unusable(&error, output),
    };
    let Some(levels) = levels(&arguments.lints, &arguments.known, output) else {
        return Verdict::Unusable;
    };
    let (paths, stdin) = match inputs(&arguments.paths, arguments.stdin_filename.as_deref()) {
        Ok(inputs) => inputs,
        Err(error) => return refuse(&[error], output),
    };
    let mut asked = Asked { paths, stdin };
    if arguments.diff {
        return fix::diff(arguments, &levels, &asked, output);
    }
    let mut fixed = 0;
    if arguments.fix {
        (asked, fixed) = match fix::fix(arguments, &levels, &asked, output) {
            Ok(done) => done,
            Err(verdict) => return verdict,
        };
    }
    let quiet = arguments.output.quiet;
    let looked = look(arguments, &levels, &asked, &Texts::default(), quiet, output);
    let (projects, mut found) = match looked {
        Ok(looked) => looked,
        Err(verdict) => return verdict,
    };
    found.fixed = fixed;
    let results = Results {
        checked: &found,
        tested: None,
        fail_on: arguments.lints.fail_on,
        quiet,
        is_mended_stdin: arguments.fix && asked.stdin.is_some(),
    };
    if let Err(error) = sinks.write(&results, output) {
        return unusable(&error, output);
    }
    let verdict = found.verdict(&arguments.lints);
    // The process is about to end: taking apart every tree of a large project would only cost time.
    std::mem::forget(projects);
    verdict
}

/// What a check is about.
pub(super) struct Asked {
    pub paths: Vec<PathBuf>,
    pub stdin: Option<Arc<SourceFile>>,
}

/// Opens and lints, and leaves out what is not to be told. `texts` are what files are taken to hold.
pub(super) fn look(
    arguments: &CheckArguments,
    levels: &Levels,
    asked: &Asked,
    texts: &Texts,
    is_quiet: bool,
    output: &Output,
) -> Result<(Vec<Project>, Checked), Verdict> {
    let choice = choice(&arguments.settings);
    let projects = project::open_with(&asked.paths, asked.stdin.clone(), texts, &choice)
        .map_err(|errors| refuse(&errors, output))?;
    let mut found = Checked::new(&projects, levels);
    let scope = Scope::new(&projects, levels, false);
    match found.leave_out(&arguments.known, &projects, &scope, is_quiet, output) {
        Some(verdict) => Err(verdict),
        None => Ok((projects, found)),
    }
}

/// The findings of all projects.
pub(super) struct Checked {
    pub diagnostics: Vec<Diagnostic>,
    /// The findings that a directive keeps from being told.
    pub suppressed: Vec<Diagnostic>,
    /// The files of known kinds that were asked for, in order, as shown to people.
    pub names: Vec<PathBuf>,
    /// How many findings were mended before.
    pub fixed: usize,
    /// How many findings a baseline hides.
    pub hidden: usize,
    /// How many findings are left out because they are about lines that have not changed.
    pub unchanged: usize,
    files: usize,
    skipped: usize,
}

impl Checked {
    pub fn new(projects: &[Project], levels: &Levels) -> Self {
        let mut diagnostics = Vec::new();
        let mut suppressed = Vec::new();
        for project in projects {
            let found = lint::run_all(project, levels);
            diagnostics.extend(found.told);
            suppressed.extend(found.suppressed);
        }
        Self {
            diagnostics,
            suppressed,
            names: names(projects),
            fixed: 0,
            hidden: 0,
            unchanged: 0,
            files: projects.iter().map(|p| p.asked.len() - p.skipped).sum(),
            skipped: projects.iter().map(|p| p.skipped).sum(),
        }
    }

    /// Adds findings that came up elsewhere.
    pub fn add(&mut self, found: Vec<Diagnostic>) {
        let (suppressed, told): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|found| found.suppression.is_some());
        self.suppressed.extend(suppressed);
        self.diagnostics.extend(told);
    }

    /// Takes out what is known. Where the known findings are to be written, or cannot be read, that is all.
    pub fn leave_out(
        &mut self,
        arguments: &KnownArguments,
        projects: &[Project],
        scope: &Scope<'_>,
        is_quiet: bool,
        output: &Output,
    ) -> Option<Verdict> {
        let mut baselines = match Baselines::read(arguments, projects) {
            Ok(baselines) => baselines,
            Err(error) => return Some(unusable(&error, output)),
        };
        if arguments.write_baseline {
            return Some(match baselines.write(self, scope) {
                Ok(told) => {
                    output.print(&told);
                    Verdict::Clean
                }
                Err(error) => unusable(&error, output),
            });
        }
        baselines.apply(self);
        self.skipped = self.skipped.saturating_sub(baselines.skipped(projects));
        if !is_quiet {
            baselines.tell_leftovers(scope, output);
        }
        if let Some(revision) = &arguments.changed_since
            && let Err(error) = changed::keep(revision, projects, self)
        {
            return Some(unusable(&format!("--changed-since: {error}"), output));
        }
        None
    }

    pub fn json(&self) -> report::json::CheckReport {
        let left_out = report::json::LeftOut {
            fixed: self.fixed,
            skipped: self.skipped,
            hidden: self.hidden,
            unchanged: self.unchanged,
        };
        report::json::check_report(&self.diagnostics, &self.suppressed, self.files, left_out)
    }

    /// Whether nothing was checked at all.
    pub fn is_empty(&self) -> bool {
        self.files == 0
    }

    /// `3 files checked: 1 error, 2 info (1 file of another kind skipped)`
    pub fn summary(&self) -> String {
        let plural = |count: usize| if count == 1 { "file" } else { "files" };
        let mut text = format!(
            "{} {} checked: {}",
            self.files,
            plural(self.files),
            report::count_line(&self.diagnostics)
        );
        let mut notes = Vec::new();
        if self.fixed > 0 {
            notes.push(format!("{} fixed", self.fixed));
        }
        if !self.suppressed.is_empty() {
            notes.push(format!("{} suppressed", self.suppressed.len()));
        }
        if self.hidden > 0 {
            notes.push(format!("{} hidden by the baseline", self.hidden));
        }
        if self.unchanged > 0 {
            notes.push(format!("{} in unchanged lines", self.unchanged));
        }
        if self.skipped > 0 {
            let (skipped, kind) = (self.skipped, plural(self.skipped));
            notes.push(format!("{skipped} {kind} of another kind skipped"));
        }
        if !notes.is_empty() {
            text.push_str(&format!(" ({})", notes.join(", ")));
        }
        text
    }

    pub fn verdict(&self, lints: &LintArguments) -> Verdict {
        let fails = |diagnostic: &Diagnostic| lints.fail_on.is_reached_by(diagnostic.level);
        if self.diagnostics.iter().any(fails) {
            Verdict::Findings
        } else {
            Verdict::Clean
        }
    }
}

fn names(projects: &[Project]) -> Vec<PathBuf> {
    let files = projects.iter().flat_map(|project| {
        let files = project.environments.iter().flat_map(|e| &e.files);
        files.filter(|file| file.is_known && project.asked.contains(&file.identity))
    });
    let mut names: Vec<PathBuf> = files.map(|file| file.file.path().to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

/// The paths without `-`, and standard input by its name if `-` is among them.
pub(super) fn inputs(
    paths: &[PathBuf],
    stdin_filename: Option<&Path>,
) -> Result<(Vec<PathBuf>, Option<Arc<SourceFile>>), OpenError> {
    let is_stdin = |path: &&PathBuf| path.as_path() == Path::new("-");
    if !paths.iter().any(|path| is_stdin(&path)) {
        return Ok((paths.to_vec(), None));
    }
    let name = stdin_filename.unwrap_or(Path::new("<stdin>"));
    let file = match read_stdin(name) {
        Ok(file) => file,
        Err(error) => {
            let path = name.to_owned();
            return Err(OpenError::Read { path, error });
        }
    };
    let others = paths.iter().filter(|path| !is_stdin(path));
    Ok((others.cloned().collect(), Some(file)))
}

pub(super) fn choice(arguments: &SettingsArguments) -> Choice {
    Choice {
        config: arguments.config.clone(),
        isolated: arguments.isolated,
        target_prometheus: arguments.target_prometheus,
        target_alertmanager: arguments.target_alertmanager,
        lints: lint::names().collect(),
        reads_pipes: false,
    }
}

/// The levels that the command line asks for; a name that no lint has is a usage error.
pub(super) fn levels(
    arguments: &LintArguments,
    known: &KnownArguments,
    output: &Output,
) -> Option<Levels> {
    let levels = Levels::new(&arguments.select, &arguments.ignore, &arguments.level);
    let levels = levels.map_err(|unknown| unknown.to_string());
    match levels.and_then(today::apply) {
        Ok(levels) if known.no_suppress => Some(levels.without_suppression()),
        Ok(levels) => Some(levels),
        Err(error) => {
            output.error(&error);
            None
        }
    }
}

/// Tells in one sentence why nothing could be done.
pub(super) fn unusable(error: &str, output: &Output) -> Verdict {
    output.error(error);
    Verdict::Unusable
}

/// Tells why nothing could be done.
pub(super) fn refuse(errors: &[OpenError], output: &Output) -> Verdict {
    for error in errors {
        match error {
            OpenError::Settings(diagnostic) => {
                let shown =
                    report::diagnostics_text(std::slice::from_ref(diagnostic), output.style());
                output.complain(&shown);
            }
            other => output.error(&other.to_string()),
        }
    }
    Verdict::Unusable
}
