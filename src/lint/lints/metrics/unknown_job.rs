//! `unknown-job`

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
Series that are written by other means, or that get their `job` from service discovery: that is why this is info. Nothing is
said where a scrape job lets its targets name other jobs (`honor_labels`, as for a Pushgateway), or where static labels or
relabelling may set `job`.",
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
    good: &[
        Example {
            title: "a job that is scraped",
            files: &[
                (
                    "prometheus.yml",
                    "scrape_configs:\n  - job_name: api\nrule_files: [rules.yml]\n",
                ),
                ("rules.yml", alert!("'up{job=\"api\"} == 0'")),
            ],
        },
        Example {
            title: "a job that pushes",
            files: &[
                (
                    "prometheus.yml",
                    "scrape_configs:\n  - job_name: pushgateway\n    honor_labels: true\nrule_files: [rules.yml]\n",
                ),
                (
                    "rules.yml",
                    alert!("'backup_last_success_seconds{job=\"backup\"} < 1'"),
                ),
            ],
        },
        Example {
            title: "a job that relabelling makes",
            files: &[
                (
                    "prometheus.yml",
                    "scrape_configs:\n  - job_name: consul\n    relabel_configs:\n      - {source_labels: [__meta_consul_service], target_label: job}\nrule_files: [rules.yml]\n",
                ),
                ("rules.yml", alert!("'up{job=\"api\"} == 0'")),
            ],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(jobs) = context
        .facts
        .known
        .metrics
        .jobs()
        .filter(|jobs| !jobs.is_empty())
    else {
        return;
    };
    let configs = context.environment.prometheuses();
    let mut scraped = configs.flat_map(|config| &config.item.scrape_configs);
    if scraped.any(|job| job.may_rename_job) {
        return;
    }
    for rule in context.rules() {
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
}
