//! `template-unit`

use super::value_of;
use crate::analysis::{RuleFacts, branches, number};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{AggregateOp, BinaryOp, Expr, ExprKind};
use crate::template::{Humanized, Shown};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "template-unit",
    level: Level::Info,
    summary: "A template shows the value in a unit that it does not seem to have.",
    documentation: "\
### What it does
Looks at how the value is shown, and at the expression: `humanizePercentage`, which multiplies by a hundred, of a value that
has been multiplied by a hundred already or with a percent sign behind it; a percent sign behind bytes or seconds, or behind
a ratio that is compared with a number up to 1; `humanizeDuration`, which takes seconds, of a metric that is named after
another unit.

### Why it matters
The text says 9000% or 0.95% where 95% was meant, and whoever reads it at night believes it.

### What it does not catch
Metrics whose name does not tell the unit, expressions with several `or` branches, and units in words. The unit is guessed
by names and numbers, hence info.",
    bad: &[
        Example {
            title: "a hundred times too much",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Full\n        expr: used_bytes / size_bytes * 100 > 90\n        annotations:\n          summary: '{{ $value | humanizePercentage }} full'\n",
            )],
        },
        Example {
            title: "bytes and a ratio with a percent sign, and milliseconds as seconds",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Full\n        expr: predict_linear(free_bytes[6h], 345600) < 0\n        annotations:\n          summary: '{{ $value }}% left'\n      - alert: Errors\n        expr: rate(errors_total[5m]) / rate(requests_total[5m]) > 0.05\n        annotations:\n          summary: '{{ $value | printf \"%.2f\" }}% errors'\n      - alert: Slow\n        expr: latency_ms > 500\n        annotations:\n          summary: 'takes {{ $value | humanizeDuration }}'\n",
            )],
        },
    ],
    good: &[Example {
        title: "units that fit",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Full\n        expr: used_bytes / size_bytes > 0.9\n        annotations:\n          summary: '{{ $value | humanizePercentage }} full'\n      - alert: Errors\n        expr: rate(errors_total[5m]) / rate(requests_total[5m]) * 100 > 5\n        annotations:\n          summary: '{{ $value | printf \"%.2f\" }}% errors'\n      - alert: Slow\n        expr: latency_ms / 1000 > 0.5\n        annotations:\n          summary: 'takes {{ $value | humanizeDuration }}'\n",
        )],
    }],
    check: Check::Alert(check),
};

fn check(context: &Context<'_>, alert: RuleFacts<'_>, findings: &mut Findings<'_>) {
    for template in alert.templates() {
        for shown in &template.reading.shown {
            if !shown.percent
                && matches!(
                    shown.by,
                    Humanized::No | Humanized::Format | Humanized::Number
                )
            {
                continue;
            }
            if let Some((message, reason)) = doubt(alert, shown) {
                let place = alert.at.file.location(template.span(shown.span));
                let found = findings.add(place, message);
                found.because(reason);
                found.witness = context.series_raising(alert.at.rule);
            }
        }
    }
}

/// What is odd about how the value is shown, and why.
fn doubt(alert: RuleFacts<'_>, shown: &Shown) -> Option<(&'static str, String)> {
    let expr = alert.at.rule.expr.as_ref()?;
    let [branch] = branches(expr)[..] else {
        return None;
    };
    let (value, bound) = value_of(branch);
    match shown.by {
        Humanized::Percentage if shown.percent => Some((
            "the percent sign is printed twice",
            "`humanizePercentage` ends with one".to_owned(),
        )),
        Humanized::Percentage => multiplied(value).then(|| {
            (
                "a percentage is multiplied by a hundred once more",
                format!("`humanizePercentage` multiplies by 100, and so does `{value}`"),
            )
        }),
        Humanized::Duration => {
            let (name, unit) = names(value).find_map(|name| Some((name, not_seconds(name)?)))?;
            let is_scaled = has_number(value, |_| true) || !keeps_unit(value);
            (!is_scaled).then(|| {
                (
                    "a duration is shown as seconds",
                    format!("`humanizeDuration` takes seconds, and `{name}` seems to be in {unit}"),
                )
            })
        }
        Humanized::No | Humanized::Format | Humanized::Number => {
            let is_hundred = |value: f64| matches!(value.abs(), 100.0 | 0.01);
            if has_number(value, is_hundred) || names(value).any(says_percent) {
                return None;
            }
            if !has_division(value) {
                if !keeps_unit(value) {
                    return None;
                }
                let (name, unit) = names(value).find_map(|name| Some((name, unit(name)?)))?;
                return Some((
                    "what is shown with a percent sign does not seem to be a percentage",
                    format!("`{name}` seems to be in {unit}, and nothing is divided by"),
                ));
            }
            let is_ratio = matches!(&value.kind,
                ExprKind::Binary(binary) if binary.op == BinaryOp::Div);
            let bound = bound.filter(|&bound| bound > 0.0 && bound <= 1.0)?;
            is_ratio.then(|| {
                (
                    "a ratio is shown with a percent sign",
                    format!("it is compared with {bound}, so that it seems to be between 0 and 1"),
                )
            })
        }
    }
}

