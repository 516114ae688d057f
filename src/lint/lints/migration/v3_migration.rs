//! `v3-migration`

use crate::analysis::RuleFacts;
use crate::diagnostic::{Diagnostic, Edit, Fix, Level};
use crate::labels::MatchOp;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::project::{IssueKind, ProjectFile};
use crate::promql::{Call, ExprKind, SpannedMatcher, VectorSelector};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "v3-migration",
    level: Level::Warning,
    summary: "Something that Prometheus 3 does otherwise than Prometheus 2.",
    documentation: "\
### What it does
Reports four things that a step from Prometheus 2 to 3 changes. Where the target is a Prometheus 2 they are info.

- `le=\"1\"` and `quantile=\"1\"`: since 3.0 the values of these labels are written as floating point numbers when they are
  scraped, `1.0`, so that the matcher finds nothing.
- A subquery whose window is not longer than its step, as `x[1m:1m]`: the left edge of a window is outside since 3.0, so
  that a single step is left. `rate` and its like need two.
- `holt_winters` is named `double_exponential_smoothing` since 3.0.
- A pattern with `\\n` beside a `.`: since 3.0 `.` matches a newline too. This is info always.

### Why it matters
The rules load without a word, and alerts fall silent.

### What it does not catch
Series that are not scraped, such as those written by remote write, keep the values that they come with.",
    bad: &[
        Example {
            title: "a whole number as a bucket",
            files: &[("rules.yml", alert!("'go_gc_duration_seconds{quantile=\"1\"} > 1'"))],
        },
        Example {
            title: "one step",
            files: &[("rules.yml", alert!("'rate(requests_total[1m:1m]) > 1'"))],
        },
        Example {
            title: "the old name",
            files: &[("rules.yml", alert!("'holt_winters(load[10m], 0.5, 0.5) > 1'"))],
        },
    ],
    good: &[Example {
        title: "both spellings, and a quantile with a dot",
        files: &[(
            "rules.yml",
            alert!("'http_bucket{le=~\"1([.]0)?\"} > 1 or latency{quantile=\"0.99\"} > 1'"),
        )],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let level = if context.facts.target.left_open() {
        Level::Warning
    } else {
        Level::Info
    };
    for rule in context.rules() {
        rule.expr.walk(&mut |part| match &part.kind {
            ExprKind::Vector(selector) => check_selector(rule, selector, level, findings),
            ExprKind::Matrix(matrix) => check_selector(rule, &matrix.selector, level, findings),
            ExprKind::Call(call) => {
                check_call(rule, call, level, findings);
                check_renamed(rule, call, findings);
            }
            _ => {}
        });
    }
    for file in &context.environment.files {
        check_unknown(file, findings);
    }
}

fn check_selector(
    rule: RuleFacts<'_>,
    selector: &VectorSelector,
    level: Level,
    findings: &mut Findings<'_>,
) {
    for spanned in &selector.matchers {
        let matcher = &spanned.matcher;
        let is_number = matches!(&*matcher.name, "le" | "quantile")
            && !matcher.value.is_empty()
            && matcher.value.bytes().all(|byte| byte.is_ascii_digit());
        let place = rule.at.file.location(rule.at.rule.expr_span(spanned.span));
        match matcher.op {
            MatchOp::Equal | MatchOp::NotEqual if is_number => {
                let (name, value) = (&matcher.name, &matcher.value);
                let message = format!("Prometheus 3 writes this value of `{name}` as `{value}.0`");
                let found = findings.add_at(level, place, message);
                found.because(format!("values of `{name}` are normalised to floating point numbers when they are scraped"));
                found.help = Some(format!("`{name}=~\"{value}([.]0)?\"` finds both spellings"));
                found.fix = both_spellings(rule, spanned);
            }
            MatchOp::Regex | MatchOp::NotRegex
                if matcher.value.contains("\\n") && has_dot(&matcher.value) =>
            {
                let message = "since Prometheus 3 `.` matches a newline too";
                findings.add_at(Level::Info, place, message).help =
                    Some("write `[^\\n]` where it must not".to_owned());
            }
            _ => {}
        }
    }
}

/// `le="1"` → `le=~"1([.]0)?"`, where the text of the expression stands in the file as it is.
fn both_spellings(rule: RuleFacts<'_>, spanned: &SpannedMatcher) -> Option<Fix> {
    let matcher = &spanned.matcher;
    let written = rule.text().get(spanned.span.range())?;
    let quote = written
        .chars()
        .last()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let span = rule.at.rule.expr_span(spanned.span);
    // In a quoted YAML scalar a backslash or quote may have to be written otherwise.
    if rule.at.file.file.text().get(span.range()) != Some(written) {
        return None;
    }
    let sign = if matcher.op == MatchOp::Equal {
        "=~"
    } else {
        "!~"
    };
    Some(Fix {
        title: "match both spellings".to_owned(),
        edits: vec![Edit {
            span,
            text: format!(
                "{}{sign}{quote}{}([.]0)?{quote}",
                matcher.name, matcher.value
            ),
        }],
    })
}

fn has_dot(pattern: &str) -> bool {
    let mut escaped = false;
    pattern.chars().any(|c| {
        let is_dot = c == '.' && !escaped;
        escaped = c == '\\' && !escaped;
        is_dot
    })
}

fn check_call(rule: RuleFacts<'_>, call: &Call, level: Level, findings: &mut Findings<'_>) {
    let Some(ExprKind::Subquery(subquery)) =
        call.args.first().map(|first| &first.without_parens().kind)
    else {
        return;
    };
    let Some(range) = subquery.range.fixed_seconds() else {
        return;
    };
    let Some(step) = subquery.step.as_ref().and_then(|step| step.fixed_seconds()) else {
        return;
    };
    if !call.function.needs_two_samples() || range > step {
        return;
    }
    let place = rule
        .at
        .file
        .location(rule.at.rule.expr_span(subquery.range.span));
    let message = format!(
        "since Prometheus 3 this window holds a single step, and `{}` needs two",
        call.function.name
    );
    let found = findings.add_at(level, place, message);
    found.because("the left edge of a window is outside of it since 3.0");
    found.help = Some("make the window at least twice the step".to_owned());
}

const OLD_NAME: &str = "holt_winters";
const NEW_NAME: &str = "double_exponential_smoothing";

/// A Prometheus 2 still knows the old name.
fn check_renamed(rule: RuleFacts<'_>, call: &Call, findings: &mut Findings<'_>) {
    if call.function.name == OLD_NAME {
        let place = rule
            .at
            .file
            .location(rule.at.rule.expr_span(call.name_span));
        let message = format!("Prometheus 3 names this function `{NEW_NAME}`");
        findings.add_at(Level::Info, place, message);
    }
}

/// A Prometheus 3 does not: the expression does not parse, and the name is at the place of the error.
fn check_unknown(file: &ProjectFile, findings: &mut Findings<'_>) {
    for issue in &file.issues {
        if issue.kind != IssueKind::Promql || !issue.message.contains(OLD_NAME) {
            continue;
        }
        let text = file.file.text();
        let start = issue.span.start as usize;
        let Some(at) = text.get(start..).and_then(|rest| rest.find(OLD_NAME)) else {
            continue;
        };
        let span = crate::source::Span::new(start + at, start + at + OLD_NAME.len());
        let message = format!("Prometheus 3 names this function `{NEW_NAME}`");
        let found: &mut Diagnostic = findings.add(file.location(span), message);
        found.help =
            Some("it needs `--enable-feature=promql-experimental-functions` there".to_owned());
        found.fix = Some(Fix {
            title: format!("write `{NEW_NAME}`"),
            edits: vec![Edit {
                span,
                text: NEW_NAME.to_owned(),
            }],
        });
    }
}
