//! `no-condition`

use crate::analysis::RuleFacts;
use crate::analysis::{branches, filters, has_selector, quoted};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{Expr, ExprKind};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "no-condition",
    level: Level::Warning,
    summary: "Nothing in the expression of an alert depends on values, so that it fires while the series exist.",
    documentation: "\
### What it does
Looks at every `or` branch of an alert for something that filters by value or existence: a comparison, `and`, `unless`,
`absent`, or a recorded series whose rule filters. It reports a branch that has none, and one whose comparison is made
with `bool`, which answers with 0 instead of leaving series out.

It is only info where matchers pick the series by labels other than `job` and the like, as in
`kube_node_spec_taint{key=\"NoSchedule\"}`: some series exist only while something is the matter.

### Why it matters
An alert fires for every series of its result, whatever the value: 0 fires as well.

### What it does not catch
`vector(1)` and other expressions without series are meant to fire always, and `ALERTS` exists only while something
fires: nothing is said of those.",
    bad: &[
        Example {
            title: "no comparison",
            files: &[("rules.yml", alert!("backup_errors"))],
        },
        Example {
            title: "`bool` answers with 0 or 1",
            files: &[("rules.yml", alert!("backup_errors > bool 5"))],
        },
        Example {
            title: "the second branch",
            files: &[("rules.yml", alert!("backup_age_seconds > 86400 or rate(backup_errors_total[5m])"))],
        },
    ],
    good: &[
        Example {
            title: "meant to fire always",
            files: &[("rules.yml", alert!("vector(1)"))],
        },
        Example {
            title: "existence is the condition",
            files: &[("rules.yml", alert!("absent(up{job=\"a\"}) or (a unless b) or ALERTS{alertstate=\"firing\"}"))],
        },
        Example {
            title: "the recording rule filters",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - record: job:down:bad\n        expr: up == 0\n      - alert: Down\n        expr: job:down:bad\n",
            )],
        },
    ],
    check: Check::Alert(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let known = &context.facts.known;
    for branch in branches(rule.expr) {
        if filters(branch, known) || !has_selector(branch) {
            continue;
        }
        let is_bool = matches!(&branch.kind, ExprKind::Binary(binary) if binary.return_bool);
        let (level, message) = if is_bool {
            let text = "with `bool` the result is 0 or 1 and always there, so that the alert fires for both";
            (Level::Warning, text.to_owned())
        } else {
            let level = if picks_by_label(branch) {
                Level::Info
            } else {
                Level::Warning
            };
            let part = quoted(branch, rule.text());
            let text =
                format!("{part} has no condition, so that the alert fires whatever its value is");
            (level, text)
        };
        let found = findings.add_at(level, rule.place(branch), message);
        found.witness = context.series_raising_by(rule.at.rule, branch);
        found.help = Some(if is_bool {
            "leave `bool` out: then only the series that satisfy the comparison stay".to_owned()
        } else {
            "compare it with something, as in `… > 0`".to_owned()
        });
    }
}

/// Whether a matcher picks series by what they are about, rather than by where they come from.
fn picks_by_label(expr: &Expr) -> bool {
    /// Labels that tell where series come from.
    const PLACES: [&str; 6] = [
        "job",
        "instance",
        "namespace",
        "cluster",
        "env",
        "environment",
    ];
    let mut picks = false;
    expr.walk(&mut |part| {
        if let ExprKind::Vector(selector) = &part.kind {
            picks |= selector.matchers.iter().any(|matcher| {
                !PLACES.contains(&&*matcher.matcher.name) && &*matcher.matcher.name != "__name__"
            });
        }
    });
    picks
}
