//! `record-window-mismatch`

use crate::analysis::RuleFacts;
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{DurationExpr, Expr, ExprKind};
use crate::target::Duration;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "record-window-mismatch",
    level: Level::Info,
    summary: "The name of a recorded series tells one window, its expression has another.",
    documentation: "\
### What it does
Takes the window from the end of a recorded name, such as `rate5m`, `increase1h` or `ratio_rate30d`, and reports where the
expression has windows and none of them is that long.

### Why it matters
Whoever reads the series believes its name.

### What it does not catch
Rules that read other recorded series and have no window themselves.",
    bad: &[Example {
        title: "five minutes, and one",
        files: &[("rules.yml", rules!["- record: job:errors:rate5m", "  expr: sum by (job) (rate(errors_total[1m]))"])],
    }],
    good: &[Example {
        title: "the same, in other units, and from another record",
        files: &[(
            "rules.yml",
            rules![
                "- record: job:errors:rate1h",
                "  expr: sum by (job) (rate(errors_total[60m]))",
                "- record: errors:rate1h",
                "  expr: sum(job:errors:rate1h)",
            ],
        )],
    }],
    check: Check::Rule(check),
};

fn check(_: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    if rule.at.rule.is_alert() {
        return;
    }
    let Some((text, window)) = window_of_name(rule.at.rule.name()) else {
        return;
    };
    let windows = windows(rule.expr);
    let is_it = |range: &&DurationExpr| {
        range
            .fixed_seconds()
            .is_none_or(|seconds| seconds == window.seconds())
    };
    let Some(first) = windows.first() else {
        return;
    };
    if windows.iter().any(is_it) {
        return;
    }
    let name = &rule.at.rule.model.name;
    let message = format!("the name says `{text}`, and no window of the expression is {window}");
    let found = findings.add(rule.at.file.location(name.span()), message);
    found.related.push(Related {
        location: rule.at.file.location(rule.at.rule.expr_span(first.span)),
        text: "the window".to_owned(),
    });
    found.help = Some("name the record after its window".to_owned());
}

/// `rate5m` at the end of a name, and its window.
fn window_of_name(name: &str) -> Option<(&str, Duration)> {
    let operations = name.rsplit(':').next()?;
    for operation in ["rate", "increase", "irate"] {
        let Some(at) = operations.rfind(operation) else {
            continue;
        };
        let text = &operations[at..];
        if let Ok(window) = Duration::parse(&text[operation.len()..])
            && window.ms > 0
        {
            return Some((text, window));
        }
    }
    None
}

fn windows(expr: &Expr) -> Vec<&DurationExpr> {
    let mut found = Vec::new();
    expr.walk(&mut |part| match &part.kind {
        ExprKind::Matrix(matrix) => found.push(&matrix.range),
        ExprKind::Subquery(subquery) => found.push(&subquery.range),
        _ => {}
    });
    found
}
