use clap::CommandFactory as _;

use super::Verdict;
use super::arguments::{Arguments, CompletionsArguments};
use super::output::Output;

/// `rulecheck completions`: a script that a shell reads to complete our arguments.
pub(super) fn run(arguments: &CompletionsArguments, output: &Output) -> Verdict {
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "rulecheck", &mut script);
    output.print(&String::from_utf8_lossy(&script));
    Verdict::Clean
}
