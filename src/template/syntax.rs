//! Go's template syntax (`text/template/parse`), with its words for what is wrong.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::literal;
use super::token::{Kind, Lexer, Token};
use super::tree::{Arg, ArgKind, Branch, BranchKind, Call, Command, List, Node, Pipe};
use crate::labels::quote;
use crate::source::Span;

/// Most levels of parentheses and blocks, an `else if` counting as one. Go allows 10,000 parentheses.
const MAX_DEPTH: usize = 250;

/// What the syntax depends on.
pub(super) struct Dialect<'d> {
    /// Whether a function of that name exists.
    pub has_function: &'d dyn Fn(&str) -> bool,
    /// `{{else with}}`, since Go 1.23.
    pub else_with: bool,
}

/// A template and those it defines, by name. The template itself is among them.
pub(super) type Templates = BTreeMap<Arc<str>, List>;

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub message: String,
    pub span: Span,
    /// The line Go names.
    pub line: usize,
}

/// Parses `text`, a template called `name`.
pub(super) fn parse(name: &str, text: &str, dialect: &Dialect) -> Result<Templates, SyntaxError> {
    let mut parser = Parser {
        name,
        dialect,
        lexer: Lexer::new(text),
        tokens: std::array::from_fn(|_| Token {
            kind: Kind::Eof,
            at: 0,
            text: Cow::Borrowed(""),
            line: 1,
        }),
        peeked: 0,
        scope: Scope::default(),
        defined: BTreeMap::new(),
        depth: 0,
    };
    let root = parser.template()?;
    parser.define(&name.into(), root, false)?;
    Ok(parser.defined)
}

type Result<T, E = SyntaxError> = std::result::Result<T, E>;

struct Parser<'p> {
    name: &'p str,
    dialect: &'p Dialect<'p>,
    lexer: Lexer<'p>,
    /// Up to three tokens that have been read and given back; the first slot is the last one read.
    tokens: [Token<'p>; 3],
    peeked: usize,
    scope: Scope,
    defined: Templates,
    depth: usize,
}

/// What a definition starts anew.
struct Scope {
    variables: Vec<Arc<str>>,
    /// Line on which the action that is being read started.
    action_line: Option<usize>,
    ranges: usize,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            variables: vec!["$".into()],
            action_line: None,
            ranges: 0,
        }
    }
}

/// How a list of nodes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    End,
    Else,
}

impl Ending {
    const fn as_str(self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

/// A node or the end of a list.
enum Item {
    Node(Node),
    Ending(Ending),
}

impl<'p> Parser<'p> {
    // Tokens.

    fn next(&mut self) -> Token<'p> {
        if self.peeked > 0 {
            self.peeked -= 1;
        } else {
            self.tokens[0] = self.lexer.next_token();
        }
        self.tokens[self.peeked].clone()
    }

    fn back(&mut self) {
        self.peeked += 1;
    }

    /// Gives back `before` and then the token in the first slot.
    fn back_two(&mut self, before: Token<'p>) {
        self.tokens[1] = before;
        self.peeked = 2;
    }

    fn back_three(&mut self, first: Token<'p>, second: Token<'p>) {
        self.tokens[1] = second;
        self.tokens[2] = first;
        self.peeked = 3;
    }

    fn peek(&mut self) -> Token<'p> {
        let token = self.next();
        self.back();
        token
    }

    fn next_word(&mut self) -> Token<'p> {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    fn peek_word(&mut self) -> Token<'p> {
        let token = self.next_word();
        self.back();
        token
    }

    // Errors.

    fn error<T>(&self, message: impl Into<String>, span: Span) -> Result<T> {
        Err(SyntaxError {
            message: message.into(),
            span,
            line: self.tokens[0].line,
        })
    }

    fn error_here<T>(&self, message: impl Into<String>) -> Result<T> {
        let token = &self.tokens[0];
        self.error(message, Span::new(token.at, token.end()))
    }

