//! `selector-unbounded`

use crate::analysis::RuleFacts;
use crate::diagnostic::Level;
use crate::labels::{METRIC_NAME, MatchOp};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::VectorSelector;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "selector-unbounded",
    level: Level::Info,
    summary: "A selector reads the series of all metrics.",
    documentation: "\
### What it does
Reports a selector without a metric name, and one whose name is a pattern that begins with anything, such as
`{__name__=~\".+\"}`. It also reports patterns that begin and end in `.*` on several labels of one selector.

### Why it matters
Prometheus looks at every series there is, at every evaluation.

### What it does not catch
How many series a metric has.",
    bad: &[
        Example {
            title: "every name",
            files: &[("rules.yml", alert!("'count({__name__=~\".+\"}) > 1000000'"))],
        },
        Example {
            title: "no name",
            files: &[("rules.yml", alert!("'count({job=\"a\"}) > 1000'"))],
        },
    ],
    good: &[Example {
        title: "names with a common beginning",
        files: &[("rules.yml", alert!("'count({__name__=~\"pg_settings_.*\"}) > 100'"))],
    }],
    check: Check::Rule(check),
};

fn check(_: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    rule.expr.walk(&mut |part| {
        let Some(selector) = part.selector() else {
            return;
        };
        if is_unbounded(selector) {
            findings
                .add(rule.place(part), "this reads the series of all metrics")
                .help = Some("name the metric, or a beginning that all of them have".to_owned());
        } else if selector
            .matchers
            .iter()
            .filter(|m| is_wild(&m.matcher.value, m.matcher.op))
            .count()
            > 1
        {
            findings
                .add(
                    rule.place(part),
                    "several patterns begin and end with anything",
                )
                .help =
                Some("anchor them: a pattern with a fixed beginning is looked up".to_owned());
        }
    });
}

fn is_unbounded(selector: &VectorSelector) -> bool {
    if selector.metric_name().is_some_and(|name| !name.is_empty()) {
        return false;
    }
    let has_beginning =
        |value: &str| value.starts_with(|c: char| c.is_ascii_alphanumeric() || "_:(^".contains(c));
    !selector.matchers.iter().any(|matcher| {
        let matcher = &matcher.matcher;
        &*matcher.name == METRIC_NAME
            && matcher.op == MatchOp::Regex
            && has_beginning(&matcher.value)
    })
}

fn is_wild(value: &str, op: MatchOp) -> bool {
    op == MatchOp::Regex && value.len() > 4 && value.starts_with(".*") && value.ends_with(".*")
}
