//! Runs a template, as Go's `text/template` does: node by node, with the same checks in the same order, so that an
//! error names the same place in the same words.

mod operands;

use std::sync::Arc;

use super::functions::Context;
use super::syntax::Templates;
use super::tree::{Arg, ArgKind, Branch, BranchKind, Call, Command, List, Node, Number, Pipe};
use super::value::{IntType, Shape, Value};
use crate::labels::quote;

/// Most nodes that are run.
const MAX_STEPS: usize = 1_000_000;
/// Most levels of nodes, pipelines and templates inside each other; Go allows 100,000 templates.
const MAX_DEPTH: usize = 700;

/// Where an error happened, and what.
#[derive(Debug)]
pub(super) struct Failure {
    /// The template that was running.
    pub template: Arc<str>,
    /// The number of the text it stands in.
    pub source: usize,
    /// Byte of the text that Go names.
    pub at: usize,
    /// The node that Go shows.
    pub node: String,
    pub message: String,
}

/// Runs the template `name` on `dot`.
pub(super) fn run(
    templates: &Templates,
    name: &Arc<str>,
    dot: Value,
    context: &Context,
) -> Result<String, Failure> {
    let mut machine = Machine {
        templates,
        context,
        out: String::new(),
        steps: 0,
        depth: 0,
        frame: Frame::new(Arc::clone(name), 0, dot.clone()),
    };
    if let Some(root) = templates.get(name) {
        machine.frame.source = root.source;
        machine.list(&dot, &root.list)?;
    }
    Ok(machine.out)
}

type Result<T, E = Failure> = std::result::Result<T, E>;

struct Machine<'t> {
    templates: &'t Templates,
    context: &'t Context<'t>,
    out: String,
    steps: usize,
    depth: usize,
    frame: Frame<'t>,
}

/// What belongs to the template that is running.
struct Frame<'t> {
    template: Arc<str>,
    source: usize,
    /// Innermost last.
    variables: Vec<(Arc<str>, Value)>,
    /// The node that an error would name.
    at: Place<'t>,
}

impl Frame<'_> {
    fn new(template: Arc<str>, source: usize, dot: Value) -> Self {
        Self {
            template,
            source,
            variables: vec![("$".into(), dot)],
            at: Place::Start,
        }
    }
}

