//! `route-interval-not-inherited`

use super::{nodes, related, start};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::Route;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "route-interval-not-inherited",
    level: Level::Info,
    summary: "A route has time intervals, and routes below it have none: they do not inherit them.",
    documentation: "\
### What it does
Finds routes with `mute_time_intervals` or `active_time_intervals` that have children without any.

### Why it matters
Everything else of a route is inherited, time intervals are not: the children notify at night as they do by day. Only what
no child takes keeps the intervals.

### What it does not catch
Children that name intervals of their own.",
    bad: &[Example {
        title: "the child is not mute at night",
        files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: [team=web]\n      mute_time_intervals: [night]\n      routes:\n        - matchers: [severity=high]\n          receiver: b\nreceivers:\n  - name: a\n  - name: b\ntime_intervals:\n  - name: night\n    time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]\n")],
    }],
    good: &[Example {
        title: "the child says what holds for it",
        files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: [team=web]\n      mute_time_intervals: [night]\n      routes:\n        - matchers: [severity=high]\n          mute_time_intervals: [night]\n          receiver: b\nreceivers:\n  - name: a\n  - name: b\ntime_intervals:\n  - name: night\n    time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]\n")],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for node in nodes(context) {
        let route = node.route;
        let mut intervals = route
            .mute_time_intervals
            .iter()
            .chain(&route.active_time_intervals);
        let Some(interval) = intervals.next() else {
            continue;
        };
        let mut free: Vec<&Route> = Vec::new();
        route.walk(&mut |below| {
            let is_free =
                below.mute_time_intervals.is_empty() && below.active_time_intervals.is_empty();
            if is_free {
                free.push(below);
            }
        });
        if free.is_empty() {
            continue;
        }
        let message =
            format!("the routes below this one do not inherit `{interval}`, and name no interval");
        let found = findings.add(node.place(interval.span()), message);
        found.help = Some("name it in each of them, where it is meant to hold".to_owned());
        for child in free {
            let text = "this one notifies at all times";
            found.related.push(related(&node, start(child), text));
        }
    }
}