    fn unexpected<T>(&self, token: &Token<'_>, context: &str) -> Result<T> {
        let span = Span::new(token.at, token.end());
        if token.kind != Kind::Error {
            let message = format!("unexpected {} in {context}", token.describe());
            return self.error(message, span);
        }
        let mut message = token.text.to_string();
        if let Some(line) = self.scope.action_line.filter(|&line| line != token.line) {
            // Not "action in action".
            let joint = if message.ends_with(" action") {
                ""
            } else {
                " in action"
            };
            message.push_str(&format!("{joint} started at {}:{line}", self.name));
        }
        self.error(message, span)
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Result<Token<'p>> {
        let token = self.next_word();
        if token.kind == kind {
            Ok(token)
        } else {
            self.unexpected(&token, context)
        }
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return self.error_here("max expression depth exceeded");
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    // Templates.

    fn template(&mut self) -> Result<List> {
        let mut list = List::default();
        loop {
            let token = self.peek();
            if token.kind == Kind::Eof {
                return Ok(list);
            }
            if token.kind == Kind::LeftDelim {
                let delim = self.next();
                if self.next_word().kind == Kind::Define {
                    self.definition()?;
                    continue;
                }
                self.back_two(delim);
            }
            match self.text_or_action()? {
                Item::Node(node) => list.0.push(node),
                Item::Ending(ending) => {
                    let message = format!("unexpected {}", ending.as_str());
                    return self.error_here(message);
                }
            }
        }
    }

    fn definition(&mut self) -> Result<()> {
        const CONTEXT: &str = "define clause";
        let token = self.next_word();
        let name = self.template_name(&token, CONTEXT)?;
        self.expect(Kind::RightDelim, CONTEXT)?;
        self.body(&name, CONTEXT)
    }

    /// The nodes up to `{{end}}` become the template `name`, with variables of its own.
    fn body(&mut self, name: &Arc<str>, context: &str) -> Result<()> {
        let outer = std::mem::take(&mut self.scope);
        let (list, ending) = self.deeper(Self::list)?;
        self.scope = outer;
        if ending != Ending::End {
            let message = format!("unexpected {} in {context}", ending.as_str());
            return self.error_here(message);
        }
        self.define(name, list, true)
    }

    /// Of two definitions of one name all but one must be empty.
    fn define(&mut self, name: &Arc<str>, list: List, is_inner: bool) -> Result<()> {
        match self.defined.get(name) {
            Some(before) if !before.is_blank() => {
                if list.is_blank() {
                    return Ok(());
                }
                let message = format!("template: multiple definition of template {}", quote(name));
                if is_inner {
                    return self.error_here(message);
                }
                self.error(message, Span::default())
            }
            _ => {
                self.defined.insert(Arc::clone(name), list);
                Ok(())
            }
        }
    }

    fn template_name(&mut self, token: &Token<'_>, context: &str) -> Result<Arc<str>> {
        if !matches!(token.kind, Kind::String | Kind::RawString) {
            return self.unexpected(token, context);
        }
        self.unquote(token)
    }

    fn unquote(&self, token: &Token<'_>) -> Result<Arc<str>> {
        match literal::unquote(&token.text) {
            Some(text) => Ok(text.into()),
            None => self.error("invalid syntax", Span::new(token.at, token.end())),
        }
    }

    /// Nodes up to `{{end}}` or `{{else}}`.
    fn list(&mut self) -> Result<(List, Ending)> {
        let mut list = List::default();
        while self.peek_word().kind != Kind::Eof {
            match self.text_or_action()? {
                Item::Node(node) => list.0.push(node),
                Item::Ending(ending) => return Ok((list, ending)),
            }
        }
        self.error_here("unexpected EOF")
    }

    fn text_or_action(&mut self) -> Result<Item> {
        let token = self.next_word();
        match token.kind {
            Kind::Text => Ok(Item::Node(Node::Text(token.text.into()))),
            Kind::LeftDelim => {
                self.scope.action_line = Some(token.line);
                let item = self.action();
                if item.is_ok() {
                    self.scope.action_line = None;
                }
                item
            }
            _ => self.unexpected(&token, "input"),
        }
    }

    /// An action, its delimiter read.
    fn action(&mut self) -> Result<Item> {
        let token = self.next_word();
        Ok(Item::Node(match token.kind {
            Kind::End => {
                self.expect(Kind::RightDelim, "end")?;
                return Ok(Item::Ending(Ending::End));
            }
            Kind::Else => {
                self.after_else()?;
                return Ok(Item::Ending(Ending::Else));
            }
            Kind::Block => self.block()?,
            Kind::Break => self.jump(Node::Break)?,
            Kind::Continue => self.jump(Node::Continue)?,
            Kind::If => self.branch(BranchKind::If)?,
            Kind::With => self.branch(BranchKind::With)?,
            Kind::Range => self.branch(BranchKind::Range)?,
            Kind::Template => self.call()?,
            _ => {
                self.back();
                let at = self.peek().at;
                let pipe = self.pipeline("command", Kind::RightDelim)?;
                Node::Action { at, pipe }
            }
        }))
    }

    /// `{{else if …}}` is `{{else}}{{if …}}` without its own end: the `if` stays to be read.
    fn after_else(&mut self) -> Result<()> {
        let next = self.peek_word().kind;
        if next == Kind::If || next == Kind::With && self.dialect.else_with {
            return Ok(());
        }
        self.expect(Kind::RightDelim, "else").map(drop)
    }

    fn jump(&mut self, node: Node) -> Result<Node> {
        let name = node.to_string();
        self.expect(Kind::RightDelim, &name)?;
        if self.scope.ranges == 0 {
            return self.error_here(format!("{name} outside {{{{range}}}}"));
        }
        Ok(node)
    }

    fn block(&mut self) -> Result<Node> {
        const CONTEXT: &str = "block clause";
        let token = self.next_word();
        let name = self.template_name(&token, CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, Kind::RightDelim)?;
        self.body(&name, CONTEXT)?;
        Ok(Node::Template(Call {
            at: token.at,
            name,
            pipe: Some(pipe),
        }))
    }

    fn call(&mut self) -> Result<Node> {
        const CONTEXT: &str = "template clause";
        let token = self.next_word();
        let name = self.template_name(&token, CONTEXT)?;
        let pipe = if self.next_word().kind == Kind::RightDelim {
            None
        } else {
            self.back();
            Some(self.pipeline(CONTEXT, Kind::RightDelim)?)
        };
        Ok(Node::Template(Call {
            at: token.at,
            name,
            pipe,
        }))
    }

    fn branch(&mut self, kind: BranchKind) -> Result<Node> {
        let variables = self.scope.variables.len();
        let branch = self.deeper(|this| this.branch_inside(kind));
        self.scope.variables.truncate(variables);
        Ok(Node::Branch(Box::new(branch?)))
    }

    fn branch_inside(&mut self, kind: BranchKind) -> Result<Branch> {
        let (context, keyword) = match kind {
            BranchKind::If => ("if", Some(Kind::If)),
            BranchKind::With => ("with", Some(Kind::With)),
            BranchKind::Range => ("range", None),
        };
        let is_range = usize::from(kind == BranchKind::Range);
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        self.scope.ranges += is_range;
        let (list, ending) = self.list()?;
        self.scope.ranges -= is_range;
        let otherwise = match ending {
            Ending::End => None,
            Ending::Else if keyword.is_some_and(|keyword| self.peek().kind == keyword) => {
                self.next();
                Some(List(vec![self.branch(kind)?]))
            }
            Ending::Else => {
                let (list, ending) = self.list()?;
                if ending != Ending::End {
                    let message = format!("expected end; found {}", ending.as_str());
                    return self.error_here(message);
                }
                Some(list)
            }
        };
        Ok(Branch {
            kind,
            at: pipe.at,
            pipe,
            list,
            otherwise,
        })
    }

    // Pipelines.

    /// A pipeline up to and with a token `end`.
    fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe> {
        let mut pipe = Pipe {
            at: self.peek_word().at,
            variables: Vec::new(),
            is_assignment: false,
            commands: Vec::new(),
        };
        self.declarations(&mut pipe, context)?;
        loop {
            let token = self.next_word();
            match token.kind {
                kind if kind == end => break,
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {
                    self.back();
                    let command = self.command()?;
                    pipe.commands.push(command);
                }
                _ => return self.unexpected(&token, context),
            }
        }
        self.check_pipeline(&pipe, context)?;
        Ok(pipe)
    }

    /// `$x :=`, `$x =` or, in a range, `$i, $x :=`.
    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Result<()> {
        loop {
            let variable = self.peek_word();
            if variable.kind != Kind::Variable {
                return Ok(());
            }
            self.next();
            let after = self.peek();
            let next = self.peek_word();
            let is_comma = next.kind == Kind::Char && next.text == ",";
            if !is_comma && !matches!(next.kind, Kind::Assign | Kind::Declare) {
                if after.kind == Kind::Space {
                    self.back_three(variable, after);
                } else {
                    self.back_two(variable);
                }
                return Ok(());
            }
            self.next_word();
            let name: Arc<str> = variable.text.into();
            pipe.variables.push(Arc::clone(&name));
            self.scope.variables.push(name);
            if !is_comma {
                pipe.is_assignment = next.kind == Kind::Assign;
                return Ok(());
            }
            if context != "range" || pipe.variables.len() >= 2 {
                return self.error_here(format!("too many declarations in {context}"));
            }
            let follows = self.peek_word().kind;
            if !matches!(
                follows,
                Kind::Variable | Kind::RightDelim | Kind::RightParen
            ) {
                return self.error_here("range can only initialize variables");
            }
        }
    }

    fn check_pipeline(&self, pipe: &Pipe, context: &str) -> Result<()> {
        if pipe.commands.is_empty() {
            return self.error_here(format!("missing value for {context}"));
        }
        // Only the first command may be a plain value.
        for (index, command) in pipe.commands.iter().enumerate().skip(1) {
            if let Some(first) = command.args.first()
                && matches!(
                    first.kind,
                    ArgKind::Bool(_)
                        | ArgKind::Dot
                        | ArgKind::Nil
                        | ArgKind::Number(_)
                        | ArgKind::String { .. }
                )
            {
                let stage = index + 1;
                return self.error(
                    format!("non executable command in pipeline stage {stage}"),
                    first.span,
                );
            }
        }
        Ok(())
    }

    /// Words separated by blanks, up to a `|`, which is read, or the end of the pipeline, which is not.
    fn command(&mut self) -> Result<Command> {
        let at = self.peek_word().at;
        let mut args = Vec::new();
        loop {
            self.peek_word();
            args.extend(self.operand()?);
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.back(),
                Kind::Pipe => {}
                _ => return self.unexpected(&token, "operand"),
            }
            break;
        }
        if args.is_empty() {
            return self.error_here("empty command");
        }
        Ok(Command { at, args })
    }

