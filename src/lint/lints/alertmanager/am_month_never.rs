//! `am-month-never`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-month-never",
    level: Level::Error,
    summary: "A month that no year has.",
    documentation: "\
### What it does
Alertmanager takes any number for a month. The lint finds ranges in which there is none from 1 to 12.

### Why it matters
The interval never holds: what is to be muted is not, and what is to be active never is.

### What it does not catch
Days that a month does not have, such as the 31st of February.",
    bad: &[
        Example { title: "a thirteenth month", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\ntime_intervals:\n  - name: t\n    time_intervals: [{months: ['13']}]\n")] },
    ],
    good: &[
        Example { title: "the year", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\ntime_intervals:\n  - name: t\n    time_intervals: [{months: ['1:12', december]}]\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        let named = alertmanager.item.config.time_intervals.iter();
        for spec in named.flat_map(|interval| &interval.intervals) {
            for months in spec.months.iter().flatten() {
                if months.value.end() < &1 || months.value.start() > &12 {
                    let place = alertmanager.file.location(months.span);
                    let message = "there is no such month: this never holds";
                    findings.add(place, message).help =
                        Some("months are numbered from 1 to 12".to_owned());
                }
            }
        }
    }
}
