use std::fmt;
use std::ops::Range;
use std::slice::ChunksExact;
use std::sync::Arc;

use super::merge::Pairs;
use super::scalar_map::ScalarMap;
use crate::source::{SourceFile, Span};

/// A node of a [`Tree`]; only meaningful together with its tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(super) u32);

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Without quotes. An omitted value is a plain scalar without text.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// The whole of a YAML file: the nodes of all its documents, its comments and its syntax errors.
pub struct Tree {
    pub(super) file: Arc<SourceFile>,
    pub(super) arena: Arena,
}

/// What was read of a text. Places count from its start.
#[derive(Default)]
pub(super) struct Arena {
    pub nodes: Vec<NodeData>,
    /// Items of sequences, keys and values of mappings in turn: each collection owns a range.
    pub children: Vec<NodeId>,
    /// Values that do not stand in the text as they are (escapes, folding, indentation), one after the other.
    pub decoded: String,
    /// Ordered by node.
    pub tags: Vec<(NodeId, String)>,
    pub comments: Vec<Span>,
    pub documents: Vec<Document>,
    pub errors: Vec<SyntaxError>,
    /// How deep collections nest.
    pub levels: usize,
}

/// One document of a file.
#[derive(Clone, Copy, Debug)]
pub struct Document {
    /// Its only top node. A broken document has what could be read before the error, if anything.
    pub root: Option<NodeId>,
    /// Whether a syntax error cut it short, so that parts are missing.
    pub broken: bool,
}

/// Why a file is no YAML, or none that can be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Index of the document in which it was found.
    pub document: usize,
    /// Where.
    pub span: Span,
    /// One sentence.
    pub message: String,
    /// A way out.
    pub help: Option<String>,
}

/// A comment, from its `#` to the end of its line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment<'t> {
    /// Where, the `#` included.
    pub span: Span,
    /// What follows the `#`, blanks included.
    pub text: &'t str,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct NodeData {
    pub span: Span,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Scalar { style: Style, value: Value },
    Sequence { flow: bool, children: Children },
    Mapping { flow: bool, children: Children },
    Alias(NodeId),
}

/// The range of a collection in [`Arena::children`].
pub(super) type Children = (u32, u32);

/// Where the text of a scalar is; only meaningful together with its tree.
#[derive(Clone, Copy, Debug)]
pub struct TextPlace(Value);

/// Where the text of a scalar is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    /// In the file, as it is.
    InFile(Span),
    /// In [`Arena::decoded`].
    Decoded(Span),
}

/// A node together with its tree: what everyone reads a file through.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
}

/// What a node is, aliases followed.
#[derive(Clone, Copy, Debug)]
pub enum Content<'t> {
    /// A scalar and its value.
    Scalar(&'t str),
    /// A sequence.
    Sequence,
    /// A mapping.
    Mapping,
}

impl Tree {
    /// Reads a file. Never fails: what is wrong is in [`Tree::errors`].
    #[must_use]
    pub fn parse(file: &Arc<SourceFile>) -> Self {
        super::build::build(file)
    }

    /// The file.
    #[must_use]
    pub const fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// The documents in order. A file without content has none.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.arena.documents
    }

    /// The top node of a document.
    #[must_use]
    pub fn root(&self, document: usize) -> Option<Node<'_>> {
        let root = self.arena.documents.get(document)?.root?;
        Some(self.node(root))
    }

    /// Everything that is wrong with the file, in order of place.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.arena.errors
    }

    /// The comments in order.
    pub fn comments(&self) -> impl DoubleEndedIterator<Item = Comment<'_>> + ExactSizeIterator {
        self.arena.comments.iter().map(|&span| Comment {
            span,
            text: self.file.slice(span).trim_start_matches('#'),
        })
    }

    /// The node `id` of this tree.
    #[must_use]
    pub const fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// Every node of all documents, in order of the text; collections before their children.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.arena.nodes.len() as u32).map(|id| self.node(NodeId(id)))
    }
}

impl<'t> Node<'t> {
    /// The number of the node in its tree.
    #[must_use]
    pub const fn id(self) -> NodeId {
        self.id
    }

