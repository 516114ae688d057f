//! The changes that can be made to a fixture, each as a text to write over a piece of it.

use rulecheck::source::Span;
use rulecheck::target::Duration;
use rulecheck::yaml::{Content, Node, Style, Tree};

/// What a mutation changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Matter {
    Label,
    Annotation,
    Value,
    EvalTime,
    Alert,
    Series,
    Values,
}

/// One change.
pub struct Mutation {
    pub matter: Matter,
    pub span: Span,
    pub text: String,
}

impl Mutation {
    /// The fixture with the change made.
    pub fn apply(&self, text: &str) -> String {
        let range = self.span.range();
        [&text[..range.start], &self.text, &text[range.end..]].concat()
    }
}

/// Every change that there is to make.
pub fn mutations(tree: &Tree) -> Vec<Mutation> {
    let mut found = Found {
        mutations: Vec::new(),
    };
    let Some(root) = tree.root(0) else {
        return Vec::new();
    };
    for test in items(root, "tests") {
        for series in items(test, "input_series") {
            found.prefix(Matter::Series, series.get("series"), "x");
            for added in ["_ ", "0 ", "1 ", "stale "] {
                found.prefix(Matter::Values, series.get("values"), added);
            }
        }
        for assertion in items(test, "alert_rule_test") {
            found.eval_time(assertion);
            found.alerts(assertion);
        }
        for assertion in items(test, "promql_expr_test") {
            found.eval_time(assertion);
            for sample in items(assertion, "exp_samples") {
                found.value(sample);
                found.prefix(Matter::Label, sample.get("labels"), "x");
            }
        }
    }
    found.mutations
}

struct Found {
    mutations: Vec<Mutation>,
}

impl Found {
    fn add(&mut self, matter: Matter, span: Span, text: String) {
        self.mutations.push(Mutation { matter, span, text });
    }

    /// The text, with something in front of its first character.
    fn prefix(&mut self, matter: Matter, node: Option<Node<'_>>, added: &str) {
        let Some(node) = node.filter(|node| !node.is_alias()) else {
            return;
        };
        if node.scalar().is_some_and(|text| !text.is_empty()) && !node.is_null() {
            let first = node.scalar_map().span(Span::new(0, 1));
            let place = Span::empty(first.start as usize);
            self.add(matter, place, added.to_owned());
        }
    }

    /// A time before and one behind.
    fn eval_time(&mut self, assertion: Node<'_>) {
        let Some(node) = assertion.get("eval_time").filter(|node| is_line(*node)) else {
            return;
        };
        let Ok(time) = Duration::parse(node.scalar().unwrap_or_default()) else {
            return;
        };
        for ms in [-300_000, -60_000, -1_000, 1_000, 60_000, 300_000] {
            if time.ms + ms >= 0 {
                let text = Duration::from_ms(time.ms + ms).to_string();
                self.add(Matter::EvalTime, node.span(), text);
            }
        }
    }

    /// The next number, one more, and the opposite.
    fn value(&mut self, sample: Node<'_>) {
        let Some(node) = sample.get("value").filter(|node| is_line(*node)) else {
            return;
        };
        let Ok(value) = node.scalar().unwrap_or_default().parse::<f64>() else {
            return;
        };
        for other in [value.next_up(), value + 1.0, -value] {
            self.add(Matter::Value, node.span(), format!("{other:?}"));
        }
    }

    /// Labels and annotations written otherwise or left out, alerts left out or written twice.
    fn alerts(&mut self, assertion: Node<'_>) {
        let list = assertion
            .entries()
            .find(|(key, _)| key.scalar() == Some("exp_alerts"));
        let Some((key, list)) = list else { return };
        if list.is_alias() {
            return;
        }
        let span = Span::new(key.span().end as usize, list.span().end as usize);
        let alerts: Vec<Node<'_>> = list.items().collect();
        for (number, alert) in alerts.iter().enumerate() {
            let mut fewer = alerts.clone();
            fewer.remove(number);
            self.add(Matter::Alert, span, format!(": {}", flow_list(&fewer)));
            let mut more = alerts.clone();
            more.push(*alert);
            self.add(Matter::Alert, span, format!(": {}", flow_list(&more)));
            let parts = [
                ("exp_labels", Matter::Label),
                ("exp_annotations", Matter::Annotation),
            ];
            for (name, matter) in parts {
                let Some(pairs) = alert.get(name) else {
                    continue;
                };
                for (key, value) in pairs.entries() {
                    self.prefix(matter, Some(key), "x");
                    self.prefix(matter, Some(value), "x");
                }
                for dropped in 0..pairs.pairs().count() {
                    let mut items: Vec<String> = alerts.iter().map(|node| flow(*node)).collect();
                    items[number] = without(*alert, name, dropped);
                    self.add(matter, span, format!(": [{}]", items.join(", ")));
                }
            }
        }
    }
}

/// Whether a scalar stands on one line with nothing around it but quotes.
fn is_line(node: Node<'_>) -> bool {
    !node.is_alias() && !matches!(node.style(), None | Some(Style::Literal | Style::Folded))
}

fn items<'t>(node: Node<'t>, key: &str) -> Vec<Node<'t>> {
    node.get(key)
        .map(|list| list.items().collect())
        .unwrap_or_default()
}

fn flow_list(nodes: &[Node<'_>]) -> String {
    let items: Vec<String> = nodes.iter().map(|node| flow(*node)).collect();
    format!("[{}]", items.join(", "))
}

/// An alert without the pair of that number in one of its mappings.
fn without(alert: Node<'_>, name: &str, dropped: usize) -> String {
    let parts = alert.pairs().map(|(key, value)| {
        if key.scalar() != Some(name) {
            return format!("{}: {}", flow(key), flow(value));
        }
        let left = value.pairs().enumerate();
        let left: Vec<String> = left
            .filter(|(number, _)| *number != dropped)
            .map(|(_, (key, value))| format!("{}: {}", flow(key), flow(value)))
            .collect();
        format!("{}: {{{}}}", flow(key), left.join(", "))
    });
    format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
}

/// The node on one line. JSON's strings are strings of YAML.
fn flow(node: Node<'_>) -> String {
    match node.content() {
        Content::Scalar(_) if node.is_null() => "null".to_owned(),
        Content::Scalar(text) => serde_json::to_string(text).unwrap(),
        Content::Sequence => flow_list(&node.items().collect::<Vec<_>>()),
        Content::Mapping => {
            let pairs = node.pairs();
            let pairs = pairs.map(|(key, value)| format!("{}: {}", flow(key), flow(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}
