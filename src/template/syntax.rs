//! Go's template syntax (`text/template/parse`), with its words for what is wrong.

mod actions;
mod pipeline;

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::lexer::Lexer;
use super::literal;
use super::token::{Kind, Token};
use super::tree::{List, Node};
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

/// Templates by name.
pub(super) type Templates = FxHashMap<Arc<str>, Arc<Definition>>;

/// The body of a template.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub list: List,
    /// The number of the text it stands in.
    pub source: usize,
    /// The bytes of its name there; empty for the text as a whole.
    pub name: Span,
}

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub message: String,
    pub span: Span,
    /// The line Go names.
    pub line: usize,
}

/// The beginning that many templates share, parsed once.
pub(super) struct Preamble {
    nodes: List,
    length: usize,
    variables: Vec<Arc<str>>,
}

impl Preamble {
    /// Parses the text of a preamble, which declares variables and does nothing else.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let dialect = Dialect {
            has_function: &|_| false,
            else_with: false,
        };
        let mut parser = Parser::new("", text, 0, &dialect);
        Ok(Self {
            nodes: parser.template()?,
            length: text.len(),
            variables: parser.scope.variables,
        })
    }
}

/// Parses `text`, a template called `name`; gives it and the templates it defines.
pub(super) fn parse(
    name: &str,
    text: &str,
    source: usize,
    dialect: &Dialect,
) -> Result<Templates, SyntaxError> {
    let mut parser = Parser::new(name, text, 0, dialect);
    parser.source = source;
    let root = parser.template()?;
    parser.define(&name.into(), Span::default(), root, false)?;
    Ok(parser.defined)
}

/// Parses `text`, a template called `name` that begins with the preamble.
pub(super) fn parse_after(
    preamble: &'static Preamble,
    name: &str,
    text: &str,
    dialect: &Dialect,
) -> Result<Templates, SyntaxError> {
    let mut parser = Parser::new(name, text, preamble.length, dialect);
    parser.scope.variables.clone_from(&preamble.variables);
    let mut root = parser.template()?;
    root.0.insert(0, Node::Preamble(&preamble.nodes));
    parser.define(&name.into(), Span::default(), root, false)?;
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
    source: usize,
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
    /// A parser of `text` from byte `start` on.
    fn new(name: &'p str, text: &'p str, start: usize, dialect: &'p Dialect<'p>) -> Self {
        Self {
            name,
            dialect,
            lexer: Lexer::new(text, start),
            tokens: std::array::from_fn(|_| Token {
                kind: Kind::Eof,
                at: 0,
                text: Cow::Borrowed(""),
                line: 1,
            }),
            peeked: 0,
            scope: Scope::default(),
            source: 0,
            defined: FxHashMap::default(),
            depth: 0,
        }
    }

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
        self.body(&name, Span::new(token.at, token.end()), CONTEXT)
    }

    /// The nodes up to `{{end}}` become the template `name`, with variables of its own.
    fn body(&mut self, name: &Arc<str>, place: Span, context: &str) -> Result<()> {
        let outer = std::mem::take(&mut self.scope);
        let (list, ending) = self.deeper(Self::list)?;
        self.scope = outer;
        if ending != Ending::End {
            let message = format!("unexpected {} in {context}", ending.as_str());
            return self.error_here(message);
        }
        self.define(name, place, list, true)
    }

    /// Of two definitions of one name all but one must be empty.
    fn define(&mut self, name: &Arc<str>, place: Span, list: List, is_inner: bool) -> Result<()> {
        match self.defined.get(name) {
            Some(before) if !before.list.is_blank() => {
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
                let definition = Definition {
                    list,
                    source: self.source,
                    name: place,
                };
                self.defined.insert(Arc::clone(name), Arc::new(definition));
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
}

impl List {
    /// Whether there is nothing in it but blanks and definitions.
    pub fn is_blank(&self) -> bool {
        self.0.iter().all(|node| match node {
            Node::Text(text) => text.trim().is_empty(),
            _ => false,
        })
    }
}
