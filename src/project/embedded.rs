//! Configurations of Alertmanager inside of Kubernetes objects: a value of a `Secret` or `ConfigMap`.

use std::path::PathBuf;
use std::sync::Arc;

use data_encoding::BASE64;

use crate::model::{Kind, detect};
use crate::source::SourceFile;
use crate::yaml::{Node, Style, Tree};

/// A configuration that stands in another file.
pub(super) struct Embedded {
    /// Its text, and a name for it.
    pub source: Arc<SourceFile>,
    /// Whether each of its bytes stands at the same place of the outer file, so that places in one are places in the other.
    pub in_place: bool,
}

/// The first configuration in the objects of a file.
pub(super) fn alertmanager(tree: &Tree) -> Option<Embedded> {
    let documents = (0..tree.documents().len()).filter_map(|document| tree.root(document));
    documents.flat_map(objects).find_map(|object| {
        let kind = text(object, "kind");
        let values = match kind {
            // Kubernetes takes the values of `stringData` as they are.
            "Secret" => vec![("stringData", false), ("data", true)],
            "ConfigMap" => vec![("data", false), ("binaryData", true)],
            _ => return None,
        };
        values.into_iter().find_map(|(name, is_encoded)| {
            let entries = object.get(name)?.entries();
            entries
                .filter(|(key, _)| is_name(key.scalar().unwrap_or_default()))
                .find_map(|(key, value)| embedded(tree, key, value, is_encoded))
        })
    })
}

fn text<'t>(object: Node<'t>, key: &str) -> &'t str {
    object.get(key).and_then(Node::scalar).unwrap_or_default()
}

/// An object, or those of a list.
fn objects(root: Node<'_>) -> Vec<Node<'_>> {
    match text(root, "kind") {
        "List" | "SecretList" | "ConfigMapList" => root
            .get("items")
            .into_iter()
            .flat_map(Node::items)
            .collect(),
        _ => vec![root],
    }
}

/// Whether a value of that name may be a configuration; what it is decides its content.
fn is_name(key: &str) -> bool {
    [".yaml", ".yml"].iter().any(|ending| key.ends_with(ending))
}

fn embedded(tree: &Tree, key: Node<'_>, value: Node<'_>, is_encoded: bool) -> Option<Embedded> {
    let written = value.scalar()?;
    let decoded = match is_encoded {
        true => {
            let digits: String = written.split_ascii_whitespace().collect();
            String::from_utf8(BASE64.decode(digits.as_bytes()).ok()?).ok()?
        }
        false => written.to_owned(),
    };
    let outer = tree.file();
    let name = format!("{} ({})", outer.path().display(), key.scalar()?);
    let source = SourceFile::new(PathBuf::from(name), decoded);
    let inner = Tree::parse(&source);
    if detect(&inner).first() != Some(&Kind::Alertmanager) {
        return None;
    }
    let in_place = (!is_encoded && value.style() == Some(Style::Literal))
        .then(|| blanked(outer, value))
        // What depends on the column, such as `---`, reads otherwise where it is indented.
        .filter(|source| Tree::parse(source).errors().len() == inner.errors().len());
    Some(match in_place {
        Some(source) => Embedded {
            source,
            in_place: true,
        },
        None => Embedded {
            source,
            in_place: false,
        },
    })
}

/// The outer file with blanks in the place of all that does not belong to the value. A block that is indented as a whole is
/// the same YAML as one that is not.
fn blanked(outer: &Arc<SourceFile>, value: Node<'_>) -> Arc<SourceFile> {
    let span = value.resolve().span();
    let text = outer.text();
    let start = text[..span.start as usize]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let blank = |part: &str| -> String {
        let bytes = part.bytes().map(|byte| match byte {
            b'\n' | b'\r' => char::from(byte),
            _ => ' ',
        });
        bytes.collect()
    };
    let end = span.end as usize;
    let blanked = [
        blank(&text[..start]).as_str(),
        &text[start..end],
        &blank(&text[end..]),
    ]
    .concat();
    SourceFile::new(outer.path(), blanked)
}
