//! `unseen-value`

use std::collections::BTreeSet;

use crate::analysis::{Dumped, RuleFacts, Seen};
use crate::diagnostic::{Diagnostic, Level, nearest};
use crate::exposition::Kind;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{Expr, SpannedMatcher, VectorSelector};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "unseen-value",
    level: Level::Info,
    summary: "A selector asks for a label value that no series of a dump has.",
    documentation: "\
### What it does
Takes the dumps of the settings (`metrics: dumps:`) that have the metric of a selector, and looks for a series that its
matchers let through. Where there is none it names the values that the label has there.

Labels that the program does not give are left alone: `job`, `instance`, and those that `labels` names beside the dump. A
label that no series of the dump has is taken for one of the target, unless the dump is declared complete.

### Why it matters
The selector finds nothing, and the alert is silent. It happens with names that mean different things in different places: the
path of a volume inside a container and on the host, a container's name and that of its service.

### What it does not catch
A dump shows one moment, hence info. Counters and histograms are left alone: many of their series begin with the first
event. So are dumps of another job than the selector asks for, and metrics with more than 10,000 series.",
    bad: &[
        Example {
            title: "a path inside of a container",
            files: &[
                ("rulecheck.yaml", "metrics:\n  dumps: node.prom\n"),
                (
                    "node.prom",
                    "# TYPE node_filesystem_avail_bytes gauge\nnode_filesystem_avail_bytes{mountpoint=\"/\"} 5\nnode_filesystem_avail_bytes{mountpoint=\"/srv\"} 5\n",
                ),
                (
                    "rules.yml",
                    alert!("'node_filesystem_avail_bytes{mountpoint=\"/data\"} < 1e9'"),
                ),
            ],
        },
        Example {
            title: "each of them, but not together",
            files: &[
                (
                    "rulecheck.yaml",
                    "metrics:\n  dumps: {file: app.prom, complete: true}\n",
                ),
                (
                    "app.prom",
                    "# TYPE queue_length gauge\nqueue_length{queue=\"mail\",priority=\"low\"} 5\nqueue_length{queue=\"jobs\",priority=\"high\"} 5\n",
                ),
                (
                    "rules.yml",
                    alert!("'queue_length{queue=\"mail\",priority=\"high\"} > 9'"),
                ),
            ],
        },
    ],
    good: &[
        Example {
            title: "a value that is there, and a label of the target",
            files: &[
                ("rulecheck.yaml", "metrics:\n  dumps: node.prom\n"),
                (
                    "node.prom",
                    "# TYPE node_filesystem_avail_bytes gauge\nnode_filesystem_avail_bytes{mountpoint=\"/\"} 5\nnode_filesystem_avail_bytes{mountpoint=\"/srv\"} 5\n",
                ),
                (
                    "rules.yml",
                    alert!("'node_filesystem_avail_bytes{mountpoint=~\"/srv.*\",dc=\"fra\"} < 1e9'"),
                ),
            ],
        },
        Example {
            title: "no error has happened yet",
            files: &[
                (
                    "rulecheck.yaml",
                    "metrics:\n  dumps: {file: app.prom, complete: true}\n",
                ),
                (
                    "app.prom",
                    "# TYPE requests_total counter\nrequests_total{code=\"200\"} 5\n",
                ),
                (
                    "rules.yml",
                    alert!("'rate(requests_total{code=~\"5..\"}[5m]) > 1'"),
                ),
            ],
        },
    ],
    check: Check::Rule(check),
};

fn check(context: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let known = &context.facts.known;
    rule.expr.walk(&mut |part| {
        let Some(selector) = part.selector() else {
            return;
        };
        let Some(name) = selector.metric_name() else {
            return;
        };
        let fact = known.metrics.find(name);
        let counts = name.ends_with("_total")
            || fact.is_some_and(|fact| matches!(fact.kind, Kind::Counter | Kind::Histogram));
        if counts || known.records.has(name) {
            return;
        }
        if let Seen::Missing(dumps) = known.metrics.seen(selector) {
            report(rule, part, selector, &dumps, findings);
        }
    });
}

fn report(
    rule: RuleFacts<'_>,
    part: &Expr,
    selector: &VectorSelector,
    dumps: &[Dumped<'_>],
    findings: &mut Findings<'_>,
) {
    let name = selector.metric_name().unwrap_or_default();
    let paths: BTreeSet<String> = dumps
        .iter()
        .map(|dumped| dumped.dump.path.display().to_string())
        .collect();
    let paths: Vec<String> = paths.into_iter().collect();
    let paths = paths.join(" and ");
    let alone = |matcher: &&SpannedMatcher| dumps.iter().all(|dumped| dumped.lacks(matcher));
    let Some(matcher) = selector.matchers.iter().find(alone) else {
        let message = format!("{paths} has no series of `{name}` with all of these labels at once");
        findings.add(rule.place(part), message);
        return;
    };
    let place = rule.at.rule.expr_span(matcher.value_span);
    let message = format!(
        "{paths} has no series of `{name}` with `{}`",
        matcher.matcher
    );
    let found = findings.add(rule.at.file.location(place), message);
    tell_values(found, matcher, dumps);
}

/// No more values than this are named.
const MAX_NAMED: usize = 12;

fn tell_values(found: &mut Diagnostic, matcher: &SpannedMatcher, dumps: &[Dumped<'_>]) {
    let label = &*matcher.matcher.name;
    let values: BTreeSet<&str> = dumps
        .iter()
        .flat_map(|dumped| dumped.values(label))
        .collect();
    if values.is_empty() {
        found.because(format!("no series of it has a label `{label}` there"));
        return;
    }
    let named: Vec<String> = values
        .iter()
        .take(MAX_NAMED)
        .map(|value| format!("`{value}`"))
        .collect();
    let more = match values.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    found.because(format!(
        "the values of `{label}` there are {}{more}",
        named.join(", ")
    ));
    let similar = nearest(&matcher.matcher.value, values);
    found.help = similar.map(|similar| format!("did you mean `{similar}`?"));
}
