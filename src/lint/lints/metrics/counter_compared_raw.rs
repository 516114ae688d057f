//! `counter-compared-raw`

use super::known_from;
use crate::analysis::RuleFacts;
use crate::diagnostic::Level;
use crate::exposition::Kind;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{AggregateOp, BinaryOp, Expr, ExprKind, ValueType};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "counter-compared-raw",
    level: Level::Info,
    summary: "A counter is compared with a number as it is.",
    documentation: "\
### What it does
Reports a comparison of a counter with a number where no `rate`, `increase` or other function of time is between them. What
is a counter is known from the dumps of the settings and from the catalogue; other metrics whose name ends in `_total` are
taken for one.

### Why it matters
A counter grows for as long as the process runs. The alert fires some time after the start, and goes on until the next
restart.

### What it does not catch
Counters whose name says nothing and that are in no dump. Gauges whose name ends in `_total` are reported unless a dump or
the catalogue knows better: that is why this is info.",
    bad: &[
        Example {
            title: "by its name",
            files: &[("rules.yml", alert!("backup_errors_total > 10"))],
        },
        Example {
            title: "by the dump",
            files: &[
                ("rulecheck.yaml", "metrics:\n  dumps: app.prom\n"),
                ("app.prom", "# TYPE app_failures counter\napp_failures 3\n"),
                ("rules.yml", alert!("sum(app_failures) > 10")),
            ],
        },
    ],
    good: &[
        Example {
            title: "how many series there are, and how much it grew",
            files: &[(
                "rules.yml",
                rules![
                    "- alert: Few",
                    "  expr: count(node_cpu_seconds_total) < 4",
                    "- alert: Grew",
                    "  expr: errors_total - errors_total offset 10m > 5",
                ],
            )],
        },
        Example {
            title: "a gauge in spite of its name",
            files: &[
                ("rulecheck.yaml", "metrics:\n  dumps: ceph.prom\n"),
                ("ceph.prom", "# TYPE ceph_pg_total gauge\nceph_pg_total 3\n"),
                ("rules.yml", alert!("ceph_pg_total > 10")),
            ],
        },
    ],
    check: Check::Alert(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let known = &context.facts.known;
    rule.expr.walk(&mut |part| {
        let ExprKind::Binary(binary) = &part.kind else {
            return;
        };
        if !binary.op.is_comparison() {
            return;
        }
        let operand = match (binary.lhs.value_type(), binary.rhs.value_type()) {
            (ValueType::Vector, ValueType::Scalar) => &binary.lhs,
            (ValueType::Scalar, ValueType::Vector) => &binary.rhs,
            _ => return,
        };
        let Some((selector, name)) = raw(operand) else {
            return;
        };
        if known.records.has(name) {
            return;
        }
        let fact = known.metrics.find(name);
        let is_counter = match &fact {
            Some(fact) => fact.kind == Kind::Counter,
            None => name.ends_with("_total"),
        };
        if !is_counter {
            return;
        }
        let message = format!(
            "the counter `{name}` is compared as it is, and only grows until the process restarts"
        );
        let found = findings.add(rule.place(selector), message);
        match &fact {
            Some(fact) => found.because(known_from(name, fact)),
            None => found.because("by custom a name that ends in `_total` is a counter"),
        };
        found.help = Some(format!("compare what it grew by: `increase({name}[5m])`"));
    });
}

/// The selector whose values are compared as they are.
fn raw(expr: &Expr) -> Option<(&Expr, &str)> {
    match &expr.kind {
        ExprKind::Vector(selector) if selector.modifiers.offset.is_none() => {
            Some((expr, selector.metric_name()?))
        }
        ExprKind::Paren(inner) => raw(inner),
        ExprKind::Aggregate(aggregate) => {
            let keeps = matches!(
                aggregate.op,
                AggregateOp::Sum | AggregateOp::Min | AggregateOp::Max | AggregateOp::Avg
            );
            keeps.then(|| raw(&aggregate.expr)).flatten()
        }
        ExprKind::Binary(binary) if matches!(binary.op, BinaryOp::Mul | BinaryOp::Div) => {
            (binary.rhs.value_type() == ValueType::Scalar)
                .then(|| raw(&binary.lhs))
                .flatten()
        }
        _ => None,
    }
}
