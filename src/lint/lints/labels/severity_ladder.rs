//! `severity-ladder`

use std::fmt::Write as _;

use rustc_hash::FxHashMap;

use crate::analysis::{RuleFacts, compared_with};
use crate::diagnostic::{Diagnostic, Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{BinaryOp, Expr, ExprKind};
use crate::source::Span;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "severity-ladder",
    level: Level::Warning,
    summary: "An alert of a worse severity fires as soon as one of a milder severity does.",
    documentation: "\
### What it does
Compares alerts that differ only in their severity and in the number that their expression is compared with: same
expression and matchers, same direction, same further labels. The worse severity must have the stricter number. An equal
number is fine where the worse severity waits longer (`for`).

### Why it matters
Whenever the milder alert fires, the worse one has fired already. Mostly the two numbers were swapped.

### Settings
`severities` gives the order, worst first. Without it `critical` and `page` are worse than `error` and `high`, these than
`warning`, and this than `info`.

### What it does not catch
Alerts with several thresholds, such as those on burn rates, expressions that mean the same in other words, and alerts in
several files of which the settings do not say that they run together (`environments`).",
    bad: &[Example {
        title: "the numbers are swapped",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: DiskFull\n        expr: disk_used_ratio{job=\"node\"} > 0.9\n        labels: {severity: warning}\n      - alert: DiskFull\n        expr: disk_used_ratio{job=\"node\"} > 0.8\n        labels: {severity: critical}\n",
        )],
    }],
    good: &[
        Example {
            title: "worse is stricter",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: DiskFull\n        expr: disk_free_ratio < 0.2\n        labels: {severity: warning}\n      - alert: DiskFull\n        expr: disk_free_ratio < 0.1\n        labels: {severity: critical}\n",
            )],
        },
        Example {
            title: "other disks, another team, and a longer wait",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Full\n        expr: used > 90\n        for: 5m\n        labels: {severity: warning}\n      - alert: Full\n        expr: used > 90\n        for: 1h\n        labels: {severity: critical}\n      - alert: Full\n        expr: used{disk=\"db\"} > 80\n        labels: {severity: critical}\n      - alert: Full\n        expr: used > 80\n        labels: {severity: critical, team: db}\n",
            )],
        },
    ],
    check: Check::Environment(check),
};

const SEVERITY: &str = "severity";

/// The one number that an alert is compared with.
struct Step<'a> {
    alert: RuleFacts<'a>,
    /// 0 is the worst.
    rank: usize,
    severity: &'a str,
    op: BinaryOp,
    bound: f64,
    /// Of the comparison.
    span: Span,
}

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut ladders: FxHashMap<String, Vec<Step<'_>>> = FxHashMap::default();
    let mut order: Vec<String> = Vec::new();
    for alert in context.alerts() {
        let rule = alert.at.rule;
        let Some(severity) = rule.label(SEVERITY).and_then(|label| label.fixed()) else {
            continue;
        };
        let (Some(rank), Some(expr)) = (context.severity_rank(severity), &rule.expr) else {
            continue;
        };
        let Some((comparison, rest)) = condition(expr) else {
            continue;
        };
        let ExprKind::Binary(binary) = &comparison.kind else {
            continue;
        };
        let Some((compared, op, bound)) = compared_with(binary) else {
            continue;
        };
        let direction = match op {
            BinaryOp::Gt | BinaryOp::Ge => ">",
            BinaryOp::Lt | BinaryOp::Le => "<",
            _ => continue,
        };
        // Only files that the settings put together are known to run together.
        let file = if context.environment.is_listed {
            std::path::Path::new("")
        } else {
            alert.at.file.file.path()
        };
        let mut key = format!(
            "{} {} {direction}",
            file.display(),
            compared.without_parens()
        );
        for part in rest {
            let _ = write!(key, " {part}");
        }
        let mut others: Vec<_> = rule
            .labels
            .iter()
            .filter(|label| label.key.as_str() != SEVERITY)
            .map(|label| (label.key.as_str(), label.value.as_str()))
            .collect();
        others.sort_unstable();
        let _ = write!(key, " {others:?}");
        let steps = ladders.entry(key).or_insert_with_key(|key| {
            order.push(key.clone());
            Vec::new()
        });
        steps.push(Step {
            alert,
            rank,
            severity,
            op,
            bound,
            span: comparison.span,
        });
    }
    for key in order {
        let steps = &ladders[&key];
        for worse in steps {
            let others = steps.iter().take(MAX_COMPARED);
            let milder = others.filter(|milder| milder.rank > worse.rank);
            // One is enough to show it: the next milder one.
            if let Some(milder) = milder
                .filter(|milder| is_covered(milder, worse))
                .min_by_key(|step| step.rank)
            {
                let found = report(findings, worse, milder);
                found.witness = context.series_raising(milder.alert.at.rule);
            }
        }
    }
}

