//! `directive-problem`

use crate::diagnostic::{Diagnostic, Edit, Fix, Level, nearest};
use crate::lint::{Check, Context, Example, Findings, Lint, names};
use crate::project::ProjectFile;
use crate::source::{Span, Spanned};
use crate::suppression::{Directive, Directives, Scope};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "directive-problem",
    level: Level::Warning,
    summary: "A directive such as `# rulecheck: ignore[…]` does not do what it says.",
    documentation: "\
### What it does
Looks at the comments `# rulecheck: ignore[…]`, `ignore-rule`, `ignore-group` and `ignore-file` and at the annotation
`rulecheck_ignore`, and tells those

- that cannot be read, or name a lint that does not exist;
- that are about no line, rule or group, by where they stand;
- that have run out: from the day behind `until` on, findings are told again;
- that ignore nothing: the lint ran over the file and found nothing there;
- that have no reason, where the settings say `suppression: {require_reason: true}`.

### Why it matters
A directive that does nothing is either a mistake, and the finding is told all the same, or left over, and will hide a
mistake of tomorrow.

`check --fix` takes out what ignores nothing: the name, or the whole comment.

### What it does not catch
Whether a directive ignores nothing is not judged for lints that are off, and not in files that Prometheus or Alertmanager
would refuse, since most lints do not look at what cannot be loaded. `fixture-template-error` comes up in tests only and is not judged either.",
    bad: &[
        Example {
            title: "a lint that does not exist",
            files: &[(
                "rules.yml",
                alert!("up == 0 # rulecheck: ignore[promql-sintax]"),
            )],
        },
        Example {
            title: "no directive, but meant as one",
            files: &[(
                "rules.yml",
                alert!("up == 0 # rulecheck disable promql-syntax"),
            )],
        },
        Example {
            title: "nothing to ignore",
            files: &[(
                "rules.yml",
                alert!("up == 0 # rulecheck: ignore[never-matches] -- was `and` once"),
            )],
        },
        Example {
            title: "a rule's directive above the list of rules",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    # rulecheck: ignore-rule[stale-timestamp]\n    rules:\n      - alert: A\n        expr: up == 0\n",
            )],
        },
        Example {
            title: "a day that is over",
            files: &[(
                "rules.yml",
                alert!(
                    "time() - timestamp(sum(up)) > 900 # rulecheck: ignore[stale-timestamp] until 2024-06-30 -- to be rewritten"
                ),
            )],
        },
        Example {
            title: "no reason, where one is demanded",
            files: &[
                ("rulecheck.yaml", "suppression: {require_reason: true}\n"),
                (
                    "rules.yml",
                    alert!(
                        "time() - timestamp(sum(up)) > 900 # rulecheck: ignore[stale-timestamp]"
                    ),
                ),
            ],
        },
    ],
    good: &[Example {
        title: "a finding that is known and explained",
        files: &[
            ("rulecheck.yaml", "suppression: {require_reason: true}\n"),
            (
                "rules.yml",
                alert!(
                    "time() - timestamp(sum(up)) > 900 # rulecheck: ignore[stale-timestamp] -- an example for newcomers"
                ),
            ),
        ],
    }],
    check: Check::Environment(check),
};

/// What can be said of a directive by itself. Whether it ran out or ignores nothing is known when all lints have run.
fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for file in &context.environment.files {
        for wrong in &file.directives.malformed {
            let place = file.location(wrong.span);
            findings.add(place, &wrong.message).help = Some(wrong.help.clone());
        }
        for directive in &file.directives.list {
            for name in &directive.lints {
                unknown(file, name, findings);
            }
            if directive.covers.is_none() && file.tree.errors().is_empty() {
                unattached(file, directive, findings);
            }
            if context.settings.suppression.require_reason && directive.reason.is_none() {
                let message = "this directive has no reason, and the settings demand one";
                findings.add(file.location(directive.span), message).help =
                    Some("write it behind `--`".to_owned());
            }
        }
    }
}

fn unknown(file: &ProjectFile, name: &Spanned<String>, findings: &mut Findings<'_>) {
    if names().any(|known| known == name.value) {
        return;
    }
    let message = format!("there is no lint `{}`", name.value);
    findings.add(file.location(name.span), message).help =
        Some(match nearest(&name.value, names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`rulecheck explain` lists all lints".to_owned(),
        });
}

