//! `notify-too-late`

use super::{receiver, start};
use crate::analysis::{Arrival, Latency, Times};
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::Duration;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "notify-too-late",
    level: Level::Error,
    summary: "An alert cannot be told within the time that the settings grant its severity.",
    documentation: "\
### What it does
Adds up, for each alert and each route that it comes to, what lies between a breach and the first notification of a new
group, and compares it with `notify_within` in the settings:

- at best `for`, rounded up to evaluations, and `group_wait`;
- at worst the scrape interval and the interval of the group as well, and the scrape timeout where `up` is read.

Of several routes the fastest counts. `rulecheck route --latency` shows the times of all alerts.

### Why it matters
Whoever promises to be told within two minutes cannot have `for: 5m`.

### Level
Error where the best case is too late. A warning where only the worst is: then it hangs on the moment of the breach.

### What it does not catch
The time that a window such as `rate(…[5m])` takes to cross a threshold, silences and inhibition, retries, and further
Alertmanagers of a cluster, each of which waits longer. Intervals that no file and no setting tells.",
    bad: &[
        Example {
            title: "five minutes do not fit into two",
            files: &[
                (
                    "rulecheck.yaml",
                    "notify_within: {critical: 2m}\n",
                ),
                ("alertmanager.yml", routes!("- matchers: [severity=critical]", "  receiver: b")),
                ("rules.yml", alert!("up == 0", "for: 5m", "labels: {severity: critical}")),
            ],
        },
        Example {
            title: "only a breach right before the next evaluation is told in time",
            files: &[
                (
                    "rulecheck.yaml",
                    "notify_within: {critical: 2m}\ntarget: {scrape_interval: 30s, evaluation_interval: 1m}\n",
                ),
                ("alertmanager.yml", routes!("- matchers: [severity=critical]", "  receiver: b")),
                ("rules.yml", alert!("errors > 0", "for: 1m", "labels: {severity: critical}")),
            ],
        },
    ],
    good: &[Example {
        title: "15 s until the scrape, 15 s until the evaluation, 1 m, 10 s",
        files: &[
            (
                "rulecheck.yaml",
                "notify_within: {critical: 2m}\ntarget: {scrape_interval: 15s, evaluation_interval: 15s}\n",
            ),
            (
                "alertmanager.yml",
                routes!("- matchers: [severity=critical]", "  receiver: b", "  group_wait: 10s"),
            ),
            ("rules.yml", alert!("errors > 0", "for: 1m", "labels: {severity: critical}")),
        ],
    }],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let budgets = &context.settings.notify_within;
    let times = &context.facts.times;
    for routing in context.facts.routings() {
        let arrivals = routing.arrivals.chunk_by(|a, b| a.rule.is(b.rule));
        for arrivals in arrivals {
            let rule = arrivals[0].rule;
            let severity = super::severity(rule.at.rule);
            let budget = severity.and_then(|severity| Some((severity, budgets.get(severity)?.0)));
            let Some((severity, budget)) = budget else {
                continue;
            };
            let told =
                |arrival: &Arrival<'_>| Latency::new(rule, times, arrival.route.timing).first;
            let fastest = arrivals.iter().min_by_key(|arrival| told(arrival).best);
            let Some((fastest, wait)) = fastest.map(|fastest| (fastest, told(fastest))) else {
                continue;
            };
            let (level, after) = match wait.worst {
                _ if wait.best > budget => (Level::Error, format!("{} at the earliest", wait.best)),
                Some(worst) if worst > budget => {
                    (Level::Warning, format!("between {} and {worst}", wait.best))
                }
                _ => continue,
            };
            let model = &rule.at.rule.model;
            let place = model.hold.map_or(model.name.span(), |hold| hold.span);
            let message = format!(
                "`{}` is told {after} after the breach, and `notify_within` grants `{severity}` {budget}",
                rule.at.rule.name()
            );
            let found = findings.add_at(level, rule.at.file.location(place), message);
            for reason in reasons(fastest, times) {
                found.because(reason);
            }
            found.help = Some(way_out(fastest, times, budget, level));
            found.related.push(Related {
                location: routing.alertmanager.file.location(start(fastest.route)),
                text: format!("by this route to `{}`", receiver(fastest.route)),
            });
        }
    }
}

/// What the time is made of.
fn reasons(arrival: &Arrival<'_>, times: &Times) -> Vec<String> {
    let (rule, timing) = (arrival.rule, arrival.route.timing);
    let latency = Latency::new(rule, times, timing);
    let mut reasons = Vec::new();
    if let Some(worst) = latency.firing.worst {
        let seen = Duration::from_ms(worst.ms - latency.firing.best.ms);
        reasons.push(format!(
            "up to {seen} pass until a scrape and an evaluation see the breach"
        ));
    }
    reasons.push(match times.evaluation_of(rule.at.group) {
        Some(interval) => format!(
            "the alert fires {} later, as it is evaluated every {interval}",
            latency.firing.best
        ),
        None => format!(
            "the alert fires {} later at the earliest",
            latency.firing.best
        ),
    });
    reasons.push(format!(
        "a new group waits for {} (`group_wait`)",
        timing.group_wait
    ));
    reasons
}

/// The longest `for` with which the alert would be in time.
fn way_out(arrival: &Arrival<'_>, times: &Times, budget: Duration, level: Level) -> String {
    let latency = Latency::new(arrival.rule, times, arrival.route.timing);
    let wait = match (level, latency.first.worst) {
        (Level::Warning, Some(worst)) => worst,
        _ => latency.first.best,
    };
    let apart_from_for = wait.ms - latency.firing.best.ms;
    let interval = times.evaluation_of(arrival.rule.at.group);
    let interval = interval.map_or(1000, |interval| interval.ms.max(1));
    let left = (budget.ms - apart_from_for) / interval * interval;
    if budget.ms < apart_from_for {
        return "shorten `group_wait` or the intervals: even without `for` it takes too long"
            .to_owned();
    }
    format!("`for: {}` would be in time", Duration::from_ms(left))
}
