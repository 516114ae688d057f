//! `feature-not-enabled`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::IssueKind;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "feature-not-enabled",
    level: Level::Error,
    summary: "An expression needs a feature flag that is off.",
    documentation: "\
### What it does
Reports functions, aggregations and modifiers that Prometheus only takes with a feature flag, such as `limitk` with
`promql-experimental-functions`, and tells the flag. It is an error where the settings or the command line say which
Prometheus it is, and info where nobody says so, since the flag may be on.

### Why it matters
Without the flag Prometheus refuses the whole file.

### What it does not catch
Functions that the version does not have at all are unknown names to [`promql-syntax`](promql-syntax.md).",
    bad: &[
        Example {
            title: "no flag is named",
            files: &[
                ("rulecheck.yaml", "target: {prometheus: 3.5}\n"),
                ("rules.yml", alert!("count(limitk(5, up)) > 4")),
            ],
        },
        Example {
            title: "nobody says what it runs on",
            files: &[("rules.yml", alert!("count(limitk(5, up)) > 4"))],
        },
    ],
    good: &[Example {
        title: "the flag is on",
        files: &[
            ("rulecheck.yaml", "target: {prometheus: 3.5, flags: [promql-experimental-functions]}\n"),
            ("rules.yml", alert!("count(limitk(5, up)) > 4")),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for file in &context.environment.files {
        for issue in &file.issues {
            if issue.kind == IssueKind::Feature {
                let mut found = file.diagnostic(issue);
                if !context.facts.target.is_declared {
                    found.level = Level::Info;
                }
                findings.take(found);
            }
        }
    }
}
