//! Keys that are set twice.

use rustc_hash::FxHashMap;

use super::decode::Decoder;
use crate::labels::quote;
use crate::yaml::Node;

impl<'t> Decoder<'t> {
    /// Two equal keys in one mapping, which Go refuses. `go` is the type that the mapping is read into, if there is one.
    pub fn check_duplicates(&mut self, node: Node<'t>, go: Option<&str>) {
        self.check_duplicates_of(node, go, &|_| true);
    }

    /// The same, where the type has only the keys that are known.
    pub fn check_duplicates_of(
        &mut self,
        node: Node<'t>,
        go: Option<&str>,
        is_known: &dyn Fn(&str) -> bool,
    ) {
        // Small mappings, nearly all, need no table.
        let entries = node.entries();
        let first_of: Option<FxHashMap<&str, Node<'t>>> = (entries.len() > 16).then(|| {
            // Of equal keys the first stays.
            entries
                .clone()
                .rev()
                .filter_map(|(key, _)| Some((key.scalar()?, key)))
                .collect()
        });
        for (index, (key, _)) in entries.clone().enumerate() {
            let Some(name) = key.scalar() else { continue };
            let first = match &first_of {
                Some(table) => table
                    .get(name)
                    .copied()
                    .filter(|first| first.id() != key.id()),
                None => entries
                    .clone()
                    .take(index)
                    .map(|(key, _)| key)
                    .find(|earlier| earlier.scalar() == Some(name)),
            };
            if let Some(first) = first {
                let text = match go {
                    // To a struct a key that it does not have is unknown twice, and nothing more.
                    Some(go)
                        if !self.is_rule_file && !go.starts_with("map[") && !is_known(name) =>
                    {
                        continue;
                    }
                    Some(_) if self.is_rule_file => {
                        let line = self.line(first.span());
                        format!("mapping key {} already defined at line {line}", quote(name))
                    }
                    Some(go) if !go.starts_with("map[") => {
                        format!("field {name} already set in type {go}")
                    }
                    _ => format!("key {} already set in map", quote(name)),
                };
                let message = format!("the key `{name}` is set twice");
                let problem = self.decoding(key.span(), message, text);
                problem
                    .related
                    .push((first.span(), "first set here".to_owned()));
            }
        }
    }

    /// Duplicate keys anywhere below a node of which nothing else is known.
    pub fn check_duplicates_below(&mut self, node: Node<'t>) {
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            // What an alias stands for is checked where it is written.
            if node.is_alias() {
                continue;
            }
            self.check_duplicates(node, None);
            waiting.extend(node.items());
            waiting.extend(node.entries().map(|(_, value)| value));
        }
    }
}
