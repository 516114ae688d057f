//! Fixtures: the unit-test files of `promtool test rules`.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::decode::{Decoder, Fields, head};
use super::extension::{Extension, OF_ALERT, OF_ALERT_TEST, OF_EXPR_TEST, OF_FILE, OF_TEST};
use super::problem::Problem;
use super::shape::{Product, Shape, key, own, since};
use super::text::{Pair, Text};
use super::wording::{Order, Stage};
use crate::source::{Span, Spanned};
use crate::target::{Duration, Target};
use crate::yaml::{Node, NodeId, Tree};

/// A fixture.
#[derive(Clone, Debug, Default)]
pub struct Fixture {
    /// Paths and globs of rule files, relative to the fixture.
    pub rule_files: Vec<Text>,
    /// How often the groups are evaluated; a minute where it is not said.
    pub evaluation_interval: Option<Spanned<Duration>>,
    /// Names of groups in the order of their evaluation.
    pub group_eval_order: Vec<Text>,
    /// Whether values may differ in their last bit.
    pub fuzzy_compare: Option<Spanned<bool>>,
    /// Its test groups in order.
    pub tests: Vec<TestGroup>,
    /// What promtool's format cannot say.
    pub extension: Extension,
}

/// A test group: series and what must follow from them.
#[derive(Clone, Debug)]
pub struct TestGroup {
    /// The bytes of the test group.
    pub span: Span,
    /// Its name.
    pub name: Option<Text>,
    /// Time between two samples of the input series. Where it is not said: the evaluation interval since Prometheus 2.49,
    /// nothing before.
    pub interval: Option<Spanned<Duration>>,
    /// The series loaded.
    pub input_series: Vec<InputSeries>,
    /// Expectations about alerts.
    pub alert_rule_tests: Vec<AlertTest>,
    /// Expectations about expressions.
    pub promql_expr_tests: Vec<ExprTest>,
    /// Labels for `$externalLabels`.
    pub external_labels: Vec<Pair>,
    /// The URL for `$externalURL`.
    pub external_url: Option<Text>,
    /// When the test starts, in milliseconds since 1970.
    pub start_timestamp: Option<Spanned<i64>>,
    /// What promtool's format cannot say.
    pub extension: Extension,
}

/// An input series.
#[derive(Clone, Debug)]
pub struct InputSeries {
    /// The bytes of the item.
    pub span: Span,
    /// The series, as a selector.
    pub series: Option<Text>,
    /// Its values in series notation.
    pub values: Option<Text>,
}

/// What alerts must fire at a time.
#[derive(Clone, Debug)]
pub struct AlertTest {
    /// The bytes of the item.
    pub span: Span,
    /// The item, to write it anew.
    pub node: NodeId,
    /// When; the start where it is not said.
    pub eval_time: Option<Spanned<Duration>>,
    /// Which alert; `None` is a problem already told.
    pub alertname: Option<Text>,
    /// The alerts that fire; none where the list is empty or missing.
    pub exp_alerts: Vec<ExpectedAlert>,
    /// What promtool's format cannot say.
    pub extension: Extension,
}

/// One alert that must fire.
#[derive(Clone, Debug)]
pub struct ExpectedAlert {
    /// The bytes of the item.
    pub span: Span,
    /// All its labels but `alertname`.
    pub labels: Vec<Pair>,
    /// All its annotations.
    pub annotations: Vec<Pair>,
    /// What promtool's format cannot say.
    pub extension: Extension,
}

/// What an expression must result in at a time.
#[derive(Clone, Debug)]
pub struct ExprTest {
    /// The bytes of the item.
    pub span: Span,
    /// The item, to write it anew.
    pub node: NodeId,
    /// The expression.
    pub expr: Option<Text>,
    /// When; the start where it is not said.
    pub eval_time: Option<Spanned<Duration>>,
    /// The samples of the result.
    pub exp_samples: Vec<ExpectedSample>,
    /// What promtool's format cannot say.
    pub extension: Extension,
}

/// One sample of a result.
#[derive(Clone, Debug)]
pub struct ExpectedSample {
    /// The bytes of the item.
    pub span: Span,
    /// Its labels as a selector; empty means none.
    pub labels: Option<Text>,
    /// Its value; zero where it is not said.
    pub value: Option<Spanned<f64>>,
    /// Its value as a native histogram in series notation.
    pub histogram: Option<Text>,
}

const FOREIGN: &[(&str, &str)] = &[
    ("metricsql_expr_test", "vmalert-tool"),
    ("groupname", "vmalert-tool"),
    ("external_labels", "a test group"),
    ("external_url", "a test group"),
];

