//! Follows what is known of each value through a template, without running it.

use std::sync::Arc;

use super::super::syntax::Templates;
use super::super::tree::{Arg, ArgKind, Branch, BranchKind, Command, List, Node, Pipe};
use super::super::{PREAMBLE_NODES, in_text};
use super::known::{Known, Meaning, answers_for_missing, item_of, type_of_result};
use super::{GoType, Humanized, Reading, Reference, Shown, Source, Use, Varying};
use crate::source::Span;

pub(super) fn walk(templates: &Templates, name: &str) -> Reading {
    let mut walk = Walk {
        templates,
        reading: Reading::default(),
        variables: vec![("$".into(), Known::new(Meaning::Root))],
        called: Vec::new(),
        tested: Vec::new(),
        guards: 0,
        depth: 0,
    };
    if let Some(root) = templates.get(name) {
        let root = &root.list;
        let preamble = PREAMBLE_NODES.min(root.0.len());
        let dot = Known::new(Meaning::Root);
        walk.list(&root.0[..preamble], dot);
        walk.reading = Reading::default();
        walk.list(&root.0[preamble..], dot);
    }
    let mut reading = walk.reading;
    // A place that is seen twice is guarded only where it always is.
    reading.uses.sort();
    reading
        .uses
        .dedup_by(|later, first| (later.span, &later.what) == (first.span, &first.what));
    reading.varying.dedup();
    reading
}

pub(super) struct Walk<'t> {
    templates: &'t Templates,
    pub(super) reading: Reading,
    variables: Vec<(Arc<str>, Known)>,
    /// Templates that have been walked, and with which dot.
    called: Vec<(Arc<str>, Known)>,
    /// The labels that the conditions around ask for.
    pub(super) tested: Vec<Reference>,
    /// How many arguments around are ready for a label that is missing.
    pub(super) guards: usize,
    /// How many blocks and templates are around.
    depth: usize,
}

