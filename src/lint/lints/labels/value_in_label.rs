//! `value-in-label`

use crate::analysis::{Place, RuleFacts, TemplateFacts, numbers_of};
use crate::diagnostic::Level;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::template::{Source, Varying};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "value-in-label",
    level: Level::Error,
    summary: "A label of an alert changes with the value, so that the alert never stays the same one.",
    documentation: "\
### What it does
Looks for labels whose template prints `$value` or `.Value`, the value of a `query` result, or the time, be it through
variables, functions and pipelines. A condition on the value, such as `{{ if gt $value 90.0 }}critical{{ end }}`, changes
the label only where the value crosses the bound: that is told as info, and only where the rule has a `for`.

### Why it matters
The labels are what makes an alert that alert. With another value it is another alert: the `for` starts anew, so that an
alert that waits may never fire, and each new one notifies again.

### What to write instead
Put the value into an annotation. Annotations may change while the alert stays the same.

### What it does not catch
Labels of the expression itself that change with the data, such as those of `count_values`. A value that cannot change,
such as that of `up == 0`, is left alone.",
    bad: &[
        Example {
            title: "the value itself",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: latency_seconds > 5\n        for: 5m\n        labels:\n          current: '{{ $value }}'\n",
            )],
        },
        Example {
            title: "by way of a variable and a function",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: latency_seconds > 5\n        labels:\n          current: '{{ $short := humanize .Value }}{{ $short }}s'\n",
            )],
        },
    ],
    good: &[
        Example {
            title: "the value in an annotation, a label in a label",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: latency_seconds > 5\n        for: 5m\n        labels:\n          host: '{{ $labels.instance }}'\n        annotations:\n          summary: '{{ $value }} seconds'\n",
            )],
        },
        Example {
            title: "a value that is always 0, and a severity by the value without a wait",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        for: 5m\n        labels:\n          state: '{{ $value }}'\n      - alert: Slow\n        expr: latency_seconds > 5\n        labels:\n          severity: '{{ if gt $value 9.0 }}critical{{ else }}info{{ end }}'\n",
            )],
        },
    ],
    check: Check::Alert(check),
};

fn check(context: &Context<'_>, alert: RuleFacts<'_>, findings: &mut Findings<'_>) {
    let rule = alert.at.rule;
    if !rule.labels.iter().any(|label| label.template.is_some()) {
        return;
    }
    let numbers = rule
        .expr
        .as_ref()
        .map(|expr| numbers_of(expr, &context.facts.known));
    let is_constant = numbers.is_some_and(|numbers| numbers.only().is_some());
    let labels = alert.templates().iter();
    for label in labels.filter(|template| template.place == Place::Label) {
        let mut varying = label
            .reading
            .varying
            .iter()
            .filter(|varying| varying.source != Source::Value || !is_constant);
        // What is printed weighs more than what is asked.
        let printed = varying.clone().find(|varying| !varying.is_condition);
        if let Some(varying) = printed.or_else(|| varying.next()) {
            report(findings, alert, label, varying);
        }
    }
}

fn report(
    findings: &mut Findings<'_>,
    alert: RuleFacts<'_>,
    label: &TemplateFacts<'_>,
    varying: &Varying,
) {
    let model = &alert.at.rule.model;
    let hold = model.hold.filter(|hold| hold.value.ms > 0);
    let place = alert.at.file.location(label.span(varying.span));
    let name = &label.text.key;
    let what = match varying.source {
        Source::Value => "the value",
        Source::Query => "the value of a query",
        Source::Now => "the time",
    };
    if varying.is_condition {
        let Some(hold) = hold else { return };
        let message = format!("label `{name}` changes where {what} crosses a bound");
        findings
            .add_at(Level::Info, place, message)
            .because(format!(
                "an alert with another `{name}` is another alert, and waits its {} anew",
                hold.value
            ))
            .help =
            Some("two rules, one for each value of the label, wait each for itself".to_owned());
        return;
    }
    let message = format!("label `{name}` changes with {what}, and the alert with it");
    let found = findings.add(place, message);
    found.because("Prometheus tells alerts apart by their labels, those of the rule included");
    match (hold, varying.source) {
        (Some(hold), Source::Now) => found.because(format!(
            "it is another alert at every evaluation, so that none waits for {}",
            hold.value
        )),
        (Some(hold), _) => found.because(format!(
            "whenever {what} changes, the alert is a new one that waits for {} again",
            hold.value
        )),
        (None, _) => found.because(format!(
            "whenever {what} changes, the alert resolves and a new one fires"
        )),
    };
    found.help = Some("move it to an annotation".to_owned());
    if let Some(hold) = hold {
        let related = alert.at.file.location(hold.span);
        found.related.push(crate::diagnostic::Related {
            location: related,
            text: "waits for this long".to_owned(),
        });
    }
}
