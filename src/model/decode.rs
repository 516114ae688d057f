//! The decoder: reads nodes as what they should be and notes what they are not.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::problem::{Problem, ProblemKind};
use super::scalar::{Scalar, resolve};
use super::shape::{Key, Shape};
use super::text::{Pair, Text};
use crate::source::{Span, Spanned};
use crate::target::{Duration, Target};
use crate::yaml::{Content, Node, Tree};

pub(super) struct Decoder<'t> {
    pub tree: &'t Arc<Tree>,
    pub target: &'t Target,
    problems: Vec<Problem>,
}

/// The keys of one mapping that are known, with their values.
#[derive(Default)]
pub(super) struct Fields<'t> {
    entries: Vec<(&'static str, Node<'t>, Node<'t>)>,
    /// The bytes of the mapping.
    pub span: Span,
}

impl<'t> Fields<'t> {
    pub fn get(&self, name: &str) -> Option<Node<'t>> {
        self.entry(name).map(|(_, value)| value)
    }

    /// Where the key stands.
    pub fn key_span(&self, name: &str) -> Option<Span> {
        self.entry(name).map(|(key, _)| key.span())
    }

    fn entry(&self, name: &str) -> Option<(Node<'t>, Node<'t>)> {
        let found = self.entries.iter().find(|(known, _, _)| *known == name);
        found.map(|&(_, key, value)| (key, value))
    }
}

impl<'t> Decoder<'t> {
    pub const fn new(tree: &'t Arc<Tree>, target: &'t Target) -> Self {
        Self {
            tree,
            target,
            problems: Vec::new(),
        }
    }

