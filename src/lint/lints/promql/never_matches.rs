//! `never-matches`

use super::{headline, mismatch_told};
use crate::analysis::RuleFacts;
use crate::analysis::{Cause, quoted};
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::BinaryOp;
use crate::witness::series_read;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "never-matches",
    level: Level::Error,
    summary: "Two sides of an operator, or a selector and what is recorded, whose labels can never agree.",
    documentation: "\
### What it does
Works out for every part of an expression which labels its series must, may and cannot have: through selectors, `on`,
`ignoring`, `group_left`, aggregations, `label_replace`, functions, `absent`, and recorded series, whose rules it looks
into. It reports an operator where no pair of series can find each other, because some label is certainly there on one
side and certainly missing, or different, on the other; and a selector that asks recorded series for a label that their
rule drops.

It is an error where the whole rule can never have a result, and a warning where only a part of it is dead.

### Why it matters
Prometheus takes no offence: the expression is empty for ever, and the alert never fires.

### What it does not catch
Labels that may be there or not: `by (a)` keeps `a` where the series has it. Nothing is said of those.",
    bad: &[
        Example {
            title: "`ignoring` drops the label that `and` then wants",
            files: &[(
                "rules.yml",
                alert!("(used / ignoring (limit) allowed{limit=\"x\"} > 80) and allowed{limit=\"x\"}"),
            )],
        },
        Example {
            title: "`sum` without `by` has no labels",
            files: &[("rules.yml", alert!("up{job=\"a\"} == 0 and on (job) sum(up)"))],
        },
        Example {
            title: "the recording rule drops the label",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - record: job:errors:rate5m\n        expr: sum by (job) (rate(errors_total[5m]))\n      - alert: Errors\n        expr: job:errors:rate5m{instance=\"a\"} > 1\n",
            )],
        },
    ],
    good: &[
        Example {
            title: "the labels that differ are ignored",
            files: &[("rules.yml", alert!("used{a=\"x\"} / on (instance) group_left (b) allowed{b=\"y\"} > 80"))],
        },
        Example {
            title: "a label that may be missing",
            files: &[("rules.yml", alert!("sum by (a) (x) > 1 and sum by (b) (y) > 1"))],
        },
    ],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let verdict = rule.verdict();
    for dead in &verdict.findings {
        match &dead.cause {
            Cause::Join { binary, mismatch } if binary.op != BinaryOp::Unless => {
                let fact = format!(
                    "no series of the two sides of `{}` can find each other",
                    binary.op.as_str()
                );
                let (level, message) = headline(rule, verdict, &fact);
                let place = rule.operator(binary);
                let found = findings.add_at(level, place, message);
                found.because(format!(
                    "the label `{}` has to be equal on both sides",
                    mismatch.label
                ));
                mismatch_told(found, rule, binary, mismatch);
                found.witness = series_read(&[dead.part]);
                found.help = Some(format!(
                    "match on the labels that both sides have, as in `{} on (…)`",
                    binary.op.as_str()
                ));
            }
            Cause::Recorded {
                name,
                matcher,
                values,
            } => {
                let fact = format!("{} selects nothing", quoted(dead.part, rule.text()));
                let (level, message) = headline(rule, verdict, &fact);
                let place = rule.at.file.location(rule.at.rule.expr_span(matcher.span));
                let found = findings.add_at(level, place, message);
                let label = &matcher.matcher.name;
                found.because(format!("`{name}` {}", super::values_told(label, values)));
                for at in context.facts.known.records.rules(name) {
                    let here = at.file.location(at.rule.model.name.span());
                    found.related.push(Related {
                        location: here,
                        text: "recorded here".to_owned(),
                    });
                }
                found.help = Some(format!(
                    "keep `{label}` in the recording rule, or drop the matcher"
                ));
            }
            _ => {}
        }
    }
}
