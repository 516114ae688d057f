//! Events to tree.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::events::{AnchorId, Broken, Event, Events};
use super::limits::{MAX_ALIASED_NODES, MAX_DEPTH, Weight, too_deep};
use super::merge::{is_merge_key, is_mergeable};
use super::tree::{Arena, Document, Kind, NodeData, NodeId, Style, SyntaxError, Tree, Value};
use super::{pieces, tabs};
use crate::source::{SourceFile, Span};

/// Reads all documents of `file`.
pub(super) fn build(file: &Arc<SourceFile>) -> Tree {
    let text = file.text();
    let arena = pieces::read(text).unwrap_or_else(|| read(text));
    let file = Arc::clone(file);
    let mut tree = Tree { file, arena };
    let tabs = tabs::forbidden(&tree);
    let merges = bad_merges(&tree);
    let errors = &mut tree.arena.errors;
    errors.extend(tabs);
    errors.extend(merges);
    errors.sort_by_key(|error| (error.span, error.document));
    tree
}

/// Reads all documents of `text` in one go.
pub(super) fn read(text: &str) -> Arena {
    let mut builder = Builder::new(text);
    let mut events = Events::new(text);
    while let Some(next) = events.next() {
        let outcome = match next {
            Ok((event, span)) => builder.take(event, span),
            Err(broken) => Err(Refusal::from(broken)),
        };
        if let Err(refusal) = outcome {
            builder.break_document(refusal);
            if !events.skip_document() {
                break;
            }
        }
    }
    builder.finish()
}

/// Why a document cannot be read on.
struct Refusal {
    span: Span,
    message: String,
}

impl From<Broken> for Refusal {
    fn from(broken: Broken) -> Self {
        Self {
            span: Span::empty(broken.offset),
            message: broken.message,
        }
    }
}

/// A collection that is still open.
struct Frame {
    id: NodeId,
    /// Where its children start in `Builder::pending`.
    first: usize,
    anchor: AnchorId,
    weight: Weight,
}

/// What an alias may point at.
struct Anchored {
    node: NodeId,
    /// `None` while the collection is open: an alias to it would contain itself.
    weight: Option<Weight>,
}

