//! `notify-severity-fixed`

use super::{level_of, look, told};
use crate::analysis::{Arrival, Status};
use crate::diagnostic::Level;
use crate::lint::lints::shortened;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::source::Span;

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "notify-severity-fixed",
    level: Level::Info,
    summary: "A severity written into the title for a receiver that is told of others too.",
    documentation: "\
### What it does
Looks for severities in the titles of receivers, in capitals or in brackets, and runs the title on every alert that the loaded
rules can raise and the routes bring there. Finds the severity where it is said of an alert with another one.

### Why it matters
A warning that calls itself critical wakes people up, and teaches them not to believe it.

### Level
A warning where the settings say what runs together. Else info: the rules may be for another Alertmanager.

### What it does not catch
Severities inside of template files, and texts below the title. What a severity is called the settings say (`severities`), else
custom.",
    bad: &[Example {
        title: "a warning told as critical",
        files: &[
            ("alertmanager.yml", slack!("alertname", "title: '[CRITICAL] {{ .GroupLabels.alertname }}'")),
            ("rules.yml", alert!("up == 0", "labels: {severity: warning}")),
            super::PROMETHEUS,
            super::DECLARED,
        ],
    }],
    good: &[
        Example {
            title: "all that is told is critical",
            files: &[
                ("alertmanager.yml", slack!("alertname", "title: '[CRITICAL] {{ .GroupLabels.alertname }}'")),
                ("rules.yml", alert!("up == 0", "labels: {severity: critical}")),
                super::PROMETHEUS,
            ],
        },
        Example {
            title: "only where it is so",
            files: &[
                (
                    "alertmanager.yml",
                    slack!(
                        "alertname",
                        "title: '{{ if eq .CommonLabels.severity \"critical\" }}[CRITICAL] {{ end }}{{ .GroupLabels.alertname }}'",
                    ),
                ),
                ("rules.yml", alert!("up == 0", "labels: {severity: warning}")),
                super::PROMETHEUS,
            ],
        },
        Example {
            title: "a word like any other",
            files: &[
                ("alertmanager.yml", slack!("alertname", "title: 'info for critical systems: {{ .GroupLabels.alertname }}'")),
                ("rules.yml", alert!("up == 0", "labels: {severity: warning}")),
                super::PROMETHEUS,
            ],
        },
    ],
    check: Check::Environment(check),
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for outlet in context.facts.outlets() {
        let title = outlet.arrivals.first().and_then(|arrival| {
            look(outlet.kind)?.title(outlet, &outlet.about(arrival, Status::Firing))
        });
        let Some((title, node)) = title.and_then(|title| Some((title, title.sent.node?))) else {
            continue;
        };
        for (span, word) in words(title.sent.text) {
            let Some(rank) = context.severity_rank(&word.to_lowercase()) else {
                continue;
            };
            let mut wrong = Vec::new();
            let mut proof = None;
            for arrival in outlet.arrivals.iter().filter(|arrival| arrival.is_certain) {
                let Some(severity) = severity(arrival) else {
                    continue;
                };
                if severity.eq_ignore_ascii_case(word)
                    || context
                        .severity_rank(severity)
                        .is_none_or(|other| other == rank)
                {
                    continue;
                }
                let data = outlet.about(arrival, Status::Firing);
                let Ok(rendered) = outlet.render(title, &data) else {
                    continue;
                };
                if !rendered.contains(word) {
                    continue;
                }
                let alert = arrival.rule.at.rule.name();
                wrong.push(alert);
                proof.get_or_insert_with(|| {
                    format!(
                        "`{alert}` is {severity}, and its title is {}",
                        told(&rendered)
                    )
                });
            }
            if wrong.is_empty() {
                continue;
            }
            let place = outlet
                .routing
                .alertmanager
                .file
                .location(node.scalar_map().span(span));
            let message = format!(
                "`{}` is told of alerts that are not {}: {}",
                outlet.receiver,
                word.to_lowercase(),
                shortened(wrong)
            );
            let found = findings.add_at(level_of(context), place, message);
            found.proof.extend(proof);
            found.help =
                Some("write `{{ .CommonLabels.severity | toUpper }}` in its place".to_owned());
        }
    }
}

/// The only severity that the alerts have.
fn severity<'a>(arrival: &'a Arrival<'_>) -> Option<&'a str> {
    let values = arrival.class.get("severity").known()?;
    let only = values.first().filter(|_| values.len() == 1)?;
    Some(only)
        .map(|only| &**only)
        .filter(|only| !only.is_empty())
}

/// The words of a template outside of its actions that are in capitals, or alone in square brackets.
fn words(text: &str) -> Vec<(Span, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let plain = &text[at..];
        let end = plain.find("{{").unwrap_or(plain.len());
        let mut start = at;
        for word in plain[..end].split(|c: char| !c.is_alphanumeric()) {
            let before = text[..start].chars().next_back();
            let after = text[start + word.len()..].chars().next();
            let is_loud = word.len() > 1 && word.chars().all(char::is_uppercase);
            if is_loud || !word.is_empty() && (before, after) == (Some('['), Some(']')) {
                found.push((Span::new(start, start + word.len()), word));
            }
            start += word.len() + after.map_or(0, char::len_utf8);
        }
        let action = plain[end..].find("}}").map(|close| end + close + 2);
        at += action.unwrap_or(plain.len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_those_outside_of_actions() {
        let found = |text| {
            words(text)
                .into_iter()
                .map(|(_, word)| word)
                .collect::<Vec<_>>()
        };
        assert_eq!(found("🚨 [CRITICAL] {{ \"PAGE\" }} ä"), ["CRITICAL"]);
        assert_eq!(found("{{ . }}[page] page PAGE{{"), ["page", "PAGE"]);
        assert!(found("{{ X").is_empty());
    }
}
