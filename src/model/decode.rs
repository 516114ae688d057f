//! The decoder: reads nodes as what they should be and notes what they are not.

use std::sync::Arc;

use super::problem::{Problem, ProblemKind};
use super::scalar::{Scalar, resolve};
use super::shape::{Key, Shape};
use super::text::{Pair, Text};
use super::wording::{RulePlace, Stage, Step, excerpt};
use crate::diagnostic::{Edit, Fix};
use crate::source::{Span, Spanned};
use crate::target::{Duration, Target, Version};
use crate::yaml::{Content, Node, Tree};

/// The Go type of labels and annotations.
const LABELS: &str = "map[string]string";

pub(super) struct Decoder<'t> {
    pub tree: &'t Arc<Tree>,
    pub target: &'t Target,
    /// Whether vmalert reads it, which takes more than Prometheus does.
    pub is_vmalert: bool,
    /// Whether unknown keys are passed over.
    pub lenient: bool,
    /// Whether it is a rule file. Prometheus reads those with a newer YAML reader, which words duplicate keys otherwise.
    pub is_rule_file: bool,
    /// The rule that is read, for Prometheus's words.
    pub rule: RulePlace,
    problems: Vec<Problem>,
}

/// The keys of one mapping that are known, with their values.
#[derive(Default)]
pub(super) struct Fields<'t> {
    entries: Vec<(&'static str, Node<'t>, Node<'t>)>,
    /// The bytes of the mapping.
    pub span: Span,
    /// A short piece of it to put a caret under.
    pub head: Span,
}

impl<'t> Fields<'t> {
    /// One key with its value.
    pub fn of(name: &'static str, key: Node<'t>, value: Node<'t>) -> Self {
        Self {
            entries: vec![(name, key, value)],
            span: key.span(),
            head: key.span(),
        }
    }

