//! `template-verb`

use crate::analysis::RuleFacts;
use crate::analysis::may_be_histogram;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::Version;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "template-verb",
    level: Level::Error,
    summary: "A verb of `printf` does not fit what it is given.",
    documentation: "\
### What it does
Runs the constant formats of `printf` with arguments of the types that they will have: `$value` is a `float64`, labels and
what `humanize` gives are strings. Found is what Go prints as a mistake: `%!d(float64=1.5)` for a verb of another type,
`%!s(MISSING)` and `%!(EXTRA …)` where the number of arguments does not fit. Where the expression may yield native
histograms, a verb that does not fit a float is told as info.

### Why it matters
Every notification shows the mistake instead of the number.

### What to write instead
`%.0f` for a whole number, `%s` for a label.

### What it does not catch
Formats and arguments that come out of variables of which nothing is known.",
    bad: &[
        Example {
            title: "a value is never an integer",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Errors\n        expr: errors > 1\n        annotations:\n          summary: '{{ $value | printf \"%d\" }} errors'\n",
            )],
        },
        Example {
            title: "a text where a number is wanted, and an argument too few",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Errors\n        expr: errors > 1\n        annotations:\n          summary: '{{ printf \"%.2f\" (humanize $value) }} errors'\n          description: '{{ printf \"%s of %s\" $labels.job }}'\n",
            )],
        },
    ],
    good: &[Example {
        title: "verbs that fit",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Errors\n        expr: errors > 1\n        annotations:\n          summary: '{{ printf \"%.2f%%\" $value }} {{ $labels.job | printf \"%-10s\" }} {{ printf \"%v %d\" $value 5 }}'\n",
        )],
    }],
    check: Check::Alert(check),
};

/// The first Prometheus whose alerts may have a native histogram for a value.
const HISTOGRAMS: Version = Version::new(2, 52);

fn check(context: &Context<'_>, alert: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let rule = alert.at.rule;
    for template in alert.templates() {
        for format in &template.reading.formats {
            let Some(fault) = format.fault() else {
                continue;
            };
            let is_doubtful = format.has_value
                && context.facts.target.prometheus >= HISTOGRAMS
                && rule.expr.as_ref().is_none_or(may_be_histogram);
            let level = if is_doubtful {
                Level::Info
            } else {
                Level::Error
            };
            let place = alert.at.file.location(template.span(format.span));
            let written = template.source(format.span);
            let found =
                findings.add_at(level, place, format!("`printf {written}` prints `{fault}`"));
            found.witness = context.series_raising(rule);
            if fault.contains("MISSING") {
                found.because("the format has more verbs than there are arguments");
            } else if fault.contains("EXTRA") {
                found.because("there are more arguments than the format has verbs");
            } else if fault.contains("float64") {
                found.because("the argument is a `float64`, as every value is");
                found.help = Some("`%.0f` prints a float without decimals".to_owned());
            } else if fault.contains("string") {
                found.because("the argument is a string, as labels and what `humanize` gives are");
                found.help = Some("`%s` prints a string".to_owned());
            }
        }
    }
}
