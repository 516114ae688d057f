//! Go's `html/template`: what it does to a set of templates before one of them is run. Every action is followed by what
//! escapes its value for the place where it stands, and a template that is called in several places becomes several.

mod attributes;
mod context;
mod escapers;
mod pipeline;
mod transition;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::syntax::{Definition, Templates};
use super::tree::{Branch, BranchKind, Call, List, Node, Pipe};
use crate::labels::quote;
pub(super) use context::Trouble;
use context::{Context, Delim, State, UrlPart};
pub(super) use escapers::ESCAPERS;
use pipeline::{misplaced_escaper, with_escapers};
use transition::after_text;

/// Most nodes that are looked at; loops inside each other are looked at twice each time.
const MAX_STEPS: usize = 300_000;
/// Most blocks and templates inside each other.
const MAX_DEPTH: usize = 250;

/// Why a template cannot be made safe.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// The number of the text, and the byte in it, where Go names one.
    pub place: Option<(usize, usize)>,
    pub trouble: Trouble,
}

/// The set in which the template `name` and all it calls are safe.
pub(super) fn escape(templates: &Templates, name: &Arc<str>) -> Result<Templates, Refusal> {
    let mut escaper = Escaper {
        templates,
        safe: Templates::default(),
        ends: FxHashMap::default(),
        called: FxHashSet::default(),
        source: 0,
        loops: Vec::new(),
        depth: 0,
        steps: 0,
        refusals: FxHashMap::default(),
    };
    let (_, end) = escaper.template(&Context::TEXT, name, None)?;
    if end.state != State::Text {
        return Err(Refusal {
            place: None,
            trouble: Trouble::Refused(format!("ends in a non-text context: {end}")),
        });
    }
    Ok(escaper.safe)
}

type Result<T, E = Refusal> = std::result::Result<T, E>;

struct Escaper<'t> {
    templates: &'t Templates,
    safe: Templates,
    /// Where a template ends, by the name that says where it is called.
    ends: FxHashMap<Arc<str>, Context>,
    /// The templates that have been called since the outermost one that is being read.
    called: FxHashSet<Arc<str>>,
    /// The text that is being read.
    source: usize,
    /// Where the loops around are left.
    loops: Vec<Vec<Context>>,
    depth: usize,
    steps: usize,
    /// What was said in the end of templates that were called behind a mistake.
    refusals: FxHashMap<Arc<str>, Refusal>,
}

