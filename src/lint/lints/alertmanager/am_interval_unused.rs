//! `am-interval-unused`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::model::{Route, Text};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-interval-unused",
    level: Level::Info,
    summary: "A time interval that no route names.",
    documentation: "\
### What it does
Finds time intervals that stand in the file and in no route.

### Why it matters
They have no effect. Perhaps a route was forgotten.

### What it does not catch
Intervals of routes that no alert reaches.",
    bad: &[Example {
        title: "forgotten holidays",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: a\nreceivers:\n  - name: a\ntime_intervals:\n  - name: holidays\n    time_intervals: [{months: [december]}]\n",
        )],
    }],
    good: &[Example {
        title: "a route is muted then",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: a\n  routes: [{matchers: [team=web], mute_time_intervals: [holidays]}]\nreceivers:\n  - name: a\ntime_intervals:\n  - name: holidays\n    time_intervals: [{months: [december]}]\n",
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        let config = &alertmanager.item.config;
        let mut open: Vec<&Route> = config.route.iter().collect();
        let mut used: Vec<&str> = Vec::new();
        while let Some(route) = open.pop() {
            open.extend(&route.routes);
            let names = route
                .mute_time_intervals
                .iter()
                .chain(&route.active_time_intervals);
            used.extend(names.map(Text::as_str));
        }
        for name in config
            .time_intervals
            .iter()
            .filter_map(|interval| interval.name.as_ref())
        {
            if !used.contains(&name.as_str()) {
                let place = alertmanager.file.location(name.span());
                findings
                    .add(place, format!("no route names the time interval `{name}`"))
                    .help = Some("name it in a route, or remove it".to_owned());
            }
        }
    }
}
