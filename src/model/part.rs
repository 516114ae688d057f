//! Mappings that a table judges alone: what each key holds, and which keys go together.

use super::decode::{Decoder, Fields};
use super::problem::{Problem, ProblemKind};
use super::scalar::{Scalar, resolve};
use super::shape::Shape;
use super::text::Text;
use super::wording::Stage;
use crate::source::Span;
use crate::target::Version;
use crate::yaml::Node;

/// What a key holds.
#[derive(Clone, Copy)]
pub(super) enum Value {
    /// The decoder of the mapping reads it.
    Elsewhere,
    /// Nobody looks at it, save for keys that are set twice.
    Open,
    /// Text; any scalar will do.
    Text,
    /// Text that must not become known.
    Secret,
    /// A truth value.
    Bool,
    /// A whole number, with its Go type.
    Int(&'static str),
    /// A whole number from 0 on, with its Go type.
    Unsigned(&'static str),
    /// A duration by Prometheus's grammar.
    Duration,
    /// A list of texts.
    Texts,
    /// A mapping of texts.
    Pairs,
    /// A mapping of lists of texts, with the Go types of both.
    Lists(&'static str, &'static str),
    /// A text with a reader of its own, which says in Go's words what is wrong.
    Read(Reader),
    /// A mapping.
    Part(&'static Part),
    /// A list of mappings, with its Go type.
    Parts(&'static Part, &'static str),
}

/// Judges a scalar.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    /// The Go type that it is read into.
    pub go: &'static str,
    /// What is wrong with a text, in the words of a version.
    pub read: fn(&str, Version) -> Result<(), String>,
    /// A way out.
    pub help: &'static str,
    /// Whether a text that does not fit is told with the errors of decoding, line by line, and numbers need no reader.
    pub is_number: bool,
}

/// A mapping and what must hold in it.
pub(super) struct Part {
    pub shape: Shape,
    /// In the order in which Alertmanager looks.
    pub checks: &'static [Check],
}

/// What Alertmanager says, by the version that said it first; the oldest stands first. A version that says nothing does not look.
pub(super) type Said = &'static [(Version, &'static str)];

/// Words that every version says.
pub(super) const ALWAYS: Version = Version::new(0, 0);

/// What must hold in a mapping.
pub(super) enum Check {
    /// The two keys exclude each other.
    AtMostOne(&'static str, &'static str),
    /// One of the keys must be set.
    OneOf(&'static [&'static str], Said),
    /// Something that only code can tell.
    Code(for<'t> fn(&mut Decoder<'t>, &Fields<'t>)),
}

impl Part {
    /// The mapping `what` with these keys.
    pub const fn new(shape: Shape, checks: &'static [Check]) -> Self {
        Self { shape, checks }
    }
}

/// Whether a key has a value that Go takes for one: neither null nor the empty text.
pub(super) fn is_set(node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| !node.is_null() && node.scalar() != Some(""))
}

/// What the version says.
pub(super) fn said(words: Said, version: Version) -> &'static str {
    let known = words.iter().rev().find(|(since, _)| *since <= version);
    known.or(words.first()).map_or("", |(_, text)| text)
}

