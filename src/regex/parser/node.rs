//! Pieces of a pattern, put together with the sums that Go's limits are about.

use regex_syntax::hir::{Capture, Hir, Repetition};

/// A piece of the pattern with what Go's limits ask of it.
pub(super) struct Node {
    pub hir: Hir,
    kind: Kind,
    pub height: u32,
    /// Instructions of Go's program.
    pub size: u64,
    /// States over bytes; a class counts by its ranges, where Go counts one.
    pub states: u64,
    /// Product of the repetition counts on the worst path.
    pub copies: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Atom,
    Concat,
    Alternation,
}

impl Node {
    pub fn atom(hir: Hir, states: u64) -> Self {
        Self {
            hir,
            kind: Kind::Atom,
            height: 1,
            size: 1,
            states: states.max(1),
            copies: 1,
        }
    }

    /// Several nodes in a row or as alternatives; one alone stays what it is.
    pub fn join(mut nodes: Vec<Self>, kind: Kind) -> Self {
        if nodes.len() < 2 {
            return nodes.pop().unwrap_or_else(|| Self::atom(Hir::empty(), 1));
        }
        // Go hoists a concatenation out of a concatenation, and so for alternatives.
        let height = |node: &Self| node.height - u32::from(node.kind == kind);
        let branches = if kind == Kind::Alternation {
            nodes.len() as u64 - 1
        } else {
            0
        };
        let sum = |of: fn(&Self) -> u64| {
            nodes
                .iter()
                .fold(branches, |sum, node| sum.saturating_add(of(node)))
        };
        Self {
            kind,
            height: 1 + nodes.iter().map(height).max().unwrap_or(0),
            size: sum(|node| node.size),
            states: sum(|node| node.states),
            copies: nodes.iter().map(|node| node.copies).max().unwrap_or(1),
            hir: {
                let parts = nodes.into_iter().map(|node| node.hir).collect();
                match kind {
                    Kind::Alternation => Hir::alternation(parts),
                    _ => Hir::concat(parts),
                }
            },
        }
    }

    pub fn captured(self, index: u32) -> Self {
        Self {
            kind: Kind::Atom,
            height: self.height + 1,
            size: self.size.saturating_add(2),
            states: self.states.saturating_add(2),
            hir: Hir::capture(Capture {
                index,
                name: None,
                sub: Box::new(self.hir),
            }),
            ..self
        }
    }

    pub fn repeated(self, count: Count, greedy: bool) -> Self {
        Self {
            kind: Kind::Atom,
            height: self.height + 1,
            size: count.of(self.size),
            states: count.of(self.states),
            copies: match (count.counted, count.max.unwrap_or(count.min)) {
                (false, _) => self.copies,
                (true, 0) if count.max == Some(0) => 1,
                (true, times) => self.copies.saturating_mul(u64::from(times.max(1))),
            },
            hir: Hir::repetition(Repetition {
                min: count.min,
                max: count.max,
                greedy,
                sub: Box::new(self.hir),
            }),
        }
    }
}

/// How often something repeats.
#[derive(Clone, Copy)]
pub(super) struct Count {
    pub min: u32,
    /// `None` is without end.
    pub max: Option<u32>,
    /// Written with braces.
    pub counted: bool,
}

impl Count {
    /// The instructions of a repeated thing of `size`, as Go reckons them.
    fn of(self, size: u64) -> u64 {
        let times = |n: u32| size.saturating_mul(u64::from(n));
        match (self.min, self.max) {
            (0, None) => size.saturating_add(2),
            (1, None) => size.saturating_add(1),
            (min, None) => times(min).saturating_add(1),
            (min, Some(max)) => times(max)
                .saturating_add(u64::from(max.saturating_sub(min)))
                .max(1),
        }
    }
}
