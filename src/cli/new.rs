use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::Verdict;
use super::arguments::NewArguments;
use super::check::{choice, refuse};
use super::output::Output;
use crate::diagnostic::{Diagnostic, Level, nearest};
use crate::harness::{NoProposal, Proposal, propose};
use crate::project::{self, Project, ProjectFile, Rule};
use crate::promql::{Expr, ExprKind};
use crate::report;
use crate::source::write_file;

/// `rulecheck new`: a fixture for an alert.
pub(super) fn run(arguments: &NewArguments, output: &Output) -> Verdict {
    let projects = match project::open(&arguments.paths, None, &choice(&arguments.settings)) {
        Ok(projects) => projects,
        Err(errors) => return refuse(&errors, output),
    };
    let Some((project, file, rule)) = find(&projects, &arguments.alert) else {
        output.error(&not_found(&projects, &arguments.alert));
        return Verdict::Unusable;
    };
    let path = arguments.output.clone();
    if let Some(path) = path.as_deref().filter(|path| path.exists()) {
        output.error(&format!("{} is there already", path.display()));
        return Verdict::Unusable;
    }
    let path = path.unwrap_or_else(|| PathBuf::from("new.yaml"));
    let folder = path.parent().unwrap_or(Path::new(""));
    let rule_files = needed(project, file, rule)
        .into_iter()
        .map(|file| (relative(folder, &file.identity), file))
        .collect();
    let proposal = Proposal {
        rule,
        rule_files,
        path: &path,
        target: project.target,
    };
    let text = match propose(&proposal) {
        Ok(text) => text,
        Err(reason) => return no_proposal(file, rule, &reason, output),
    };
    if arguments.output.is_none() {
        output.print(&text);
        return Verdict::Clean;
    }
    match write_file(&path, &text) {
        Ok(()) => {
            output.print(&format!("wrote {}\n", path.display()));
            Verdict::Clean
        }
        Err(error) => {
            output.error(&format!("cannot write {}: {error}", path.display()));
            Verdict::Unusable
        }
    }
}

type Found<'p> = (&'p Project, &'p Arc<ProjectFile>, &'p Rule);

/// The first alerting rule of that name.
fn find<'p>(projects: &'p [Project], name: &str) -> Option<Found<'p>> {
    alerts(projects).find(|(_, _, rule)| rule.name() == name)
}

fn alerts(projects: &[Project]) -> impl Iterator<Item = Found<'_>> {
    projects.iter().flat_map(|project| {
        let files = project.environments.iter().flat_map(|e| &e.files);
        files.flat_map(move |file| {
            let rules = file.groups.iter().flat_map(|group| &group.rules);
            rules
                .filter(|rule| rule.is_alert())
                .map(move |rule| (project, file, rule))
        })
    })
}

fn not_found(projects: &[Project], name: &str) -> String {
    let known = alerts(projects).map(|(_, _, rule)| rule.name());
    match nearest(name, known) {
        Some(meant) => format!("there is no alert `{name}`, did you mean `{meant}`?"),
        None => format!("there is no alert `{name}` in these files"),
    }
}

/// The file of the rule, and before it those that record what the rule reads.
fn needed<'p>(
    project: &'p Project,
    file: &'p Arc<ProjectFile>,
    rule: &'p Rule,
) -> Vec<&'p ProjectFile> {
    let files = || project.environments.iter().flat_map(|e| &e.files);
    let mut needed: Vec<&ProjectFile> = vec![file];
    let mut waiting: Vec<&Expr> = rule.expr.iter().collect();
    let mut seen: Vec<&str> = Vec::new();
    while let Some(expr) = waiting.pop() {
        for name in names(expr) {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            for file in files() {
                let rules = file.groups.iter().flat_map(|group| &group.rules);
                let recording = rules.filter(|rule| !rule.is_alert() && rule.name() == name);
                for rule in recording {
                    waiting.extend(&rule.expr);
                    if !needed.iter().any(|known| known.identity == file.identity) {
                        needed.insert(0, file);
                    }
                }
            }
        }
    }
    needed
}

/// The names of the series that the expression reads.
fn names(expr: &Expr) -> Vec<&str> {
    let mut found = Vec::new();
    expr.walk(&mut |part| {
        found.extend(match &part.kind {
            ExprKind::Vector(selector) => selector.metric_name(),
            ExprKind::Matrix(matrix) => matrix.selector.metric_name(),
            _ => None,
        });
    });
    found
}

/// The way from a folder to a file, over `..` where need be.
fn relative(folder: &Path, file: &Path) -> String {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let Ok(from) = here.canonicalize().or_else(|_| std::path::absolute(here)) else {
        return file.display().to_string();
    };
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (from.components().collect(), file.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut way = PathBuf::new();
    way.extend(from[shared..].iter().map(|_| ".."));
    way.extend(&to[shared..]);
    way.display().to_string()
}

fn no_proposal(file: &ProjectFile, rule: &Rule, reason: &NoProposal, output: &Output) -> Verdict {
    let span = match reason.span {
        Some(span) => rule.expr_span(span),
        None => rule.model.name.span(),
    };
    let message = format!("no fixture can be worked out for `{}`", rule.name());
    let found = Diagnostic::new("new", Level::Error, file.location(span), message)
        .with_label(&reason.message)
        .with_help("write it by hand: `rulecheck test --trace` shows what the expression yields");
    output.complain(&report::diagnostics_text(&[found], output.style()));
    Verdict::Unusable
}
