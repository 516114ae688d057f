//! `stale-timestamp`

use crate::analysis::{RuleFacts, number};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{AggregateOp, Binary, BinaryOp, Expr, ExprKind, VectorSelector};
use crate::target::{Duration, Target};
use crate::witness::series_with;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "stale-timestamp",
    level: Level::Error,
    summary: "The age of a sample is compared with more than it can ever be.",
    documentation: "\
### What it does
Looks at `time() - timestamp(X) > N`. Where X is a plain selector, a sample older than the lookback (5 minutes) is no
longer seen, so that the age never exceeds it. Where X is anything else, `timestamp` is the time of evaluation and the age
always 0. Ages inside `min`, `max` and `avg`, and selectors with an `offset`, are understood.

### Why it matters
The alert is meant to notice that data has stopped coming, and never fires.

### What to write instead
`absent(X)` or `absent_over_time(X[10m])` for one series; `time() - max_over_time(timestamp(X)[1h:]) > N` for the age of a
series that has ended.

### What it does not catch
Ages that come from a recording rule.",
    bad: &[
        Example {
            title: "the time of an aggregation is now",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Stale\n        expr: time() - timestamp(max(up) by (job)) > 300\n",
            )],
        },
        Example {
            title: "a sample of that age is not seen any more",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Stale\n        expr: 600 < time() - max by (job) (timestamp(up))\n",
            )],
        },
    ],
    good: &[
        Example {
            title: "within the lookback",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Stale\n        expr: time() - timestamp(up) > 120\n",
            )],
        },
        Example {
            title: "the newest sample of an hour, and a time that is a value",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Stale\n        expr: time() - max_over_time(timestamp(up)[1h:]) > 600\n      - alert: Old\n        expr: time() - push_time_seconds > 600\n      - alert: Offset\n        expr: time() - timestamp(up offset 1h) > 600\n",
            )],
        },
    ],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let target = &context.facts.target;
    rule.expr.walk(&mut |part| {
        let ExprKind::Binary(binary) = &part.kind else {
            return;
        };
        if let Some(age) = impossible_age(binary, target) {
            let message = format!("this is never true: {}", age.reason(target));
            let found = findings.add(rule.place(part), message);
            // It ends, and the alert stays silent.
            found.witness = series_with("1x5 _x20", &[part]);
            found.help = Some(age.way_out().to_owned());
        }
    });
}

/// How old the samples of an expression can be, in seconds; `newest` and `oldest` are inside.
#[derive(Clone, Copy)]
struct Age {
    oldest: f64,
    /// Whether the time is that of the samples, or that of the evaluation.
    of_samples: bool,
}

impl Age {
    fn reason(self, target: &Target) -> String {
        if self.of_samples {
            let lookback = Duration::from_ms(target.lookback_ms);
            format!("a sample older than the lookback of {lookback} is not seen any more")
        } else {
            "`timestamp` of anything but a selector is the time of evaluation, so the age is always 0"
                .to_owned()
        }
    }

    const fn way_out(self) -> &'static str {
        "use `absent_over_time(…[10m])`, or `time() - max_over_time(timestamp(…)[1h:])` for the age of a series that has ended"
    }
}

/// The age in a comparison `age > N` that no age can satisfy. A result of `bool` is a number and no condition.
fn impossible_age(binary: &Binary, target: &Target) -> Option<Age> {
    if binary.return_bool {
        return None;
    }
    let (age, bound, strict) = match binary.op {
        BinaryOp::Gt => (age(&binary.lhs, target)?, number(&binary.rhs)?, true),
        BinaryOp::Ge => (age(&binary.lhs, target)?, number(&binary.rhs)?, false),
        BinaryOp::Lt => (age(&binary.rhs, target)?, number(&binary.lhs)?, true),
        BinaryOp::Le => (age(&binary.rhs, target)?, number(&binary.lhs)?, false),
        _ => return None,
    };
    let impossible = if strict {
        age.oldest <= bound
    } else {
        age.oldest < bound
    };
    impossible.then_some(age)
}

/// `time() - <times>`.
fn age(expr: &Expr, target: &Target) -> Option<Age> {
    let ExprKind::Binary(binary) = &expr.without_parens().kind else {
        return None;
    };
    let is_now = matches!(&binary.lhs.without_parens().kind,
        ExprKind::Call(call) if call.function.name == "time");
    if binary.op != BinaryOp::Sub || !is_now {
        return None;
    }
    times(&binary.rhs, target)
}

/// An expression whose values are times of samples.
fn times(expr: &Expr, target: &Target) -> Option<Age> {
    match &expr.without_parens().kind {
        ExprKind::Call(call) if call.function.name == "timestamp" => {
            let argument = call.args.first()?.without_parens();
            match &argument.kind {
                ExprKind::Vector(selector) => of_selector(selector, target),
                _ => Some(Age {
                    oldest: 0.0,
                    of_samples: false,
                }),
            }
        }
        ExprKind::Aggregate(aggregate) => match aggregate.op {
            AggregateOp::Min | AggregateOp::Max | AggregateOp::Avg => {
                times(&aggregate.expr, target)
            }
            _ => None,
        },
        _ => None,
    }
}

fn of_selector(selector: &VectorSelector, target: &Target) -> Option<Age> {
    if selector.modifiers.at.is_some() {
        return None;
    }
    let offset = match &selector.modifiers.offset {
        None => 0.0,
        Some(offset) => offset.fixed_seconds()?,
    };
    // The left edge of the lookback is outside since 3.0, so that the age stays below it by a millisecond at least.
    let edge = if target.left_open() { 0.001 } else { 0.0 };
    Some(Age {
        oldest: offset + target.lookback_ms as f64 / 1000.0 - edge,
        of_samples: true,
    })
}
