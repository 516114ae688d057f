//! `overlapping-alerts`

use std::path::Path;

use rustc_hash::FxHashMap;

use super::{MAX_COMPARED, labels, runs_in, selectors, severity, threshold};
use crate::analysis::{RuleFacts, number};
use crate::diagnostic::{Level, Related};
use crate::labels::{METRIC_NAME, Matcher};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{BinaryOp, Expr, ExprKind, VectorSelector};
use crate::regex::{Containment, Language};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "overlapping-alerts",
    level: Level::Info,
    summary: "Two alerts of one severity compare the same metric with the same number, for some series both.",
    documentation: "\
### What it does
Compares alerts of the same severity with the same threshold: on one metric, or on one metric over a divisor, whatever the
divisor. Where the selector of the one picks only series that the other picks too, both seem to tell of the same thing.

### Why it matters
People get two alerts for one thing, with different names and texts.

### What it does not catch
Metrics that are aggregated, and selectors that overlap without one holding the other. Alerts on the same expression are told
by [`subsumed-alert`](subsumed-alert.md), and those of one name with the same labels by [`duplicate-rule`](duplicate-rule.md).
The divisor may keep series out, and texts may say different things, hence info.",
    bad: &[Example {
        title: "one container, and all of them",
        files: &[(
            "rules.yml",
            rules![
                "- alert: DatabaseMemory",
                "  expr: 'memory_bytes{name=\"db\"} / 2e9 > 0.85'",
                "  labels: {severity: high}",
                "- alert: ContainerMemory",
                "  expr: 'memory_bytes{name!=\"\"} / limit_bytes > 0.85'",
                "  labels: {severity: high}",
            ],
        )],
    }],
    good: &[Example {
        title: "another container, another number, another severity",
        files: &[(
            "rules.yml",
            rules![
                "- alert: DatabaseMemory",
                "  expr: 'memory_bytes{name=\"db\"} / 2e9 > 0.85'",
                "  labels: {severity: high}",
                "- alert: CacheMemory",
                "  expr: 'memory_bytes{name=\"cache\"} / 1e9 > 0.85'",
                "  labels: {severity: high}",
                "- alert: AnyMemory",
                "  expr: 'memory_bytes / limit_bytes > 0.9'",
                "  labels: {severity: high}",
                "- alert: MemoryHigh",
                "  expr: 'memory_bytes / limit_bytes > 0.85'",
                "  labels: {severity: warning}",
            ],
        )],
    }],
    check: Check::Environment(check),
};

/// What two alerts have in common that say the same.
#[derive(PartialEq, Eq, Hash)]
struct Saying<'f> {
    runs_in: &'f Path,
    /// What is compared, without matchers and divisor.
    compared: String,
    is_divided: bool,
    op: BinaryOp,
    /// The bits of the threshold.
    bound: u64,
    severity: &'f str,
}

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut sayings: FxHashMap<Saying<'_>, Vec<(RuleFacts<'_>, &VectorSelector)>> =
        FxHashMap::default();
    for rule in context.rules() {
        if rule.at.rule.is_alert()
            && let Some((saying, selector)) = saying(context, rule)
        {
            sayings.entry(saying).or_default().push((rule, selector));
        }
    }
    for (saying, alerts) in sayings.iter().filter(|(_, alerts)| alerts.len() > 1) {
        for (at, (rule, selector)) in alerts.iter().enumerate() {
            let mut before = alerts[..at].iter().rev().take(MAX_COMPARED);
            let other = before.find(|(other, theirs)| {
                !is_told_elsewhere(*rule, *other)
                    && (holds(selector, theirs) || holds(theirs, selector))
            });
            if let Some((other, _)) = other {
                report(findings, saying, *rule, *other);
            }
        }
    }
}

fn saying<'f>(
    context: &Context<'_>,
    rule: RuleFacts<'f>,
) -> Option<(Saying<'f>, &'f VectorSelector)> {
    let threshold = threshold(rule.expr)?;
    let (compared, is_divided) = undivided(threshold.operand);
    let [selector] = selectors(compared)[..] else {
        return None;
    };
    selector.metric_name()?;
    let mut bare = compared.clone();
    bare.change_selectors(&mut |selector| {
        selector
            .matchers
            .retain(|matcher| &*matcher.matcher.name == METRIC_NAME);
    });
    let saying = Saying {
        runs_in: runs_in(context, rule),
        compared: bare.to_string(),
        is_divided,
        op: threshold.op,
        bound: threshold.value.to_bits(),
        severity: severity(rule)?,
    };
    keeps_series(compared).then_some((saying, selector))
}

/// What is divided, and whether it is.
fn undivided(expr: &Expr) -> (&Expr, bool) {
    let expr = expr.without_parens();
    match &expr.kind {
        ExprKind::Binary(binary) if binary.op == BinaryOp::Div => {
            (binary.lhs.without_parens(), true)
        }
        _ => (expr, false),
    }
}

/// Whether each series of the selector has a result of its own.
fn keeps_series(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Vector(_) | ExprKind::Matrix(_) => true,
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => keeps_series(inner),
        ExprKind::Call(call) => {
            !matches!(call.function.name, "absent" | "absent_over_time" | "scalar")
                && call
                    .args
                    .iter()
                    .all(|argument| number(argument).is_some() || keeps_series(argument))
        }
        ExprKind::Binary(binary) => {
            (number(&binary.lhs).is_some() || keeps_series(&binary.lhs))
                && (number(&binary.rhs).is_some() || keeps_series(&binary.rhs))
        }
        _ => false,
    }
}

/// Whether another lint tells of two alerts.
fn is_told_elsewhere(rule: RuleFacts<'_>, other: RuleFacts<'_>) -> bool {
    let operand = |rule: RuleFacts<'_>| threshold(rule.expr).map(|it| it.operand.to_string());
    let is_one = rule.at.rule.name() == other.at.rule.name() && labels(rule) == labels(other);
    is_one || operand(rule) == operand(other)
}

/// Whether `all` picks every series that `some` picks: of each label the latter allows no value that the former does not.
fn holds(all: &VectorSelector, some: &VectorSelector) -> bool {
    let of = |selector: &VectorSelector, label: &str| {
        let matchers = selector.matchers.iter().map(|matcher| &matcher.matcher);
        let languages = matchers.filter(|matcher| &*matcher.name == label);
        Language::All(languages.map(Matcher::language).collect())
    };
    all.matchers.iter().all(|matcher| {
        let label = &*matcher.matcher.name;
        of(some, label).is_subset_of(&of(all, label)) == Containment::Yes
    })
}

fn report(
    findings: &mut Findings<'_>,
    saying: &Saying<'_>,
    rule: RuleFacts<'_>,
    other: RuleFacts<'_>,
) {
    let place = |rule: RuleFacts<'_>| {
        let name = rule.at.rule.model.name.span();
        rule.at.file.location(name)
    };
    let message = format!(
        "`{}` and `{}` seem to say the same of some series",
        rule.at.rule.name(),
        other.at.rule.name()
    );
    let found = findings.add(place(rule), message);
    found.because(format!(
        "both compare `{}`{} with {} {}, and are of severity `{}`",
        saying.compared,
        if saying.is_divided {
            " over a divisor"
        } else {
            ""
        },
        saying.op.as_str(),
        crate::number::format_value(f64::from_bits(saying.bound)),
        saying.severity,
    ));
    found.because("whatever series the one picks, the other picks too");
    found.related.push(Related {
        location: place(other),
        text: "the other one".to_owned(),
    });
    found.help = Some(
        "keep one, leave its series out of the other, or give them severities that differ"
            .to_owned(),
    );
}
