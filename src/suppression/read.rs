use super::outline::Outline;
use super::parse::{self, Said};
use super::place::{Place, Values};
use super::{ANNOTATION, Directive, Directives, Malformed, Scope};
use crate::source::{Span, Spanned};
use crate::yaml::{Node, Tree};

/// Reads the directives of a file: in its comments, in the comments of its expressions, and in the annotations of its rules.
#[must_use]
pub fn read(tree: &Tree) -> Directives {
    let mut directives = Directives::default();
    let text = tree.file().text();
    // Nearly all files have none.
    if !text.contains("rulecheck") && !text.contains("Rulecheck") {
        return directives;
    }
    let outline = Outline::new(tree);
    let values = Values::new(tree);
    let mut reader = Reader {
        tree,
        outline: &outline,
        values: &values,
        directives: &mut directives,
    };
    for comment in tree.comments() {
        let start = comment.span.start as usize;
        let shift = |span: Span| span.shift(start);
        for (at, said) in parse::comment(&text[comment.span.range()]) {
            reader.add(start + at, said, comment.span, None, shift);
        }
    }
    let expressions = tree.nodes().flat_map(Node::entries);
    for (_, value) in expressions.filter(|(key, _)| key.scalar() == Some("expr")) {
        reader.expression(value);
    }
    for &(annotations, rule) in &outline.annotations {
        reader.annotations(annotations, rule);
    }
    directives.list.sort_by_key(|directive| directive.span);
    directives.malformed.sort_by_key(|malformed| malformed.span);
    directives
}

struct Reader<'a, 't> {
    tree: &'t Tree,
    outline: &'a Outline<'t>,
    values: &'a Values,
    directives: &'a mut Directives,
}

impl Reader<'_, '_> {
    /// Adds what the comment at `at` says. `own` is what it is about where it says nothing else: in an expression. `map` leads
    /// to places in the file.
    fn add(
        &mut self,
        at: usize,
        said: Result<Said, Malformed>,
        span: Span,
        own: Option<Span>,
        map: impl Fn(Span) -> Span,
    ) {
        match said {
            Err(wrong) => self.directives.malformed.push(Malformed {
                span: map(wrong.span),
                ..wrong
            }),
            Ok(said) => {
                let place = Place::new(self.tree, at);
                let covers = match said.scope {
                    Scope::Line => own.or_else(|| place.line(self.values)),
                    Scope::Rule => place.block(&self.outline.rules),
                    Scope::Group => place.block(&self.outline.groups),
                    Scope::File => Some(Span::new(0, self.tree.file().text().len())),
                };
                let span = Span::new(at, span.end as usize);
                let directive = directive(said, span, covers, map);
                self.directives.list.push(directive);
            }
        }
    }

    fn expression(&mut self, value: Node<'_>) {
        // What an alias stands for is read where it is written.
        if value.is_alias() {
            return;
        }
        let Some(text) = value.scalar().filter(|text| text.contains("ulecheck")) else {
            return;
        };
        let map = value.scalar_map();
        for comment in comments(text) {
            let start = comment.start as usize;
            for (at, said) in parse::comment(&text[comment.range()]) {
                let in_file = map.span(Span::new(start + at, comment.end as usize));
                let shift = |span: Span| map.span(span.shift(start));
                self.add(
                    in_file.start as usize,
                    said,
                    in_file,
                    Some(value.span()),
                    shift,
                );
            }
        }
    }

    fn annotations(&mut self, annotations: Node<'_>, rule: Span) {
        let found = annotations.entries();
        let found = found.filter(|(key, _)| key.scalar() == Some(ANNOTATION));
        for (_, value) in found {
            let Some(text) = value.scalar() else {
                continue;
            };
            let scalar = value.scalar_map();
            let map = |span: Span| scalar.span(span);
            match parse::annotation(text) {
                Err(wrong) => self.directives.malformed.push(Malformed {
                    span: map(wrong.span),
                    ..wrong
                }),
                Ok(said) => {
                    let directive = directive(said, value.span(), Some(rule), map);
                    self.directives.list.push(directive);
                }
            }
        }
    }
}

fn directive(
    said: Said,
    span: Span,
    covers: Option<Span>,
    map: impl Fn(Span) -> Span,
) -> Directive {
    let lints = said.lints.into_iter();
    Directive {
        span,
        scope: said.scope,
        lints: lints
            .map(|name| Spanned::new(name.value, map(name.span)))
            .collect(),
        until: said
            .until
            .map(|until| Spanned::new(until.value, map(until.span))),
        reason: said.reason,
        covers,
    }
}

/// The comments of an expression: from each `#` outside of quotes to the end of its line.
fn comments(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut quote = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (quote, byte) {
            (Some(b'"' | b'\''), b'\\') => at += 1,
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'#') => {
                let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
                found.push(Span::new(at, end));
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    found
}
