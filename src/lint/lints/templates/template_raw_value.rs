//! `template-raw-value`

use super::value_of;
use crate::analysis::RuleFacts;
use crate::analysis::{Place, branches, number};
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{AggregateOp, BinaryOp, Expr, ExprKind};
use crate::template::Humanized;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "template-raw-value",
    level: Level::Info,
    summary: "A value that is hardly ever a round number is printed with all its digits.",
    documentation: "\
### What it does
Looks for `{{ $value }}` in annotations, without `humanize`, `printf` or another function, where the value comes from
`increase`, `rate` or one of their like, or from a division.

### Why it matters
`increase` reckons what it saw up to the whole window: three failures in five minutes are shown as
`3.1578947368421053`. A ratio has seventeen digits too. Whoever is paged has to read that.

### What to write instead
`{{ $value | humanize }}`, `{{ $value | humanizePercentage }}` for a ratio, or `{{ printf \"%.0f\" $value }}` for a count.

### What it does not catch
Values that are rounded in the expression are fine. Expressions with several `or` branches, and values that pass through a
variable of the template.",
    bad: &[
        Example {
            title: "a count that is none",
            files: &[(
                "rules.yml",
                alert!(
                    "increase(backup_failures_total[5m]) > 0",
                    "annotations: {description: '{{ $value }} failures in 5 minutes'}"
                ),
            )],
        },
        Example {
            title: "a ratio",
            files: &[(
                "rules.yml",
                alert!(
                    "used_bytes / size_bytes > 0.9",
                    "annotations: {description: 'The disk is full: {{ .Value }}'}"
                ),
            )],
        },
    ],
    good: &[Example {
        title: "made readable, rounded, or a number of the series itself",
        files: &[(
            "rules.yml",
            rules![
                "- alert: A",
                "  expr: increase(backup_failures_total[5m]) > 0",
                "  annotations: {description: '{{ $value | humanize }} failures'}",
                "- alert: B",
                "  expr: round(increase(backup_failures_total[5m])) > 0",
                "  annotations: {description: '{{ $value }} failures'}",
                "- alert: C",
                "  expr: queue_length > 100",
                "  annotations: {description: '{{ $value }} waiting'}",
                "- alert: D",
                "  expr: used_bytes / size_bytes * 100 > 90",
                "  annotations: {description: '{{ printf \"%.1f\" $value }}% full'}",
            ],
        )],
    }],
    check: Check::Alert(check),
};

fn check(context: &Context<'_>, alert: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let Some(expr) = &alert.at.rule.expr else {
        return;
    };
    let annotations = alert
        .templates()
        .iter()
        .filter(|template| template.place == Place::Annotation);
    let mut places = annotations.flat_map(|template| {
        let shown = template.reading.shown.iter();
        let raw = shown.filter(|shown| shown.by == Humanized::No);
        raw.map(|shown| alert.at.file.location(template.span(shown.span)))
    });
    let Some(first) = places.next() else { return };
    let [branch] = branches(expr)[..] else {
        return;
    };
    let Some(uneven) = uneven(value_of(branch).0) else {
        return;
    };
    let (what, help) = match uneven {
        Uneven::Reckoned(function) => (
            format!(
                "`{function}` reckons with the moments of the samples, and is hardly ever a whole number"
            ),
            "write `{{ $value | humanize }}`, or `{{ printf \"%.0f\" $value }}` for a count",
        ),
        Uneven::Divided => (
            "a division is hardly ever a round number".to_owned(),
            "write `{{ $value | humanize }}`, or `{{ $value | humanizePercentage }}` for a ratio",
        ),
    };
    let found = findings.add(first, "the value is printed with all its digits");
    found.because(what);
    found.help = Some(help.to_owned());
    found.witness = context.series_raising(alert.at.rule);
    found.related.extend(places.map(|location| Related {
        location,
        text: "and here".to_owned(),
    }));
}

/// Why a value has many digits.
enum Uneven {
    Reckoned(&'static str),
    Divided,
}

fn uneven(expr: &Expr) -> Option<Uneven> {
    match &expr.kind {
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => uneven(inner),
        ExprKind::Call(call) => match call.function.name {
            name @ ("increase" | "rate" | "irate" | "delta" | "deriv" | "predict_linear") => {
                Some(Uneven::Reckoned(name))
            }
            "abs" | "sort" | "sort_desc" | "label_replace" | "label_join" => {
                uneven(call.args.first()?)
            }
            _ => None,
        },
        ExprKind::Aggregate(aggregate) => match aggregate.op {
            AggregateOp::Sum
            | AggregateOp::Avg
            | AggregateOp::Min
            | AggregateOp::Max
            | AggregateOp::Topk
            | AggregateOp::Bottomk => uneven(&aggregate.expr),
            _ => None,
        },
        ExprKind::Binary(binary) => match binary.op {
            BinaryOp::Div if number(&binary.lhs).is_none() => Some(Uneven::Divided),
            BinaryOp::Mul | BinaryOp::Add | BinaryOp::Sub => {
                uneven(&binary.lhs).or_else(|| uneven(&binary.rhs))
            }
            _ => None,
        },
        _ => None,
    }
}
