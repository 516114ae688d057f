//! The parts of a rule that a test can look at: comparisons, branches of `or`, matchers, and the waiting time.

use super::tree::head;
use crate::diagnostic::Location;
use crate::labels::Matcher;
use crate::model::Text;
use crate::promql::{BinaryOp, Expr, ExprKind, VectorSelector, one_line};
use crate::source::{Span, Spanned};
use crate::target::Duration;

/// A comparison of more characters is named without its sides.
const LONG: usize = 48;

/// A part of a rule, and what of it the tests have seen.
#[derive(Clone, Debug)]
pub struct RulePart {
    /// What it is.
    pub kind: PartKind,
    /// The part as written, on one line.
    pub text: String,
    /// Where it stands in the rule file.
    pub location: Location,
    /// Whether each of [`PartKind::sides`] was seen.
    pub sides: Vec<bool>,
}

/// The kinds of parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartKind {
    /// A comparison: it is true for something, false for something.
    Comparison,
    /// A side of an `or`: the rule fires by it.
    Branch,
    /// A matcher: it shuts out a series that all others let in.
    Matcher,
    /// `for`: an assertion falls into the time of waiting, and one behind it.
    For,
}

impl PartKind {
    /// What there is to be seen, in the order of [`RulePart::sides`].
    #[must_use]
    pub const fn sides(self) -> &'static [&'static str] {
        match self {
            Self::Comparison => &["true", "false"],
            Self::Branch => &["fired"],
            Self::Matcher => &["decisive"],
            Self::For => &["asserted while pending", "asserted while firing"],
        }
    }
}

/// A part of an expression in which a test can see something. The order is that of [`parts`].
pub(super) enum Sight<'e> {
    Comparison(&'e Expr),
    /// An operand of an `or`, and the operation.
    Branch(&'e Expr, &'e Expr),
    Matcher(&'e VectorSelector, usize),
}

/// The parts of an expression that can be looked at. Comparisons and branches inside of subqueries are left out, since they
/// have no value at one time.
pub(super) fn sights(expr: &Expr) -> Vec<Sight<'_>> {
    let mut found = Vec::new();
    collect(expr.without_parens(), &mut found);
    expr.walk(&mut |part| {
        let Some(selector) = part.selector() else {
            return;
        };
        found.extend((0..selector.matchers.len()).map(|at| Sight::Matcher(selector, at)));
    });
    found
}

fn collect<'e>(expr: &'e Expr, found: &mut Vec<Sight<'e>>) {
    if matches!(expr.kind, ExprKind::Subquery(_)) {
        return;
    }
    if let ExprKind::Binary(binary) = &expr.kind {
        if binary.op.is_comparison() {
            found.push(Sight::Comparison(expr));
        }
        if binary.op == BinaryOp::Or {
            let sides = [&binary.lhs, &binary.rhs].map(Expr::without_parens);
            let sides = sides.into_iter().filter(|side| !is_or(side));
            found.extend(sides.map(|side| Sight::Branch(side, expr)));
        }
    }
    for child in expr.children() {
        collect(child.without_parens(), found);
    }
}

fn is_or(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Binary(binary) if binary.op == BinaryOp::Or)
}

impl Sight<'_> {
    fn kind(&self) -> PartKind {
        match self {
            Self::Comparison(_) => PartKind::Comparison,
            Self::Branch(..) => PartKind::Branch,
            Self::Matcher(..) => PartKind::Matcher,
        }
    }

    fn span(&self) -> Span {
        match self {
            Self::Comparison(expr) | Self::Branch(expr, _) => expr.span,
            Self::Matcher(selector, at) => selector.matchers[*at].span,
        }
    }

    fn text(&self, source: &str) -> String {
        let whole = one_line(source.get(self.span().range()).unwrap_or_default());
        match self {
            Self::Comparison(expr) if whole.chars().count() > LONG => head(expr, source),
            _ => whole,
        }
    }
}

/// The matchers of a selector but the one, the metric name's included.
pub(super) fn others(selector: &VectorSelector, but: usize) -> Vec<Matcher> {
    let named = usize::from(selector.name.is_some());
    let all = selector.all_matchers().enumerate();
    all.filter(|(at, _)| *at != but + named)
        .map(|(_, matcher)| matcher)
        .collect()
}

/// The parts of a rule, none of them seen yet.
pub(super) fn parts(expr: &Expr, text: &Text, hold: Option<&Spanned<Duration>>) -> Vec<RulePart> {
    let location = |span: Span| Location::new(text.file(), span);
    let part = |kind: PartKind, text: String, span: Span| RulePart {
        kind,
        text,
        location: location(span),
        sides: vec![false; kind.sides().len()],
    };
    let mut found: Vec<RulePart> = sights(expr)
        .iter()
        .map(|sight| {
            part(
                sight.kind(),
                sight.text(text.as_str()),
                text.map(sight.span()),
            )
        })
        .collect();
    let waits = hold.filter(|hold| hold.value > Duration::ZERO);
    found.extend(waits.map(|hold| part(PartKind::For, format!("for: {}", hold.value), hold.span)));
    found
}
