//! `template-label-never`

use super::{Lacks, Read, labels_lacking, possible_shapes};
use crate::analysis::{ExternalLabels, RuleFacts, why_absent};
use crate::diagnostic::{Level, Related, nearest};
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "template-label-never",
    level: Level::Info,
    summary: "A template shows a label that no alert of the rule can have.",
    documentation: "\
### What it does
Works out which labels the result of the expression can have, for each of its `or` branches, and looks for labels that a
template reads and that none of the branches can have: `$labels.instance` after `sum by (job)`. One finding tells all
places of a label.

`$labels` holds the labels of the expression's result. The labels that the rule itself sets and the external labels are not
among them: the latter are in `$externalLabels`.

It is a fact where the expression itself drops the label; where a recording rule does, the recorded series may come by way
of another Prometheus, which adds labels. The default level is info all the same: the alert does what it should, and widely
shared rules have such texts. A team that reads its alerts raises it.

### Why it matters
The place stays empty, so that whoever is paged does not read which host, disk or job it is about.

### What it does not catch
Labels that series may have or not: a plain selector says nothing about them. Places where the template tests the label
first (`{{ with $labels.pod }}`), keeps it in a variable, or gives something else instead (`or`). `$labels.__name__`.",
    bad: &[
        Example {
            title: "summed away",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Errors\n        expr: sum by (job) (rate(errors_total[5m])) > 1\n        annotations:\n          summary: '{{ $labels.instance }} of {{ $labels.job }} has errors'\n",
            )],
        },
        Example {
            title: "a label of the rule, by index",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: NoPeers\n        expr: count(up == 1) < 2\n        labels:\n          severity: info\n        annotations:\n          summary: '{{ index $labels \"severity\" }}: too few peers'\n",
            )],
        },
    ],
    good: &[
        Example {
            title: "kept, joined, made or fixed by the selector",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: sum by (job) (x) * on (job) group_left (team) owner > 1\n        annotations:\n          summary: '{{ $labels.job }} {{ $labels.team }}'\n      - alert: B\n        expr: label_replace(sum by (job) (x), \"service\", \"$1\", \"job\", \"(.*)\") > 1\n        annotations:\n          summary: '{{ $labels.service }}'\n      - alert: C\n        expr: absent(up{job=\"api\"})\n        annotations:\n          summary: '{{ $labels.job }}'\n      - alert: D\n        expr: x > scalar(sum(y))\n        annotations:\n          summary: '{{ $labels.instance }}'\n",
            )],
        },
        Example {
            title: "tested first",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: sum by (job) (x) > 1\n        annotations:\n          summary: '{{ with $labels.instance }}{{ . }}{{ end }}{{ if $labels.pod }}{{ $labels.pod }}{{ end }}'\n",
            )],
        },
    ],
    check: Check::Alert(check),
};

fn check(context: &Context<'_>, alert: RuleFacts<'_>, findings: &mut Findings<'_>) {
    for read in labels_lacking(alert) {
        if read.lacks != Lacks::Some {
            report(context, findings, alert, &read);
        }
    }
}

fn report(
    context: &Context<'_>,
    findings: &mut Findings<'_>,
    alert: RuleFacts<'_>,
    read: &Read<'_>,
) {
    let Some(place) = read.location(alert) else {
        return;
    };
    let rule = alert.at.rule;
    let name = &*read.name;
    let lost = match &rule.expr {
        Some(expr) => why_absent(expr, name, &context.facts.known),
        None => Vec::new(),
    };
    let message = format!(
        "`{}` is always empty: no result of the expression has a label `{name}`",
        read.source()
    );
    let found = findings.add(place, message);
    for lost in &lost {
        found.because(lost.reason.clone());
        found.related.push(Related {
            location: alert.at.file.location(rule.expr_span(lost.span)),
            text: "what keeps it out".to_owned(),
        });
    }
    read.relate(alert, found);
    if read.lacks == Lacks::AllRecorded {
        found.because(
            "nothing adds it to recorded series on the way, such as federation or the external labels of Thanos",
        );
    }
    let external = match &context.facts.external_labels {
        ExternalLabels::Known(labels) => labels.get(name).is_some(),
        ExternalLabels::Unknown | ExternalLabels::Relabelled => false,
    };
    let own = rule.label(name);
    found.because(match (own, external) {
        (Some(_), _) => format!(
            "`$labels` holds the labels of the expression's result; the `{name}` that the rule sets comes after the templates"
        ),
        (None, true) => format!(
            "`$labels` holds the labels of the expression's result; the external label `{name}` is added where the alert is sent"
        ),
        (None, false) => "`$labels` holds the labels of the expression's result and no others".to_owned(),
    });
    found.witness = context.series_raising(rule);
    found.help = match own.and_then(|label| label.fixed()) {
        Some(text) if !text.is_empty() => Some(format!("write `{text}`, which the rule sets")),
        _ if external => Some(format!("`$externalLabels.{name}` has it")),
        _ => {
            let listed = possible_shapes(alert)
                .flat_map(|shape| shape.listed())
                .filter(|(_, values)| !values.is_absent())
                .map(|(known, _)| &**known);
            nearest(name, listed).map(|meant| format!("did you mean `{meant}`?"))
        }
    };
}