/// A node of any sort.
#[derive(Clone, Copy)]
enum Place<'t> {
    Start,
    Node(usize, &'t Node),
    Branch(&'t Branch),
    Call(&'t Call),
    Pipe(&'t Pipe),
    Command(&'t Command),
    Arg(&'t Arg),
}

impl Place<'_> {
    fn offset(self) -> usize {
        match self {
            Self::Start => 0,
            Self::Node(at, _) => at,
            Self::Branch(branch) => branch.at,
            Self::Call(call) => call.at,
            Self::Pipe(pipe) => pipe.at,
            Self::Command(command) => command.at,
            Self::Arg(arg) => arg.at,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Start => String::new(),
            Self::Node(_, node) => node.to_string(),
            Self::Branch(branch) => branch.to_string(),
            Self::Call(call) => call.to_string(),
            Self::Pipe(pipe) => pipe.to_string(),
            Self::Command(command) => command.to_string(),
            Self::Arg(arg) => arg.to_string(),
        }
    }
}

/// How a list of nodes was left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

impl<'t> Machine<'t> {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(Failure {
            template: Arc::clone(&self.frame.template),
            source: self.frame.source,
            at: self.frame.at.offset(),
            node: self.frame.at.text(),
            message: message.into(),
        })
    }

    fn step(&mut self) -> Result<()> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return self.fail("the template does not come to an end");
        }
        Ok(())
    }

    fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return self.fail("exceeded maximum template depth (100000)");
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    fn write(&mut self, text: &str) -> Result<()> {
        if self.out.len() + text.len() > super::MAX_OUTPUT {
            return self.fail("the template prints too much");
        }
        self.out.push_str(text);
        Ok(())
    }

    // Nodes.

    fn list(&mut self, dot: &Value, list: &'t List) -> Result<Flow> {
        for node in &list.0 {
            let flow = self.node(dot, node)?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, dot: &Value, node: &'t Node) -> Result<Flow> {
        self.step()?;
        match node {
            Node::Preamble(list) => return self.list(dot, list),
            Node::Text(text) => self.write(text)?,
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
            Node::Action { at, pipe } => {
                self.frame.at = Place::Node(*at, node);
                let value = self.pipeline(dot, pipe)?;
                if pipe.variables.is_empty() {
                    self.frame.at = Place::Node(*at, node);
                    let text = value.print_in_action();
                    self.write(&text)?;
                }
            }
            Node::Branch(branch) => return self.deeper(|this| this.branch(dot, branch)),
            Node::Template(call) => self.deeper(|this| this.call(dot, call))?,
        }
        Ok(Flow::On)
    }

    fn branch(&mut self, dot: &Value, branch: &'t Branch) -> Result<Flow> {
        self.frame.at = Place::Branch(branch);
        let variables = self.frame.variables.len();
        let value = self.pipeline(dot, &branch.pipe)?;
        let flow = match branch.kind {
            BranchKind::Range => self.range(dot, branch, value),
            _ if value.is_true() => {
                let inner = match branch.kind {
                    BranchKind::With => &value,
                    _ => dot,
                };
                self.list(inner, &branch.list)
            }
            _ => self.otherwise(dot, branch),
        };
        self.frame.variables.truncate(variables);
        flow
    }

    fn otherwise(&mut self, dot: &Value, branch: &'t Branch) -> Result<Flow> {
        match &branch.otherwise {
            Some(list) => self.list(dot, list),
            None => Ok(Flow::On),
        }
    }

    fn range(&mut self, dot: &Value, branch: &'t Branch, value: Value) -> Result<Flow> {
        let items: Vec<(Value, Value)> = match &value {
            Value::Labels(labels) => labels
                .iter()
                .map(|label| {
                    let text = |text: &Arc<str>| Value::String(Arc::clone(text));
                    (text(&label.name), text(&label.value))
                })
                .collect(),
            Value::Args(args) => args
                .iter()
                .map(|(key, value)| (Value::string(key.as_str()), value.clone()))
                .collect(),
            Value::Samples(samples) => (0..)
                .zip(samples.borrow().iter())
                .map(|(index, sample)| (Value::int(index), Value::Sample(sample.clone())))
                .collect(),
            Value::Strings(..) | Value::List(_) | Value::Object(_) => match value.shape() {
                Some(Shape::List(parts)) => {
                    let parts = parts.into_iter().enumerate();
                    parts.map(|(at, part)| (Value::int(at), part)).collect()
                }
                Some(Shape::Map(pairs)) => {
                    let pairs = pairs.into_iter();
                    pairs
                        .map(|(key, part)| (Value::String(key), part))
                        .collect()
                }
                _ => {
                    let message = format!("range can't iterate over {}", value.print_in_action());
                    return self.fail(message);
                }
            },
            Value::Invalid | Value::NilInterface => Vec::new(),
            Value::Int(count, kind) if self.ranges_over_integers() => {
                if branch.pipe.variables.len() > 1 {
                    let message =
                        format!("can't use {count} to iterate over more than one variable");
                    return self.fail(message);
                }
                return self.range_count(dot, branch, *count, *kind);
            }
            other => {
                let message = format!("range can't iterate over {}", other.print_in_action());
                return self.fail(message);
            }
        };
        if items.is_empty() {
            return self.otherwise(dot, branch);
        }
        for (index, item) in items {
            match self.iteration(branch, index, item)? {
                Flow::Break => break,
                Flow::On | Flow::Continue => {}
            }
        }
        Ok(Flow::On)
    }

    /// Since Go 1.22.
    fn ranges_over_integers(&self) -> bool {
        self.context.has_go(22)
    }

    fn range_count(
        &mut self,
        dot: &Value,
        branch: &'t Branch,
        count: i64,
        kind: IntType,
    ) -> Result<Flow> {
        if count <= 0 {
            return self.otherwise(dot, branch);
        }
        for item in 0..count {
            self.step()?;
            let item = Value::Int(item, kind);
            if self.iteration(branch, Value::Invalid, item)? == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn iteration(&mut self, branch: &'t Branch, index: Value, item: Value) -> Result<Flow> {
        self.step()?;
        let pipe = &branch.pipe;
        let variables = self.frame.variables.len();
        let values: &[&Value] = match pipe.variables.len() {
            0 => &[],
            1 => &[&item],
            _ => &[&index, &item],
        };
        for (position, (name, value)) in pipe.variables.iter().zip(values).enumerate() {
            if pipe.is_assignment {
                self.assign(name, (*value).clone())?;
            } else {
                // The pipeline has declared them, last on top.
                let slot = variables - values.len() + position;
                self.frame.variables[slot].1 = (*value).clone();
            }
        }
        let flow = self.list(&item, &branch.list);
        self.frame.variables.truncate(variables);
        flow
    }

    fn call(&mut self, dot: &Value, call: &'t Call) -> Result<()> {
        self.frame.at = Place::Call(call);
        let Some((name, root)) = self.templates.get_key_value(&call.name) else {
            return self.fail(format!("template {} not defined", quote(&call.name)));
        };
        let dot = match &call.pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Value::Invalid,
        };
        let inner = Frame::new(Arc::clone(name), root.source, dot.clone());
        let outer = std::mem::replace(&mut self.frame, inner);
        self.list(&dot, &root.list)?;
        self.frame = outer;
        Ok(())
    }

    // Variables.

    fn variable(&self, name: &str) -> Result<Value> {
        let found = self.frame.variables.iter().rev();
        match found.into_iter().find(|(known, _)| &**known == name) {
            Some((_, value)) => Ok(value.clone()),
            None => self.fail(format!("undefined variable: {name}")),
        }
    }

    fn assign(&mut self, name: &str, value: Value) -> Result<()> {
        let mut known = self.frame.variables.iter_mut().rev();
        match known.find(|(known, _)| &**known == name) {
            Some(variable) => {
                variable.1 = value;
                Ok(())
            }
            None => self.fail(format!("undefined variable: {name}")),
        }
    }

    // Pipelines.

    fn pipeline(&mut self, dot: &Value, pipe: &'t Pipe) -> Result<Value> {
        self.step()?;
        self.frame.at = Place::Pipe(pipe);
        let mut value = None;
        for command in &pipe.commands {
            let result = self.command(dot, command, value)?;
            value = Some(match result {
                Value::NilInterface => Value::Invalid,
                other => other,
            });
        }
        let value = value.unwrap_or(Value::Invalid);
        for name in &pipe.variables {
            if pipe.is_assignment {
                self.assign(name, value.clone())?;
            } else {
                self.frame.variables.push((Arc::clone(name), value.clone()));
            }
        }
        Ok(value)
    }

    /// `last` is what the command before it in the pipeline gave: one more argument.
    fn command(&mut self, dot: &Value, command: &'t Command, last: Option<Value>) -> Result<Value> {
        let Some((first, args)) = command.args.split_first() else {
            return Ok(Value::Invalid);
        };
        match &first.kind {
            ArgKind::Field(names) => {
                self.frame.at = Place::Arg(first);
                self.fields(dot, dot.clone(), names, args, last)
            }
            ArgKind::Chain(..) => self.chain(dot, first, args, last),
            ArgKind::Variable(..) => self.variable_chain(dot, first, args, last),
            ArgKind::Function(name) => {
                self.function(dot, first, name, Place::Command(command), args, last)
            }
            ArgKind::Pipe(pipe) => {
                self.no_arguments(first, args, last.as_ref())?;
                self.deeper(|this| this.pipeline(dot, pipe))
            }
            _ => {
                self.frame.at = Place::Arg(first);
                self.no_arguments(first, args, last.as_ref())?;
                match &first.kind {
                    ArgKind::Nil => self.fail("nil is not a command"),
                    ArgKind::Dot => Ok(dot.clone()),
                    _ => self.constant(first),
                }
            }
        }
    }

    fn no_arguments(&self, first: &Arg, args: &[Arg], last: Option<&Value>) -> Result<()> {
        if args.is_empty() && last.is_none() {
            return Ok(());
        }
        self.fail(format!("can't give argument to non-function {first}"))
    }

    /// A constant where nothing says which type it should have.
    fn constant(&mut self, arg: &'t Arg) -> Result<Value> {
        self.frame.at = Place::Arg(arg);
        match &arg.kind {
            ArgKind::Bool(value) => Ok(Value::Bool(*value)),
            ArgKind::String { text, .. } => Ok(Value::String(Arc::clone(text))),
            ArgKind::Number(number) => self.ideal(number),
            _ => self.fail(format!(
                "can't evaluate command {}",
                quote(&arg.to_string())
            )),
        }
    }

    /// A number is a float if it is written like one, else an int.
    fn ideal(&self, number: &Number) -> Result<Value> {
        let text = &*number.text;
        let is_hex =
            (text.starts_with("0x") || text.starts_with("0X")) && !text.contains(['p', 'P']);
        let is_char = text.starts_with('\'');
        let like_float = !is_hex && !is_char && text.contains(['.', 'e', 'E', 'p', 'P']);
        match *number {
            Number {
                complex: Some((re, im)),
                ..
            } => Ok(Value::Complex(re, im)),
            Number {
                float: Some(value), ..
            } if like_float => Ok(Value::Float(value)),
            Number {
                int: Some(value), ..
            } => Ok(Value::Int(value, IntType::Int)),
            _ => self.fail(format!("{text} overflows int")),
        }
    }
}
