//! `inhibit-never-matches`

use super::{are_all, fixed_apart};
use crate::analysis::{LabelClass, Truth, agree, is_two_sided, side};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::{EqualLabel, InhibitRule, PlacedMatcher};
use crate::source::Span;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "inhibit-never-matches",
    level: Level::Error,
    summary: "No two alerts of the project can satisfy an inhibit rule.",
    documentation: "\
### What it does
Looks for a pair of alerts that the loaded rules can raise: one that satisfies the source matchers, one that satisfies the
target matchers, and both with the same values in the `equal` labels. Where no pair can do so, the rule never inhibits.

### Why it matters
The team believes that a big alert mutes the small ones that follow from it, and gets them all. The usual reason is
`alertname` in `equal`: source and target are different alerts.

### Level
Error. Where no alert at all satisfies one side and there are no settings that say what belongs together, info: those
alerts may come from rules that are not loaded here.

### What it does not catch
Rules that could match but never do, because the two alerts are never up at the same time.",
    bad: &[
        Example {
            title: "the two sides have different names, and must have the same",
            files: &[
                (
                    "alertmanager.yml",
                    "route: {receiver: a}\nreceivers:\n  - name: a\ninhibit_rules:\n  - source_matchers: [severity = \"critical\"]\n    target_matchers: [severity =~ \"high|info\"]\n    equal: [alertname, instance]\n",
                ),
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels: {severity: critical}\n      - alert: Slow\n        expr: latency > 1\n        labels: {severity: high}\n",
                ),
            ],
        },
        Example {
            title: "nothing has that severity",
            files: &[
                (
                    "alertmanager.yml",
                    "route: {receiver: a}\nreceivers:\n  - name: a\ninhibit_rules:\n  - source_matchers: [severity = \"crit\"]\n    target_matchers: [severity = \"high\"]\n    equal: [instance]\n",
                ),
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels: {severity: critical}\n      - alert: Slow\n        expr: latency > 1\n        labels: {severity: high}\n",
                ),
            ],
        },
    ],
    good: &[
        Example {
            title: "the label comes from the series",
            files: &[
                (
                    "alertmanager.yml",
                    "route: {receiver: a}\nreceivers:\n  - name: a\ninhibit_rules:\n  - source_matchers: [severity = \"critical\"]\n    target_matchers: [severity =~ \"high|info\"]\n    equal: [instance]\n",
                ),
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels: {severity: critical}\n      - alert: Slow\n        expr: latency > 1\n        labels: {severity: high}\n",
                ),
            ],
        },
        Example {
            title: "one alert in two severities",
            files: &[
                (
                    "alertmanager.yml",
                    "route: {receiver: a}\nreceivers:\n  - name: a\ninhibit_rules:\n  - source_matchers: [severity = \"critical\"]\n    target_matchers: [severity = \"high\"]\n    equal: [alertname]\n",
                ),
                (
                    "rules.yml",
                    "groups:\n  - name: a\n    rules:\n      - alert: Full\n        expr: disk > 90\n        labels: {severity: critical}\n      - alert: Full\n        expr: disk > 80\n        labels: {severity: high}\n",
                ),
            ],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    if !context.facts.knows_all_alerts() {
        return;
    }
    for alertmanager in context.environment.routed() {
        for rule in &alertmanager.item.inhibit_rules {
            // Others tell these, whatever the alerts are.
            if are_all(rule) || fixed_apart(rule).is_some() {
                continue;
            }
            let Some(reason) = why_never(context, rule) else {
                continue;
            };
            let level = match reason {
                Reason::NoAlert { .. } if !context.environment.is_declared => Level::Info,
                _ => Level::Error,
            };
            let place = alertmanager.file.location(reason.span(rule));
            findings.add_at(level, place, reason.message()).help = Some(reason.way_out());
        }
    }
}

/// Why an inhibit rule never inhibits.
enum Reason<'r> {
    /// No alert satisfies one of the two sides.
    NoAlert {
        side: &'static str,
        matchers: &'r [PlacedMatcher],
    },
    /// There are alerts on both sides, but no two agree in this label.
    NeverEqual(&'r EqualLabel),
    /// There are alerts on both sides, but no two agree in all labels of `equal`, or all of them are on both sides.
    NoPair,
}

impl Reason<'_> {
    fn span(&self, rule: &InhibitRule) -> Span {
        match self {
            Self::NoAlert { matchers, .. } => {
                matchers.first().map_or(rule.span, |first| first.span)
            }
            Self::NeverEqual(label) => label.span,
            Self::NoPair => rule.equal.first().map_or(rule.span, |first| first.span),
        }
    }

    fn message(&self) -> String {
        match self {
            Self::NoAlert { side, .. } => {
                format!("this never inhibits anything: no alert of the loaded rules satisfies the {side} matchers")
            }
            Self::NeverEqual(label) => format!(
                "this never inhibits anything: no source and target alert have the same `{}`",
                label.name
            ),
            Self::NoPair => "this never inhibits anything: no source and target alert agree in all labels of `equal`"
                .to_owned(),
        }
    }

    fn way_out(&self) -> String {
        match self {
            Self::NoAlert { side, .. } => format!("check the {side} matchers against the labels of the rules"),
            Self::NeverEqual(label) if &*label.name == crate::labels::ALERT_NAME => {
                "take `alertname` out of `equal`: the inhibiting alert has another name than the inhibited one"
                    .to_owned()
            }
            Self::NeverEqual(label) => format!("take `{}` out of `equal`", label.name),
            Self::NoPair => "choose labels for `equal` that both sides carry with the same value".to_owned(),
        }
    }
}

/// Nothing where some pair of alerts may satisfy the rule.
fn why_never<'r>(context: &Context<'_>, rule: &'r InhibitRule) -> Option<Reason<'r>> {
    let sources = satisfying(context, &rule.source);
    let targets = satisfying(context, &rule.target);
    for (side, classes, matchers) in [
        ("source", &sources, &rule.source),
        ("target", &targets, &rule.target),
    ] {
        if classes.is_empty() {
            return Some(Reason::NoAlert { side, matchers });
        }
    }
    let pairs = || {
        sources
            .iter()
            .flat_map(|source| targets.iter().map(move |target| (source, target)))
            .filter(|(source, target)| is_two_sided(rule, source, target) != Truth::Always)
    };
    let agree = |source: &LabelClass, target: &LabelClass, label: &EqualLabel| {
        agree(source, target, &label.name) != Truth::Never
    };
    let works =
        pairs().any(|(source, target)| rule.equal.iter().all(|label| agree(source, target, label)));
    if works {
        return None;
    }
    let culprit = rule
        .equal
        .iter()
        .find(|label| pairs().all(|(source, target)| !agree(source, target, label)));
    Some(culprit.map_or(Reason::NoPair, Reason::NeverEqual))
}

/// The classes that may satisfy the matchers, narrowed to the alerts that do.
fn satisfying(context: &Context<'_>, placed: &[PlacedMatcher]) -> Vec<LabelClass> {
    let classes = context.alert_classes();
    let sides = classes.filter_map(|class| side(class, placed));
    sides.map(|side| side.class).collect()
}