impl<'t> Decoder<'t> {
    /// Reads a mapping by its table. Null is a mapping that is not there, in which nothing is missing.
    pub fn part(&mut self, node: Node<'t>, part: &Part) -> Fields<'t> {
        let fields = self.fields(node, &part.shape);
        self.values(&fields, part);
        if node.is_mapping() {
            for check in part.checks {
                self.check(&fields, part, check);
            }
        }
        fields
    }

    /// The values of all keys that the target knows, in the order of the file.
    fn values(&mut self, fields: &Fields<'t>, part: &Part) {
        for name in fields.names() {
            let known = part
                .shape
                .find(name)
                .filter(|_| part.shape.knows(name, self.target));
            if let (Some(known), Some(value)) = (known, fields.get(name)) {
                self.value(fields, name, value, known.value);
            }
        }
    }

    fn value(&mut self, fields: &Fields<'t>, name: &str, node: Node<'t>, value: Value) {
        match value {
            Value::Elsewhere => {}
            Value::Open => self.check_duplicates_below(node),
            Value::Text => {
                let _ = self.text(fields, name);
            }
            Value::Secret => {
                if node.scalar().is_none() {
                    self.mismatch(node, &format!("`{name}`"), "text", "config.plain");
                }
            }
            Value::Bool => {
                let _ = self.bool(fields, name);
            }
            Value::Int(go) => self.any_int(fields, name, go),
            Value::Unsigned(go) => self.unsigned(fields, name, go),
            Value::Duration => {
                let _ = self.duration(fields, name);
            }
            Value::Texts => {
                let _ = self.texts(Some(node), &format!("`{name}`"));
            }
            Value::Pairs => {
                let _ = self.pairs(fields, name);
            }
            Value::Lists(mapping, list) => {
                if self.expect_mapping(node, &format!("`{name}`"), mapping) {
                    for (key, values) in node.pairs() {
                        let what = format!("`{}`", key.scalar().unwrap_or_default());
                        for item in self.items(Some(values), &what, list) {
                            if item.scalar().is_none() {
                                self.mismatch(item, &what, "a list of texts", "config.plain");
                            }
                        }
                    }
                }
            }
            Value::Read(reader) => self.read(name, node, reader),
            Value::Part(part) => {
                let _ = self.part(node, part);
            }
            Value::Parts(part, go) => {
                for item in self.items(Some(node), &format!("`{name}`"), go) {
                    let _ = self.part(item, part);
                }
            }
        }
    }

    /// A scalar with a reader of its own; null is not read.
    pub fn read(&mut self, name: &str, node: Node<'t>, reader: Reader) {
        if node.is_null() {
            return;
        }
        if node.scalar().is_none() {
            self.mismatch(node, &format!("`{name}`"), "text", reader.go);
            return;
        }
        if reader.is_number && matches!(resolve(node), Scalar::Int(_) | Scalar::Float(_)) {
            return;
        }
        let text = Text::new(self.tree, node.id());
        let Err(error) = (reader.read)(text.as_str(), self.target.alertmanager) else {
            return;
        };
        if let Some(placeholder) = placeholder(text.as_str()) {
            let place = text.map(placeholder);
            let name_of = &text.as_str()[placeholder.range()];
            let message = format!(
                "nothing fills in `{name_of}`: Alertmanager does not read the environment, and `{name}` is refused: {error}"
            );
            let problem = self.problem(ProblemKind::Placeholder, place, message);
            problem.help = Some(way_around(name));
            let part = node.span();
            problem.worded(Stage::Hook { part, order: 0 }, error);
            return;
        }
        if reader.is_number {
            self.mismatch(node, &format!("`{name}`"), reader.help, reader.go);
            return;
        }
        self.hook(
            node.span(),
            node.span(),
            format!("`{name}`: {error}"),
            error,
        )
        .help = Some(reader.help.to_owned());
    }

    /// A problem that ends the decoding when Alertmanager has read `part`, and Alertmanager's words for it.
    pub fn hook(
        &mut self,
        part: Span,
        place: Span,
        message: impl Into<String>,
        text: impl Into<String>,
    ) -> &mut Problem {
        let order = self.count();
        let problem = self.schema(place, message);
        problem.worded(Stage::Hook { part, order }, text)
    }

    fn check(&mut self, fields: &Fields<'t>, part: &Part, check: &Check) {
        match check {
            Check::AtMostOne(one, other) => {
                if [one, other]
                    .iter()
                    .all(|name| part.shape.knows(name, self.target))
                {
                    let said = format!("at most one of {one} & {other} must be configured");
                    self.at_most_one(fields, [one, other], said);
                }
            }
            Check::OneOf(names, words) => {
                let said = said(words, part.shape.product.version(self.target));
                if said.is_empty() || names.iter().any(|name| is_set(fields.get(name))) {
                    return;
                }
                let known: Vec<&str> = names
                    .iter()
                    .copied()
                    .filter(|name| part.shape.knows(name, self.target))
                    .collect();
                let place = self.place_of_missing(fields, names);
                let wanted = alternatives(&known);
                let message = format!("{} needs {wanted}", part.shape.what);
                self.hook(fields.span, place, message, said).help = Some(format!("add {wanted}"));
            }
            Check::Code(check) => check(self, fields),
        }
    }

    /// Tells of two keys that are both set.
    pub fn at_most_one(
        &mut self,
        fields: &Fields<'t>,
        [one, other]: [&str; 2],
        said: impl Into<String>,
    ) {
        if !is_set(fields.get(one)) || !is_set(fields.get(other)) {
            return;
        }
        let places = [one, other].map(|name| fields.key_span(name).unwrap_or(fields.span));
        let [first, second] = match places[0] <= places[1] {
            true => places,
            false => [places[1], places[0]],
        };
        let message = format!("`{one}` and `{other}` exclude each other");
        let problem = self.hook(fields.span, second, message, said);
        problem.related.push((first, "the other one".to_owned()));
        problem.help = Some(format!("remove `{one}` or `{other}`"));
    }

    /// Where something is missing: at a key that is there without a value, or else at the head of the mapping.
    pub fn place_of_missing(&self, fields: &Fields<'t>, names: &[&str]) -> Span {
        let key = names.iter().find_map(|name| fields.key_span(name));
        key.unwrap_or(fields.head)
    }
}

/// `a`, `a` or `b`, `a`, `b` or `c`.
pub(super) fn alternatives(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => quoted.concat(),
    }
}

/// How a value gets into the configuration where no variable does.
fn way_around(name: &str) -> String {
    match name.ends_with("url") || name.ends_with("key") {
        true => format!(
            "put the value into a file and name it in `{name}_file`, or render the configuration beforehand"
        ),
        false => "write the value itself, or render the configuration beforehand".to_owned(),
    }
}

/// A place that looks as if the environment were to fill it in: `${NAME}` or `$NAME`.
fn placeholder(text: &str) -> Option<Span> {
    let at = text.find('$')?;
    let rest = &text[at + 1..];
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let length = match rest.strip_prefix('{') {
        Some(inner) => inner.find('}')? + 2,
        None => rest.find(|c| !is_name(c)).unwrap_or(rest.len()),
    };
    (length > 0).then(|| Span::new(at, at + 1 + length))
}
