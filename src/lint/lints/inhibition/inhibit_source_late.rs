//! `inhibit-source-late`

use super::{Sides, are_all, rules, start};
use crate::analysis::{Arrival, Latency, RuleFacts};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::Duration;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "inhibit-source-late",
    level: Level::Info,
    summary: "An alert that is to mute another fires only after that one has been told.",
    documentation: "\
### What it does
Compares, for a source and a target of an inhibit rule that begin at the same moment, when the source fires with when the
target is told: scrape interval, interval of the group, `for`, and `group_wait` of the route. It speaks where even the
fastest source is later than the slowest target.

### Why it matters
Alertmanager looks for inhibiting alerts when it is about to notify. A source that fires later mutes only what comes then:
the target has paged somebody.

### Level
Info: the cause of the source may begin earlier than that of the target.

### What it does not catch
Rules of which the intervals are not known.",
    bad: &[Example {
        title: "ten minutes against one",
        files: &[
            (
                "alertmanager.yml",
                inhibit!(
                    "- source_matchers: [alertname=NodeDown]",
                    "  target_matchers: [alertname=ServiceDown]",
                    "  equal: [instance]",
                ),
            ),
            (
                "rules.yml",
                rules!(
                    "- alert: NodeDown",
                    "  expr: node_up == 0",
                    "  for: 10m",
                    "- alert: ServiceDown",
                    "  expr: up == 0",
                    "  for: 1m",
                ),
            ),
            ("prometheus.yml", "rule_files: [rules.yml]\nscrape_configs: []\n"),
        ],
    }],
    good: &[Example {
        title: "the source is faster",
        files: &[
            (
                "alertmanager.yml",
                inhibit!(
                    "- source_matchers: [alertname=NodeDown]",
                    "  target_matchers: [alertname=ServiceDown]",
                    "  equal: [instance]",
                ),
            ),
            (
                "rules.yml",
                rules!(
                    "- alert: NodeDown",
                    "  expr: node_up == 0",
                    "  for: 1m",
                    "- alert: ServiceDown",
                    "  expr: up == 0",
                    "  for: 5m",
                ),
            ),
            ("prometheus.yml", "rule_files: [rules.yml]\nscrape_configs: []\n"),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (alertmanager, rule) in rules(context).filter(|(_, rule)| !are_all(rule)) {
        let file = &alertmanager.file.identity;
        let mut routings = context.facts.routings().iter();
        let Some(routing) = routings.find(|routing| routing.alertmanager.file.identity == *file)
        else {
            continue;
        };
        let sides = Sides::new(context, rule);
        let mut late: Vec<Late<'_>> = Vec::new();
        for pair in sides.pairs() {
            let (source, target) = (pair.source.0, pair.target.0);
            let arrivals = routing.arrivals.iter();
            let arrivals = arrivals.filter(|arrival| arrival.rule.is(target));
            // Where the target goes to several routes, the slowest counts.
            let told = arrivals.map(|arrival| Late::new(context, source, arrival));
            let told: Option<Vec<Late<'_>>> = told.collect();
            late.extend(told.into_iter().flatten().max_by_key(|late| late.told));
        }
        late.sort_by_key(|pair| (pair.source, pair.target));
        late.dedup_by_key(|pair| (pair.source, pair.target));
        let Some(first) = late.first() else {
            continue;
        };
        let message = format!(
            "`{}` fires after {} at the earliest; by then `{}` has been told, after {} at the latest",
            first.source, first.fires, first.target, first.told
        );
        let found = findings.add(alertmanager.file.location(start(rule)), message);
        let more = match late.len() - 1 {
            0 => String::new(),
            more => format!("; so it is with {more} more"),
        };
        found.help = Some(format!(
            "give the source a shorter `for`, or the target a longer one{more}"
        ));
    }
}

/// A source that fires after its target has been told.
struct Late<'c> {
    source: &'c str,
    target: &'c str,
    fires: Duration,
    told: Duration,
}

impl<'c> Late<'c> {
    /// Nothing where it may be in time.
    fn new(context: &Context<'c>, source: RuleFacts<'c>, target: &Arrival<'c>) -> Option<Self> {
        let timing = target.route.timing;
        let times = &context.facts.times;
        let fires = Latency::new(source, times, timing).firing.best;
        let told = Latency::new(target.rule, times, timing).first.worst?;
        (fires > told).then(|| Self {
            source: source.at.rule.name(),
            target: target.rule.at.rule.name(),
            fires,
            told,
        })
    }
}
