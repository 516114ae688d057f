//! `dependency-order`

use crate::analysis::RuleFacts;
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::witness::series_read;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "dependency-order",
    level: Level::Warning,
    summary: "A rule reads what a later rule of its group records.",
    documentation: "\
### What it does
The rules of a group are evaluated one after another. It reports a rule that reads the newest sample of a series that only
a later rule of the same group records: what it gets is the value of the evaluation before. Where the series is recorded
in another group, which runs at its own time, it is info, and so it is for names without a colon, which a program may
expose.

### Why it matters
The result lags behind by one interval, and by one more for every such step.

### What it does not catch
Alerts that read series of other groups are not reported: their `for` is longer than such a lag, as a rule. Windows and
offsets into the past are left alone too.",
    bad: &[Example {
        title: "the second rule should be the first",
        files: &[(
            "rules.yml",
            rules![
                "- record: job:errors:ratio",
                "  expr: job:errors:rate5m / 100",
                "- record: job:errors:rate5m",
                "  expr: sum by (job) (rate(errors_total[5m]))",
            ],
        )],
    }],
    good: &[Example {
        title: "in order, and an alert of another group",
        files: &[
            (
                "rules.yml",
                rules![
                    "- record: job:errors:rate5m",
                    "  expr: sum by (job) (rate(errors_total[5m]))",
                    "- record: job:errors:ratio",
                    "  expr: job:errors:rate5m / 100",
                ],
            ),
            ("alerts.yml", alert!("job:errors:ratio > 1")),
        ],
    }],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    if context.facts.known.records.is_empty() {
        return;
    }
    for read in super::reads(rule.expr) {
        if read.is_newest {
            check_read(context, rule, &read, findings);
        }
    }
}

fn check_read(
    context: &Context<'_>,
    rule: RuleFacts<'_>,
    read: &super::Read<'_>,
    findings: &mut Findings<'_>,
) {
    let name = &*read.name.text;
    let writers = context.facts.known.records.rules(name);
    let Some(first) = writers.first() else { return };
    let own = rule.at.rule as *const _;
    if writers.iter().any(|at| std::ptr::eq(at.rule, own)) {
        return;
    }
    let in_group: Vec<_> = writers
        .iter()
        .filter(|at| std::ptr::eq(at.group, rule.at.group))
        .collect();
    let place = rule
        .at
        .file
        .location(rule.at.rule.expr_span(read.name.span));
    let (found, writer) = if let Some(later) = in_group.first() {
        let start = |rule: &crate::project::Rule| rule.model.name.span().start;
        if in_group.len() < writers.len()
            || in_group
                .iter()
                .any(|at| start(at.rule) < start(rule.at.rule))
        {
            return;
        }
        let message = format!(
            "`{name}` is recorded by a later rule of this group, so that its value here is one interval old"
        );
        // A program may expose a name without a colon.
        let level = if name.contains(':') {
            Level::Warning
        } else {
            Level::Info
        };
        let found = findings.add_at(level, place, message);
        found.help = Some("move that rule before this one".to_owned());
        (found, **later)
    } else {
        if rule.at.rule.is_alert() {
            return;
        }
        let message = format!(
            "`{name}` is recorded by another group, so that its value here may be one interval old"
        );
        let found = findings.add_at(Level::Info, place, message);
        found.help = Some("put both rules into one group, in order".to_owned());
        (found, *first)
    };
    found.witness = writer
        .rule
        .expr
        .as_ref()
        .and_then(|expr| series_read(&[expr]));
    found.related.push(Related {
        location: writer.file.location(writer.rule.model.name.span()),
        text: "recorded here".to_owned(),
    });
}
