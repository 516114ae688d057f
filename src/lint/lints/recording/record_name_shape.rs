//! `record-name-shape`

use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "record-name-shape",
    level: Level::Info,
    summary: "The name of a recorded series is not of the shape `level:metric:operations`.",
    documentation: "\
### What it does
Reports a recording rule whose name has no colon. The custom is `level:metric:operations`, as in `job:errors:rate5m`;
metrics that programs expose have no colon. Where the settings list `records: operations:`, it also reports a name of which
the part behind the last colon is not made of those, each with or without a time, joined by `_`.

### Why it matters
Nobody can see that the series comes from a rule, and a program may expose one of the same name.

### What it does not catch
Whether the level names the labels that the result has: too many good rules do not follow that.",
    bad: &[
        Example {
            title: "no colon",
            files: &[("rules.yml", rules!["- record: errors_rate", "  expr: sum by (job) (rate(errors_total[5m]))"])],
        },
        Example {
            title: "not one of the team's operations",
            files: &[
                ("rulecheck.yaml", "records: {operations: [sum, rate]}\n"),
                ("rules.yml", rules!["- record: job:errors:per_second", "  expr: sum by (job) (rate(errors_total[5m]))"]),
            ],
        },
    ],
    good: &[
        Example {
            title: "the team's operations",
            files: &[
                ("rulecheck.yaml", "records: {operations: [sum, rate, histogram_quantile]}\n"),
                (
                    "rules.yml",
                    rules![
                        "- record: job:errors:sum_rate5m",
                        "  expr: sum by (job) (rate(errors_total[5m]))",
                        "- record: job:latency:histogram_quantile",
                        "  expr: histogram_quantile(0.9, sum by (job, le) (rate(latency_bucket[5m])))",
                    ],
                ),
            ],
        },
        Example {
            title: "names with colons",
            files: &[(
                "rules.yml",
                rules![
                    "- record: job:errors:rate5m",
                    "  expr: sum by (job) (rate(errors_total[5m]))",
                    "- record: ':memory:sum'",
                    "  expr: sum(memory_bytes)",
                ],
            )],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let operations = &context.settings.records.operations;
    for (file, _, rule) in context.environment.rules() {
        let name = &rule.model.name;
        if rule.is_alert() || name.as_str().is_empty() {
            continue;
        }
        let place = file.location(name.span());
        match name.as_str().rsplit_once(':') {
            None => {
                let message = format!("the recorded name `{name}` has no colon");
                findings.add(place, message).help = Some(
                    "by custom it is `level:metric:operations`, as in `job:errors:rate5m`"
                        .to_owned(),
                );
            }
            Some((_, end)) if !operations.is_empty() && !is_made_of(end, operations) => {
                let message = format!("`{end}` is none of the operations of this project");
                findings.add(place, message).help =
                    Some(format!("the settings have: {}", operations.join(", ")));
            }
            Some(_) => {}
        }
    }
}

/// Whether a text is operations joined by `_`, each of which a time may follow: `sum_rate5m`.
fn is_made_of(text: &str, operations: &[String]) -> bool {
    // Where an operation may begin. One may hold another one and a `_`, so that there are several ways.
    let mut begins = vec![0];
    let mut at = 0;
    while let Some(&begin) = begins.get(at) {
        at += 1;
        for operation in operations {
            let Some(rest) = text[begin..].strip_prefix(operation.as_str()) else {
                continue;
            };
            let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let has_time = digits.len() < rest.len();
            let unit = digits.trim_start_matches(|c: char| c.is_ascii_lowercase());
            let behind = if has_time { unit } else { rest };
            match behind.strip_prefix('_') {
                _ if behind.is_empty() => return true,
                Some(next) if !begins.contains(&(text.len() - next.len())) => {
                    begins.push(text.len() - next.len());
                }
                _ => {}
            }
        }
    }
    false
}
