//! `am-matcher-odd`

use super::matchers;
use crate::diagnostic::Level;
use crate::labels::is_classic_label_name;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::PlacedMatcher;
use crate::project::{Alertmanager, Located};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-matcher-odd",
    level: Level::Info,
    summary: "A matcher whose value holds what looks like part of the notation.",
    documentation: "\
### What it does
The classic notation takes the rest of the text as the value, whatever it is. The lint finds values without double quotes
that begin with a sign of an operator, that stand in single quotes, or that hold a second matcher.

### Why it matters
`team=='web'` looks for alerts whose team is the text `='web'`: there are none.

### What it does not catch
Odd values in double quotes, which are meant. It is a guess: a label may have such a value.",
    bad: &[
        Example { title: "two signs", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['team==web']\nreceivers:\n  - name: a\n")] },
        Example { title: "single quotes", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: [\"team='web'\"]\nreceivers:\n  - name: a\n")] },
        Example { title: "no comma", files: &[("alertmanager.yml", "route:\n  receiver: a\nreceivers:\n  - name: a\ninhibit_rules:\n  - source_matchers: ['severity=critical team=web']\n    target_matchers: [severity=high]\n")] },
    ],
    good: &[
        Example { title: "double quotes", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['team=\"=x y=z\"', 'severity = critical, env=prod']\nreceivers:\n  - name: a\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for alertmanager in context.environment.alertmanagers() {
        for placed in matchers(alertmanager.item).filter(|placed| is_bare(alertmanager, placed)) {
            let value = &*placed.matcher.value;
            let is_quoted =
                |quote: char| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
            let (fact, help) = if value.starts_with(['=', '~', '!']) {
                (
                    "begins with a sign of an operator",
                    "write one of `=`, `!=`, `=~` and `!~`",
                )
            } else if is_quoted('\'') || is_quoted('`') {
                ("has its quotes in it", "write double quotes")
            } else if holds_matcher(value) {
                (
                    "holds another matcher",
                    "separate matchers with a comma, or make them items of the list",
                )
            } else {
                continue;
            };
            let message = format!("the value `{value}` of this matcher {fact}");
            let place = alertmanager.file.location(placed.span);
            findings.add(place, message).help = Some(help.to_owned());
        }
    }
}

/// Whether the value is written without double quotes, as far as can be seen: an old form never has any.
fn is_bare(alertmanager: Located<'_, Alertmanager>, placed: &PlacedMatcher) -> bool {
    let text = alertmanager.file.tree.file().slice(placed.span);
    let name = &*placed.matcher.name;
    text.contains(name)
        && text.contains(placed.matcher.op.as_str())
        && !text.contains(&format!("\"{}", placed.matcher.value))
}

/// A blank, a name and an operator.
fn holds_matcher(value: &str) -> bool {
    value.split_ascii_whitespace().skip(1).any(|word| {
        let name = word.split(['=', '!']).next().unwrap_or_default();
        name.len() < word.len() && is_classic_label_name(name)
    })
}
