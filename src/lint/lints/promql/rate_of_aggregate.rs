//! `rate-of-aggregate`

use crate::analysis::RuleFacts;
use crate::analysis::quoted;
use crate::diagnostic::{Diagnostic, Level, Location, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{AggregateOp, Expr, ExprKind};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "rate-of-aggregate",
    level: Level::Error,
    summary: "`rate` or `increase` of counters that were added up before.",
    documentation: "\
### What it does
Reports `rate`, `irate`, `increase` and `resets` of a subquery that aggregates series as they are, and of a recorded series
whose rule does so.

### Why it matters
`rate` takes every fall for a restart of the process and adds what was there before. In a sum of counters the restart of
one of them, or a target that goes away, is a fall of the sum: the result jumps by the value of all the others.

### What to write instead
The other order: `sum(rate(x[5m]))`.

### What it does not catch
Aggregations of series that are not counters are reported too: `rate` means nothing there either.",
    bad: &[
        Example {
            title: "in a subquery",
            files: &[("rules.yml", alert!("'rate(sum(errors_total)[5m:]) > 1'"))],
        },
        Example {
            title: "through a recording rule",
            files: &[(
                "rules.yml",
                rules![
                    "- record: job:errors:sum",
                    "  expr: sum by (job) (errors_total)",
                    "- alert: Errors",
                    "  expr: rate(job:errors:sum[5m]) > 1",
                ],
            )],
        },
    ],
    good: &[
        Example {
            title: "rates first",
            files: &[("rules.yml", alert!("'max_over_time(sum(rate(errors_total[5m]))[1h:]) > 1'"))],
        },
        Example {
            title: "the growth of rates",
            files: &[("rules.yml", alert!("'deriv(sum(rate(errors_total[5m]))[1h:]) > 1'"))],
        },
    ],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    rule.expr.walk(&mut |part| {
        let ExprKind::Call(call) = &part.kind else {
            return;
        };
        let name = call.function.name;
        if !matches!(name, "rate" | "irate" | "increase" | "resets") {
            return;
        }
        let [argument] = call.args.as_slice() else {
            return;
        };
        match &argument.without_parens().kind {
            ExprKind::Subquery(subquery) if adds_up(&subquery.expr) => {
                let inner = quoted(&subquery.expr, rule.text());
                report(findings, rule.place(part), name, &inner);
            }
            ExprKind::Matrix(matrix) => {
                let Some(recorded) = matrix.selector.metric_name() else {
                    return;
                };
                let rules = context.facts.known.records.rules(recorded);
                let sum = rules
                    .iter()
                    .find(|at| at.rule.expr.as_ref().is_some_and(adds_up));
                if let Some(sum) = sum {
                    let found = report(findings, rule.place(part), name, &format!("`{recorded}`"));
                    found.related.push(Related {
                        location: sum.file.location(sum.rule.model.name.span()),
                        text: "added up here".to_owned(),
                    });
                }
            }
            _ => {}
        }
    });
}

fn report<'f>(
    findings: &'f mut Findings<'_>,
    place: Location,
    name: &str,
    what: &str,
) -> &'f mut Diagnostic {
    let message = format!("`{name}` of series that were added up before");
    let found = findings.add(place, message);
    found.because(format!("{what} adds up the series as they are"));
    found.because("when one of them restarts or goes away the sum falls, and a fall is taken for a restart of everything");
    found.help = Some(format!("the other way round: `sum({name}(…))`"));
    found
}

/// Whether series are aggregated as they are: an aggregation of a plain selector.
fn adds_up(expr: &Expr) -> bool {
    match &expr.without_parens().kind {
        ExprKind::Aggregate(aggregate) => {
            let adds = matches!(aggregate.op, AggregateOp::Sum | AggregateOp::Avg);
            adds && matches!(&aggregate.expr.without_parens().kind, ExprKind::Vector(selector)
                if selector.metric_name().is_some_and(|name| !name.contains(':')))
        }
        _ => false,
    }
}
