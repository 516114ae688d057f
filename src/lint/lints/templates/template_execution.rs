//! `template-execution`

use std::collections::BTreeSet;
use std::sync::Arc;

use super::possible_shapes;
use crate::analysis::{
    ExternalLabels, LabelValues, RuleFacts, Shape, TemplateFacts, may_be_histogram, numbers_of,
};
use crate::diagnostic::{Diagnostic, Level};
use crate::labels::Labels;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::source::Span;
use crate::template::{AlertValue, Data, ExecError, QuerySample, Reference, World};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "template-execution",
    level: Level::Error,
    summary: "A template fails whatever the alert is.",
    documentation: "\
### What it does
Runs the templates of labels and annotations as Prometheus does, on labels that the result of the expression can have and
on several values: that of labels are empty, a word, a number, a duration, an address and a long text. Found is what fails
every time at the same place, if that place is reached on every way through the template: the comparison of a float with an
integer (`gt $value 5`), a field that does not exist, a function that cannot take what it is given.

### Why it matters
The file is loaded without complaint. When the alert fires, `<error expanding template: …>` stands in the place of the whole
label or annotation.

### What to write instead
`gt $value 5.0`: a number with a point is a float.

### What it does not catch
Templates that use `query` or external labels that are not known, and errors that only some alerts run into. A template that does not parse is told by
`template-invalid`.",
    bad: &[
        Example {
            title: "a float and an integer",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: latency_seconds > 5\n        annotations:\n          summary: '{{ if gt $value 60 }}very {{ end }}slow'\n",
            )],
        },
        Example {
            title: "a field that does not exist",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: latency_seconds > 5\n        annotations:\n          summary: '{{ .Label.instance }} is slow'\n",
            )],
        },
    ],
    good: &[
        Example {
            title: "a number with a point, and a label that may well be a number",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: latency_seconds > 5\n        annotations:\n          summary: '{{ if gt $value 60.0 }}very {{ end }}slow'\n          description: '{{ $labels.limit | humanizeDuration }}'\n",
            )],
        },
        Example {
            title: "only some ways lead there",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Slow\n        expr: latency_seconds > 5\n        annotations:\n          summary: '{{ if $labels.unit }}{{ gt $value 5 }}{{ end }}'\n",
            )],
        },
    ],
    check: Check::Alert(check),
};

/// Texts that a label may have.
const TEXTS: [&str; 6] = ["x", "", "1", "5m", "10.0.0.1:9100", LONG];
const LONG: &str = "a-text-that-is-long-enough-for-whoever-cuts-it.svc.cluster.local-a-text-that-is-long-enough-for-whoever-cuts-it";
/// Values that an alert may have.
const VALUES: [f64; 6] = [1.5, 0.0, 120.0, -3.0, 0.95, 1e9];
/// Branches of an expression that are tried.
const MAX_SHAPES: usize = 4;

struct NoWorld;

impl World for NoWorld {
    fn query(&self, _: &str) -> Result<Vec<QuerySample>, String> {
        // Templates that query are not run.
        Err("not run".to_owned())
    }

    fn now(&self) -> f64 {
        1e9
    }

    fn external_url(&self) -> &str {
        "http://localhost:9090"
    }
}

fn check(context: &Context<'_>, alert: RuleFacts<'_>, findings: &mut Findings<'_>) {
    for template in alert.templates() {
        if let Some(error) = failure(context, alert, template) {
            let found = report(findings, alert, template, &error);
            found.witness = context.series_raising(alert.at.rule);
        }
    }
}