    /// A term with the fields behind it.
    fn operand(&mut self) -> Result<Option<Arg>> {
        let Some(term) = self.term()? else {
            return Ok(None);
        };
        let first = self.peek();
        if first.kind != Kind::Field {
            return Ok(Some(term));
        }
        let mut span = term.span;
        let mut fields: Vec<Arc<str>> = Vec::new();
        while self.peek().kind == Kind::Field {
            let field = self.next();
            span.end = field.end() as u32;
            fields.push(field.text[1..].into());
        }
        let joined = |mut before: Vec<Arc<str>>| {
            before.extend(fields.iter().cloned());
            before
        };
        let kind = match term.kind {
            ArgKind::Field(before) => ArgKind::Field(joined(before)),
            ArgKind::Variable(name, before) => ArgKind::Variable(name, joined(before)),
            ArgKind::Bool(_)
            | ArgKind::String { .. }
            | ArgKind::Number(_)
            | ArgKind::Nil
            | ArgKind::Dot => {
                let message = format!("unexpected . after term {}", quote(&term.to_string()));
                return self.error(message, span);
            }
            _ => ArgKind::Chain(Box::new(term), fields),
        };
        Ok(Some(Arg {
            kind,
            at: first.at,
            span,
        }))
    }

    fn term(&mut self) -> Result<Option<Arg>> {
        let token = self.next_word();
        let mut span = Span::new(token.at, token.end());
        let kind = match token.kind {
            Kind::Identifier => {
                if !(self.dialect.has_function)(&token.text) {
                    let message = format!("function {} not defined", quote(&token.text));
                    return self.error(message, span);
                }
                ArgKind::Function(token.text.into())
            }
            Kind::Dot => ArgKind::Dot,
            Kind::Nil => ArgKind::Nil,
            Kind::Variable => {
                let name: Arc<str> = token.text.into();
                if !self.scope.variables.contains(&name) {
                    return self.error(format!("undefined variable {}", quote(&name)), span);
                }
                ArgKind::Variable(name, Vec::new())
            }
            Kind::Field => ArgKind::Field(vec![token.text[1..].into()]),
            Kind::Bool => ArgKind::Bool(token.text == "true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => {
                match literal::number(&token.text, token.kind) {
                    Ok(number) => ArgKind::Number(number),
                    Err(message) => return self.error(message, span),
                }
            }
            Kind::LeftParen => {
                let pipe =
                    self.deeper(|this| this.pipeline("parenthesized pipeline", Kind::RightParen))?;
                // The parenthesis that closes is the last token read.
                span.end = self.tokens[self.peeked].end() as u32;
                let at = pipe.at;
                return Ok(Some(Arg {
                    kind: ArgKind::Pipe(Box::new(pipe)),
                    at,
                    span,
                }));
            }
            Kind::String | Kind::RawString => ArgKind::String {
                text: self.unquote(&token)?,
                quoted: token.text.into(),
            },
            _ => {
                self.back();
                return Ok(None);
            }
        };
        Ok(Some(Arg {
            kind,
            at: token.at,
            span,
        }))
    }
}

impl List {
    /// Whether there is nothing in it but blanks and definitions.
    fn is_blank(&self) -> bool {
        self.0.iter().all(|node| match node {
            Node::Text(text) => text.trim().is_empty(),
            _ => false,
        })
    }
}