const fn shape(what: &'static str, go: &'static str, keys: &'static [super::shape::Key]) -> Shape {
    Shape {
        what,
        go,
        product: Product::Prometheus,
        keys,
        foreign: FOREIGN,
        open: false,
    }
}

static FILE: Shape = shape(
    "a fixture",
    "main.unitTestFile",
    &[
        key("rule_files"),
        key("evaluation_interval"),
        key("group_eval_order"),
        since("fuzzy_compare", 3, 5),
        key("tests"),
        own("rulecheck"),
    ],
);

static TEST: Shape = shape(
    "a test group",
    "main.testGroup",
    &[
        key("name"),
        key("interval"),
        key("input_series"),
        key("alert_rule_test"),
        key("promql_expr_test"),
        key("external_labels"),
        key("external_url"),
        since("start_timestamp", 3, 9),
        own("rulecheck"),
    ],
);

static SERIES: Shape = shape(
    "an input series",
    "main.series",
    &[key("series"), key("values")],
);

static ALERT_TEST: Shape = shape(
    "an alert test",
    "main.alertTestCase",
    &[
        key("eval_time"),
        key("alertname"),
        key("exp_alerts"),
        own("rulecheck"),
    ],
);

static ALERT: Shape = shape(
    "an expected alert",
    "main.alert",
    &[key("exp_labels"), key("exp_annotations"), own("rulecheck")],
);

static EXPR_TEST: Shape = shape(
    "an expression test",
    "main.promqlTestCase",
    &[
        key("expr"),
        key("eval_time"),
        key("exp_samples"),
        own("rulecheck"),
    ],
);

static SAMPLE: Shape = shape(
    "an expected sample",
    "main.sample",
    &[key("labels"), key("value"), since("histogram", 2, 48)],
);

/// Every mapping of a fixture, by the name of its type in the schema.
#[cfg(test)]
pub(super) static SHAPES: [(&str, &Shape); 7] = [
    ("FixtureSchema", &FILE),
    ("TestSchema", &TEST),
    ("SeriesSchema", &SERIES),
    ("AlertTestSchema", &ALERT_TEST),
    ("AlertSchema", &ALERT),
    ("ExprTestSchema", &EXPR_TEST),
    ("SampleSchema", &SAMPLE),
];

/// Reads a document as a fixture, as `promtool test rules` of the target would. Unknown keys are always errors.
#[must_use]
pub fn decode_fixture(
    tree: &Arc<Tree>,
    document: usize,
    target: &Target,
) -> (Fixture, Vec<Problem>) {
    let mut decoder = Decoder::new(tree, target);
    let mut fixture = Fixture::default();
    if let Some(root) = decoder.root(document) {
        fixture = decoder.fixture(root);
        decoder.further_documents(document);
    }
    (fixture, decoder.finish())
}

impl<'t> Decoder<'t> {
    fn fixture(&mut self, root: Node<'t>) -> Fixture {
        let fields = self.fields(root, &FILE);
        let group_eval_order = self.texts(fields.get("group_eval_order"), "`group_eval_order`");
        self.check_repeated(&group_eval_order);
        Fixture {
            rule_files: self.texts(fields.get("rule_files"), "`rule_files`"),
            evaluation_interval: self.duration(&fields, "evaluation_interval"),
            group_eval_order,
            fuzzy_compare: self.bool(&fields, "fuzzy_compare"),
            tests: self.list(&fields, ("tests", "[]main.testGroup"), Self::test_group),
            extension: self.extension(&fields, &OF_FILE),
        }
    }

