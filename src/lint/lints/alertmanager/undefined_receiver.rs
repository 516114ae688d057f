//! `undefined-receiver`

use crate::diagnostic::Level;
use crate::lint::lints::loading::report;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::IssueKind;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "undefined-receiver",
    level: Level::Error,
    summary: "A route names a receiver that does not exist.",
    documentation: "\
### What it does
Every `receiver` of a route must stand under `receivers`.

### Why it matters
Alertmanager refuses the whole file.

### What it does not catch
Receivers that exist and send nowhere.",
    bad: &[Example {
        title: "a slip of the pen",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: ops\n  routes:\n    - matchers: [severity = \"critical\"]\n      receiver: opps\nreceivers:\n  - name: ops\n",
        )],
    }],
    good: &[Example {
        title: "a child without a receiver inherits it",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: ops\n  routes:\n    - matchers: [severity = \"critical\"]\nreceivers:\n  - name: ops\n",
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    report(context, findings, IssueKind::UndefinedReceiver);
}