    /// The problems in order of place.
    pub fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.span);
        self.problems
    }

    /// The top node of a document; notes its syntax errors. A broken document is not decoded: what is missing may only be
    /// unread.
    pub fn root(&mut self, document: usize) -> Option<Node<'t>> {
        for error in self
            .tree
            .errors()
            .iter()
            .filter(|error| error.document == document)
        {
            let problem = Problem::new(ProblemKind::Syntax, error.span, &error.message);
            self.problems.push(Problem {
                help: error.help.clone(),
                ..problem
            });
        }
        let is_broken = self.tree.documents().get(document).is_none_or(|d| d.broken);
        self.tree.root(document).filter(|_| !is_broken)
    }

    pub fn problem(
        &mut self,
        kind: ProblemKind,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Problem {
        let at = self.problems.len();
        self.problems.push(Problem::new(kind, span, message));
        &mut self.problems[at]
    }

    pub fn schema(&mut self, span: Span, message: impl Into<String>) -> &mut Problem {
        self.problem(ProblemKind::Schema, span, message)
    }

    pub fn notice(&mut self, span: Span, message: impl Into<String>) -> &mut Problem {
        self.problem(ProblemKind::Notice, span, message)
    }

    /// Tells of documents behind the first, which Prometheus and Alertmanager never look at.
    pub fn further_documents(&mut self, document: usize) {
        if document != 0 {
            return;
        }
        if let Some(second) = self.tree.root(1) {
            let message = "only the first document of a file is read: this one is ignored";
            self.notice(head(second), message);
        }
    }

    /// The known fields of a mapping. Null counts as a mapping without keys, as in Go.
    pub fn fields(&mut self, node: Node<'t>, shape: &Shape) -> Fields<'t> {
        let mut fields = Fields {
            entries: Vec::new(),
            span: node.span(),
        };
        if !self.expect_mapping(node, shape.what) {
            return fields;
        }
        self.check_duplicates(node);
        for (key, value) in node.pairs() {
            let name = key.scalar().unwrap_or_default();
            let known = shape.find(name);
            match known.filter(|known| !known.is_own || self.target.extensions) {
                Some(known) => {
                    self.check_version(key, known, shape);
                    fields.entries.push((known.name, key, value));
                }
                None if shape.open => {}
                None => {
                    let message = format!("unknown key `{name}` in {}", shape.what);
                    self.schema(key.span(), message).help = Some(shape.advice(name));
                }
            }
        }
        fields
    }

    fn expect_mapping(&mut self, node: Node<'t>, what: &str) -> bool {
        if !node.is_mapping() && !node.is_null() {
            self.schema(
                head(node),
                format!("{what} must be a mapping, not {}", kind_of(node)),
            );
        }
        node.is_mapping()
    }

    fn check_version(&mut self, key: Node<'t>, known: &Key, shape: &Shape) {
        let target = shape.product.version(self.target);
        if let Some(since) = known.since.filter(|&since| since > target) {
            let (name, product) = (known.name, shape.product.name());
            let message = format!("`{name}` needs {product} {since}, the target is {target}");
            self.schema(key.span(), message);
        }
    }

    /// Two equal keys in one mapping, which Go refuses.
    pub fn check_duplicates(&mut self, node: Node<'t>) {
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
                let problem = self.schema(key.span(), format!("the key `{name}` is set twice"));
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
            self.check_duplicates(node);
            waiting.extend(node.items());
            waiting.extend(node.entries().map(|(_, value)| value));
        }
    }

    /// The items of a list; null is an empty list.
    pub fn items(&mut self, node: Option<Node<'t>>, what: &str) -> Vec<Node<'t>> {
        let Some(node) = node.filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        if !node.is_sequence() {
            self.schema(
                head(node),
                format!("{what} must be a list, not {}", kind_of(node)),
            );
        }
        node.items().collect()
    }

    /// A list of texts.
    pub fn texts(&mut self, node: Option<Node<'t>>, what: &str) -> Vec<Text> {
        let items = self.items(node, what);
        let item = format!("an item of {what}");
        items
            .into_iter()
            .filter_map(|node| self.text_of(node, &item))
            .collect()
    }

    /// The text of a field; `None` where it is missing or no scalar.
    pub fn text(&mut self, fields: &Fields<'t>, name: &str) -> Option<Text> {
        let node = fields.get(name)?;
        self.text_of(node, &format!("`{name}`"))
    }

    fn text_of(&mut self, node: Node<'t>, what: &str) -> Option<Text> {
        if node.scalar().is_none() {
            self.schema(
                head(node),
                format!("{what} must be text, not {}", kind_of(node)),
            );
            return None;
        }
        Some(Text::new(self.tree, node.id()))
    }

    /// A mapping of texts, such as `labels`.
    pub fn pairs(&mut self, fields: &Fields<'t>, name: &str) -> Vec<Pair> {
        let Some(node) = fields.get(name) else {
            return Vec::new();
        };
        if !self.expect_mapping(node, &format!("`{name}`")) {
            return Vec::new();
        }
        self.check_duplicates(node);
        let mut pairs = Vec::new();
        for (key, value) in node.pairs() {
            let label = key.scalar().unwrap_or_default();
            let key = self.text_of(key, "a key");
            let value = self.text_of(value, &format!("the value of `{label}`"));
            if let (Some(key), Some(value)) = (key, value) {
                pairs.push(Pair { key, value });
            }
        }
        pairs
    }

    /// A duration by Prometheus's grammar; null is no duration.
    pub fn duration(&mut self, fields: &Fields<'t>, name: &str) -> Option<Spanned<Duration>> {
        let node = fields.get(name).filter(|node| !node.is_null())?;
        let text = self.text_of(node, &format!("`{name}`"))?;
        match Duration::parse(text.as_str()) {
            Ok(duration) => Some(Spanned::new(duration, node.span())),
            Err(error) => {
                let problem = self.problem(
                    ProblemKind::Duration,
                    node.span(),
                    format!("`{name}`: {error}"),
                );
                problem.help = Some(duration_help(text.as_str()));
                None
            }
        }
    }

    /// A whole number; Go cuts off fractions.
    pub fn int(&mut self, fields: &Fields<'t>, name: &str) -> Option<Spanned<i64>> {
        let node = fields.get(name)?;
        let int = match resolve(node) {
            Scalar::Null => return None,
            Scalar::Int(int) => i64::try_from(int).ok(),
            Scalar::Float(float) if float <= i64::MAX as f64 => Some(float as i64),
            _ => None,
        };
        self.expect(node, name, "a whole number", int)
    }

    /// A number.
    pub fn float(&mut self, fields: &Fields<'t>, name: &str) -> Option<Spanned<f64>> {
        let node = fields.get(name)?;
        let float = match resolve(node) {
            Scalar::Null => return None,
            Scalar::Int(int) => Some(int as f64),
            Scalar::Float(float) => Some(float),
            _ => None,
        };
        self.expect(node, name, "a number", float)
    }

    /// A truth value.
    pub fn bool(&mut self, fields: &Fields<'t>, name: &str) -> Option<Spanned<bool>> {
        let node = fields.get(name)?;
        let bool = match resolve(node) {
            Scalar::Null => return None,
            Scalar::Bool(bool) => Some(bool),
            _ => None,
        };
        self.expect(node, name, "`true` or `false`", bool)
    }

    fn expect<T>(
        &mut self,
        node: Node<'t>,
        name: &str,
        what: &str,
        value: Option<T>,
    ) -> Option<Spanned<T>> {
        if value.is_none() {
            self.schema(
                head(node),
                format!("`{name}` must be {what}, not {}", kind_of(node)),
            );
        }
        value.map(|value| Spanned::new(value, node.span()))
    }
}

/// A short piece to put a caret under: of a block collection its first key or item.
pub(super) fn head(node: Node<'_>) -> Span {
    if node.is_alias() || node.is_flow() {
        return node.span();
    }
    let first = node.entries().next().map(|(key, _)| key);
    match first.or_else(|| node.items().next()) {
        Some(child) => head(child),
        None => node.span(),
    }
}

fn kind_of(node: Node<'_>) -> &'static str {
    match (node.content(), resolve(node)) {
        (Content::Mapping, _) => "a mapping",
        (Content::Sequence, _) => "a list",
        (_, Scalar::Null) => "null",
        (_, Scalar::Bool(_)) => "a truth value",
        (_, Scalar::Int(_) | Scalar::Float(_)) => "a number",
        (_, Scalar::Text) => "text",
    }
}

fn duration_help(text: &str) -> String {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match is_number {
        true => format!("write the unit: `{text}s` or `{text}m`"),
        false => "a duration is written like `30s`, `5m` or `1h30m`: whole numbers with y, w, d, h, m, s, ms in this order".to_owned(),
    }
}
