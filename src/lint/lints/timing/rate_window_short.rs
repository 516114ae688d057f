//! `rate-window-short`

use crate::analysis::RuleFacts;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::ExprKind;
use crate::target::Duration;
use crate::witness::series_read;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "rate-window-short",
    level: Level::Error,
    summary: "The window of `rate` or one of its like holds too few samples.",
    documentation: "\
### What it does
Compares the window of `rate`, `increase`, `irate`, `delta`, `idelta`, `deriv` and `predict_linear` with the scrape interval
of the job that the selector names, or of all jobs, from `prometheus.yml` or the settings. Where it is not known this lint
says nothing.

These functions need two samples. A window that is not longer than the scrape interval never holds two: an error. Below
twice the interval it depends on the moment: a warning. Below four times a single failed scrape is enough to lose the
result: info.

### Why it matters
The alert never fires, or flaps.

### What it does not catch
Recorded series, whose samples come with the evaluations of their group.",
    bad: &[
        Example {
            title: "one sample at most",
            files: &[
                ("rulecheck.yaml", "target: {scrape_interval: 1m}\n"),
                ("rules.yml", alert!("rate(errors_total[1m]) > 1")),
            ],
        },
        Example {
            title: "the interval of the job",
            files: &[
                (
                    "prometheus.yml",
                    "global: {scrape_interval: 15s}\nscrape_configs:\n  - job_name: slow\n    scrape_interval: 2m\n  - job_name: fast\n",
                ),
                ("rules.yml", alert!("'rate(errors_total{job=\"slow\"}[1m]) > 1'")),
            ],
        },
    ],
    good: &[Example {
        title: "long enough, or not known",
        files: &[
            ("rulecheck.yaml", "target: {scrape_interval: 15s}\n"),
            ("rules.yml", alert!("rate(errors_total[1m]) > 1")),
        ],
    }],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    rule.expr.walk(&mut |part| {
        let ExprKind::Call(call) = &part.kind else {
            return;
        };
        let name = call.function.name;
        if !call.function.needs_two_samples() {
            return;
        }
        let Some(ExprKind::Matrix(matrix)) =
            call.args.first().map(|first| &first.without_parens().kind)
        else {
            return;
        };
        if matrix.selector.extension.is_some() {
            return;
        }
        let Some(window) = matrix.range.fixed_seconds() else {
            return;
        };
        let Some(scrape) = context.facts.times.scrape_of(&matrix.selector) else {
            return;
        };
        let interval = scrape.seconds();
        // The left edge is outside of the window since 3.0.
        let holds_one = if context.facts.target.left_open() {
            window <= interval
        } else {
            window < interval
        };
        let (level, fact) = if holds_one {
            (
                Level::Error,
                "so that it never holds two samples, and there is never a result",
            )
        } else if window < 2.0 * interval {
            (
                Level::Warning,
                "so that it holds two samples at some moments only",
            )
        } else if window < 4.0 * interval {
            (
                Level::Info,
                "so that few failed scrapes are enough to lose the result",
            )
        } else {
            return;
        };
        let place = rule
            .at
            .file
            .location(rule.at.rule.expr_span(matrix.range.span));
        let window = Duration::from_ms((window * 1000.0) as i64);
        let message = format!("the window of {window} is scraped every {scrape}, {fact}");
        let found = findings.add_at(level, place, message);
        if level > Level::Info {
            found.because(format!("`{name}` needs two samples in its window"));
        }
        found.witness =
            series_read(&[part]).map(|series| format!("# interval: {scrape}\n{series}"));
        found.help = Some(format!(
            "make it at least {}",
            Duration::from_ms(4 * scrape.ms)
        ));
    });
}
