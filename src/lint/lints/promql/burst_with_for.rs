//! `burst-with-for`

use super::burst;
use crate::analysis::RuleFacts;
use crate::diagnostic::{Level, Related};
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::target::Duration;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "burst-with-for",
    level: Level::Info,
    summary: "A single event is seen for a shorter time than `for` asks for.",
    documentation: "\
### What it does
Reports `increase(x[w]) > 0`, and the same with `rate`, `changes` and `resets`, where `for` is at least as long as the
window `w`.

### Why it matters
A single event is in the window for less than `w`, so that the alert is never pending for long enough: it fires only when
events go on. Many rules want just that, which is why this is info.

### What it does not catch
Windows that come from recording rules, and thresholds above 0.",
    bad: &[Example {
        title: "ten minutes of a window of five",
        files: &[("rules.yml", alert!("increase(oom_kills_total[5m]) > 0", "for: 10m"))],
    }],
    good: &[
        Example {
            title: "a longer window",
            files: &[("rules.yml", alert!("increase(oom_kills_total[15m]) > 0", "for: 5m"))],
        },
        Example {
            title: "a rate that has to stay high",
            files: &[("rules.yml", alert!("rate(errors_total[5m]) > 3", "for: 10m"))],
        },
    ],
    check: Check::Rule(check),
};

fn check(_: &Context<'_>, rule: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let Some(hold) = rule.at.rule.model.hold else {
        return;
    };
    if hold.value == Duration::ZERO {
        return;
    }
    let Some(burst) = burst(rule.expr) else {
        return;
    };
    let Some(window) = burst.matrix.range.fixed_seconds() else {
        return;
    };
    if hold.value.seconds() < window {
        return;
    }
    let window_text = Duration::from_ms((window * 1000.0) as i64);
    let message =
        format!("a single event never makes this fire: it is seen for less than {window_text}");
    let found = findings.add(rule.at.file.location(hold.span), message);
    found.because(format!(
        "an event is in the window for less than {window_text}"
    ));
    found.because(format!(
        "`for` wants the condition to hold for {}",
        hold.value
    ));
    let window = rule.at.rule.expr_span(burst.matrix.range.span);
    found.related.push(Related {
        location: rule.at.file.location(window),
        text: "the window".to_owned(),
    });
    if let Some(name) = burst.matrix.selector.metric_name() {
        found.witness = Some(format!("- series: {name}\n  values: 0x10 1x30"));
    }
    found.help = Some("make the window longer than `for`, or leave `for` out".to_owned());
}