fn unattached(file: &ProjectFile, directive: &Directive, findings: &mut Findings<'_>) {
    let (message, help) = match directive.scope {
        Scope::Line => (
            "nothing follows that this directive could be about",
            "write it at the end of a line, or alone above one",
        ),
        Scope::Rule => (
            "this directive is about no rule",
            "write it in the rule, or directly above its dash",
        ),
        Scope::Group => (
            "this directive is about no group",
            "write it in the group, or directly above its dash",
        ),
        Scope::File => return,
    };
    findings.add(file.location(directive.span), message).help = Some(help.to_owned());
}

/// A directive that has run out.
pub(crate) fn expired(file: &ProjectFile, directive: &Directive) -> Option<Diagnostic> {
    let until = directive.until?;
    let message = format!("this directive has run out on {}", until.value);
    let found = Diagnostic::new(LINT.name, LINT.level, file.location(until.span), message);
    Some(found.with_help("what it ignored is told again: mend that, or move the day"))
}

/// The lints that a directive names for nothing: `idle` by their places in its list.
pub(crate) fn unused(file: &ProjectFile, directive: &Directive, idle: &[usize]) -> Vec<Diagnostic> {
    let all = idle.len() == directive.lints.len();
    let found = idle.iter().map(|&at| {
        let name = &directive.lints[at];
        let message = format!(
            "there is nothing to ignore: `{}` finds nothing here",
            name.value
        );
        let mut found = Diagnostic::new(LINT.name, LINT.level, file.location(name.span), message);
        found.fix = match all {
            true => without_directive(file, directive),
            false => without_name(file, directive, at),
        };
        found.with_help("take it out, so that it does not hide a mistake of tomorrow")
    });
    found.collect()
}

/// Takes a comment out, and its line where it stands alone. An annotation stays: it may be the only one.
fn without_directive(file: &ProjectFile, directive: &Directive) -> Option<Fix> {
    let text = file.file.text();
    let Directives { list, malformed } = &file.directives;
    let span = directive.span;
    let others = list.iter().map(|other| other.span);
    let others = others.chain(malformed.iter().map(|wrong| wrong.span));
    // Several may share a comment.
    let next = others
        .filter(|other| other.start > span.start && other.start < span.end)
        .map(|other| other.start)
        .min();
    if !text[span.range()].starts_with('#') {
        return None;
    }
    let (start, end) = (span.start as usize, next.unwrap_or(span.end) as usize);
    let cut = match next {
        // What cannot be read does not begin where it is wrong.
        Some(_) if !text[end..].starts_with('#') => return None,
        Some(_) => Span::new(start, end),
        None => with_its_line(text, start, end),
    };
    Some(Fix {
        title: "take the directive out".to_owned(),
        edits: vec![Edit {
            span: cut,
            text: String::new(),
        }],
    })
}

/// The bytes of a comment with the blanks before it, or with its whole line where nothing else stands there.
fn with_its_line(text: &str, start: usize, end: usize) -> Span {
    let before = text[..start].trim_end_matches([' ', '\t']);
    let break_at = |line: &str| ["\r\n", "\n"].into_iter().find(|end| line.starts_with(end));
    match break_at(&text[end..]) {
        Some(line_end) if before.is_empty() || before.ends_with('\n') => {
            Span::new(before.len(), end + line_end.len())
        }
        _ => Span::new(before.len(), end),
    }
}

/// Takes one of several names out of a directive, with a comma.
fn without_name(file: &ProjectFile, directive: &Directive, at: usize) -> Option<Fix> {
    let lints = &directive.lints;
    let is_plain = |name: &Spanned<String>| file.file.slice(name.span) == name.value;
    if !lints.iter().all(is_plain) {
        return None;
    }
    let name = &lints[at];
    let cut = match (at.checked_sub(1), lints.get(at + 1)) {
        (Some(before), _) => Span::new(lints[before].span.end as usize, name.span.end as usize),
        (None, Some(next)) => Span::new(name.span.start as usize, next.span.start as usize),
        (None, None) => return None,
    };
    Some(Fix {
        title: format!("take `{}` out of the directive", name.value),
        edits: vec![Edit {
            span: cut,
            text: String::new(),
        }],
    })
}
