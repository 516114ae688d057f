//! A tree back to text, as Prometheus's `Expr.String()`: one line, no comments.
//!
//! What is printed parses to an equal tree. For that some things are printed otherwise than in Prometheus: `by ()`,
//! `offset 0s` and a plus before a computed duration stay, a metric name in quotes keeps them, matchers keep their
//! order, infinity has no plus, and a duration written where a number is wanted is printed as the number.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::*;
use super::lexer::keyword;
use crate::labels::{self, is_classic_label_name, is_classic_metric_name};
use crate::target::{Duration, NEWEST_PROMETHEUS};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Number(value) => number(f, *value),
            ExprKind::String(value) => f.write_str(&quote(value)),
            ExprKind::Vector(selector) => {
                series(f, selector)?;
                modifiers(f, &selector.modifiers, selector.extension)
            }
            ExprKind::Matrix(matrix) => {
                series(f, &matrix.selector)?;
                write!(f, "[{}]", matrix.range)?;
                modifiers(f, &matrix.selector.modifiers, matrix.selector.extension)
            }
            ExprKind::Subquery(subquery) => {
                write!(f, "{}[{}:", subquery.expr, subquery.range)?;
                if let Some(step) = &subquery.step {
                    write!(f, "{step}")?;
                }
                f.write_char(']')?;
                modifiers(f, &subquery.modifiers, None)
            }
            ExprKind::Call(call) => {
                write!(f, "{}(", call.function.name)?;
                separated(f, &call.args, |f, arg| write!(f, "{arg}"))?;
                f.write_char(')')
            }
            ExprKind::Aggregate(aggregate) => write!(f, "{aggregate}"),
            ExprKind::Binary(binary) => write!(f, "{binary}"),
            ExprKind::Unary(op, inner) => write!(f, "{}{inner}", op.as_str()),
            ExprKind::Paren(inner) => write!(f, "({inner})"),
        }
    }
}

impl Display for Aggregate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.op.as_str())?;
        if let Some(grouping) = &self.grouping {
            f.write_str(if grouping.without {
                " without "
            } else {
                " by "
            })?;
            labels(f, &grouping.labels)?;
            f.write_char(' ')?;
        }
        f.write_char('(')?;
        if let Some(param) = &self.param {
            write!(f, "{param}, ")?;
        }
        write!(f, "{})", self.expr)
    }
}

impl Display for Binary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.lhs, self.op.as_str())?;
        if self.return_bool {
            f.write_str(" bool")?;
        }
        if let Some(matching) = &self.matching {
            write!(f, "{matching}")?;
        }
        write!(f, " {}", self.rhs)
    }
}

impl Display for VectorMatching {
    /// With a blank before each part.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let group = match self.cardinality {
            Cardinality::ManyToOne => Some(" group_left "),
            Cardinality::OneToMany => Some(" group_right "),
            Cardinality::OneToOne | Cardinality::ManyToMany => None,
        };
        if self.on || !self.labels.is_empty() || group.is_some() {
            f.write_str(if self.on { " on " } else { " ignoring " })?;
            labels(f, &self.labels)?;
        }
        if let Some(group) = group {
            f.write_str(group)?;
            labels(f, &self.include)?;
        }
        let mut fill = |word, value| {
            write!(f, " {word} (")?;
            number(f, value)?;
            f.write_char(')')
        };
        match (self.fill_left, self.fill_right) {
            (Some(left), Some(right)) if left.to_bits() == right.to_bits() => fill("fill", left),
            (left, right) => {
                left.map_or(Ok(()), |left| fill("fill_left", left))?;
                right.map_or(Ok(()), |right| fill("fill_right", right))
            }
        }
    }
}

impl Display for DurationExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            DurationKind::Literal(seconds) => duration(f, *seconds),
            DurationKind::Step => f.write_str("step()"),
            DurationKind::Range => f.write_str("range()"),
            DurationKind::MinOf(a, b) => write!(f, "min_of({a}, {b})"),
            DurationKind::MaxOf(a, b) => write!(f, "max_of({a}, {b})"),
            DurationKind::Unary(op, inner) => write!(f, "{}{inner}", op.as_str()),
            DurationKind::Binary(op, a, b) => write!(f, "{a} {} {b}", op.as_str()),
            DurationKind::Paren(inner) => write!(f, "({inner})"),
        }
    }
}

