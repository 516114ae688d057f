//! `template-label-branch`

use super::{Lacks, labels_lacking};
use crate::analysis::RuleFacts;
use crate::analysis::{Knowledge, branches, shapes_of, why_absent};
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "template-label-branch",
    level: Level::Info,
    summary: "A template shows a label that the alerts of some `or` branch cannot have.",
    documentation: "\
### What it does
As `template-label-never`, for labels that only some of the `or` branches of the expression cannot have:
`$labels.instance` where the expression is `up == 0 or absent(up)`.

### Why it matters
Alerts that come from that branch have a gap in their text. Often that can be lived with, hence info.

### What to write instead
`{{ with $labels.instance }} on {{ . }}{{ end }}`, or a rule for each branch.

### What it does not catch
The same as `template-label-never`.",
    bad: &[Example {
        title: "nothing has no instance",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up{job=\"api\"} == 0 or absent(up{job=\"api\"})\n        annotations:\n          summary: '{{ $labels.instance }} is down'\n",
        )],
    }],
    good: &[Example {
        title: "a label of both branches, and one that is tested",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up{job=\"api\"} == 0 or absent(up{job=\"api\"})\n        annotations:\n          summary: '{{ $labels.job }} is down{{ with $labels.instance }} on {{ . }}{{ end }}'\n",
        )],
    }],
    check: Check::Alert(check),
};

fn check(context: &Context<'_>, alert: RuleFacts<'_>, findings: &mut Findings<'_>) {
    // Recorded series may have got further labels on the way.
    let known = &Knowledge::nothing();
    if alert.shapes().len() < 2 {
        return;
    }
    let rule = alert.at.rule;
    let Some(expr) = &rule.expr else { return };
    for read in labels_lacking(alert) {
        let (Some(place), Lacks::Some) = (read.location(alert), read.lacks) else {
            continue;
        };
        let name = &*read.name;
        let message = format!(
            "`{}` is empty in some alerts: not every branch of the expression has a label `{name}`",
            read.source()
        );
        let found = findings.add(place, message);
        for branch in branches(expr) {
            let shapes = shapes_of(branch, known);
            if !shapes.iter().all(|shape| shape.get(name).is_absent()) {
                continue;
            }
            if found.witness.is_none() {
                found.witness = context.series_raising_by(rule, branch);
            }
            for lost in why_absent(branch, name, known) {
                found.because(lost.reason);
            }
            found.related.push(Related {
                location: alert.at.file.location(rule.expr_span(branch.span)),
                text: format!("has no `{name}`"),
            });
        }
        if found.proof.is_empty() {
            found.because(format!(
                "an `or` inside the expression has a side without `{name}`"
            ));
        }
        read.relate(alert, found);
        found.help = Some(format!(
            "{{{{ with $labels.{name} }}}} … {{{{ end }}}} leaves out what belongs to it"
        ));
    }
}
