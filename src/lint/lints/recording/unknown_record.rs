//! `unknown-record`

use rustc_hash::FxHashSet;

use crate::analysis::RuleFacts;
use crate::diagnostic::{Level, nearest};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::witness::series_read;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "unknown-record",
    level: Level::Error,
    summary: "An expression reads a recorded series that no rule records.",
    documentation: "\
### What it does
Looks up every metric name with a colon, which by custom only recording rules write, among the rules of the environment. It
is an error where the settings or a `prometheus.yml` say which rule files run together; otherwise the rule may lie in a
file that is not here, and it is info.

Names that come from elsewhere, by federation for instance, are listed under `metrics: elsewhere:` in the settings; `*`
stands for any text.

### Why it matters
The expression is empty, and the alert never fires. It happens when a recording rule is renamed or deleted.

### What it does not catch
Recorded names without a colon.",
    bad: &[Example {
        title: "renamed",
        files: &[
            ("rulecheck.yaml", "environments:\n  rules: rules.yml\n"),
            (
                "rules.yml",
                rules![
                    "- record: job:errors:rate1m",
                    "  expr: sum by (job) (rate(errors_total[1m]))",
                    "- alert: Errors",
                    "  expr: job:errors:rate5m > 1",
                ],
            ),
        ],
    }],
    good: &[
        Example {
            title: "recorded in another file",
            files: &[
                ("a.yml", rules!["- record: job:errors:rate5m", "  expr: sum by (job) (rate(errors_total[5m]))"]),
                ("b.yml", alert!("job:errors:rate5m > 1")),
            ],
        },
        Example {
            title: "recorded elsewhere",
            files: &[
                ("rulecheck.yaml", "environments:\n  rules: rules.yml\nmetrics:\n  elsewhere: ['federated:*']\n"),
                ("rules.yml", alert!("federated:errors:rate5m > 1")),
            ],
        },
    ],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    if !rule.text().contains(':') {
        return;
    }
    let known = &context.facts.known;
    let is_whole = context.facts.is_whole();
    let level = if is_whole { Level::Error } else { Level::Info };
    let mut told: FxHashSet<&str> = FxHashSet::default();
    for read in super::reads(rule.expr) {
        let name = &*read.name.text;
        if !name.contains(':')
            || known.records.has(name)
            || known.comes_from_elsewhere(name)
            || !told.insert(name)
        {
            continue;
        }
        let span = rule.at.rule.expr_span(read.name.span);
        let place = rule.at.file.location(span);
        let found = findings.add_at(level, place, format!("no rule records `{name}`"));
        if is_whole {
            found.because(
                "a name with a colon is written by recording rules, and all rule files are known",
            );
        }
        found.witness = series_read(&[rule.expr]);
        found.help = Some(match nearest(name, known.records.names()) {
            Some(similar) => format!("did you mean `{similar}`?"),
            None => "list it under `metrics: elsewhere:` in the settings if it comes from another Prometheus".to_owned(),
        });
    }
}
