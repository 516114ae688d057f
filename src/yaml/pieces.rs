//! A large list is read in pieces, side by side.
//!
//! A line that starts with a dash at the column of an open block list is its next item, whatever stands before, unless a
//! quoted scalar or a flow collection is still open there. Then the piece before that line cannot be read on its own. So:
//! cut, read each piece, and join them only if every piece is whole and holds nothing that depends on another. In all
//! other cases the file is read in one go, and says what is wrong with it.

use std::ops::Range;

use rayon::prelude::*;

use super::build;
use super::limits::MAX_DEPTH;
use super::tree::{Arena, Children, Kind, NodeData, NodeId, Value, range};

/// Bytes below which cutting is not worth while.
const PIECE: usize = 256 * 1024;

/// What was read of `text`, if it can be read in pieces.
pub(super) fn read(text: &str) -> Option<Arena> {
    read_in_pieces_of(PIECE, text)
}

/// [`read`] with pieces of about `size` bytes.
fn read_in_pieces_of(size: usize, text: &str) -> Option<Arena> {
    let cuts = Cuts::find(size, text)?;
    let pieces = cuts.pieces(text.len());
    let arenas: Vec<Arena> = pieces
        .par_iter()
        .map(|piece| Some(build::read(&text[piece.clone()])).filter(stands_alone))
        .collect::<Option<_>>()?;
    let nodes = arenas.iter().map(|arena| arena.nodes.len()).sum();
    let mut arenas = pieces.into_iter().zip(arenas);
    let (_, mut first) = arenas.next()?;
    first.nodes.reserve_exact(nodes);
    first.children.reserve_exact(nodes);
    let mut joined = Joined::new(text, first, cuts.column)?;
    for (piece, arena) in arenas {
        joined.append(piece.start, arena)?;
    }
    Some(joined.finish())
}

/// Whether nothing is wrong, nothing points at an anchor, and what follows does not matter.
fn stands_alone(arena: &Arena) -> bool {
    let is_alias = |node: &NodeData| matches!(node.kind, Kind::Alias(_));
    // The place of a value that is omitted, or of a block scalar without lines, may be found in what follows.
    let is_open = |node: &NodeData| match node.kind {
        Kind::Scalar { value, .. } => {
            let (Value::InFile(span) | Value::Decoded(span)) = value;
            span.is_empty()
        }
        _ => false,
    };
    arena.errors.is_empty()
        && !arena.nodes.iter().any(is_alias)
        && !arena.nodes.last().is_some_and(is_open)
}

/// Where to cut.
struct Cuts {
    /// The column of the list's dashes.
    column: usize,
    /// Starts of lines with such a dash.
    starts: Vec<usize>,
}

impl Cuts {
    /// The outermost items behind every `size` bytes.
    fn find(size: usize, text: &str) -> Option<Self> {
        if text.len() < 2 * size {
            return None;
        }
        let mut cuts = Self {
            column: usize::MAX,
            starts: Vec::new(),
        };
        let mut start = 0;
        let mut last = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_start_matches(' ');
            let column = line.len() - content.len();
            let body = content.trim_end_matches(['\r', '\n']);
            if body.contains('\r') || body.starts_with("...") {
                // A line end of its own kind; the end of a document.
                return None;
            }
            if start >= size && !body.is_empty() && !body.starts_with('#') {
                if column < cuts.column {
                    cuts.column = column;
                    cuts.starts.clear();
                    last = 0;
                }
                if column == cuts.column && body.starts_with("- ") && start - last >= size {
                    cuts.starts.push(start);
                    last = start;
                }
                if body.starts_with("---") {
                    return None;
                }
            }
            start += line.len();
        }
        (!cuts.starts.is_empty()).then_some(cuts)
    }

    /// From cut to cut, the first piece from the start of the text.
    fn pieces(&self, end: usize) -> Vec<Range<usize>> {
        let starts = std::iter::once(0).chain(self.starts.iter().copied());
        let ends = self.starts.iter().copied().chain([end]);
        starts.zip(ends).map(|(start, end)| start..end).collect()
    }
}

/// The first piece, growing by those behind it.
struct Joined {
    arena: Arena,
    /// The collections that are open where the first piece ends, outermost first; the last is the list.
    open: Vec<NodeId>,
    items: Vec<NodeId>,
}

