//! `amtool check-config`.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{FAILURE, complain, exists};
use crate::cli::amtool_arguments::CheckConfig;
use crate::cli::output::Output;
use crate::model::Kind;
use crate::project::{self, ProjectFile};
use crate::report::amtool::{found, refusal};
use crate::source::{ReadError, SourceFile, read_file, read_stdin};
use crate::target::Target;

/// What amtool calls standard input.
const STDIN: &str = "/dev/stdin";

pub(super) fn check(arguments: &CheckConfig, target: &Target, output: &Output) -> u8 {
    if !arguments
        .check_files
        .iter()
        .all(|path| exists(path, output))
    {
        return FAILURE;
    }
    if arguments.check_files.is_empty() && std::io::stdin().is_terminal() {
        complain(output, "Failed to read from standard input");
        return FAILURE;
    }
    let stdin = [PathBuf::from(STDIN)];
    let paths = match arguments.check_files.is_empty() {
        true => stdin.as_slice(),
        false => arguments.check_files.as_slice(),
    };
    let mut failed = 0;
    for path in paths {
        output.print(&format!("Checking '{}'", path.display()));
        failed += file(path, target, output);
        output.print("\n");
    }
    if failed > 0 {
        complain(output, &format!("failed to validate {failed} file(s)"));
        return FAILURE;
    }
    0
}

/// Tells of one file, and how many of it and its templates have failed.
fn file(path: &Path, target: &Target, output: &Output) -> u32 {
    let file = match read(path) {
        Ok(source) => project::load_as(Kind::Alertmanager, &source, path.to_owned(), target),
        Err(error) => {
            output.print(&format!("  FAILED: {error}\n"));
            return 1;
        }
    };
    if let Some(error) = refusal(&file) {
        output.print(&format!("  FAILED: {error}\n"));
        return 1;
    }
    output.print(&format!("  SUCCESS\n{}", found(&file)));
    templates(&file, output)
}

fn templates(file: &ProjectFile, output: &Output) -> u32 {
    let Some(alertmanager) = &file.alertmanager else {
        return 0;
    };
    if alertmanager.config.templates.is_empty() {
        return 0;
    }
    match alertmanager.templates.refusal() {
        Some(error) => {
            output.print(&format!("  FAILED: {error}\n"));
            1
        }
        None => {
            output.print("  SUCCESS\n");
            0
        }
    }
}

fn read(path: &Path) -> Result<Arc<SourceFile>, ReadError> {
    match path == Path::new(STDIN) {
        true => read_stdin(path),
        false => read_file(path),
    }
}
