//! What stands inside an action: declarations, commands, terms.

use std::sync::Arc;

use super::super::literal;
use super::super::token::Kind;
use super::super::tree::{Arg, ArgKind, Command, Pipe};
use super::{Parser, Result};
use crate::labels::quote;
use crate::source::Span;

impl Parser<'_> {
    /// A pipeline up to and with a token `end`.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe> {
        let mut pipe = Pipe {
            at: self.peek_word().at,
            variables: Vec::new(),
            is_assignment: false,
            commands: Vec::with_capacity(1),
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
        // Nearly always one or two: not the four that a vector takes room for first.
        let mut args = Vec::with_capacity(1);
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
                    Ok(number) => ArgKind::Number(Box::new(number)),
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
