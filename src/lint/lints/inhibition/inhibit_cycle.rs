//! `inhibit-cycle`

use std::path::Path;

use rustc_hash::FxHashMap;

use super::{Sides, are_all, rules, start};
use crate::analysis::{RuleFacts, side};
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::InhibitRule;
use crate::project::Rule;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "inhibit-cycle",
    level: Level::Info,
    summary: "Two inhibit rules have alerts mute each other.",
    documentation: "\
### What it does
Looks for two alerts that the loaded rules can raise, of which one mutes the other by one inhibit rule and is muted by it
through another rule.

### Why it matters
An alert that is muted still mutes others. While both fire, nobody is told of either.

### Level
A warning where the settings say what runs together and the labels of `equal` are certain to agree, so that it happens
whenever both fire. Else info.

### What it does not catch
Longer circles.",
    bad: &[Example {
        title: "each mutes the other",
        files: &[
            (
                "alertmanager.yml",
                inhibit!(
                    "- source_matchers: [alertname=NodeDown]",
                    "  target_matchers: [alertname=NetworkDown]",
                    "- source_matchers: [alertname=NetworkDown]",
                    "  target_matchers: [alertname=NodeDown]",
                ),
            ),
            (
                "rules.yml",
                rules!(
                    "- alert: NodeDown",
                    "  expr: up == 0",
                    "- alert: NetworkDown",
                    "  expr: net == 0",
                ),
            ),
        ],
    }],
    good: &[Example {
        title: "one way only",
        files: &[
            (
                "alertmanager.yml",
                inhibit!(
                    "- source_matchers: [alertname=NetworkDown]",
                    "  target_matchers: [alertname=NodeDown]",
                    "- source_matchers: [alertname=NodeDown]",
                    "  target_matchers: [alertname=NodeSlow]",
                ),
            ),
            (
                "rules.yml",
                rules!(
                    "- alert: NodeDown",
                    "  expr: up == 0",
                    "- alert: NetworkDown",
                    "  expr: net == 0",
                    "- alert: NodeSlow",
                    "  expr: load > 1",
                ),
            ),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    // The pairs of all earlier rules, and how certain they are.
    let mut earlier: FxHashMap<(&Path, RulePair), (&InhibitRule, bool)> = FxHashMap::default();
    for (alertmanager, rule) in rules(context).filter(|(_, rule)| !are_all(rule)) {
        let file = alertmanager.file.identity.as_path();
        let sides = Sides::new(context, rule);
        let mut circle: Option<(bool, &InhibitRule, (&str, &str))> = None;
        for pair in sides.pairs() {
            let back = (at(pair.target.0), at(pair.source.0));
            let Some((first, is_certain)) = earlier.get(&(file, back)) else {
                continue;
            };
            // Each of the two must be able to be on either side at once.
            let (source, target) = (&pair.source.1.class, &pair.target.1.class);
            if side(source, &first.target).is_none() || side(target, &first.source).is_none() {
                continue;
            }
            let is_certain = *is_certain && pair.is_certain;
            if circle.is_none_or(|(known, _, _)| is_certain && !known) {
                circle = Some((is_certain, first, pair.names()));
            }
        }
        for pair in sides.pairs() {
            let key = (file, (at(pair.source.0), at(pair.target.0)));
            let known = earlier.entry(key).or_insert((rule, false));
            if pair.is_certain {
                *known = (rule, true);
            }
        }
        let Some((is_certain, first, (source, target))) = circle else {
            continue;
        };
        let level = match is_certain && context.environment.is_declared {
            true => Level::Warning,
            false => Level::Info,
        };
        let message = format!(
            "`{source}` mutes `{target}` by this rule, and is muted by it through another one: while both fire, nobody is told of either"
        );
        let location = alertmanager.file.location(start(rule));
        let found = findings.add_at(level, location, message);
        found.help = Some("decide which of the two is to be told".to_owned());
        found.related.push(Related {
            location: alertmanager.file.location(start(first)),
            text: "the other rule".to_owned(),
        });
    }
}

/// A source and a target, each by where its rule stands in memory.
type RulePair = (*const Rule, *const Rule);

fn at(rule: RuleFacts<'_>) -> *const Rule {
    rule.at.rule
}
