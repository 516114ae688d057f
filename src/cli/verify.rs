use std::path::PathBuf;

use super::Verdict;
use super::arguments::VerifyArguments;
use super::baseline::Scope;
use super::check::{Checked, choice, levels, refuse, unusable};
use super::fixtures;
use super::formats::{Results, Sinks};
use super::output::Output;
use super::{test, traps};
use crate::harness::{self, Run};
use crate::project::{self, Choice};

/// `rulecheck verify`: check and test over the whole project, from the folder of its settings down.
pub(super) fn run(arguments: &VerifyArguments, output: &Output) -> Verdict {
    let sinks = match Sinks::new(&arguments.output) {
        Ok(sinks) => sinks,
        Err(error) => return unusable(&error, output),
    };
    let Some(levels) = levels(&arguments.lints, &arguments.known, output) else {
        return Verdict::Unusable;
    };
    let choice = Choice {
        reads_pipes: true,
        ..choice(&arguments.settings)
    };
    let projects = match project::open(&[project_root(arguments)], None, &choice) {
        Ok(projects) => projects,
        Err(errors) => return refuse(&errors, output),
    };
    let mut checked = Checked::new(&projects, &levels);
    if checked.is_empty() {
        output.error("nothing to verify here: no rules, configuration or fixtures");
        return Verdict::Unusable;
    }
    let tested = harness::run(&Run {
        rules: fixtures::rules_of_fixtures(&projects),
        environments: fixtures::environments(&projects),
        ..Run::new(fixtures::all_fixtures(&projects))
    });
    // The other traps are findings of the check.
    let failed_templates = traps::of_templates(&projects, &tested, &levels);
    checked.add(failed_templates);
    let scope = Scope::new(&projects, &levels, true);
    let quiet = arguments.output.quiet;
    if let Some(verdict) = checked.leave_out(&arguments.known, &projects, &scope, quiet, output) {
        return verdict;
    }
    let results = Results {
        checked: &checked,
        tested: Some(&tested),
        fail_on: arguments.lints.fail_on,
        quiet,
        is_mended_stdin: false,
    };
    if let Err(error) = sinks.write(&results, output) {
        return unusable(&error, output);
    }
    checked
        .verdict(&arguments.lints)
        .max(test::verdict(&tested))
}

/// The folder of the nearest settings file upwards, or the current folder.
fn project_root(arguments: &VerifyArguments) -> PathBuf {
    let here = PathBuf::from(".");
    if arguments.settings.isolated || arguments.settings.config.is_some() {
        return here;
    }
    let found = std::env::current_dir()
        .ok()
        .and_then(|current| project::settings_for(&current));
    found
        .and_then(|file| Some(file.parent()?.to_owned()))
        .filter(|folder| std::env::current_dir().ok().as_deref() != Some(folder))
        .unwrap_or(here)
}
