//! `or-precedence`

use crate::analysis::RuleFacts;
use crate::analysis::quoted;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{BinaryOp, Expr, ExprKind};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "or-precedence",
    level: Level::Info,
    summary: "`or` stands beside `and` or `unless` without parentheses.",
    documentation: "\
### What it does
Reports an `or` one side of which is an `and` or `unless` without parentheses: `a or b and c` means `a or (b and c)`.

### Why it matters
A guard that is written at the end, `… and on () hour() > 8`, holds for the last branch only.

### What it does not catch
Nothing: the text is ambiguous to people, not to Prometheus. It is a guess that something else was meant.",
    bad: &[Example {
        title: "the guard belongs to the second branch",
        files: &[("rules.yml", alert!("a > 1 or b > 2 and c"))],
    }],
    good: &[
        Example {
            title: "parentheses",
            files: &[("rules.yml", alert!("(a > 1 or b > 2) and c"))],
        },
        Example {
            title: "no `or`",
            files: &[("rules.yml", alert!("a and b unless c unless d"))],
        },
    ],
    check: Check::Rule(check),
};

fn check(_: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    rule.expr.walk(&mut |part| {
        let ExprKind::Binary(binary) = &part.kind else {
            return;
        };
        if binary.op != BinaryOp::Or {
            return;
        }
        for side in [&binary.lhs, &binary.rhs] {
            let Some(op) = guard(side) else { continue };
            let message = format!(
                "`{op}` binds more tightly than `or`: {} is one branch",
                quoted(side, rule.text())
            );
            findings.add(rule.operator(binary), message).help =
                Some("put parentheses where they are meant".to_owned());
        }
    });
}

fn guard(side: &Expr) -> Option<&'static str> {
    match &side.kind {
        ExprKind::Binary(inner) if matches!(inner.op, BinaryOp::And | BinaryOp::Unless) => {
            Some(inner.op.as_str())
        }
        _ => None,
    }
}
