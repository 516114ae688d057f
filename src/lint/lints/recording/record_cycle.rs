//! `record-cycle`

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::RuleFacts;
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{BinaryOp, Expr, ExprKind};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "record-cycle",
    level: Level::Error,
    summary: "Recording rules that read each other in a circle.",
    documentation: "\
### What it does
Follows which recorded series each recording rule reads. Where a rule comes back to itself it is an error if every rule on
the way needs the series of the next one to exist already, so that none of them ever has a result; it is info where an
`or`, an `absent`, a window or an `offset` lets it begin, as in a rule that keeps its own last value, and where a name has
no colon, so that a program may expose it.

### Why it matters
The first of the series would need the last, which needs the first: nothing is ever recorded.

### What it does not catch
Circles through names that several rules record.",
    bad: &[
        Example {
            title: "each needs the other",
            files: &[(
                "rules.yml",
                rules!["- record: a:b", "  expr: b:a * 2", "- record: b:a", "  expr: a:b / 2"],
            )],
        },
        Example {
            title: "it keeps its own state",
            files: &[(
                "rules.yml",
                rules!["- record: last:seen", "  expr: up == 1 or last_over_time(last:seen[1h])"],
            )],
        },
    ],
    good: &[Example {
        title: "a chain",
        files: &[(
            "rules.yml",
            rules!["- record: a:b", "  expr: sum(up)", "- record: b:a", "  expr: a:b / 2"],
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    if context.facts.known.records.is_empty() {
        return;
    }
    // A name that several rules record can get its series from either.
    let mut by_name: FxHashMap<&str, Option<RuleFacts<'_>>> = FxHashMap::default();
    for rule in context.rules() {
        if !rule.at.rule.is_alert() {
            by_name
                .entry(rule.at.rule.name())
                .and_modify(|one| *one = None)
                .or_insert(Some(rule));
        }
    }
    let mut told: FxHashSet<&str> = FxHashSet::default();
    for rule in context.rules() {
        let name = rule.at.rule.name();
        if rule.at.rule.is_alert() || told.contains(name) {
            continue;
        }
        let Some(circle) = circle(rule, &by_name) else {
            continue;
        };
        told.extend(circle.iter().map(|on_it| on_it.at.rule.name()));
        let is_stuck = circle.iter().enumerate().all(|(index, on_it)| {
            let next = circle[(index + 1) % circle.len()].at.rule.name();
            next.contains(':') && needs(on_it.expr, next)
        });
        let place = rule.at.file.location(rule.at.rule.model.name.span());
        let level = if is_stuck { Level::Error } else { Level::Info };
        let message = if circle.len() == 1 {
            format!("`{name}` reads itself")
        } else {
            let names: Vec<&str> = circle.iter().map(|on_it| on_it.at.rule.name()).collect();
            format!("recorded in a circle: {} → {name}", names.join(" → "))
        };
        let found = findings.add_at(level, place, message);
        if is_stuck {
            found.because("each of them has a result only where the next one has one already, so none ever begins");
        }
        found
            .related
            .extend(circle.iter().skip(1).map(|on_it| Related {
                location: on_it.at.file.location(on_it.at.rule.model.name.span()),
                text: "on the circle".to_owned(),
            }));
    }
}

/// The shortest way from a rule back to itself.
fn circle<'f>(
    start: RuleFacts<'f>,
    by_name: &FxHashMap<&str, Option<RuleFacts<'f>>>,
) -> Option<Vec<RuleFacts<'f>>> {
    /// Rules looked at on the way.
    const MAX_RULES: usize = 10_000;
    let mut from: FxHashMap<&str, Option<RuleFacts<'f>>> = FxHashMap::default();
    let mut open = std::collections::VecDeque::from([start]);
    while let Some(rule) = open.pop_front() {
        for read in super::reads(rule.expr) {
            let name = &*read.name.text;
            if name == start.at.rule.name() {
                let mut way = vec![rule];
                let mut at = rule;
                while let Some(&Some(before)) = from.get(at.at.rule.name()) {
                    way.push(before);
                    at = before;
                }
                way.reverse();
                return Some(way);
            }
            if let Some(&Some(next)) = by_name.get(name)
                && !from.contains_key(name)
                && from.len() < MAX_RULES
            {
                let before = (!rule.is(start)).then_some(rule);
                from.insert(name, before.or(Some(start)));
                open.push_back(next);
            }
        }
    }
    None
}

/// Whether the expression has no result unless the newest sample of `name` exists.
fn needs(expr: &Expr, name: &str) -> bool {
    match &expr.kind {
        ExprKind::Vector(selector) => {
            let modifiers = &selector.modifiers;
            selector.metric_name() == Some(name)
                && modifiers.offset.is_none()
                && modifiers.at.is_none()
        }
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => needs(inner, name),
        ExprKind::Aggregate(aggregate) => needs(&aggregate.expr, name),
        ExprKind::Call(call) => {
            !call.function.outlives_its_argument()
                && call.args.iter().any(|argument| needs(argument, name))
        }
        ExprKind::Binary(binary) => {
            let (left, right) = (needs(&binary.lhs, name), needs(&binary.rhs, name));
            match binary.op {
                _ if binary.is_filled() => false,
                BinaryOp::Or => left && right,
                BinaryOp::Unless => left,
                _ => left || right,
            }
        }
        ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Matrix(_) | ExprKind::Subquery(_) => {
            false
        }
    }
}
