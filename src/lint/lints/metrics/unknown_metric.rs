//! `unknown-metric`

use rustc_hash::FxHashSet;

use super::job_of;
use crate::analysis::{Metrics, RuleFacts, is_of_prometheus};
use crate::catalogue;
use crate::diagnostic::{Level, nearest};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{Expr, VectorSelector};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "unknown-metric",
    level: Level::Info,
    summary: "No program exposes a metric of that name, as far as is known.",
    documentation: "\
### What it does
Looks up the metric names of all expressions. A name that begins like those of a program in the catalogue, and that the
catalogue does not have, is info: the program may have it in another version. It is an error where the selector names a job
of which the settings have a dump that is declared complete (`metrics: dumps: [{file: …, job: …, complete: true}]`), and
where every job of `prometheus.yml` has one.

Programs in the catalogue: Prometheus, Alertmanager, node_exporter, Loki, Promtail, Grafana, cAdvisor, kube-state-metrics,
OpenTelemetry Collector, redis_exporter, and the libraries for Go.

### Why it matters
The selector finds nothing, and the alert never fires. Typos and renamed metrics look like that.

### What it does not catch
Names of other programs.",
    bad: &[
        Example {
            title: "a typo",
            files: &[("rules.yml", alert!("prometheus_tsdb_head_serie > 1"))],
        },
        Example {
            title: "the job is known completely",
            files: &[
                (
                    "rulecheck.yaml",
                    "metrics:\n  dumps: {file: app.prom, job: app, complete: true}\n",
                ),
                ("app.prom", "# TYPE app_queue_length gauge\napp_queue_length 3\n"),
                ("rules.yml", alert!("'app_queue_size{job=\"app\"} > 1'")),
            ],
        },
    ],
    good: &[Example {
        title: "there, recorded, made by Prometheus itself, and of a program that is not known",
        files: &[(
            "rules.yml",
            rules![
                "- record: node_of_mine",
                "  expr: sum(up)",
                "- alert: A",
                "  expr: prometheus_tsdb_head_series > 1 or node_of_mine > 1 or scrape_samples_scraped > 1 or my_app_x > 1",
            ],
        )],
    }],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let known = &context.facts.known;
    let mut told: FxHashSet<&str> = FxHashSet::default();
    rule.expr.walk(&mut |part| {
        let Some(selector) = part.selector() else {
            return;
        };
        let Some(name) = selector.metric_name() else {
            return;
        };
        if is_of_prometheus(name)
            || known.records.has(name)
            || known.metrics.is_dumped(name)
            || name.contains(':')
            || told.contains(name)
        {
            return;
        }
        if look_up(rule, part, selector, name, &known.metrics, findings) {
            told.insert(name);
        }
    });
}

/// Reports the name if it is not known; says whether it did.
fn look_up(
    rule: RuleFacts<'_>,
    part: &Expr,
    selector: &VectorSelector,
    name: &str,
    metrics: &Metrics<'_>,
    findings: &mut Findings<'_>,
) -> bool {
    let span = selector.name.as_ref().map_or(part.span, |name| name.span);
    let place = rule.at.file.location(rule.at.rule.expr_span(span));
    if let Some(dump) = job_of(selector).and_then(|job| metrics.complete_for(job)) {
        let job = dump.job.as_deref().unwrap_or_default();
        let message = format!("the job `{job}` exposes no metric `{name}`");
        let found = findings.add_at(Level::Error, place, message);
        found.because(format!(
            "{} is declared complete and does not have it",
            dump.path.display()
        ));
        let names = dump.families.iter().map(|family| family.name.as_str());
        found.help = nearest(name, names).map(|similar| format!("did you mean `{similar}`?"));
        return true;
    }
    if metrics.are_complete() && job_of(selector).is_none() {
        let message = format!("no job exposes a metric `{name}`");
        let found = findings.add_at(Level::Error, place, message);
        found.because("the dumps of all scrape jobs are declared complete, and none has it");
        found.help =
            nearest(name, metrics.names()).map(|similar| format!("did you mean `{similar}`?"));
        return true;
    }
    if catalogue::find(name).is_some() {
        return false;
    }
    let Some(program) = catalogue::owner(name) else {
        return false;
    };
    let message = format!(
        "{} exposes no metric `{name}`, as far as is known",
        program.name
    );
    let found = findings.add(place, message);
    found.because(format!(
        "the catalogue of {} ({}) does not have it",
        program.name, program.version
    ));
    let names = program.families.iter().map(|family| family.name);
    found.help = nearest(name, names).map(|similar| format!("did you mean `{similar}`?"));
    true
}
