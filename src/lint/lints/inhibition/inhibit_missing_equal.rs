//! `inhibit-missing-equal`

use std::collections::BTreeMap;

use super::{Sides, are_all, rules};
use crate::diagnostic::Level;
use crate::lint::lints::shortened;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "inhibit-missing-equal",
    level: Level::Info,
    summary: "Alerts on both sides of an inhibit rule lack a label of `equal`, and so agree in it.",
    documentation: "\
### What it does
Looks for pairs of alerts that the loaded rules can raise, a source and a target of an inhibit rule, that both lack a label
of `equal`. Two alerts that lack a label agree in it.

### Why it matters
The label was meant to keep together what belongs together. Where both sides lack it, the source mutes a target that has
nothing to do with it.

### Level
A warning where the settings say what runs together and the pairs lack every label of `equal`: then nothing at all ties them
to each other. Else info.

### What it does not catch
Labels that the expression leaves open: they come from the series.",
    bad: &[Example {
        title: "neither has a component",
        files: &[
            (
                "alertmanager.yml",
                inhibit!(
                    "- source_matchers: [severity=critical]",
                    "  target_matchers: [severity=warning]",
                    "  equal: [component]",
                ),
            ),
            (
                "rules.yml",
                rules!(
                    "- alert: DiskFull",
                    "  expr: sum(disk) > 1",
                    "  labels: {severity: critical}",
                    "- alert: QueueLong",
                    "  expr: sum(queue) > 1",
                    "  labels: {severity: warning}",
                ),
            ),
            ("prometheus.yml", "rule_files: [rules.yml]\nscrape_configs: []\n"),
            ("rulecheck.yaml", "environments:\n  prometheus: prometheus.yml\n  alertmanager: alertmanager.yml\n"),
        ],
    }],
    good: &[Example {
        title: "one side always has it",
        files: &[
            (
                "alertmanager.yml",
                inhibit!(
                    "- source_matchers: [severity=critical]",
                    "  target_matchers: [severity=warning]",
                    "  equal: [component]",
                ),
            ),
            (
                "rules.yml",
                rules!(
                    "- alert: DiskFull",
                    "  expr: sum(disk) > 1",
                    "  labels: {severity: critical, component: disk}",
                    "- alert: QueueLong",
                    "  expr: sum(queue) > 1",
                    "  labels: {severity: warning}",
                ),
            ),
            ("prometheus.yml", "rule_files: [rules.yml]\nscrape_configs: []\n"),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (alertmanager, rule) in rules(context) {
        if rule.equal.is_empty() || are_all(rule) {
            continue;
        }
        // The pairs by the label that they lack first, and whether they lack every one.
        let mut lacking: BTreeMap<(usize, bool), Vec<String>> = BTreeMap::new();
        let sides = Sides::new(context, rule);
        for pair in sides.pairs().filter(|pair| pair.is_certain) {
            let (source, target) = (&pair.source.1.class, &pair.target.1.class);
            let lack = |name: &str| source.get(name).is_absent() && target.get(name).is_absent();
            let Some(first) = rule.equal.iter().position(|label| lack(&label.name)) else {
                continue;
            };
            let all = rule.equal.iter().all(|label| lack(&label.name));
            let (source, target) = pair.names();
            let pair = format!("{source} mutes {target}");
            lacking.entry((first, all)).or_default().push(pair);
        }
        for ((place, all), pairs) in lacking {
            let label = &rule.equal[place];
            let level = match all && context.environment.is_declared {
                true => Level::Warning,
                false => Level::Info,
            };
            let message = match all {
                true if rule.equal.len() > 1 => {
                    "sources and targets lack all labels of `equal`, and so agree in them"
                        .to_owned()
                }
                _ => format!(
                    "sources and targets lack `{}`, and so agree in it",
                    label.name
                ),
            };
            let place = alertmanager.file.location(label.span);
            findings.add_at(level, place, message).help = Some(format!(
                "give the alerts the label, or choose one that they have; {}",
                shortened(pairs.iter().map(String::as_str))
            ));
        }
    }
}
