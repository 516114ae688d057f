//! `promtool check config`.

use std::path::{Path, PathBuf};

use super::rules::{Checking, worse};
use super::{FAILURE, LINTS_ONLY, all_exist, beside};
use crate::cli::output::Output;
use crate::cli::promtool_arguments::CheckConfig;
use crate::labels::quote;
use crate::model::{Kind, PrometheusConfig};
use crate::project::{self, Globs};
use crate::report::promtool;
use crate::source::read_file;
use crate::target::{Duration, Target, Version};

/// Told once, and not on the stream that promtool's words are on.
const UNJUDGED: &str = "note: what is inside service discovery, remote write, storage, tracing and HTTP client settings is not judged here\n";

/// The lint of scrape intervals, which came with 3.2.
const TOO_LONG: &str = "too-long-scrape-interval";
/// Prometheus scrapes every minute where nobody says otherwise.
const DEFAULT_INTERVAL: Duration = Duration::from_ms(60_000);

pub(super) fn check(
    arguments: &CheckConfig,
    lookback: Duration,
    target: &Target,
    output: &Output,
) -> u8 {
    if !all_exist(&arguments.config_files, output) {
        return FAILURE;
    }
    let has_scrape_lint = target.prometheus >= Version::new(3, 2);
    let own: &[&str] = if has_scrape_lint { &[TOO_LONG] } else { &[] };
    let mut checking = Checking::new(&arguments.lints, own, target, output);
    // promtool before 3.0 sets errors of rules in here, and there it does not.
    if target.prometheus < Version::new(3, 0) {
        checking.indent = "     ";
    }
    // Here `none` wins over all else.
    let has_lint = |name: &str| arguments.lints.lint.iter().any(|lint| lint == name);
    checking.finds_duplicates &= !has_lint("none");
    let looks_at_scrapes = has_scrape_lint
        && !arguments.syntax_only
        && !has_lint("none")
        && (has_lint(TOO_LONG) || has_lint("all"));
    let mut code = 0;
    let mut has_unjudged = false;
    for path in &arguments.config_files {
        output.print(&format!("Checking {}\n", path.display()));
        let loaded = match load(arguments, path, target, &mut has_unjudged) {
            Ok((config, rule_files)) => {
                let path = path.display();
                if !rule_files.is_empty() {
                    let count = rule_files.len();
                    output.print(&format!("  SUCCESS: {count} rule files found\n"));
                }
                output.print(&format!(
                    " SUCCESS: {path} is valid prometheus config file syntax\n"
                ));
                Some((config, rule_files))
            }
            Err(error) => {
                output.complain(&format!("  FAILED: {error}\n"));
                code = FAILURE;
                None
            }
        };
        output.print("\n");
        let Some((config, rule_files)) = loaded else {
            continue;
        };
        if looks_at_scrapes && let Some(told) = too_long(&config, lookback) {
            output.complain(&told);
            code = worse(
                code,
                if arguments.lints.lint_fatal {
                    LINTS_ONLY
                } else {
                    0
                },
            );
        }
        code = worse(code, checking.files(&rule_files));
    }
    if has_unjudged {
        output.complain(UNJUDGED);
    }
    code
}

/// The rule files of a configuration, or why it is refused.
fn load(
    arguments: &CheckConfig,
    path: &Path,
    target: &Target,
    has_unjudged: &mut bool,
) -> Result<(PrometheusConfig, Vec<PathBuf>), String> {
    let source = read_file(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file = project::load_as(Kind::Prometheus, &source, path.to_owned(), target);
    let errors = promtool::refusals(&file);
    if let Some(error) = errors.first() {
        // Prometheus stops at the first.
        return Err(format!("parsing YAML file {}: {error}", path.display()));
    }
    let config = file.prometheus.unwrap_or_default();
    *has_unjudged |= config.has_unjudged;
    if let Some(field) = config.forbidden_to_agents.filter(|_| arguments.agent) {
        return Err(format!("field {field} is not allowed in agent mode"));
    }
    let rule_files = if arguments.syntax_only {
        Vec::new()
    } else {
        rule_files(&config, path)?
    };
    Ok((config, rule_files))
}

/// The first job whose samples are gone before the next ones come.
fn too_long(config: &PrometheusConfig, lookback: Duration) -> Option<String> {
    let usual = config.scrape_interval.map(|interval| interval.value);
    let usual = usual
        .filter(|interval| interval.ms > 0)
        .unwrap_or(DEFAULT_INTERVAL);
    config.scrape_configs.iter().find_map(|job| {
        let own = job.scrape_interval.map(|interval| interval.value);
        let interval = own.filter(|interval| interval.ms > 0).unwrap_or(usual);
        let name = job.job_name.as_ref().map_or("", |name| name.as_str());
        (lookback.ms > 0 && interval >= lookback).then(|| {
            format!(
                "  FAILED: too long scrape interval found, data point will be marked as stale - job: {name}, interval: {interval}\n"
            )
        })
    })
}

fn rule_files(config: &PrometheusConfig, path: &Path) -> Result<Vec<PathBuf>, String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    for pattern in &config.rule_files {
        let matching = project::expand(folder, pattern.as_str(), Globs::Go);
        if matching.is_empty() && !pattern.as_str().contains('*') {
            let path = beside(path, pattern.as_str());
            let path = quote(&path.to_string_lossy());
            return Err(format!("{path} does not point to an existing file"));
        }
        found.extend(matching);
    }
    Ok(found)
}