/// `text` in double quotes. The replacement character cannot stand in a query, so it is escaped.
fn quote(text: &str) -> String {
    labels::quote(text).replace(char::REPLACEMENT_CHARACTER, "\\ufffd")
}

/// The selector without what refers to time.
fn series(f: &mut Formatter<'_>, selector: &VectorSelector) -> fmt::Result {
    let bare = selector.name.as_ref().filter(|name| is_bare(name));
    if let Some(name) = bare {
        f.write_str(&name.text)?;
        if selector.matchers.is_empty() {
            return Ok(());
        }
    }
    f.write_char('{')?;
    if let Some(name) = &selector.name
        && bare.is_none()
    {
        f.write_str(&quote(&name.text))?;
        if !selector.matchers.is_empty() {
            f.write_char(',')?;
        }
    }
    let mut first = true;
    for SpannedMatcher { matcher, .. } in &selector.matchers {
        if !first {
            f.write_char(',')?;
        }
        first = false;
        label(f, &matcher.name)?;
        write!(f, "{}{}", matcher.op.as_str(), quote(&matcher.value))?;
    }
    f.write_char('}')
}

/// Whether a metric name can and shall stand before the braces.
fn is_bare(name: &Name) -> bool {
    let reserved = keyword(&name.text.to_ascii_lowercase(), NEWEST_PROMETHEUS)
        .is_some_and(|kind| !kind.is_metric_name());
    !name.is_quoted() && !reserved && is_classic_metric_name(&name.text)
}

fn modifiers(
    f: &mut Formatter<'_>,
    modifiers: &TimeModifiers,
    extension: Option<RangeExtension>,
) -> fmt::Result {
    match modifiers.at {
        None => {}
        Some(At::Start) => f.write_str(" @ start()")?,
        Some(At::End) => f.write_str(" @ end()")?,
        Some(At::Timestamp(ms)) => {
            let sign = if ms < 0 { "-" } else { "" };
            let ms = ms.unsigned_abs();
            write!(f, " @ {sign}{}.{:03}", ms / 1000, ms % 1000)?;
        }
    }
    if let Some(extension) = extension {
        write!(f, " {}", extension.as_str())?;
    }
    if let Some(offset) = &modifiers.offset {
        write!(f, " offset {offset}")?;
    }
    Ok(())
}

fn labels(f: &mut Formatter<'_>, names: &[Name]) -> fmt::Result {
    f.write_char('(')?;
    separated(f, names, |f, name| label(f, &name.text))?;
    f.write_char(')')
}

fn label(f: &mut Formatter<'_>, name: &str) -> fmt::Result {
    if is_classic_label_name(name) {
        f.write_str(name)
    } else {
        f.write_str(&quote(name))
    }
}

fn separated<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    write: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write(f, item)?;
    }
    Ok(())
}

/// A number without exponent, as `strconv.FormatFloat(value, 'f', -1, 64)`, but infinity without plus: before a power
/// that would be a sign of its own.
fn number(f: &mut Formatter<'_>, value: f64) -> fmt::Result {
    if value.is_infinite() {
        return f.write_str(if value > 0.0 { "Inf" } else { "-Inf" });
    }
    write!(f, "{value}")
}

/// A duration with units, or plain seconds where these are finer than milliseconds.
fn duration(f: &mut Formatter<'_>, seconds: f64) -> fmt::Result {
    let milliseconds = seconds * 1000.0;
    let duration = Duration::from_ms(milliseconds as i64);
    if duration.seconds() == seconds {
        write!(f, "{duration}")
    } else {
        number(f, seconds)
    }
}

impl UnaryOp {
    /// The sign as written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plus => "+",
            Self::Minus => "-",
        }
    }
}
