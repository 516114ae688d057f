//! `burn-rate-windows`

use crate::analysis::{Knowledge, RuleFacts, numbers_of};
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{BinaryOp, Expr, ExprKind};
use crate::target::Duration;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "burn-rate-windows",
    level: Level::Warning,
    summary: "The two windows of a burn-rate alert do not fit each other.",
    documentation: "\
### What it does
Looks at `long > limit and short > limit`, where both sides are the same ratio over two windows: recorded names that differ
in their window only, such as `ratio_rate1h` and `ratio_rate5m`, or expressions whose only window differs. It reports two
limits that differ, and two windows that are the same.

### Why it matters
The short window is there to end the alert soon after the long one has burnt. With another limit one of them decides alone.

### What it does not catch
Limits that are no numbers.",
    bad: &[
        Example {
            title: "two limits",
            files: &[(
                "rules.yml",
                alert!("errors:ratio_rate1h > (14.4 * 0.001) and errors:ratio_rate5m > (6 * 0.001)"),
            )],
        },
        Example {
            title: "the same window twice",
            files: &[(
                "rules.yml",
                alert!("errors:ratio_rate1h > 0.0144 and errors:ratio_rate1h > 0.0144"),
            )],
        },
    ],
    good: &[Example {
        title: "four levels",
        files: &[(
            "rules.yml",
            alert!("(errors:ratio_rate1h > 0.0144 and errors:ratio_rate5m > 0.0144) or (errors:ratio_rate6h > 0.006 and errors:ratio_rate30m > 0.006)"),
        )],
    }],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    rule.expr.walk(&mut |part| {
        let ExprKind::Binary(binary) = &part.kind else {
            return;
        };
        if binary.op != BinaryOp::And {
            return;
        }
        let known = &context.facts.known;
        let (Some(first), Some(second)) = (burn(&binary.lhs, known), burn(&binary.rhs, known))
        else {
            return;
        };
        if first.of == second.of && first.op == second.op {
            compare(rule, [&first, &second], findings);
        }
    });
}

/// One side: a ratio over a window above a limit.
struct Burn<'x> {
    operand: &'x Expr,
    /// The ratio with its window left out.
    of: String,
    window: Duration,
    op: BinaryOp,
    limit: f64,
    limit_at: &'x Expr,
}

fn burn<'x>(side: &'x Expr, known: &Knowledge<'_>) -> Option<Burn<'x>> {
    let ExprKind::Binary(binary) = &side.without_parens().kind else {
        return None;
    };
    if !matches!(binary.op, BinaryOp::Gt | BinaryOp::Ge) || binary.return_bool {
        return None;
    }
    let limit = numbers_of(&binary.rhs, known).only()?;
    let (of, window) = without_window(&binary.lhs)?;
    Some(Burn {
        operand: &binary.lhs,
        of,
        window,
        op: binary.op,
        limit,
        limit_at: &binary.rhs,
    })
}

/// An expression as text with the window of its recorded name left out.
fn without_window(expr: &Expr) -> Option<(String, Duration)> {
    let mut names = Vec::new();
    expr.walk(&mut |part| {
        if let ExprKind::Vector(selector) = &part.kind {
            names.extend(selector.metric_name());
        }
    });
    let [name] = names.as_slice() else {
        return None;
    };
    let digits_from_end = |text: &str| {
        text.rfind(|c: char| !c.is_ascii_alphanumeric())
            .map_or(0, |at| at + 1)
    };
    let tail = digits_from_end(name);
    let digit = tail + name[tail..].find(|c: char| c.is_ascii_digit())?;
    let window = Duration::parse(&name[digit..])
        .ok()
        .filter(|window| window.ms > 0)?;
    Some((expr.to_string().replacen(name, &name[..digit], 1), window))
}

fn compare(rule: RuleFacts<'_>, [first, second]: [&Burn<'_>; 2], findings: &mut Findings<'_>) {
    if first.window == second.window {
        let message = format!("both sides look at a window of {}", first.window);
        let found = findings.add(rule.place(second.operand), message);
        found.related.push(Related {
            location: rule.place(first.operand),
            text: "the other side".to_owned(),
        });
        found.help = Some("the short window is usually a twelfth of the long one".to_owned());
    } else if first.limit != second.limit {
        let message = format!(
            "the two windows are compared with different limits: {} and {}",
            crate::number::format_plain(first.limit),
            crate::number::format_plain(second.limit)
        );
        let found = findings.add(rule.place(second.limit_at), message);
        found.related.push(Related {
            location: rule.place(first.limit_at),
            text: "the other limit".to_owned(),
        });
        found.help = Some("both windows of a burn rate have the same limit".to_owned());
    }
}
