//! What a text of a notification looks at, for those who judge it without running it.

use std::sync::Arc;

use crate::source::Span;
use crate::template::references::answers_for_missing;
use crate::template::syntax;
use crate::template::tree::{Arg, ArgKind, Branch, BranchKind, Command, List, Node, Pipe};

use super::object::Era;

/// Most templates that are followed.
const MAX_CALLS: usize = 200;

/// Something that a text looks at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reference {
    /// An entry of a map, such as `.GroupLabels.job`.
    Key(Map, Arc<str>),
    /// A map as a whole.
    Whole(Map),
    /// A field of the data that is no map, such as `Status`.
    Field(Arc<str>),
    /// Alerts: they are counted or gone through.
    Alerts(Which),
    /// A field of alerts that is no map, such as `GeneratorURL`.
    AlertField(Which, Arc<str>),
    /// A field that there is not, of a value of the type: fails where it is run.
    UnknownField(&'static str, Arc<str>),
    /// A function.
    Function(Arc<str>),
    /// A template that is called.
    Template(Arc<str>),
    /// A template that is called and does not exist: fails where it is run.
    UnknownTemplate(Arc<str>),
}

/// The maps of a notification.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "each is the map of that name")]
pub enum Map {
    GroupLabels,
    CommonLabels,
    CommonAnnotations,
    RouteLabels,
    /// Labels of these alerts.
    Labels(Which),
    /// Annotations of these alerts.
    Annotations(Which),
}

/// Which alerts of a notification.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "each is what it says")]
pub enum Which {
    All,
    Firing,
    Resolved,
}

/// Where a reference stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// In the text.
    Text(Span),
    /// In a file of templates, counted as they were given.
    File(usize, Span),
    /// In Alertmanager's own templates.
    Default,
}

/// A reference and where it stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Use {
    /// Where.
    pub place: Place,
    /// What is looked at.
    pub what: Reference,
    /// Whether the template is ready for an entry that is missing: it tests the entry or gives something else in its place.
    pub guarded: bool,
    /// Whether it is run only on some ways through the template.
    pub conditional: bool,
}

impl super::Templates {
    /// What a text looks at, itself and through the templates that it calls, in order of place. The error is that of
    /// [`check`](Self::check).
    pub fn uses(&self, text: &str) -> Result<Vec<Use>, super::RenderError> {
        let set = self.with(text)?;
        let mut walk = Walk {
            templates: self,
            set: &set,
            uses: Vec::new(),
            variables: Vec::new(),
            called: Vec::new(),
            tested: Vec::new(),
            source: super::INLINE,
            guards: 0,
            depth: 0,
        };
        walk.template("", Known::Data);
        let mut uses = walk.uses;
        // A place that is seen twice is guarded only where it always is.
        uses.sort();
        uses.dedup_by(|later, first| (later.place, &later.what) == (first.place, &first.what));
        Ok(uses)
    }
}

/// What is known of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    Data,
    Alerts(Which),
    Alert(Which),
    Map(Map),
    /// The pairs of a map.
    Pairs(Map),
    Pair,
    Text,
    Other,
}

struct Walk<'t> {
    templates: &'t super::Templates,
    set: &'t syntax::Templates,
    uses: Vec<Use>,
    variables: Vec<(Arc<str>, Known)>,
    /// Templates that have been walked, and with which dot.
    called: Vec<(Arc<str>, Known)>,
    /// What the conditions around ask for.
    tested: Vec<Reference>,
    source: usize,
    /// How many arguments around are ready for something missing.
    guards: usize,
    /// How many blocks are around.
    depth: usize,
}

