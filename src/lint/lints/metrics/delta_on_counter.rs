//! `delta-on-counter`

use super::known_from;
use crate::analysis::RuleFacts;
use crate::diagnostic::Level;
use crate::exposition::Kind;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::ExprKind;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "delta-on-counter",
    level: Level::Info,
    summary: "`delta` or one of its like is taken of a counter.",
    documentation: "\
### What it does
Reports `delta`, `idelta`, `deriv` and `predict_linear` of a counter. What is a counter is known from the dumps of the
settings and from the catalogue; other metrics whose name ends in `_total` are taken for one.

### Why it matters
These functions do not know of restarts: when the process restarts the counter falls to 0, and the result is far below 0.

### What it does not catch
Counters whose name says nothing and that are in no dump.",
    bad: &[Example {
        title: "a day of errors",
        files: &[("rules.yml", alert!("delta(disk_errors_total[24h]) >= 1"))],
    }],
    good: &[Example {
        title: "a gauge",
        files: &[("rules.yml", alert!("deriv(node_timex_offset_seconds[5m]) > 0"))],
    }],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let known = &context.facts.known;
    rule.expr.walk(&mut |part| {
        let ExprKind::Call(call) = &part.kind else {
            return;
        };
        let better = match call.function.name {
            "delta" | "idelta" => "increase",
            "deriv" | "predict_linear" => "rate",
            _ => return,
        };
        let Some(ExprKind::Matrix(matrix)) =
            call.args.first().map(|first| &first.without_parens().kind)
        else {
            return;
        };
        let Some(name) = matrix.selector.metric_name() else {
            return;
        };
        let fact = known.metrics.find(name);
        let is_counter = match &fact {
            Some(fact) => fact.kind == Kind::Counter,
            None => name.ends_with("_total"),
        };
        if !is_counter || known.records.has(name) {
            return;
        }
        let message = format!("`{}` of the counter `{name}`", call.function.name);
        let found = findings.add(rule.place(part), message);
        found.because("it does not know of restarts, at which a counter falls to 0");
        match &fact {
            Some(fact) => found.because(known_from(name, fact)),
            None => found.because("by custom a name that ends in `_total` is a counter"),
        };
        found.help = Some(format!("`{better}` knows of restarts"));
    });
}
