//! `noop-unless`

use super::mismatch_told;
use crate::analysis::Cause;
use crate::analysis::RuleFacts;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::BinaryOp;
use crate::witness::series_read;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "noop-unless",
    level: Level::Warning,
    summary: "The right side of `unless` can match nothing on its left, so that it takes nothing away.",
    documentation: "\
### What it does
Works out the labels of both sides of `unless` as [`never-matches`](never-matches.md) does, and reports where no series of
the right side can have the labels of one on the left.

### Why it matters
`unless` is there to silence the alert, during a maintenance for instance. It never does.

### What it does not catch
Labels that may be there or not.",
    bad: &[Example {
        title: "`sum` without `by` has no label that `up` must have",
        files: &[("rules.yml", alert!("up{job=\"x\"} == 0 unless sum(maintenance)"))],
    }],
    good: &[
        Example {
            title: "`on ()` asks for no label at all",
            files: &[("rules.yml", alert!("up{job=\"x\"} == 0 unless on () sum(maintenance)"))],
        },
        Example {
            title: "a label that both sides have",
            files: &[("rules.yml", alert!("up == 0 unless on (namespace) group by (namespace) (ALERTS{alertname=\"Off\"})"))],
        },
    ],
    check: Check::Rule(check),
};

fn check(_: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    for dead in &rule.verdict().findings {
        let Cause::Join { binary, mismatch } = &dead.cause else {
            continue;
        };
        if binary.op != BinaryOp::Unless {
            continue;
        }
        let place = rule.operator(binary);
        let found = findings.add(place, "this `unless` never takes anything away");
        found.because(format!(
            "the label `{}` has to be equal on both sides",
            mismatch.label
        ));
        mismatch_told(found, rule, binary, mismatch);
        found.witness = series_read(&[dead.part]);
        found.help = Some(
            "match on the labels that both sides have: `unless on (…)`, or `unless on ()` where any series on the right shall silence everything"
                .to_owned(),
        );
    }
}