    /// The items of a list, each read by `read`. An item that is null is one without keys, as in Go's `yaml.v2`.
    fn list<T>(
        &mut self,
        fields: &Fields<'t>,
        (name, go): (&str, &str),
        read: impl Fn(&mut Self, Node<'t>) -> T,
    ) -> Vec<T> {
        let items = self.items(fields.get(name), &format!("`{name}`"), go);
        items.into_iter().map(|item| read(self, item)).collect()
    }

    fn check_repeated(&mut self, names: &[Text]) {
        let mut first_of: FxHashMap<&str, Span> = FxHashMap::default();
        for name in names {
            if let Some(&first) = first_of.get(name.as_str()) {
                let message = format!("the group `{name}` is listed twice in `group_eval_order`");
                let problem = self.schema(name.span(), message);
                problem.worded(
                    Stage::Validation {
                        order: Order::default(),
                        places: Vec::new(),
                    },
                    format!("group name repeated in evaluation order: {name}"),
                );
                problem
                    .related
                    .push((first, "first listed here".to_owned()));
            } else {
                first_of.insert(name.as_str(), name.span());
            }
        }
    }

    fn test_group(&mut self, node: Node<'t>) -> TestGroup {
        let fields = self.fields(node, &TEST);
        TestGroup {
            span: fields.span,
            name: self.text(&fields, "name"),
            interval: self.duration(&fields, "interval"),
            input_series: self.list(
                &fields,
                ("input_series", "[]main.series"),
                Self::input_series,
            ),
            alert_rule_tests: self.list(
                &fields,
                ("alert_rule_test", "[]main.alertTestCase"),
                |decoder, item| decoder.alert_test(item, fields.get("name")),
            ),
            promql_expr_tests: self.list(
                &fields,
                ("promql_expr_test", "[]main.promqlTestCase"),
                Self::expr_test,
            ),
            external_labels: self.pairs(&fields, "external_labels"),
            external_url: self.text(&fields, "external_url"),
            start_timestamp: self.start_timestamp(&fields),
            extension: self.extension(&fields, &OF_TEST),
        }
    }

    fn input_series(&mut self, node: Node<'t>) -> InputSeries {
        let fields = self.fields(node, &SERIES);
        InputSeries {
            span: fields.span,
            series: self.text(&fields, "series"),
            values: self.text(&fields, "values"),
        }
    }

    fn alert_test(&mut self, node: Node<'t>, test: Option<Node<'t>>) -> AlertTest {
        let fields = self.fields(node, &ALERT_TEST);
        let eval_time = self.duration(&fields, "eval_time");
        let alertname = self
            .text(&fields, "alertname")
            .filter(|name| !name.is_empty());
        if alertname.is_none() && (node.is_mapping() || node.is_null()) {
            let place = fields.key_span("alertname").unwrap_or_else(|| head(node));
            let time = eval_time.map_or(Duration::default(), |time| time.value);
            let test = test.and_then(Node::scalar).filter(|name| !name.is_empty());
            let test = test.map_or(String::new(), |name| format!(" (in TestGroup {name})"));
            let text = format!(
                "an item under alert_rule_test misses required attribute alertname at eval_time {time}{test}"
            );
            let stage = Stage::Validation {
                order: Order::default(),
                places: Vec::new(),
            };
            self.schema(place, "an alert test needs an `alertname`")
                .worded(stage, text);
        }
        AlertTest {
            span: fields.span,
            node: node.id(),
            eval_time,
            alertname,
            exp_alerts: self.list(
                &fields,
                ("exp_alerts", "[]main.alert"),
                Self::expected_alert,
            ),
            extension: self.extension(&fields, &OF_ALERT_TEST),
        }
    }

    fn expected_alert(&mut self, node: Node<'t>) -> ExpectedAlert {
        let fields = self.fields(node, &ALERT);
        ExpectedAlert {
            span: fields.span,
            labels: self.pairs(&fields, "exp_labels"),
            annotations: self.pairs(&fields, "exp_annotations"),
            extension: self.extension(&fields, &OF_ALERT),
        }
    }

    fn expr_test(&mut self, node: Node<'t>) -> ExprTest {
        let fields = self.fields(node, &EXPR_TEST);
        ExprTest {
            span: fields.span,
            node: node.id(),
            expr: self.text(&fields, "expr"),
            eval_time: self.duration(&fields, "eval_time"),
            exp_samples: self.list(
                &fields,
                ("exp_samples", "[]main.sample"),
                Self::expected_sample,
            ),
            extension: self.extension(&fields, &OF_EXPR_TEST),
        }
    }

    fn expected_sample(&mut self, node: Node<'t>) -> ExpectedSample {
        let fields = self.fields(node, &SAMPLE);
        ExpectedSample {
            span: fields.span,
            labels: self.text(&fields, "labels"),
            value: self.float(&fields, "value"),
            histogram: self.text(&fields, "histogram"),
        }
    }

    /// Seconds since 1970, or a time by RFC 3339.
    fn start_timestamp(&mut self, fields: &Fields<'t>) -> Option<Spanned<i64>> {
        let text = self
            .text(fields, "start_timestamp")
            .filter(|text| !text.node().is_null())?;
        let ms = milliseconds(text.as_str());
        if ms.is_none() {
            let message = "`start_timestamp` must be seconds since 1970 or a time such as `2024-05-01T12:00:00Z`";
            self.schema(text.span(), message);
        }
        ms.map(|ms| Spanned::new(ms, text.span()))
    }
}

fn milliseconds(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<f64>() {
        let ms = (seconds * 1000.0).round();
        return (ms.abs() < i64::MAX as f64).then_some(ms as i64);
    }
    // Go wants date, `T`, time to the second and zone; jiff would take less.
    let is_full =
        text.len() >= "2024-05-01T12:00:00Z".len() && text.as_bytes().get(10) == Some(&b'T');
    let time: jiff::Timestamp = is_full.then(|| text.parse().ok())??;
    Some(time.as_millisecond())
}
