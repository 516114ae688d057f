//! `am-matcher-classic`

use super::matcher_texts;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::notify::{parse_matchers, parse_utf8_matchers};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "am-matcher-classic",
    level: Level::Info,
    summary: "A matcher that only the classic notation can read.",
    documentation: "\
### What it does
Since 0.27 Alertmanager has a second notation of matchers, in which names and values may be any text. It reads both, and
falls back on the classic one. The lint finds matchers that the new notation alone would refuse.

### Why it matters
Alertmanager logs a warning for each of them, and with `--enable-feature=utf8-strict-mode` it does not start.

### What it does not catch
It is silent where the Alertmanager that is aimed at has the classic notation only.",
    bad: &[
        Example { title: "no value", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['team=']\nreceivers:\n  - name: a\n")] },
        Example { title: "a brace is missing", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['{team=web']\nreceivers:\n  - name: a\n")] },
    ],
    good: &[
        Example { title: "both read it", files: &[("alertmanager.yml", "route:\n  receiver: a\n  routes:\n    - matchers: ['team=\"\"', 'env=~\"a|b\"', x=y]\nreceivers:\n  - name: a\n")] },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let target = &context.facts.target;
    if target.classic_matchers() {
        return;
    }
    for alertmanager in context.environment.alertmanagers() {
        for text in matcher_texts(&alertmanager.item.config) {
            let Ok(read) = parse_matchers(text.as_str(), target) else {
                continue;
            };
            if let Err(error) = parse_utf8_matchers(text.as_str()) {
                let shown: Vec<String> = read.iter().map(ToString::to_string).collect();
                let message = format!("only the classic notation can read this matcher: {error}");
                let place = alertmanager.file.location(text.span());
                findings.add(place, message).help = Some(format!("write `{}`", shown.join(", ")));
            }
        }
    }
}
