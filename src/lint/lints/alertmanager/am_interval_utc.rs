//! `am-interval-utc`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::model::IntervalSpec;
use crate::target::Version;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-interval-utc",
    level: Level::Info,
    summary: "Office hours without a time zone, which are in UTC.",
    documentation: "\
### What it does
Finds intervals with times of day and without a `location`. Alertmanager reads them in UTC.

### Why it matters
Nine in the morning is another hour where the people are, and moves with summer time.

### What it does not catch
Intervals of whole days, which are shifted too, but by hours only.",
    bad: &[Example {
        title: "nine to five",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: a\nreceivers:\n  - name: a\ntime_intervals:\n  - name: office\n    time_intervals: [{times: [{start_time: '09:00', end_time: '17:00'}], weekdays: ['monday:friday']}]\n",
        )],
    }],
    good: &[Example {
        title: "with a place, and whole days",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: a\nreceivers:\n  - name: a\ntime_intervals:\n  - name: office\n    time_intervals:\n      - {times: [{start_time: '09:00', end_time: '17:00'}], location: Europe/Berlin}\n      - {weekdays: [sunday]}\n",
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    // Before 0.25 there was nothing but UTC.
    if context.facts.target.alertmanager < Version::new(0, 25) {
        return;
    }
    for alertmanager in context.environment.alertmanagers() {
        for interval in &alertmanager.item.config.time_intervals {
            let in_utc = |spec: &IntervalSpec| spec.times.is_some() && spec.location.is_none();
            if let Some(name) = interval.name.as_ref()
                && interval.intervals.iter().any(in_utc)
            {
                let place = alertmanager.file.location(name.span());
                let message = format!("the times of day of `{name}` are in UTC");
                findings.add(place, message).help = Some(
                    "add `location: Europe/Berlin` or the like, or `location: UTC` if it is meant"
                        .to_owned(),
                );
            }
        }
    }
}