impl Escaper<'_> {
    fn refuse<T>(&self, at: usize, message: impl Into<String>) -> Result<T> {
        Err(refused(self.source, at, message))
    }

    fn not_simulated<T>(&self, at: usize, what: &'static str) -> Result<T> {
        Err(Refusal {
            place: Some((self.source, at)),
            trouble: Trouble::NotSimulated(what),
        })
    }

    /// The name under which the template is safe when it is called from `context`, and where it ends.
    fn template(
        &mut self,
        context: &Context,
        name: &Arc<str>,
        called_at: Option<usize>,
    ) -> Result<(Arc<str>, Context)> {
        let safe_name: Arc<str> = context.mangle(name).into();
        self.called.insert(Arc::clone(&safe_name));
        if let Some(end) = self.ends.get(&safe_name) {
            return Ok((safe_name, end.clone()));
        }
        let Some(definition) = self.templates.get(name) else {
            return self.refuse(called_at.unwrap_or_default(), no_template(name));
        };
        let definition = Arc::clone(definition);
        let outer = std::mem::replace(&mut self.source, definition.source);
        let loops = std::mem::take(&mut self.loops);
        let refusals = self.refusals.clone();
        let end = self.deeper(called_at.unwrap_or_default(), |this| {
            this.body(context, &definition.list, &safe_name)
        });
        self.loops = loops;
        self.refusals = refusals;
        self.source = outer;
        let (list, end) = end?;
        let (source, name) = (definition.source, definition.name);
        self.safe.insert(
            Arc::clone(&safe_name),
            Arc::new(Definition { list, source, name }),
        );
        Ok((safe_name, end))
    }

    /// A template that calls itself is taken to end where it starts, and then where it was found to end.
    fn body(&mut self, context: &Context, list: &List, name: &Arc<str>) -> Result<(List, Context)> {
        self.called.remove(name);
        self.ends.insert(Arc::clone(name), context.clone());
        let (body, end) = self.list(context, list)?;
        let is_certain = !self.called.contains(name) || end == *context;
        self.ends.insert(Arc::clone(name), end.clone());
        if is_certain {
            return Ok((body, end));
        }
        let (body, again) = self.list(context, list)?;
        if again == end {
            return Ok((body, end));
        }
        self.refuse(
            0,
            format!("cannot compute output context for template {name}"),
        )
    }

    fn list(&mut self, context: &Context, list: &List) -> Result<(List, Context)> {
        let mut context = context.clone();
        let mut nodes = Vec::with_capacity(list.0.len());
        for (position, node) in list.0.iter().enumerate() {
            let (node, after) = match self.node(&context, node) {
                Ok(safe) => safe,
                Err(refusal) => {
                    let rest = &list.0[position + 1..];
                    return Err(self.last_refusal(refusal, self.source, rest, 0));
                }
            };
            nodes.push(node);
            context = after;
            if context.state == State::Dead {
                break;
            }
        }
        Ok((List(nodes), context))
    }

    /// What Go says in the end: behind a mistake it reads on, and names the last of those that it can still find. A
    /// template that is called again behind a mistake brings back what was said of it the first time.
    fn last_refusal(
        &mut self,
        mut refusal: Refusal,
        source: usize,
        nodes: &[Node],
        depth: usize,
    ) -> Refusal {
        if matches!(refusal.trouble, Trouble::NotSimulated(_)) || depth > MAX_DEPTH {
            return refusal;
        }
        for node in nodes {
            refusal = match node {
                Node::Action { at, pipe } => match misplaced_escaper(pipe, false) {
                    Some(message) => refused(source, *at, message),
                    None => refusal,
                },
                Node::Branch(branch) => {
                    self.last_refusal(refusal, source, &branch.list.0, depth + 1)
                }
                Node::Template(call) => self.refusal_of_call(refusal, source, call, depth),
                _ => refusal,
            };
        }
        refusal
    }

    fn refusal_of_call(
        &mut self,
        refusal: Refusal,
        source: usize,
        call: &Call,
        depth: usize,
    ) -> Refusal {
        if let Some(known) = self.refusals.get(&call.name) {
            return known.clone();
        }
        let Some(definition) = self.templates.get(&call.name).map(Arc::clone) else {
            return refused(source, call.at, no_template(&call.name));
        };
        let name = Arc::clone(&call.name);
        self.refusals.insert(Arc::clone(&name), refusal.clone());
        let outer = self.refusals.clone();
        let last = self.last_refusal(refusal, definition.source, &definition.list.0, depth + 1);
        self.refusals = outer;
        self.refusals.insert(name, last.clone());
        last
    }

    fn deeper<T>(&mut self, at: usize, escape: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return self.not_simulated(at, "so many levels");
        }
        self.depth += 1;
        let result = escape(self);
        self.depth -= 1;
        result
    }

    fn node(&mut self, context: &Context, node: &Node) -> Result<(Node, Context)> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return self.not_simulated(0, "so large a template");
        }
        match node {
            Node::Preamble(_) => Ok((node.clone(), context.clone())),
            Node::Text(text) => {
                let (text, after) = self.text(context, text)?;
                Ok((Node::Text(text.into()), after))
            }
            Node::Action { at, pipe } => {
                let (pipe, after) = self.action(context, *at, pipe)?;
                Ok((Node::Action { at: *at, pipe }, after))
            }
            Node::Branch(branch) => {
                let (branch, after) =
                    self.deeper(branch.at, |this| this.branch(context, branch))?;
                Ok((Node::Branch(Box::new(branch)), after))
            }
            Node::Break | Node::Continue => {
                if let Some(ways) = self.loops.last_mut() {
                    ways.push(context.clone());
                }
                let dead = Context {
                    state: State::Dead,
                    ..Context::TEXT
                };
                Ok((node.clone(), dead))
            }
            Node::Template(call) => {
                let (name, after) = self.template(context, &call.name, Some(call.at))?;
                let call = Call {
                    name,
                    ..call.clone()
                };
                Ok((Node::Template(call), after))
            }
        }
    }

    /// The text with what looks like a tag and is none escaped, and without comments.
    fn text(&self, start: &Context, text: &str) -> Result<(String, Context)> {
        let mut out = String::with_capacity(text.len());
        let mut context = start.clone();
        let (mut at, mut written) = (0, 0);
        while at < text.len() {
            let (after, length) = after_text(&context, &text[at..]).map_err(|trouble| Refusal {
                place: None,
                trouble,
            })?;
            let end = at + length;
            if matches!(context.state, State::Text | State::RCDATA) {
                let mut plain = end;
                if after.state != context.state {
                    plain = text[at..end].rfind('<').map_or(end, |tag| at + tag);
                }
                for (offset, _) in text[at..plain].match_indices('<') {
                    let bracket = at + offset;
                    let is_doctype = text.as_bytes()[bracket..]
                        .get(..9)
                        .is_some_and(|start| start.eq_ignore_ascii_case(b"<!DOCTYPE"));
                    if !is_doctype {
                        out.push_str(&text[written..bracket]);
                        out.push_str("&lt;");
                        written = bracket + 1;
                    }
                }
            } else if context.is_comment() && context.delim == Delim::None {
                if context.state == State::CSSBlockCmt {
                    out.push(' ');
                }
                written = end;
            }
            if context.state != after.state && after.is_comment() && after.delim == Delim::None {
                let start = end - if after.state == State::HTMLCmt { 4 } else { 2 };
                out.push_str(&text[written..start]);
                written = end;
            }
            context = after;
            at = end;
        }
        if written == 0 || !context.is_comment() || context.delim != Delim::None {
            out.push_str(&text[written..]);
        }
        Ok((out, context))
    }

    fn action(&self, context: &Context, at: usize, pipe: &Pipe) -> Result<(Pipe, Context)> {
        if !pipe.variables.is_empty() {
            return Ok((pipe.clone(), context.clone()));
        }
        let mut context = context.nudged();
        let is_unquoted = context.state == State::Attr && context.delim == Delim::SpaceOrTagEnd;
        if let Some(message) = misplaced_escaper(pipe, is_unquoted) {
            return self.refuse(at, message);
        }
        let mut escapers = Vec::new();
        match context.state {
            State::URL => match context.url {
                UrlPart::None => {
                    escapers.extend(["_html_template_urlfilter", "_html_template_urlnormalizer"]);
                }
                UrlPart::PreQuery => escapers.push("_html_template_urlnormalizer"),
                UrlPart::QueryOrFrag => escapers.push("_html_template_urlescaper"),
                UrlPart::Unknown => {
                    let action = format!("{{{{{pipe}}}}}");
                    let message = format!("{action} appears in an ambiguous context within a URL");
                    return self.refuse(at, message);
                }
            },
            State::Text => escapers.push("_html_template_htmlescaper"),
            State::RCDATA => escapers.push("_html_template_rcdataescaper"),
            State::Attr => {}
            State::AttrName | State::Tag => {
                context.state = State::AttrName;
                escapers.push("_html_template_htmlnamefilter");
            }
            State::HTMLCmt | State::CSSBlockCmt | State::CSSLineCmt => {
                escapers.push("_html_template_commentescaper");
            }
            State::JS => return self.not_simulated(at, "an action in a script"),
            State::CSS | State::CSSDqStr | State::CSSSqStr => {
                return self.not_simulated(at, "an action in a style");
            }
            State::Srcset => return self.not_simulated(at, "an action in `srcset`"),
            State::AfterName | State::BeforeValue | State::Dead => {}
        }
        match context.delim {
            Delim::None => {}
            Delim::SpaceOrTagEnd => escapers.push("_html_template_nospaceescaper"),
            _ => escapers.push("_html_template_attrescaper"),
        }
        Ok((with_escapers(pipe, escapers), context))
    }

    fn branch(&mut self, context: &Context, branch: &Branch) -> Result<(Branch, Context)> {
        let is_range = branch.kind == BranchKind::Range;
        let (list, mut end) = if is_range {
            let (list, end) = self.looped(context, &branch.list, branch)?;
            let (_, again) = self.looped(&end, &branch.list, branch)?;
            let joined = join(&end, &again).ok_or_else(|| {
                let message = format!("on range loop re-entry: {}", ends(branch, &end, &again));
                Refusal {
                    place: Some((self.source, branch.at)),
                    trouble: Trouble::Refused(message),
                }
            })?;
            (list, joined)
        } else {
            self.list(context, &branch.list)?
        };
        let mut otherwise = None;
        let mut other_end = context.clone();
        if let Some(list) = &branch.otherwise {
            let (list, after) = self.list(context, list)?;
            otherwise = Some(list);
            other_end = after;
        }
        end = match join(&end, &other_end) {
            Some(end) => end,
            None => return self.refuse(branch.at, ends(branch, &end, &other_end)),
        };
        let branch = Branch {
            list,
            otherwise,
            pipe: branch.pipe.clone(),
            ..*branch
        };
        Ok((branch, end))
    }

    /// The body of a loop, all ways out of it joined.
    fn looped(
        &mut self,
        context: &Context,
        list: &List,
        branch: &Branch,
    ) -> Result<(List, Context)> {
        self.loops.push(Vec::new());
        let body = self.list(context, list);
        let ways = self.loops.pop().unwrap_or_default();
        let (list, mut end) = body?;
        for way in ways {
            end = match join(&end, &way) {
                Some(end) => end,
                None => return self.refuse(branch.at, ends(branch, &end, &way)),
            };
        }
        Ok((list, end))
    }
}

fn refused(source: usize, at: usize, message: impl Into<String>) -> Refusal {
    Refusal {
        place: Some((source, at)),
        trouble: Trouble::Refused(message.into()),
    }
}

fn no_template(name: &str) -> String {
    format!("no such template {}", quote(name))
}

fn ends(branch: &Branch, a: &Context, b: &Context) -> String {
    let word = match branch.kind {
        BranchKind::If => "if",
        BranchKind::With => "with",
        BranchKind::Range => "range",
    };
    format!("{{{{{word}}}}} branches end in different contexts: {a}, {b}")
}

/// Where a text goes on that comes from two places, if they go together.
fn join(a: &Context, b: &Context) -> Option<Context> {
    if a.state == State::Dead || a == b {
        return Some(b.clone());
    }
    if b.state == State::Dead {
        return Some(a.clone());
    }
    let differs_by_url = Context {
        url: b.url,
        ..a.clone()
    };
    if differs_by_url == *b {
        return Some(Context {
            url: UrlPart::Unknown,
            ..a.clone()
        });
    }
    let (c, d) = (a.nudged(), b.nudged());
    if c != *a || d != *b {
        return join(&c, &d);
    }
    None
}
