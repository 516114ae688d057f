//! `up-without-absent`

use super::{job_of, may_be_of_job};
use crate::analysis::number;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{BinaryOp, Expr, ExprKind, VectorSelector};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "up-without-absent",
    level: Level::Info,
    summary: "An alert on `up == 0` of a job, and none that notices when its targets are gone altogether.",
    documentation: "\
### What it does
Looks for alerts that compare `up` of one job with 0, and for an `absent` or `absent_over_time` of `up` of that job anywhere
in the environment.

### Why it matters
A target that service discovery no longer finds has no `up` at all, so that `up == 0` is silent about it.

### What it does not catch
Jobs whose targets are counted, as in `count(up{job=\"a\"}) < 3`, are taken to be watched.",
    bad: &[Example {
        title: "no `absent`",
        files: &[("rules.yml", alert!("'up{job=\"api\"} == 0'", "for: 5m"))],
    }],
    good: &[Example {
        title: "both",
        files: &[(
            "rules.yml",
            rules![
                "- alert: Down",
                "  expr: 'up{job=\"api\"} == 0'",
                "- alert: Gone",
                "  expr: 'absent(up{job=\"api\"})'",
                "  for: 10m",
            ],
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut watched: Vec<&VectorSelector> = Vec::new();
    for rule in context.rules() {
        watched.extend(existence_of_up(rule.expr));
    }
    for rule in context.rules() {
        if !rule.at.rule.is_alert() {
            continue;
        }
        rule.expr.walk(&mut |part| {
            let ExprKind::Binary(binary) = &part.kind else {
                return;
            };
            let is_zero = number(&binary.rhs) == Some(0.0);
            if binary.op != BinaryOp::Eq || !is_zero {
                return;
            }
            let ExprKind::Vector(selector) = &binary.lhs.without_parens().kind else {
                return;
            };
            let is_up = selector.metric_name() == Some("up");
            let Some(job) = job_of(selector).filter(|_| is_up) else {
                return;
            };
            let sees = |other: &&VectorSelector| may_be_of_job(other, job);
            if watched.iter().any(sees) {
                return;
            }
            let message =
                format!("nothing notices when the targets of `{job}` are gone altogether");
            findings.add(rule.place(part), message).help = Some(format!(
                "add an alert on `absent(up{{job=\"{job}\"}})`, with a `for`"
            ));
        });
    }
}

/// The selectors of `up` whose existence is asked for: in `absent`, `absent_over_time` and `count`.
fn existence_of_up(expr: &Expr) -> Vec<&VectorSelector> {
    let mut found = Vec::new();
    expr.walk(&mut |part| {
        let inner = match &part.kind {
            ExprKind::Call(call) if matches!(call.function.name, "absent" | "absent_over_time") => {
                call.args.first()
            }
            ExprKind::Aggregate(aggregate) if aggregate.op == crate::promql::AggregateOp::Count => {
                Some(&aggregate.expr)
            }
            _ => None,
        };
        let Some(inner) = inner else { return };
        inner.walk(&mut |part| {
            let Some(selector) = part.selector() else {
                return;
            };
            if selector.metric_name() == Some("up") {
                found.push(selector);
            }
        });
    });
    found
}
