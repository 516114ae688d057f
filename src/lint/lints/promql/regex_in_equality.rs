//! `regex-in-equality`

use crate::analysis::RuleFacts;
use crate::diagnostic::Level;
use crate::labels::MatchOp;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "regex-in-equality",
    level: Level::Info,
    summary: "The value of `=` or `!=` looks like a regular expression.",
    documentation: "\
### What it does
Looks for `.*`, `.+`, `|`, `[…]`, and a digit before dots as in `5..`, in values that are compared as they are.

### Why it matters
`code=\"5..\"` selects series whose code is the text `5..`: none.

### What it does not catch
Patterns without these signs. It is a guess: a label may have such a value.",
    bad: &[
        Example {
            title: "a class of codes",
            files: &[("rules.yml", alert!("'http_errors{code=\"5..\"} > 0'"))],
        },
        Example {
            title: "alternatives",
            files: &[("rules.yml", alert!("'up{job=\"a|b\"} == 0'"))],
        },
    ],
    good: &[Example {
        title: "values with dots and parentheses, and a pattern",
        files: &[(
            "rules.yml",
            alert!("'http_errors{path=\"/v1.0\",device=\"sd(a)\",code=~\"5..\",team=\"$__all\"} > 0'"),
        )],
    }],
    check: Check::Rule(check),
};

fn check(_: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    rule.expr.walk(&mut |part| {
        let Some(selector) = part.selector() else {
            return;
        };
        for spanned in &selector.matchers {
            let matcher = &spanned.matcher;
            let better = match matcher.op {
                MatchOp::Equal => "=~",
                MatchOp::NotEqual => "!~",
                MatchOp::Regex | MatchOp::NotRegex => continue,
            };
            if !looks_like_a_pattern(&matcher.value) {
                continue;
            }
            let span = rule.at.rule.expr_span(spanned.value_span);
            let message = format!(
                "this is compared as it is, and looks like a regular expression: {:?}",
                matcher.value
            );
            findings.add(rule.at.file.location(span), message).help =
                Some(format!("write `{better}` if it shall match as a pattern"));
        }
    });
}

fn looks_like_a_pattern(value: &str) -> bool {
    if value.contains("$__") {
        return false;
    }
    let has_class = value
        .find('[')
        .is_some_and(|open| value[open..].find(']').is_some_and(|close| close > 1));
    let dots_after_digit = value
        .as_bytes()
        .windows(3)
        .any(|three| three[0].is_ascii_digit() && three[1..] == *b"..");
    value.contains(".*")
        || value.contains(".+")
        || value.contains('|')
        || has_class
        || dots_after_digit
}
