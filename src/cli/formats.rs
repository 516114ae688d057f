use std::path::{Path, PathBuf};

use super::arguments::{FailOn, FindingFormat, OutputArguments, Sink};
use super::check::Checked;
use super::output::Output;
use crate::diagnostic::Level;
use crate::harness::TestReport;
use crate::report::{self, Style};
use crate::source::write_file;

/// How text is laid out in a file.
const IN_FILES: Style = Style {
    color: false,
    width: 80,
};

/// What a run has found out.
pub(super) struct Results<'r> {
    pub checked: &'r Checked,
    /// The results of the tests, where there were any.
    pub tested: Option<&'r TestReport>,
    pub fail_on: FailOn,
    pub quiet: bool,
    /// Whether standard output is the text of standard input, mended.
    pub is_mended_stdin: bool,
}

/// Where the results go.
#[derive(Debug)]
pub(super) struct Sinks {
    stdout: Option<FindingFormat>,
    files: Vec<(FindingFormat, PathBuf)>,
}

impl Sinks {
    /// The places that the arguments name. Two formats in one place, or a file in no folder, are errors.
    pub fn new(arguments: &OutputArguments) -> Result<Self, String> {
        let mut sinks = Self {
            stdout: arguments.format,
            files: Vec::new(),
        };
        for Sink { format, file } in &arguments.output {
            if file == Path::new("-") {
                if sinks.stdout.replace(*format).is_some() {
                    return Err(
                        "two formats for standard output: write one of them to a file".to_owned(),
                    );
                }
            } else if sinks.files.iter().any(|(_, known)| known == file) {
                return Err(format!("two formats for {}", file.display()));
            } else {
                writable(file)?;
                sinks.files.push((*format, file.clone()));
            }
        }
        sinks.stdout.get_or_insert(FindingFormat::Text);
        Ok(sinks)
    }

    /// Writes the files, then standard output; nothing goes there where a file could not be written.
    /// Where standard output holds a text that was mended, people are told on standard error.
    pub fn write(&self, results: &Results<'_>, output: &Output) -> Result<(), String> {
        for (format, file) in &self.files {
            let text = results.shown(*format, IN_FILES);
            write_file(file, &text)
                .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        }
        if let Some(format) = self.stdout {
            let shown = results.shown(format, output.style());
            if results.is_mended_stdin {
                output.complain(&shown);
            } else {
                output.print(&shown);
            }
        }
        Ok(())
    }
}

/// Says before the work is done that a file could not be written after it.
fn writable(file: &Path) -> Result<(), String> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(format!(
            "cannot write {}: there is no folder {}",
            file.display(),
            folder.display()
        )),
        _ if file.is_dir() => Err(format!("cannot write {}: it is a folder", file.display())),
        _ => Ok(()),
    }
}

impl Results<'_> {
    /// The text of a format. Formats that know findings only leave the results of tests out.
    fn shown(&self, format: FindingFormat, style: Style) -> String {
        let found = &self.checked.diagnostics;
        match format {
            FindingFormat::Text => self.text(style),
            FindingFormat::Json => self.json(),
            FindingFormat::Jsonl => report::findings_jsonl(found, &self.checked.suppressed),
            FindingFormat::Sarif => report::findings_sarif(found, &self.checked.suppressed),
            FindingFormat::Github => self.github(),
            FindingFormat::Gitlab => report::findings_gitlab(found),
            FindingFormat::Checkstyle => report::findings_checkstyle(found, &self.checked.names),
            FindingFormat::Junit => {
                let fails = |level: Level| self.fail_on.is_reached_by(level);
                report::findings_junit(found, &self.checked.names, &fails, self.tested)
            }
        }
    }

    fn text(&self, style: Style) -> String {
        let mut text = report::diagnostics_text(&self.checked.diagnostics, style);
        if let Some(tested) = self.tested {
            text.push_str(&report::tests_text(tested, style, self.quiet));
        }
        if !self.quiet {
            text.push_str(&self.checked.summary());
            text.push('\n');
            if let Some(tested) = self.tested {
                text.push_str(&report::test_summary(tested));
                text.push('\n');
            }
        }
        text
    }

    fn json(&self) -> String {
        let check = self.checked.json();
        match self.tested {
            None => report::json::print(&check),
            Some(tested) => {
                let test = report::json::test_run(tested, None);
                report::json::print(&report::json::verify_report(check, test))
            }
        }
    }

    fn github(&self) -> String {
        let mut text = report::findings_github(&self.checked.diagnostics);
        if !self.quiet {
            text.push_str(&self.checked.summary());
            text.push('\n');
        }
        if let Some(tested) = self.tested {
            text.push_str(&report::tests_github(tested, self.quiet));
        }
        text
    }
}