/// Whether the value is something times a hundred.
fn multiplied(expr: &Expr) -> bool {
    let ExprKind::Binary(binary) = &expr.without_parens().kind else {
        return false;
    };
    let hundred = |expr: &Expr| number(expr) == Some(100.0);
    match binary.op {
        BinaryOp::Mul => {
            hundred(&binary.lhs)
                || hundred(&binary.rhs)
                || multiplied(&binary.lhs)
                || multiplied(&binary.rhs)
        }
        BinaryOp::Sub => hundred(&binary.lhs) && multiplied(&binary.rhs),
        BinaryOp::Div => multiplied(&binary.lhs) && number(&binary.rhs).is_none(),
        _ => false,
    }
}

/// The metric names in an expression.
fn names(expr: &Expr) -> impl Iterator<Item = &str> {
    crate::analysis::names_read(expr).into_iter()
}

fn has_number(expr: &Expr, wanted: impl Fn(f64) -> bool) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        if let ExprKind::Binary(binary) = &part.kind {
            for side in [&binary.lhs, &binary.rhs] {
                found |= number(side).is_some_and(&wanted);
            }
        }
    });
    found
}

fn has_division(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        if let ExprKind::Binary(binary) = &part.kind {
            found |= binary.op == BinaryOp::Div;
        }
    });
    found
}

/// Whether a value is in the unit of the series that it is made from: nothing is counted or put in relation to time.
fn keeps_unit(expr: &Expr) -> bool {
    let mut keeps = true;
    expr.walk(&mut |part| match &part.kind {
        ExprKind::Call(call) => {
            keeps &= !matches!(
                call.function.name,
                "rate"
                    | "irate"
                    | "deriv"
                    | "count_over_time"
                    | "changes"
                    | "resets"
                    | "absent"
                    | "absent_over_time"
                    | "present_over_time"
                    | "timestamp"
            );
        }
        ExprKind::Aggregate(aggregate) => {
            keeps &= !matches!(
                aggregate.op,
                AggregateOp::Count
                    | AggregateOp::CountValues
                    | AggregateOp::Group
                    | AggregateOp::Stdvar
            );
        }
        ExprKind::Binary(binary) => keeps &= !binary.return_bool,
        _ => {}
    });
    keeps
}

fn says_percent(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["percent", "pct", "perc"]
        .iter()
        .any(|word| name.contains(word))
}

fn unit(name: &str) -> Option<&'static str> {
    let ends = |end: &str| name.ends_with(end);
    Some(match () {
        () if ends("_bytes") => "bytes",
        () if ends("_seconds") => "seconds",
        () if ends("_celsius") => "degrees",
        () => return None,
    })
}

fn not_seconds(name: &str) -> Option<&'static str> {
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    Some(match () {
        () if ends(&["_ms", "_milliseconds", "_millis", "_msec"]) => "milliseconds",
        () if ends(&["_microseconds", "_us", "_micros"]) => "microseconds",
        () if ends(&["_nanoseconds", "_ns", "_nanos"]) => "nanoseconds",
        () if ends(&["_minutes"]) => "minutes",
        () if ends(&["_hours"]) => "hours",
        () if ends(&["_days"]) => "days",
        () => return None,
    })
}
