//! `series-collision`

use crate::analysis::{RuleFacts, shapes_of};
use crate::diagnostic::{Level, Related};
use crate::labels::{METRIC_NAME, MatchOp};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{ExprKind, Name, VectorSelector};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "series-collision",
    level: Level::Warning,
    summary: "A label that keeps series apart is written over, or a name is dropped.",
    documentation: "\
### What it does
Reports a label of the rule that is among the `by` labels of its expression: the rule gives all series the same value. It
is a warning where nothing else keeps them apart, so that two series are enough for a collision, and info where other
labels may. It also tells, as info, of functions over series of several metric names, such as
`rate({__name__=~\"a|b\"}[5m])`, which drop the name.

### Why it matters
Prometheus refuses the whole result of the rule when two of its series come out alike, and the alert does not fire.

### What it does not catch
Collisions through `label_replace` and `label_join`.",
    bad: &[
        Example {
            title: "every code becomes `all`",
            files: &[(
                "rules.yml",
                rules!["- record: code:errors:sum", "  expr: sum by (code) (errors)", "  labels: {code: all}"],
            )],
        },
        Example {
            title: "two metrics without their names",
            files: &[("rules.yml", alert!("'rate({__name__=~\"a_total|b_total\"}[5m]) > 0'"))],
        },
    ],
    good: &[
        Example {
            title: "another label",
            files: &[(
                "rules.yml",
                alert!("sum by (code) (errors) > 0", "labels: {severity: critical}"),
            )],
        },
        Example {
            title: "one value only",
            files: &[(
                "rules.yml",
                alert!("'sum by (code) (errors{code=\"500\"}) > 0'", "labels: {code: internal}"),
            )],
        },
    ],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    overwritten(context, rule, findings);
    rule.expr.walk(&mut |part| {
        let ExprKind::Call(call) = &part.kind else { return };
        let keeps_name = matches!(call.function.name, "last_over_time" | "first_over_time" | "absent_over_time")
            || context.facts.target.features.delayed_name_removal;
        let [argument, ..] = call.args.as_slice() else { return };
        let ExprKind::Matrix(matrix) = &argument.without_parens().kind else { return };
        if !keeps_name && has_several_names(&matrix.selector) {
            let message = format!(
                "`{}` drops the metric name, so that series of two metrics with the same labels collide",
                call.function.name
            );
            findings.add_at(Level::Info, rule.place(part), message).help =
                Some("take one name at a time, or turn on `promql-delayed-name-removal`".to_owned());
        }
    });
}

/// Rule labels that take the place of `by` labels.
fn overwritten(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    if rule.at.rule.labels.is_empty() {
        return;
    }
    let Some(aggregate) = super::aggregation(rule.expr).filter(|aggregate| !aggregate.op.selects())
    else {
        return;
    };
    let Some(grouping) = aggregate
        .grouping
        .as_ref()
        .filter(|grouping| !grouping.without)
    else {
        return;
    };
    let is_set = |name: &Name| {
        let label = rule.at.rule.label(&name.text)?;
        label.fixed().map(|_| label)
    };
    let others = grouping.labels.iter().any(|name| is_set(name).is_none());
    let mut shapes = None;
    for name in &grouping.labels {
        let Some(label) = is_set(name) else { continue };
        let shapes = shapes.get_or_insert_with(|| shapes_of(rule.expr, &context.facts.known));
        let is_one_value = shapes.iter().all(|shape| {
            shape
                .get(&name.text)
                .known()
                .is_some_and(|values| values.len() == 1)
        });
        if is_one_value {
            continue;
        }
        let level = if others { Level::Info } else { Level::Warning };
        let message = format!(
            "the rule's own `{}` takes the place of the one that `by` keeps apart",
            name.text
        );
        let place = rule.at.file.location(label.key.span());
        let found = findings.add_at(level, place, message);
        if others {
            found.because("series that differ in nothing else collide");
        } else {
            found.because(format!(
                "nothing else keeps the series apart: two values of `{}` are enough for the whole result to be refused",
                name.text
            ));
        }
        found.related.push(Related {
            location: rule.at.file.location(rule.at.rule.expr_span(name.span)),
            text: "kept here".to_owned(),
        });
        found.help = Some(format!(
            "leave `{}` out of `by`, or name the rule's label otherwise",
            name.text
        ));
    }
}

fn has_several_names(selector: &VectorSelector) -> bool {
    selector.metric_name().is_none()
        && selector.matchers.iter().any(|matcher| {
            &*matcher.matcher.name == METRIC_NAME && matcher.matcher.op == MatchOp::Regex
        })
}
