//! `subsumed-alert`

use rustc_hash::FxHashMap;

use super::{MAX_COMPARED, Threshold, labels, threshold};
use crate::analysis::RuleFacts;
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::Duration;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "subsumed-alert",
    level: Level::Info,
    summary: "Whenever an alert fires another one of the same severity fires too.",
    documentation: "\
### What it does
Compares alerts on the same expression and of the same severity and labels: where one has the stricter threshold and waits
at least as long, the other one always fires with it.

### Why it matters
People get two alerts for one thing. Mostly one of them was to have another severity.

### What it does not catch
Expressions that differ in anything but the threshold, be it only their layout.",
    bad: &[Example {
        title: "both critical",
        files: &[(
            "rules.yml",
            rules![
                "- alert: Full",
                "  expr: used > 80",
                "  labels: {severity: critical}",
                "- alert: VeryFull",
                "  expr: used > 90",
                "  labels: {severity: critical}",
            ],
        )],
    }],
    good: &[Example {
        title: "a ladder",
        files: &[(
            "rules.yml",
            rules![
                "- alert: Full",
                "  expr: used > 80",
                "  labels: {severity: warning}",
                "- alert: VeryFull",
                "  expr: used > 90",
                "  labels: {severity: critical}",
            ],
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut by_operand: FxHashMap<&str, Vec<(RuleFacts<'_>, Threshold<'_>)>> = FxHashMap::default();
    for rule in context.rules() {
        if rule.at.rule.is_alert()
            && let Some(threshold) = threshold(rule.expr)
        {
            let span = threshold.operand.span;
            let operand = rule.text().get(span.range()).unwrap_or_default();
            by_operand
                .entry(operand)
                .or_default()
                .push((rule, threshold));
        }
    }
    for alerts in by_operand.values().filter(|alerts| alerts.len() > 1) {
        for (strict, threshold) in alerts {
            let wider = alerts.iter().take(MAX_COMPARED).find(|(other, wider)| {
                !other.is(*strict)
                    && other.at.rule.name() != strict.at.rule.name()
                    && std::ptr::eq(other.at.file, strict.at.file)
                    && threshold.implies(wider)
                    && !(wider.implies(threshold)
                        && other.at.rule.model.name.span() > strict.at.rule.model.name.span())
                    && hold(*other) <= hold(*strict)
                    && labels(*other) == labels(*strict)
            });
            let Some((wider, _)) = wider else { continue };
            let message = format!(
                "whenever `{}` fires, `{}` fires too, with the same severity",
                strict.at.rule.name(),
                wider.at.rule.name()
            );
            let place = strict.at.file.location(strict.at.rule.model.name.span());
            let found = findings.add(place, message);
            found.because("both look at the same expression, and every value above the one threshold is above the other");
            found.related.push(Related {
                location: wider.at.file.location(wider.at.rule.model.name.span()),
                text: "this one fires too".to_owned(),
            });
            found.witness = context.series_raising(strict.at.rule);
            found.help = Some("give them severities that differ, or keep one".to_owned());
        }
    }
}

fn hold(rule: RuleFacts<'_>) -> Duration {
    rule.at
        .rule
        .model
        .hold
        .map_or(Duration::ZERO, |hold| hold.value)
}
