//! `unknown-job`

use crate::analysis::RuleFacts;
use crate::diagnostic::{Level, nearest};
use crate::labels::MatchOp;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "unknown-job",
    level: Level::Info,
    summary: "A selector asks for a job that `prometheus.yml` does not scrape.",
    documentation: "\
### What it does
Looks up the job of `job=\"…\"` among the `job_name`s of the environment's `prometheus.yml`.

### Why it matters
The selector finds nothing, and an alert on it is silent.

### What it does not catch
Jobs that relabelling names, and series that are written by other means: that is why this is info.",
    bad: &[Example {
        title: "no such job",
        files: &[
            (
                "prometheus.yml",
                "scrape_configs:\n  - job_name: api\nrule_files: [rules.yml]\n",
            ),
            ("rules.yml", alert!("'up{job=\"apl\"} == 0'")),
        ],
    }],
    good: &[Example {
        title: "a job that is scraped",
        files: &[
            (
                "prometheus.yml",
                "scrape_configs:\n  - job_name: api\nrule_files: [rules.yml]\n",
            ),
            ("rules.yml", alert!("'up{job=\"api\"} == 0'")),
        ],
    }],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let Some(jobs) = context
        .facts
        .known
        .metrics
        .jobs()
        .filter(|jobs| !jobs.is_empty())
    else {
        return;
    };
    rule.expr.walk(&mut |part| {
        let Some(selector) = part.selector() else {
            return;
        };
        for spanned in &selector.matchers {
            let matcher = &spanned.matcher;
            let asks = &*matcher.name == "job"
                && matcher.op == MatchOp::Equal
                && !matcher.value.is_empty();
            if !asks || jobs.contains(&&*matcher.value) {
                continue;
            }
            let place = rule
                .at
                .file
                .location(rule.at.rule.expr_span(spanned.value_span));
            let message = format!("`prometheus.yml` scrapes no job `{}`", matcher.value);
            findings.add(place, message).help = nearest(&matcher.value, jobs.iter().copied())
                .map(|similar| format!("did you mean `{similar}`?"));
        }
    });
}
