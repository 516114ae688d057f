use std::fmt;
use std::sync::Arc;

use crate::source::{SourceFile, Span};
use crate::yaml::{Content, Node, NodeId, TextPlace, Tree};

/// A scalar that is read as text, and where each of its bytes stands in the file.
///
/// Go takes the text of any scalar as it is written: `yes`, `1.50` and dates stay as they are, and null is the empty text.
#[derive(Clone)]
pub struct Text {
    tree: Arc<Tree>,
    node: NodeId,
    place: TextPlace,
}

/// A key and its text, of a mapping such as `labels`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    /// The key.
    pub key: Text,
    /// The value.
    pub value: Text,
}

/// A scalar found below a node, with the keys that lead to it.
#[derive(Clone, Debug)]
pub struct Field {
    /// The keys and indices from the node down, such as `http_config.basic_auth.password` or `actions[0].url`.
    pub path: String,
    /// The key it belongs to; `None` for an item of a list.
    pub key: Option<Text>,
    /// The scalar.
    pub value: Text,
}

impl Text {
    /// The text of `node`; of a node that is no scalar the empty text.
    #[must_use]
    pub fn new(tree: &Arc<Tree>, node: NodeId) -> Self {
        Self {
            tree: Arc::clone(tree),
            node,
            place: tree.node(node).text_place(),
        }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.tree.text_at(self.place)
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }

    /// The bytes of the scalar in the file, quotes included; of an alias those of `*name`.
    #[must_use]
    pub fn span(&self) -> Span {
        self.node().span()
    }

    /// The bytes of the file that the bytes `span` of the text were read from; the whole scalar where they are not known.
    #[must_use]
    pub fn map(&self, span: Span) -> Span {
        self.node().scalar_map().span(span)
    }

    /// The node of the scalar.
    #[must_use]
    pub fn node(&self) -> Node<'_> {
        self.tree.node(self.node)
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Arc<SourceFile> {
        self.tree.file()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Every scalar below a node that is not null, in document order: what a lint looks through for secrets and placeholders.
#[must_use]
pub fn scalars(tree: &Arc<Tree>, node: NodeId) -> Vec<Field> {
    let mut found = Vec::new();
    collect(tree, tree.node(node), &mut String::new(), None, &mut found);
    found
}

fn collect(
    tree: &Arc<Tree>,
    node: Node<'_>,
    path: &mut String,
    key: Option<NodeId>,
    found: &mut Vec<Field>,
) {
    let depth = path.len();
    match node.content() {
        Content::Scalar(_) if node.is_null() => {}
        Content::Scalar(_) => found.push(Field {
            path: path.clone(),
            key: key.map(|key| Text::new(tree, key)),
            value: Text::new(tree, node.id()),
        }),
        Content::Sequence => {
            for (index, item) in node.items().enumerate() {
                path.push_str(&format!("[{index}]"));
                collect(tree, item, path, None, found);
                path.truncate(depth);
            }
        }
        Content::Mapping => {
            for (key, value) in node.pairs() {
                if depth > 0 {
                    path.push('.');
                }
                path.push_str(key.scalar().unwrap_or_default());
                collect(tree, value, path, Some(key.id()), found);
                path.truncate(depth);
            }
        }
    }
}