impl Walk<'_> {
    pub(super) fn found(&mut self, what: Reference, span: Span) {
        let guarded = self.guards > 0 || self.tested.contains(&what);
        self.reading.uses.push(Use {
            span: in_text(span),
            what,
            guarded,
        });
    }

    fn list(&mut self, nodes: &[Node], dot: Known) {
        for (index, node) in nodes.iter().enumerate() {
            let next = match nodes.get(index + 1) {
                Some(Node::Text(text)) => text,
                _ => "",
            };
            self.node(node, dot, next);
        }
    }

    /// `next` is the text that follows.
    fn node(&mut self, node: &Node, dot: Known, next: &str) {
        match node {
            Node::Preamble(list) => self.list(&list.0, dot),
            Node::Text(_) | Node::Break | Node::Continue => {}
            Node::Action { pipe, .. } => {
                self.mark(pipe);
                let known = self.pipe(pipe, dot);
                if pipe.variables.is_empty() {
                    self.printed(known, pipe_span(pipe), next);
                }
            }
            Node::Branch(branch) => self.branch(branch, dot),
            Node::Template(call) => {
                let known = match &call.pipe {
                    Some(pipe) => {
                        self.mark(pipe);
                        self.pipe(pipe, dot)
                    }
                    None => Known::OTHER,
                };
                self.call(&call.name, known);
            }
        }
    }

    /// Notes that a pipeline is run on some ways only, if it is.
    fn mark(&mut self, pipe: &Pipe) {
        if self.depth > 0 {
            let span = Span::new(pipe.at, pipe_span(pipe).end as usize);
            self.reading.conditional.push(in_text(span));
        }
    }

    fn printed(&mut self, known: Known, span: Span, next: &str) {
        self.whole(known, span);
        self.varies(known, span, false);
        if let Some((by, percent)) = known.shows {
            self.reading.shown.push(Shown {
                span: in_text(span),
                by,
                percent: percent || next.trim_start().starts_with('%'),
            });
        }
    }

    fn varies(&mut self, known: Known, span: Span, is_condition: bool) {
        if let Some(source) = known.varies {
            self.reading.varying.push(Varying {
                span: in_text(span),
                source,
                is_condition,
            });
        }
    }

    fn branch(&mut self, branch: &Branch, dot: Known) {
        let variables = self.variables.len();
        let (tested, uses) = (self.tested.len(), self.reading.uses.len());
        let is_range = branch.kind == BranchKind::Range;
        self.mark(&branch.pipe);
        self.guards += usize::from(!is_range);
        let known = self.pipe(&branch.pipe, dot);
        self.guards -= usize::from(!is_range);
        let span = pipe_span(&branch.pipe);
        self.varies(known, span, true);
        let inner = match branch.kind {
            BranchKind::If => {
                self.whole(known, span);
                dot
            }
            BranchKind::With => known,
            BranchKind::Range => {
                self.whole(known, span);
                let item = item_of(known);
                let fresh = &mut self.variables[variables..];
                let several = fresh.len() > 1;
                for (position, variable) in fresh.iter_mut().enumerate() {
                    let is_key = several && position == 0;
                    variable.1 = if is_key { Known::OTHER } else { item };
                }
                item
            }
        };
        if !is_range {
            let asked = self.reading.uses[uses..].iter();
            let labels = asked.filter(|found| matches!(found.what, Reference::Label(_)));
            self.tested.extend(labels.map(|found| found.what.clone()));
        }
        self.depth += 1;
        self.list(&branch.list.0, inner);
        self.list_or_none(branch.otherwise.as_ref(), dot);
        self.depth -= 1;
        self.variables.truncate(variables);
        self.tested.truncate(tested);
    }

    fn list_or_none(&mut self, list: Option<&List>, dot: Known) {
        if let Some(list) = list {
            self.list(&list.0, dot);
        }
    }

    /// What a template looks at when it is given something of this meaning.
    fn call(&mut self, name: &Arc<str>, dot: Known) {
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
        self.depth += 1;
        self.list(&list.list.0, dot);
        self.depth -= 1;
        self.variables = outer;
    }

    fn pipe(&mut self, pipe: &Pipe, dot: Known) -> Known {
        let chooses = pipe.commands.iter().skip(1).any(|command| {
            let first = command.args.first().map(|first| &first.kind);
            matches!(first, Some(ArgKind::Function(name)) if answers_for_missing(name))
        });
        let guards = usize::from(chooses || !pipe.variables.is_empty());
        self.guards += guards;
        let mut known = Known::OTHER;
        let mut last = None;
        for command in &pipe.commands {
            known = self.command(command, dot, last);
            last = Some(known);
        }
        self.guards -= guards;
        for name in &pipe.variables {
            if pipe.is_assignment {
                // Which of the two it is then depends on the way through the template.
                for variable in &mut self.variables {
                    if variable.0 == *name && variable.1 != known {
                        variable.1 = Known {
                            varies: variable.1.varies.max(known.varies),
                            ..Known::OTHER
                        };
                    }
                }
            } else {
                self.variables.push((Arc::clone(name), known));
            }
        }
        known
    }

    /// `last` is what the command before it in the pipeline means.
    fn command(&mut self, command: &Command, dot: Known, last: Option<Known>) -> Known {
        let Some((first, args)) = command.args.split_first() else {
            return Known::OTHER;
        };
        let name = match &first.kind {
            ArgKind::Function(name) => &**name,
            _ => "",
        };
        let first_known = self.arg(first, dot);
        if args.is_empty() && last.is_none() {
            return match name {
                "" => first_known,
                _ => self.result(name, first.span, args, &[]),
            };
        }
        let guards = usize::from(answers_for_missing(name));
        self.guards += guards;
        let mut known: Vec<Known> = args.iter().map(|arg| self.arg(arg, dot)).collect();
        self.guards -= guards;
        if matches!(name, "and" | "or") {
            // They look at no argument behind the one that decides.
            let late = args.iter().skip(1).map(|arg| in_text(arg.span));
            self.reading.conditional.extend(late);
        }
        if name == "index"
            && let ([map, key, ..], Some(whose)) = (args, known.first())
            && let Some(result) = self.index(*whose, key, map.span.to(key.span))
        {
            return result;
        }
        for (known, arg) in known.iter().zip(args) {
            self.whole(*known, arg.span);
        }
        if let Some(last) = last {
            self.whole(last, first.span);
            known.push(last);
        }
        self.result(name, first.span, args, &known)
    }

    fn arg(&mut self, arg: &Arg, dot: Known) -> Known {
        match &arg.kind {
            ArgKind::Dot => self.follow(dot, &[], arg.span),
            ArgKind::Field(names) => self.follow(dot, names, arg.span),
            ArgKind::Variable(name, names) => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                let known = known.map_or(Known::OTHER, |(_, known)| *known);
                self.follow(known, names, arg.span)
            }
            ArgKind::Chain(inner, names) => {
                let known = self.arg(inner, dot);
                self.follow(known, names, arg.span)
            }
            ArgKind::Pipe(pipe) => self.pipe(pipe, dot),
            ArgKind::Function(name) => {
                self.found(Reference::Function(Arc::clone(name)), arg.span);
                match type_of_result(name) {
                    Some(kind) => Known::new(Meaning::Typed(kind)),
                    None => Known::OTHER,
                }
            }
            ArgKind::Number(number) => Known::new(match (number.int, number.float) {
                _ if number.complex.is_some() => Meaning::Other,
                (_, Some(_)) if number.text.contains(['.', 'e', 'E']) => {
                    Meaning::Typed(GoType::Float)
                }
                (Some(_), _) => Meaning::Typed(GoType::Int),
                _ => Meaning::Other,
            }),
            ArgKind::Bool(_) => Known::new(Meaning::Typed(GoType::Bool)),
            ArgKind::String { .. } => Known::new(Meaning::Typed(GoType::Text)),
            ArgKind::Nil => Known::OTHER,
        }
    }

    /// What the fields `names` of something mean.
    fn follow(&mut self, known: Known, names: &[Arc<str>], span: Span) -> Known {
        let Some((name, rest)) = names.split_first() else {
            match known.meaning {
                Meaning::Value => self.found(Reference::Value, span),
                Meaning::ExternalUrl => self.found(Reference::ExternalUrl, span),
                _ => {}
            }
            return known;
        };
        let text = Known::new(Meaning::Typed(GoType::Text));
        match known.meaning {
            Meaning::Root => {
                let field = match &**name {
                    "Labels" => Known::new(Meaning::Labels),
                    "ExternalLabels" => Known::new(Meaning::ExternalLabels),
                    "Value" => Known {
                        meaning: Meaning::Value,
                        varies: Some(Source::Value),
                        shows: Some((Humanized::No, false)),
                    },
                    "ExternalURL" => Known::new(Meaning::ExternalUrl),
                    _ => {
                        self.found(Reference::UnknownField(Arc::clone(name)), span);
                        return Known::OTHER;
                    }
                };
                return self.follow(field, rest, span);
            }
            Meaning::Labels => self.found(Reference::Label(Arc::clone(name)), span),
            Meaning::ExternalLabels => {
                self.found(Reference::ExternalLabel(Arc::clone(name)), span);
            }
            Meaning::SampleLabels(query) => self.label_of(query, name, span),
            Meaning::Sample(query) => {
                let field = match &**name {
                    "Labels" => Known::new(Meaning::SampleLabels(query)),
                    "Value" => Known {
                        varies: Some(Source::Query),
                        ..Known::new(Meaning::Typed(GoType::Float))
                    },
                    _ => Known::OTHER,
                };
                return self.follow(field, rest, span);
            }
            _ => return Known::OTHER,
        }
        if rest.is_empty() { text } else { Known::OTHER }
    }

    /// Something is used as a whole.
    fn whole(&mut self, known: Known, span: Span) {
        match known.meaning {
            Meaning::Labels => self.found(Reference::Labels, span),
            Meaning::ExternalLabels => self.found(Reference::ExternalLabels, span),
            Meaning::Root => {
                self.found(Reference::Labels, span);
                self.found(Reference::ExternalLabels, span);
                self.found(Reference::Value, span);
            }
            _ => {}
        }
    }
}

fn pipe_span(pipe: &Pipe) -> Span {
    let args = pipe.commands.iter().flat_map(|command| &command.args);
    args.map(|arg| arg.span)
        .reduce(Span::to)
        .unwrap_or(Span::empty(pipe.at))
}
