//! `amtool config routes show` and `amtool config routes test`.

use std::path::Path;

use super::{FAILURE, complain, exists};
use crate::cli::amtool_arguments::{Routes, RoutesArguments, TestRoutes};
use crate::cli::output::Output;
use crate::labels::{Labels, MatchOp};
use crate::model::Kind;
use crate::notify::{Route, parse_matcher};
use crate::project;
use crate::report::amtool::{matching_tree, refusal, route_tree};
use crate::source::read_file;
use crate::target::{Target, Version};

/// Told where both are named. Debian's amtool 0.25 always has a server.
const OVERRIDES: &str = "Warning: --config.file flag overrides the --alertmanager.url.\n";

pub(super) fn run(
    arguments: &RoutesArguments,
    has_url: bool,
    target: &Target,
    output: &Output,
) -> u8 {
    let Some(path) = &arguments.config_file else {
        complain(output, "--config.file is needed: rulecheck asks no server");
        return FAILURE;
    };
    if !exists(path, output) {
        return FAILURE;
    }
    let test = match &arguments.command {
        Some(Routes::Test(test)) => Some(test),
        Some(Routes::Show) | None => None,
    };
    if has_url || target.alertmanager < Version::new(0, 26) {
        output.complain(OVERRIDES);
    }
    let root = match load(path, target) {
        Ok(root) => root,
        Err(error) => {
            // Only one of the two ends the line itself too.
            let end = if test.is_some() { "\n" } else { "" };
            output.complain(&format!("amtool: error: {error}\n{end}"));
            return FAILURE;
        }
    };
    match test {
        Some(test) => try_labels(test, &root, target, output),
        None => {
            output.print(&format!("Routing tree:\n{}\n", route_tree(&root)));
            0
        }
    }
}

fn load(path: &Path, target: &Target) -> Result<Route, String> {
    let source = read_file(path).map_err(|error| error.to_string())?;
    let file = project::load_as(Kind::Alertmanager, &source, path.to_owned(), target);
    if let Some(error) = refusal(&file) {
        return Err(error);
    }
    let route = file
        .alertmanager
        .and_then(|alertmanager| alertmanager.route);
    route.ok_or_else(|| "no routes provided".to_owned())
}

fn try_labels(test: &TestRoutes, root: &Route, target: &Target, output: &Output) -> u8 {
    let labels = match labels(&test.labels, target) {
        Ok(labels) => labels,
        Err(error) => {
            complain(output, &format!("Failed to parse labels: {error}"));
            return FAILURE;
        }
    };
    if test.tree {
        let tree = matching_tree(root, &labels);
        output.print(&format!("Matching routes:\n{tree}\n\n"));
    }
    let routes = root.routes_for(&labels);
    let receivers = routes.iter().map(|route| {
        let receiver = route.receiver.as_ref();
        receiver.map_or("", |receiver| receiver.as_str())
    });
    let receivers = receivers.collect::<Vec<_>>().join(",");
    output.print(&format!("{receivers}\n"));
    if !test.receivers.is_empty() && test.receivers != receivers {
        output.print("WARNING: Expected receivers did not match resolved receivers.\n");
        return FAILURE;
    }
    0
}

/// Each text is a matcher that says `=`.
pub(in crate::cli) fn labels(texts: &[String], target: &Target) -> Result<Labels, String> {
    let mut labels = Vec::new();
    for text in texts {
        let matcher = parse_matcher(text, target)?;
        if matcher.op != MatchOp::Equal {
            return Err(match target.alertmanager < Version::new(0, 27) {
                true => "labels must be specified as key=value pairs",
                false => "Labels must be specified as key=value pairs",
            }
            .to_owned());
        }
        labels.push((matcher.name, matcher.value));
    }
    Ok(Labels::from_pairs(labels))
}
