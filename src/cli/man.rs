use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::Verdict;
use super::arguments::{Arguments, ManArguments};
use super::output::Output;
use crate::source::write_file;

/// A manual page: the name of its file, and its text as `roff`.
struct Page {
    name: String,
    text: String,
}

/// `rulecheck man`: the page of the program, or all pages as files.
pub(super) fn run(arguments: &ManArguments, output: &Output) -> Verdict {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &arguments.output else {
        output.print(&page(command).text);
        return Verdict::Clean;
    };
    let mut all = Vec::new();
    pages(command, &mut all);
    match write(folder, &all) {
        Ok(()) => {
            output.print(&format!(
                "wrote {} pages to {}\n",
                all.len(),
                folder.display()
            ));
            Verdict::Clean
        }
        Err(error) => {
            output.error(&error);
            Verdict::Unusable
        }
    }
}

/// The pages of a command and of all below it.
fn pages(command: Command, all: &mut Vec<Page>) {
    for below in command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
    {
        pages(below.clone(), all);
    }
    all.push(page(command));
}

fn page(command: Command) -> Page {
    let version = format!("rulecheck {}", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command).source(version);
    let mut text = Vec::new();
    // Writing into memory cannot fail.
    let _ = man.render(&mut text);
    Page {
        name: man.get_filename(),
        text: String::from_utf8_lossy(&text).into_owned(),
    }
}

fn write(folder: &Path, pages: &[Page]) -> Result<(), String> {
    if !folder.is_dir() {
        return Err(format!("there is no folder {}", folder.display()));
    }
    for page in pages {
        let file = folder.join(&page.name);
        write_file(&file, &page.text)
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(())
}
