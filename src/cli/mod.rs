//! The command line: one file per subcommand. Only this room prints and exits.

mod arguments;
mod check;
mod output;
mod promtool;
mod promtool_arguments;
mod test;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use output::Output;

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

/// Runs the command with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.color);
    let verdict = match &arguments.command {
        Command::Promtool(arguments) => return promtool::run(arguments, &output),
        Command::Check(check) => check::run(check, &output),
        Command::Test(test) => test::run(test, &output),
        Command::Verify(verify) => verify::run(verify, &output),
    };
    ExitCode::from(verdict as u8)
}
