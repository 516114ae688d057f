//! What a template looks at, for those who judge it without running it.

use std::sync::Arc;

use super::syntax::Templates;
use super::tree::{Arg, ArgKind, BranchKind, Command, List, Node, Pipe};
use super::{PREAMBLE_NODES, in_text};
use crate::source::Span;

/// Something that a template looks at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reference {
    /// A label of the sample: `$labels.job`, `.Labels.job`, `index $labels "job"`.
    Label(Arc<str>),
    /// All labels of the sample: `$labels` in a range, or an index that is computed.
    Labels,
    /// An external label.
    ExternalLabel(Arc<str>),
    /// All external labels.
    ExternalLabels,
    /// `$value` or `.Value`.
    Value,
    /// `$externalURL` or `.ExternalURL`.
    ExternalUrl,
    /// A field that the data of an alert does not have, such as `.Labls`: fails when it is run.
    UnknownField(Arc<str>),
    /// A function.
    Function(Arc<str>),
    /// An expression that is given to `query` as a constant.
    Query(Arc<str>),
}

/// A reference and where it stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Use {
    /// The bytes of the template.
    pub span: Span,
    /// What is looked at.
    pub what: Reference,
}

/// What a value is known to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Meaning {
    /// The data of the alert.
    Root,
    Labels,
    ExternalLabels,
    Value,
    ExternalUrl,
    Other,
}

pub(super) fn collect(templates: &Templates, name: &str) -> Vec<Use> {
    let mut walk = Walk {
        templates,
        uses: Vec::new(),
        variables: vec![("$".into(), Meaning::Root)],
        called: Vec::new(),
    };
    if let Some(root) = templates.get(name) {
        walk.list(&root.0[..PREAMBLE_NODES.min(root.0.len())], Meaning::Root);
        walk.uses.clear();
        walk.list(&root.0[PREAMBLE_NODES.min(root.0.len())..], Meaning::Root);
    }
    walk.uses.sort();
    walk.uses.dedup();
    walk.uses
}

struct Walk<'t> {
    templates: &'t Templates,
    uses: Vec<Use>,
    variables: Vec<(Arc<str>, Meaning)>,
    /// Templates that have been walked, and with which dot.
    called: Vec<(Arc<str>, Meaning)>,
}

