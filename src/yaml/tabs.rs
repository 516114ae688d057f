//! Tabs where YAML wants spaces. The crate lets them pass; libyaml, and so Go, refuses the file.

use super::build::document_of;
use super::tree::{Content, Node, Style, SyntaxError, Tree};
use crate::source::Span;

/// The first forbidden tab of a file; one is enough to refuse it. Says nothing of files that are broken anyway.
pub(super) fn forbidden(tree: &Tree) -> Option<SyntaxError> {
    let text = tree.file.text();
    if !text.contains('\t') || tree.documents().iter().any(|document| document.broken) {
        return None;
    }
    let shielded = shielded(tree);
    let mut line_start = 0;
    let indenting = text.split_inclusive('\n').find_map(|line| {
        let column = indenting_tab(line);
        let span = column.map(|column| Span::new(0, 1).shift(line_start + column));
        line_start += line.len();
        span.filter(|span| !is_inside(&shielded, *span))
    });
    let tab = indenting.or_else(|| block_starting_with_tab(tree))?;
    Some(SyntaxError {
        document: document_at(tree, tab),
        span: tab,
        message: "a tab is used for indentation, which YAML forbids".to_owned(),
        help: Some("use spaces".to_owned()),
    })
}

/// The column of the first tab before the content of a line, dashes of list items counted as indentation.
fn indenting_tab(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let column = bytes.iter().enumerate().position(|(at, &byte)| {
        let is_dash = byte == b'-' && matches!(bytes.get(at + 1), Some(b' ' | b'\t'));
        byte != b' ' && !is_dash
    })?;
    if bytes[column] != b'\t' {
        return None;
    }
    // Behind a plain scalar libyaml takes blank lines as part of it, unless the tab stands left of its indentation.
    let rest = line[column..].trim_start_matches([' ', '\t']);
    let is_blank = rest.is_empty() || rest.starts_with(['\n', '\r', '#']);
    (column == 0 || !is_blank).then_some(column)
}

/// A tab in front of the first content of a block scalar, whose indentation it leaves open.
fn block_starting_with_tab(tree: &Tree) -> Option<Span> {
    let text = tree.file.text();
    let is_block = |node: &Node<'_>| matches!(node.style(), Some(Style::Literal | Style::Folded));
    let blocks = tree
        .nodes()
        .filter(|node| !node.is_alias() && is_block(node));
    blocks
        .map(|node| Span::new(0, 1).shift(node.span().start as usize))
        .find(|first| {
            let before = &text[..first.start as usize];
            let header = before
                .trim_end_matches([' ', '\n', '\r'])
                .lines()
                .next_back();
            let header = header
                .and_then(|line| line.split(" #").next())
                .unwrap_or_default();
            let says_indentation = header.trim_end().trim_end_matches(['+', '-']);
            tree.file.slice(*first) == "\t"
                && !says_indentation.ends_with(|c: char| c.is_ascii_digit())
        })
}

/// Where tabs are content or harmless: in scalars and between brackets.
fn shielded(tree: &Tree) -> Vec<Span> {
    let mut spans: Vec<Span> = tree
        .nodes()
        .filter(|node| !node.is_alias())
        .filter(|node| node.is_flow() || matches!(node.content(), Content::Scalar(_)))
        .map(|node| node.span())
        .collect();
    spans.sort_unstable();
    spans.dedup_by(|later, earlier| {
        let overlap = later.start < earlier.end;
        if overlap {
            *earlier = earlier.to(*later);
        }
        overlap
    });
    spans
}

fn is_inside(shielded: &[Span], tab: Span) -> bool {
    let after = shielded.partition_point(|span| span.start <= tab.start);
    after > 0 && tab.start < shielded[after - 1].end
}

fn document_at(tree: &Tree, place: Span) -> usize {
    let before = tree
        .nodes()
        .take_while(|node| node.span().start <= place.start);
    before.last().map_or(0, |node| document_of(tree, node.id()))
}
