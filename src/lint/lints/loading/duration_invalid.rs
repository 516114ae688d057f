//! `duration-invalid`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::IssueKind;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "duration-invalid",
    level: Level::Error,
    summary: "A duration cannot be read.",
    documentation: "\
### What it does
Reads `for`, `keep_firing_for`, `interval`, `query_offset`, the waits and intervals of routes and the times of fixtures by
Prometheus's grammar: whole numbers with the units `y w d h m s ms`, each at most once and from large to small.

### Why it matters
Prometheus and Alertmanager refuse the whole file, and do not say in which line.

### What it does not catch
Durations that can be read but make no sense, such as a `for` of ten years.",
    bad: &[Example {
        title: "words instead of units",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        for: 5 minutes\n",
        )],
    }],
    good: &[Example {
        title: "two units, and none at all",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    interval: 0s\n    rules:\n      - alert: Down\n        expr: up == 0\n        for: 1h30m\n",
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    super::report(context, findings, IssueKind::Duration);
}