impl Joined {
    /// Finds the list whose dashes stand in `column`.
    fn new(text: &str, arena: Arena, column: usize) -> Option<Self> {
        let mut id = arena.documents.last()?.root?;
        let mut open = Vec::new();
        loop {
            open.push(id);
            let NodeData { span, kind } = arena.nodes[id.0 as usize];
            let (Kind::Sequence { flow, children } | Kind::Mapping { flow, children }) = kind
            else {
                return None;
            };
            if flow {
                return None;
            }
            let members = &arena.children[range(children)];
            let start = span.start as usize;
            let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
            if matches!(kind, Kind::Sequence { .. }) && start - line == column {
                let items = members.to_vec();
                return Some(Self { arena, open, items });
            }
            id = *members.last()?;
        }
    }

    /// Adds the items of a piece that starts at byte `start`.
    fn append(&mut self, start: usize, piece: Arena) -> Option<()> {
        let [document] = piece.documents[..] else {
            return None;
        };
        // The list is the first node of the piece, and stays behind.
        let (list, nodes) = piece.nodes.split_first()?;
        let Kind::Sequence { children, .. } = list.kind else {
            return None;
        };
        if document.root != Some(NodeId(0)) || self.open.len() + piece.levels > MAX_DEPTH as usize {
            return None;
        }
        let to = &mut self.arena;
        let shift = Shift {
            bytes: start,
            nodes: to.nodes.len() as u32 - 1,
            children: to.children.len() as u32,
            decoded: to.decoded.len(),
        };
        to.nodes.extend(nodes.iter().map(|&node| shift.node(node)));
        let children = &piece.children[range(children)];
        self.items.extend(children.iter().map(|&id| shift.id(id)));
        to.children
            .extend(piece.children.iter().map(|&id| shift.id(id)));
        to.decoded.push_str(&piece.decoded);
        let tags = piece.tags.into_iter();
        to.tags.extend(tags.map(|(id, tag)| (shift.id(id), tag)));
        let comments = piece.comments.iter();
        to.comments.extend(comments.map(|span| span.shift(start)));
        to.levels = to.levels.max(self.open.len() + piece.levels - 1);
        Some(())
    }

    /// Gives the list its items, and what is open the end of the last of them.
    fn finish(mut self) -> Arena {
        let arena = &mut self.arena;
        let from = arena.children.len() as u32;
        arena.children.append(&mut self.items);
        let all = (from, arena.children.len() as u32);
        let last = arena
            .children
            .last()
            .map(|id| arena.nodes[id.0 as usize].span);
        for id in &self.open {
            let node = &mut arena.nodes[id.0 as usize];
            node.span = last.map_or(node.span, |last| node.span.to(last));
        }
        let list = self.open.last().map(|id| &mut arena.nodes[id.0 as usize]);
        if let Some(NodeData {
            kind: Kind::Sequence { children, .. },
            ..
        }) = list
        {
            *children = all;
        }
        self.arena
    }
}

/// How far what a piece says moves in the whole.
struct Shift {
    bytes: usize,
    nodes: u32,
    children: u32,
    decoded: usize,
}

impl Shift {
    const fn id(&self, id: NodeId) -> NodeId {
        NodeId(id.0 + self.nodes)
    }

    fn node(&self, node: NodeData) -> NodeData {
        NodeData {
            span: node.span.shift(self.bytes),
            kind: match node.kind {
                Kind::Scalar { style, value } => Kind::Scalar {
                    style,
                    value: self.value(value),
                },
                Kind::Sequence { flow, children } => Kind::Sequence {
                    flow,
                    children: self.range(children),
                },
                Kind::Mapping { flow, children } => Kind::Mapping {
                    flow,
                    children: self.range(children),
                },
                Kind::Alias(target) => Kind::Alias(self.id(target)),
            },
        }
    }

    const fn value(&self, value: Value) -> Value {
        match value {
            Value::InFile(span) => Value::InFile(span.shift(self.bytes)),
            Value::Decoded(span) => Value::Decoded(span.shift(self.decoded)),
        }
    }

    const fn range(&self, (start, end): Children) -> Children {
        (start + self.children, end + self.children)
    }
}

#[cfg(test)]
mod laws;
