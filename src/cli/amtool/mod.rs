//! `rulecheck amtool …`: amtool's arguments, output, exit codes and streams, so that a pipeline can swap the binary.

mod check_config;
mod render;
pub(super) mod routes;

use std::path::Path;
use std::process::ExitCode;

use super::amtool_arguments::{Amtool, AmtoolArguments, Config, Template};
use super::output::Output;
use crate::target::{MatcherMode, Target};

const FAILURE: u8 = 1;

pub(super) fn run(arguments: &AmtoolArguments, output: &Output) -> ExitCode {
    let mut target = Target::default();
    target.alertmanager = arguments.target_alertmanager.unwrap_or(target.alertmanager);
    match matcher_mode(&arguments.enable_feature) {
        Ok(mode) => target.matchers = mode,
        Err(error) => {
            complain(output, &error);
            return ExitCode::from(FAILURE);
        }
    }
    let code = match &arguments.command {
        Amtool::CheckConfig(arguments) => check_config::check(arguments, &target, output),
        Amtool::Config(config) => {
            let Config::Routes(routes) = &config.command;
            let has_url = arguments.unused.url.is_some();
            routes::run(routes, has_url, &target, output)
        }
        Amtool::Template(template) => {
            let Template::Render(arguments) = &template.command;
            render::run(arguments, &target, output)
        }
    };
    ExitCode::from(code)
}

/// The notation of matchers that feature flags choose.
fn matcher_mode(flags: &[String]) -> Result<MatcherMode, String> {
    let mut mode = MatcherMode::Fallback;
    for flag in flags {
        let wanted = match flag.as_str() {
            "classic-mode" => MatcherMode::Classic,
            "utf8-strict-mode" => MatcherMode::Utf8,
            // What others do has nothing to do with configurations.
            _ => continue,
        };
        if mode != MatcherMode::Fallback && mode != wanted {
            return Err(
                "cannot have both classic and UTF-8 modes enabled at the same time".to_owned(),
            );
        }
        mode = wanted;
    }
    Ok(mode)
}

/// Whether a file is there; amtool looks before it does anything.
fn exists(path: &Path, output: &Output) -> bool {
    let exists = path.exists();
    if !exists {
        complain(output, &format!("path '{}' does not exist", path.display()));
    }
    exists
}

/// An error as amtool ends with it.
fn complain(output: &Output, error: &str) {
    output.complain(&format!("amtool: error: {error}\n\n"));
}
