//! `contradictory-matchers`

use super::headline;
use crate::analysis::RuleFacts;
use crate::analysis::{Cause, quoted};
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "contradictory-matchers",
    level: Level::Error,
    summary: "No value of a label satisfies all its matchers in a selector.",
    documentation: "\
### What it does
Takes the matchers of a selector that are about one label, and reports where no text satisfies all of them. Regular
expressions are intersected as automata, so that this is exact.

It is an error where the whole rule can never have a result, and a warning where only a part of it is dead. A single
matcher that rules out everything, `a!~\".*\"`, is how generated rules are switched off: it is info.

### Why it matters
The selector finds nothing, ever.

### What it does not catch
Values that no target has although they are possible.",
    bad: &[
        Example {
            title: "two values at once",
            files: &[("rules.yml", alert!("'up{job=\"a\",job=\"b\"} == 0'"))],
        },
        Example {
            title: "a regular expression that the other one rules out",
            files: &[("rules.yml", alert!("'http_errors{code=~\"5..\",code!~\"[4-9].+\"} > 0'"))],
        },
    ],
    good: &[Example {
        title: "all but one",
        files: &[("rules.yml", alert!("'{__name__=~\"pg_.*\",__name__!=\"pg_x\"} > 0'"))],
    }],
    check: Check::Rule(check),
};

fn check(_: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let verdict = rule.verdict();
    for dead in &verdict.findings {
        let Cause::Matchers { label, matchers } = &dead.cause else {
            continue;
        };
        let fact = format!(
            "{} selects nothing: no value of `{label}` satisfies {}",
            quoted(dead.part, rule.text()),
            if matchers.len() == 1 {
                "its matcher"
            } else {
                "all its matchers"
            },
        );
        let (level, message) = headline(rule, verdict, &fact);
        let level = if matchers.len() == 1 {
            Level::Info
        } else {
            level
        };
        let spans = matchers.iter().map(|matcher| matcher.span);
        let mut places = spans.map(|span| rule.at.file.location(rule.at.rule.expr_span(span)));
        // There is at least one: a name alone contradicts nothing.
        let Some(first) = places.next() else { continue };
        let found = findings.add_at(level, first, message);
        found.related.extend(places.map(|location| Related {
            location,
            text: "and this".to_owned(),
        }));
        found.help =
            Some("leave one of the matchers out, or join the values: `=~\"a|b\"`".to_owned());
    }
}
