//! `am-matcher-static`

use super::matchers;
use crate::diagnostic::Level;
use crate::labels::{MatchOp, quote};
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-matcher-static",
    level: Level::Info,
    summary: "A regular expression that is plain text.",
    documentation: "\
### What it does
Finds `=~` and `!~` whose expression has no sign of a regular expression.

### Why it matters
Whoever reads it looks for what else it might match. It matches one value: expressions are anchored at both ends.

### What it does not catch
Expressions with signs that could be written without.",
    bad: &[
        Example { title: "one value", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['team=~\"web\"']\nreceivers:\n  - name: a\n")] },
    ],
    good: &[
        Example { title: "several values", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['team=~\"web|db\"', 'env=~\"(?i)prod\"']\nreceivers:\n  - name: a\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        for placed in matchers(alertmanager.item).filter(|placed| !placed.is_anchored) {
            let matcher = &placed.matcher;
            let instead = match matcher.op {
                MatchOp::Regex => "=",
                MatchOp::NotRegex => "!=",
                MatchOp::Equal | MatchOp::NotEqual => continue,
            };
            let is_plain =
                |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '/' | ':' | '@');
            if !matcher.value.is_empty() && matcher.value.chars().all(is_plain) {
                let message = format!("`{}` matches itself only", matcher.value);
                let place = alertmanager.file.location(placed.span);
                findings.add(place, message).help = Some(format!(
                    "write `{}{instead}{}`",
                    matcher.name,
                    quote(&matcher.value)
                ));
            }
        }
    }
}
