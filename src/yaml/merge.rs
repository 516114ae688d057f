use std::slice::ChunksExact;

use rustc_hash::FxHashSet;

use super::tree::{Node, NodeId, Style};

/// The pairs of a mapping once `<<` is resolved; see [`Node::pairs`].
pub struct Pairs<'t> {
    mapping: Node<'t>,
    current: ChunksExact<'t, NodeId>,
    /// Merged mappings still to be read, the next one last.
    merged: Vec<Node<'t>>,
    /// Keys given out so far; filled when the first merged mapping is entered.
    seen: Option<FxHashSet<&'t str>>,
}

impl<'t> Pairs<'t> {
    pub(super) fn new(mapping: Node<'t>) -> Self {
        Self {
            mapping,
            current: mapping.entry_ids(),
            merged: merged_mappings(mapping),
            seen: None,
        }
    }

    /// Enters the next merged mapping; false where there is none left.
    fn enter_merged(&mut self) -> bool {
        let Some(mapping) = self.merged.pop() else {
            return false;
        };
        let own = self.mapping;
        self.seen
            .get_or_insert_with(|| own.entries().filter_map(|(key, _)| key.scalar()).collect());
        self.current = mapping.entry_ids();
        self.merged.extend(merged_mappings(mapping));
        true
    }
}

impl<'t> Iterator for Pairs<'t> {
    type Item = (Node<'t>, Node<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            for pair in self.current.by_ref() {
                let [key, value] = [pair[0], pair[1]].map(|id| self.mapping.tree().node(id));
                if is_merge_key(key) {
                    continue;
                }
                let is_new = match (&mut self.seen, key.scalar()) {
                    (Some(seen), Some(name)) => seen.insert(name),
                    _ => true,
                };
                if is_new {
                    return Some((key, value));
                }
            }
            if !self.enter_merged() {
                return None;
            }
        }
    }
}

/// Whether `key` is `<<`, without quotes, as a key that merges another mapping.
pub(super) fn is_merge_key(key: Node<'_>) -> bool {
    let plain = key.style() == Some(Style::Plain) && !key.is_alias();
    plain
        && key.scalar() == Some("<<")
        && matches!(key.tag(), None | Some("!" | "tag:yaml.org,2002:merge"))
}

/// Whether `value` may stand behind `<<`: a mapping or a sequence of mappings.
pub(super) fn is_mergeable(value: Node<'_>) -> bool {
    value.is_mapping() || (value.is_sequence() && value.items().all(Node::is_mapping))
}

/// The mappings that `<<` names, the one that wins last.
fn merged_mappings(mapping: Node<'_>) -> Vec<Node<'_>> {
    let mut merged = Vec::new();
    for (_, value) in mapping.entries().filter(|&(key, _)| is_merge_key(key)) {
        if value.is_mapping() {
            merged.push(value);
        }
        merged.extend(value.items().filter(|item| item.is_mapping()));
    }
    merged.reverse();
    merged
}
