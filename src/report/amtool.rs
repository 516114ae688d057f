//! What amtool prints, word for word.

use std::fmt::Write as _;

use crate::labels::{Labels, MatchOp, is_classic_label_name, quote};
use crate::model::{Stage, Wording};
use crate::notify::{PlacedMatcher, Route};
use crate::project::{Issue, ProjectFile};
use crate::source::Span;

/// Why Alertmanager refuses the configuration, as it stands behind `FAILED: `; nothing where it is accepted.
///
/// Alertmanager stops at the first error, save for those of decoding, which it collects. What it says is not known for
/// everything: the rest is told with line and column in our words.
#[must_use]
pub fn refusal(file: &ProjectFile) -> Option<String> {
    let refusals = file.issues.iter().filter(|issue| issue.kind.is_refusal());
    let refusals: Vec<&Issue> = refusals.collect();
    let worded = || {
        let issues = refusals.iter();
        issues.filter_map(|issue| Some((issue.span, issue.wording.as_ref()?)))
    };
    for (_, Wording { stage, text }) in worded() {
        if let Stage::Syntax { line } = stage {
            return Some(format!("yaml: line {line}: {text}"));
        }
    }
    let decoding: Vec<(Span, usize, &str)> = worded()
        .filter_map(|(span, Wording { stage, text })| match stage {
            Stage::Decoding { line } => Some((span, *line, text.as_str())),
            _ => None,
        })
        .collect();
    let is_decoded = |part: Span| {
        let inside = |span: Span| part.start <= span.start && span.end <= part.end;
        !decoding.iter().any(|(span, _, _)| inside(*span))
    };
    let ends = worded().filter_map(|(span, Wording { stage, text })| match stage {
        Stage::Value => Some((span, 0, text)),
        Stage::Hook { part, order } => Some((*part, *order, text)),
        _ => None,
    });
    // A part ends where its last one ends: the inner one is read first.
    let first = ends
        .filter(|(part, _, _)| is_decoded(*part))
        .min_by_key(|(part, order, _)| (part.end, std::cmp::Reverse(part.start), *order));
    if let Some((_, _, text)) = first {
        return Some(text.clone());
    }
    if !decoding.is_empty() {
        let mut said = "yaml: unmarshal errors:".to_owned();
        for (_, line, text) in decoding {
            // Writing into a string cannot fail.
            let _ = write!(said, "\n  line {line}: {text}");
        }
        return Some(said);
    }
    let late = worded().filter_map(|(_, Wording { stage, text })| match stage {
        Stage::Validation { order, .. } => Some((order, text)),
        _ => None,
    });
    if let Some((_, text)) = late.min_by_key(|(order, _)| **order) {
        return Some(text.clone());
    }
    let first = refusals.first()?;
    let at = file.file.line_column(first.span.start as usize);
    Some(format!("{}:{}: {}", at.line, at.column, first.message))
}

/// What a configuration holds, as `check-config` counts it.
#[must_use]
pub fn found(file: &ProjectFile) -> String {
    let items = |name: &str| {
        let list = file.tree.root(0).and_then(|root| root.get(name));
        list.map_or(0, |list| list.items().len())
    };
    format!(
        "Found:\n - global config\n - route\n - {} inhibit rules\n - {} receivers\n - {} templates\n",
        items("inhibit_rules"),
        items("receivers"),
        items("templates"),
    )
}

/// The whole tree of routes.
#[must_use]
pub fn route_tree(root: &Route) -> String {
    let mut text = ".\n".to_owned();
    branch(root, "", true, &mut text);
    text
}

fn branch(route: &Route, indent: &str, is_last: bool, text: &mut String) {
    let goes_on = if route.goes_on {
        "  continue: true"
    } else {
        ""
    };
    let line = format!(
        "{}{goes_on}  receiver: {}",
        matchers(route),
        receiver(route)
    );
    let indent = edge(&line, indent, is_last, text);
    let last = route.routes.len();
    for (index, child) in route.routes.iter().enumerate() {
        branch(child, &indent, index + 1 == last, text);
    }
}

/// The routes that take an alert with these labels; receivers stand where the search ends.
#[must_use]
pub fn matching_tree(root: &Route, labels: &Labels) -> String {
    let mut text = ".\n".to_owned();
    matching_branch(root, labels, "", true, &mut text);
    text
}

fn matching_branch(route: &Route, labels: &Labels, indent: &str, is_last: bool, text: &mut String) {
    let mut children: Vec<&Route> = Vec::new();
    for child in route.routes.iter().filter(|child| child.takes(labels)) {
        children.push(child);
        if !child.goes_on {
            break;
        }
    }
    let line = match children.is_empty() {
        true => format!("{}  receiver: {}", matchers(route), receiver(route)),
        false => matchers(route),
    };
    let indent = edge(&line, indent, is_last, text);
    let last = children.len();
    for (index, child) in children.into_iter().enumerate() {
        matching_branch(child, labels, &indent, index + 1 == last, text);
    }
}

/// Writes a line of the tree and gives the indentation of what hangs on it.
fn edge(line: &str, indent: &str, is_last: bool, text: &mut String) -> String {
    let (edge, below) = match is_last {
        true => ("└── ", "    "),
        false => ("├── ", "│\u{a0}\u{a0} "),
    };
    text.push_str(&format!("{indent}{edge}{line}\n"));
    format!("{indent}{below}")
}

fn receiver(route: &Route) -> &str {
    route
        .receiver
        .as_ref()
        .map_or("", |receiver| receiver.as_str())
}

/// The matchers of a route, sorted as Alertmanager does.
fn matchers(route: &Route) -> String {
    if route.matchers.is_empty() {
        return "default-route".to_owned();
    }
    let mut sorted: Vec<(&str, String, MatchOp)> = route
        .matchers
        .iter()
        .map(
            |PlacedMatcher {
                 matcher,
                 is_anchored,
                 ..
             }| {
                let value = match is_anchored {
                    true => format!("^(?:{})$", matcher.value),
                    false => matcher.value.to_string(),
                };
                (&*matcher.name, value, matcher.op)
            },
        )
        .collect();
    sorted.sort();
    let shown = sorted.iter().map(|(name, value, op)| {
        let name = match is_classic_label_name(name) || name.contains(':') {
            true => (*name).to_owned(),
            false => quote(name),
        };
        let value = value
            .replace('\\', "\\\\")
            .replace('\n', "\\n")
            .replace('"', "\\\"");
        format!("{name}{}\"{value}\"", op.as_str())
    });
    format!("{{{}}}", shown.collect::<Vec<_>>().join(","))
}