impl Walk<'_> {
    fn found(&mut self, what: Reference, span: Span) {
        self.uses.push(Use {
            span: in_text(span),
            what,
        });
    }

    fn list(&mut self, nodes: &[Node], dot: Meaning) {
        for node in nodes {
            self.node(node, dot);
        }
    }

    fn node(&mut self, node: &Node, dot: Meaning) {
        match node {
            Node::Preamble(list) => self.list(&list.0, dot),
            Node::Text(_) | Node::Break | Node::Continue => {}
            Node::Action { pipe, .. } => {
                let meaning = self.pipe(pipe, dot);
                if pipe.variables.is_empty() {
                    self.whole(meaning, pipe_span(pipe));
                }
            }
            Node::Branch(branch) => {
                let variables = self.variables.len();
                let meaning = self.pipe(&branch.pipe, dot);
                let inner = match branch.kind {
                    BranchKind::If => {
                        self.whole(meaning, pipe_span(&branch.pipe));
                        dot
                    }
                    BranchKind::With => meaning,
                    BranchKind::Range => {
                        self.whole(meaning, pipe_span(&branch.pipe));
                        for variable in &mut self.variables[variables..] {
                            variable.1 = Meaning::Other;
                        }
                        Meaning::Other
                    }
                };
                self.list(&branch.list.0, inner);
                self.list_or_none(branch.otherwise.as_ref(), dot);
                self.variables.truncate(variables);
            }
            Node::Template(call) => {
                let meaning = match &call.pipe {
                    Some(pipe) => self.pipe(pipe, dot),
                    None => Meaning::Other,
                };
                self.call(&call.name, meaning);
            }
        }
    }

    fn list_or_none(&mut self, list: Option<&List>, dot: Meaning) {
        if let Some(list) = list {
            self.list(&list.0, dot);
        }
    }

    /// What a template looks at when it is given something of this meaning.
    fn call(&mut self, name: &Arc<str>, dot: Meaning) {
        let call = (Arc::clone(name), dot);
        let templates = self.templates;
        let Some(list) = templates.get(name) else {
            return;
        };
        if self.called.contains(&call) || self.called.len() > 100 {
            return;
        }
        self.called.push(call);
        let outer = std::mem::replace(&mut self.variables, vec![("$".into(), dot)]);
        self.list(&list.0, dot);
        self.variables = outer;
    }

    fn pipe(&mut self, pipe: &Pipe, dot: Meaning) -> Meaning {
        let mut meaning = Meaning::Other;
        let mut last = None;
        for command in &pipe.commands {
            meaning = self.command(command, dot, last);
            last = Some(meaning);
        }
        for name in &pipe.variables {
            if pipe.is_assignment {
                // Which of the two it is then depends on the way through the template.
                for variable in &mut self.variables {
                    if variable.0 == *name && variable.1 != meaning {
                        variable.1 = Meaning::Other;
                    }
                }
            } else {
                self.variables.push((Arc::clone(name), meaning));
            }
        }
        meaning
    }

    /// `last` is what the command before it in the pipeline means.
    fn command(&mut self, command: &Command, dot: Meaning, last: Option<Meaning>) -> Meaning {
        let Some((first, args)) = command.args.split_first() else {
            return Meaning::Other;
        };
        let first_meaning = self.arg(first, dot);
        if args.is_empty() && last.is_none() {
            return first_meaning;
        }
        let meanings: Vec<Meaning> = args.iter().map(|arg| self.arg(arg, dot)).collect();
        let name = match &first.kind {
            ArgKind::Function(name) => &**name,
            _ => "",
        };
        match (name, args) {
            ("index", [map, key, ..]) => {
                let span = map.span.to(key.span);
                match (meanings[0], &key.kind) {
                    (Meaning::Labels, ArgKind::String { text, .. }) => {
                        self.found(Reference::Label(Arc::clone(text)), span);
                        return Meaning::Other;
                    }
                    (Meaning::ExternalLabels, ArgKind::String { text, .. }) => {
                        self.found(Reference::ExternalLabel(Arc::clone(text)), span);
                        return Meaning::Other;
                    }
                    _ => {}
                }
            }
            ("query", [text]) => {
                if let ArgKind::String { text: query, .. } = &text.kind {
                    self.found(Reference::Query(Arc::clone(query)), text.span);
                }
            }
            _ => {}
        }
        for (meaning, arg) in meanings.into_iter().zip(args) {
            self.whole(meaning, arg.span);
        }
        if let Some(last) = last {
            self.whole(last, first.span);
        }
        Meaning::Other
    }

    fn arg(&mut self, arg: &Arg, dot: Meaning) -> Meaning {
        match &arg.kind {
            ArgKind::Dot => self.follow(dot, &[], arg.span),
            ArgKind::Field(names) => self.follow(dot, names, arg.span),
            ArgKind::Variable(name, names) => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                let meaning = known.map_or(Meaning::Other, |(_, meaning)| *meaning);
                self.follow(meaning, names, arg.span)
            }
            ArgKind::Chain(inner, names) => {
                let meaning = self.arg(inner, dot);
                self.follow(meaning, names, arg.span)
            }
            ArgKind::Pipe(pipe) => self.pipe(pipe, dot),
            ArgKind::Function(name) => {
                self.found(Reference::Function(Arc::clone(name)), arg.span);
                Meaning::Other
            }
            ArgKind::Nil | ArgKind::Bool(_) | ArgKind::Number(_) | ArgKind::String { .. } => {
                Meaning::Other
            }
        }
    }

    /// What the fields `names` of something mean.
    fn follow(&mut self, meaning: Meaning, names: &[Arc<str>], span: Span) -> Meaning {
        let Some((name, rest)) = names.split_first() else {
            match meaning {
                Meaning::Value => self.found(Reference::Value, span),
                Meaning::ExternalUrl => self.found(Reference::ExternalUrl, span),
                _ => {}
            }
            return meaning;
        };
        match meaning {
            Meaning::Root => {
                let field = match &**name {
                    "Labels" => Meaning::Labels,
                    "ExternalLabels" => Meaning::ExternalLabels,
                    "Value" => Meaning::Value,
                    "ExternalURL" => Meaning::ExternalUrl,
                    _ => {
                        self.found(Reference::UnknownField(Arc::clone(name)), span);
                        return Meaning::Other;
                    }
                };
                self.follow(field, rest, span)
            }
            Meaning::Labels => {
                self.found(Reference::Label(Arc::clone(name)), span);
                Meaning::Other
            }
            Meaning::ExternalLabels => {
                self.found(Reference::ExternalLabel(Arc::clone(name)), span);
                Meaning::Other
            }
            Meaning::Value | Meaning::ExternalUrl | Meaning::Other => Meaning::Other,
        }
    }

    /// Something is used as a whole.
    fn whole(&mut self, meaning: Meaning, span: Span) {
        match meaning {
            Meaning::Labels => self.found(Reference::Labels, span),
            Meaning::ExternalLabels => self.found(Reference::ExternalLabels, span),
            Meaning::Root => {
                self.found(Reference::Labels, span);
                self.found(Reference::ExternalLabels, span);
                self.found(Reference::Value, span);
            }
            Meaning::Value | Meaning::ExternalUrl | Meaning::Other => {}
        }
    }
}

fn pipe_span(pipe: &Pipe) -> Span {
    let args = pipe.commands.iter().flat_map(|command| &command.args);
    args.map(|arg| arg.span)
        .reduce(Span::to)
        .unwrap_or(Span::empty(pipe.at))
}