struct Builder<'t> {
    text: &'t str,
    arena: Arena,
    open: Vec<Frame>,
    /// Finished children of the open collections.
    pending: Vec<NodeId>,
    anchors: FxHashMap<AnchorId, Anchored>,
    root: Option<NodeId>,
    in_document: bool,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        // Rule files have a node for every 15 to 30 bytes.
        let guess = text.len() / 20;
        Self {
            text,
            arena: Arena {
                nodes: Vec::with_capacity(guess),
                children: Vec::with_capacity(guess),
                ..Arena::default()
            },
            open: Vec::new(),
            pending: Vec::new(),
            anchors: FxHashMap::default(),
            root: None,
            in_document: false,
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Refusal> {
        match event {
            Event::DocumentStart => self.start_document(),
            Event::DocumentEnd => self.end_document(false),
            Event::Scalar {
                value,
                style,
                anchor,
                tag,
            } => {
                let (span, value) = self.place_scalar(span, &value, style);
                let id = self.push(span, Kind::Scalar { style, value }, tag);
                self.define(anchor, id, Some(Weight::LEAF));
                return self.attach(id, Weight::LEAF);
            }
            Event::SequenceStart { flow, anchor, tag } => {
                let children = (0, 0);
                let span = if flow {
                    span
                } else {
                    self.starting_at_dash(span)
                };
                return self.open(span, Kind::Sequence { flow, children }, anchor, tag);
            }
            Event::MappingStart { flow, anchor, tag } => {
                let children = (0, 0);
                return self.open(span, Kind::Mapping { flow, children }, anchor, tag);
            }
            Event::CollectionEnd => return self.close(Some(span)),
            Event::Alias(anchor) => return self.alias(anchor, span),
            Event::UnknownAlias(name) => {
                self.error(
                    span,
                    format!("the anchor `{name}` is not defined before this alias"),
                );
                return self.null_in_place_of_alias(span);
            }
            Event::Comment => self.arena.comments.push(span),
            Event::Other => {}
        }
        Ok(())
    }

    fn start_document(&mut self) {
        self.in_document = true;
        self.root = None;
        // Anchors are valid inside their document; numbers are never used twice.
        self.anchors.clear();
    }

    fn end_document(&mut self, broken: bool) {
        self.arena.documents.push(Document {
            root: self.root.take(),
            broken,
        });
        self.in_document = false;
    }

    /// Keeps what was read of the document and notes why there is no more.
    fn break_document(&mut self, refusal: Refusal) {
        self.error(self.one_character(refusal.span), refusal.message);
        while !self.open.is_empty() {
            // Refusals inside a broken document have been told already.
            let _ = self.close(None);
        }
        self.end_document(true);
    }

    fn finish(mut self) -> Arena {
        if self.in_document {
            self.end_document(true);
        }
        self.arena
    }

    fn error(&mut self, span: Span, message: String) {
        self.arena.errors.push(SyntaxError {
            document: self.arena.documents.len(),
            span,
            message,
            help: None,
        });
    }

    fn push(&mut self, span: Span, kind: Kind, tag: Option<String>) -> NodeId {
        // Files above 4 GiB are refused on reading, and a node has at least one byte or one sign.
        let id = NodeId(self.arena.nodes.len() as u32);
        self.arena.nodes.push(NodeData { span, kind });
        if let Some(tag) = tag {
            self.arena.tags.push((id, tag));
        }
        id
    }

    fn define(&mut self, anchor: AnchorId, node: NodeId, weight: Option<Weight>) {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchored { node, weight });
        }
    }

    fn open(
        &mut self,
        span: Span,
        kind: Kind,
        anchor: AnchorId,
        tag: Option<String>,
    ) -> Result<(), Refusal> {
        if self.open.len() >= MAX_DEPTH as usize {
            return Err(refuse_depth(span));
        }
        let id = self.push(span, kind, tag);
        self.define(anchor, id, None);
        self.open.push(Frame {
            id,
            first: self.pending.len(),
            anchor,
            weight: Weight::LEAF,
        });
        self.arena.levels = self.arena.levels.max(self.open.len());
        Ok(())
    }

    /// Closes the innermost collection; `end` is the span of its closing bracket, where it has one.
    fn close(&mut self, end: Option<Span>) -> Result<(), Refusal> {
        let Some(frame) = self.open.pop() else {
            return Ok(());
        };
        let mut last = self.pending.len();
        let is_mapping = matches!(
            self.arena.nodes[frame.id.0 as usize].kind,
            Kind::Mapping { .. }
        );
        if is_mapping && !(last - frame.first).is_multiple_of(2) {
            // A key whose value was cut off by an error.
            last -= 1;
        }
        let start = self.arena.children.len() as u32;
        let members = &self.pending[frame.first..last];
        let content_end = members
            .last()
            .map(|id| self.arena.nodes[id.0 as usize].span);
        let content_start = members
            .first()
            .map(|id| self.arena.nodes[id.0 as usize].span);
        self.arena.children.extend_from_slice(members);
        self.pending.truncate(frame.first);
        let range = (start, self.arena.children.len() as u32);

        let node = &mut self.arena.nodes[frame.id.0 as usize];
        match &mut node.kind {
            Kind::Sequence { children, .. } | Kind::Mapping { children, .. } => *children = range,
            Kind::Scalar { .. } | Kind::Alias(_) => {}
        }
        // A closing bracket has bytes; the end of a block collection has none, and stands somewhere behind it.
        node.span = match end {
            Some(bracket) if !bracket.is_empty() => node.span.to(bracket),
            _ => {
                let from = node.span.start;
                let start = content_start.map_or(from, |child| child.start.min(from));
                let end = content_end.map_or(node.span.end, |child| child.end);
                Span::new(start as usize, end.max(start) as usize)
            }
        };
        self.define(frame.anchor, frame.id, Some(frame.weight));
        self.attach(frame.id, frame.weight)
    }

    fn alias(&mut self, anchor: AnchorId, span: Span) -> Result<(), Refusal> {
        let target = self.anchors.get(&anchor).map(|a| (a.node, a.weight));
        match target {
            Some((node, Some(weight))) => {
                let id = self.push(span, Kind::Alias(node), None);
                self.attach(id, weight)
            }
            Some((_, None)) => {
                let name = &self.text[span.range()].trim_start_matches('*');
                self.error(span, format!("the anchor `{name}` contains itself"));
                self.null_in_place_of_alias(span)
            }
            None => self.null_in_place_of_alias(span),
        }
    }

    /// The structure goes on behind an alias that stands for nothing.
    fn null_in_place_of_alias(&mut self, span: Span) -> Result<(), Refusal> {
        let value = Value::InFile(Span::empty(span.end as usize));
        let style = Style::Plain;
        let id = self.push(span, Kind::Scalar { style, value }, None);
        self.attach(id, Weight::LEAF)
    }

    /// Hands a finished node to the collection around it.
    fn attach(&mut self, id: NodeId, weight: Weight) -> Result<(), Refusal> {
        let depth = self.open.len() as u32;
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(id);
            return Ok(());
        };
        parent.weight.add_child(weight);
        let total = parent.weight.nodes;
        self.pending.push(id);
        let span = self.arena.nodes[id.0 as usize].span;
        if weight.levels.saturating_add(depth) > MAX_DEPTH + 1 {
            return Err(refuse_depth(span));
        }
        let written = self.arena.nodes.len() as u64;
        if total.saturating_sub(written) > MAX_ALIASED_NODES {
            return Err(Refusal {
                span,
                message: "aliases make this document too large".to_owned(),
            });
        }
        Ok(())
    }

    /// The tight span of a scalar, and where its value is.
    fn place_scalar(&mut self, span: Span, value: &str, style: Style) -> (Span, Value) {
        if style == Style::Plain && span.is_empty() {
            // An omitted value arrives as `~` without bytes, before the colon: its place is behind it.
            let at = span.start as usize;
            let behind_colon = self.text.as_bytes().get(at) == Some(&b':');
            let place = Span::empty(at + usize::from(behind_colon));
            return (place, Value::InFile(place));
        }
        let span = match style {
            Style::Literal | Style::Folded => self.without_trailing_lines(span),
            Style::Plain | Style::SingleQuoted | Style::DoubleQuoted => span,
        };
        (span, self.keep_value(value))
    }

    /// Values that stand in the file as they are stay there.
    fn keep_value(&mut self, value: &str) -> Value {
        if let Some(span) = position_inside(self.text, value) {
            return Value::InFile(span);
        }
        let start = self.arena.decoded.len();
        self.arena.decoded.push_str(value);
        Value::Decoded(Span::new(start, self.arena.decoded.len()))
    }

    /// The span of a block scalar up to its last content byte.
    fn without_trailing_lines(&self, span: Span) -> Span {
        let start = span.start as usize;
        let body = &self.text[span.range()];
        let content = body.trim_end_matches([' ', '\n', '\r']).len();
        // Blanks at the end of the last line with content are content.
        let line_end = body[content..].find(['\n', '\r']);
        Span::new(
            start,
            line_end.map_or(span.end as usize, |at| start + content + at),
        )
    }

    /// A block sequence starts at its first dash; one that is not indented below its key arrives behind it.
    fn starting_at_dash(&self, span: Span) -> Span {
        let parent = self
            .open
            .last()
            .map(|frame| self.arena.nodes[frame.id.0 as usize].kind);
        let before = self.text[..span.start as usize].trim_end_matches([' ', '\n', '\r']);
        let line = before
            .strip_suffix('-')
            .map(|rest| rest.trim_end_matches(' '));
        let is_dash = line.is_some_and(|rest| rest.is_empty() || rest.ends_with('\n'));
        if is_dash && matches!(parent, Some(Kind::Mapping { .. })) {
            return Span::empty(before.len() - 1);
        }
        span
    }

    /// Something to put a caret under: the character at an empty place.
    fn one_character(&self, span: Span) -> Span {
        let start = span.start as usize;
        let end = self
            .text
            .get(start..)
            .and_then(|rest| rest.chars().next())
            .filter(|&c| c != '\n' && c != '\r')
            .map_or(start, |c| start + c.len_utf8());
        span.to(Span::new(start, end))
    }
}