/// The error in which every run ends.
fn failure(
    context: &Context<'_>,
    alert: RuleFacts<'_>,
    template: &TemplateFacts<'_>,
) -> Option<ExecError> {
    let is_query =
        |what: &Reference| matches!(what, Reference::Function(name) if &**name == "query");
    let reading = &template.reading;
    if reading.uses.iter().any(|found| is_query(&found.what)) {
        return None;
    }
    let reads_external = reading.uses.iter().any(|found| {
        matches!(
            found.what,
            Reference::ExternalLabel(_) | Reference::ExternalLabels
        )
    });
    let external = match &context.facts.external_labels {
        ExternalLabels::Known(labels) => labels.clone(),
        _ if reads_external => return None,
        _ => Labels::default(),
    };
    let mut first: Option<ExecError> = None;
    let mut fails = |labels: Labels, value: AlertValue| {
        let data = Data {
            labels,
            external_labels: external.clone(),
            external_url: NoWorld.external_url().into(),
            value,
        };
        match (template.template.expand(&data, &NoWorld), &first) {
            (Ok(_), _) => false,
            (Err(error), None) => {
                first = Some(error);
                true
            }
            (Err(error), Some(known)) => error.span == known.span,
        }
    };
    // Nearly all templates run: the first attempt settles it.
    if !fails(Labels::default(), AlertValue::Float(VALUES[0])) {
        return None;
    }
    let rule = alert.at.rule;
    let numbers = rule
        .expr
        .as_ref()
        .map(|expr| numbers_of(expr, &context.facts.known));
    let only = numbers.and_then(|numbers| numbers.only());
    let names: BTreeSet<&Arc<str>> = reading
        .uses
        .iter()
        .filter_map(|found| match &found.what {
            Reference::Label(name) => Some(name),
            _ => None,
        })
        .collect();
    for shape in possible_shapes(alert).take(MAX_SHAPES) {
        for (number, value) in VALUES.into_iter().enumerate() {
            let labels = labels_of(shape, &names, number);
            if !fails(labels, AlertValue::Float(only.unwrap_or(value))) {
                return None;
            }
        }
        if rule.expr.as_ref().is_none_or(may_be_histogram) {
            let histogram = AlertValue::Histogram("{count:1, sum:1, (0.5,1]:1}".into());
            if !fails(labels_of(shape, &names, 0), histogram) {
                return None;
            }
        }
    }
    let always = |span: Span| {
        let at = span.start;
        !reading
            .conditional
            .iter()
            .any(|part| part.start <= at && at <= part.end)
    };
    first.filter(|error| always(error.span))
}

/// Labels that a result of that shape can have: those that the template reads and those of which something is known.
fn labels_of(shape: &Shape, names: &BTreeSet<&Arc<str>>, number: usize) -> Labels {
    let listed = shape.listed().map(|(name, _)| name);
    let all: BTreeSet<&Arc<str>> = names.iter().copied().chain(listed).collect();
    let pairs = all.into_iter().map(|name| {
        let text: Arc<str> = match shape.get(name) {
            LabelValues::Only(set) => set
                .iter()
                .nth(number % set.len().max(1))
                .cloned()
                .unwrap_or_default(),
            LabelValues::Any => TEXTS[number % TEXTS.len()].into(),
            LabelValues::Present => match TEXTS[number % TEXTS.len()] {
                "" => "y".into(),
                text => text.into(),
            },
        };
        (Arc::clone(name), text)
    });
    Labels::from_pairs(pairs)
}

fn report<'f>(
    findings: &'f mut Findings<'_>,
    alert: RuleFacts<'_>,
    template: &TemplateFacts<'_>,
    error: &ExecError,
) -> &'f mut Diagnostic {
    let text = template.template.text();
    let at = error.span.start as usize;
    // Go names a byte; where the node is written there as Go prints it, all of it is shown.
    let node = text.get(at..).filter(|rest| rest.starts_with(&error.node));
    let span = match node {
        Some(_) => Span::new(at, at + error.node.len()),
        None => Span::new(at, (at + 1).min(text.len())),
    };
    let place = alert.at.file.location(template.span(span));
    let message = format!("{} always fails: {}", template.title(), error.message);
    let found = findings.add(place, message);
    found.because(format!(
        "it fails at `{}` with every label and value that was tried, and every way through the template leads there",
        error.node
    ));
    found.because(format!(
        "Prometheus loads it, and puts `<error expanding template: …>` in the place of the whole {}",
        template.place.name()
    ));
    if error.message.contains("incompatible types for comparison") {
        found.help =
            Some("compare `$value` with a number that has a point, such as `5.0`".to_owned());
    }
    found
}
