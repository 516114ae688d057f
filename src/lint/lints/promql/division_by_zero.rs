//! `division-by-zero`

use crate::analysis::RuleFacts;
use crate::analysis::{numbers_of, quoted, reasons_for};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{BinaryOp, Expr, ExprKind};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "division-by-zero",
    level: Level::Warning,
    summary: "The divisor is 0, so that the result is +Inf or NaN.",
    documentation: "\
### What it does
Works out the numbers of a divisor as [`comparison-impossible`](comparison-impossible.md) does, and reports one that is
always 0. It also reports a divisor of which the settings (`metrics: zero:`) say that 0 means \"no limit\", where nothing
keeps the zeros out: `memory_used / memory_limit > 0.9` fires for everything without a limit. For a few metrics of cAdvisor
and redis_exporter that is known; it is info there.

### Why it matters
Something divided by 0 is +Inf, which is above every threshold; 0 divided by 0 is NaN, which satisfies nothing.

### What it does not catch
Divisors that may be 0 without anybody saying so.",
    bad: &[
        Example {
            title: "the comparison keeps the zeros",
            files: &[("rules.yml", alert!("errors / (requests == 0) > 0.1"))],
        },
        Example {
            title: "0 means that there is no limit",
            files: &[
                ("rulecheck.yaml", "metrics:\n  zero: [queue_limit]\n"),
                ("rules.yml", alert!("queue_length / queue_limit > 0.9")),
            ],
        },
    ],
    good: &[
        Example {
            title: "the zeros are kept out",
            files: &[
                ("rulecheck.yaml", "metrics:\n  zero: [queue_limit]\n"),
                ("rules.yml", alert!("queue_length / (queue_limit > 0) > 0.9")),
            ],
        },
        Example {
            title: "nobody says that it can be 0",
            files: &[("rules.yml", alert!("errors / requests > 0.1"))],
        },
    ],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let known = &context.facts.known;
    rule.expr.walk(&mut |part| {
        let ExprKind::Binary(binary) = &part.kind else {
            return;
        };
        if !matches!(binary.op, BinaryOp::Div | BinaryOp::Mod) {
            return;
        }
        if numbers_of(&binary.rhs, known).only() == Some(0.0) {
            let message = format!(
                "{} is always 0, and divided by",
                quoted(&binary.rhs, rule.text())
            );
            let found = findings.add(rule.place(&binary.rhs), message);
            found.proof = reasons_for(&binary.rhs, rule.text(), known);
            found.help = Some("`!= 0` keeps the series that can be divided by".to_owned());
        } else if let Some(name) = declared_zero(&binary.rhs, context) {
            let message = format!("`{name}` is 0 where there is no limit, and the result +Inf");
            let level = if known.is_declared_zero(name) {
                Level::Warning
            } else {
                Level::Info
            };
            let found = findings.add_at(level, rule.place(&binary.rhs), message);
            found.because("something divided by 0 is +Inf, which is above every threshold");
            found.witness = Some(format!("- series: {name}\n  values: 0x15"));
            found.help = Some(format!("keep the zeros out: `({} > 0)`", name));
        }
    });
}

/// The series of a divisor that is declared to be 0 at times, where nothing filters it.
fn declared_zero<'x>(divisor: &'x Expr, context: &Context<'_>) -> Option<&'x str> {
    match &divisor.without_parens().kind {
        ExprKind::Vector(selector) => {
            let name = selector.metric_name()?;
            context.facts.known.may_be_zero(name).then_some(name)
        }
        ExprKind::Aggregate(aggregate) => declared_zero(&aggregate.expr, context),
        _ => None,
    }
}
