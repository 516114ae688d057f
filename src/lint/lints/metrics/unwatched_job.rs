//! `unwatched-job`

use super::may_be_of_job;
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{Expr, ExprKind, VectorSelector};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "unwatched-job",
    level: Level::Info,
    summary: "No alert looks at `up` of a scrape job.",
    documentation: "\
### What it does
Takes the jobs of `prometheus.yml` and looks for an alert whose expression reads `up` of each. A selector of `up` without a
matcher of `job` is about all of them. `timestamp(up)` does not count: Prometheus writes `up` whether the scrape worked or
not. It only speaks where rules are known.

### Why it matters
When the job cannot be scraped all other alerts on its metrics fall silent, and nobody is told.

### What it does not catch
Jobs that targets get by relabelling.",
    bad: &[
        Example {
            title: "the second job",
            files: &[
                ("prometheus.yml", "scrape_configs:\n  - job_name: api\n  - job_name: queue\nrule_files: [rules.yml]\n"),
                ("rules.yml", alert!("'up{job=\"api\"} == 0'")),
            ],
        },
        Example {
            title: "when `up` was written, not what it says",
            files: &[
                ("prometheus.yml", "scrape_configs:\n  - job_name: api\nrule_files: [rules.yml]\n"),
                ("rules.yml", alert!("time() - timestamp(up) > 120")),
            ],
        },
    ],
    good: &[Example {
        title: "all jobs",
        files: &[
            ("prometheus.yml", "scrape_configs:\n  - job_name: api\n  - job_name: queue\nrule_files: [rules.yml]\n"),
            ("rules.yml", alert!("up == 0")),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut watched: Vec<&VectorSelector> = Vec::new();
    let mut any = false;
    for rule in context.alerts() {
        any = true;
        find_up(rule.expr, &mut watched);
    }
    if !any {
        return;
    }
    for config in context.environment.prometheuses() {
        for job in &config.item.scrape_configs {
            let Some(name) = &job.job_name else { continue };
            let is_watched = watched
                .iter()
                .any(|selector| may_be_of_job(selector, name.as_str()));
            if !is_watched {
                let message = format!("no alert looks at `up` of the job `{}`", name.as_str());
                findings
                    .add(config.file.location(name.span()), message)
                    .help = Some(format!("add one on `up{{job=\"{}\"}} == 0`", name.as_str()));
            }
        }
    }
}

/// The selectors of `up` whose values or existence matter.
fn find_up<'x>(expr: &'x Expr, found: &mut Vec<&'x VectorSelector>) {
    match &expr.kind {
        ExprKind::Call(call) if call.function.name == "timestamp" => {}
        _ => {
            let selector = expr.selector();
            found.extend(selector.filter(|selector| selector.metric_name() == Some("up")));
            expr.for_each_child(&mut |part| find_up(part, found));
        }
    }
}
