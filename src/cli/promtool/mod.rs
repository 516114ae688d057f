//! `rulecheck promtool …`: promtool's arguments, exit codes and streams, so that a pipeline can swap the binary.

mod config;
mod junit;
mod metrics;
mod rules;
mod test;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::output::Output;
use super::promtool_arguments::{Check, Promtool, PromtoolArguments, Test};
use crate::target::Target;

/// What promtool allows a query in a unit test.
const MAX_SAMPLES: u64 = 10_000;
const FAILURE: u8 = 1;
/// Only lints found something, and `--lint-fatal` was given.
const LINTS_ONLY: u8 = 3;

pub(super) fn run(arguments: &PromtoolArguments, output: &Output) -> ExitCode {
    let mut target = Target {
        max_samples: MAX_SAMPLES,
        extensions: false,
        ignore_unknown_fields: arguments.ignore_unknown_fields,
        ..Target::default()
    };
    target.prometheus = arguments.target_prometheus.unwrap_or(target.prometheus);
    for flag in &arguments.enable_feature {
        if !target.features.enable(flag) {
            output.print(&format!(
                "  WARNING: Unknown option for --enable-feature: \"{flag}\"\n"
            ));
        }
    }
    let code = match &arguments.command {
        Promtool::Check(check) => match &check.command {
            Check::Rules(arguments) => rules::check(arguments, &target, output),
            Check::Config(arguments) => config::check(arguments, check.lookback, &target, output),
            Check::Metrics => metrics::check(check.extended, &target, output),
        },
        Promtool::Test(test) => match &test.command {
            Test::Rules(rules) => test::run(rules, test.junit.as_deref(), target, output),
        },
    };
    ExitCode::from(code)
}

/// Whether all files are there; promtool looks before it does anything.
fn all_exist(paths: &[PathBuf], output: &Output) -> bool {
    let missing = paths.iter().find(|path| !path.exists());
    if let Some(path) = missing {
        let path = path.display();
        output.complain(&format!(
            "promtool: error: path '{path}' does not exist, try --help\n"
        ));
    }
    missing.is_none()
}

/// The folder of a file, as promtool joins it with the paths in the file.
fn beside(file: &Path, path: &str) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new(""));
    match folder.as_os_str().is_empty() {
        true => PathBuf::from(path),
        false => folder.join(path),
    }
}
