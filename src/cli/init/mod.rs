//! `rulecheck init`: settings for what lies in a folder.

mod books;
mod compose;
mod found;
mod text;

use std::path::Path;

use super::Verdict;
use super::arguments::InitArguments;
use super::check::{refuse, unusable};
use super::output::Output;
use crate::project::{self, Choice};
use crate::source::write_file;
use found::Found;

/// The file that is written.
const NAME: &str = "rulecheck.yaml";

/// Looks at the folder and writes settings. Nobody is asked, and nothing is written over without being told to.
pub(super) fn run(arguments: &InitArguments, output: &Output) -> Verdict {
    let folder = &arguments.folder;
    if !folder.is_dir() {
        return unusable(&format!("{} is no folder", folder.display()), output);
    }
    let path = project::tidy(folder.join(NAME));
    if let Some(there) = settings_in(folder).filter(|_| !arguments.force && !arguments.stdout) {
        let there = there.display();
        return unusable(
            &format!(
                "{there} is there already; --force writes over it, --stdout only shows the settings"
            ),
            output,
        );
    }
    let choice = Choice {
        isolated: true,
        ..Choice::default()
    };
    let projects = match project::open(std::slice::from_ref(folder), None, &choice) {
        Ok(projects) => projects,
        Err(errors) => return refuse(&errors, output),
    };
    let found = Found::new(folder, &projects);
    let text = text::settings(&found);
    if arguments.stdout {
        output.print(&text);
        return Verdict::Clean;
    }
    match write_file(&path, &text) {
        Ok(()) => {
            output.print(&format!(
                "wrote {}: {}\nlook through it, then run `rulecheck check`\n",
                path.display(),
                found.summary()
            ));
            Verdict::Clean
        }
        Err(error) => unusable(&format!("cannot write {}: {error}", path.display()), output),
    }
}

/// The settings that lie in the folder itself.
fn settings_in(folder: &Path) -> Option<std::path::PathBuf> {
    let path = project::settings_for(folder)?;
    (path.parent() == Some(folder)).then(|| project::tidy(path))
}
