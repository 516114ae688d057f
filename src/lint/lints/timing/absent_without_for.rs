//! `absent-without-for`

use crate::analysis::RuleFacts;
use crate::analysis::branches;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{Expr, ExprKind, VectorSelector};
use crate::target::Duration;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "absent-without-for",
    level: Level::Warning,
    summary: "An alert on `absent` fires at once, before the series had a chance to be scraped.",
    documentation: "\
### What it does
Reports an alert one of whose branches is `absent(…)` with a `for` shorter than two scrapes. Without a `for` at all the
scrape interval need not be known.

### Why it matters
After a start of Prometheus there is no series before its first scrape: the alert fires at the first evaluation. The same
happens when a target is replaced by one of another name.

### What it does not catch
`absent_over_time`, whose window does the waiting.",
    bad: &[Example {
        title: "at once",
        files: &[("rules.yml", alert!("'absent(up{job=\"prometheus\"})'"))],
    }],
    good: &[Example {
        title: "with a `for`, or a window",
        files: &[(
            "rules.yml",
            rules![
                "- alert: Gone",
                "  expr: 'absent(up{job=\"prometheus\"})'",
                "  for: 10m",
                "- alert: Silent",
                "  expr: 'absent_over_time(up{job=\"prometheus\"}[10m])'",
            ],
        )],
    }],
    check: Check::Alert(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let hold = rule
        .at
        .rule
        .model
        .hold
        .map_or(Duration::ZERO, |hold| hold.value);
    for branch in branches(rule.expr) {
        let Some(selector) = absence(branch) else {
            continue;
        };
        let scrape = context.facts.times.scrape_of(selector);
        let is_short = match scrape {
            Some(scrape) => hold.ms < 2 * scrape.ms,
            None => hold == Duration::ZERO,
        };
        if !is_short {
            continue;
        }
        let found = findings.add(
            rule.place(branch),
            "this fires as soon as Prometheus starts, before the first scrape",
        );
        found.because(match scrape {
            Some(scrape) => format!(
                "two scrapes take {}, and `for` is {hold}",
                Duration::from_ms(2 * scrape.ms)
            ),
            None => "there is no `for`, and no series before it is scraped for the first time"
                .to_owned(),
        });
        found.help = Some("give it a `for` of some scrapes, such as `for: 10m`".to_owned());
    }
}

/// The selector of a branch that is `absent(…)`.
fn absence(branch: &Expr) -> Option<&VectorSelector> {
    let ExprKind::Call(call) = &branch.kind else {
        return None;
    };
    if call.function.name != "absent" {
        return None;
    }
    match &call.args.first()?.without_parens().kind {
        ExprKind::Vector(selector) => Some(selector),
        _ => None,
    }
}
