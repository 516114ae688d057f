//! `required-labels-dropped`

use crate::analysis::RuleFacts;
use crate::analysis::{Shape, shapes_of};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::model::name_fits;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "required-labels-dropped",
    level: Level::Error,
    summary: "A rule drops a label that the team wants kept, or keeps one that it wants dropped.",
    documentation: "\
### What it does
The settings say under `keep` which labels the results of rules must be able to have and which they must not, by the name
of what is recorded or of the alert; `*` stands for any text. It reports a rule whose result certainly has not, or
certainly has, such a label, or names one that it must not have in a `by` clause or `group_left`. Where a label that must not
be there merely may be, because nothing drops it, that is info. Without settings it says nothing.

### Why it matters
Dashboards, routes and other rules select and group by such labels.

### What it does not catch
Labels that are to be kept and that the series may or may not have.",
    bad: &[
        Example {
            title: "the cluster is lost",
            files: &[
                ("rulecheck.yaml", "keep:\n  - rules: 'cluster:*'\n    labels: [cluster]\n"),
                ("rules.yml", rules!["- record: cluster:up:sum", "  expr: sum by (job) (up)"]),
            ],
        },
        Example {
            title: "the pod is still there",
            files: &[
                ("rulecheck.yaml", "keep:\n  - rules: 'cluster:*'\n    without: [pod]\n"),
                ("rules.yml", rules!["- record: cluster:up:sum", "  expr: up{pod=\"a\"}"]),
            ],
        },
        Example {
            title: "the pod is kept by name",
            files: &[
                ("rulecheck.yaml", "keep:\n  - rules: 'cluster:*'\n    without: [pod]\n"),
                ("rules.yml", rules!["- record: cluster:up:sum", "  expr: sum by (cluster, pod) (up)"]),
            ],
        },
        Example {
            title: "nothing drops the pod",
            files: &[
                ("rulecheck.yaml", "keep:\n  - rules: 'cluster:*'\n    without: [pod]\n"),
                ("rules.yml", rules!["- record: cluster:up:sum", "  expr: sum without (instance) (up)"]),
            ],
        },
    ],
    good: &[Example {
        title: "`without` keeps the rest",
        files: &[
            ("rulecheck.yaml", "keep:\n  - rules: 'cluster:*'\n    labels: [cluster]\n    without: [pod]\n"),
            ("rules.yml", rules!["- record: cluster:up:sum", "  expr: sum without (pod) (up)"]),
        ],
    }],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let demands = &context.settings.keep;
    if demands.is_empty() {
        return;
    }
    let name = rule.at.rule.name();
    for demand in demands.iter() {
        if !demand.rules.iter().any(|pattern| name_fits(pattern, name)) {
            continue;
        }
        let shapes = shapes_of(rule.expr, &context.facts.known);
        let is_set = |label: &str| rule.at.rule.label(label).is_some();
        for label in &demand.labels {
            if !is_set(label) && shapes.iter().all(|shape| shape.get(label).is_absent()) {
                let place = rule.at.file.location(rule.at.rule.model.name.span());
                let message = format!(
                    "the result of `{name}` has no label `{label}`, which the settings want kept"
                );
                findings.add(place, message).help =
                    Some(format!("keep it in the aggregations: `by ({label}, …)`"));
            }
        }
        for label in &demand.without {
            let place = rule.at.file.location(rule.at.rule.model.name.span());
            let help = Some(format!("aggregate it away: `sum without ({label}) (…)`"));
            let named = |shape: &Shape| {
                let mut listed = shape.listed();
                listed.any(|(known, values)| **known == **label && !values.is_absent())
            };
            if is_set(label) || shapes.iter().any(named) {
                let message = format!(
                    "the result of `{name}` has the label `{label}`, which the settings want dropped"
                );
                findings.add(place, message).help = help;
            } else if shapes.iter().any(|shape| !shape.get(label).is_absent()) {
                let message = format!(
                    "nothing drops the label `{label}` from the result of `{name}`, as the settings want it"
                );
                findings.add_at(Level::Info, place, message).help = help;
            }
        }
    }
}
