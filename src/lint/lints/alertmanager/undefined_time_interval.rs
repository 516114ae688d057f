//! `undefined-time-interval`

use crate::diagnostic::Level;
use crate::lint::lints::loading::report;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::IssueKind;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "undefined-time-interval",
    level: Level::Error,
    summary: "A route names a time interval that does not exist.",
    documentation: "\
### What it does
Every name under `mute_time_intervals` and `active_time_intervals` of a route must stand under `time_intervals`, or under
the older `mute_time_intervals` of the file.

### Why it matters
Alertmanager refuses the whole file.

### What it does not catch
Intervals that no route names.",
    bad: &[Example {
        title: "a slip of the pen",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: ops\n  routes:\n    - matchers: [team = \"web\"]\n      mute_time_intervals: [week-end]\nreceivers:\n  - name: ops\ntime_intervals:\n  - name: weekend\n    time_intervals: [{weekdays: [saturday, sunday]}]\n",
        )],
    }],
    good: &[Example {
        title: "both lists are one name space",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: ops\n  routes:\n    - matchers: [team = \"web\"]\n      mute_time_intervals: [weekend]\n      active_time_intervals: [daytime]\nreceivers:\n  - name: ops\nmute_time_intervals:\n  - name: weekend\n    time_intervals: [{weekdays: [saturday, sunday]}]\ntime_intervals:\n  - name: daytime\n    time_intervals: [{times: [{start_time: '08:00', end_time: '18:00'}]}]\n",
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    report(context, findings, IssueKind::UndefinedInterval);
}