    pub fn get(&self, name: &str) -> Option<Node<'t>> {
        self.entry(name).map(|(_, value)| value)
    }

    /// The known keys that are there.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|(name, _, _)| *name)
    }

    /// The key itself.
    pub fn key(&self, name: &str) -> Option<Node<'t>> {
        self.entry(name).map(|(key, _)| key)
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
    pub fn new(tree: &'t Arc<Tree>, target: &'t Target) -> Self {
        Self {
            tree,
            target,
            is_vmalert: false,
            lenient: false,
            is_rule_file: false,
            rule: RulePlace::default(),
            problems: Vec::new(),
        }
    }

    /// How many problems there are so far.
    pub fn count(&self) -> usize {
        self.problems.len()
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
            self.problems.push(Problem::syntax(self.tree, error));
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

    /// A problem that Prometheus tells with the rule that is read, at `places`.
    pub fn rule_problem(
        &mut self,
        span: Span,
        message: impl Into<String>,
        step: Step,
        places: Vec<Option<usize>>,
        text: &str,
    ) -> &mut Problem {
        let wording = self.rule.wording(step, places, span.start as usize, text);
        let problem = self.schema(span, message);
        problem.wording = Some(wording);
        problem
    }

    /// A problem of decoding, with Prometheus's words for it.
    pub fn decoding(
        &mut self,
        span: Span,
        message: impl Into<String>,
        text: String,
    ) -> &mut Problem {
        let line = self.line(span);
        let problem = self.schema(span, message);
        problem.worded(Stage::Decoding { line }, text)
    }

    pub fn line(&self, span: Span) -> usize {
        self.tree.file().line_column(span.start as usize).line
    }

    /// A node is not what it must be.
    pub fn mismatch(&mut self, node: Node<'t>, what: &str, wanted: &str, go: &str) -> &mut Problem {
        let message = format!("{what} must be {wanted}, not {}", kind_of(node));
        let found = go_kind(node);
        let text = format!("cannot unmarshal {found} into {}", self.go_type(go));
        self.decoding(head(node), message, text)
    }

    /// What Prometheus calls a type: that of rules has lost its nodes in 3.0.
    fn go_type<'g>(&self, go: &'g str) -> &'g str {
        match go {
            "rulefmt.RuleNode" if self.target.prometheus >= Version::new(3, 0) => "rulefmt.Rule",
            _ => go,
        }
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
            head: head(node),
        };
        if !self.expect_mapping(node, shape.what, shape.go) {
            return fields;
        }
        self.check_duplicates_of(node, Some(shape.go), &|name| shape.knows(name, self.target));
        for (key, value) in node.pairs() {
            let name = key.scalar().unwrap_or_default();
            let known = shape.find(name);
            match known.filter(|known| !known.is_own || self.target.extensions) {
                Some(known) => {
                    self.check_version(key, known, shape);
                    // The first of two stands.
                    if fields.entry(known.name).is_none() {
                        fields.entries.push((known.name, key, value));
                    }
                }
                None if shape.open || self.lenient => {}
                None if self.is_of_dialect(key, value, shape) => {}
                None => {
                    let message = format!("unknown key `{name}` in {}", shape.what);
                    let fix = self.renamed(node, key, shape);
                    let problem = self.decoding(key.span(), message, self.not_found(name, shape));
                    problem.help = Some(shape.advice(name));
                    problem.fix = fix;
                }
            }
        }
        fields
    }

    /// The same without keys that are newer than the target, whose values nobody reads.
    pub fn known_fields(&mut self, node: Node<'t>, shape: &Shape) -> Fields<'t> {
        let mut fields = self.fields(node, shape);
        let target = self.target;
        fields
            .entries
            .retain(|(name, _, _)| shape.knows(name, target));
        fields
    }

    /// Writes the key that was meant, where only one can be and it is not there yet.
    fn renamed(&self, node: Node<'t>, key: Node<'t>, shape: &Shape) -> Option<Fix> {
        let version = shape.product.version(self.target);
        let is_usable = |key: &&Key| {
            key.since.is_none_or(|since| since <= version)
                && (!key.is_own || self.target.extensions)
        };
        let name = key.scalar()?;
        let meant = shape.only_meant(name, is_usable)?;
        // A merged key stands elsewhere.
        let is_own = node.entries().any(|(own, _)| own.id() == key.id());
        if !is_own || node.is_alias() || key.is_alias() || node.get(meant).is_some() {
            return None;
        }
        Some(Fix {
            title: format!("write `{meant}` instead of `{name}`"),
            edits: vec![Edit {
                span: key.span(),
                text: meant.to_owned(),
            }],
        })
    }

    fn not_found(&self, name: &str, shape: &Shape) -> String {
        format!("field {name} not found in type {}", self.go_type(shape.go))
    }

    pub fn expect_mapping(&mut self, node: Node<'t>, what: &str, go: &str) -> bool {
        if !node.is_mapping() && !node.is_null() {
            self.mismatch(node, what, "a mapping", go);
        }
        node.is_mapping()
    }

    fn check_version(&mut self, key: Node<'t>, known: &Key, shape: &Shape) {
        let target = shape.product.version(self.target);
        let since = known.since.filter(|_| !self.is_vmalert);
        if let Some(since) = since.filter(|&since| since > target) {
            let (name, product) = (known.name, shape.product.name());
            let message = format!("`{name}` needs {product} {since}, the target is {target}");
            let text = self.not_found(name, shape);
            self.decoding(key.span(), message, text);
        }
    }

    /// The items of a list; null is an empty list. `go` is the type that the list is read into.
    pub fn items(&mut self, node: Option<Node<'t>>, what: &str, go: &str) -> Vec<Node<'t>> {
        let Some(node) = node.filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        if !node.is_sequence() {
            self.mismatch(node, what, "a list", go);
        }
        node.items().collect()
    }

    /// A list of texts.
    pub fn texts(&mut self, node: Option<Node<'t>>, what: &str) -> Vec<Text> {
        let items = self.items(node, what, "[]string");
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
            self.mismatch(node, what, "text", "string");
            return None;
        }
        Some(Text::new(self.tree, node.id()))
    }

    /// A mapping of texts, such as `labels`.
    pub fn pairs(&mut self, fields: &Fields<'t>, name: &str) -> Vec<Pair> {
        self.pairs_in(fields, name, LABELS)
    }

    /// The same, read into the Go type `go`.
    pub fn pairs_in(&mut self, fields: &Fields<'t>, name: &str, go: &str) -> Vec<Pair> {
        match fields.get(name) {
            Some(node) => self.pairs_of(node, &format!("`{name}`"), go),
            None => Vec::new(),
        }
    }

    /// The pairs of a mapping of texts.
    pub fn pairs_of(&mut self, node: Node<'t>, what: &str, go: &str) -> Vec<Pair> {
        if !self.expect_mapping(node, what, go) {
            return Vec::new();
        }
        self.check_duplicates(node, Some(LABELS));
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
            Err(error) if self.is_vmalert => {
                let message = format!(
                    "`{name}` is no duration of Prometheus, only vmalert can tell: {error}"
                );
                self.notice(node.span(), message);
                None
            }
            Err(error) => {
                let problem = self.problem(
                    ProblemKind::Duration,
                    node.span(),
                    format!("`{name}`: {error}"),
                );
                problem.help = Some(duration_help(text.as_str()));
                problem.worded(Stage::Value, error.to_string());
                None
            }
        }
    }

    /// A whole number, of which nobody needs to know which.
    pub fn any_int(&mut self, fields: &Fields<'t>, name: &str, go: &str) {
        let Some(node) = fields.get(name) else { return };
        if !matches!(
            resolve(node),
            Scalar::Null | Scalar::Int(_) | Scalar::Float(_)
        ) {
            self.mismatch(node, &format!("`{name}`"), "a whole number", go);
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
        self.expect(node, name, ("a whole number", "int"), int)
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
        self.expect(node, name, ("a number", "float64"), float)
    }

    /// A truth value.
    pub fn bool(&mut self, fields: &Fields<'t>, name: &str) -> Option<Spanned<bool>> {
        let node = fields.get(name)?;
        let bool = match resolve(node) {
            Scalar::Null => return None,
            Scalar::Bool(bool) => Some(bool),
            _ => None,
        };
        self.expect(node, name, ("`true` or `false`", "bool"), bool)
    }

    fn expect<T>(
        &mut self,
        node: Node<'t>,
        name: &str,
        (wanted, go): (&str, &str),
        value: Option<T>,
    ) -> Option<Spanned<T>> {
        if value.is_none() {
            self.mismatch(node, &format!("`{name}`"), wanted, go);
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

/// A node as Go's YAML readers name it.
fn go_kind(node: Node<'_>) -> String {
    let tag = match (node.content(), resolve(node)) {
        (Content::Mapping, _) => return "!!map".to_owned(),
        (Content::Sequence, _) => return "!!seq".to_owned(),
        (_, Scalar::Null) => "null",
        (_, Scalar::Bool(_)) => "bool",
        (_, Scalar::Int(_)) => "int",
        (_, Scalar::Float(_)) => "float",
        (_, Scalar::Text) => "str",
    };
    format!("!!{tag} {}", excerpt(node.scalar().unwrap_or_default()))
}

fn duration_help(text: &str) -> String {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match is_number {
        true => format!("write the unit: `{text}s` or `{text}m`"),
        false => "a duration is written like `30s`, `5m` or `1h30m`: whole numbers with y, w, d, h, m, s, ms in this order".to_owned(),
    }
}
