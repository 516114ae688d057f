//! `am-matcher-equality`

use super::matchers;
use crate::diagnostic::Level;
use crate::labels::{MatchOp, quote};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::PlacedMatcher;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-matcher-equality",
    level: Level::Info,
    summary: "`=` or `!=` with a value that looks like a regular expression.",
    documentation: "\
### What it does
Looks at values of `=`, `!=` and `match` for `|`, `.*`, `.+`, and `^` or `$` at an end.

### Why it matters
`severity=\"critical|warning\"` looks for alerts whose severity is that whole text.

### What it does not catch
It is a guess: a label may have such a value.",
    bad: &[
        Example {
            title: "alternatives",
            files: &[(
                "alertmanager.yml",
                "route:\n  receiver: a\n  routes:\n    - matchers: ['severity=\"critical|warning\"']\nreceivers:\n  - name: a\n",
            )],
        },
        Example {
            title: "the old form",
            files: &[(
                "alertmanager.yml",
                "route:\n  receiver: a\n  routes:\n    - match: {job: 'api.*'}\nreceivers:\n  - name: a\n",
            )],
        },
    ],
    good: &[Example {
        title: "the right operator, and a path",
        files: &[(
            "alertmanager.yml",
            "route:\n  receiver: a\n  routes:\n    - matchers: ['severity=~\"critical|warning\"', 'path=\"/a.b\"']\nreceivers:\n  - name: a\n",
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        for PlacedMatcher { matcher, span, .. } in matchers(alertmanager.item) {
            let instead = match matcher.op {
                MatchOp::Equal => "=~",
                MatchOp::NotEqual => "!~",
                MatchOp::Regex | MatchOp::NotRegex => continue,
            };
            let value = &*matcher.value;
            let has_sign = ["|", ".*", ".+"].iter().any(|sign| value.contains(sign));
            if has_sign || value.starts_with('^') || value.ends_with('$') {
                let message = format!("`{value}` is compared as it is, it is no pattern here");
                let place = alertmanager.file.location(*span);
                findings.add(place, message).help = Some(format!(
                    "if it is meant to be one, write `{}{instead}{}`",
                    matcher.name,
                    quote(value)
                ));
            }
        }
    }
}
