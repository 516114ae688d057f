//! Where rules and groups stand, seen in the bare tree: also in files that nobody would load.

use crate::source::Span;
use crate::yaml::{Node, Tree};

/// A rule or group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub span: Span,
    /// Bytes before its first key in its line.
    pub column: usize,
}

/// The rules and groups of a file, each kind in order of place.
#[derive(Debug, Default)]
pub(super) struct Outline<'t> {
    pub rules: Vec<Block>,
    pub groups: Vec<Block>,
    /// The annotations of rules, with the bytes of the rule.
    pub annotations: Vec<(Node<'t>, Span)>,
}

impl<'t> Outline<'t> {
    pub fn new(tree: &'t Tree) -> Self {
        let mut outline = Self::default();
        for document in 0..tree.documents().len() {
            let Some(root) = tree.root(document) else {
                continue;
            };
            outline.file(root);
            // Objects of Kubernetes, alone or in a list.
            for list in ["items", "objects"] {
                for object in root.get(list).into_iter().flat_map(Node::items) {
                    outline.file_below(object);
                }
            }
            outline.file_below(root);
        }
        outline.rules.sort_by_key(|block| block.span);
        outline.groups.sort_by_key(|block| block.span);
        outline
    }

    fn file_below(&mut self, object: Node<'t>) {
        if let Some(spec) = object.get("spec") {
            self.file(spec);
        }
    }

    fn file(&mut self, top: Node<'t>) {
        for group in mappings(top, "groups") {
            self.groups.push(block(group));
            for rule in mappings(group, "rules") {
                let rule_block = block(rule);
                self.rules.push(rule_block);
                if let Some(annotations) = rule.get("annotations") {
                    self.annotations.push((annotations, rule_block.span));
                }
            }
        }
        self.rules.extend(mappings(top, "inhibit_rules").map(block));
        self.groups.extend(mappings(top, "tests").map(block));
    }
}

fn mappings<'t>(parent: Node<'t>, list: &str) -> impl Iterator<Item = Node<'t>> {
    let items = parent.get(list).into_iter().flat_map(Node::items);
    items.filter(|item| item.is_mapping())
}

fn block(node: Node<'_>) -> Block {
    let span = node.span();
    let text = node.tree().file().text();
    let start = span.start as usize;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    Block {
        span,
        column: start - line,
    }
}
