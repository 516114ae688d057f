//! The command line: one file per subcommand. Only this room prints and exits.

mod amtool;
mod amtool_arguments;
mod arguments;
mod baseline;
mod changed;
mod check;
mod completions;
mod coverage;
mod explain;
mod fix;
mod fixtures;
mod formats;
mod init;
mod man;
mod new;
mod output;
mod progress;
mod promtool;
mod promtool_arguments;
mod route;
mod simulate;
mod test;
mod today;
mod traps;
mod update;
mod verify;
mod watch;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use output::Output;

/// The programs whose place rulecheck takes, as a subcommand or through a link of that name.
const STAND_INS: [&str; 2] = ["promtool", "amtool"];

/// How a run ends. The numbers are the exit codes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Verdict {
    /// Nothing at or above the threshold; every test passed.
    Clean = 0,
    /// Findings, or failed tests.
    Findings = 1,
    /// The arguments, the settings or the files could not be used.
    Unusable = 2,
}

/// The words of the command line. Called through a link named `promtool`, the program is promtool, and so for `amtool`.
fn words() -> Vec<OsString> {
    let mut words: Vec<OsString> = std::env::args_os().collect();
    let name = words.first().and_then(|name| Path::new(name).file_stem());
    let stand_in = STAND_INS
        .iter()
        .find(|known| name.is_some_and(|name| name == **known));
    if let Some(name) = stand_in {
        words.insert(1, (*name).into());
    }
    words
}

/// Help and version are no errors. promtool and amtool say 1 where rulecheck says 2.
fn usage_code(error: &clap::Error, words: &[OsString]) -> ExitCode {
    let is_stand_in = words
        .get(1)
        .is_some_and(|word| STAND_INS.iter().any(|name| word == name));
    match (error.use_stderr(), is_stand_in) {
        (false, _) => ExitCode::SUCCESS,
        (true, true) => ExitCode::from(Verdict::Findings as u8),
        (true, false) => ExitCode::from(Verdict::Unusable as u8),
    }
}

/// Runs the command with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let words = words();
    let arguments = match Arguments::try_parse_from(&words) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Where nobody reads what is printed, there is nothing left to do.
            let _ = error.print();
            return usage_code(&error, &words);
        }
    };
    let output = Output::new(arguments.color);
    let verdict = match &arguments.command {
        Command::Promtool(arguments) => return promtool::run(arguments, &output),
        Command::Amtool(arguments) => return amtool::run(arguments, &output),
        Command::Check(check) => check::run(check, &output),
        Command::Test(test) => test::run(test, &output),
        Command::Verify(verify) => verify::run(verify, &output),
        Command::Simulate(simulate) => simulate::run(simulate, &output),
        Command::Route(route) => route::run(route, &output),
        Command::Init(init) => init::run(init, &output),
        Command::New(new) => new::run(new, &output),
        Command::Explain(explain) => explain::run(explain, &output),
        Command::Completions(shell) => completions::run(shell, &output),
        Command::Man(man) => man::run(man, &output),
    };
    ExitCode::from(verdict as u8)
}
