//! `series-collision`

use crate::analysis::{RuleFacts, shapes_of};
use crate::diagnostic::{Diagnostic, Level, Location, Related};
use crate::labels::{METRIC_NAME, MatchOp};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{Call, Expr, ExprKind, Name, VectorSelector};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "series-collision",
    level: Level::Warning,
    summary: "A label that keeps series apart is written over, or a name is dropped.",
    documentation: "\
### What it does
Reports a label of the rule that is among the `by` labels of its expression: the rule gives all series the same value. It
is a warning where nothing else keeps them apart, so that two series are enough for a collision, and info where other
labels may. The same is told of a `label_replace` that writes one text onto such a label of every series. It also tells, as
info, of functions over series of several metric names, such as `rate({__name__=~\"a|b\"}[5m])`, which drop the name.

### Why it matters
Prometheus refuses the whole result of the rule when two of its series come out alike, and the alert does not fire.

### What it does not catch
Collisions through a `label_replace` that makes a text of others, and through `label_join`.",
    bad: &[
        Example {
            title: "every code becomes `all`",
            files: &[(
                "rules.yml",
                rules!["- record: code:errors:sum", "  expr: sum by (code) (errors)", "  labels: {code: all}"],
            )],
        },
        Example {
            title: "the same by `label_replace`",
            files: &[(
                "rules.yml",
                rules![
                    "- record: code:errors:sum",
                    "  expr: label_replace(sum by (code) (errors), \"code\", \"all\", \"\", \"\")",
                ],
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
            title: "a text made of the old one, and only where it fits",
            files: &[(
                "rules.yml",
                rules![
                    "- record: code:errors:sum",
                    "  expr: label_replace(sum by (code) (errors), \"code\", \"$1xx\", \"code\", \"(.).*\")",
                    "- record: code:failures:sum",
                    "  expr: label_replace(sum by (code) (errors), \"code\", \"other\", \"code\", \"0\")",
                ],
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
        replaced(context, rule, call, findings);
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

/// The labels of the `by` clause that alone keep the series of an expression apart.
fn kept_apart_by(expr: &Expr) -> &[Name] {
    let aggregate = super::aggregation(expr).filter(|aggregate| !aggregate.op.selects());
    let grouping = aggregate.and_then(|aggregate| aggregate.grouping.as_ref());
    grouping
        .filter(|grouping| !grouping.without)
        .map_or(&[], |grouping| &grouping.labels)
}

/// Rule labels that take the place of `by` labels.
fn overwritten(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    if rule.at.rule.labels.is_empty() {
        return;
    }
    let is_set = |name: &Name| {
        let label = rule.at.rule.label(&name.text)?;
        label.fixed().map(|_| label)
    };
    let by = kept_apart_by(rule.expr);
    let others = by.iter().any(|name| is_set(name).is_none());
    for name in by {
        let Some(label) = is_set(name) else { continue };
        if has_one_value(context, rule.expr, name) {
            continue;
        }
        let message = format!(
            "the rule's own `{}` takes the place of the one that `by` keeps apart",
            name.text
        );
        let place = rule.at.file.location(label.key.span());
        let help = format!(
            "leave `{}` out of `by`, or name the rule's label otherwise",
            name.text
        );
        report(findings, rule, place, message, name, others).help = Some(help);
    }
}

/// A `by` label onto which `label_replace` writes one text for all series.
fn replaced(context: &Context<'_>, rule: RuleFacts<'_>, call: &Call, findings: &mut Findings<'_>) {
    let [series, texts @ ..] = call.args.as_slice() else {
        return;
    };
    let text = |at: usize| match &texts.get(at)?.without_parens().kind {
        ExprKind::String(text) => Some(&**text),
        _ => None,
    };
    let (Some(label), Some(replacement), Some(source), Some(regex)) =
        (text(0), text(1), text(2), text(3))
    else {
        return;
    };
    let fits_all = matches!(regex, ".*" | "(.*)") || source.is_empty() && regex.is_empty();
    if call.function.name != "label_replace" || replacement.contains('$') || !fits_all {
        return;
    }
    let by = kept_apart_by(series);
    let Some(name) = by.iter().find(|name| &*name.text == label) else {
        return;
    };
    if has_one_value(context, series, name) {
        return;
    }
    let message = format!("every series gets the same `{label}`, which `by` keeps apart");
    let help = format!("leave `{label}` out of `by`, or write onto another label");
    let place = rule.place(&texts[0]);
    report(findings, rule, place, message, name, by.len() > 1).help = Some(help);
}

fn has_one_value(context: &Context<'_>, expr: &Expr, name: &Name) -> bool {
    let shapes = shapes_of(expr, &context.facts.known);
    shapes.iter().all(|shape| {
        let values = shape.get(&name.text);
        values.known().is_some_and(|values| values.len() == 1)
    })
}

/// `name` is what kept the series apart, and `others` whether further labels still do.
fn report<'f>(
    findings: &'f mut Findings<'_>,
    rule: RuleFacts<'_>,
    place: Location,
    message: String,
    name: &Name,
    others: bool,
) -> &'f mut Diagnostic {
    let level = if others { Level::Info } else { Level::Warning };
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
    found
}

fn has_several_names(selector: &VectorSelector) -> bool {
    selector.metric_name().is_none()
        && selector.matchers.iter().any(|matcher| {
            &*matcher.matcher.name == METRIC_NAME && matcher.matcher.op == MatchOp::Regex
        })
}