    /// The tree.
    #[must_use]
    pub const fn tree(self) -> &'t Tree {
        self.tree
    }

    /// The bytes of the node as it stands here: of an alias those of `*name`, of a quoted scalar its quotes too, of a block
    /// scalar from its first to its last content byte, of a block collection from its first to its last entry, of an
    /// omitted value an empty place.
    #[must_use]
    pub fn span(self) -> Span {
        self.data().span
    }

    /// The node itself, or what the alias stands for.
    #[must_use]
    pub fn resolve(self) -> Self {
        match self.data().kind {
            // An alias points at a node that is no alias: the grammar gives anchors to content only.
            Kind::Alias(target) => self.tree.node(target),
            _ => self,
        }
    }

    /// Whether the node is an alias.
    #[must_use]
    pub fn is_alias(self) -> bool {
        matches!(self.data().kind, Kind::Alias(_))
    }

    /// What the node is, aliases followed.
    #[must_use]
    pub fn content(self) -> Content<'t> {
        match self.resolve().data().kind {
            Kind::Scalar { value, .. } => Content::Scalar(self.tree.value_text(value)),
            Kind::Sequence { .. } => Content::Sequence,
            // `resolve` has followed the alias.
            Kind::Mapping { .. } | Kind::Alias(_) => Content::Mapping,
        }
    }

    /// The value of a scalar, aliases followed.
    #[must_use]
    pub fn scalar(self) -> Option<&'t str> {
        match self.content() {
            Content::Scalar(value) => Some(value),
            Content::Sequence | Content::Mapping => None,
        }
    }

    /// Where the text is that Go reads here: that of the scalar, aliases followed; of null and of collections the empty text.
    #[must_use]
    pub fn text_place(self) -> TextPlace {
        TextPlace(match self.resolve().data().kind {
            Kind::Scalar { value, .. } if !self.is_null() => value,
            _ => Value::InFile(Span::empty(0)),
        })
    }

    /// How the scalar is written, aliases followed.
    #[must_use]
    pub fn style(self) -> Option<Style> {
        match self.resolve().data().kind {
            Kind::Scalar { style, .. } => Some(style),
            _ => None,
        }
    }

    /// Whether the scalar is written with `|` or `>`.
    #[must_use]
    pub fn is_block_scalar(self) -> bool {
        matches!(self.style(), Some(Style::Literal | Style::Folded))
    }

    /// The tag in full, such as `tag:yaml.org,2002:str`, aliases followed.
    #[must_use]
    pub fn tag(self) -> Option<&'t str> {
        let id = self.resolve().id;
        let tags = &self.tree.arena.tags;
        let at = tags.binary_search_by_key(&id, |(node, _)| *node).ok()?;
        Some(&tags[at].1)
    }

    /// Whether nothing is written here: `key:` and no more.
    #[must_use]
    pub fn is_omitted(self) -> bool {
        let node = self.resolve();
        node.span().is_empty() && node.style() == Some(Style::Plain)
    }

    /// Whether the node is null: omitted, `~`, `null`, `Null` or `NULL` without quotes, or tagged `!!null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        match (self.content(), self.tag()) {
            (Content::Scalar(_), Some(tag)) => tag == "tag:yaml.org,2002:null",
            (Content::Scalar(value), None) => {
                self.style() == Some(Style::Plain)
                    && matches!(value, "" | "~" | "null" | "Null" | "NULL")
            }
            _ => false,
        }
    }

    /// Whether the node is a mapping, aliases followed.
    #[must_use]
    pub fn is_mapping(self) -> bool {
        matches!(self.content(), Content::Mapping)
    }

    /// Whether the node is a sequence, aliases followed.
    #[must_use]
    pub fn is_sequence(self) -> bool {
        matches!(self.content(), Content::Sequence)
    }

    /// Whether the collection is written in brackets or braces.
    #[must_use]
    pub fn is_flow(self) -> bool {
        matches!(
            self.resolve().data().kind,
            Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. }
        )
    }

    /// The items of a sequence, aliases followed; nothing for other nodes.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone + 't {
        let children = match self.resolve().data().kind {
            Kind::Sequence { children, .. } => children,
            _ => (0, 0),
        };
        let tree = self.tree;
        tree.arena.children[range(children)]
            .iter()
            .map(move |&id| tree.node(id))
    }

    /// The keys and values of a mapping as they are written, aliases followed, `<<` and duplicates included; nothing for
    /// other nodes.
    pub fn entries(
        self,
    ) -> impl DoubleEndedIterator<Item = (Self, Self)> + ExactSizeIterator + Clone + 't {
        let tree = self.tree;
        self.entry_ids()
            .map(move |pair| (tree.node(pair[0]), tree.node(pair[1])))
    }

    /// The keys and values that hold once `<<` is resolved: the mapping's own pairs as written, then those merged into it
    /// whose keys it does not have. Earlier mappings of a merged list win over later ones.
    #[must_use]
    pub fn pairs(self) -> Pairs<'t> {
        Pairs::new(self)
    }

    /// The value of the first pair with that key, merged ones included.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        self.pairs()
            .find(|(name, _)| name.scalar() == Some(key))
            .map(|(_, value)| value)
    }

    /// Leads from bytes of the scalar's value to bytes of the file.
    #[must_use]
    pub fn scalar_map(self) -> ScalarMap {
        ScalarMap::new(self)
    }

    /// Keys and values of a mapping in pairs.
    pub(super) fn entry_ids(self) -> ChunksExact<'t, NodeId> {
        let children = match self.resolve().data().kind {
            Kind::Mapping { children, .. } => children,
            _ => (0, 0),
        };
        self.tree.arena.children[range(children)].chunks_exact(2)
    }

    pub(super) fn data(self) -> &'t NodeData {
        &self.tree.arena.nodes[self.id.0 as usize]
    }
}

impl Tree {
    /// The text of a place of this tree.
    #[must_use]
    pub fn text_at(&self, place: TextPlace) -> &str {
        self.value_text(place.0)
    }

    pub(super) fn value_text(&self, value: Value) -> &str {
        match value {
            Value::InFile(span) => &self.file.text()[span.range()],
            Value::Decoded(span) => &self.arena.decoded[span.range()],
        }
    }
}

pub(super) const fn range((start, end): Children) -> Range<usize> {
    start as usize..end as usize
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_alias() {
            f.write_str("*")?;
        }
        match self.content() {
            Content::Scalar(value) => fmt::Debug::fmt(value, f),
            Content::Sequence => f.debug_list().entries(self.items()).finish(),
            Content::Mapping => f.debug_map().entries(self.entries()).finish(),
        }
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("file", &self.file.path())
            .field("nodes", &self.arena.nodes.len())
            .field("documents", &self.arena.documents.len())
            .field("errors", &self.arena.errors)
            .finish()
    }
}
