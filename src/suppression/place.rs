//! What a comment is about, by where it stands.

use super::outline::Block;
use crate::source::Span;
use crate::yaml::{Node, Tree};

/// Where a comment begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'t> {
    text: &'t str,
    at: usize,
    /// The bytes of its line, without the break.
    line: Span,
}

impl<'t> Place<'t> {
    pub fn new(tree: &'t Tree, at: usize) -> Self {
        let text = tree.file().text();
        Self {
            text,
            at,
            line: line_at(text, at),
        }
    }

    /// Whether nothing stands before it in its line.
    fn is_alone(self) -> bool {
        let before = &self.text[self.line.start as usize..self.at];
        before.trim_start_matches('\u{feff}').trim().is_empty()
    }

    /// Its line, or the next one that has more than a comment where the comment stands alone. A value that begins in the line
    /// belongs to it as a whole.
    pub fn line(self, values: &Values) -> Option<Span> {
        let line = if self.is_alone() {
            self.next_line()?
        } else {
            self.line
        };
        let end = values.begun_in(line).fold(line.end, u32::max);
        Some(Span::new(line.start as usize, end as usize))
    }

    fn next_line(self) -> Option<Span> {
        let mut end = self.line.end as usize;
        while end < self.text.len() {
            let line = line_at(self.text, end + 1);
            let text = self.text[line.range()].trim();
            if !text.is_empty() && !text.starts_with('#') {
                return Some(line);
            }
            end = line.end as usize;
        }
        None
    }

    /// The block that the comment stands in, at the end of, or directly above. Between two blocks the comment belongs to the
    /// one before it where it is indented as far as its keys.
    pub fn block(self, blocks: &[Block]) -> Option<Span> {
        let at = self.at;
        let first_behind = blocks.partition_point(|block| block.span.start as usize <= at);
        let (before, behind) = blocks.split_at(first_behind);
        if let Some(block) = before.last() {
            let end = block.span.end as usize;
            if at <= end {
                return Some(block.span);
            }
            let is_behind = if self.is_alone() {
                at - self.line.start as usize >= block.column
            } else {
                end >= self.line.start as usize
            };
            if is_behind && is_blank(&self.text[end..at]) {
                return Some(block.span);
            }
        }
        let next = behind.first()?;
        let between = &self.text[self.line.end as usize..next.span.start as usize];
        is_blank(between).then_some(next.span)
    }
}

/// The scalars of mappings: where their key begins and where they end, in order.
#[derive(Debug)]
pub(super) struct Values(Vec<(u32, u32)>);

impl Values {
    pub fn new(tree: &Tree) -> Self {
        let entries = tree.nodes().filter(|node| !node.is_alias());
        // What an alias stands for stands elsewhere.
        let scalars = entries
            .flat_map(Node::entries)
            .filter(|(_, value)| value.scalar().is_some() && !value.is_alias());
        let mut values: Vec<(u32, u32)> = scalars
            .map(|(key, value)| (key.span().start, value.span().end))
            .collect();
        values.sort_unstable();
        Self(values)
    }

    /// Where the values end whose keys begin in the line.
    fn begun_in(&self, line: Span) -> impl Iterator<Item = u32> {
        let first = self.0.partition_point(|&(start, _)| start < line.start);
        let values = self.0[first..].iter();
        values
            .take_while(move |&&(start, _)| start <= line.end)
            .map(|&(_, end)| end)
    }
}

/// The bytes of the line at an offset, without the break.
fn line_at(text: &str, at: usize) -> Span {
    let at = at.min(text.len());
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    Span::new(start, end)
}

/// Whether there are only comments, blanks and the dash of an item.
fn is_blank(text: &str) -> bool {
    text.lines().all(|line| {
        let line = line.trim();
        line.starts_with('#') || line.chars().all(|c| matches!(c, '-' | ' ' | '\t'))
    })
}
