//! `directive-problem`

use crate::diagnostic::{Diagnostic, Level, nearest};
use crate::lint::{Check, Context, Example, Findings, Lint, names};
use crate::project::ProjectFile;
use crate::source::Spanned;
use crate::suppression::{Directive, Scope};

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

/// A lint that a directive names for nothing.
pub(crate) fn unused(file: &ProjectFile, name: &Spanned<String>) -> Diagnostic {
    let message = format!(
        "there is nothing to ignore: `{}` finds nothing here",
        name.value
    );
    let found = Diagnostic::new(LINT.name, LINT.level, file.location(name.span), message);
    found.with_help("take it out, so that it does not hide a mistake of tomorrow")
}
