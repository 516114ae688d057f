use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::Glob;

use super::open::OpenError;
use crate::diagnostic::{Diagnostic, Level, Location, nearest};
use crate::model::{Settings, read_settings};
use crate::source::{SourceFile, Span, read_file};
use crate::yaml::{Node, Tree};

/// The names under which settings are found, the usual one first.
const NAMES: [&str; 3] = ["rulecheck.yaml", "rulecheck.yml", ".rulecheck.yaml"];

/// The settings file that holds for what lies in `folder`: the nearest one upwards.
#[must_use]
pub fn settings_for(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find_map(|ancestor| {
        NAMES
            .iter()
            .map(|name| ancestor.join(name))
            .find(|path| path.is_file())
    })
}

/// Reads a settings file. It may name these lints only; without any, all names are taken.
pub(super) fn read(
    path: &Path,
    shown: &Path,
    lints: &[&'static str],
) -> Result<(Arc<SourceFile>, Settings), Vec<OpenError>> {
    let file = read_file(path).map_err(|error| {
        vec![OpenError::Read {
            path: shown.to_owned(),
            error,
        }]
    })?;
    let file = SourceFile::new(shown, file.text());
    let settings = read_settings(&file).map_err(|error| {
        let mut wrong = wrong(&file, error.span, error.message);
        wrong.help = error.help;
        vec![OpenError::Settings(Box::new(wrong))]
    })?;
    let tree = Tree::parse(&file);
    let mut wrong = wrong_globs(&tree);
    if !lints.is_empty() {
        wrong.extend(unknown_lints(&tree, lints));
    }
    if wrong.is_empty() {
        return Ok((file, settings));
    }
    let errors = wrong.into_iter().map(Box::new).map(OpenError::Settings);
    Err(errors.collect())
}

/// The error that a pattern of an environment leads nowhere: which environment, under which key, which pattern.
pub(super) fn wrong_pattern(
    file: &Arc<SourceFile>,
    (environment, key, pattern): (usize, &str, &str),
    message: String,
) -> Diagnostic {
    let tree = Tree::parse(file);
    let place = tree
        .root(0)
        .and_then(|root| root.get("environments"))
        .and_then(|list| items(list).into_iter().nth(environment))
        .and_then(|environment| environment.get(key))
        .and_then(|list| {
            items(list)
                .into_iter()
                .find(|item| item.scalar() == Some(pattern))
        });
    let span = place.map_or(Span::empty(0), Node::span);
    wrong(file, span, message).with_help("paths are relative to the folder of the settings file")
}

/// The error that the folder of the runbooks at `place` cannot be read.
pub(super) fn wrong_runbooks(file: &Arc<SourceFile>, place: usize, message: String) -> Diagnostic {
    let tree = Tree::parse(file);
    let node = tree
        .root(0)
        .and_then(|root| root.get("runbooks"))
        .and_then(|list| items(list).into_iter().nth(place))
        .and_then(|entry| entry.get("folder"));
    let span = node.map_or(Span::empty(0), Node::span);
    wrong(file, span, message).with_help("paths are relative to the folder of the settings file")
}

/// The error that a dump of metrics cannot be used, where the settings name it.
pub(super) fn wrong_dump(file: &Arc<SourceFile>, dump: &str, message: String) -> Diagnostic {
    let tree = Tree::parse(file);
    let root = tree.root(0);
    let of_all = root.and_then(|root| root.get("metrics")?.get("dumps"));
    let environments = root.and_then(|root| root.get("environments"));
    let of_each = environments.into_iter().flat_map(items);
    let lists = of_all
        .into_iter()
        .chain(of_each.filter_map(|environment| environment.get("metrics")));
    let place = lists
        .flat_map(items)
        .map(|item| item.get("file").unwrap_or(item))
        .find(|path| path.scalar() == Some(dump));
    let span = place.map_or(Span::empty(0), Node::span);
    wrong(file, span, message).with_help(
        "a dump is what a program answers at `/metrics`; its path is relative to the folder of the settings file",
    )
}

fn wrong(file: &Arc<SourceFile>, span: Span, message: String) -> Diagnostic {
    Diagnostic::new("settings", Level::Error, Location::new(file, span), message)
}

/// The items of a list, or the one item that stands for itself.
fn items(node: Node<'_>) -> Vec<Node<'_>> {
    if node.is_sequence() {
        node.items().collect()
    } else {
        vec![node]
    }
}

/// The entries of `overrides`.
fn overrides(tree: &Tree) -> impl Iterator<Item = Node<'_>> {
    let list = tree.root(0).and_then(|root| root.get("overrides"));
    list.into_iter().flat_map(Node::items)
}

fn wrong_globs(tree: &Tree) -> Vec<Diagnostic> {
    let globs = overrides(tree)
        .filter_map(|entry| entry.get("paths"))
        .flat_map(items);
    globs
        .filter_map(|node| {
            let glob = node.scalar()?;
            let error = Glob::new(glob).err()?;
            let message = format!("`{glob}` is no glob: {}", error.kind());
            Some(wrong(tree.file(), node.span(), message))
        })
        .collect()
}

/// The names below `lints` that no lint has, of the settings and of their overrides.
fn unknown_lints(tree: &Tree, lints: &[&'static str]) -> Vec<Diagnostic> {
    tree.root(0)
        .into_iter()
        .chain(overrides(tree))
        .filter_map(|holder| holder.get("lints"))
        .flat_map(Node::pairs)
        .filter_map(|(key, _)| {
            let name = key.scalar()?;
            if lints.contains(&name) {
                return None;
            }
            let help = match nearest(name, lints.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`rulecheck explain` lists them all".to_owned(),
            };
            let message = format!("there is no lint `{name}`");
            Some(wrong(tree.file(), key.span(), message).with_help(help))
        })
        .collect()
}
