//! `route-never-reached`

use super::{nodes, start};
use crate::analysis::Truth;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::Route;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-never-reached",
    level: Level::Info,
    summary: "No alert of the project reaches a route, though each of its matchers could hold.",
    documentation: "\
### What it does
Sends every alert that the loaded rules can raise through the tree, and tells the routes that none of them comes to: their
labels never come together, or earlier routes take them. Of routes below each other the outermost is told.

### Why it matters
Whoever the route leads to is never told.

### Level
Info, because alerts may also come from rules that are not loaded here.

### What it does not catch
A matcher that no alert satisfies at all: `route-label-never` tells that. Routes that no alert whatsoever can reach:
`route-contradiction` and `route-shadowed` tell those.",
    bad: &[Example {
        title: "the team has no critical alert",
        files: &[
            (
                "alertmanager.yml",
                routes!("- matchers: [severity=critical, team=web]", "  receiver: b"),
            ),
            (
                "rules.yml",
                rules!(
                    "- alert: Down",
                    "  expr: sum(up) == 0",
                    "  labels: {severity: critical, team: db}",
                    "- alert: Slow",
                    "  expr: sum(latency) > 1",
                    "  labels: {severity: high, team: web}",
                ),
            ),
            ("prometheus.yml", "rule_files: [rules.yml]\nscrape_configs: []\n"),
        ],
    }],
    good: &[Example {
        title: "the team comes from the series",
        files: &[
            (
                "alertmanager.yml",
                routes!("- matchers: [severity=critical, team=web]", "  receiver: b"),
            ),
            (
                "rules.yml",
                rules!(
                    "- alert: Down",
                    "  expr: up == 0",
                    "  labels: {severity: critical}",
                    "- alert: Slow",
                    "  expr: sum(latency) > 1",
                    "  labels: {severity: high, team: web}",
                ),
            ),
            ("prometheus.yml", "rule_files: [rules.yml]\nscrape_configs: []\n"),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    if !context.facts.knows_all_alerts() {
        return;
    }
    let nodes = nodes(context);
    for routing in context.facts.routings() {
        let mut ends: Vec<&Route> = Vec::new();
        for arrival in &routing.arrivals {
            if !ends.iter().any(|end| std::ptr::eq(*end, arrival.route)) {
                ends.push(arrival.route);
            }
        }
        // What comes to a route goes on to one below it, or stays.
        let is_reached = |route: &Route| ends.iter().any(|end| route.holds(end));
        let file = &routing.alertmanager.file.identity;
        let own = nodes
            .iter()
            .filter(|node| node.alertmanager.file.identity == *file);
        for node in own {
            let is_outermost = node.parent.is_some_and(is_reached);
            if is_outermost
                && !is_reached(node.route)
                && could_hold(context, node.route)
                && node.path.dead().is_none()
            {
                let message = "no alert of the loaded rules comes to this route";
                findings.add(node.place(start(node.route)), message).help = Some(
                    "compare its matchers with the labels of the rules and with the routes before it; `rulecheck route --tree` shows where an alert goes"
                        .to_owned(),
                );
            }
        }
    }
}

/// Whether each of the matchers holds for some alert.
fn could_hold(context: &Context<'_>, route: &Route) -> bool {
    route.matchers.iter().all(|placed| {
        let mut classes = context.alert_classes();
        classes.any(|class| class.satisfies(&placed.matcher) != Truth::Never)
    })
}
