//! `template-query`

use crate::analysis::{RuleFacts, TemplateFacts, shapes_of, why_absent};
use crate::diagnostic::Level;
use crate::labels::METRIC_NAME;
use crate::lint::{Check, Context, Example, Findings, Lint};
use crate::promql::{self, ValueType};
use crate::template::{Query, QueryText, Reference};

/// See [`Lint::documentation`].
pub static LINT: Lint = Lint {
    name: "template-query",
    level: Level::Error,
    summary: "The expression of a `query` does not parse, or its results lack the label that is read.",
    documentation: "\
### What it does
Parses what templates give to `query`: constants, and formats of `printf`, whose verbs are replaced where it is certain what
they stand for (a text between quotes, `%q`, a number). An expression must be an instant vector or a number. Then it looks
for labels that are read off the results, by `label`, `.Labels` or `index`, and that no result can have.

### Why it matters
Prometheus loads the file without looking into the query. When the alert fires, `<error expanding template: …>` stands in the
place of the whole annotation, or the label is empty.

### What it does not catch
Expressions that are put together in another way, queries that find nothing, and labels that the template tests first.",
    bad: &[
        Example {
            title: "a parenthesis too few",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        annotations:\n          summary: '{{ with query \"sum(up\" }}{{ . | first | value }} are up{{ end }}'\n",
            )],
        },
        Example {
            title: "a label that is summed away",
            files: &[(
                "rules.yml",
                "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        annotations:\n          summary: '{{ range query (printf \"sum by (job) (up{zone=%q})\" $labels.zone) }}{{ .Labels.instance }}{{ end }}'\n          other: '{{ query \"sum(up)\" | first | label \"instance\" }}'\n",
            )],
        },
    ],
    good: &[Example {
        title: "labels that the results have or may have",
        files: &[(
            "rules.yml",
            "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n        annotations:\n          summary: '{{ with printf \"sum by (job) (up{zone=''%s''}) > %s\" $labels.zone $labels.limit | query }}{{ . | first | label \"job\" }}{{ end }}'\n          other: '{{ range query \"up == 0\" }}{{ .Labels.instance }}{{ end }}{{ range query \"sum(up)\" }}{{ with .Labels.zone }}{{ . }}{{ end }}{{ end }}'\n",
        )],
    }],
    check: Check::Alert(check),
};

fn check(context: &Context<'_>, alert: RuleFacts<'_>, findings: &mut Findings<'_>) {
    for template in alert.templates() {
        for query in &template.reading.queries {
            check_query(context, findings, alert, template, query);
        }
    }
}

fn check_query(
    context: &Context<'_>,
    findings: &mut Findings<'_>,
    alert: RuleFacts<'_>,
    template: &TemplateFacts<'_>,
    query: &Query,
) {
    let filled = match &query.text {
        QueryText::Constant(text) => Some(text.to_string()),
        QueryText::Format(format) => filled(format),
        QueryText::Unknown => None,
    };
    let Some(text) = filled else { return };
    let place = |span| alert.at.file.location(template.span(span));
    let expr = match promql::parse(&text, &context.facts.target) {
        Ok(expr) => expr,
        Err(errors) => {
            let Some(error) = errors.first() else { return };
            let message = format!("the query does not parse: {}", error.message);
            let found = findings.add(place(query.span), message);
            found.because(format!("`query` is given `{text}`"));
            return;
        }
    };
    if matches!(expr.value_type(), ValueType::Matrix | ValueType::String) {
        findings
            .add(
                place(query.span),
                "`query` wants an instant vector or a number",
            )
            .because(format!(
                "`{text}` is a {}",
                match expr.value_type() {
                    ValueType::Matrix => "range vector",
                    _ => "string",
                }
            ));
        return;
    }
    if query.labels.iter().all(|label| label.guarded) {
        return;
    }
    let known = &context.facts.known;
    let shapes = shapes_of(&expr, known);
    for label in query.labels.iter().filter(|label| !label.guarded) {
        let Reference::Label(name) = &label.what else {
            continue;
        };
        let mut possible = shapes.iter().filter(|shape| !shape.is_impossible());
        let reserved = matches!(&**name, METRIC_NAME | "__value__");
        if reserved || !possible.all(|shape| shape.get(name).is_absent()) {
            continue;
        }
        let message = format!("no result of the query has a label `{name}`");
        let found = findings.add(place(label.span), message);
        for lost in why_absent(&expr, name, known) {
            found.because(lost.reason);
        }
    }
}

/// A format with something in the place of its verbs; nothing where it is not certain what they stand for.
fn filled(format: &str) -> Option<String> {
    let mut text = String::new();
    let mut quote: Option<char> = None;
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            '%' => {
                let is_flag = |c: &char| c.is_ascii_digit() || "+-# .".contains(*c);
                let verb = chars.find(|c| !is_flag(c))?;
                match (verb, quote) {
                    ('%', _) => text.push('%'),
                    ('s' | 'v', Some(_)) => text.push('x'),
                    ('q', None) => text.push_str("\"x\""),
                    ('d' | 'f' | 'g' | 'e', _) => text.push('1'),
                    _ => return None,
                }
                continue;
            }
            '\\' if quote.is_some_and(|quote| quote != '`') => {
                text.push(c);
                text.extend(chars.next());
                continue;
            }
            '"' | '\'' | '`' => match quote {
                None => quote = Some(c),
                Some(open) if open == c => quote = None,
                Some(_) => {}
            },
            _ => {}
        }
        text.push(c);
    }
    Some(text)
}