fn refuse_depth(span: Span) -> Refusal {
    Refusal {
        span,
        message: too_deep(),
    }
}

/// Where `part` stands in `text`, if it is a piece of it and not a copy.
fn position_inside(text: &str, part: &str) -> Option<Span> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let end = start.checked_add(part.len())?;
    (text.get(start..end)? == part).then(|| Span::new(start, end))
}

/// `<<` before something that cannot be merged; Go refuses the whole file.
fn bad_merges(tree: &Tree) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    if !tree.file.text().contains("<<") {
        return errors;
    }
    for node in tree.nodes().filter(|node| !node.is_alias()) {
        for (key, value) in node.entries() {
            if is_merge_key(key) && !is_mergeable(value) {
                errors.push(SyntaxError {
                    document: document_of(tree, node.id()),
                    span: value.span(),
                    message: "only a mapping, or a list of mappings, can be merged with `<<`"
                        .to_owned(),
                    help: None,
                });
            }
        }
    }
    errors
}

/// The document that holds a node: roots are numbered before their children.
pub(super) fn document_of(tree: &Tree, node: NodeId) -> usize {
    let roots = tree.documents().iter().map(|document| document.root);
    roots
        .enumerate()
        .filter(|&(_, root)| root.is_some_and(|root| root <= node))
        .map(|(index, _)| index)
        .next_back()
        .unwrap_or(0)
}