impl Walk<'_> {
    fn found(&mut self, what: Reference, span: Span) {
        let place = match self.templates.file(self.source) {
            Some(file) => Place::File(file, span),
            None if self.source == super::INLINE => Place::Text(span),
            None => Place::Default,
        };
        let guarded = self.guards > 0 || self.tested.contains(&what);
        self.uses.push(Use {
            place,
            what,
            guarded,
            conditional: self.depth > 0,
        });
    }

    fn template(&mut self, name: &str, dot: Known) {
        let Some((name, definition)) = self.set.get_key_value(name) else {
            return;
        };
        let call = (Arc::clone(name), dot);
        if self.called.contains(&call) || self.called.len() > MAX_CALLS {
            return;
        }
        self.called.push(call);
        let variables = std::mem::replace(&mut self.variables, vec![("$".into(), dot)]);
        let source = std::mem::replace(&mut self.source, definition.source);
        self.list(&definition.list, dot);
        self.source = source;
        self.variables = variables;
    }

    fn list(&mut self, list: &List, dot: Known) {
        for node in &list.0 {
            match node {
                Node::Preamble(_) | Node::Text(_) | Node::Break | Node::Continue => {}
                Node::Action { pipe, .. } => {
                    let known = self.pipe(pipe, dot);
                    if pipe.variables.is_empty() {
                        self.whole(known, span_of(pipe));
                    }
                }
                Node::Branch(branch) => self.branch(branch, dot),
                Node::Template(call) => {
                    let known = match &call.pipe {
                        Some(pipe) => self.pipe(pipe, dot),
                        None => Known::Other,
                    };
                    let span = Span::new(call.at, call.at + call.name.len() + 2);
                    if self.set.contains_key(&call.name) {
                        self.found(Reference::Template(Arc::clone(&call.name)), span);
                        self.template(&call.name, known);
                    } else {
                        self.found(Reference::UnknownTemplate(Arc::clone(&call.name)), span);
                    }
                }
            }
        }
    }

    fn branch(&mut self, branch: &Branch, dot: Known) {
        let (variables, tested) = (self.variables.len(), self.tested.len());
        let uses = self.uses.len();
        let is_range = branch.kind == BranchKind::Range;
        self.guards += usize::from(!is_range);
        let known = self.pipe(&branch.pipe, dot);
        self.whole(known, span_of(&branch.pipe));
        self.guards -= usize::from(!is_range);
        let inner = match branch.kind {
            BranchKind::If => dot,
            BranchKind::With => known,
            BranchKind::Range => {
                let item = match known {
                    Known::Alerts(which) => Known::Alert(which),
                    Known::Pairs(_) => Known::Pair,
                    Known::Map(_) => Known::Text,
                    _ => Known::Other,
                };
                let fresh = &mut self.variables[variables..];
                let several = fresh.len() > 1;
                for (position, variable) in fresh.iter_mut().enumerate() {
                    let is_key = several && position == 0;
                    variable.1 = if is_key { Known::Other } else { item };
                }
                item
            }
        };
        if !is_range {
            let keys = self.uses[uses..].iter().map(|found| &found.what);
            let keys = keys.filter(|what| matches!(what, Reference::Key(..)));
            self.tested.extend(keys.cloned());
        }
        self.depth += 1;
        self.list(&branch.list, inner);
        if let Some(list) = &branch.otherwise {
            self.list(list, dot);
        }
        self.depth -= 1;
        self.variables.truncate(variables);
        self.tested.truncate(tested);
    }

    fn pipe(&mut self, pipe: &Pipe, dot: Known) -> Known {
        let chooses = pipe.commands.iter().skip(1).any(|command| {
            let first = command.args.first().map(|first| &first.kind);
            matches!(first, Some(ArgKind::Function(name)) if answers_for_missing(name))
        });
        let guards = usize::from(chooses || !pipe.variables.is_empty());
        self.guards += guards;
        let mut known = Known::Other;
        let mut last = None;
        for command in &pipe.commands {
            known = self.command(command, dot, last);
            last = Some(known);
        }
        self.guards -= guards;
        for name in &pipe.variables {
            if pipe.is_assignment {
                // Which of the two it is then depends on the way through the template.
                let same = self
                    .variables
                    .iter_mut()
                    .filter(|variable| variable.0 == *name);
                same.filter(|variable| variable.1 != known)
                    .for_each(|variable| variable.1 = Known::Other);
            } else {
                self.variables.push((Arc::clone(name), known));
            }
        }
        known
    }

    /// `last` is what the command before it in the pipeline gives.
    fn command(&mut self, command: &Command, dot: Known, last: Option<Known>) -> Known {
        let Some((first, args)) = command.args.split_first() else {
            return Known::Other;
        };
        let first_known = self.arg(first, dot);
        let ArgKind::Function(name) = &first.kind else {
            for arg in args {
                let known = self.arg(arg, dot);
                self.whole(known, arg.span);
            }
            return first_known;
        };
        let guards = usize::from(answers_for_missing(name));
        self.guards += guards;
        let known: Vec<Known> = args.iter().map(|arg| self.arg(arg, dot)).collect();
        let result = self.result(name, first.span, args, &known, last);
        self.guards -= guards;
        result
    }

    fn result(
        &mut self,
        name: &str,
        span: Span,
        args: &[Arg],
        known: &[Known],
        last: Option<Known>,
    ) -> Known {
        if let ("index", [whose, ..], [map, key, ..]) = (name, known, args) {
            match (*whose, &key.kind) {
                (Known::Map(which), ArgKind::String { text, .. }) => {
                    let span = map.span.to(key.span);
                    self.found(Reference::Key(which, Arc::clone(text)), span);
                    return Known::Text;
                }
                (Known::Alerts(which), _) => {
                    self.whole(*whose, map.span);
                    return Known::Alert(which);
                }
                _ => {}
            }
        }
        for (known, arg) in known.iter().zip(args) {
            self.whole(*known, arg.span);
        }
        if let Some(last) = last {
            self.whole(last, span);
        }
        match name {
            // What is chosen is one of them.
            "and" | "or" => known
                .iter()
                .copied()
                .chain(last)
                .last()
                .unwrap_or(Known::Other),
            "slice" => known.first().copied().unwrap_or(Known::Other),
            _ => Known::Other,
        }
    }

    fn arg(&mut self, arg: &Arg, dot: Known) -> Known {
        match &arg.kind {
            ArgKind::Dot => dot,
            ArgKind::Field(names) => self.follow(dot, names, arg.span),
            ArgKind::Variable(name, names) => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                let known = known.map_or(Known::Other, |(_, known)| *known);
                self.follow(known, names, arg.span)
            }
            ArgKind::Chain(inner, names) => {
                let known = self.arg(inner, dot);
                self.follow(known, names, arg.span)
            }
            ArgKind::Pipe(pipe) => self.pipe(pipe, dot),
            ArgKind::Function(name) => {
                self.found(Reference::Function(Arc::clone(name)), arg.span);
                Known::Other
            }
            ArgKind::String { .. } => Known::Text,
            ArgKind::Nil | ArgKind::Bool(_) | ArgKind::Number(_) => Known::Other,
        }
    }

    /// What the fields `names` of something are.
    fn follow(&mut self, known: Known, names: &[Arc<str>], span: Span) -> Known {
        let Some((name, rest)) = names.split_first() else {
            return known;
        };
        let unknown = |type_name| Some(Reference::UnknownField(type_name, Arc::clone(name)));
        let (next, what) = match (known, &**name) {
            (Known::Data, "Alerts") => (Known::Alerts(Which::All), None),
            (Known::Data, "GroupLabels") => (Known::Map(Map::GroupLabels), None),
            (Known::Data, "CommonLabels") => (Known::Map(Map::CommonLabels), None),
            (Known::Data, "CommonAnnotations") => (Known::Map(Map::CommonAnnotations), None),
            (Known::Data, "RouteLabels") if self.has_reasons() => {
                (Known::Map(Map::RouteLabels), None)
            }
            (Known::Data, "Receiver" | "Status" | "ExternalURL") => {
                (Known::Text, Some(Reference::Field(Arc::clone(name))))
            }
            (Known::Data, "NotificationReason") if self.has_reasons() => {
                (Known::Text, Some(Reference::Field(Arc::clone(name))))
            }
            (Known::Data, _) => (Known::Other, unknown("*template.Data")),
            (Known::Alerts(Which::All), "Firing") => (Known::Alerts(Which::Firing), None),
            (Known::Alerts(Which::All), "Resolved") => (Known::Alerts(Which::Resolved), None),
            (Known::Alerts(Which::All), _) => (Known::Other, unknown("template.Alerts")),
            (Known::Alerts(_), _) => (Known::Other, unknown("[]template.Alert")),
            (Known::Alert(which), "Labels") => (Known::Map(Map::Labels(which)), None),
            (Known::Alert(which), "Annotations") => (Known::Map(Map::Annotations(which)), None),
            (Known::Alert(which), "Status" | "GeneratorURL" | "Fingerprint") => (
                Known::Text,
                Some(Reference::AlertField(which, Arc::clone(name))),
            ),
            (Known::Alert(which), "StartsAt" | "EndsAt") => (
                Known::Other,
                Some(Reference::AlertField(which, Arc::clone(name))),
            ),
            (Known::Alert(_), _) => (Known::Other, unknown("template.Alert")),
            (Known::Map(map), "SortedPairs") => (Known::Pairs(map), None),
            (Known::Map(map), "Remove") => (Known::Map(map), None),
            (Known::Map(map), "Names" | "Values" | "String") => {
                (Known::Other, Some(Reference::Whole(map)))
            }
            (Known::Map(map), _) => (Known::Text, Some(Reference::Key(map, Arc::clone(name)))),
            (Known::Pairs(map), "Names" | "Values" | "String") => {
                (Known::Other, Some(Reference::Whole(map)))
            }
            (Known::Pairs(_), _) => (Known::Other, unknown("template.Pairs")),
            (Known::Pair, "Name" | "Value") => (Known::Text, None),
            (Known::Pair, _) => (Known::Other, unknown("template.Pair")),
            (Known::Text, _) => (Known::Other, unknown("string")),
            (Known::Other, _) => (Known::Other, None),
        };
        if let Some(what) = what {
            self.found(what, span);
        }
        self.follow(next, rest, span)
    }

    /// Something is used as a whole.
    fn whole(&mut self, known: Known, span: Span) {
        match known {
            Known::Alerts(which) => self.found(Reference::Alerts(which), span),
            Known::Map(map) | Known::Pairs(map) => self.found(Reference::Whole(map), span),
            Known::Data => self.found(Reference::Alerts(Which::All), span),
            Known::Alert(which) => {
                self.found(Reference::Whole(Map::Labels(which)), span);
                self.found(Reference::Whole(Map::Annotations(which)), span);
            }
            Known::Pair | Known::Text | Known::Other => {}
        }
    }

    fn has_reasons(&self) -> bool {
        Era::of(&self.templates.target).has_reasons()
    }
}

fn span_of(pipe: &Pipe) -> Span {
    let args = pipe.commands.iter().flat_map(|command| &command.args);
    args.map(|arg| arg.span)
        .reduce(Span::to)
        .unwrap_or(Span::empty(pipe.at))
}
