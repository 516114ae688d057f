//! The actions that are more than a pipeline: branches, calls of templates, blocks, jumps.

use super::super::token::Kind;
use super::super::tree::{Branch, BranchKind, Call, List, Node};
use super::{Ending, Item, Parser, Result};
use crate::source::Span;

impl Parser<'_> {
    /// An action, its delimiter read.
    pub(super) fn action(&mut self) -> Result<Item> {
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
        self.body(&name, Span::new(token.at, token.end()), CONTEXT)?;
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
}