/// An alert is compared with no more than so many others on the same expression.
const MAX_COMPARED: usize = 200;

/// The comparison at the top of an expression, below `and` and `unless`, whose other sides are given too.
fn condition(expr: &Expr) -> Option<(&Expr, Vec<String>)> {
    let mut rest = Vec::new();
    let mut expr = expr.without_parens();
    loop {
        let ExprKind::Binary(binary) = &expr.kind else {
            return None;
        };
        if !matches!(binary.op, BinaryOp::And | BinaryOp::Unless) {
            return Some((expr, rest));
        }
        let matching = binary.matching.as_ref().map(ToString::to_string);
        let op = binary.op.as_str();
        rest.push(format!(
            "{op}{} {}",
            matching.unwrap_or_default(),
            binary.rhs
        ));
        expr = binary.lhs.without_parens();
    }
}

/// Whether the worse one fires whenever the milder one does.
fn is_covered(milder: &Step<'_>, worse: &Step<'_>) -> bool {
    let waits = |step: &Step<'_>| {
        let hold = step.alert.at.rule.model.hold;
        hold.map_or(0, |hold| hold.value.ms)
    };
    if waits(worse) > waits(milder) {
        return false;
    }
    let is_up = matches!(worse.op, BinaryOp::Gt | BinaryOp::Ge);
    let is_strict = |op: BinaryOp| matches!(op, BinaryOp::Gt | BinaryOp::Lt);
    if worse.bound == milder.bound {
        return !is_strict(worse.op) || is_strict(milder.op);
    }
    if is_up {
        worse.bound < milder.bound
    } else {
        worse.bound > milder.bound
    }
}

fn report<'f>(
    findings: &'f mut Findings<'_>,
    worse: &Step<'_>,
    milder: &Step<'_>,
) -> &'f mut Diagnostic {
    let shown = |step: &Step<'_>| {
        format!(
            "{} {}",
            step.op.as_str(),
            crate::number::format_value(step.bound)
        )
    };
    let rule = worse.alert.at.rule;
    let place = worse.alert.at.file.location(rule.expr_span(worse.span));
    let message = format!(
        "alert `{}` is {} already at {}, where {} is {} at {}",
        rule.name(),
        worse.severity,
        shown(worse),
        match milder.alert.at.rule.name() {
            name if name == rule.name() => "it".to_owned(),
            name => format!("`{name}`"),
        },
        milder.severity,
        shown(milder)
    );
    let found = findings.add(place, message);
    found
        .because("the two compare the same expression in the same direction and set the same further labels")
        .because(format!(
            "whatever is {} is {} too, and the worse one does not wait longer",
            shown(milder),
            shown(worse)
        ));
    let other = milder.alert.at;
    found.related.push(Related {
        location: other.file.location(other.rule.expr_span(milder.span)),
        text: format!("{} here", milder.severity),
    });
    found.help = Some("give the worse severity the stricter number".to_owned());
    found
}
